"""The book of windows: which windows for calling back still have room, and holding one for a customer.

It is computed, never stored: what is booked stands in the views of open conversations. A window that somebody chooses
is held from the moment that its room was looked at until the choice is committed or refused. Nothing is awaited between
the looking and the holding, so that on the one event loop of the process no window is ever sold twice. Of several
processes one at a time looks, in the store, until its choice is committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gehoor.core.conversation.model import Window
from gehoor.core.conversation.view import ConversationView
from gehoor.core.guarantee import windows as rules
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.flows.owed import Owed, booked_from
from gehoor.ports.world import World


@dataclass(frozen=True, slots=True)
class Held:
    """One customer's hold on a window while the choice is on its way."""

    conversation: ConversationId
    start: Instant


class WindowBook:
    """The windows of one organisation.

    Args:
        owed: the promises that run, as the last commit left them.
        policy: gives the policy in force.
    """

    def __init__(self, world: World, owed: Owed, policy: Callable[[], Policy]) -> None:
        self._world = world
        self._owed = owed
        self._clock = world.clock
        self._policy = policy
        self._held: list[Held] = []

    def open_windows(self, id: ConversationId) -> tuple[Window, ...]:
        """The windows that this customer can choose, first one first. The customer's own place counts as room."""
        return tuple(window for window, room in self.every(id) if room > 0)

    def every(self, id: ConversationId | None = None) -> list[tuple[Window, int]]:
        """Every window that can be booked, full ones too, with the room that it has (for this customer)."""
        policy, booked = self._policy(), list(self._booked(id, self._owed.booked()))
        windows = rules.windows(policy, self._clock.now())
        return [(window, rules.room(policy, window, booked)) for window in windows]

    def shortage(self) -> rules.Shortage | None:
        """Whether the people on shift can keep everything that is promised."""
        return rules.shortage(self._policy(), self._owed.due(), self._clock.now(), self._owed.windows())

    def find(self, start: Instant) -> Window | None:
        """The window that begins at the instant and can still be chosen, full or not."""
        windows = rules.windows(self._policy(), self._clock.now())
        return next((window for window in windows if window.start == start), None)

    def standing(self, view: ConversationView) -> Window | None:
        """The window in which a customer is promised a call."""
        if view.window_start is None or view.due_at is None:
            return None
        return Window(view.window_start, view.due_at)

    @asynccontextmanager
    async def holding(self, id: ConversationId, window: Window | None) -> AsyncIterator[bool]:
        """Whether the window has room for this customer; if so, nobody else gets that place meanwhile."""
        if window is None:
            yield True
            return
        if not self._has_room(id, window, self._owed.booked()):
            yield False
            return
        async with self._world.peers.lock("windows") as only_here:
            standing = self._owed.booked() if self._world.peers.alone else await self._stored()
            if not (only_here and self._has_room(id, window, standing)):
                yield False
                return
            held = Held(id, window.start)
            self._held.append(held)
            try:
                yield True
            finally:
                self._held.remove(held)

    async def _stored(self) -> dict[ConversationId, Instant]:
        """What is booked by what is in the store, which other processes write as well."""
        starts = ((view.id, booked_from(view)) for view in await self._world.store.booked_views())
        return {id: start for id, start in starts if start is not None}

    def _has_room(self, id: ConversationId, window: Window, standing: Mapping[ConversationId, Instant]) -> bool:
        return rules.room(self._policy(), window, self._booked(id, standing)) > 0

    def _booked(self, id: ConversationId | None, standing: Mapping[ConversationId, Instant]) -> Iterable[Instant]:
        """The starts of all windows that others have or are getting."""
        getting = [one for one in self._held if standing.get(one.conversation) != one.start]
        yield from (start for other, start in standing.items() if other != id)
        yield from (one.start for one in getting if one.conversation != id)
