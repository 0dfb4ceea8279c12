"""The organisation and the conversation that ``gehoor check`` explores, and one step of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.events import Event, Fact
from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import SUPPORT, Control, Danger, Phase, State
from gehoor.core.decide.dispatch import decide
from gehoor.core.guarantee.receipts import TOPICS
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Contact, Link, Policy, Wording
from gehoor.core.time import MINUTE, Instant, instant, later, local
from gehoor.texts.read import sentences

Key = tuple[Control, int, bool, bool, bool, bool]

STALE: Final = 10**9
"""A turn that is nobody's, and a number beyond every fact."""

RECALLED: Final = "r1"
"""The recall of which the correction was given already, in the states in which everything was said before."""

WRONG: Final = frozenset({("wrong", "1")})
"""What was given there, and is recalled."""

_MORNING: Final = Block(time(9), time(12))
_AFTERNOON: Final = Block(time(13), time(17))
_OPEN: Final = (_MORNING, _AFTERNOON)
_CLOCKS: Final = (time(7), time(11), time(20))


@cache
def office() -> Policy:
    """An organisation as most are: two blocks on working days, a day off, a night chain of two links, the wording that
    is shipped."""
    contact = Contact("Voorbeeld", "Voorbeeld", "0800-0001", "0800-0002", {}, "a@example.org", "Straat 1", {})
    hours = OpeningHours((_OPEN,) * 5 + ((),) * 2, frozenset({date(2026, 12, 25)}))
    night = (
        Link("night", "de nachtdienst", "webhook", "https://night.example"),
        Link("duty", "de dienstdoende", "mail", "duty@example.org"),
    )
    return Policy(1, contact, hours, Wording("1", sentences()), night=night)


def new_conversation() -> State:
    """A conversation before its first fact, on a Monday at ten."""
    state = begin(ConversationId("conversation"))
    at = instant(datetime(2026, 11, 23, 10, tzinfo=office().hours.zone))
    return State(replace(state.record, at=at), state.control)


def key(state: State) -> Key:
    """What of a state can change what may happen next: states with one key stand for each other.

    ``decide`` reads Control and the Situation. Of Control everything counts but ``offered_person``, which no rule
    reads, and the number in ``abstained``, which only counts round which of three equal wordings comes next: none yet,
    or one of them, is enough. Of the Record the Situation reads: whether zero, one or more turns of the AI are due
    (``more``, ``current``; see ``Explorer.stand_ins``); whether somebody has the conversation or the offer
    (``standing``); whether an article was given before (``given``). It also compares clocks and seqs with those of the
    command, and the moves try each way that such a comparison can come out: whatever the instants are, any armed clock
    may be the next to ring. What was said before (offers, receipts, the danger that was asked about) only keeps a
    notice from being shown again: it is not in the key, and of each state both ends are tried (``said_before``). The
    predicates look, besides, at the moment of the first request. tests/prove holds the key against concrete histories,
    and against the whole of Control.
    """
    record, control = state.record, state.control
    if control.abstained > 1 or control.offered_person:
        control = replace(control, abstained=min(control.abstained, 1), offered_person=False)
    return (
        control,
        min(len(record.turns), 2),
        record.agent is not None,
        record.offered_to is not None,
        bool(record.given),
        record.first_requested_at is not None,
    )


def said_before(state: State) -> Iterator[State]:
    """The state as if everything had been offered, asked and received in it already, and, where something was, as if
    nothing had been. Which of them it is changes neither who has the floor nor any clock."""
    nothing, record = begin(state.record.id).record, state.record
    everything: dict[str, Any] = {
        "offered_seq": STALE,
        "asked_kind": "gas",
        "asked_danger": Danger.LIFE,
        "receipts": frozenset(TOPICS),
        "supports": frozenset(SUPPORT),
        "told": WRONG,
        "corrected": frozenset({RECALLED}),
        "unseen": ((RECALLED, 1),),
    }
    yield State(replace(record, **everything), state.control)
    fresh = {name: getattr(nothing, name) for name in everything}
    offered = bool(record.turns) and record.offered_seq > record.turns[0]
    if offered or any(getattr(record, name) != value for name, value in fresh.items() if name != "offered_seq"):
        yield State(replace(record, **fresh), state.control)


