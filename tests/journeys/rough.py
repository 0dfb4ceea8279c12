"""Rough callers: HTTP written by hand, so that much can be sent at once, slowly, or never read.

``python -m tests.journeys.rough serve`` is the product with less patience for who does not read or finish.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gehoor.cli.main import main
from gehoor.web import connections

SHORT_S = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body as JSON."""
        read: dict[str, Any] = json.loads(self.body)
        return read


def request(method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> bytes:
    """A request as it is sent."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"content-length: {len(sent)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + sent


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def sends(self, what: bytes) -> None:
        """Sends, and does not wait."""
        self.writer.write(what)

    async def answer(self) -> Answer:
        """The next whole answer."""
        async with asyncio.timeout(30):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), headers, body)

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Sends and waits."""
        self.sends(request(method, path, body, headers))
        return await self.answer()

    async def ended(self, patience_s: float = 30.0) -> int:
        """Waits until the server ends the connection; how many bytes came before."""
        came = 0
        async with asyncio.timeout(patience_s):
            try:
                while piece := await self.reader.read(1 << 16):
                    came += len(piece)
            except ConnectionError:
                pass
        return came

    def close(self) -> None:
        """Hangs up."""
        self.writer.close()


_DIALLED: list[Line] = []


async def hang_up() -> None:
    """Closes every connection that was made."""
    while _DIALLED:
        _DIALLED.pop().close()
    await asyncio.sleep(0)


async def dial(port: int, receives: int = 0) -> Line:
    """A connection; ``hang_up`` closes it.

    Args:
        receives: bytes that wait in this machine before the server notices that nobody reads; 0: as usual.
    """
    made = socket.socket()
    if receives:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    made.setblocking(False)
    await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
    line = Line(*await asyncio.open_connection(sock=made, limit=1 << 16))
    _DIALLED.append(line)
    return line


def bearer(opened: Mapping[str, Any]) -> dict[str, str]:
    """The header of who holds a conversation."""
    return {"authorization": f"Bearer {opened['token']}"}


if __name__ == "__main__":
    connections.REQUEST_S = connections.SLOW_S = SHORT_S  # type: ignore[misc]
    connections.LOOK_S = 0.2  # type: ignore[misc]
    sys.exit(main(sys.argv[1:]))
