"""Which database, checkpoints and keys a ``gehoor db`` command works on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_session import SqliteSession
from gehoor.boot import database_url, key_database_url
from gehoor.ports.keys import Keys
from gehoor.ports.store import Store
from gehoor.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is. ``url``: of a PostgreSQL database; empty: the store is a SQLite file in ``data``.
    ``key_url``: of the database with the keys; empty: they are files in ``keys``."""

    url: str
    data: Path
    keys: Path
    key_url: str = ""

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.data / "gehoor.db"

    @property
    def checkpoints(self) -> Path:
        """The signed checkpoints."""
        return self.data / "checkpoints.jsonl"

    @property
    def shown(self) -> str:
        """Which database, without account and password."""
        if not self.url:
            return str(self.file)
        from gehoor.adapters.stores.postgres_faults import place

        return place(self.url)

    @asynccontextmanager
    async def session(self, writes: bool = False) -> AsyncIterator[Session]:
        """The database as an operator looks at it. Who writes to SQLite holds the file: no server runs meanwhile.

        Raises:
            StoreFault: it cannot be opened.
        """
        held = SqliteFile(self.file) if writes and not self.url and self.file.exists() else None
        try:
            session = await self.unheld(writes)
            try:
                yield session
            finally:
                await session.close()
        finally:
            if held is not None:
                await held.close()

    async def unheld(self, writes: bool) -> Session:
        """A session whose caller sees to it that nobody else writes."""
        if not self.url:
            return SqliteSession(self.file, writes)
        from gehoor.adapters.stores.postgres_session import PostgresSession

        return await PostgresSession.opened(self.url)

    def store(self) -> Store:
        """The store as a server has it."""
        if not self.url:
            return SqliteStore(SqliteFile(self.file))
        from gehoor.adapters.stores.postgres import PostgresStore
        from gehoor.adapters.stores.postgres_database import PostgresDatabase

        return PostgresStore(PostgresDatabase(self.url))

    def open_keys(self) -> Keys | None:
        """The keys, with what the erasure ledger tells carried out; None when there are none: none are made here."""
        ring, master = self.keys / "keys.db", self.keys / "master.key"
        if not self.key_url:
            return FileKeys(ring, master) if ring.exists() else None
        from gehoor.adapters.keys.postgres import PostgresKeys

        return PostgresKeys(self.key_url, master, store=self.url, needed=True) if master.exists() else None


def place_of(settings: Settings, data: Path | None) -> Place:
    """The place that the settings name; or a folder with the folders ``store`` and ``keys`` in it, as a demonstration
    makes it.

    Raises:
        StoreFault: the file with the address of the database cannot be used.
    """
    if data is None:
        return Place(database_url(settings), settings.data, settings.keys, key_database_url(settings))
    return Place("", data / "store", data / "keys")
