"""What must be in a SQLite file before it is used: the tables of a new one, the migrations of an older one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from gehoor.adapters.stores.revision import HEAD, Standing, standing
from gehoor.core.errors import StoreFault

APPLICATION_ID: Final = 0x4765686F
""""Geho" in the header of the file says whose it is."""

USER_VERSION: Final = 2
"""Stands in every file, and says nothing any more: since 2 the table ``alembic_version`` tells the revision. Code from
before it refuses a higher one."""

_SCHEMA: Final = Path(__file__).with_name("schema.sql")


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the tables in a new file, and migrates an older one, of which a copy is kept beside it.

    Args:
        connection: to the file, which is ours alone.

    Raises:
        StoreFault: the file is not ours to use; says why.
    """
    owner = _number(connection, "PRAGMA application_id")
    tables = _number(connection, "SELECT count(*) FROM sqlite_master")
    if owner != APPLICATION_ID and (owner or tables or _number(connection, "PRAGMA user_version")):
        raise StoreFault(f"This database belongs to another program. Choose another file. File: {path}", file=str(path))
    if not tables:
        _make(connection)
        return
    revision = revision_of(connection)
    if standing(revision, oldest_code_of(connection), str(path)) is Standing.BEHIND:
        _migrate(connection, path, revision)


def revision_of(connection: sqlite3.Connection) -> str:
    """The revision of a file with tables in it."""
    if not _has(connection, "alembic_version"):
        return f"{_number(connection, 'PRAGMA user_version'):04}"
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def oldest_code_of(connection: sqlite3.Connection) -> str:
    """The revision of the oldest code that may work on the file."""
    if not _has(connection, "oldest_code"):
        return ""
    row = connection.execute("SELECT max(revision) FROM oldest_code").fetchone()
    return str(row[0] or "")


def claim(path: Path) -> None:
    """An empty file that is ours."""
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {USER_VERSION}")


def copy_before(path: Path, revision: str) -> Path:
    """Where the copy of a file is kept from before it was migrated to this revision."""
    return path.with_name(f"{path.name}.before-{revision}")


def _make(connection: sqlite3.Connection) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE; {_SCHEMA.read_text(encoding='utf-8')} "
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {USER_VERSION}; COMMIT;"
    )


def _migrate(connection: sqlite3.Connection, path: Path, revision: str) -> None:
    # Only here: a start that has nothing to migrate does not wait for Alembic.
    from gehoor.adapters.stores.migrate import copy_sqlite, upgrade_sqlite

    copy_sqlite(path, copy_before(path, HEAD))
    upgrade_sqlite(path, known="" if _has(connection, "alembic_version") else revision)
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")


def _has(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    return found.fetchone() is not None


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])
