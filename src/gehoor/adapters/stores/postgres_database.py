"""One PostgreSQL database: connections that come back by themselves.

A pool reads and makes small changes; one connection more is for the commits, which are one at a time. A database that
is away is no reason to end: what was asked meanwhile is answered with ``StoreAway``, and the next one tries again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, TypeVar

import asyncpg
import structlog

from gehoor.adapters.stores.postgres_faults import FAULTS, as_ours, is_away, place
from gehoor.core.errors import GehoorError, StoreAway, StoreFault

_LOG = structlog.get_logger()
T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CONNECT_S: Final = 3.0
"""How long a connection may take to be made."""
ANSWER_S: Final = 10.0
"""How long the database may take for one statement, before it counts as away."""
MOST_CONNECTIONS: Final = 8
_SHORTEST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0

# One plan for every call, and always by index: a plan made when a table was small must be right when it is not.
_SESSION: Final = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "jit": "off"}


class PostgresDatabase:
    """The database, not yet connected: the first use connects.

    Args:
        url: ``postgresql://account:password@host:port/name``.

    Raises:
        Invalid: the URL is none.
    """

    def __init__(self, url: str) -> None:
        self.place = place(url)
        self._url = url
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._pause = 0.0
        self._again_at = 0.0

    async def all(self, sql: str, *values: object) -> list[Any]:
        """The rows of one statement, which is carried out twice when the connection is lost.

        Raises:
            StoreAway: the database cannot be reached now.
        """
        return await self.use(lambda connection: connection.fetch(sql, *values), again=True)

    async def change(self, *steps: tuple[Any, ...]) -> None:
        """Carries out statements in one transaction; each is the SQL and its values. Twice when the connection is lost:
        the second time they must change nothing more.

        Raises:
            StoreAway: the database cannot be reached now.
        """

        async def work(connection: Connection) -> None:
            async with connection.transaction():
                for sql, *values in steps:
                    await connection.execute(sql, *values)

        await self.use(work, again=True)

    async def use(self, work: Callable[[Connection], Awaitable[T]], again: bool = False) -> T:
        """Does the work on a connection of the pool.

        Args:
            again: once more when the connection is lost under it. Without it, that may be done or not.

        Raises:
            StoreAway: the database cannot be reached now.
        """
        self.check()
        try:
            pool = await self._opened()
            try:
                result = await self._on_one(pool, work)
            except FAULTS as fault:
                if not again or not is_away(fault):
                    raise
                result = await self._on_one(pool, work)
        except FAULTS as fault:
            raise self.failed(fault) from fault
        self.came_back()
        return result

    async def connect(self, name: str) -> Connection:
        """A connection of the caller's own, under a name that the database's administrator sees.

        Raises:
            StoreAway: the database cannot be reached now.
        """
        self.check()
        settings = {**_SESSION, "application_name": name}
        try:
            made: Connection = await asyncpg.connect(
                self._url, timeout=CONNECT_S, command_timeout=ANSWER_S, server_settings=settings
            )
        except FAULTS as fault:
            raise self.failed(fault) from fault
        return made

    async def close(self) -> None:
        """Finishes what is under way and lets go of the connections. Closing again does nothing."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), CONNECT_S)
        except FAULTS:
            pool.terminate()

    # -- being away --------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Does not let every caller wait for a database that was not there a moment ago.

        Raises:
            StoreAway: it is too early to try again.
            StoreFault: this was closed.
        """
        if self._closed:
            raise StoreFault("The store is closed.", database=self.place)
        if time.monotonic() < self._again_at:
            raise StoreAway(f"The database cannot be reached. Database: {self.place}")

    def failed(self, fault: BaseException) -> GehoorError:
        """The fault as one of ours. When the database is away, the next try waits, each time somewhat longer."""
        ours = as_ours(fault, self.place)
        if isinstance(ours, StoreAway):
            if not self._pause:
                _LOG.error("the database is away", reason=ours.sentence, **ours.data)
            self._pause = min(max(self._pause * 2, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)
            self._again_at = time.monotonic() + self._pause
        return ours

    def came_back(self) -> None:
        """It answered."""
        if self._pause:
            self._pause = 0.0
            _LOG.warning("the database is back")

    # -- the pool ----------------------------------------------------------------------------------------------------

    async def _opened(self) -> asyncpg.Pool[asyncpg.Record]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=MOST_CONNECTIONS,
                    timeout=CONNECT_S,
                    command_timeout=ANSWER_S,
                    reset=_nothing,
                    server_settings={**_SESSION, "application_name": "gehoor"},
                )
        return self._pool

    async def _on_one(self, pool: asyncpg.Pool[asyncpg.Record], work: Callable[[Connection], Awaitable[T]]) -> T:
        async with pool.acquire(timeout=ANSWER_S) as connection:
            return await work(connection)  # type: ignore[arg-type]  # the pool's proxy does all that a connection does


async def _nothing(connection: object) -> None:
    """Nothing that is left behind on a connection of the pool has to be taken away."""
