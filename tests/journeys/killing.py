"""The product as a process that is killed again and again while customers ask for a person.

Customers do what a page does: they send until it is acknowledged, each time with the same id. The server is killed
with SIGKILL after some number of acknowledgements and a few milliseconds more, both drawn beforehand from a seed, and
sometimes once more while it starts.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.core.conversation import events as e
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from tests.web.browser.house import Server

AT_ONCE: Final = 16
PATIENCE_S: Final = 120.0
HOW: Final[tuple[dict[str, str], ...]] = (
    {"preference": "email"},
    {},
    {"preference": "callback", "phone": "0612345678"},
)
"""What customers choose, in turn. All leave an address, so that each promise goes out by letter as well."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was acknowledged: the conversation, its token, the address that was left."""

    id: str
    token: str
    email: str
    route: dict[str, Any]


@dataclass(slots=True)
class Killed:
    """What happened to the server, and what its customers got."""

    asked: list[Asked] = field(default_factory=list)
    kills: int = 0
    restarts: list[float] = field(default_factory=list)
    resent: int = 0

    @property
    def told(self) -> str:
        """The figures, in a line."""
        slowest = max(self.restarts, default=0.0)
        return (
            f"{len(self.asked):,} requests, {self.kills} kills, {len(self.restarts)} restarts (slowest {slowest:.1f} s "
            f"to the first answer), {self.resent} requests sent again"
        )


class Customers:
    """Everybody who asks, and the one who kills.

    Args:
        count: how many customers ask for a person.
        kills: how often the server is killed.
        seed: draws the moments.
    """

    def __init__(self, server: Server, count: int, kills: int, seed: int) -> None:
        self._server = server
        self._drawn = random.Random(seed)
        self._moments = sorted(self._drawn.sample(range(1, count), kills), reverse=True)
        self._numbers = iter(range(count))
        self._acknowledged = asyncio.Event()
        self._done = False
        self.result = Killed()

    async def run(self) -> Killed:
        """Returns when everybody's request was acknowledged and the server runs."""
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=self._server.url, limits=limits, timeout=10.0) as client:
            killer = asyncio.create_task(self._kill())
            await asyncio.gather(*(self._ask_in_turn(client) for _ in range(AT_ONCE)))
            self._done = True
            self._acknowledged.set()
            await killer
        return self.result

    async def _ask_in_turn(self, client: httpx.AsyncClient) -> None:
        for number in self._numbers:
            self.result.asked.append(await self._ask(client, number))
            self._acknowledged.set()

    async def _ask(self, client: httpx.AsyncClient, number: int) -> Asked:
        begun = await self._until_acknowledged(client, "/api/v1/conversations", {}, {})
        email = f"klant{number}@voorbeeld.example"
        wish = {"client_id": str(uuid.uuid4()), "email": email, **HOW[number % len(HOW)]}
        token = {"Authorization": f"Bearer {begun['token']}"}
        answer = await self._until_acknowledged(client, f"/api/v1/conversations/{begun['id']}/human", wish, token)
        return Asked(begun["id"], begun["token"], email, answer["route"])

    async def _until_acknowledged(
        self, client: httpx.AsyncClient, path: str, body: dict[str, str], headers: dict[str, str]
    ) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                self.result.resent += 1
                await asyncio.sleep(0.05)  # as a page waits before it sends again
                continue
            if answer.status_code in (200, 201):
                told: dict[str, Any] = answer.json()
                return told
            assert answer.status_code in (429, 503), answer.text
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody acknowledged {path}")

    async def _kill(self) -> None:
        while self._moments and not self._done:
            await self._acknowledged.wait()
            self._acknowledged.clear()
            if len(self.result.asked) < self._moments[-1]:
                continue
            self._moments.pop()
            await asyncio.sleep(self._drawn.uniform(0.0, 0.03))  # somewhere within the work that is going on
            await asyncio.to_thread(self._server.kill)
            self.result.kills += 1
            if self._drawn.random() < 0.2:
                self._server.launch()
                await asyncio.sleep(self._drawn.uniform(0.1, 1.0))
                await asyncio.to_thread(self._server.kill)
                self.result.kills += 1
            started = time.monotonic()
            await asyncio.to_thread(self._server.start, PATIENCE_S)
            self.result.restarts.append(time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of one conversation."""

    facts: tuple[e.Fact, ...]
    view: ConversationView

    def count(self, kind: type) -> int:
        """How many facts of a kind."""
        return sum(isinstance(fact.event, kind) for fact in self.facts)


async def kept_in(folder: Path, ids: Iterable[str]) -> dict[str, Kept]:
    """What a store has of these conversations; nothing runs on it any more."""
    store = SqliteStore(SqliteFile(folder / "data" / "gehoor.db"))
    found: dict[str, Kept] = {}
    try:
        for id in ids:
            loaded, view = await store.load(ConversationId(id)), await store.view(ConversationId(id))
            if loaded is not None and view is not None:
                found[id] = Kept(loaded.facts, view)
    finally:
        await store.close()
    return found


def audit(folder: Path) -> subprocess.CompletedProcess[str]:
    """``gehoor audit`` over the store."""
    command = [sys.executable, "-m", "gehoor", "audit", "--data", str(folder / "data"), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
