"""What a letter and a link of the night chain may be believed about; the stories stand in tests/promises/traces."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, LetterKind, PromiseKind
from gehoor.core.guarantee.judge import violations
from gehoor.core.guarantee.outside import carries_the_answer, clock, keep, moved, was_asked
from gehoor.core.guarantee.step import Step
from gehoor.core.ids import ClientId
from gehoor.core.policy import Template
from gehoor.core.time import DAY, Instant, later
from tests.core.situations import after, forged
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
