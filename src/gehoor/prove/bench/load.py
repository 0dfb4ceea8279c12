"""The load generator, a process of its own: ``python -m gehoor.prove.bench.load < plan > findings``.

It calls this machine only and ends by itself, whatever the server does.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from time import perf_counter
from typing import Final

import msgspec
import uvloop

from gehoor.prove.bench.crew import Chat, Crew, Unfit, make_crew
from gehoor.prove.bench.plan import Findings, Found, Plan, Point
from gehoor.prove.bench.tally import Meter, Tally, quantile
from gehoor.prove.bench.turns import take_turns

WARM_UP: Final = 0.5
"""Seconds at the start of a point that do not count, or a quarter of it when that is less."""
_SET_UP_S: Final = 60.0
_DRAIN_S: Final = 3.0
_LOOK_S: Final = 0.01
_CORES: Final = len(os.sched_getaffinity(0))


class Sending:
    """Messages of a crew, while they are counted."""

    def __init__(self, port: int, point: Point, chats: list[Chat], tally: Tally, meter: Meter) -> None:
        self._port = port
        self._point = point
        self._chats = chats
        self._tally = tally
        self._meter = meter
        self._again = point.kind == "closed"
        self._counting = False
        self._waiting = 0
        self._acks: list[float] = []
        self._late: list[float] = []
        self._refused = 0

    async def run(self) -> Found:
        """Warms up, counts, and waits until what is under way has arrived."""
        self._tally.begin()
        for chat in self._chats:
            await chat.dial(self._port)
        warm = min(WARM_UP, self._point.seconds / 4)
        pace = None
        if self._again:
            for chat in self._chats:
                self._send(chat)
        else:
            pace = asyncio.create_task(self._pace())
        await asyncio.sleep(warm)
        self._counting = True
        self._meter.start()
        begun = perf_counter()
        await asyncio.sleep(self._point.seconds)
        self._meter.stop()
        ended = perf_counter()
        self._counting = self._again = False
        if pace is not None:
            pace.cancel()
        await self._drain()
        for chat in self._chats:
            chat.caller.close()
        # By when it was sent: whatever is still under way at the end is slow, and counts.
        return self._found([at - sent for sent, at in self._tally.pushed if begun <= sent < ended])

    async def _pace(self) -> None:
        """Each chat in its turn, spread evenly over the interval, on time or else at once."""
        gap = self._point.interval / len(self._chats)
        begun = perf_counter()
        number = 0
        while True:
            late = perf_counter() - (begun + number * gap)
            if late < 0:
                await asyncio.sleep(-late)
                continue
            self._late.append(late)
            self._send(self._chats[number % len(self._chats)])
            number += 1

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
        for _ in range(round(_DRAIN_S / _LOOK_S)):
            if not self._waiting and not self._tally.sent:
                return
            await asyncio.sleep(_LOOK_S)

    def _found(self, pushed: list[float]) -> Found:
        point, meter = self._point, self._meter
        times = self._acks if point.kind == "closed" else pushed
        return Found(
            kind=point.kind,
            chats=point.chats,
            count=len(times),
            per_second=len(times) / meter.seconds,
            p50=quantile(times, 0.5),
            p99=quantile(times, 0.99),
            cpu=meter.server / max(len(times), 1) * 1e6,
            load_share=meter.own / meter.seconds / _CORES,
            late_p99=quantile(self._late, 0.99),
            refused=self._refused,
            lost=len(self._tally.sent),
            doubled=self._tally.doubled,
            closed_streams=self._tally.closed_streams,
        )


def longest(plan: Plan) -> float:
    """Seconds after which a plan has failed."""
    return _SET_UP_S + sum(point.seconds + WARM_UP + _DRAIN_S + 1 for point in plan.points)


async def work(plan: Plan) -> Findings:
    """Does the plan.

    Raises:
        Unfit: the server did not do what the measurement needs.
        TimeoutError: it took far longer than the plan says.
    """
    tally, meter, crew = Tally(), Meter(plan.server), Crew()
    found: list[Found] = []
    try:
        async with asyncio.timeout(longest(plan)):
            crew = await make_crew(plan, tally)
            gc.collect()
            gc.freeze()
            gc.disable()  # a collection in the midst of it would be told as the server's delay
            for point in plan.points:
                if point.kind == "turns":
                    found.append(await take_turns(plan, point, meter))
                else:
                    found.append(await Sending(plan.port, point, crew.chats[: point.chats], tally, meter).run())
                gc.collect()
    finally:
        crew.close()
    return Findings(found)


def main() -> int:
    """Reads a plan, tells the findings."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            findings = runner.run(work(plan))
    except (Unfit, OSError, TimeoutError) as fault:
        findings = Findings(fault=str(fault) or "The measurement took too long.")
    sys.stdout.buffer.write(msgspec.json.encode(findings))
    return int(bool(findings.fault))


if __name__ == "__main__":
    sys.exit(main())
