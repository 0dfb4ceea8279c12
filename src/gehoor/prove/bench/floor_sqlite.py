"""How the floor keeps a row on SQLite: the same group commit as ours, with nothing around it."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Final, NamedTuple

MOST_IN_A_BATCH: Final = 256
_TABLE: Final = (
    "CREATE TABLE message (chat TEXT, seq INTEGER, client_id TEXT, text TEXT, PRIMARY KEY (chat, seq)) WITHOUT ROWID"
)
_INSERT: Final = "INSERT INTO message (chat, seq, client_id, text) VALUES (?, ?, ?, ?)"


class Row(NamedTuple):
    """What was kept, and the desk that it is pushed to afterwards."""

    desk: str
    chat: str
    seq: int
    client_id: str
    text: str


Push = Callable[[Row], None]


class Waiting(NamedTuple):
    """A row on its way to the disk."""

    row: Row
    future: asyncio.Future[int]


class SqliteWriter:
    """WAL, synchronous = FULL, a thread that writes."""

    def __init__(self, file: str, push: Push) -> None:
        self._file = file
        self._push = push
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._seqs: dict[str, int] = {}
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._write, args=(asyncio.get_running_loop(),))
        self._thread.start()

    async def stop(self) -> None:
        """Lets it finish."""
        self._queue.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    async def store(self, chat: str, desk: str, client_id: str, text: str) -> int:
        """Keeps a row and returns its seq."""
        seq = self._seqs[chat] = self._seqs.get(chat, 0) + 1
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.put(Waiting(Row(desk, chat, seq, client_id, text), future))
        return await future

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.execute(_TABLE)
            while batch := self._batch():
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_INSERT, [waiting.row[1:] for waiting in batch])
                connection.execute("COMMIT")
                loop.call_soon_threadsafe(self._written, batch)

    def _batch(self) -> list[Waiting]:
        """What waits; waits for the first. Empty: it is over."""
        batch: list[Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == MOST_IN_A_BATCH:
                break
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
        return batch

    def _written(self, batch: list[Waiting]) -> None:
        for row, future in batch:
            if not future.done():
                future.set_result(row.seq)
            self._push(row)
