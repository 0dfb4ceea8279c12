"""The rows of people on SQLite, in the file of the store."""

from __future__ import annotations

import sqlite3
from typing import Any

from gehoor.adapters.stores.people_rows import PUT_STAFF, PeopleRows, staff_row
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_rows import numbered
from gehoor.core.errors import Conflict
from gehoor.ports.people import Staff


class SqlitePeople(PeopleRows):
    """The rows of people, in one file.

    Args:
        file: shared with ``SqliteStore``, which closes it.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def put_staff(self, staff: Staff) -> None:
        """Adds or replaces an account.

        Raises:
            Conflict: another account has this login.
        """

        def put(connection: sqlite3.Connection) -> None:
            try:
                connection.execute(numbered(PUT_STAFF), staff_row(staff))
            except sqlite3.IntegrityError as fault:
                raise Conflict("Another account has this login.", field="login") from fault

        await self._file.write(put)

    async def _all(self, statement: str, *values: object) -> list[Any]:
        return await self._file.read(lambda connection: connection.execute(numbered(statement), values).fetchall())

    async def _do(self, *steps: tuple[Any, ...]) -> None:
        def run(connection: sqlite3.Connection) -> None:
            for statement, *values in steps:
                connection.execute(numbered(statement), values)

        await self._file.write(run)
