"""Who can be told how that an answer was wrong, what each gets, and what came of it: as tables."""

from itertools import product

import pytest

from gehoor.core.conversation.model import Phase
from gehoor.core.errors import Invalid, NotAllowed, NotNow
from gehoor.core.knowledge.ladder import Severity
from gehoor.core.knowledge.recall import (
    LONGEST,
    Came,
    Gets,
    Heard,
    Reach,
    Way,
    Wording,
    came,
    gets,
    heard,
    refuse_to_approve,
    refuse_to_word,
    spoken_in,
    wants_call,
    way,
    worded,
)
from tests.promises.told import facts_of

ORDINARY, SERIOUS, GRAVE = Severity

WAYS = [
    # somebody who has the page open sees it there, whatever they left
    (Reach(Phase.AI, listens=True, mail=True, phone=True), Way.STREAM),
    (Reach(Phase.HUMAN, listens=True), Way.STREAM),
    (Reach(Phase.RESOLVED, mail=True, phone=True, code=True), Way.MAIL),
    (Reach(Phase.WAITING, mail=True), Way.MAIL),
    # a person who has the conversation, or is waited for, tells it
    (Reach(Phase.WAITING, phone=True), Way.PERSON),
    (Reach(Phase.PARKED, code=True), Way.PERSON),
    (Reach(Phase.HUMAN), Way.PERSON),
    (Reach(Phase.OFFERED), Way.PERSON),
    (Reach(Phase.RESOLVED, phone=True, code=True), Way.CALL),
    (Reach(Phase.AI, phone=True), Way.CALL),
    (Reach(Phase.RESOLVED, code=True), Way.CODE),
    (Reach(Phase.RESOLVED), Way.NOTHING),
    (Reach(Phase.AI), Way.NOTHING),
    (Reach(Phase.RESOLVED, mail=True, erased=True), Way.ERASED),
    (Reach(Phase.AI, listens=True, probe=True), Way.PROBE),
]


@pytest.mark.parametrize(("reach", "expected"), WAYS)
def test_that_everybody_is_told_in_the_best_way_there_is(reach: Reach, expected: Way) -> None:
    assert way(reach) is expected


def test_that_every_way_is_taken_by_somebody() -> None:
    assert {expected for _, expected in WAYS} == set(Way)


def test_that_there_is_a_way_for_everybody() -> None:
    for phase, flags in product(Phase, product((False, True), repeat=6)):
        by = way(Reach(phase, *flags))
        for harm in Severity:
            given = gets(by, harm)
            assert given.notice is (by not in (Way.ERASED, Way.PROBE))
            assert not (given.call and given.look)


@pytest.mark.parametrize(
    ("by", "harm", "expected"),
    [
        (Way.STREAM, GRAVE, Gets(True, False, False)),
        (Way.MAIL, GRAVE, Gets(True, False, False)),
        (Way.CALL, ORDINARY, Gets(True, True, False)),
        (Way.CODE, ORDINARY, Gets(True, False, False)),
        (Way.CODE, SERIOUS, Gets(True, False, True)),
        (Way.NOTHING, ORDINARY, Gets(True, False, False)),
        (Way.NOTHING, GRAVE, Gets(True, False, True)),
        (Way.ERASED, GRAVE, Gets(False, False, False)),
    ],
)
def test_that_who_left_nothing_is_looked_for_when_it_costs_more_than_time(
    by: Way, harm: Severity, expected: Gets
) -> None:
    assert gets(by, harm) == expected


# -- what came of it ---------------------------------------------------------------------------------------------------

BY_MAIL = ("begin answered", "CorrectionGiven by_mail=yes | HumanOffered")
CALLED = ("begin corrected", "house HumanRequested how=recall | PromiseMade kind=callback")
MAILED = "MailAccepted letter=correction upto=6"
CAME_BACK = "MailFailed letter=correction upto=6 bounced=yes"

STORIES: list[tuple[tuple[str, ...], Way, Severity, Came]] = [
    (("begin answered",), Way.MAIL, ORDINARY, Came.DUE),
    (("begin answered",), Way.ERASED, ORDINARY, Came.LEFT_OUT),
    (("begin answered",), Way.PROBE, GRAVE, Came.LEFT_OUT),
    (("begin corrected",), Way.STREAM, ORDINARY, Came.KEPT),
    (("begin corrected", "CorrectionSeen"), Way.STREAM, GRAVE, Came.SENT),
    (("begin corrected", "CorrectionSeen"), Way.ERASED, GRAVE, Came.SENT),
    (("begin corrected",), Way.CODE, ORDINARY, Came.KEPT),
    (("begin corrected",), Way.CODE, SERIOUS, Came.TASK),
    (("begin corrected",), Way.NOTHING, GRAVE, Came.TASK),
    (("begin corrected",), Way.PERSON, GRAVE, Came.KEPT),
    (BY_MAIL, Way.MAIL, ORDINARY, Came.UNDER_WAY),
    ((*BY_MAIL, MAILED), Way.MAIL, ORDINARY, Came.SENT),
    ((*BY_MAIL, MAILED, CAME_BACK), Way.MAIL, ORDINARY, Came.TASK),
    ((*BY_MAIL, "MailAccepted letter=promise upto=6"), Way.MAIL, ORDINARY, Came.UNDER_WAY),
    (("begin corrected",), Way.CALL, ORDINARY, Came.TASK),
    (CALLED, Way.PERSON, ORDINARY, Came.TASK),
    ((*CALLED, "HumanJoined", "CallRecorded answered=yes"), Way.PERSON, ORDINARY, Came.SENT),
    ((*CALLED, "HumanJoined", "CallRecorded answered=no"), Way.PERSON, ORDINARY, Came.TASK),
    ((*CALLED, "HumanJoined", "PromiseTried | PromiseNotReached"), Way.CALL, ORDINARY, Came.NOT_REACHED),
    # what happened before it, or of another recall, is nothing that came of it
    (
        ("begin answered", "CorrectionGiven recall=r2 | HumanOffered", "CorrectionSeen recall=r2"),
        Way.CODE,
        GRAVE,
        Came.DUE,
    ),
]