def rough_key(state: State) -> Key:
    """A coarser key that holds as long as no rule compares degrees of danger and nobody but the AI reads its own
    budget: an eighth of the states, for planting many faults in turn."""
    control, turns, agent, offer, given, requested = key(state)
    danger = Danger.NONE if control.danger is Danger.NONE else Danger.LIFE
    unhelpful = control.unhelpful if control.phase is Phase.AI else 0
    rough = replace(control, danger=danger, unhelpful=unhelpful)
    return rough, turns, agent, offer, given, requested


def take(state: State, order: c.Order, policy: Policy, at: Instant) -> tuple[Fact, ...]:
    """The facts of a command in a state, as the recorder would number them.

    Raises:
        Refused: a rule says no.
    """
    seq = state.record.seq
    return tuple(
        Fact(seq + place, at, False, told.actor or order.actor, order.id, policy.version, told.text[:8], told.event)
        for place, told in enumerate(decide(state, order, policy, at), 1)
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One time of day at which a command may come."""

    name: str
    at: Instant


def moments(policy: Policy, at: Instant) -> tuple[Moment, ...]:
    """Moments after ``at`` that opening hours tell apart, and the last minute before the clock is next moved."""
    day = local(at, policy.hours.zone).date() + timedelta(days=1)
    return _moments(policy.hours, day)


@cache
def _moments(hours: OpeningHours, day: date) -> tuple[Moment, ...]:
    found = [Moment(f"at {clock:%H:%M}", instant(datetime.combine(day, clock, tzinfo=hours.zone))) for clock in _CLOCKS]
    moved = clock_moves(hours, day)
    return (*found, Moment("before the clock is moved", later(moved, -MINUTE)))


class _ListenedTo(OpeningHours):
    """Opening hours that say what they are asked for."""

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            object.__getattribute__(self, "_asked").append(name)
        return super().__getattribute__(name)


def listened_to(hours: OpeningHours, asked: list[str]) -> OpeningHours:
    """The same hours; whatever a rule asks them for stands in ``asked`` afterwards. What asks for nothing cannot depend
    on the hour of the day."""
    same = _ListenedTo.__new__(_ListenedTo)
    object.__setattr__(same, "_asked", asked)
    for one in fields(hours):
        object.__setattr__(same, one.name, getattr(hours, one.name))
    return same


def clock_moves(hours: OpeningHours, day: date) -> Instant:
    """The first moment after a day at which the clocks are moved."""
    at = instant(datetime.combine(day, time(12), tzinfo=hours.zone))
    for _ in range(400):
        after = later(at, 24 * 60 * MINUTE)
        if local(at, hours.zone).utcoffset() != local(after, hours.zone).utcoffset():
            return _within(hours, at, after)
        at = after
    return at


def _within(hours: OpeningHours, at: Instant, after: Instant) -> Instant:
    offset = local(at, hours.zone).utcoffset()
    while after - at > MINUTE:
        middle = Instant((at + after) // 2)
        at, after = (middle, after) if local(middle, hours.zone).utcoffset() == offset else (at, middle)
    return after


def ceiling(hours: OpeningHours, at: Instant, days: int = 1) -> Instant:
    """The latest that may be promised: the end of the ``days``-th working day to come, counted day by day."""
    today = local(at, hours.zone).date()
    left = days
    for ahead in range(1, 371):
        blocks = hours.blocks(today + timedelta(days=ahead))
        left -= bool(blocks)
        if blocks and left == 0:
            end = datetime.combine(today + timedelta(days=ahead), blocks[-1].end, tzinfo=hours.zone)
            return instant(end)
    return later(at, 24 * 60 * MINUTE)


def names(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """The kinds of the facts."""
    return tuple(type(fact.event).__name__ for fact in facts)


def has(facts: tuple[Fact, ...], *kinds: type[Event]) -> bool:
    """Whether one of the facts is of one of the kinds."""
    return any(isinstance(fact.event, kinds) for fact in facts)
