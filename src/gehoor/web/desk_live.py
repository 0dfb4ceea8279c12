"""Server-sent events to a desk: a snapshot, then what happens in my conversations and in the queue."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience
from gehoor.core.time import Instant
from gehoor.flows.alarms import ALARMS
from gehoor.flows.house import House
from gehoor.flows.read import news_lines
from gehoor.ports.feed import QUEUE, News, Passing, Subscription
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
_MANY: Final = 1000
_TOLD_AT_ONCE: Final = 500
_PLACE: Final = Passing("place", b"")
_MOST_AT_ONCE: Final = 64
_FACTS_WAIT_S: Final = 0.005
"""How long what is said waits at most for lists that are being made."""
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
        self._kept: deque[Passing] = deque()
        self._acts = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        feed, floor, me = self._house.world.feed, self._house.floor, self._staff.id
        topics = (f"desk:{me}", DESKS, ALARMS) if self._supervises() else (f"desk:{me}", DESKS)
        listening = feed.subscribe(topics)
        await floor.came(self._staff)
        try:
            yield RETRY
            yield sse("snapshot", encode(await self._snapshot()))
            while True:
                item = self._kept.popleft() if self._kept else await listening.next(HEARTBEAT_S)
                if listening.lost or self._house.world.clock.now() >= self._until:
                    return
                if isinstance(item, Passing) and item.kind == SIGNED_OUT:
                    return
                if isinstance(item, Passing) and item.kind == QUEUE:
                    async with aclosing(self._lists_beside(item, listening)) as pieces:
                        async for piece in pieces:
                            yield piece
                    continue
                chunks = self._chunks(item) + self._fresh(listening)
                while self._kept and self._kept[0].kind not in (QUEUE, SIGNED_OUT):
                    chunks += self._chunks(self._kept.popleft())
                if chunks:
                    yield b"".join(chunks)
        finally:
            listening.close()
            floor.left(me)

    def _chunks(self, item: News | Passing | None) -> list[bytes]:
        if item is None:
            return [HEARTBEAT]
        if isinstance(item, News):
            return self._facts(item)
        if item.kind == ALARMS:
            return [sse(ALARMS, encode({"alarms": standing_alarms(self._house)}))]
        return [sse(item.kind, item.data)]

    def _fresh(self, listening: Subscription) -> list[bytes]:
        """The facts that are there already, in one piece: sending them one by one is most of the work. What is no fact
        is kept for its turn; of two calls to look at the lists the first is enough."""
        chunks: list[bytes] = []
        while max(len(chunks), len(self._kept)) < _MOST_AT_ONCE:
            item = listening.at_once()
            if item is None:
                break
            if isinstance(item, News):
                chunks += self._facts(item)
            elif item.kind != QUEUE or all(one.kind != QUEUE for one in self._kept):
                self._kept.append(item)
        return chunks

    async def _lists_beside(self, call: Passing, listening: Subscription) -> AsyncGenerator[bytes, None]:
        """The lists that changed. For them the store may be read; what is said meanwhile does not wait for it."""
        acts, making = self._acts, asyncio.create_task(self._changed(call))
        try:
            while not making.done():
                await asyncio.wait({making}, timeout=_FACTS_WAIT_S)
                if facts := self._fresh(listening):
                    yield b"".join(facts)
            changed = await making
            if self._acts != acts:
                # Something was done at this desk meanwhile, and these may be the lists from before it.
                self._told.clear()
                self._kept.appendleft(call)
            elif changed:
                yield b"".join([sse(name, encode(told)) for name, told in changed.items()])
        finally:
            making.cancel()

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
            self._acts += 1
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
            feed.publish(DESKS, Passing(QUEUE, b""))
            listening = self._house.floor.places.look()
            for number, id in enumerate(listening, 1):
                feed.publish(id, _PLACE)
                if number % _TOLD_AT_ONCE == 0:
                    await asyncio.sleep(0)
            # Telling everybody takes time by their number: many are told less often, and messages go on.
            await asyncio.sleep(_CALM_S * (1 + len(listening) / _MANY))
