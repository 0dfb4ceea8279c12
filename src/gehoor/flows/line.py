"""Everybody who waits, kept in order: a copy in memory of what the facts say.

Every change costs a search in a sorted list, never a sort; a test compares it with the plain sort.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from gehoor.core.conversation.model import Channel, Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.routing.places import Move
from gehoor.core.routing.queue import Key, Need, NeedKind, Waiting, place_key
from gehoor.core.time import Instant, later

IN_QUEUE: Final = (Phase.WAITING, Phase.OFFERED)
_MOST_MOVES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Had:
    """The languages and the skills that any team has."""

    languages: frozenset[str]
    skills: frozenset[str]


def had_by(policy: Policy) -> Had:
    """What the teams of a policy have."""
    teams = policy.teams
    return Had(frozenset().union(*(one.languages for one in teams)), frozenset().union(*(one.skills for one in teams)))


def as_waiting(view: ConversationView, policy: Policy, had: Had | None = None) -> Waiting:
    """How a conversation waits.

    Args:
        had: what ``had_by`` found, when many are asked about under one policy.
    """
    since = view.first_requested_at if view.first_requested_at is not None else view.at
    return Waiting(
        id=view.id,
        since=since,
        danger=view.danger,
        returned=view.returned,
        wanted=view.wanted,
        declined=view.declined,
        offered_to=view.offered_to,
        needs=tuple(_needs(view, policy, had or had_by(policy), since)),
        not_before=view.window_start,
        probe=view.channel == Channel.PROBE,
    )


def _needs(view: ConversationView, policy: Policy, had: Had, since: Instant) -> Iterator[Need]:
    """A language or a skill that no team has is no need: waiting for it would be waiting for nothing."""
    if view.language in had.languages:
        yield Need(NeedKind.LANGUAGE, view.language, later(since, policy.widening.language))
    if view.skill in had.skills:
        yield Need(NeedKind.SKILL, view.skill, later(since, policy.widening.skill))


class Line:
    """The customers who wait, in order; apart from them those whose window has not opened, and probes."""

    def __init__(self) -> None:
        self._all: dict[ConversationId, Waiting] = {}
        self._keys: list[Key] = []
        self._places: dict[ConversationId, Key] = {}
        self._offered: set[ConversationId] = set()
        self._moments: list[tuple[Instant, ConversationId]] = []
        # What happened since somebody last looked; who never looks must not fill the memory.
        self._moves: deque[Move] = deque(maxlen=_MOST_MOVES)

    def __iter__(self) -> Iterator[Waiting]:
        return (self._all[key[-1]] for key in self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, id: ConversationId) -> Waiting | None:
        """How somebody waits, in the line or beside it."""
        return self._all.get(id)

    def beside(self) -> list[Waiting]:
        """Who waits and does not stand in the line: their window has not opened, or they are a probe."""
        return [one for id, one in self._all.items() if id not in self._places]

    def position(self, id: ConversationId) -> int | None:
        """The place in the line, from 1; None for who does not stand in it."""
        key = self._places.get(id)
        return None if key is None else bisect_left(self._keys, key) + 1

    def offered_before(self, id: ConversationId) -> int:
        """How many of those who go before are being offered to somebody: they take no room any more."""
        key = self._places.get(id)
        return 0 if key is None else sum(self._places[one] < key for one in self._offered)

    def fill(self, everybody: Iterable[Waiting], now: Instant) -> None:
        """Everybody at once, into a line in which nobody is yet: with one sort. Nobody moved."""
        self._all = {waiting.id: waiting for waiting in everybody}
        for id, waiting in self._all.items():
            if waiting.in_line(now):
                self._places[id] = place_key(waiting)
                if waiting.offered_to is not None:
                    self._offered.add(id)
            elif waiting.not_before is not None and waiting.not_before > now:
                self._moments.append((waiting.not_before, id))
            for need in waiting.needs:
                if need.until > now:
                    self._moments.append((need.until, id))
        self._keys = sorted(self._places.values())
        heapify(self._moments)

    def put(self, waiting: Waiting, now: Instant) -> None:
        """Adds somebody, or gives them the place that is theirs now."""
        before = self._all.get(waiting.id)
        self._all[waiting.id] = waiting
        if before is None or before.needs != waiting.needs:
            for moment in {need.until for need in waiting.needs if need.until > now}:
                heappush(self._moments, (moment, waiting.id))
        self._place(waiting, before, now)
        if waiting.offered_to is not None and waiting.id in self._places:
            self._offered.add(waiting.id)
        else:
            self._offered.discard(waiting.id)

    def _place(self, waiting: Waiting, before: Waiting | None, now: Instant) -> None:
        old = self._places.get(waiting.id)
        new = place_key(waiting) if waiting.in_line(now) else None
        if new is None and waiting.not_before is not None and waiting.not_before > now:
            heappush(self._moments, (waiting.not_before, waiting.id))
        if old == new:
            return
        if old is not None:
            self._leave(waiting.id, old)
        if new is not None:
            insort(self._keys, new)
            self._places[waiting.id] = new
            if waiting.offered_to is not None:
                self._offered.add(waiting.id)
            self._moves.append(Move(before if old is not None else None, waiting))

    def take_out(self, id: ConversationId) -> None:
        """Somebody waits no more."""
        if self._all.pop(id, None) is not None and id in self._places:
            self._leave(id, self._places[id])

    def _leave(self, id: ConversationId, key: Key) -> None:
        del self._keys[bisect_left(self._keys, key)]
        del self._places[id]
        self._offered.discard(id)

    def pass_moments(self, now: Instant) -> bool:
        """Lets in whose window has opened. Returns whether anything came about: a window opened or a need widened."""
        passed = False
        while self._moments and self._moments[0][0] <= now:
            waiting = self._all.get(heappop(self._moments)[1])
            if waiting is not None:
                self._place(waiting, None, now)
                passed = True
        return passed

    def next_moment(self) -> Instant | None:
        """When the next window opens or the next need widens."""
        return self._moments[0][0] if self._moments else None

    def take_moves(self) -> list[Move]:
        """Who came in or got another place since the last call."""
        moves = list(self._moves)
        self._moves.clear()
        return moves
