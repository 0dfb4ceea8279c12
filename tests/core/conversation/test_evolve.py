"""What every kind of fact does to the state, as stories."""

from typing import Any, get_args

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import MOST_TRIES, MOST_UNHELPFUL, begin, evolve, fold
from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Reached, State, Timer
from tests.core.conversation.examples import FACTS
from tests.core.situations import ANNA, BRAM, ID, after
from tests.promises.told import BEGINNINGS, facts_of

TABLE: list[tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]] = [
    # the story, what Control says after it, what Record says after it
    ((), {"phase": Phase.NEW, "disclosed": False, "armed": frozenset()}, {"seq": 0}),
    (("ConversationStarted language=en",), {"phase": Phase.AI, "armed": {Timer.IDLE}}, {"language": "en", "seq": 1}),
    (("ConversationStarted | DisclosureShown",), {"disclosed": True}, {"seq": 2}),
    # a request keeps its first moment, and drops what the AI still had to do
    (
        ("begin asked", "HumanRequested"),
        {"phase": Phase.WAITING, "requested": True, "armed": {Timer.WAIT}},
        {"turns": ()},
    ),
    (("begin waiting",), {"reached": Reached.NONE, "tries": 0}, {"request_seq": 3}),
    (("begin ai", "HumanRequested danger=DAMAGE"), {"danger": Danger.DAMAGE}, {}),
    (("begin danger", "HumanRequested danger=DISCOMFORT"), {"danger": Danger.LIFE}, {}),  # never less than before
    (("begin reached", "HumanRequested"), {"phase": Phase.HUMAN, "requested": True}, {"agent": ANNA}),
    # a correction is a notice: the floor and every clock stay as they were
    (("begin answered",), {"phase": Phase.AI}, {"told": {("huur", "1")}}),
    (("begin human", "AgentWrote sources=gas@2,huur@1"), {}, {"told": {("huur", "1"), ("gas", "2")}}),
    (
        ("begin corrected",),
        {"phase": Phase.AI, "armed": {Timer.IDLE}, "requested": False},
        {"corrected": {"r1"}, "unseen": (("r1", 6),), "called_about": frozenset()},
    ),
    (("begin corrected", "CorrectionSeen"), {"phase": Phase.AI}, {"unseen": (), "corrected": {"r1"}}),
    (("begin corrected", "CorrectionSeen recall=r2"), {}, {"unseen": (("r1", 6),)}),
    (
        ("begin corrected", "HumanRequested how=recall | PromiseMade kind=callback"),
        {"phase": Phase.WAITING, "requested": True, "promised": True},
        {"called_about": {"r1"}},
    ),
    (("begin corrected", "HumanRequested"), {"requested": True}, {"called_about": frozenset()}),
    # withdrawn: a new engagement of the AI
    (("begin danger", "RequestWithdrawn"), {"phase": Phase.AI, "requested": False, "danger": Danger.NONE}, {}),
    (("begin promised", "RequestWithdrawn"), {"promised": False, "disclosed": True}, {"due_at": None, "reference": ""}),
    (("begin offered", "RequestWithdrawn"), {"armed": {Timer.IDLE}}, {"offered_to": None, "offer": None}),
    # offers
    (("begin offered",), {"phase": Phase.OFFERED, "armed": {Timer.WAIT, Timer.OFFER}}, {"offered_to": ANNA}),
    (("begin offered", "OfferDeclined"), {"phase": Phase.WAITING}, {"offered_to": None, "declined": (ANNA,)}),
    (("begin offered", "OfferTimedOut"), {"armed": {Timer.WAIT}}, {"declined": (ANNA,)}),
    (  # who declined last stands last
        (
            "begin offered",
            "OfferDeclined",
            "Offered agent=bram",
            "OfferDeclined agent=bram",
            "Offered",
            "OfferDeclined",
        ),
        {},
        {"declined": (BRAM, ANNA)},
    ),
    # a person has the floor
    (("begin human",), {"phase": Phase.HUMAN, "requested": True, "armed": {Timer.AGENT}}, {"agent": ANNA}),
    (("begin offered", "HumanJoined"), {}, {"offered_to": None, "offer": None, "declined": ()}),
    (("begin written",), {"reached": Reached.TRIED, "armed": {Timer.IDLE}}, {"last_human_seq": 5}),
    (
        ("begin human", "AgentWrote hold_line=yes"),
        {"reached": Reached.NONE, "armed": {Timer.AGENT}},
        {"last_human_seq": 0},
    ),
    (("begin reached", "AgentWrote"), {"reached": Reached.REACHED}, {"last_human_seq": 7}),
    (("begin human", "NoteWritten"), {"reached": Reached.NONE, "armed": {Timer.AGENT}}, {"seq": 5}),
    # reached
    (("begin reached",), {"reached": Reached.REACHED, "requested": False}, {}),
    (("begin written", "Delivered upto=1"), {"reached": Reached.TRIED, "requested": True}, {}),  # not up to the answer
    (("begin human", "Delivered upto=99"), {"reached": Reached.NONE, "requested": True}, {}),  # no answer yet
    (("begin human", "CallRecorded"), {"reached": Reached.REACHED, "requested": False, "armed": {Timer.IDLE}}, {}),
    (("begin human", "CallRecorded answered=no"), {"reached": Reached.NONE, "requested": True}, {}),
    # the person is gone
    (
        ("begin human", "HumanLeft reason=lost"),
        {"phase": Phase.WAITING, "returned": True, "armed": {Timer.WAIT}},
        {"agent": None},
    ),
    (("begin reached", "HumanLeft reason=silent"), {"requested": True, "reached": Reached.NONE}, {}),
    (("begin human", "human:anna HumanLeft reason=transferred wanted=bram"), {}, {"wanted": BRAM, "declined": (ANNA,)}),
    (
        ("begin human", "human:anna HumanLeft wanted=bram", "HumanJoined agent=bram"),
        {"phase": Phase.HUMAN},
        {"wanted": None},
    ),
    # an answer that nobody saw
    (("begin parked",), {"phase": Phase.PARKED, "tries": 1, "requested": True, "armed": {Timer.TRY}}, {"agent": None}),
    (
        ("begin parked", "ReturnedToQueue reason=try_again"),
        {"phase": Phase.WAITING, "tries": 1, "reached": Reached.TRIED},
        {},
    ),
    (
        ("begin parked", "ReturnedToQueue reason=customer_back"),
        {"returned": True, "tries": 0, "reached": Reached.NONE},
        {},
    ),
    (("begin parked", "ReturnedToQueue reason=danger"), {"tries": 0, "armed": {Timer.WAIT}}, {}),
    (
        ("begin parked", "ReturnedToQueue reason=try_again", "MessageReceived"),
        {"reached": Reached.NONE, "tries": 1},
        {},
    ),
    (("begin parked", "ReturnedToQueue reason=try_again", "HumanJoined"), {"reached": Reached.NONE}, {}),
    (("begin parked", "PromiseTried | PromiseTried | PromiseTried"), {"tries": MOST_TRIES}, {}),
    (("begin parked", "Delivered"), {"reached": Reached.REACHED, "requested": False, "tries": 0}, {}),
    # promises
    (("begin promised",), {"promised": True, "armed": {Timer.PROMISE}}, {"reference": "123-456-784"}),
    (("begin waiting", "PromiseMade kind=callback"), {}, {"promise_kind": PromiseKind.CALLBACK}),
    (
        ("begin promised_written", "Delivered | PromiseKept"),
        {"promised": False},
        {"due_at": None, "promise_kind": None},
    ),
    (
        ("begin promised", "PromiseBroken"),
        {"promised": False, "requested": True},
        {"due_at": None, "promise_kind": PromiseKind.CHAT},
    ),
    (("begin promised_written", "PromiseNotReached"), {"promised": False, "requested": False}, {"due_at": None}),
    (("begin danger", "CallNowShown"), {"promised": False, "armed": {Timer.WAIT}}, {}),
    # the end, and after it
    (("begin resolved",), {"phase": Phase.RESOLVED, "armed": frozenset(), "reached": Reached.NONE}, {"agent": None}),
    (("begin promised", "Resolved"), {"promised": False, "requested": False}, {"first_requested_at": None}),
    (("begin resolved", "Reopened"), {"phase": Phase.AI, "disclosed": True, "armed": {Timer.IDLE}}, {}),
    (("begin reached", "HandedBack"), {"phase": Phase.AI, "requested": False, "armed": {Timer.IDLE}}, {"agent": None}),
    # the AI
    (("begin asked",), {"armed": {Timer.BOT}}, {"turns": (3,)}),
    (("begin asked", "MessageReceived | BotTurnDue"), {"armed": {Timer.BOT}}, {"turns": (3, 5)}),
    (("begin asked", "BotReplied"), {"armed": {Timer.IDLE}, "unhelpful": 0}, {"turns": (), "given": {"huur"}}),
    (
        ("begin asked", "MessageReceived | BotTurnDue", "BotReplied turn=3 idle_at=none"),
        {"armed": {Timer.BOT}},
        {"turns": (5,)},
    ),
    (("begin asked", "BotSuggested"), {"unhelpful": 1, "armed": {Timer.IDLE}}, {"turns": ()}),
    (("begin asked", "BotAbstained"), {"unhelpful": 1, "abstained": 1}, {"turns": ()}),
    (("begin asked", *["BotAbstained"] * 3), {"unhelpful": MOST_UNHELPFUL, "abstained": 3}, {}),
    (("begin asked", *["BotAbstained"] * 4), {"abstained": 1}, {}),  # round again
    (("begin asked", "BotAbstained", "Resolved", "Reopened"), {"abstained": 1, "unhelpful": 0}, {}),  # kept over an end
    (("begin asked", "BotSuggested", "FeedbackGiven helped=yes"), {"unhelpful": 0}, {}),
    (("begin asked", "BotReplied", "FeedbackGiven"), {"unhelpful": 1}, {}),
    (("begin asked", "HumanOffered"), {"offered_person": True, "armed": {Timer.BOT}}, {"offered_seq": 5}),
    (("begin asked", "IdentityTold idle_at=none"), {"armed": {Timer.BOT}}, {}),
    (("begin ai", "IdentityTold"), {"armed": {Timer.IDLE}}, {}),
    (("begin asked", "IdentityTold turn=3"), {"armed": {Timer.IDLE}}, {"turns": ()}),
    (("begin asked", "SignalsRaised turn=3 wants_human=maybe"), {"armed": {Timer.BOT}}, {"turns": (3,)}),
    (("begin asked", "ModelConsulted"), {"armed": {Timer.BOT}, "unhelpful": 0}, {"turns": (3,)}),  # only a record
    # what the house says of what it heard
    (("begin ai", "DangerAsked kind=gas danger=LIFE"), {"danger": Danger.NONE}, {"asked_kind": "gas"}),
    (("begin ai", "DangerAsked kind=gas danger=LIFE", "DangerAsked kind=lift"), {}, {"asked_danger": Danger.NONE}),
    (("begin resolved", "DangerAsked kind=gas", "Resolved"), {}, {"asked_kind": "overig"}),  # another time, another one
    (
        ("begin waiting", "ReceiptGiven", "ReceiptGiven topic=privacy reference=000-000-001"),
        {"requested": True},
        {"receipts": {"complaint", "privacy"}, "reference": "123-456-784"},
    ),
    (("begin promised", "ReceiptGiven reference=000-000-001"), {}, {"reference": "123-456-784"}),  # the first is kept
    (("begin ai", "SupportOffered", "SupportOffered offers=helper"), {}, {"supports": {"call", "helper"}}),
    (("begin ai", "SupportChosen"), {"requested": False, "armed": {Timer.IDLE}}, {"language": "nl"}),
    (("begin ai", "SupportChosen offer=other_language language=en"), {}, {"language": "en"}),
    (("begin ai", "SupportChosen offer=more_time idle_at=+7d"), {"armed": {Timer.IDLE}}, {}),
    (("begin ai", "SafetyShown danger=LIFE"), {"danger": Danger.LIFE, "requested": False}, {}),
    (("begin human", "MessageReceived answer_by=+30m"), {"armed": {Timer.AGENT}}, {}),
    (("begin reached", "MessageReceived answer_by=+30m"), {"armed": {Timer.AGENT}}, {}),
    (("begin waiting", "ContactLeft"), {"requested": True}, {"seq": 4}),
    # the promise as the customer chose it
    (
        ("begin promised", "PromiseMoved kind=email due_at=+2d window_start=+1d owner=desk"),
        {"promised": True, "armed": {Timer.PROMISE}},
        {"promise_kind": PromiseKind.EMAIL, "owner": "desk"},
    ),
    (("begin promised", "PromiseReminded"), {"promised": True}, {"seq": 5}),
    # the night chain
    (
        ("begin called_out",),
        {"link": 1, "acknowledged": False, "armed": {Timer.WAIT, Timer.PARTNER}},
        {},
    ),
    (("begin called_out", "PartnerAcknowledged"), {"acknowledged": True}, {}),
    (("begin called_out", "PartnerAcknowledged", "PartnerSilent"), {"acknowledged": False, "armed": {Timer.WAIT}}, {}),
    (("begin called_out", "PartnerReached"), {"requested": False, "reached": Reached.REACHED, "link": 0}, {}),
    (("begin called_out", "HumanJoined"), {"link": 0, "armed": {Timer.AGENT}}, {}),
    # letters
    (("begin mailed",), {"reached": Reached.REACHED, "requested": False, "mailed": True}, {}),
    (("begin mailed", "Resolved"), {"phase": Phase.RESOLVED, "mailed": True}, {}),
    (("begin mailed", "MailFailed bounced=yes"), {"reached": Reached.TRIED, "requested": True, "mailed": False}, {}),
    (
        ("begin mailed", "Resolved", "MailFailed bounced=yes reopens=yes"),
        {"phase": Phase.WAITING, "requested": True, "returned": True, "mailed": False},
        {"agent": None},
    ),
    (("begin mailed", "HumanRequested"), {"mailed": False}, {}),  # another matter
    (("begin written", "MailFailed bounced=yes"), {"reached": Reached.TRIED}, {}),  # it had not been accepted
]


