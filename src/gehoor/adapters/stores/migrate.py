"""Brings a database to another revision of the schema. Imports SQLAlchemy and Alembic, so only where it is needed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from gehoor.adapters.stores.postgres_faults import FAULTS, place
from gehoor.adapters.stores.postgres_setup import SETUP_LOCK
from gehoor.core.errors import StoreFault

_FOLDER: Final = Path(__file__).with_name("migrations")


def revisions() -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def upgrade(connection: sa.Connection, to: str = "head", known: str = "", mark: str = "") -> None:
    """Migrates forward, in the transaction of the connection.

    Args:
        known: the revision of a database from before Alembic, which tells it nowhere itself.
        mark: stands in the place of the revision afterwards (restore.py).
    """
    config = _config()
    config.attributes["connection"] = connection
    if known:
        command.stamp(config, known)
    command.upgrade(config, to)
    if mark:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :mark"), {"mark": mark})


async def upgrade_postgres(url: str, to: str = "head", mark: str = "") -> None:
    """Migrates a database forward, one process at a time: wholly, or not at all.

    Raises:
        StoreFault: it stayed as it was.
    """
    where = place(url)
    # The address is read by asyncpg, as for a server: SQLAlchemy knows other words for TLS.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=partial(asyncpg.connect, url))
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SETUP_LOCK})
            await connection.run_sync(upgrade, to, "", mark)
    except (sa.exc.SQLAlchemyError, *FAULTS) as fault:
        cause = fault if not isinstance(fault, sa.exc.SQLAlchemyError) else _cause(fault)
        raise StoreFault(
            f"The database could not be brought to the schema of this version and stays as it was: {cause}. "
            f"Database: {where}"
        ) from fault
    finally:
        await engine.dispose()


def upgrade_sqlite(path: Path, to: str = "head", known: str = "", mark: str = "") -> None:
    """Migrates a file forward: wholly, or not at all.

    Raises:
        StoreFault: it stayed as it was.
    """
    engine = sa.create_engine("sqlite://", creator=lambda: _connect(path), poolclass=sa.pool.NullPool)
    sa.event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            upgrade(connection, to, known, mark)
    except sa.exc.SQLAlchemyError as fault:
        raise StoreFault(
            f"The database could not be brought to the schema of this version and stays as it was: {_cause(fault)}. "
            f"File: {path}",
            file=str(path),
        ) from fault
    finally:
        engine.dispose()


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy of the file as it is now, also while a server writes. What stood at the target goes.

    Raises:
        sqlite3.Error, OSError: there is no copy.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(_connect(source)) as original, closing(sqlite3.connect(part)) as copied:
        original.backup(copied)
    part.replace(target)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _connect(path: Path) -> sqlite3.Connection:
    # Without isolation_level the driver would commit before every change of a table.
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rwc", uri=True, isolation_level=None, timeout=5.0)


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _cause(fault: sa.exc.SQLAlchemyError) -> str:
    return str(getattr(fault, "orig", None) or fault)
