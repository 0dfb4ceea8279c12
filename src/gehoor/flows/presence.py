"""Which staff are there: open desks, signs of life, and the leases that run out when a browser goes without a word.

With several processes each knows its own desks and what the others last said of theirs; who leads acts on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import Policy
from gehoor.core.routing.assign import Hands
from gehoor.core.time import SECOND, Instant
from gehoor.ports.peers import Attended
from gehoor.ports.people import Staff
from gehoor.ports.world import Clock

SIGN_OF_LIFE_S: Final = 30.0
"""A desk that answered a beat of its stream is held to it: the server beats every 10 seconds, three may be missed."""


@dataclass(slots=True)
class Presence:
    """One member of staff as the desk sees them.

    ``streams``: desks that are open here, ``elsewhere``: in other processes; ``said_at``: when they were last said to
    be available or not; ``acted_at``: when they last did something themselves; ``alive_at``: when a desk of theirs
    last answered a beat; ``gone``: rings when they count as lost; ``lease``: rings when their browser gave no sign of
    life in time.
    """

    staff: Staff
    available: bool = False
    streams: int = 0
    elsewhere: int = 0
    said_at: int = 0
    free_since: int = 0
    acted_at: int = 0
    alive_at: int = 0
    gone: asyncio.TimerHandle | None = field(default=None, repr=False)
    lease: asyncio.TimerHandle | None = field(default=None, repr=False)

    @property
    def desks(self) -> int:
        """Open desks, wherever."""
        return self.streams + self.elsewhere


class Attendance:
    """Who is there.

    Args:
        lost: told of everybody who went without saying so.
        leads: whether this process acts on that.
        told: told of every change here; ``soon`` when others must know at once.
    """

    def __init__(
        self,
        clock: Clock,
        policy: Callable[[], Policy],
        lost: Callable[[StaffId], None],
        leads: Callable[[], bool] = lambda: True,
        told: Callable[[StaffId, bool], None] = lambda _staff, _soon: None,
    ) -> None:
        self._clock = clock
        self._policy = policy
        self._lost = lost
        self._leads = leads
        self._told = told
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
        self._is_back(presence)
        self._told(staff.id, True)

    def _is_back(self, presence: Presence) -> None:
        _stop(presence.gone)
        presence.gone = None

    def left(self, staff: StaffId) -> None:
        """A desk was closed or its line broke. After a moment without any, the agent counts as lost."""
        presence = self.all.get(staff)
        if presence is None:
            return
        presence.streams = max(presence.streams - 1, 0)
        if presence.desks == 0:
            self._went(presence)
        self._told(staff, True)

    def _went(self, presence: Presence) -> None:
        _stop(presence.lease)
        presence.lease = None
        # A page that is loaded again is away for a second; for that long the agent is still there.
        presence.acted_at = self._clock.now()
        self.expect_back(presence.staff.id, self._policy().clocks.agent_lost)

    def acted(self, staff: Staff) -> None:
        """A member of staff did something: without an open desk, that is what says that they are there."""
        presence = self.of(staff)
        presence.acted_at = self._clock.now()
        if presence.desks == 0:
            self.expect_back(staff.id, self._policy().clocks.agent_lost)
        elif presence.lease is not None:
            self.lives(staff.id)
        self._told(staff.id, presence.desks == 0)

    def says(self, staff: Staff, available: bool) -> None:
        """They are there for customers, or not for a moment."""
        presence = self.of(staff)
        now = self._clock.now()
        # Also after the clock was set back: what was said last counts.
        presence.said_at, presence.free_since = max(now, presence.said_at + 1), now
        presence.available = available
        self._told(staff.id, True)

    def set_away(self, staff: StaffId, at: int) -> None:
        """They are not there for customers, as was seen at the instant."""
        presence = self.all.get(staff)
        if presence is not None and not at < presence.said_at <= self._clock.now():
            presence.available, presence.said_at = False, max(at, presence.said_at)
            self._told(staff, True)

    def lives(self, staff: StaffId) -> None:
        """A desk answered a beat. From now on it must go on doing so: a browser that sleeps or lost its network does
        not say that it goes, and its line looks open for many minutes."""
        presence = self.all.get(staff)
        if presence is None or presence.desks == 0:
            return
        presence.alive_at = self._clock.now()
        self._hold_to_it(presence)
        self._told(staff, False)

    def _hold_to_it(self, presence: Presence) -> None:
        _stop(presence.lease)
        loop = asyncio.get_running_loop()
        presence.lease = loop.call_later(SIGN_OF_LIFE_S, lambda: self._ran_out(presence))

    def _ran_out(self, presence: Presence) -> None:
        presence.lease = None
        if self._leads():
            self.set_away(presence.staff.id, self._clock.now())
            self._lost(presence.staff.id)

    def expect_back(self, staff: StaffId, span: int) -> None:
        """Counts them as lost after ``span`` microseconds, unless a desk of theirs opens."""
        presence = self.all[staff]
        _stop(presence.gone)
        presence.gone = asyncio.get_running_loop().call_later(span / SECOND, lambda: self._is_lost(staff))

    def _is_lost(self, staff: StaffId) -> None:
        if self._leads():
            self._lost(staff)

    def was_lost(self, staff: StaffId) -> None:
        """They are gone: whoever comes back says so."""
        presence = self.all.get(staff)
        if presence is not None:
            presence.gone = None
            if presence.desks == 0:
                self.set_away(staff, self._clock.now())

    # -- several processes -------------------------------------------------------------------------------------------

    def known_here(self, staff: StaffId, process: str) -> Attended:
        """What this process knows of somebody."""
        one = self.all[staff]
        said_at, free_since, acted_at = Instant(one.said_at), Instant(one.free_since), Instant(one.acted_at)
        return Attended(
            staff, process, one.streams, one.available, said_at, free_since, acted_at, Instant(one.alive_at)
        )

    def hear(self, rows: Iterable[Attended]) -> bool:
        """What all other processes know. Returns whether it changes who is there."""
        by_staff: dict[StaffId, list[Attended]] = {id: [] for id in self.all}
        for row in rows:
            by_staff.get(row.staff, []).append(row)
        # Everybody: whom no process speaks of any more has no desk elsewhere.
        changed = [self._hear_of(self.all[id], known) for id, known in by_staff.items()]
        return any(changed)

    def _hear_of(self, presence: Presence, known: Sequence[Attended]) -> bool:
        before = presence.available, presence.desks
        presence.elsewhere = sum(row.streams for row in known if row.here)
        presence.acted_at = max([presence.acted_at, *(row.acted_at for row in known)])
        newest = max(known, key=lambda row: row.said_at, default=None)
        if newest is not None and newest.said_at > presence.said_at:
            presence.available, presence.said_at = newest.available, newest.said_at
            presence.free_since = newest.free_since
        if presence.desks > 0:
            self._is_back(presence)
            alive_at = max([0, *(row.alive_at for row in known)])
            if alive_at > presence.alive_at:
                presence.alive_at = alive_at
                self._hold_to_it(presence)
        elif before[1] > 0:
            self._went(presence)
        return before != (presence.available, presence.desks)

    def take_over(self, busy: Callable[[StaffId], int]) -> None:
        """This process leads from now on: nobody is lost with the one before, and nobody who is gone is forgotten."""
        silent = self._clock.now() - int(SIGN_OF_LIFE_S * SECOND)
        for id, presence in self.all.items():
            if presence.desks == 0 and busy(id):
                self.expect_back(id, self._policy().clocks.agent_lost)
            elif presence.desks > 0 and 0 < presence.alive_at < silent:
                self._ran_out(presence)

    def is_there(self, presence: Presence) -> bool:
        """Whether somebody can be offered customers: available, with a desk open or opening one this moment."""
        if not presence.available or presence.desks > 0:
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