@pytest.mark.parametrize(("story", "by", "harm", "expected"), STORIES)
def test_that_the_facts_say_what_came_of_it(story: tuple[str, ...], by: Way, harm: Severity, expected: Came) -> None:
    assert came(by, harm, heard("r1", facts_of(story))) is expected


def test_that_everything_that_can_come_of_it_does() -> None:
    assert {expected for *_, expected in STORIES} == set(Came)


@pytest.mark.parametrize(("looked", "expected"), [(True, Came.SENT), (False, Came.NOT_REACHED), (None, Came.TASK)])
def test_that_a_person_who_looked_ends_the_task(looked: bool | None, expected: Came) -> None:
    assert came(Way.NOTHING, GRAVE, heard("r1", facts_of(["begin corrected"])), looked) is expected


def test_that_something_came_of_it_in_every_case() -> None:
    for by, harm, looked in product(Way, Severity, (None, False, True)):
        for flags in product((False, True), repeat=7):
            for seq in (0, 6):
                assert came(by, harm, Heard(seq, *flags), looked) in Came


@pytest.mark.parametrize(
    ("story", "by", "phone", "expected"),
    [
        (("begin corrected",), Way.CALL, True, True),
        (("begin answered",), Way.CALL, True, False),  # not told yet
        (CALLED, Way.CALL, True, False),  # asked for already
        (("begin corrected", "CorrectionSeen"), Way.CALL, True, False),
        ((*BY_MAIL, CAME_BACK), Way.MAIL, True, True),
        ((*BY_MAIL, CAME_BACK), Way.MAIL, False, False),
        ((*BY_MAIL, CAME_BACK), Way.PERSON, True, False),
        (BY_MAIL, Way.MAIL, True, False),  # the letter is under way
        (("begin corrected",), Way.CODE, False, False),
    ],
)
def test_that_a_person_calls_where_nothing_else_reaches(
    story: tuple[str, ...], by: Way, phone: bool, expected: bool
) -> None:
    assert wants_call(by, heard("r1", facts_of(story)), phone) is expected


# -- the words ---------------------------------------------------------------------------------------------------------

NL, EN = Wording("nl", "U hebt drie weken.", "U hebt zes weken."), Wording("en", "Three weeks.", "Six weeks.")


def test_that_a_correction_is_kept_as_it_can_be_read() -> None:
    assert worded([Wording("nl", "  U hebt drie weken.\u202e ", "Zes.\r\nWeken."), EN]) == (
        Wording("nl", "U hebt drie weken.", "Zes.\nWeken."),
        EN,
    )


@pytest.mark.parametrize(
    ("wordings", "field"),
    [
        ([], "wordings"),
        ([EN], "wordings"),
        ([Wording("nl", " ", "x")], "wordings[0].wrong"),
        ([Wording("nl", "x", "")], "wordings[0].right"),
        ([NL, Wording("en", "x", "x" * (LONGEST + 1))], "wordings[1].right"),
        ([Wording("nl", "x\ud800", "x")], "wordings[0].wrong"),
    ],
)
def test_that_a_correction_that_says_too_little_or_too_much_is_refused(wordings: list[Wording], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        worded(wordings)
    assert refused.value.data["field"] == field


def test_that_it_is_said_in_the_language_of_the_answer_or_in_dutch() -> None:
    assert spoken_in([EN, NL], "en") == EN
    assert spoken_in([NL, EN], "tr") == NL


def test_that_who_words_it_writes_or_supervises() -> None:
    for role in ("writer", "supervisor"):
        refuse_to_word(role, approved=False)
        with pytest.raises(NotNow):
            refuse_to_word(role, approved=True)
    with pytest.raises(NotAllowed):
        refuse_to_word("agent", approved=False)


def test_that_somebody_else_approves_it() -> None:
    refuse_to_approve("supervisor", "kim", "wil", approved=False)
    refuse_to_approve("writer", "kim", "wil", approved=False)
    for role, by, writer, approved, fault in (
        ("supervisor", "kim", "kim", False, NotAllowed),
        ("agent", "noor", "wil", False, NotAllowed),
        ("supervisor", "kim", "", False, NotNow),
        ("supervisor", "kim", "wil", True, NotNow),
    ):
        with pytest.raises(fault):
            refuse_to_approve(role, by, writer, approved=approved)
