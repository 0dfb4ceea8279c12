"""TURN over what really happened: who was offered a person, while who waited.

One conversation cannot show that somebody was passed over; this lays them all beside each other. It finds only what no
rule of the queue can explain: of two customers in the same class, with the same language and skill, without a window,
a wanted agent or a refusal of this agent, the one who asked later was taken while the other had stood there already and
stood there still afterwards. Moments are those of the clock: one that is set by more than a few seconds puts facts of
different conversations in another order than they had, and may show here.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve
from gehoor.core.conversation.model import Channel, Phase, State
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import SECOND, Instant

JUST_NOW: Final = 2 * SECOND
"""Who began to wait so shortly before an offer may not have been seen when it was made; who was taken so shortly after
it went beside it."""

Class = tuple[int, bool, str, str]
"""Danger, returned to the front, language, skill: within it the longest waiting goes first."""


@dataclass(frozen=True, slots=True)
class Place:
    """One customer who waits. ``entered``: when they came to stand here; ``since``: the request that counts."""

    since: Instant
    id: ConversationId
    entered: Instant
    declined: tuple[StaffId, ...] = ()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One change in the queue: ``left`` and ``came`` are places; ``taken_by``: the agent who was offered who left."""

    at: Instant
    seq: int
    id: ConversationId
    kind: Class
    left: Place | None
    came: Place | None
    taken_by: StaffId | None


def turns_of(id: ConversationId, facts: Sequence[e.Fact]) -> list[Turn]:
    """What one conversation does in the queue, in order."""
    found: list[Turn] = []
    state, stands = begin(id), None
    for fact in facts:
        before, state = state, evolve(state, fact)
        place = _place(state, fact, stands)
        if place == stands and _kind(before) == _kind(state):
            continue
        taken_by = fact.event.agent if isinstance(fact.event, e.Offered | e.HumanJoined) else None
        if stands is not None:
            found.append(Turn(fact.at, fact.seq, id, _kind(before), stands, None, taken_by))
        if place is not None:
            found.append(Turn(fact.at, fact.seq, id, _kind(state), None, place, None))
        stands = place
    return found


def _place(state: State, fact: e.Fact, stands: Place | None) -> Place | None:
    control, record = state.control, state.record
    if control.phase is not Phase.WAITING or record.channel is Channel.PROBE or record.first_requested_at is None:
        return None
    apart = record.wanted is not None or record.window_start is not None
    entered = fact.at if stands is None else stands.entered
    return Place(record.first_requested_at, record.id, entered, record.declined, apart)


def _kind(state: State) -> Class:
    return int(state.control.danger), state.control.returned, state.record.language, state.record.skill


def passed_over(turns: Iterable[Turn]) -> Iterator[tuple[ConversationId, int]]:
    """The conversations (and the fact) that were taken before somebody who had waited longer."""
    line: dict[Class, list[tuple[Instant, ConversationId]]] = {}
    places: dict[ConversationId, Place] = {}
    # Who was passed over, by whom and when: a finding only when they still stand there a moment later.
    suspected: dict[ConversationId, list[Turn]] = {}
    for turn in sorted(turns, key=lambda one: (one.at, one.id, one.seq)):
        waiting = line.setdefault(turn.kind, [])
        if turn.came is not None:
            places[turn.id] = turn.came
            insort(waiting, (turn.came.since, turn.id))
        if turn.left is None:
            continue
        yield from _confirmed(suspected.pop(turn.id, ()), turn.at)
        key = (turn.left.since, turn.id)
        if turn.taken_by is not None and not turn.left.apart:
            for _, id in waiting[: bisect_left(waiting, key)]:
                if _should_have_gone_first(places[id], turn, turn.taken_by):
                    suspected.setdefault(id, []).append(turn)
        waiting.pop(bisect_left(waiting, key))
    for left in suspected.values():
        yield from _confirmed(left, None)


def _confirmed(passers: Iterable[Turn], left_at: Instant | None) -> Iterator[tuple[ConversationId, int]]:
    """Those who were taken long enough before the other left the line. ``left_at`` None: they wait still."""
    for turn in passers:
        if left_at is None or left_at - turn.at > JUST_NOW:
            yield turn.id, turn.seq


def _should_have_gone_first(one: Place, turn: Turn, agent: StaffId) -> bool:
    stood_there = one.entered <= turn.at - JUST_NOW
    return stood_there and not one.apart and agent not in one.declined
