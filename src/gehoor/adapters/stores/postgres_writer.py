"""The connection of the commits, which is never in doubt for long about what became of one.

A connection that breaks under a commit leaves open whether it was written. Then nothing is answered and nothing is
tried again before the database told: what was under way is ended there first, so that it cannot be written later still,
and then it is looked up.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg

from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.adapters.stores.postgres_faults import FAULTS, is_away
from gehoor.core.errors import StoreAway

WRITE_S: Final = 5.0
"""How long the database may take for a commit, before the connection counts as lost."""
FIND_OUT_S: Final = 5.0
"""How long it is tried to find out what became of a commit. Its clients wait for it."""
_PAUSE_S: Final = 0.1

# By its name as well: the number of a process is given to another one some day.
_END: Final = (
    "SELECT coalesce(bool_and(pg_terminate_backend(pid, 3000)), true) FROM pg_stat_activity "
    "WHERE pid = $1 AND application_name = $2"
)


class PostgresWriter:
    """One commit at a time.

    Args:
        database: where.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None
        self._name = f"gehoor writer {secrets.token_hex(4)}"

    async def write(
        self, work: Callable[[Connection], Awaitable[bool]], written: Callable[[Connection], Awaitable[bool]]
    ) -> bool:
        """Does the work and returns what it returns.

        Args:
            work: one transaction. True: it was committed.
            written: whether the work was committed, looked up after the connection was lost under it.

        Raises:
            StoreAway: nothing was written; or, with ``data["unknown"]``, the database did not come back to tell.
        """
        self._database.check()
        async with self._turn:
            connection = await self._ready()
            process = connection.get_server_pid()
            try:
                done = await asyncio.wait_for(work(connection), WRITE_S)
            except FAULTS as fault:
                if _is_told(connection, fault):
                    raise self._database.failed(fault) from fault
                self._connection = None
                connection.terminate()
                ours = self._database.failed(fault)
                if not await self._find_out(process, written):
                    raise ours from fault
                done = True
            self._database.came_back()
            return done

    async def close(self) -> None:
        """Finishes what is under way and lets go of the connection."""
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.terminate()

    async def _ready(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect(self._name)
        return self._connection

    async def _find_out(self, process: int, written: Callable[[Connection], Awaitable[bool]]) -> bool:
        patience = time.monotonic() + FIND_OUT_S
        while time.monotonic() < patience:
            await asyncio.sleep(_PAUSE_S)
            try:
                connection = await self._ready()
                async with asyncio.timeout(FIND_OUT_S):
                    if await connection.fetchval(_END, process, self._name):
                        return await written(connection)
            except (StoreAway, *FAULTS) as fault:
                if not isinstance(fault, StoreAway) and not is_away(fault):
                    raise self._database.failed(fault) from fault
                if self._connection is not None:
                    self._connection.terminate()
        raise StoreAway(f"The database cannot be reached. Database: {self._database.place}", unknown=True)


def _is_told(connection: Connection, fault: BaseException) -> bool:
    """Whether the database itself said that it did not do it, and goes on."""
    said = isinstance(fault, asyncpg.PostgresError) and not (fault.sqlstate or "").startswith(("08", "57P"))
    refused = isinstance(fault, ValueError) and not isinstance(fault, asyncpg.PostgresError)
    return refused or (said and not connection.is_closed())
