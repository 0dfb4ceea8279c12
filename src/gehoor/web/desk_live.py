"""Server-sent events to a desk: a snapshot, then what happens in my conversations and in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from gehoor.core.conversation.model import Audience
from gehoor.core.time import Instant
from gehoor.flows.alarms import ALARMS
from gehoor.flows.house import House
from gehoor.flows.read import news_lines
from gehoor.ports.feed import News, Passing
from gehoor.ports.people import Staff
from gehoor.web.desk_cards import Cards
from gehoor.web.live import HEARTBEAT, HEARTBEAT_S, RETRY, sse
from gehoor.web.lookout import standing_alarms
from gehoor.web.readable import is_given, restricted, supervises
from gehoor.web.wire import Teller, encode

DESKS: Final = "desks"
SIGNED_OUT: Final = "signed_out"
"""The desks of somebody who signed out end; one of another browser comes back with its own session."""
_CALM_S: Final = 0.25
"""A queue that changes all the time is told at most this often."""


class DeskStream:
    """One open desk, for as long as its session lasts."""

    def __init__(self, house: House, cards: Cards, teller: Teller, staff: Staff, until: Instant) -> None:
        self._house = house
        self._cards = cards
        self._teller = teller
        self._staff = staff
        self._until = until

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
                if item is None:
                    yield HEARTBEAT
                elif isinstance(item, News):
                    for chunk in self._facts(item):
                        yield chunk
                elif item.kind == SIGNED_OUT:
                    return
                elif item.kind == ALARMS:
                    yield sse(ALARMS, encode({"alarms": standing_alarms(self._house)}))
                elif item.kind == "queue":
                    yield await self._lists()
                else:
                    yield sse(item.kind, item.data)
        finally:
            listening.close()
            floor.left(me)

    async def _snapshot(self) -> dict[str, object]:
        me = self._staff
        presence = self._house.floor.presence[me.id]
        status = "available" if presence.available else "away"
        alarms = {"alarms": standing_alarms(self._house)} if self._supervises() else {}
        return (
            alarms
            | {
                "me": {"id": me.id, "name": me.name, "role": me.role, "presence": status},
                "mine": await self._cards.mine(me),
                "queue": await self._cards.queue(me),
            }
            | self._cards.lists(me)
        )

    async def _lists(self) -> bytes:
        me = self._staff
        queue = {"queue": await self._cards.queue(me)} | self._cards.lists(me)
        return sse("queue", encode(queue)) + sse("mine", encode({"mine": await self._cards.mine(me)}))

    def _facts(self, news: News) -> list[bytes]:
        if self._restricted() and not self._had(news):
            return []
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
            for id in self._house.floor.places.look():
                feed.publish(id, Passing("place", b""))
            await asyncio.sleep(_CALM_S)
