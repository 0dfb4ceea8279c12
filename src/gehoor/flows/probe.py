"""The house tries its own door: every quarter of an hour the customer's real path, from the contact page to a person.

A probe is a conversation of its own channel, marked as such everywhere and left out of every figure. A step that fails
is an incident: an alarm, and a line of the house ledger that says which step and what happened.
"""

from __future__ import annotations

import asyncio
import json
from typing import Final

import structlog

from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError
from gehoor.core.ids import ClientId
from gehoor.core.time import MINUTE, SECOND
from gehoor.flows.alarms import AlarmKind
from gehoor.flows.faults import described
from gehoor.flows.house import House
from gehoor.flows.people import hashed
from gehoor.flows.receive import withdraw
from gehoor.ports.outbound import Walk

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

    def __init__(self, house: House, walk: Walk, every: int) -> None:
        self._house = house
        self._walk = walk
        self._every = every

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.sleep(FIRST / SECOND)
        while True:
            try:
                if self._house.world.peers.leads():
                    await self.once()
            except GehoorError as fault:
                _LOG.error("a probe could not be told", code=fault.code)
            except Exception as fault:  # a house that stops trying its door must not look like one whose door opens
                _LOG.error("a probe failed by itself", **described(fault))
            await asyncio.sleep(self._every / SECOND)

    async def once(self) -> bool:
        """One walk; whether every step went well."""
        await self._end_older_ones()
        walked = await self._walk.walk()
        failed = walked.failed_at != ""
        if failed:
            told = {"step": walked.failed_at, "what": walked.what, "conversation": walked.conversation}
            world, body = self._house.world, json.dumps(told, sort_keys=True)
            await world.store.add_to_ledger(world.clock.now(), LINE, body)
        named = {"step": walked.failed_at, "what": walked.what}
        await self._house.alarms.set(AlarmKind.PROBE_FAILED, "", failed, **named)
        return not failed

    async def _end_older_ones(self) -> None:
        """A walk that was cut short left a request behind. The house was its customer, and needs nobody any more."""
        left = [view.id for view in self._house.floor.views.values() if view.channel == Channel.PROBE]
        for id in left:
            fresh = ClientId(hashed(self._house.world.ids.new()).hex()[:32])  # in the form of a client's own id
            await withdraw(self._house.recorder, id, fresh)
