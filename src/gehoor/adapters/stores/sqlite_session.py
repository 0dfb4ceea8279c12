"""A SQLite file as an operator's command uses it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from gehoor.adapters.stores.session import Row
from gehoor.adapters.stores.sqlite_file import fault_of
from gehoor.adapters.stores.sqlite_rows import numbered
from gehoor.core.errors import StoreFault

T = TypeVar("T")
AT_ONCE: Final = 1000
_TYPES: Final = {"TEXT": str, "BLOB": bytes, "BOOLEAN": bool}
_MOST_FOUND: Final = 20


class SqliteSession:
    """One connection to the file.

    Args:
        path: of a store that is there.
        writes: whether it may write; who writes must hold the file (SqliteFile, or ``hold``).

    Raises:
        StoreFault: there is no store, or it cannot be opened.
    """

    engine = "sqlite"

    def __init__(self, path: Path, writes: bool = False) -> None:
        self.place = str(path)
        self._path = path
        if not path.is_file():
            raise StoreFault(f"There is no store here. File: {path}", file=str(path))
        mode = "rw" if writes else "ro"
        try:
            self._connection = sqlite3.connect(
                f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, isolation_level=None, timeout=10.0
            )
        except sqlite3.Error as fault:
            raise fault_of(fault, path) from fault

    async def begin(self, *, writes: bool) -> None:
        """Begins a transaction."""
        self._do("BEGIN IMMEDIATE" if writes else "BEGIN")

    async def commit(self) -> None:
        """Ends it, durably."""
        self._do("COMMIT")

    async def roll_back(self) -> None:
        """Ends it without a trace."""
        if self._connection.in_transaction:
            self._do("ROLLBACK")

    async def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of a statement."""
        try:
            found: list[Row] = self._do(sql, values).fetchall()
        except sqlite3.Error as fault:
            raise fault_of(fault, self._path) from fault
        return found

    async def stream(self, sql: str, *values: object) -> AsyncIterator[list[Row]]:
        """The rows of a statement, some at a time."""
        cursor = self._do(sql, values)
        while True:
            try:
                some: list[Row] = cursor.fetchmany(AT_ONCE)
            except sqlite3.Error as fault:
                raise fault_of(fault, self._path) from fault
            if not some:
                return
            yield some

    async def change(self, sql: str, *values: object) -> None:
        """Carries out a statement that gives no rows."""
        self._do(sql, values)

    async def many(self, sql: str, rows: Sequence[Row]) -> None:
        """Carries out a statement for each row of values."""
        try:
            self._connection.executemany(numbered(sql), rows)
        except sqlite3.Error as fault:
            raise fault_of(fault, self._path) from fault

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what may fail; a read that fails leaves nothing behind here."""
        return await work()

    async def tables(self) -> dict[str, dict[str, type]]:
        """Our tables by name, with the type of value in each column, in order."""
        named = await self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: {row[1]: _TYPES.get(row[2], int) for row in await self.rows(f"PRAGMA table_info({name})")}
            for (name,) in named
            if name != "alembic_version"
        }

    async def integrity(self) -> list[str]:
        """What SQLite finds wrong with the file."""
        try:
            found = await self.rows(f"PRAGMA quick_check({_MOST_FOUND})")
        except StoreFault as fault:
            return [fault.sentence]
        return [str(row[0]) for row in found if row[0] != "ok"]

    async def lock(self, ids: Sequence[str]) -> None:
        """Nobody else writes to a file that is held."""

    async def close(self) -> None:
        """Lets go of it."""
        self._connection.close()

    def _do(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(numbered(sql), values)
        except sqlite3.Error as fault:
            raise fault_of(fault, self._path) from fault
