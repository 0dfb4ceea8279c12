"""How the predicates are put together. What each of them finds stands in tests/promises/traces."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Actor, ActorKind, LetterKind, Phase, Reached, State, Timer
from gehoor.core.guarantee.judge import violations
from gehoor.core.guarantee.promises import (
    COMMIT_PREDICATES,
    STEP_PREDICATES,
    at_rest,
    clock,
    honest,
    keep,
    offers_a_person,
    reach,
    turn,
    urgent,
)
from gehoor.core.guarantee.step import Commit, Predicate, Step
from gehoor.core.ids import StaffId
from gehoor.core.time import Instant
from tests.core.conversation.examples import one
from tests.core.guarantee.bent import BENT
from tests.core.situations import ANNA, ID, after, bent, forged, taken
from tests.promises.told import BEGINNINGS, facts_of


def test_that_a_commit_is_looked_at_as_a_whole() -> None:
    facts = tuple(facts_of(["begin ai", "MessageReceived urgent=yes danger=LIFE"]))
    before = fold(begin(ID), facts[:2])
    assert urgent(Commit(before, facts[2:], fold(before, facts[2:]))) is not None


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_that_every_right_beginning_is_right_at_rest(beginning: str) -> None:
    assert list(at_rest(after(f"begin {beginning}"))) == []


def test_that_every_open_phase_needs_its_clock() -> None:
    for beginning in ("ai", "waiting", "offered", "human", "parked"):
        state = after(f"begin {beginning}")
        bare = type(state)(state.record, type(state.control)(state.control.phase, True, state.control.requested))
        assert "NO-DEAD-END" in {guarantee for guarantee, _ in at_rest(bare)}
        assert state.control.phase is not Phase.RESOLVED
        assert Timer.BOT not in bare.control.armed


def test_that_the_guarantees_about_a_conversation_are_all_there() -> None:
    named = {*STEP_PREDICATES, *(name for name, _ in COMMIT_PREDICATES)}
    assert named == {
        *("REACH", "KEEP", "SILENCE", "CLOCK", "TURN", "NO-DEAD-END", "HONEST", "DISCLOSED", "GROUNDED"),
        *("NO-LOOP", "URGENT", "ONE-VOICE", "PRIVATE"),
    }


def test_that_a_hold_line_may_change_nothing_of_the_clock() -> None:
    line = replace(one(e.AgentWrote), hold_line=True)
    assert clock(forged("begin human", line, reached=Reached.TRIED))
    assert clock(forged("begin human", line)) is None


def test_that_who_lost_a_person_may_not_wait_elsewhere_than_in_front() -> None:
    left = one(e.HumanLeft)
    assert turn(forged("begin human", left, phase=Phase.WAITING, returned=True)) is None
    assert turn(forged("begin human", left, phase=Phase.WAITING, returned=False))
    assert turn(forged("begin human", left, phase=Phase.PARKED, returned=True))


@pytest.mark.parametrize(("beginning", "agent"), [("waiting", ANNA), ("human", None)])
def test_that_a_person_is_named_exactly_while_they_have_the_floor(beginning: str, agent: StaffId | None) -> None:
    state = after(f"begin {beginning}")
    assert "ONE-VOICE" not in {guarantee for guarantee, _ in at_rest(state)}
    wrong = State(replace(state.record, agent=agent), state.control)
    assert "ONE-VOICE" in {guarantee for guarantee, _ in at_rest(wrong)}


AT_REST: list[tuple[str, dict[str, object], str]] = [
    ("waiting", {"armed": frozenset()}, "NO-DEAD-END"),  # nothing leads on
    ("resolved", {"requested": True, "first_requested_at": Instant(1)}, "KEEP"),
    ("resolved", {"armed": frozenset({Timer.IDLE})}, "KEEP"),
    ("waiting", {"offered_to": ANNA}, "NO-DEAD-END"),
    ("offered", {"offered_to": None}, "NO-DEAD-END"),
    ("waiting", {"requested": False}, "KEEP"),
    ("ai", {"requested": True, "first_requested_at": Instant(1)}, "REACH"),
    ("asked", {"armed": frozenset({Timer.IDLE})}, "NO-DEAD-END"),  # a turn is due
    ("waiting", {"first_requested_at": None}, "CLOCK"),
    ("promised", {"due_at": None}, "NO-DEAD-END"),
    ("promised", {"promised": False}, "NO-DEAD-END"),
    ("danger", {"armed": frozenset({Timer.PROMISE}), "promised": True, "due_at": Instant(1)}, "URGENT"),
    ("called_out", {"acknowledged": True, "armed": frozenset({Timer.WAIT})}, "NO-DEAD-END"),
    ("waiting", {"mailed": True}, "KEEP"),
]


@pytest.mark.parametrize(("beginning", "changed", "guarantee"), AT_REST)
def test_that_what_may_not_be_left_at_rest_is_named(beginning: str, changed: dict[str, object], guarantee: str) -> None:
    assert list(at_rest(after(f"begin {beginning}"))) == []
    left = forged(f"begin {beginning}", one(e.DisclosureShown), **changed).after
    assert [name for name, _ in at_rest(left)] == [guarantee]


@pytest.mark.parametrize(
    "kind", [e.HumanJoined, e.AgentWrote, e.NoteWritten, e.CallRecorded, e.HandedBack, e.OfferDeclined]
)
def test_that_what_a_person_did_is_done_by_that_person_only(kind: type) -> None:
    step = forged("begin human", one(kind))
    for actor, right in ((Actor(ActorKind.HUMAN, one(kind).agent), True), (Actor(ActorKind.HUMAN, "x"), False)):
        told = Step(step.before, replace(step.fact, actor=actor), step.after)
        assert (honest(told) is None) is right


ENDINGS: list[tuple[str, e.Event, bool]] = [
    ("begin human", replace(one(e.CallRecorded), answered=True), True),
    ("begin human", replace(one(e.CallRecorded), answered=False), False),
    ("begin written", replace(one(e.MailAccepted), letter=LetterKind.ANSWER, upto=99), True),
    ("begin waiting", replace(one(e.MailAccepted), letter=LetterKind.ANSWER, upto=99), False),  # nobody wrote
    ("begin called_out", replace(one(e.PartnerReached), link=1), True),
    ("begin called_out", replace(one(e.PartnerReached), link=2), False),  # was not asked
    ("begin ai", replace(one(e.PartnerReached), link=1), False),
]


@pytest.mark.parametrize(("story", "event", "right"), ENDINGS)
def test_that_only_a_person_who_came_to_the_customer_ends_a_request(story: str, event: e.Event, right: bool) -> None:
    assert (keep(forged(story, event, requested=False, mailed=True)) is None) is right


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
