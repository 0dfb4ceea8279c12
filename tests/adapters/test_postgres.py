"""What the store on PostgreSQL adds to what every store keeps to."""

import subprocess

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gehoor.adapters.stores import schema
from gehoor.adapters.stores.migrate import upgrade, upgrade_postgres
from gehoor.adapters.stores.postgres_setup import postgres_schema, prepare
from gehoor.adapters.stores.revision import HEAD
from gehoor.core.errors import StoreFault
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio


def test_that_the_schema_that_is_used_is_the_schema_that_is_described() -> None:
    assert postgres_schema() == schema.postgres_schema(), "run: python -m gehoor.adapters.stores.schema"


async def test_that_all_migrations_together_make_the_schema(postgres_server: PostgresServer) -> None:
    made, migrated = postgres_server.database(), postgres_server.database()
    connection = await asyncpg.connect(made)
    await prepare(connection, "made")
    await connection.close()
    engine = create_async_engine(migrated.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as migration:
        await migration.run_sync(upgrade)
    await engine.dispose()
    assert dump(postgres_server, migrated) == dump(postgres_server, made)


@pytest.mark.parametrize("words", ["?sslmode=prefer", "?application_name=gehoor&sslmode=disable"])
async def test_that_a_database_is_migrated_by_every_address_that_a_server_takes(
    postgres_server: PostgresServer, words: str
) -> None:
    url = postgres_server.database().replace("postgresql:", "postgres:") + words
    await upgrade_postgres(url)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == HEAD
    await connection.close()


def dump(server: PostgresServer, url: str) -> list[str]:
    """Everything that a database is made of."""
    command = (server.programs / "pg_dump", "--schema-only", url)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if not line.startswith(("--", "\\"))]


@pytest.mark.parametrize("table", ["fact", "ledger"])
async def test_that_nobody_can_change_or_take_away_what_happened(postgres: str, table: str) -> None:
    connection = await asyncpg.connect(postgres)
    for change in (f"UPDATE {table} SET at = 0", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await connection.execute(change)
    await connection.close()


async def test_that_a_database_of_another_program_or_of_another_version_is_refused(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.database()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE customer (id text)")
    with pytest.raises(StoreFault, match="another program"):
        await prepare(connection, "here")
    await connection.execute("DROP TABLE customer")
    await prepare(connection, "here")
    await prepare(connection, "here")
    await connection.execute("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(StoreFault, match="gehoor db migrate"):
        await prepare(connection, "here")
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.execute("UPDATE oldest_code SET revision = '9998'")
    with pytest.raises(StoreFault, match="newer Gehoor"):
        await prepare(connection, "here")
    await connection.close()
