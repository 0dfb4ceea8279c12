"""Deliver every clock that has rung, and every effect whose process died."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Timer
from gehoor.core.errors import GehoorError, StoreFault, Unknown
from gehoor.core.time import HOUR, SECOND, Instant, later
from gehoor.flows.alarms import AlarmKind, Alarms
from gehoor.flows.outbox import Outbox
from gehoor.flows.record import HOUSE, Recorder
from gehoor.ports.store import Job
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LEASE: Final = 30 * SECOND
MOST_AT_ONCE: Final = 200
EVERY_S: Final = 0.5
UNKNOWN_FOR: Final = HOUR
"""How long a job of a kind that nobody here knows is left alone, before it is looked at again."""


async def half_a_second() -> None:
    """The pause between two looks."""
    await asyncio.sleep(EVERY_S)


class Ticker:
    """Rings.

    Args:
        pause: what passes between two looks; a simulation leaves out those that find nothing.

    ``looked_at``: when the store last told what is due; 0 before the first time.
    """

    def __init__(
        self,
        world: World,
        recorder: Recorder,
        outbox: Outbox,
        alarms: Alarms,
        pause: Callable[[], Awaitable[None]] = half_a_second,
    ) -> None:
        self._pause = pause
        self._world = world
        self._recorder = recorder
        self._outbox = outbox
        self._alarms = alarms
        self.looked_at = Instant(0)

    async def run(self) -> None:
        """Looks twice a second, until cancelled. A store that is away for a moment only delays."""
        while True:
            try:
                while await self.once() == MOST_AT_ONCE:
                    pass
            except StoreFault:
                raise  # the house ends: nothing can be written any more, and no customer should have to find that out
            except GehoorError as fault:
                _LOG.warning("clocks could not be read and are read again", code=fault.code)
            await self._pause()

    async def once(self) -> int:
        """Everything that is due now; returns how much that was."""
        now = self._world.clock.now()
        jobs = await self._world.store.claim(now, LEASE, MOST_AT_ONCE)
        self.looked_at = now
        for job in jobs:
            try:
                await self._do(job)
            except GehoorError as fault:  # one job that fails stops no other; it is claimed again after its lease
                _LOG.warning("a clock is rung again later", kind=job.kind, argument=job.argument, code=fault.code)
        return len(jobs)

    async def _do(self, job: Job) -> None:
        if job.kind == "turn":
            self._outbox.ask(job.conversation, int(job.argument), job.run_at)
        elif self._outbox.sends(job.kind):
            self._outbox.send(job)
        elif job.kind == "timer":
            await self._ring(job)
        elif job.kind == "remind":
            await self._remind(job)
        else:
            await self._leave(job)

    async def _ring(self, job: Job) -> None:
        try:
            outcome = await self._recorder.submit(job.conversation, c.RingTimer(Timer(job.argument)), HOUSE)
        except Unknown:
            await self._world.store.finish(job.key, job.run_at)
            return
        still_armed = outcome.state.record.rings_at(Timer(job.argument)) == job.run_at
        if not outcome.facts and not still_armed:  # armed still: our clock stepped back since; it rings when it is time
            await self._world.store.finish(job.key, job.run_at)

    async def _remind(self, job: Job) -> None:
        try:
            outcome = await self._recorder.submit(job.conversation, c.Remind(), HOUSE, done=(job.key,))
        except Unknown:
            await self._world.store.finish(job.key, job.run_at)
            return
        if not outcome.facts:  # nothing is promised any more
            await self._world.store.finish(job.key, job.run_at)

    async def _leave(self, job: Job) -> None:
        """A newer version wrote this job: it stands until one that knows it runs again, and people hear of it."""
        await self._world.store.hold(job.key, job.run_at, later(self._world.clock.now(), UNKNOWN_FOR))
        await self._alarms.ring(AlarmKind.UNKNOWN_JOB, job.kind, job=job.kind)
