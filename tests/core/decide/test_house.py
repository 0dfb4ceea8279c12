import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Timer
from gehoor.core.ids import OfferId
from gehoor.core.time import SECOND, later
from tests.core.situations import ANNA, BRAM, REFERENCE, after, give, kinds
from tests.promises.told import BEGINNINGS


def test_that_only_who_waits_is_offered() -> None:
    for beginning in BEGINNINGS:
        told = give(after(f"begin {beginning}"), c.OfferToAgent(ANNA, OfferId("o9"), "why"))
        waits = beginning in ("waiting", "promised", "danger", "called_out")
        assert kinds(told) == (["Offered"] if waits else [])


@pytest.mark.parametrize(
    ("beginning", "facts"),
    [
        ("waiting", ["PromiseMade"]),
        ("danger", ["CallNowShown", "PartnerAsked"]),  # never a dated promise
        ("called_out", ["CallNowShown"]),  # the night chain was asked already
        ("promised", []),  # once is enough
        ("offered", []),
        ("ai", []),
        ("human", []),
    ],
)
def test_that_nobody_free_brings_a_promise_or_the_number_to_call(beginning: str, facts: list[str]) -> None:
    assert kinds(give(after(f"begin {beginning}"), c.NobodyFree())) == facts


def test_that_in_danger_a_promise_that_was_made_before_counts_for_nothing() -> None:
    state = after("begin promised", "MessageReceived urgent=yes danger=LIFE | SafetyShown danger=LIFE")
    assert kinds(give(state, c.NobodyFree())) == ["CallNowShown", "PartnerAsked"]


def test_that_an_agent_who_drops_out_loses_what_they_had() -> None:
    [left] = give(after("begin human"), c.LoseAgent(ANNA))
    assert isinstance(left.event, e.HumanLeft)
    assert (left.event.reason, left.event.wanted) == ("lost", None)
    assert kinds(give(after("begin offered"), c.LoseAgent(ANNA))) == ["OfferTimedOut"]
    for beginning in ("human", "offered", "waiting"):
        assert give(after(f"begin {beginning}"), c.LoseAgent(BRAM)) == []


_GAS = "MessageReceived urgent=yes danger=LIFE | SafetyShown danger=LIFE"
RINGS: list[tuple[tuple[str, ...], Timer, list[str]]] = [
    (("begin asked",), Timer.BOT, ["HumanRequested"]),  # the AI was silent
    (("begin offered",), Timer.OFFER, ["OfferTimedOut"]),
    (("begin waiting",), Timer.WAIT, ["PromiseMade"]),
    (("begin danger",), Timer.WAIT, ["CallNowShown", "PartnerAsked"]),
    (("begin called_out", "PartnerSilent"), Timer.WAIT, ["CallNowShown", "PartnerAsked"]),  # a new round
    (("begin called_out",), Timer.PARTNER, ["PartnerSilent", "PartnerAsked"]),
    (("begin offered",), Timer.WAIT, ["PromiseMade"]),  # the offer goes on beside it
    (("begin human",), Timer.AGENT, ["HumanLeft"]),
    (("begin promised",), Timer.PROMISE, ["PromiseBroken", "PromiseMade"]),
    (("begin promised_human",), Timer.PROMISE, ["PromiseBroken", "PromiseMade"]),
    (("begin promised_written", "PromiseTried | Parked"), Timer.PROMISE, ["PromiseMade"]),  # the answer stands ready
    (("begin promised", "SafetyShown danger=LIFE"), Timer.PROMISE, ["PromiseBroken", "CallNowShown"]),
    (("begin promised", "SafetyShown danger=LIFE", "Offered"), Timer.PROMISE, ["PromiseBroken", "CallNowShown"]),
    (("begin promised_human", "SafetyShown danger=LIFE"), Timer.PROMISE, ["PromiseBroken"]),  # a person has it
    (("begin danger", "Offered"), Timer.WAIT, ["CallNowShown"]),  # an agent has the offer: nobody is called out
    (("begin promised_written", _GAS, "PromiseTried | Parked"), Timer.PROMISE, ["PromiseBroken"]),  # never moved
    (("begin parked",), Timer.TRY, ["ReturnedToQueue"]),
    (("begin ai",), Timer.IDLE, ["Resolved"]),
    (("begin reached", "AgentWrote"), Timer.IDLE, ["Resolved"]),
    (("begin written",), Timer.IDLE, ["PromiseTried", "Parked"]),  # not seen: parked, never ended
]


@pytest.mark.parametrize(("story", "timer", "facts"), RINGS)
def test_that_a_clock_that_rings_leads_on(story: tuple[str, ...], timer: Timer, facts: list[str]) -> None:
    state = after(*story)
    due = state.record.rings_at(timer)
    assert due is not None
    assert kinds(give(state, c.RingTimer(timer), at=due)) == facts
    assert give(state, c.RingTimer(timer), at=later(due, -SECOND)) == []


def test_that_a_clock_that_was_stopped_does_nothing() -> None:
    for beginning in BEGINNINGS:
        state = after(f"begin {beginning}")
        for timer in set(Timer) - state.control.armed:
            assert give(state, c.RingTimer(timer)) == []


def test_that_a_customer_keeps_the_first_reference() -> None:
    state = after("begin promised")
    due = state.record.rings_at(Timer.PROMISE)
    promise = give(state, c.RingTimer(Timer.PROMISE), at=due)[1].event
    assert isinstance(promise, e.PromiseMade)
    assert promise.reference == "123-456-784"
    first = give(after("begin waiting"), c.NobodyFree())[0].event
    assert isinstance(first, e.PromiseMade)
    assert first.reference == REFERENCE


def test_that_only_a_promise_that_stands_is_reminded_of() -> None:
    for beginning in BEGINNINGS:
        told = give(after(f"begin {beginning}"), c.Remind())
        assert kinds(told) == (["PromiseReminded"] if beginning.startswith("promised") else [])


def test_that_who_stays_silent_is_named() -> None:
    state = after("begin human")
    [left] = give(state, c.RingTimer(Timer.AGENT), at=state.record.rings_at(Timer.AGENT))
    assert isinstance(left.event, e.HumanLeft)
    assert left.event.agent == ANNA
    offered = after("begin offered")
    [passed] = give(offered, c.RingTimer(Timer.OFFER), at=offered.record.rings_at(Timer.OFFER))
    assert isinstance(passed.event, e.OfferTimedOut)
    assert passed.event.agent == ANNA
