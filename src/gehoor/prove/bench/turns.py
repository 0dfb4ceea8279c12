"""Customers who ask the AI: each waits for its answer on the stream and then asks something else.

They do so by themselves (``take_turns``), or at a pace of their own while other chats write (``Questions``).
"""

from __future__ import annotations

import asyncio
import json
import uuid
from time import perf_counter
from typing import Any, Final

import msgspec

from gehoor.prove.bench.client import Caller, Listener, dial
from gehoor.prove.bench.crew import API, begin, open_stream
from gehoor.prove.bench.plan import Found, Plan, Point
from gehoor.prove.bench.sending import Pace, timed
from gehoor.prove.bench.tally import Meter, quantile

CUSTOMERS: Final = 50
"""Who ask beside other chats."""
MOST_IN_ONE: Final = 12
"""Questions in one conversation; then the customer begins another one."""
_PATIENCE_S: Final = 10.0


class _Round:
    """What the customers of one point have in common. ``gap``: seconds between two questions of one of them; 0: each
    asks as soon as it was answered."""

    def __init__(self, plan: Plan, gap: float = 0.0) -> None:
        self.gap = gap
        self.port = plan.port
        self.questions = plan.questions
        self.counting = False
        self.times: list[float] = []
        self.answered = 0
        self.refused = 0
        self.closed_streams = 0

    def stream_closed(self) -> None:
        self.closed_streams += 1


class _Customer:
    """One customer with one conversation at a time."""

    def __init__(self, round: _Round, number: int) -> None:
        self._round = round
        self._number = number
        self._caller = Caller()
        self._stream: Listener | None = None
        self._said: list[tuple[dict[str, Any], float]] = []
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Asks until cancelled."""
        asked = self._number
        self._caller = await dial(self._round.port)
        await asyncio.sleep(self._round.gap * self._number / CUSTOMERS)
        pace = Pace(self._round.gap)
        try:
            while True:
                id, token = await begin(self._caller)
                self._said.clear()
                self._stream = await open_stream(self._round.port, id, token, self._heard, self._round.stream_closed)
                for _ in range(MOST_IN_ONE):
                    asked += 1
                    if self._round.gap:
                        await pace.step()
                    question = self._round.questions[asked % len(self._round.questions)]
                    if not await self._turn(id, token, question):
                        break
                self._stream.close()
        finally:
            self.close()

    def close(self) -> None:
        """Hangs up."""
        self._caller.close()
        if self._stream is not None:
            self._stream.close()

    async def _turn(self, id: str, token: str, question: str) -> bool:
        """One question. False: there was no approved answer, so the conversation is of no more use."""
        round = self._round
        begun = perf_counter()
        status, _, told = await self._caller.call(
            "POST",
            f"{API}/conversations/{id}/messages",
            {"client_id": str(uuid.uuid4()), "text": question},
            f"Authorization: Bearer {token}",
        )
        if status != 201:
            round.refused += 1
            return False
        said, at = await self._next(told["seq"])
        if round.counting:
            round.times.append(at - begun)
            round.answered += "sources" in said
        return "sources" in said

    async def _next(self, after: int) -> tuple[dict[str, Any], float]:
        """The first that the AI or the house said after a message, or nothing for too long."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    for event, at in self._said:
                        if event["seq"] > after:
                            return event, at
                    self._said.clear()
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            return {}, perf_counter()

    def _heard(self, chunk: bytes, at: float) -> None:
        for line in chunk.split(b"\n"):
            if line.startswith(b'data: {"seq"'):
                event = json.loads(line[6:])
                if event["author"]["kind"] != "customer":
                    self._said.append((event, at))
        self._woken.set()


async def take_turns(plan: Plan, point: Point) -> Found:
    """Customers ask for some seconds; the first half second (or quarter) does not count."""
    round, meter = _Round(plan), Meter(plan.server, plan.database)
    customers = [asyncio.create_task(_Customer(round, number).run()) for number in range(point.chats)]
    try:
        await asyncio.sleep(min(0.5, point.seconds / 4))
        round.counting = True
        meter.start()
        await asyncio.sleep(point.seconds)
        meter.stop()
        round.counting = False
    finally:
        await _end(customers)
    return msgspec.structs.replace(
        timed(point, round.times, meter),
        refused=round.refused,
        closed_streams=round.closed_streams,
        turns=len(round.times),
        answered=round.answered,
    )


async def _end(customers: list[asyncio.Task[None]]) -> None:
    for customer in customers:
        customer.cancel()
    for fault in await asyncio.gather(*customers, return_exceptions=True):
        if isinstance(fault, Exception):
            raise fault


class Questions:
    """Fifty customers who ask the AI so many questions a second together, while other chats write."""

    def __init__(self, plan: Plan, point: Point) -> None:
        self._round = _Round(plan, CUSTOMERS / point.questions)
        self._seconds = point.seconds
        self._customers: list[asyncio.Task[None]] = []

    async def prepare(self) -> None:
        """Lets them begin, and their first questions pass."""
        self._customers = [asyncio.create_task(_Customer(self._round, number).run()) for number in range(CUSTOMERS)]
        await asyncio.sleep(min(2 * self._round.gap + 0.5, self._seconds))

    def count(self, counting: bool) -> None:
        """From now on it counts, or no more."""
        self._round.counting = counting

    async def finish(self, found: Found) -> Found:
        """Stops, and tells how many turns there were."""
        await _end(self._customers)
        round = self._round
        more = {
            "turns.per_second": len(round.times) / self._seconds,
            "turns.p50_ms": quantile(round.times, 0.5),
            "turns.p99_ms": quantile(round.times, 0.99),
        }
        return msgspec.structs.replace(
            found,
            refused=found.refused + round.refused,
            closed_streams=found.closed_streams + round.closed_streams,
            turns=len(round.times),
            answered=round.answered,
            more=found.more | more,
        )
