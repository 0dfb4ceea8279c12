"""Is this server well: what it can do now, and what somebody must do when it cannot.

``ready`` says that customers may be sent here; ``degraded`` that they may, and that something is not as it should be;
``not_ready`` that they had better go to another server, or that the page must show the telephone number by itself.
Nothing personal and no place on the disk stands in it: it may be read by anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.errors import GehoorError
from gehoor.core.ids import ConversationId
from gehoor.core.time import SECOND, Instant
from gehoor.flows.house import House
from gehoor.flows.record import MOST_WAITING

PATIENCE_S: Final = 2.0
"""How long the store may take for the smallest question."""
STANDS_FOR: Final = SECOND
"""How long an answer is good: asking often costs nothing."""
CLOCKS_LATE: Final = 30 * SECOND
LITTLE_ROOM: Final = 256 * 1024 * 1024
"""Bytes on the disk below which somebody must be told."""
_NOBODY: Final = ConversationId("health")


class State(StrEnum):
    """How well."""

    READY = "ready"
    DEGRADED = "degraded"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. ``what``: what is wrong; ``do``: what to do about it."""

    check: str
    state: State
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Report:
    """How well this server is, and what was found."""

    state: State
    findings: tuple[Finding, ...]


class Health:
    """Looks.

    Args:
        room: bytes that are free where the store is; None where that is another machine's concern.
        learned: whether the assistant has its whole index; None where it has nothing to learn.
    """

    def __init__(
        self, house: House, room: Callable[[], int] | None = None, learned: Callable[[], bool] | None = None
    ) -> None:
        self._house = house
        self._room = room
        self._learned = learned
        self._seen: tuple[Instant, Report] | None = None
        self._looking = asyncio.Lock()
        self.stopping = False

    async def report(self) -> Report:
        """How well it is now, or was within the last second."""
        async with self._looking:
            now = self._house.world.clock.now()
            if self._seen is None or not 0 <= now - self._seen[0] < STANDS_FOR:
                found = tuple(one for one in (await self._store(), *self._rest(now)) if one is not None)
                worst = State.READY
                for one in found:
                    worst = one.state if worst is State.READY or one.state is State.NOT_READY else worst
                self._seen = now, Report(worst, found)
            seen = self._seen[1]
        return Report(State.NOT_READY, (_STOPPING, *seen.findings)) if self.stopping else seen

    async def _store(self) -> Finding | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._house.world.store.view(_NOBODY)
        except TimeoutError:
            return Finding("store", State.NOT_READY, "The store does not answer.", "Look at the disk or the database.")
        except GehoorError as fault:
            what = f"The store cannot be read ({fault.code})."
            return Finding("store", State.NOT_READY, what, "Look at the log of this server, the disk and the database.")
        return None

    def _rest(self, now: Instant) -> tuple[Finding | None, ...]:
        return self._writer(), self._clocks(now), self._disk(), self._policy(), self._assistant()

    def _writer(self) -> Finding | None:
        waiting = self._house.recorder.waiting
        if waiting < MOST_WAITING // 2:
            return None
        what = f"{waiting} commands wait to be written, of the {MOST_WAITING} that fit."
        return Finding(
            "writer", State.DEGRADED, what, "The store is slow or too much comes in: see running-it, Sizing."
        )

    def _clocks(self, now: Instant) -> Finding | None:
        late = now - self._house.ticker.looked_at
        if late < CLOCKS_LATE:
            return None
        what = f"The clocks of promises were last looked at {late // SECOND} seconds ago."
        return Finding("clocks", State.DEGRADED, what, "Look at the log; start the server again if it goes on.")

    def _disk(self) -> Finding | None:
        if self._room is None or self._room() >= LITTLE_ROOM:
            return None
        what = "The disk of the store is almost full: when it is, nothing can be acknowledged any more."
        return Finding("disk", State.DEGRADED, what, "Make room.")

    def _policy(self) -> Finding | None:
        if not self._house.policy.reduced:
            return None
        what = "No policy could be used: the server runs in reduced mode, without the assistant."
        return Finding("policy", State.DEGRADED, what, "Mend the organisation's file: docs/policy.md says how.")

    def _assistant(self) -> Finding | None:
        if self._learned is None or self._learned():
            return None
        what = "The assistant still learns its articles and finds answers by words alone."
        return Finding("assistant", State.DEGRADED, what, "Nothing: this is over by itself within a minute.")


_STOPPING: Final = Finding("stopping", State.NOT_READY, "This server is stopping.", "Nothing: another one takes over.")
