"""A network that fails: a proxy between the browser and the server, on this machine, with faults drawn from a seed.

It knows only as much of HTTP as it needs to choose its victims: calls of the interface, never the pages and their
files, since a page that did not load is not what these tests are about.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Self

BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nConnection: close\r\n"
    b"Content-Length: 4\r\n\r\nbusy"
)
TOO_BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 2\r\n"
    b"Connection: close\r\nContent-Length: 52\r\n\r\n"
    b'{"title": "Te druk.", "code": "busy", "status": 503}'
)
"""What our own server says when it has no room now."""
PORTALS: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 35\r\n\r\n"
    b"<html>Log in to this network</html>",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
)
"""What the free network of a hotel says to everything: 200, and not from our server."""


@dataclass(frozen=True, slots=True)
class Storm:
    """How often what goes wrong. Chances are per call, 0 to 1.

    Attributes:
        refused: cut before the server has seen the call.
        lost: the server did it, and not one byte of its answer arrives.
        torn: the server did it, and half of its answer arrives.
        busy, portal: somebody in between answers.
        slow: the answer takes up to 0.8 s longer.
        stream_s: how long a stream lives on average; torn anywhere, also inside an event.
        hole: chance in each second that nothing at all moves for ``hole_s`` seconds; no connection is closed.
    """

    refused: float = 0.06
    lost: float = 0.12
    torn: float = 0.06
    busy: float = 0.05
    portal: float = 0.05
    slow: float = 0.2
    stream_s: float = 3.0
    hole: float = 0.04
    hole_s: tuple[float, float] = (1.0, 3.0)

    def draw(self, drawn: random.Random) -> str:
        """What happens to one call."""
        kinds = ("refused", "lost", "torn", "busy", "portal", "slow")
        chances = [getattr(self, kind) for kind in kinds]
        return drawn.choices((*kinds, ""), weights=(*chances, max(0.0, 1.0 - sum(chances))))[0]


@dataclass(slots=True, eq=False)
class _Line:
    """One connection of a browser, and what is to happen to it."""

    browser: asyncio.StreamWriter
    server: asyncio.StreamWriter
    fault: str = ""
    path: str = ""
    streams: bool = False
    swallows: bool = False
    dead: bool = False
    cut: asyncio.TimerHandle | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def tear(self) -> None:
        """Ends it as a broken line does: with a reset, whatever was under way."""
        self.over.set()
        if self.cut is not None:
            self.cut.cancel()
        for side in (self.browser, self.server):
            known = side.get_extra_info("socket")
            if known is not None and known.fileno() >= 0:
                known.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.transport.abort()


class FaultProxy:
    """Forwards to a server on this machine, until it is told to fail.

    Args:
        port: of the server.
        seed: draws what fails, and when.
    """

    def __init__(self, port: int, seed: int = 1) -> None:
        self._port = port
        self._drawn = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._lines: set[_Line] = set()
        self._storm: Storm | None = None
        self._life_s: float | None = None
        self._busy = ""
        self._loses = ""
        self._swallows = ""
        self._clear = asyncio.Event()
        self._weather: asyncio.Task[None] | None = None
        self.url = ""
        self.done: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._run(self._listen())}"
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    # -- what a test says --------------------------------------------------------------------------------------------

    def storm(self, storm: Storm) -> None:
        """Faults at random from now on; streams that are open get an end as well."""
        self._say(lambda: self._begin(storm))

    def cut_streams_every(self, seconds: float) -> None:
        """As a proxy does that allows no long answers."""
        self._say(lambda: self._live_for(seconds))

    def busy(self, path: str) -> None:
        """Calls on a path that ends so find the server too busy, until it is calm; it sees none of them."""
        self._say(lambda: setattr(self, "_busy", path))

    def lose_the_next_answer(self, path: str) -> None:
        """The server does what the next call on a path that ends so asks; its answer never arrives."""
        self._say(lambda: setattr(self, "_loses", path))

    def swallow_the_next_fact(self, path: str) -> None:
        """The next fact on a stream whose path has these words is left out, and the stream goes on."""
        self._say(lambda: setattr(self, "_swallows", path))

    def stand_still(self) -> None:
        """Nothing moves and nothing is closed, until it is calm."""
        self._say(self._clear.clear)

    def forget_the_streams(self) -> None:
        """Streams stay open and carry nothing any more, as after a night of sleep; other lines end, new ones work."""
        self._say(self._forget)

    def calm(self) -> None:
        """Nothing fails any more; what stood still moves on."""
        self._say(self._heal)

    # -- how it is done ----------------------------------------------------------------------------------------------

    def _run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    def _say(self, what: Callable[[], object]) -> None:
        async def said() -> None:
            what()

        self._run(said())

    async def _listen(self) -> int:
        self._clear.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._heal()
        self._server.close()
        for line in list(self._lines):
            line.tear()
        for _ in range(100):
            if not self._lines:
                break
            await asyncio.sleep(0.02)  # until the loop has closed what was torn

    def _begin(self, storm: Storm) -> None:
        self._storm = storm
        for line in self._lines:
            self._limit(line)
        self._weather = self._loop.create_task(self._holes(storm))

    def _live_for(self, seconds: float) -> None:
        self._life_s = seconds
        for line in self._lines:
            self._limit(line)

    def _forget(self) -> None:
        for line in list(self._lines):
            line.dead = line.streams
            if not line.streams:
                line.tear()

    def _heal(self) -> None:
        self._storm, self._life_s, self._loses, self._busy = None, None, "", ""
        self._clear.set()
        if self._weather is not None:
            self._weather.cancel()
            self._weather = None

    async def _holes(self, storm: Storm) -> None:
        while True:
            await asyncio.sleep(1.0)
            if self._drawn.random() < storm.hole:
                self.done["hole"] += 1
                self._clear.clear()
                await asyncio.sleep(self._drawn.uniform(*storm.hole_s))
                self._clear.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        line = _Line(writer, server)
        self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._there(line, reader))
                both.create_task(self._back(line, answers))
        except* OSError:
            pass
        finally:
            self._lines.discard(line)
            line.tear()

    async def _there(self, line: _Line, reader: asyncio.StreamReader) -> None:
        """From the browser to the server."""
        while chunk := await reader.read(65536):
            await self._moves(line)
            if chunk.startswith((b"GET ", b"POST ", b"DELETE ", b"PUT ")) and not line.swallows:
                self._meet(line, chunk.split(b" ", 2)[1].decode("latin-1"))
            if line.fault == "refused":
                raise ConnectionResetError
            if line.fault in ("too busy", "busy", "portal") and not line.swallows:
                line.swallows = True
                line.browser.write(self._instead(line.fault))
                line.browser.write_eof()
            if not line.swallows:
                line.server.write(chunk)
                await line.server.drain()
        raise ConnectionResetError

    def _instead(self, fault: str) -> bytes:
        """What is answered by somebody who is not our server, or by our server before it looks."""
        if fault == "portal":
            return self._drawn.choice(PORTALS)
        return BUSY if fault == "busy" else TOO_BUSY

    async def _moves(self, line: _Line) -> None:
        await self._clear.wait()
        if line.dead:
            await line.over.wait()
            raise ConnectionResetError

    def _meet(self, line: _Line, path: str) -> None:
        """A call begins: what is to happen to it."""
        line.fault, line.path, line.streams = "", path, "/stream" in path
        if not path.startswith(("/api/", "/chat/")):
            return
        if self._loses and path.endswith(self._loses):
            line.fault, self._loses = "lost", ""
        elif self._busy and path.endswith(self._busy):
            line.fault = "too busy"
        elif self._storm is not None:
            line.fault = self._storm.draw(self._drawn)
        if line.fault:
            self.done[line.fault] += 1
        self._limit(line)

    def _limit(self, line: _Line) -> None:
        """A stream gets its end."""
        if not line.streams or line.cut is not None:
            return
        life = self._life_s
        if life is None and self._storm is not None:
            life = self._drawn.expovariate(1 / self._storm.stream_s)
        if life is not None:
            self.done["stream"] += 1
            line.cut = self._loop.call_later(life, line.tear)

    async def _back(self, line: _Line, answers: asyncio.StreamReader) -> None:
        """From the server to the browser."""
        while chunk := await answers.read(65536):
            await self._moves(line)
            if self._swallows and self._swallows in line.path and line.streams and b"event: fact" in chunk:
                self._swallows = ""
                self.done["swallowed"] += 1
                continue
            if line.fault == "slow":
                await asyncio.sleep(self._drawn.uniform(0.0, 0.8))
            if line.fault == "lost":
                raise ConnectionResetError
            if line.fault == "torn" or (line.streams and self._storm is not None and self._drawn.random() < 0.05):
                line.browser.write(chunk[: max(1, len(chunk) // 2)])
                await line.browser.drain()
                await asyncio.sleep(0.01)  # so that the half leaves before the reset
                raise ConnectionResetError
            line.browser.write(chunk)
            await line.browser.drain()
        line.browser.write_eof()
