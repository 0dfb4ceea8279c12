"""Customers who ask for a person while the chats write: how long until a desk shows them."""

from __future__ import annotations

import asyncio
import uuid
from time import perf_counter
from typing import Final

import msgspec

from gehoor.prove.bench.client import Caller, dial, request_head, with_body
from gehoor.prove.bench.crew import API, Crew, begin, floor_head
from gehoor.prove.bench.plan import Found, Plan, Point
from gehoor.prove.bench.sending import DRAIN_S, WARM_UP, Pace
from gehoor.prove.bench.tally import Tally, quantile

_LINES: Final = 20
_OFFERED: Final = b'"offered_to_me":true'
_FACT: Final = b'"conversation":"%s"'
_NEXT: Final = b'"code":'
_LOOK_S: Final = 0.01


class Asking:
    """Requests at a pace of their own, each in a conversation of its own; agents take whom they are offered."""

    def __init__(self, plan: Plan, point: Point, crew: Crew, tally: Tally) -> None:
        self._plan = plan
        self._point = point
        self._crew = crew
        self._tally = tally
        self._counting = False
        self._lines: list[Caller] = []
        self._ready: list[tuple[bytes, bytes]] = []
        self._sent: dict[bytes, tuple[float, bool]] = {}
        self._untaken: set[bytes] = set()
        self._times: list[float] = []
        self._refused = 0
        self._pace = Pace(1.0)
        self._asking: asyncio.Task[None] | None = None
        self._taking: set[asyncio.Task[None]] = set()

    async def prepare(self) -> None:
        """Conversations that have begun, and agents who are there for them."""
        wanted = int(self._point.requests * (self._point.seconds + WARM_UP + 1)) + 1
        self._lines = [await dial(self._plan.port) for _ in range(_LINES)]
        for number in range(wanted):
            self._ready.append(await self._one(number))
        self._ready.reverse()
        for desk in self._crew.desks:
            await desk.be("available")
        self._tally.also = self._heard
        self._pace = Pace(1.0 / self._point.requests)
        self._asking = asyncio.create_task(self._run())

    async def _one(self, number: int) -> tuple[bytes, bytes]:
        """An id that a desk will show, and the request to send."""
        if self._plan.target == "floor":
            id = f"asks-{number:06}-{uuid.uuid4().hex}"
            desk = number % len(self._crew.listeners)
            body = with_body(b'{"client_id":"%s","text":""}' % str(uuid.uuid4()).encode())
            return id.encode(), floor_head(desk, id) + body
        id, token = await begin(self._lines[number % _LINES])
        head = request_head("POST", f"{API}/conversations/{id}/human", f"Authorization: Bearer {token}")
        return id.encode(), head + with_body(b'{"client_id":"%s"}' % str(uuid.uuid4()).encode())

    def count(self, counting: bool) -> None:
        """From now on it counts, or no more."""
        self._counting = counting

    async def _run(self) -> None:
        number = 0
        while self._ready:
            await self._pace.step()
            id, request = self._ready.pop()
            self._sent[id] = perf_counter(), self._counting
            self._untaken.add(id)
            self._lines[number % _LINES].send(request, lambda status, _, id=id: self._answered(id, status))  # type: ignore[misc]
            number += 1

    def _answered(self, id: bytes, status: int) -> None:
        if status != 201:
            self._refused += 1
            self._sent.pop(id, None)

    def _heard(self, desk: int, chunk: bytes, at: float) -> None:
        for id in [id for id in self._sent if id in chunk]:
            sent, counts = self._sent.pop(id)
            if counts:
                self._times.append(at - sent)
        if self._crew.desks:
            for id in [id for id in self._untaken if id in chunk and _is_offered(chunk, id)]:
                self._untaken.discard(id)
                task = asyncio.create_task(self._take(desk, id))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)

    async def _take(self, desk: int, id: bytes) -> None:
        """An offer is there for a moment only; who has it no more is offered to somebody else, and shown again."""
        status, _ = await self._crew.desks[desk].accept(id.decode())
        if status != 200:
            self._untaken.add(id)

    async def finish(self, found: Found) -> Found:
        """Waits for what is under way, and tells how long it took."""
        if self._asking is not None:
            self._asking.cancel()
        for _ in range(round(DRAIN_S / _LOOK_S)):
            if not self._sent:
                break
            await asyncio.sleep(_LOOK_S)
        for desk in self._crew.desks:
            await desk.be("away")
        self._tally.also = None
        for line in self._lines:
            line.close()
        more = {
            "requests.count": float(len(self._times)),
            "requests.p50_ms": quantile(self._times, 0.5),
            "requests.p95_ms": quantile(self._times, 0.95),
            "requests.p99_ms": quantile(self._times, 0.99),
        }
        return msgspec.structs.replace(
            found, more=found.more | more, refused=found.refused + self._refused, unseen=len(self._sent)
        )


def _is_offered(chunk: bytes, id: bytes) -> bool:
    """Whether this desk may take the customer now: its card says so, or the facts of the conversation come here."""
    if _FACT % id in chunk:
        return True
    at = chunk.find(id)
    offered = chunk.find(_OFFERED, at)
    after = chunk.find(_NEXT, chunk.find(_NEXT, at) + 1)
    return offered >= 0 and (after < 0 or offered < after)
