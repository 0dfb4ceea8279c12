"""The house tries its own door: every quarter of an hour the customer's real path, from the contact page to a person.

A probe is a conversation of its own channel, marked as such everywhere and left out of every figure. A step that fails
is an incident: an alarm, and a line of the house ledger that says which step and what happened.
"""

from __future__ import annotations

import asyncio
import json
from typing import Final

import structlog

from gehoor.core.errors import GehoorError
from gehoor.core.time import MINUTE, SECOND
from gehoor.flows.alarms import AlarmKind, Alarms
from gehoor.ports.outbound import Walk
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LINE: Final = "probe"
"""The kind of the lines of the house ledger."""
FIRST: Final = MINUTE
"""How long after the start the first walk is: the server must answer by then."""


class Probe:
    """Walks now and then.

    Args:
        walk: the way in, as a customer takes it.
        every: how often, in microseconds.
    """

    def __init__(self, world: World, alarms: Alarms, walk: Walk, every: int) -> None:
        self._world = world
        self._alarms = alarms
        self._walk = walk
        self._every = every

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.sleep(FIRST / SECOND)
        while True:
            try:
                await self.once()
            except GehoorError as fault:
                _LOG.error("a probe could not be told", code=fault.code)
            await asyncio.sleep(self._every / SECOND)

    async def once(self) -> bool:
        """One walk; whether every step went well."""
        walked = await self._walk.walk()
        failed = walked.failed_at != ""
        if failed:
            told = {"step": walked.failed_at, "what": walked.what, "conversation": walked.conversation}
            body = json.dumps(told, sort_keys=True)
            await self._world.store.add_to_ledger(self._world.clock.now(), LINE, body)
        await self._alarms.set(AlarmKind.PROBE_FAILED, "", failed, step=walked.failed_at, what=walked.what)
        return not failed
