"""A copy of a store, as it is at this moment: whoever examines it touches nothing, and servers run on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.system import SystemClock
from gehoor.core.errors import StoreFault
from gehoor.ports.store import Store


@asynccontextmanager
async def copied(source: Path, database: str = "") -> AsyncIterator[Store]:
    """The copy, while it is looked at.

    Args:
        source: the file of a store in SQLite.
        database: the address of a store in PostgreSQL, which is copied instead.

    Raises:
        StoreFault: there is no store there, or it cannot be read.
    """
    with TemporaryDirectory(prefix="gehoor-copy-") as place:
        copy = Path(place) / "gehoor.db"
        if database:
            await _copy_database(database, copy)
        else:
            _copy(source, copy)
        store = SqliteStore(SqliteFile(copy))
        try:
            yield store
        finally:
            await store.close()


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreFault(f"There is no store here. File: {source}", file=str(source))
    try:
        with (
            closing(sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target)) as copied,
        ):
            original.backup(copied)
    except sqlite3.Error as fault:
        raise StoreFault(f"The store cannot be read. File: {source}", file=str(source), cause=str(fault)) from fault


async def _copy_database(url: str, target: Path) -> None:
    """What is in PostgreSQL as a SQLite file: a backup, put back."""
    from gehoor.adapters.stores.backup import CHECKPOINTS, back_up
    from gehoor.adapters.stores.migrate import upgrade_sqlite
    from gehoor.adapters.stores.postgres_session import PostgresSession
    from gehoor.adapters.stores.restore import load
    from gehoor.adapters.stores.sqlite_schema import claim
    from gehoor.adapters.stores.sqlite_session import SqliteSession

    folder = target.with_name("backup")
    session = await PostgresSession.opened(url)
    try:
        manifest = await back_up(session, folder / CHECKPOINTS, folder, SystemClock().now())
    finally:
        await session.close()
    claim(target)
    upgrade_sqlite(target, manifest.revision)
    copied = SqliteSession(target, writes=True)
    try:
        await load(copied, folder, manifest)
    finally:
        await copied.close()
