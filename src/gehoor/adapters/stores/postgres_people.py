"""The rows of people on PostgreSQL, in the database of the store."""

from __future__ import annotations

from typing import Any

import asyncpg

from gehoor.adapters.stores.people_rows import PUT_STAFF, PeopleRows, staff_row
from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.core.errors import Conflict
from gehoor.ports.people import Staff


class PostgresPeople(PeopleRows):
    """The rows of people, in one database.

    Args:
        database: shared with ``PostgresStore``, which closes it.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    async def put_staff(self, staff: Staff) -> None:
        """Adds or replaces an account.

        Raises:
            Conflict: another account has this login.
        """

        async def put(connection: Connection) -> None:
            try:
                await connection.execute(PUT_STAFF, *staff_row(staff))
            except asyncpg.UniqueViolationError as fault:
                raise Conflict("Another account has this login.", field="login") from fault

        await self._database.use(put, again=True)

    async def _all(self, statement: str, *values: object) -> list[Any]:
        return await self._database.all(statement, *values)

    async def _do(self, *steps: tuple[Any, ...]) -> None:
        await self._database.change(*steps)
