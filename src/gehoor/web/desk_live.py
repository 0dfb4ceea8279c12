"""Server-sent events to a desk: a snapshot, then what happens in my conversations and in the queue."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Final

import structlog

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience
from gehoor.core.ids import StaffId
from gehoor.core.time import Instant
from gehoor.flows.alarms import ALARMS
from gehoor.flows.faults import described
from gehoor.flows.house import House
from gehoor.flows.read import news_lines
from gehoor.ports.feed import OFFER, QUEUE, News, Passing, Subscription
from gehoor.ports.people import Staff
from gehoor.web.desk_lists import PREPARED, Lists, Told
from gehoor.web.live import HEARTBEAT, HEARTBEAT_S, RETRY, sse
from gehoor.web.lookout import standing_alarms
from gehoor.web.readable import is_given, restricted, supervises
from gehoor.web.wire import Teller, encode

_LOG = structlog.get_logger()
DESKS: Final = "desks"
SIGNED_OUT: Final = "signed_out"
"""The desks of somebody who signed out end; one of another browser comes back with its own session."""
_CALM_S: Final = 0.25
"""A queue that changes all the time is told at most this often."""
_MANY: Final = 1000
_TOLD_AT_ONCE: Final = 500
_DESKS_AT_ONCE: Final = 8
_PLACE: Final = Passing("place", b"")
_MOST_AT_ONCE: Final = 64
_LISTED: Final = (QUEUE, OFFER)
_LEFT_FREE: Final = 10
_MOST_CALM_S: Final = 2.0
"""So many times as long as telling all desks took, the house does something else; but not longer than this."""
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
        self._told: dict[str, bytes] = {}
        self._kept: deque[Passing] = deque()
        self._acts = self._acted = 0

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
                if isinstance(item, Passing) and item.kind in _LISTED:
                    async with aclosing(self._listed(item, listening)) as pieces:
                        async for piece in pieces:
                            yield piece
                    continue
                chunks = self._chunks(item) + self._fresh(listening)
                while self._kept and self._kept[0].kind not in (*_LISTED, SIGNED_OUT):
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
        is kept for its turn."""
        chunks: list[bytes] = []
        while max(len(chunks), len(self._kept)) < _MOST_AT_ONCE:
            item = listening.at_once()
            if item is None:
                break
            chunks += self._said(item)
        return chunks

    def _said(self, item: News | Passing | None) -> list[bytes]:
        """A fact. Of two calls to look at the lists the last is enough, and an offer goes before them."""
        if not isinstance(item, Passing):
            return self._chunks(item)
        if item.kind == QUEUE:
            self._kept = deque(one for one in self._kept if one.kind != QUEUE)
        if item.kind != OFFER:
            self._kept.append(item)
        elif item not in self._kept:
            self._kept.appendleft(item)
        return []

    async def _listed(self, call: Passing, listening: Subscription) -> AsyncGenerator[bytes, None]:
        """The lists that changed, or who is offered. For them the store may be read; what is said meanwhile does not
        wait for it."""
        if call.kind == QUEUE and (lists := self._lists.at_once(self._staff, call)) is not None:
            if changed := self._changed(*lists):
                yield changed
            return
        acts, making = self._acts, asyncio.create_task(self._made(call))
        try:
            while not making.done() and not listening.lost:
                hearing = asyncio.create_task(listening.next(HEARTBEAT_S))
                await asyncio.wait({making, hearing}, return_when=asyncio.FIRST_COMPLETED)
                hearing.cancel()
                await asyncio.wait({hearing})  # nobody else listens before it ended
                chunks = [] if hearing.cancelled() else self._said(hearing.result())
                if chunks := chunks + self._fresh(listening):
                    yield b"".join(chunks)
            made = await making
            if self._acts != acts:
                # Something was done at this desk meanwhile, and these may be the lists from before it.
                self._told.clear()
                self._kept.appendleft(call)
            elif made:
                yield made
        finally:
            making.cancel()

    async def _made(self, call: Passing) -> bytes:
        if call.kind == OFFER:
            return b"".join(await self._lists.offers(self._staff))
        return self._changed(*await self._lists.of(self._staff, call))

    async def _snapshot(self) -> dict[str, object]:
        me = self._staff
        presence = self._house.floor.presence[me.id]
        status = "available" if presence.available else "away"
        whole: dict[str, object] = {"alarms": standing_alarms(self._house)} if self._supervises() else {}
        whole["me"] = {"id": me.id, "name": me.name, "role": me.role, "presence": status}
        for name, told in (await self._lists.of(me))[0].items():
            self._told[name] = told.event
            whole |= told.whole
        return whole

    def _changed(self, lists: dict[str, Told], number: int) -> bytes:
        """The lists that are not as they were told last. What all desks have in common may be from before an act of
        this one; then it comes again soon."""
        changed = []
        for name, now in lists.items():
            if self._told.get(name) != now.event and (number >= self._acted or name == "mine"):
                self._told[name] = now.event
                changed.append(now.event)
        return b"".join(changed)

    def _facts(self, news: News) -> list[bytes]:
        if self._restricted() and not self._had(news):
            return []
        if any(isinstance(fact.event, _MOVES) for fact in news.facts):
            # An act of this desk changed its lists before the stream does: they are told again, as they were or not.
            self._told.clear()
            self._acts += 1
            self._acted = self._lists.number
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

    def __init__(self, house: House, lists: Lists) -> None:
        self._house = house
        self._lists = lists
        self._changed = asyncio.Event()
        house.floor.changed = self._note

    def _note(self, staff: Iterable[StaffId]) -> None:
        self._lists.changed(staff)
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            spent = await self._tell_desks()
            told = await self._tell_customers()
            # Telling everybody takes time by their number: then it is done less often, and messages go on.
            await asyncio.sleep(max(_CALM_S * (1 + told / _MANY), min(spent * _LEFT_FREE, _MOST_CALM_S)))

    async def _tell_desks(self) -> float:
        """Returns how long it took, in seconds."""
        feed, loop = self._house.world.feed, asyncio.get_running_loop()
        if not feed.listeners(DESKS):
            return 0.0
        call = Passing(QUEUE, PREPARED)
        try:
            await self._lists.renew(call)
        except Exception as fault:  # whatever it is, it is no reason to tell nothing ever again
            _LOG.warning("the lists of desks could not be made and are made again", **described(fault))
            self._changed.set()
            return 0.0
        begun = loop.time()
        listening = [desk for one in self._house.floor.presence if feed.listeners(desk := f"desk:{one}")]
        for number, desk in enumerate(listening, 1):
            feed.publish(desk, call)
            if number % _DESKS_AT_ONCE == 0:
                await asyncio.sleep(0)  # in which they are told, and what is said goes on
        return loop.time() - begun

    async def _tell_customers(self) -> int:
        """Returns how many were told."""
        feed, listening = self._house.world.feed, self._house.floor.places.look()
        for number, id in enumerate(listening, 1):
            feed.publish(id, _PLACE)
            if number % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)
        return len(listening)
