"""Server-sent events to a desk: a snapshot, then what happens in my conversations and in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience
from gehoor.core.time import Instant
from gehoor.flows.alarms import ALARMS
from gehoor.flows.house import House
from gehoor.flows.read import news_lines
from gehoor.ports.feed import News, Passing
from gehoor.ports.people import Staff
from gehoor.web.desk_lists import List, Lists
from gehoor.web.live import HEARTBEAT, HEARTBEAT_S, RETRY, sse
from gehoor.web.lookout import standing_alarms
from gehoor.web.readable import is_given, restricted, supervises
from gehoor.web.wire import Teller, encode

DESKS: Final = "desks"
SIGNED_OUT: Final = "signed_out"
"""The desks of somebody who signed out end; one of another browser comes back with its own session."""
_CALM_S: Final = 0.25
"""A queue that changes all the time is told at most this often."""
_LONG_LINE: Final = 1000
_TOLD_AT_ONCE: Final = 500
_PLACE: Final = Passing("place", b"")
_MOST_AT_ONCE: Final = 64
_MOVES: Final = (
    *(e.Offered, e.OfferDeclined, e.OfferTimedOut, e.HumanJoined, e.HumanLeft, e.HandedBack, e.Parked, e.Resolved),
)


class DeskStream:
    """One open desk, for as long as its session lasts."""

    def __init__(self, house: House, lists: Lists, teller: Teller, staff: Staff, until: Instant) -> None:
        self._house = house
        self._lists = lists
        self._teller = teller
        self._staff = staff
        self._until = until
        # Of each list as it was told last.
        self._told: dict[str, int] = {}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        feed, floor, me = self._house.world.feed, self._house.floor, self._staff.id
        topics = (f"desk:{me}", DESKS, ALARMS) if self._supervises() else (f"desk:{me}", DESKS)
        listening = feed.subscribe(topics)
        await floor.came(self._staff)
        try:
            yield RETRY
            yield sse("snapshot", encode(await self._snapshot()))
            while True:
                item = await listening.next(HEARTBEAT_S)
                if listening.lost or self._house.world.clock.now() >= self._until:
                    return
                chunks = [HEARTBEAT] if item is None else []
                while item is not None:
                    if not isinstance(item, News) and item.kind == SIGNED_OUT:
                        return
                    chunks += await self._chunks(item)
                    # What is there already goes in the same piece: sending it one by one is most of the work.
                    item = listening.at_once() if len(chunks) < _MOST_AT_ONCE else None
                if chunks:
                    yield b"".join(chunks)
        finally:
            listening.close()
            floor.left(me)

    async def _chunks(self, item: News | Passing) -> list[bytes]:
        if isinstance(item, News):
            return self._facts(item)
        if item.kind == ALARMS:
            return [sse(ALARMS, encode({"alarms": standing_alarms(self._house)}))]
        if item.kind == "queue":
            return [sse(name, encode(told)) for name, told in (await self._changed(item)).items()]
        return [sse(item.kind, item.data)]

    async def _snapshot(self) -> dict[str, object]:
        me = self._staff
        presence = self._house.floor.presence[me.id]
        status = "available" if presence.available else "away"
        whole: dict[str, object] = {"alarms": standing_alarms(self._house)} if self._supervises() else {}
        whole["me"] = {"id": me.id, "name": me.name, "role": me.role, "presence": status}
        for told in (await self._changed(None)).values():
            whole |= told
        return whole

    async def _changed(self, call: Passing | None) -> dict[str, List]:
        """The lists that are not as they were told last."""
        changed = {}
        for name, now in (await self._lists.of(self._staff, call)).items():
            mark = hash(encode(now))
            if self._told.get(name) != mark:
                self._told[name] = mark
                changed[name] = now
        return changed

    def _facts(self, news: News) -> list[bytes]:
        if self._restricted() and not self._had(news):
            return []
        if any(isinstance(fact.event, _MOVES) for fact in news.facts):
            # An act of this desk changed its lists before the stream does: they are told again, as they were or not.
            self._told.clear()
        chunks: list[bytes] = []
        for line, text in news_lines(news, Audience.STAFF):
            told = {"conversation": news.conversation} | self._teller.event(line, text, Audience.STAFF)
            chunks.append(sse("fact", encode(told), f"{news.conversation}:{line.fact.seq}"))
        return chunks

    def _restricted(self) -> bool:
        return restricted(self._house.policy, self._staff)

    def _supervises(self) -> bool:
        return supervises(self._house.policy, self._staff)

    def _had(self, news: News) -> bool:
        """Whether the conversation is this agent's, or was until this commit."""
        gave_up = any(fact.actor.id == self._staff.id for fact in news.facts)
        return gave_up or is_given(news.view, self._staff.id)


class Caller:
    """Tells desks and waiting customers that the queue changed, not more often than they can read."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._changed = asyncio.Event()
        house.floor.changed = self._changed.set

    async def run(self) -> None:
        """Until cancelled."""
        feed = self._house.world.feed
        while True:
            await self._changed.wait()
            self._changed.clear()
            feed.publish(DESKS, Passing("queue", b""))
            line = self._house.floor.places.look()
            for place, id in enumerate(line):
                feed.publish(id, _PLACE)
                if place % _TOLD_AT_ONCE == _TOLD_AT_ONCE - 1:
                    await asyncio.sleep(0)
            # Telling everybody takes time by their number: a long line is told less often, and messages go on.
            await asyncio.sleep(_CALM_S * (1 + len(line) / _LONG_LINE))
