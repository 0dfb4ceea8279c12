"""Kills the server, and its database, at moments that a seed draws."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gehoor.prove.postgres_server import PostgresServer
from tests.survive.crowd import Crowd
from tests.web.browser.house import Server


@dataclass(slots=True)
class Kills:
    """What was done to them, and how long customers went without."""

    server: int = 0
    database: int = 0
    without_s: list[float] = field(default_factory=list)

    @property
    def told(self) -> str:
        """In a line."""
        slowest = max(self.without_s, default=0.0)
        return f"{self.server} kills of the server, {self.database} of the database, at most {slowest:.1f} s away"


class Killer:
    """Kills when so much was acknowledged, within the work that goes on then.

    Args:
        server_kills, database_kills: how often; spread over the messages that are wanted.
    """

    def __init__(
        self,
        crowd: Crowd,
        server: Server,
        messages: int,
        server_kills: int,
        database: PostgresServer | None = None,
        database_kills: int = 0,
        seed: int = 1,
    ) -> None:
        self._crowd = crowd
        self._server = server
        self._database = database
        self._drawn = random.Random(seed)
        whats = ["server"] * server_kills + ["database"] * database_kills
        self._drawn.shuffle(whats)
        moments = sorted(self._drawn.sample(range(1, max(int(messages * 0.95), len(whats) + 2)), len(whats)))
        self._todo = list(zip(moments, whats, strict=True))
        self.result = Kills()

    async def run(self) -> None:
        """Until everything is killed that was to be, or the crowd is done."""
        for moment, what in self._todo:
            if not await self._crowd.reaches(moment):
                return
            await asyncio.sleep(self._drawn.uniform(0.0, 0.03))
            began = time.monotonic()
            if what == "server":
                await self._kill_server()
            else:
                await self._kill_database()
            self.result.without_s.append(time.monotonic() - began)

    async def _kill_server(self) -> None:
        await asyncio.to_thread(self._server.kill)
        self.result.server += 1
        await asyncio.to_thread(self._server.start, 60.0)

    async def _kill_database(self) -> None:
        assert self._database is not None
        kill: Callable[[], None] = self._database.kill
        await asyncio.to_thread(kill)
        self.result.database += 1
        await asyncio.sleep(self._drawn.uniform(0.0, 0.5))
        await asyncio.to_thread(self._database.start)
