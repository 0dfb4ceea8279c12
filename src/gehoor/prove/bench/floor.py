"""The floor: the same web server and the same kind of writer, and nothing else.

JSON in, one row, one commit, 201 with a seq, and one server-sent event to who listens to that desk. No rules, no
hearing, no sealing, no chain, no tokens, no repeats. The writers are ``floor_sqlite`` and ``floor_postgres``.

``python -m gehoor.prove.bench.floor PORT PLACE PROCESSES``, where PLACE is a file for
SQLite or an address of PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gehoor.prove.bench.floor_sqlite import Push, Row, SqliteWriter
from gehoor.prove.bench.machine import raise_open_files

_HOST: Final = "127.0.0.1"


class Writer(Protocol):
    """Keeps rows durably, then pushes them."""

    async def start(self) -> None:
        """Opens."""

    async def stop(self) -> None:
        """Finishes."""

    async def store(self, chat: str, desk: str, client_id: str, text: str) -> int:
        """Keeps a row and returns its seq."""


def _writer(place: str, processes: int, push: Push) -> Writer:
    if not _is_postgres(place):
        return SqliteWriter(place, push)
    # Only here: the memory of a floor on SQLite is without it.
    from gehoor.prove.bench.floor_postgres import PostgresWriter

    return PostgresWriter(place, processes > 1, push)


def _is_postgres(place: str) -> bool:
    return place.startswith("postgres")


class _Message(msgspec.Struct):
    client_id: str
    text: str


class Floor:
    """The application."""

    def __init__(self, place: str, processes: int) -> None:
        self._listening: dict[str, list[asyncio.Queue[bytes]]] = {}
        self._decode = msgspec.json.Decoder(_Message).decode
        self._encode = msgspec.json.Encoder().encode
        self._writer = _writer(place, processes, self._push)

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
        await self._writer.start()
        try:
            yield
        finally:
            await self._writer.stop()

    async def _health(self, _request: Request) -> Response:
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def _start(self, _request: Request) -> Response:
        await self._writer.store("start", "", "", "")
        return Response(b'{"id":"start"}', 201, media_type="application/json")

    async def _message(self, request: Request) -> Response:
        message = self._decode(await request.body())
        chat, desk = request.path_params["chat"], request.path_params["desk"]
        seq = await self._writer.store(chat, desk, message.client_id, message.text)
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

    def _push(self, row: Row) -> None:
        listening = self._listening.get(row.desk)
        if listening:
            told = {"chat": row.chat, "seq": row.seq, "client_id": row.client_id, "text": row.text}
            chunk = b"event: fact\ndata: " + self._encode(told) + b"\n\n"
            for one in listening:
                one.put_nowait(chunk)


def _serve(port: int, place: str, processes: int) -> None:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    line.bind((_HOST, port))
    config = uvicorn.Config(
        Floor(place, processes).app(),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
        timeout_keep_alive=75,
        backlog=2048,
        server_header=False,
    )
    uvicorn.Server(config).run([line])


def main() -> None:
    """Serves until it is told to stop."""
    port, place, processes = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    raise_open_files()
    if _is_postgres(place):
        from gehoor.prove.bench.floor_postgres import make_table

        asyncio.run(make_table(place))
    if processes == 1:
        _serve(port, place, 1)
        return
    children = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            _serve(port, place, processes)
            os._exit(0)
        children.append(child)

    def pass_on(number: int, _frame: object) -> None:
        for child in children:
            os.kill(child, number)

    signal.signal(signal.SIGTERM, pass_on)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
