"""What must be in a PostgreSQL database before it is used: the tables of a new one; an older one is migrated first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gehoor.adapters.stores.postgres_database import Connection
from gehoor.adapters.stores.revision import HEAD, Standing, standing
from gehoor.core.errors import StoreFault

OLDEST: Final = 15

_SCHEMA: Final = Path(__file__).with_name("schema_postgres.sql")
SETUP_LOCK: Final = 0x4765686F_00000002
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def postgres_schema() -> str:
    """Everything that an empty database needs, as SQL."""
    return _SCHEMA.read_text(encoding="utf-8")


async def prepare(connection: Connection, place: str) -> None:
    """Makes the tables in an empty database, one process at a time.

    Raises:
        StoreFault: the database is not ours to use; says why and what to do.
    """
    if connection.get_server_version().major < OLDEST:
        raise StoreFault(f"PostgreSQL {OLDEST} or newer is needed. Database: {place}")
    if await connection.fetchval("SHOW server_encoding") != "UTF8":
        raise StoreFault(f"The database must be in UTF8: make it again with ENCODING 'UTF8'. Database: {place}")
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SETUP_LOCK)
        tables = {row[0] for row in await connection.fetch(_TABLES)}
        if not tables:
            await connection.execute(postgres_schema())
            return
    if not {"fact", "alembic_version"} <= tables:
        raise StoreFault(f"This database belongs to another program. Choose another one. Database: {place}")
    revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    oldest = await connection.fetchval("SELECT max(revision) FROM oldest_code") if "oldest_code" in tables else ""
    if standing(revision or "", oldest or "", place) is Standing.BEHIND:
        raise StoreFault(
            f"The tables are those of an older Gehoor (schema {revision}; this one needs {HEAD}). "
            f"Run: gehoor db migrate. Database: {place}"
        )
