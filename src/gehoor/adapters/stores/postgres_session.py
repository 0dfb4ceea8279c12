"""A PostgreSQL database as an operator's command uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final, Self, TypeVar

import asyncpg

from gehoor.adapters.stores.postgres_faults import FAULTS, as_ours, place
from gehoor.adapters.stores.session import Row
from gehoor.core.errors import GehoorError, StoreFault

T = TypeVar("T")
AT_ONCE: Final = 1000
_TYPES: Final = {"text": str, "bytea": bytes, "boolean": bool}
_COLUMNS: Final = (
    "SELECT table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position"
)
_INVALID: Final = (
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid"
)


class PostgresSession:
    """One connection to the database; ``opened`` makes it."""

    engine = "postgresql"

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record], url: str) -> None:
        self.place = place(url)
        self._connection = connection

    @classmethod
    async def opened(cls, url: str) -> Self:
        """Connects.

        Raises:
            StoreFault: the database cannot be reached or used.
        """
        try:
            # No limit of time: a table may be large.
            connection = await asyncpg.connect(url, timeout=10.0, server_settings={"application_name": "gehoor db"})
        except FAULTS as fault:
            raise _ours(fault, place(url)) from fault
        return cls(connection, url)

    async def begin(self, *, writes: bool) -> None:
        """Begins a transaction."""
        how = "READ WRITE" if writes else "ISOLATION LEVEL REPEATABLE READ READ ONLY"
        await self.change(f"BEGIN TRANSACTION {how}")

    async def commit(self) -> None:
        """Ends it, durably."""
        await self.change("COMMIT")

    async def roll_back(self) -> None:
        """Ends it without a trace."""
        if self._connection.is_in_transaction():
            await self.change("ROLLBACK")

    async def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of a statement."""
        return await self._do(lambda: self._fetched(sql, values))

    async def stream(self, sql: str, *values: object) -> AsyncIterator[list[Row]]:
        """The rows of a statement, some at a time."""
        cursor = await self._do(lambda: self._cursor(sql, values))
        while some := await self._do(lambda: cursor.fetch(AT_ONCE)):
            yield [tuple(row) for row in some]

    async def change(self, sql: str, *values: object) -> None:
        """Carries out a statement that gives no rows."""
        await self._do(lambda: self._connection.execute(sql, *values))

    async def many(self, sql: str, rows: Sequence[Row]) -> None:
        """Carries out a statement for each row of values."""
        await self._do(lambda: self._connection.executemany(sql, rows))

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what may fail."""
        await self.change("SAVEPOINT attempt")
        try:
            done = await work()
        except StoreFault:
            await self.change("ROLLBACK TO attempt")
            raise
        await self.change("RELEASE attempt")
        return done

    async def tables(self) -> dict[str, dict[str, type]]:
        """Our tables by name, with the type of value in each column, in order."""
        found: dict[str, dict[str, type]] = {}
        for table, column, kind in await self.rows(_COLUMNS):
            found.setdefault(table, {})[column] = _TYPES.get(kind, int)
        return found

    async def integrity(self) -> list[str]:
        """Indexes that PostgreSQL itself calls invalid. Pages are checked as they are read, where checksums are on."""
        return [f"The index {row[0]} is not whole. Run: REINDEX INDEX {row[0]}" for row in await self.rows(_INVALID)]

    async def lock(self, ids: Sequence[str]) -> None:
        """Keeps others from writing to these conversations until the transaction ends."""
        await self.rows("SELECT 1 FROM conversation WHERE id = ANY($1) ORDER BY id FOR UPDATE", list(ids))

    async def close(self) -> None:
        """Lets go of it."""
        try:
            await self._connection.close(timeout=5.0)
        except FAULTS:
            self._connection.terminate()

    async def _fetched(self, sql: str, values: Sequence[object]) -> list[Row]:
        return [tuple(row) for row in await self._connection.fetch(sql, *values)]

    async def _cursor(self, sql: str, values: Sequence[object]) -> Any:
        return await self._connection.cursor(sql, *values)

    async def _do(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await work()
        except FAULTS as fault:
            raise _ours(fault, self.place) from fault


def _ours(fault: BaseException, where: str) -> StoreFault:
    """For an operator who waits at the terminal, a database that is away is a fault like another."""
    ours: GehoorError = as_ours(fault, where)
    return ours if isinstance(ours, StoreFault) else StoreFault(ours.sentence, **ours.data)
