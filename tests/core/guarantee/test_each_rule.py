"""Each predicate, and each rule in it, by itself: states and facts that no story brings, because another rule would
have spoken first or the fold makes no such state."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import (
    Actor,
    ActorKind,
    Danger,
    LetterKind,
    Phase,
    Reached,
    Source,
    Timer,
)
from gehoor.core.guarantee.promises import (
    at_rest,
    clock,
    grounded,
    honest,
    keep,
    no_dead_end,
    offers_a_person,
    one_voice,
    reach,
    silence,
    turn,
    violations,
)
from gehoor.core.guarantee.step import Commit, Predicate, Step
from gehoor.core.time import HOUR, Instant, later
from tests.core.conversation.examples import one
from tests.core.situations import AI, ANNA, CUSTOMER, HOUSE, after, bent, forged, taken
from tests.promises.told import facts_of


def promise(due: Instant) -> e.PromiseMade:
    return replace(one(e.PromiseMade), due_at=due)  # type: ignore[no-any-return]  # the example of that kind


NOTE, SOON = one(e.NoteWritten), later(after("begin promised").record.at, HOUR)
DUE = after("begin promised").record.due_at or Instant(0)
BOUNCE = replace(one(e.MailFailed), letter=LetterKind.ANSWER, upto=99, bounced=True)
SILENCE, FLOOR = (
    "The AI spoke while the customer waits for or talks to a person.",
    "An agent wrote without having the floor.",
)
NOBODY = "A promise was made to somebody who waits for nobody."
RESET = "The clock of the time to a person was reset."
UNREACHED = "A customer counts as reached without an answer that was delivered."
PLACE = "An offer that was not taken changed the customer's place."

BENT: list[tuple[Predicate, Step, str | None]] = [
    (silence, taken(bent("begin asked", requested=True), one(e.BotReplied), AI), SILENCE),
    (one_voice, taken(bent("begin waiting", agent=ANNA), one(e.AgentWrote)), FLOOR),
    (
        honest,
        taken(after("begin human"), NOTE, Actor(ActorKind.AI, ANNA)),
        "What a person did was not done by that person.",
    ),
    (honest, taken(after("begin ai"), one(e.IdentityTold), CUSTOMER), "What the AI is was not told by the house."),
    (honest, taken(after("begin ai"), one(e.IdentityTold), HOUSE), None),
    (keep, forged("begin waiting", one(e.Resolved), requested=False), "A request for a person ended by Resolved."),
    (
        keep,
        forged("begin written", e.Delivered(0), requested=False),
        "A request ended on a delivery without a person's answer, or before it.",
    ),
    (
        keep,
        taken(bent("begin parked", tries=2), one(e.PromiseNotReached), requested=False),
        "A customer counts as not reached after fewer than three tries.",
    ),
    (keep, taken(bent("begin parked", tries=3), one(e.PromiseNotReached), requested=False), None),
    (keep, forged("begin mailed", BOUNCE), "An answer came back, and the request was not opened again."),
    (clock, forged("begin waiting", NOTE, first_requested_at=Instant(1)), RESET),
    (
        clock,
        taken(
            bent("begin ai", first_requested_at=Instant(1)),
            one(e.HumanRequested),
            requested=True,
            first_requested_at=Instant(2),
        ),
        None,
    ),
    (clock, taken(bent("begin waiting", first_requested_at=None), NOTE, first_requested_at=Instant(1)), None),
    (clock, forged("begin written", NOTE, reached=Reached.REACHED), UNREACHED),
    (clock, forged("begin written", e.Delivered(99), reached=Reached.REACHED), None),
    (
        clock,
        forged("begin mailed", BOUNCE, first_requested_at=Instant(1)),
        "A letter that came back began the time to a person anew.",
    ),
    (
        turn,
        taken(bent("begin waiting", offered_to=ANNA), one(e.OfferDeclined)),
        "An offer was passed on by somebody who did not have it.",
    ),
    (turn, forged("begin offered", one(e.OfferDeclined), returned=True), PLACE),
    (turn, forged("begin offered", one(e.OfferTimedOut), danger=Danger.DAMAGE), PLACE),
    (turn, forged("begin offered", one(e.OfferTimedOut)), None),
    (
        grounded,
        forged("begin asked", replace(one(e.BotReplied), source=Source("", "1", "", "nl"))),
        "The AI answered without a source.",
    ),
    (no_dead_end, forged("begin human", promise(SOON)), None),
    (no_dead_end, forged("begin reached", promise(SOON)), NOBODY),
    (no_dead_end, taken(bent("begin ai", requested=True), promise(SOON)), NOBODY),
    (
        no_dead_end,
        forged("begin waiting", promise(after("begin waiting").record.at)),
        "A promise was due when it was made.",
    ),
    (no_dead_end, taken(bent("begin promised", due_at=Instant(1)), promise(Instant(1))), None),  # it had come due
    (no_dead_end, forged("begin promised", promise(DUE)), None),
    (
        no_dead_end,
        forged("begin promised", promise(later(DUE, 1))),
        "A promise was put off that was neither kept nor broken.",
    ),
    (no_dead_end, taken(bent("begin promised", promised=False), promise(later(DUE, 1))), None),  # it was broken
    (no_dead_end, taken(bent("begin promised", due_at=None), promise(SOON)), None),
]


@pytest.mark.parametrize(("predicate", "step", "wrong"), BENT)
def test_that_each_rule_speaks_for_itself(predicate: Predicate, step: Step, wrong: str | None) -> None:
    assert predicate(step) == wrong


@pytest.mark.parametrize(
    "kind",
    [
        *(e.ConversationStarted, e.MessageReceived, e.FeedbackGiven, e.ContactLeft, e.PromiseMoved),
        e.RequestWithdrawn,
    ],
)
def test_that_what_a_customer_did_is_done_by_the_customer_only(kind: type) -> None:
    for actor in ActorKind:
        step = taken(after("begin waiting"), one(kind), Actor(actor))
        assert (honest(step) is None) is (actor is ActorKind.CUSTOMER)


def test_that_somebody_else_who_has_time_to_answer_is_enough_in_danger() -> None:
    offered = ("begin danger", "Offered")
    assert list(at_rest(bent(offered, armed=frozenset({Timer.OFFER, Timer.PARTNER})))) == []
    assert [name for name, _ in at_rest(bent(offered, armed=frozenset({Timer.OFFER})))] == ["URGENT"]
    assert list(at_rest(bent("begin waiting", turns=(3,)))) == [], "the AI's turns count while it has the floor"


def test_that_danger_without_a_degree_counts_as_discomfort() -> None:
    line = "MessageReceived urgent=yes | SafetyShown danger=DISCOMFORT | HumanRequested danger=DISCOMFORT"
    facts = facts_of(["begin ai", line])
    assert violations(after("begin ai"), facts[2:])[1] == []


def test_that_who_talks_to_a_person_has_one() -> None:
    before = bent("begin reached", requested=False)
    heard = facts_of(["begin ai", "MessageReceived wants_human=yes"])[2:]
    assert before.control.phase is Phase.HUMAN
    assert reach(Commit(before, tuple(heard), before)) is None
    assert reach(Commit(before, tuple(heard), bent("begin parked", requested=False))) is not None


@pytest.mark.parametrize(
    ("line", "owed"),
    [
        ("BotSuggested", True),
        ("BotAbstained", True),
        ("FeedbackGiven helped=no", True),
        ("FeedbackGiven helped=no | MessageReceived | BotTurnDue", True),  # and something beside it
        ("FeedbackGiven helped=yes", False),
        ("MessageReceived | BotTurnDue", False),
        ("BotAbstained | HumanOffered", False),
    ],
)
def test_that_after_two_turns_that_did_not_help_a_person_is_owed(line: str, owed: bool) -> None:
    facts = tuple(facts_of(["begin asked", line])[4:])
    stuck = bent("begin asked", unhelpful=2)
    assert (offers_a_person(Commit(after("begin asked"), facts, stuck)) is not None) is owed
