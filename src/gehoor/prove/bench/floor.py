"""The floor: the same web server and the same kind of writer, and nothing else.

JSON in, one row, one commit (SQLite, WAL, synchronous = FULL, a writer thread with group commit), 201 with a seq, and
one server-sent event to who listens to that desk. No rules, no hearing, no sealing, no chain, no tokens, no repeats.

``python -m gehoor.prove.bench.floor PORT FILE``
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_MOST_IN_A_BATCH = 256
_INSERT = "INSERT INTO message (chat, seq, client_id, text) VALUES (?, ?, ?, ?)"


class _Message(msgspec.Struct):
    client_id: str
    text: str


@dataclass(slots=True)
class _Waiting:
    """One row on its way to the disk. ``desk``: where it is pushed to afterwards."""

    row: tuple[str, int, str, str]
    desk: str
    future: asyncio.Future[None]


class Floor:
    """The application."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._seqs: dict[str, int] = {}
        self._listening: dict[str, list[asyncio.Queue[bytes]]] = {}
        self._decode = msgspec.json.Decoder(_Message).decode
        self._encode = msgspec.json.Encoder().encode

    def app(self) -> Starlette:
        """Routes and the writer's life."""
        return Starlette(
            routes=[
                Route("/desks/{desk}/chats/{chat}/messages", self._message, methods=["POST"]),
                Route("/desks/{desk}/stream", self._stream, methods=["GET"]),
                Route("/api/v1/conversations", self._start, methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        writer = threading.Thread(target=self._write, args=(asyncio.get_running_loop(),))
        writer.start()
        try:
            yield
        finally:
            self._queue.put(None)
            await asyncio.to_thread(writer.join)

    async def _health(self, _request: Request) -> Response:
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def _start(self, _request: Request) -> Response:
        await self._store("start", "", _Message("", ""))
        return Response(b'{"id":"start"}', 201, media_type="application/json")

    async def _message(self, request: Request) -> Response:
        message = self._decode(await request.body())
        seq = await self._store(request.path_params["chat"], request.path_params["desk"], message)
        return Response(self._encode({"seq": seq}), 201, media_type="application/json")

    async def _stream(self, request: Request) -> Response:
        return StreamingResponse(self._chunks(request.path_params["desk"]), media_type="text/event-stream")

    async def _chunks(self, desk: str) -> AsyncIterator[bytes]:
        mine: asyncio.Queue[bytes] = asyncio.Queue()
        self._listening.setdefault(desk, []).append(mine)
        try:
            yield b"event: snapshot\ndata: {}\n\n"
            while True:
                yield await mine.get()
        finally:
            self._listening[desk].remove(mine)

    async def _store(self, chat: str, desk: str, message: _Message) -> int:
        seq = self._seqs[chat] = self._seqs.get(chat, 0) + 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting((chat, seq, message.client_id, message.text), desk, future))
        await future
        return seq

    # -- the writer's thread -----------------------------------------------------------------------------------------

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.execute(
                "CREATE TABLE message (chat TEXT, seq INTEGER, client_id TEXT, text TEXT, PRIMARY KEY (chat, seq)) "
                "WITHOUT ROWID"
            )
            while batch := self._batch():
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_INSERT, [waiting.row for waiting in batch])
                connection.execute("COMMIT")
                loop.call_soon_threadsafe(self._written, batch)

    def _batch(self) -> list[_Waiting]:
        """What waits; waits for the first. Empty: it is over."""
        batch: list[_Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == _MOST_IN_A_BATCH:
                break
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
        return batch

    def _written(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            if not waiting.future.done():
                waiting.future.set_result(None)
            listening = self._listening.get(waiting.desk)
            if listening:
                chat, seq, client_id, text = waiting.row
                data = self._encode({"chat": chat, "seq": seq, "client_id": client_id, "text": text})
                for one in listening:
                    one.put_nowait(b"event: fact\ndata: " + data + b"\n\n")


def main() -> None:
    """Serves until it is told to stop."""
    config = uvicorn.Config(
        Floor(sys.argv[2]).app(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
        backlog=2048,
        server_header=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
