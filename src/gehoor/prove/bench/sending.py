"""Chats that write to their agents: as fast as they are answered, or at a pace of their own."""

from __future__ import annotations

import asyncio
import os
from time import perf_counter
from typing import Final, Protocol

import msgspec

from gehoor.prove.bench.crew import Chat
from gehoor.prove.bench.plan import Found, Plan, Point
from gehoor.prove.bench.tally import Meter, Tally, quantile

WARM_UP: Final = 0.5
"""Seconds at the start of a point that do not count, or a quarter of it when that is less."""
DRAIN_S: Final = 3.0
CORES: Final = len(os.sched_getaffinity(0))
_LOOK_S: Final = 0.01


class Beside(Protocol):
    """Something else that goes on while the chats write."""

    async def prepare(self) -> None:
        """Whatever must be there before the first second."""

    def count(self, counting: bool) -> None:
        """From now on it counts, or no more."""

    async def finish(self, found: Found) -> Found:
        """Stops, and adds what it found."""


class Pace:
    """Steps spread evenly in time: each is on time, or else at once. ``late``: by how much, in seconds."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._begun = perf_counter()
        self._steps = 0
        self.late: list[float] = []

    async def step(self) -> None:
        """Waits for the next step."""
        due = self._begun + self._steps * self._gap
        if (early := due - perf_counter()) > 0:
            await asyncio.sleep(early)
        self._steps += 1
        self.late.append(perf_counter() - due)


class Sending:
    """Messages of a crew, while they are counted."""

    def __init__(self, plan: Plan, point: Point, chats: list[Chat], tally: Tally, beside: list[Beside]) -> None:
        self._port = plan.port
        self._point = point
        self._chats = chats
        self._tally = tally
        self._beside = beside
        self._meter = Meter(plan.server, plan.database)
        self._pace = Pace(point.interval / max(len(chats), 1))
        self._again = point.kind == "closed"
        self._counting = False
        self._waiting = 0
        self._acks: list[float] = []
        self._refused = 0

    async def run(self) -> Found:
        """Warms up, counts, and waits until what is under way has arrived."""
        self._tally.begin()
        for chat in self._chats:
            await chat.dial(self._port)
        for one in self._beside:
            await one.prepare()
        pace = asyncio.create_task(self._begin())
        await asyncio.sleep(min(WARM_UP, self._point.seconds / 4))
        self._count(True)
        self._meter.start()
        begun = perf_counter()
        await asyncio.sleep(self._point.seconds)
        self._meter.stop()
        ended = perf_counter()
        self._count(False)
        self._again = False
        pace.cancel()
        await self._drain()
        for chat in self._chats:
            chat.caller.close()
        # By when it was sent: whatever is still under way at the end is slow, and counts.
        found = self._found([at - sent for sent, at in self._tally.pushed if begun <= sent < ended])
        for one in self._beside:
            found = await one.finish(found)
        return found

    def _count(self, counting: bool) -> None:
        self._counting = counting
        for one in self._beside:
            one.count(counting)

    async def _begin(self) -> None:
        """All at once, who then go on as they are answered; or each chat in its turn, spread over the interval."""
        if self._again:
            for chat in self._chats:
                self._send(chat)
            return
        self._pace = Pace(self._point.interval / len(self._chats))
        while True:
            for chat in self._chats:
                await self._pace.step()
                self._send(chat)

    def _send(self, chat: Chat) -> None:
        number = self._tally.next()
        self._waiting += 1
        sent_at = self._tally.sent[number] = perf_counter()

        def answered(status: int, _answer: bytes) -> None:
            self._waiting -= 1
            if status != 201:
                self._refused += 1
                self._tally.sent.pop(number, None)
            elif self._counting:
                self._acks.append(perf_counter() - sent_at)
            if self._again and status:
                self._send(chat)

        chat.send(number, answered)

    async def _drain(self) -> None:
        for _ in range(round(DRAIN_S / _LOOK_S)):
            if not self._waiting and not self._tally.sent:
                return
            await asyncio.sleep(_LOOK_S)

    def _found(self, pushed: list[float]) -> Found:
        point, meter = self._point, self._meter
        times = self._acks if point.kind == "closed" else pushed
        found = timed(point, times, meter)
        if meter.database:
            found.more["database_cpu_us"] = meter.database / max(len(times), 1) * 1e6
        return msgspec.structs.replace(
            found,
            late_p99=quantile(self._pace.late, 0.99),
            refused=self._refused,
            lost=len(self._tally.sent),
            doubled=self._tally.doubled,
            closed_streams=self._tally.closed_streams,
        )


def timed(point: Point, times: list[float], meter: Meter) -> Found:
    """What was found of something that took these times, in seconds each."""
    return Found(
        kind=point.kind,
        chats=point.chats,
        count=len(times),
        per_second=len(times) / meter.seconds,
        p50=quantile(times, 0.5),
        p95=quantile(times, 0.95),
        p99=quantile(times, 0.99),
        cpu=meter.server / max(len(times), 1) * 1e6,
        load_share=meter.own / meter.seconds / CORES,
    )
