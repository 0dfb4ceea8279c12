"""Every revision only adds, keeps every row, and all of them together make the schema that is described.

Each test runs on both engines, where both have something to say.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gehoor.adapters.stores import schema, view_rows
from gehoor.adapters.stores.codec import encode
from gehoor.adapters.stores.migrate import revisions, upgrade
from gehoor.adapters.stores.revision import HEAD, Standing, standing
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_schema import APPLICATION_ID, copy_before
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Source
from gehoor.core.errors import StoreFault
from tests.contracts.conversations import fact
from tests.postgres_server import PostgresServer

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
HERE = Path(__file__).parent
ALL = revisions()


class Place:
    """An empty database: a file, or the URL of one in PostgreSQL."""

    def __init__(self, where: Path | str) -> None:
        self.path = where if isinstance(where, Path) else Path()
        self.url = where if isinstance(where, str) else ""

    def do(self, work: Work[T]) -> T:
        """In one transaction."""
        if self.url:
            return asyncio.run(self._on_postgres(work))
        engine = sa.create_engine(f"sqlite:///{self.path}")
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()

    async def _on_postgres(self, work: Work[T]) -> T:
        engine = create_async_engine(self.url.replace("postgresql:", "postgresql+asyncpg:"))
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    def upgrade(self, to: str) -> None:
        self.do(lambda connection: upgrade(connection, to))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "migrated.db")


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, place: Place) -> Place:
    """An empty database on either engine."""
    if request.param == "sqlite":
        return place
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return Place(server.database())


Row = dict[str, Any]


def fill(connection: sa.Connection) -> dict[str, list[Row]]:
    """A row in every table, with a value in every column; returns everything that is there then."""
    tables = sa.MetaData()
    tables.reflect(connection)
    for table in tables.tables.values():
        if table.name not in ("alembic_version", "oldest_code"):
            connection.execute(table.insert().values({column.name: value(column) for column in table.columns}))
    return rows(connection, tables)


def rows(connection: sa.Connection, tables: sa.MetaData) -> dict[str, list[Row]]:
    """Every row of the tables, in their own columns alone."""
    return {
        table.name: [dict(row) for row in connection.execute(sa.select(*table.columns)).mappings()]
        for table in tables.tables.values()
        if table.name not in ("alembic_version", "oldest_code")
    }


def value(column: sa.Column[Any]) -> object:
    kind = column.type.python_type
    return {bytes: column.name.encode(), str: f"{column.name} é", bool: True}.get(kind, 7)


def reflected(connection: sa.Connection) -> sa.MetaData:
    tables = sa.MetaData()
    tables.reflect(connection)
    return tables


# -- forward ---------------------------------------------------------------------------------------------------------


def test_that_the_newest_revision_is_the_one_that_the_code_is_written_for() -> None:
    assert ALL[-1] == HEAD
    assert [f"{number:04}" for number in range(1, len(ALL) + 1)] == ALL
    assert schema.OLDEST_CODE in ALL


@pytest.mark.parametrize("old", ALL)
def test_that_a_row_in_every_table_survives_every_migration(either: Place, old: str) -> None:
    either.upgrade(old)
    tables = either.do(reflected)
    before = either.do(fill)
    assert all(before.values()), "a table is empty"
    either.upgrade("head")
    assert either.do(lambda connection: rows(connection, tables)) == before
    found = either.do(lambda connection: connection.execute(sa.text("SELECT version_num FROM alembic_version")).all())
    assert found == [(HEAD,)]


@pytest.mark.parametrize("old", ALL[1:])
def test_that_a_migration_only_adds(either: Place, old: str) -> None:
    """Code from before it goes on: nothing that it names is gone, and nothing that it leaves out is needed."""
    either.upgrade(ALL[ALL.index(old) - 1])
    before = either.do(reflected)
    either.upgrade(old)
    after = either.do(reflected)
    for table in before.tables.values():
        now = after.tables[table.name]
        for column in table.columns:
            assert str(now.c[column.name].type) == str(column.type), f"{table.name}.{column.name} changed its type"
            assert (now.c[column.name].nullable, now.c[column.name].primary_key) == (
                column.nullable,
                column.primary_key,
            )
        for column in now.columns:
            if column.name not in table.columns and not column.nullable:
                assert column.server_default is not None, f"{table.name}.{column.name} has no default"
        uniques = {index.name for index in now.indexes if index.unique}
        assert uniques <= {index.name for index in table.indexes if index.unique}, "a new rule on an old table"


@pytest.mark.parametrize("old", ALL)
def test_that_the_inserts_of_old_code_run_on_the_newest_schema(either: Place, old: str) -> None:
    either.upgrade(old)
    tables = either.do(reflected)
    either.upgrade("head")
    for table in tables.tables.values():
        if table.name != "oldest_code":
            insert = table.insert().values({column.name: value(column) for column in table.columns})
            either.do(partial(sa.Connection.execute, statement=insert))


def test_that_every_statement_of_the_code_before_runs_on_the_newest_schema(place: Place) -> None:
    """``statements_2.sql`` holds what the code of revision 0002 said to SQLite, as its tests and a server made it."""
    place.upgrade("head")
    statements = (HERE / "statements_2.sql").read_text(encoding="utf-8").split(";\n")
    with closing(sqlite3.connect(place.path)) as connection:
        for statement in filter(None, statements):
            connection.execute(f"EXPLAIN {statement}", [None] * statement.count("?")).fetchall()


def test_that_what_the_ai_answered_before_is_filled_in(either: Place) -> None:
    """Also when there is more than one piece of it, and past a record that cannot be read."""
    either.upgrade("0004")
    replied = [encode(fact(seq, e.BotReplied(2, Source(f"a{seq}", "v", "T", "nl"), "b", None))) for seq in range(1, 4)]
    bodies = {seq: ("BotReplied", body) for seq, body in enumerate(replied, 1)}
    bodies |= {4: ("BotReplied", b"spoiled"), 5: ("Delivered", encode(fact(5, e.Delivered(1))))}

    def put(connection: sa.Connection) -> None:
        table = reflected(connection).tables["fact"]
        for conversation in (f"C{number:04}" for number in range(400)):
            for seq, (kind, body) in bodies.items():
                row = {"conversation": conversation, "seq": seq, "at": seq, "type": kind, "body": body, "hash": b""}
                connection.execute(table.insert().values(row))

    either.do(put)
    either.upgrade("head")
    asked = sa.text('SELECT conversation, seq, at, article, language, version, "by" FROM given ORDER BY 1, 2')
    found = either.do(lambda connection: [tuple(row) for row in connection.execute(asked)])
    one_each = [(seq, seq, f"a{seq}", "nl", "v", "ai") for seq in range(1, 4)]
    assert found == [(f"C{number:04}", *rest) for number in range(400) for rest in one_each]


# -- the schema that is described ------------------------------------------------------------------------------------


def test_that_all_migrations_together_make_the_schema_that_is_described(place: Place, tmp_path: Path) -> None:
    place.upgrade("head")
    made, described = look(place.path), look(fresh(tmp_path / "fresh.db"))
    assert made == described


def fresh(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.sqlite_schema())
    return path


def look(path: Path) -> object:
    """Everything about the tables of a file but the wording, and what stands in those that only the schema writes."""
    with closing(sqlite3.connect(path)) as connection:
        named = dict(
            connection.execute("SELECT name, type || ' ' || tbl_name FROM sqlite_master WHERE sql IS NOT NULL")
        )
        tables = [name for name, kind in named.items() if kind == f"table {name}"]
        columns = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in tables}
        others = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"))
        without_rowid = dict(connection.execute("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'"))
        stamps = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("alembic_version", "oldest_code")]
    return named, columns, others, {name: without_rowid[name] for name in tables}, stamps


def test_that_the_schema_that_is_used_is_the_one_that_is_described() -> None:
    used = Path(schema.__file__).with_name("schema.sql").read_text(encoding="utf-8")
    assert used == schema.sqlite_schema(), "run: python -m gehoor.adapters.stores.schema > .../schema.sql"


def test_that_the_columns_of_a_view_are_those_of_the_schema() -> None:
    assert tuple(schema.conversation.c.keys()) == ("id", "token_hash", "head", "length", *view_rows.VIEW_COLUMNS)


# -- a file of before ------------------------------------------------------------------------------------------------

OLD = HERE / "schema_1.sql"
"""The first schema, as it was: what an installation of that time has on its disk."""


def old_file(path: Path) -> None:
    """A database from before Alembic, with a row in every table."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    Place(path).do(fill)


