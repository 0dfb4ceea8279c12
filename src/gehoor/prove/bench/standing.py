"""Streams on which nothing happens, and a line of customers that agents take one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final, TypeVar

from gehoor.prove.bench.client import Caller, Listener, dial, listen, request_head
from gehoor.prove.bench.crew import Desk, begin, open_desk, open_stream, sign_in
from gehoor.prove.bench.machine import memory_mb
from gehoor.prove.bench.plan import MOST_AT_ONCE, Found, Plan, Point
from gehoor.prove.bench.sending import timed
from gehoor.prove.bench.tally import Meter

_AT_ONCE: Final = 20
_LOOK_S: Final = 0.25
_STILL: Final = 4
_STILL_MB: Final = 0.3
"""Memory stands still when it changed less than this, so many looks in a row."""
_MOST_LOOKS: Final = 40
_KB: Final = 1000.0
_TAKE_S: Final = 0.01
_DESK_S: Final = 20.0


async def stand_still(server: int) -> tuple[float, float]:
    """PSS and RSS of a server when its memory changes no more (or after ten seconds), in megabytes."""
    before, still = memory_mb(server), 0
    for _ in range(_MOST_LOOKS):
        await asyncio.sleep(_LOOK_S)
        now = memory_mb(server)
        still = still + 1 if abs(now[0] - before[0]) < _STILL_MB else 0
        before = now
        if still == _STILL:
            break
    return before


T = TypeVar("T")


async def _each(count: int, work: Callable[[Caller, int], Awaitable[T]], port: int) -> list[T]:
    """Something so many times, by some connections at once; what came of each, in order."""
    done: dict[int, T] = {}
    numbers = iter(range(count))

    async def worker() -> None:
        caller = await dial(port)
        for number in numbers:
            done[number] = await work(caller, number)
        caller.close()

    await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
    return [done[number] for number in range(count)]


class Idle:
    """So many customers, each with a conversation and an open stream."""

    def __init__(self, plan: Plan, point: Point) -> None:
        self._plan = plan
        self._point = point
        self._streams: list[Listener] = []
        self._closed = 0

    async def run(self) -> Found:
        """What a stream costs while nothing happens on it."""
        plan, point = self._plan, self._point
        alone = await stand_still(plan.server)
        if plan.target == "gehoor":
            ready = await _each(point.chats, lambda caller, _: begin(caller), plan.port)
        else:
            ready = [(str(number), "") for number in range(point.chats)]
        begun = await stand_still(plan.server)
        opening = perf_counter()
        await _each(point.chats, lambda _, number: self._open(*ready[number]), plan.port)
        opened = perf_counter() - opening
        standing = await stand_still(plan.server)
        meter = Meter(plan.server)
        await asyncio.sleep(point.seconds)
        meter.stop()
        for stream in self._streams:
            stream.close()
        return Found(
            kind="idle",
            chats=point.chats,
            count=len(self._streams),
            per_second=len(self._streams) / opened,
            closed_streams=self._closed,
            more={
                "stream_pss_kb": (standing[0] - begun[0]) / point.chats * _KB,
                "stream_rss_kb": (standing[1] - begun[1]) / point.chats * _KB,
                "conversation_pss_kb": (begun[0] - alone[0]) / point.chats * _KB,
                "idle_cpu_share": meter.server / meter.seconds,
            },
        )

    async def _open(self, id: str, token: str) -> None:
        if token:
            stream = await open_stream(self._plan.port, id, token, _nothing, self._ended)
        else:
            head = request_head("GET", f"/desks/idle-{id}/stream") + b"\r\n"
            stream = await listen(self._plan.port, head, _nothing, self._ended)
        self._streams.append(stream)

    def _ended(self) -> None:
        self._closed += 1


def _nothing(_chunk: bytes, _at: float) -> None:
    pass


class Taking:
    """Agents who take customers out of a line that is there already."""

    def __init__(self, plan: Plan, point: Point) -> None:
        self._plan = plan
        self._point = point

    async def run(self) -> Found:
        """One agent after another comes, takes whom they are offered, and goes away; then one opens a desk."""
        plan, point = self._plan, self._point
        waiting = list(reversed(plan.waiting[: point.chats]))
        agents = iter(plan.agents)
        times: list[float] = []
        desk = await sign_in(plan.port, next(agents))
        meter = Meter(plan.server, plan.database)
        cpu = seconds = own = 0.0
        while waiting:
            meter.start()
            await desk.be("available")
            for _ in range(min(MOST_AT_ONCE, len(waiting))):
                begun = perf_counter()
                await desk.take(waiting.pop(), _TAKE_S)
                times.append(perf_counter() - begun)
            await desk.be("away")
            meter.stop()
            cpu, seconds, own = cpu + meter.server, seconds + meter.seconds, own + meter.own
            desk = await sign_in(plan.port, next(agents))  # slow on purpose: not part of it
        meter.server, meter.seconds, meter.own = cpu, seconds, own
        found = timed(point, times, meter)
        found.more["desk_ms"] = await _until_shown(plan.port, desk) * 1000
        return found


async def _until_shown(port: int, desk: Desk) -> float:
    """Seconds until a desk that is opened shows its lists; not longer than is waited for."""
    shown = asyncio.Event()

    def heard(chunk: bytes, _at: float) -> None:
        if b"event: snapshot" in chunk:
            shown.set()

    begun = perf_counter()
    stream = await open_desk(port, desk, heard, shown.set)
    try:
        async with asyncio.timeout(_DESK_S):
            await shown.wait()
    except TimeoutError:
        pass
    finally:
        stream.close()
    return perf_counter() - begun
