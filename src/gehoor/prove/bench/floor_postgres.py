"""How the floor keeps a row on PostgreSQL: one statement for each batch, with nothing around it."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
import msgspec

from gehoor.prove.bench.floor_sqlite import MOST_IN_A_BATCH, Push, Row, Waiting

_MOST_IN_A_NOTE: Final = 20
"""PostgreSQL takes notes of at most 8,000 bytes."""
_TABLE: Final = (
    "CREATE TABLE message (chat text, seq bigint GENERATED ALWAYS AS IDENTITY, client_id text, text text, "
    "PRIMARY KEY (chat, seq))"
)
_INSERT: Final = (
    "INSERT INTO message (chat, client_id, text) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) RETURNING seq"
)
_DOORBELL: Final = "floor"


async def make_table(address: str) -> None:
    """The table of the floor, in a new database."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_TABLE)
    finally:
        await connection.close()


class PostgresWriter:
    """One statement for each batch.

    Args:
        shared: other processes serve streams too: they hear of rows by NOTIFY after the commit, on its own connection.
    """

    def __init__(self, address: str, shared: bool, push: Push) -> None:
        self._address = address
        self._shared = shared
        self._push = push
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self._writing: asyncio.Task[None] | None = None
        self._bell: asyncpg.Connection | None = None

    async def start(self) -> None:
        """Connects."""
        connection = await asyncpg.connect(self._address)
        if self._shared:
            self._bell = await asyncpg.connect(self._address)
            await self._bell.add_listener(_DOORBELL, self._rung)
            await self._bell.execute("SET synchronous_commit = off")
        self._writing = asyncio.create_task(self._write(connection))

    async def stop(self) -> None:
        """Ends."""
        if self._writing is not None:
            self._writing.cancel()
        if self._bell is not None:
            self._bell.terminate()

    async def store(self, chat: str, desk: str, client_id: str, text: str) -> int:
        """Keeps a row and returns its seq."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Waiting(Row(desk, chat, 0, client_id, text), future))
        return await future

    async def _write(self, connection: asyncpg.Connection) -> None:
        insert = await connection.prepare(_INSERT)
        try:
            while True:
                batch = [await self._queue.get()]
                while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                rows = [waiting.row for waiting in batch]
                kept = await insert.fetch([r.chat for r in rows], [r.client_id for r in rows], [r.text for r in rows])
                rows = [row._replace(seq=one[0]) for row, one in zip(rows, kept, strict=True)]
                for waiting, row in zip(batch, rows, strict=True):
                    if not waiting.future.done():
                        waiting.future.set_result(row.seq)
                await self._tell(rows)
        finally:
            connection.terminate()

    async def _tell(self, rows: list[Row]) -> None:
        if self._bell is None:
            for row in rows:
                self._push(row)
            return
        for at in range(0, len(rows), _MOST_IN_A_NOTE):
            note = msgspec.json.encode(rows[at : at + _MOST_IN_A_NOTE]).decode()
            await self._bell.execute("SELECT pg_notify($1, $2)", _DOORBELL, note)

    def _rung(self, _connection: object, _process: int, _channel: str, note: object) -> None:
        for row in msgspec.json.decode(str(note), type=list[Row]):
            self._push(row)
