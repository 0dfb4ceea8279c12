"""What a letter and a link of the night chain may be believed about; the stories stand in tests/promises/traces."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, LetterKind, Phase, PromiseKind, Timer
from gehoor.core.guarantee.judge import violations
from gehoor.core.guarantee.outside import carries_the_answer, clock, honest, keep, moved, turn, urgent, was_asked
from gehoor.core.guarantee.step import Step
from gehoor.core.ids import ClientId
from gehoor.core.policy import Template
from gehoor.core.time import DAY, Instant, later
from tests.core.conversation.examples import one
from tests.core.situations import CUSTOMER, HOUSE, after, bent, forged, taken
from tests.promises.told import facts_of

SAID = Template("said", "1", "nl")


@pytest.mark.parametrize(
    ("beginning", "letter", "behind", "carries"),
    [
        ("written", LetterKind.ANSWER, 0, True),
        ("written", LetterKind.ANSWER, 1, False),  # older words than the newest
        ("written", LetterKind.PROMISE, 0, False),  # a confirmation
        ("human", LetterKind.ANSWER, 0, False),  # nobody wrote yet
    ],
)
def test_that_only_a_letter_with_the_newest_words_carries_the_answer(
    beginning: str, letter: LetterKind, behind: int, carries: bool
) -> None:
    state = after(f"begin {beginning}")
    letters = (
        e.MailAccepted(letter, state.record.last_human_seq - behind),
        e.MailFailed(letter, state.record.last_human_seq - behind, True, False, "5.1.1", SAID),
    )
    assert [carries_the_answer(state, one) for one in letters] == [carries, carries]


@pytest.mark.parametrize(
    ("story", "link", "asked"),
    [
        (("begin called_out",), 1, True),
        (("begin called_out",), 2, False),
        (("begin called_out", "PartnerAcknowledged"), 1, True),
        (("begin called_out", "PartnerSilent"), 1, False),  # passed over
        (("begin danger",), 0, False),  # nobody was asked at all
    ],
)
def test_that_only_the_link_that_was_asked_last_reports(story: tuple[str, ...], link: int, asked: bool) -> None:
    assert was_asked(after(*story), e.PartnerReached(link, "night", SAID)) is asked


@pytest.mark.parametrize("last", ["PromiseMade due_at=-1s", "PromiseMade", "PromiseMoved due_at=-1s"])
def test_that_a_promise_is_due_before_its_fact_only_where_the_clock_had_stepped_back(last: str) -> None:
    story = ("begin promised", last) if last.startswith("PromiseMoved") else ("begin waiting", last)
    facts = facts_of(story)
    before, fact = after(*story[:-1]), facts[-1]
    past = "due_at=" in last
    assert ("NO-DEAD-END" in {one.guarantee for one in violations(before, [fact])[1]}) is past
    assert violations(before, [replace(fact, stepped=True)])[1] == []


def test_that_a_letter_that_comes_back_may_not_begin_the_clock_anew() -> None:
    bounce = e.MailFailed(LetterKind.ANSWER, 9, True, False, "5.1.1", SAID)
    assert clock(forged("begin mailed", bounce, first_requested_at=Instant(1)))
    assert clock(forged("begin mailed", bounce)) is None


def test_that_a_letter_may_not_end_a_request_to_which_nobody_wrote() -> None:
    taken = e.MailAccepted(LetterKind.ANSWER, 99)
    ended = {"requested": False, "mailed": True}
    assert keep(forged("begin waiting", taken, **ended))
    assert keep(forged(("begin written", "HumanLeft"), taken, **ended)), "what was written counts no more"
    assert keep(forged("begin written", taken, **ended)) is None
    assert keep(forged("begin parked", replace(taken, upto=1), **ended)), "older words than the newest"
    assert keep(forged("begin written", taken, requested=False)), "nothing says that it may come back"


def test_that_a_promise_is_moved_under_a_reference() -> None:
    due = later(after("begin waiting").record.at, DAY)
    nameless = e.PromiseMoved(PromiseKind.CHAT, due, "", None, "", due, SAID, ClientId("c"))
    step = forged("begin waiting", nameless)
    customers = Step(step.before, replace(step.fact, actor=Actor(ActorKind.CUSTOMER)), step.after)
    assert moved(customers) == "A promise lost its reference."


def test_that_only_the_customer_moves_a_promise_and_never_in_danger() -> None:
    state = after("begin promised")
    due, reference = later(state.record.at, DAY), state.record.reference
    event = e.PromiseMoved(PromiseKind.CHAT, due, reference, None, "", due, SAID, ClientId("c"))
    for beginning, actor, right in (
        ("promised", ActorKind.CUSTOMER, True),
        ("promised", ActorKind.HOUSE, False),
        ("danger", ActorKind.CUSTOMER, False),
        ("ai", ActorKind.CUSTOMER, False),
    ):
        step = forged(f"begin {beginning}", event)
        before = replace(step.before, record=replace(step.before.record, reference=event.reference))
        fact = replace(step.fact, actor=Actor(actor))
        assert (moved(Step(before, fact, step.after)) is None) is right, beginning


BOUNCE = e.MailFailed(LetterKind.ANSWER, 99, True, False, "5.1.1", SAID)
CAME_BACK = "An answer came back, and the request was not opened again."


@pytest.mark.parametrize(
    "kind",
    [
        *(e.MailAccepted, e.MailFailed, e.PartnerAsked, e.PartnerAcknowledged, e.PartnerSilent, e.PartnerReached),
        e.PromiseReminded,
    ],
)
def test_that_what_comes_from_outside_is_recorded_by_the_house_only(kind: type) -> None:
    for actor in ActorKind:
        told = honest(taken(after("begin called_out"), one(kind), Actor(actor)))
        assert (told is None) is (actor is ActorKind.HOUSE)


def test_that_the_first_fact_of_all_may_be_the_answer_and_no_link_is_never_the_one_that_was_asked() -> None:
    first = bent("begin written", last_human_seq=1)
    assert carries_the_answer(first, e.MailAccepted(LetterKind.ANSWER, 1))
    nobody = bent("begin danger", armed=frozenset({Timer.PARTNER}), link=0)
    assert not was_asked(nobody, e.PartnerReached(0, "night", SAID))


def test_that_a_letter_that_failed_ends_nothing_and_opens_what_it_had_ended() -> None:
    assert keep(forged("begin written", BOUNCE, requested=False)) == "A letter that failed ended a request."
    assert keep(forged("begin mailed", BOUNCE)) == CAME_BACK
    assert keep(forged("begin mailed", BOUNCE, requested=True)) is None
    assert keep(forged("begin mailed", replace(BOUNCE, bounced=False))) is None, "only a bounce takes it back"
    assert keep(forged("begin mailed", replace(BOUNCE, upto=1))) is None, "older words than the newest"
    assert keep(taken(bent("begin mailed", mailed=False), BOUNCE)) is None, "it did not rest on the letter"


def test_that_a_letter_begins_no_clock_anew_where_none_had_begun() -> None:
    assert clock(taken(bent("begin ai", first_requested_at=None), BOUNCE, first_requested_at=Instant(1))) is None


@pytest.mark.parametrize(
    ("returned", "phase", "right"),
    [(True, Phase.WAITING, True), (False, Phase.WAITING, False), (True, Phase.PARKED, False)],
)
def test_that_who_was_answered_by_a_letter_that_came_back_waits_in_front(
    returned: bool, phase: Phase, right: bool
) -> None:
    step = forged("begin mailed", replace(BOUNCE, reopens=True), returned=returned, phase=phase)
    assert (turn(step) is None) is right


@pytest.mark.parametrize(
    ("story", "right"),
    [
        (("begin danger",), True),
        (("begin danger", "Offered"), True),  # an offer is not a person yet
        (("begin danger", "HumanJoined"), False),
        (("begin waiting",), False),
        (("begin called_out",), False),  # the one that was asked still has time
    ],
)
def test_that_the_night_chain_is_asked_in_danger_while_nobody_has_the_customer(
    story: tuple[str, ...], right: bool
) -> None:
    assert (urgent(taken(after(*story), replace(one(e.PartnerAsked), link=1), HOUSE)) is None) is right


def test_that_a_promise_is_moved_to_a_time_to_come_and_a_window_with_length() -> None:
    state = bent("begin promised", reference="1-2-3")
    now = state.record.at
    event = e.PromiseMoved(PromiseKind.CALLBACK, later(now, 1), "1-2-3", None, "", now, SAID, ClientId("c"))
    past = "A promise was moved to a time that is past, or to a window without length."
    for one_of, wrong in (
        (event, None),
        (replace(event, due_at=now), past),
        (replace(event, window_start=now), None),
        (replace(event, window_start=later(now, 1)), past),
    ):
        assert moved(taken(state, one_of, CUSTOMER)) == wrong
