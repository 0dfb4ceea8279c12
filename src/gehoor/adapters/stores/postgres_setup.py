"""What must be in a PostgreSQL database before it is used: the tables of a new one; an older one is migrated first."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import structlog

from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.adapters.stores.revision import HEAD, Standing, standing
from gehoor.core.errors import StoreAway, StoreFault

_LOG = structlog.get_logger()
OLDEST: Final = 15
WAIT_S: Final = 30.0
"""How long a start waits for a database that cannot be reached."""

_SCHEMA: Final = Path(__file__).with_name("schema_postgres.sql")
SETUP_LOCK: Final = 0x4765686F_00000002
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def postgres_schema() -> str:
    """Everything that an empty database needs, as SQL."""
    return _SCHEMA.read_text(encoding="utf-8")


def prepared(url: str) -> bool:
    """Makes the tables in an empty database; whether there is a conversation in it. For who starts, and has no event
    loop yet. Waits a while for a database that is starting too.

    Raises:
        StoreFault: the database cannot be used; says why and what to do.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _prepared(url)).result()


async def _prepared(url: str) -> bool:
    database = PostgresDatabase(url)
    connection = await _patiently(database)
    try:
        await prepare(connection, database.place)
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM conversation)"))
    finally:
        await connection.close()


async def _patiently(database: PostgresDatabase) -> Connection:
    patience = time.monotonic() + WAIT_S
    while True:
        try:
            return await database.connect("gehoor start")
        except StoreAway as fault:
            if time.monotonic() > patience:
                raise StoreFault(fault.sentence, **fault.data) from fault
        await asyncio.sleep(0.2)


async def prepare(connection: Connection, place: str) -> None:
    """Makes the tables in an empty database, one process at a time.

    Raises:
        StoreFault: the database is not ours to use; says why and what to do.
    """
    if connection.get_server_version().major < OLDEST:
        raise StoreFault(f"PostgreSQL {OLDEST} or newer is needed. Database: {place}")
    if await connection.fetchval("SHOW server_encoding") != "UTF8":
        raise StoreFault(f"The database must be in UTF8: make it again with ENCODING 'UTF8'. Database: {place}")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if await connection.fetchval(f"SHOW {name}") == "off":
            _LOG.error("a power cut may lose what was acknowledged: PostgreSQL runs without", setting=name)
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
