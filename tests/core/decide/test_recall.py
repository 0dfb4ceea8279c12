"""An answer was wrong: what its customer is told, wherever the conversation stands, and what never happens."""

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import ActorKind, LetterKind, Phase, Posted, PromiseKind, Timer
from gehoor.core.errors import NotAllowed
from gehoor.core.policy import Template
from tests.core.situations import AI, CUSTOMER, after, give, kinds
from tests.promises.told import BEGINNINGS

SAID = Template("correction", "1", "nl")
WORDS = "Wij maakten een fout."


def correction(recall: str = "r1", article: str = "huur", version: str = "1") -> c.GiveCorrection:
    return c.GiveCorrection(recall, article, version, 5, WORDS, SAID, by_mail=True)


def test_that_a_customer_with_the_ai_reads_what_was_wrong_and_is_offered_a_person() -> None:
    given, offered = give(after("begin answered"), correction())
    assert given.event == e.CorrectionGiven("r1", "huur", "1", 5, True, SAID)
    assert given.text == WORDS
    assert given.actor is not None
    assert given.actor.kind is ActorKind.HOUSE
    assert isinstance(offered.event, e.HumanOffered)
    assert offered.event.reason == "recall"
    assert "medewerker" in offered.text


@pytest.mark.parametrize(
    "beginning", [one for one in BEGINNINGS if one not in ("new", "ai", "asked", "answered", "corrected")]
)
def test_that_a_customer_with_a_person_or_after_the_end_reads_it_as_well(beginning: str) -> None:
    """It takes the floor from nobody, and stops and starts no clock."""
    story = ("begin answered", "HumanRequested | HumanJoined", "AgentWrote", "Delivered")
    before = (
        after(*story) if beginning == "human" else after(f"begin {beginning}", "AgentWrote draft=yes sources=huur@1")
    )
    told = give(before, correction())
    assert kinds(told) == (
        ["CorrectionGiven", "HumanOffered"] if before.control.phase is Phase.AI else ["CorrectionGiven"]
    )


@pytest.mark.parametrize(
    ("story", "command"),
    [
        (("begin asked",), correction()),  # nothing was given here
        (("begin answered",), correction(version="2")),  # another version
        (("begin answered",), correction(article="gas")),  # another article
        (("begin corrected",), correction()),  # told already
        (("begin corrected", "CorrectionSeen"), correction()),
        (("begin new",), correction()),
    ],
)
def test_that_nobody_else_is_told_and_nobody_twice(story: tuple[str, ...], command: c.GiveCorrection) -> None:
    assert give(after(*story), command) == []


def test_that_another_recall_of_the_same_version_is_told_again() -> None:
    assert kinds(give(after("begin corrected"), correction("r2"))) == ["CorrectionGiven", "HumanOffered"]


@pytest.mark.parametrize("command", [correction(), c.TellByPhone("r1")])
def test_that_only_the_house_corrects(command: c.Command) -> None:
    for actor in (AI, CUSTOMER):
        with pytest.raises(NotAllowed):
            give(after("begin answered"), command, actor)


@pytest.mark.parametrize("story", [("begin corrected",), ("begin corrected", "Resolved reason=idle")])
def test_that_a_call_about_it_is_a_request_with_a_date(story: tuple[str, ...]) -> None:
    request, promise = give(after(*story), c.TellByPhone("r1"))
    assert isinstance(request.event, e.HumanRequested)
    assert (request.event.how, request.event.preference) == ("recall", None)
    assert isinstance(promise.event, e.PromiseMade)
    assert promise.event.kind is PromiseKind.CALLBACK
    assert "belt u" in request.text


@pytest.mark.parametrize(
    "story",
    [
        ("begin answered",),  # nothing was corrected yet
        ("begin corrected", "HumanRequested"),  # somebody is waited for already
        ("begin corrected", "HumanRequested", "HumanJoined"),
        ("begin corrected", "house HumanRequested how=recall | PromiseMade kind=callback"),
        (
            "begin corrected",
            "house HumanRequested how=recall | PromiseMade kind=callback",
            "HumanJoined",
            "CallRecorded | PromiseKept",
            "Resolved",
        ),
    ],
)
def test_that_nobody_is_called_without_a_correction_or_twice(story: tuple[str, ...]) -> None:
    assert give(after(*story), c.TellByPhone("r1")) == []


def test_that_a_correction_counts_as_seen_once_its_page_or_stream_carried_it() -> None:
    state = after("begin corrected")
    (_, seq), *_ = state.record.unseen
    assert give(state, c.MarkDelivered(seq - 1)) == []
    (seen,) = give(state, c.MarkDelivered(seq))
    assert seen.event == e.CorrectionSeen("r1", seq)
    assert give(after("begin corrected", "CorrectionSeen"), c.MarkDelivered(seq)) == []


def test_that_a_letter_about_it_that_does_not_arrive_is_told_in_its_own_words() -> None:
    state = after("begin corrected")
    (failed,) = give(state, c.PostTold(LetterKind.CORRECTION, 6, Posted.BOUNCED, "5.1.1"))
    assert isinstance(failed.event, e.MailFailed)
    assert not failed.event.reopens
    assert "fout antwoord" in failed.text
    (taken,) = give(state, c.PostTold(LetterKind.CORRECTION, 6, Posted.ACCEPTED))
    assert taken.event == e.MailAccepted(LetterKind.CORRECTION, 6)


def test_that_a_correction_changes_neither_floor_nor_clocks() -> None:
    for beginning in ("answered", "corrected"):
        control = after(f"begin {beginning}").control
        assert (control.phase, set(control.armed), control.requested) == (Phase.AI, {Timer.IDLE}, False)
