"""HTTP/1.1 with as little work as possible: connections that stay open, requests that are ready bytes.

It reads what our own servers send (answers with a Content-Length, server-sent events) and nothing else.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, cast

HOST: Final = "127.0.0.1"
Answered = Callable[[int, bytes], None]
"""Called with the status and the whole answer."""
Heard = Callable[[bytes, float], None]
"""Called with whole server-sent events, and when they came."""


def request_head(method: str, path: str, *headers: str) -> bytes:
    """A request up to its Content-Length."""
    lines = (f"{method} {path} HTTP/1.1", f"Host: {HOST}", *headers)
    return ("\r\n".join(lines) + "\r\n").encode()


def with_body(body: bytes) -> bytes:
    """What follows ``request_head``."""
    return b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Caller(asyncio.Protocol):
    """One connection. Requests may be sent before earlier ones are answered; answers come in order."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._waiting: deque[Answered] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _fault: Exception | None) -> None:
        """Whoever waits hears it as status 0."""
        self._transport = None
        while self._waiting:
            self._waiting.popleft()(0, b"")

    def send(self, request: bytes, answered: Answered) -> None:
        """Sends a request now."""
        if self._transport is None:
            answered(0, b"")
            return
        self._waiting.append(answered)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Takes whole answers out of what came."""
        if self._rest:
            data = self._rest + data
        while data:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                break
            whole = end + 4 + _length(data, end)
            if len(data) < whole:
                break
            answer, data = data[:whole], data[whole:]
            self._waiting.popleft()(int(answer[9:12]), answer)
        self._rest = data

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.close()

    async def call(self, method: str, path: str, body: object = None, *headers: str) -> tuple[int, str, Any]:
        """Status, head and read JSON of one answer."""
        future: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        payload = b"" if body is None else json.dumps(body).encode()

        def answered(status: int, answer: bytes) -> None:
            if not future.done():
                future.set_result((status, answer))

        self.send(request_head(method, path, *headers) + with_body(payload), answered)
        status, answer = await future
        head, _, told = answer.partition(b"\r\n\r\n")
        return status, head.decode("latin-1"), json.loads(told) if told else None


def _length(data: bytes, end: int) -> int:
    at = data.find(b"content-length: ", 0, end)
    return int(data[at + 16 : data.index(b"\r", at)]) if at >= 0 else 0


class Listener(asyncio.Protocol):
    """One open stream of server-sent events.

    Args:
        heard: gets the events.
        ended: called when the server ends the stream.
    """

    def __init__(self, request: bytes, heard: Heard, ended: Callable[[], None]) -> None:
        self._request = request
        self._heard = heard
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._closing = False
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the stream."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Passes on whole events."""
        now = perf_counter()
        if not self.opened.done():
            self.opened.set_result(int(data[9:12]))
        if self._rest:
            data = self._rest + data
        cut = data.rfind(b"\n\n") + 2
        if cut < 2:
            self._rest = data
            return
        self._rest = data[cut:]
        self._heard(data[:cut], now)

    def connection_lost(self, _fault: Exception | None) -> None:
        """Tells it, unless it was us."""
        if not self.opened.done():
            self.opened.set_result(0)
        if not self._closing:
            self._ended()

    def close(self) -> None:
        """Hangs up."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()


async def dial(port: int) -> Caller:
    """A connection."""
    _, caller = await asyncio.get_running_loop().create_connection(Caller, HOST, port)
    return caller


async def listen(port: int, request: bytes, heard: Heard, ended: Callable[[], None]) -> Listener:
    """A stream; returns when the server has begun to answer.

    Raises:
        ConnectionError: the server refused it.
    """
    loop = asyncio.get_running_loop()
    _, listener = await loop.create_connection(lambda: Listener(request, heard, ended), HOST, port)
    status = await listener.opened
    if status != 200:
        raise ConnectionError(f"A stream was refused with status {status}.")
    return listener
