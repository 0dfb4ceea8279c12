"""One organisation's store on either engine, to fill through the store and to look at as an operator does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.postgres_session import PostgresSession
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_session import SqliteSession
from gehoor.ports.store import Store
from tests.house.test_fold_equals_stored_view import Wish, Writer


class Engine:
    """Where the store is: a file, or the URL of a database."""

    def __init__(self, where: Path | str) -> None:
        self.where = where

    def store(self) -> Store:
        """Open, as a server has it."""
        if isinstance(self.where, Path):
            return SqliteStore(SqliteFile(self.where))
        return PostgresStore(PostgresDatabase(self.where))

    @asynccontextmanager
    async def session(self, writes: bool = False) -> AsyncIterator[Session]:
        """Open, as a command has it."""
        session: Session
        file = SqliteFile(self.where) if writes and isinstance(self.where, Path) else None
        if isinstance(self.where, Path):
            session = SqliteSession(self.where, writes)
        else:
            session = await PostgresSession.opened(self.where)
        try:
            yield session
        finally:
            await session.close()
            if file is not None:
                await file.close()

    async def do(self, *statements: str) -> None:
        """Spoils something."""
        async with self.session(writes=True) as session:
            await session.begin(writes=True)
            for statement in statements:
                await session.change(statement)
            await session.commit()

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands there."""
        async with self.session() as session:
            return [tuple(row) for row in await session.rows(sql)]

    async def tell(self, story: tuple[Wish, ...]) -> Writer:
        """Carries out a story through the product's writer; returns it when the store is closed again."""
        writer = Writer(self.store())
        task = asyncio.get_running_loop().create_task(writer.recorder.run())
        for wish in story:
            await writer.does(wish)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await writer.store.close()
        return writer