@pytest.mark.parametrize(
    ("story", "control", "record"), TABLE, ids=lambda one: " / ".join(one) if isinstance(one, tuple) else ""
)
def test_that_the_state_after_a_story_is_as_it_should_be(
    story: tuple[str, ...], control: dict[str, Any], record: dict[str, Any]
) -> None:
    state = after(*story)
    assert {name: getattr(state.control, name) for name in control} == control
    assert {name: getattr(state.record, name) for name in record} == record


def test_that_every_kind_of_fact_stands_in_a_story() -> None:
    told = " ".join(line for story, _, _ in TABLE for line in story) + " ".join(sum(BEGINNINGS.values(), ()))
    assert [kind.__name__ for kind in get_args(e.Event) if kind.__name__ not in told] == []


def test_that_no_fact_can_fail_in_any_state() -> None:
    for beginning in BEGINNINGS:
        state = after(f"begin {beginning}")
        for fact in FACTS:
            changed = evolve(state, fact)
            assert (changed.record.seq, changed.record.at) == (fact.seq, fact.at)
            assert changed.control.armed == {timer for timer, _ in changed.record.rings}


def test_that_the_time_to_a_person_begins_with_the_first_request() -> None:
    first = after("begin waiting")
    for more in ("MessageReceived", "HumanRequested", "Offered", "PromiseMade"):
        assert after("begin waiting", more).record.first_requested_at == first.record.at
    left = after("begin human", "HumanLeft reason=lost")
    assert left.record.first_requested_at == left.record.queued_since == first.record.at


def test_that_folding_in_parts_is_folding_at_once() -> None:
    facts = facts_of(["begin promised_written"])
    whole = fold(begin(ID), facts)
    for cut in range(len(facts)):
        half: State = fold(begin(ID), facts[:cut])
        assert fold(half, facts[cut:]) == whole
