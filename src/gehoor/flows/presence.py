"""Which staff are there: open desks, signs of life, and the leases that run out when a browser goes without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import Policy
from gehoor.core.routing.assign import Hands
from gehoor.core.time import SECOND
from gehoor.ports.people import Staff
from gehoor.ports.world import Clock

SIGN_OF_LIFE_S: Final = 30.0
"""A desk that answered a beat of its stream is held to it: the server beats every 10 seconds, three may be missed."""


@dataclass(slots=True)
class Presence:
    """One member of staff as the desk sees them.

    ``streams``: open desks; ``acted_at``: when they last did something themselves; ``gone``: rings when they count as
    lost; ``lease``: rings when their browser gave no sign of life in time.
    """

    staff: Staff
    available: bool = False
    streams: int = 0
    free_since: int = 0
    acted_at: int = 0
    gone: asyncio.TimerHandle | None = field(default=None, repr=False)
    lease: asyncio.TimerHandle | None = field(default=None, repr=False)


class Attendance:
    """Who is there. ``lost`` is told of everybody who went without saying so."""

    def __init__(self, clock: Clock, policy: Callable[[], Policy], lost: Callable[[StaffId], None]) -> None:
        self._clock = clock
        self._policy = policy
        self._lost = lost
        self.all: dict[StaffId, Presence] = {}
        # The hands of each as they were seen last, and from what: they seldom change.
        self._seen: dict[StaffId, tuple[tuple[int, int, TeamId, Policy], Hands]] = {}

    def of(self, staff: Staff) -> Presence:
        """The presence of somebody, who may be new here."""
        return self.all.setdefault(staff.id, Presence(staff))

    def came(self, staff: Staff) -> None:
        """A desk was opened."""
        presence = self.of(staff)
        presence.staff = staff
        presence.streams += 1
        _stop(presence.gone)
        presence.gone = None

    def left(self, staff: StaffId) -> None:
        """A desk was closed or its line broke. After a moment without any, the agent counts as lost."""
        presence = self.all.get(staff)
        if presence is None:
            return
        presence.streams = max(presence.streams - 1, 0)
        if presence.streams == 0:
            _stop(presence.lease)
            presence.lease = None
            # A page that is loaded again is away for a second; for that long the agent is still there.
            presence.acted_at = self._clock.now()
            self.expect_back(staff, self._policy().clocks.agent_lost)

    def acted(self, staff: Staff) -> None:
        """A member of staff did something: without an open desk, that is what says that they are there."""
        presence = self.of(staff)
        presence.acted_at = self._clock.now()
        if presence.streams == 0:
            self.expect_back(staff.id, self._policy().clocks.agent_lost)
        elif presence.lease is not None:
            self.lives(staff.id)

    def lives(self, staff: StaffId) -> None:
        """A desk answered a beat. From now on it must go on doing so: a browser that sleeps or lost its network does
        not say that it goes, and its line looks open for many minutes."""
        presence = self.all.get(staff)
        if presence is None or presence.streams == 0:
            return
        _stop(presence.lease)
        loop = asyncio.get_running_loop()
        presence.lease = loop.call_later(SIGN_OF_LIFE_S, lambda: self._ran_out(presence))

    def _ran_out(self, presence: Presence) -> None:
        presence.lease = None
        presence.available = False
        self._lost(presence.staff.id)

    def expect_back(self, staff: StaffId, span: int) -> None:
        """Counts them as lost after ``span`` microseconds, unless a desk of theirs opens."""
        presence = self.all[staff]
        _stop(presence.gone)
        presence.gone = asyncio.get_running_loop().call_later(span / SECOND, lambda: self._lost(staff))

    def was_lost(self, staff: StaffId) -> None:
        """They are gone: whoever comes back says so."""
        presence = self.all.get(staff)
        if presence is not None:
            presence.available = presence.available and presence.streams > 0
            presence.gone = None

    def is_there(self, presence: Presence) -> bool:
        """Whether somebody can be offered customers: available, with a desk open or opening one this moment."""
        if not presence.available or presence.streams > 0:
            return presence.available
        return self._clock.now() - presence.acted_at <= self._policy().clocks.agent_lost

    def hands(self, load: Callable[[StaffId], int]) -> list[Hands]:
        """Everybody who is there, with what they can do. ``load``: how many conversations and offers each has."""
        there = (one for one in self.all.values() if self.is_there(one))
        return [self.hands_of(one.staff, load(one.staff.id)) for one in there]

    def hands_of(self, staff: Staff, busy: int) -> Hands:
        """An agent as the assignment sees them. Of whose team the policy says nothing can do everything; a team that
        names no languages speaks all of them, one that names no skills has none in particular."""
        policy = self._policy()
        presence = self.all.get(staff.id)
        free_since = 0 if presence is None else presence.free_since
        known, seen = self._seen.get(staff.id), (busy, free_since, staff.team, policy)
        if known is not None and known[0] == seen:
            return known[1]
        hands = self._hands_of(staff, busy, free_since, policy)
        self._seen[staff.id] = seen, hands
        return hands

    @staticmethod
    def _hands_of(staff: Staff, busy: int, free_since: int, policy: Policy) -> Hands:
        for team in policy.teams:
            if team.id == staff.team:
                skills, languages = team.skills, team.languages or None
                return Hands(staff.id, busy, policy.chats_per_agent, free_since, skills, languages, team.restricted)
        return Hands(staff.id, busy, policy.chats_per_agent, free_since)


def _stop(handle: asyncio.TimerHandle | None) -> None:
    if handle is not None:
        handle.cancel()