async def opened(path: Path) -> None:
    await SqliteFile(path).close()


@pytest.mark.anyio
async def test_that_a_file_of_an_older_gehoor_is_migrated_when_it_is_opened_and_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "gehoor.db"
    old_file(path)
    tables = Place(path).do(reflected)
    before = Place(path).do(lambda connection: rows(connection, tables))
    await opened(path)
    assert look(path) == look(fresh(tmp_path / "fresh.db"))
    for file in (path, copy_before(path, HEAD)):
        assert Place(file).do(lambda connection: rows(connection, tables)) == before
    assert copy_before(path, HEAD).stat().st_mode & 0o777 == 0o600
    copy_before(path, HEAD).unlink()
    await opened(path)
    assert not copy_before(path, HEAD).exists(), "it was migrated again"


@pytest.mark.anyio
async def test_that_a_file_that_cannot_be_migrated_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "gehoor.db"
    old_file(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW access AS SELECT 1")  # something stands in the way
    before = look_at_names(path)
    with pytest.raises(StoreFault, match="stays as it was"):
        await opened(path)
    assert look_at_names(path) == before


def look_at_names(path: Path) -> object:
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return version, connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


# -- newer and older code --------------------------------------------------------------------------------------------


def test_that_a_newer_schema_is_used_as_long_as_it_only_added() -> None:
    assert standing(HEAD, "0002", "x") is Standing.FITS
    assert standing("0001", "", "x") is Standing.BEHIND
    assert standing("9999", HEAD, "x") is Standing.FITS
    with pytest.raises(StoreFault, match="newer Gehoor"):
        standing("9999", "9998", "x")


@pytest.mark.anyio
async def test_that_a_file_of_a_newer_gehoor_is_refused_when_it_took_something_away(tmp_path: Path) -> None:
    path = tmp_path / "gehoor.db"
    await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("INSERT INTO oldest_code (revision) VALUES ('9998')")
    with pytest.raises(StoreFault, match="newer Gehoor"):
        await opened(path)


@pytest.mark.anyio
async def test_that_nothing_is_served_from_a_backup_that_is_put_back_halfway(tmp_path: Path) -> None:
    path = tmp_path / "gehoor.db"
    await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as half:
        half.execute("UPDATE alembic_version SET version_num = 'restoring ' || version_num")
    with pytest.raises(StoreFault, match="gehoor db restore"):
        await opened(path)
