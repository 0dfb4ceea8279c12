"""Connections of uvicorn with an end to everything: how many, how slow, how much before a request is known.

uvicorn waits for ever for a request that does not come, and for a reader who does not read; and its limit on
connections refuses everybody alike. Here whoever is idle longest makes room, the last tenth is for requests for a
person, and one look every few seconds ends what takes too long, so that a request itself pays for no clock.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, cast

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gehoor.web.crowd import LATE

_LOG = structlog.get_logger()

REQUEST_S: Final = 30.0
"""A whole request must have come by then."""
GRACE_S: Final = 3.0
"""When there is no room left, a request that is not whole by then makes room for another one."""
_LOOKED_AT: Final = 16
SLOW_S: Final = 30.0
"""Who takes nothing for so long of what was sent does not read any more."""
LOOK_S: Final = 2.0
MOST_HEADERS: Final = 100
MOST_HEAD: Final = 32 * 1024
MOST_PIPELINED: Final = 16
MOST_UNSENT: Final = 32 * 1024
"""Bytes that wait in this process for one reader, before who sends them waits."""


MOST_ON_ITS_WAY: Final = 64 * 1024
"""Bytes that the system keeps for one reader (Linux takes twice that); left to itself it goes up to megabytes."""


@dataclass(slots=True)
class Connections:
    """Every connection of this process.

    ``most``: beyond it a connection is closed at once. ``soft``: beyond it who does nothing longest makes room; when
    nobody does, only who asks for a person is let in. ``counts``: whether an address is counted by itself, and has a
    quarter at most; a proxy and our own offices are not. ``waiting``: those that have nothing in hand, because they
    are idle or their request is not whole yet; longest first.
    """

    most: int = 10_000
    counts: Callable[[str], bool] = lambda _: False
    open: dict[Connection, None] = field(default_factory=dict)
    waiting: dict[Connection, None] = field(default_factory=dict)
    by_address: Counter[str] = field(default_factory=Counter)
    _no_files: bool = False

    @property
    def soft(self) -> int:
        """How many are let in as usual."""
        return self.most - self.most // 10

    def makes_room(self, now: float) -> bool:
        """Closes a connection that does nothing; whether there was one among those that do so longest."""
        for one in islice(self.waiting, _LOOKED_AT):
            if not one.began or now - one.began > GRACE_S:
                del self.waiting[one]
                one.transport.abort()
                return True
        return False

    async def run(self) -> None:
        """Ends what takes too long, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look(asyncio.get_running_loop().time())
            self.look_at_files()

    def look(self, now: float) -> None:
        """One look."""
        for one in tuple(self.open):
            one.look(now)

    def look_at_files(self) -> None:
        """Says once that no file can be opened any more: the system then cuts off who comes, and nobody would know."""
        try:
            os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
        except OSError as fault:
            if not self._no_files:
                told = "no file can be opened any more: who comes is cut off. Raise the limit: docs/limits.md"
                _LOG.error(told, reason=fault.strerror, connections=len(self.open))
            self._no_files = True
        else:
            self._no_files = False

    def protocol(self) -> type[Connection]:
        """The class of these connections, as uvicorn wants it."""
        return type("Counted", (Connection,), {"all": self})


class Connection(HttpToolsProtocol):
    """One connection."""

    all: Connections
    late = False
    began = 0.0
    took = 0.0
    _came = 0
    _in_head = False
    _address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Lets in, makes room, or closes."""
        super().connection_made(transport)
        every, now = self.all, self.loop.time()
        transport.set_write_buffer_limits(high=MOST_UNSENT)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_ON_ITS_WAY)
        self.began = self.took = now
        every.open[self] = None
        self._address = self.client[0] if self.client else ""
        every.by_address[self._address] += 1
        if len(every.open) > every.soft:
            self.late = not every.makes_room(now)
            if self.late and len(every.open) > every.most:
                transport.abort()
                return
        elif every.by_address[self._address] > every.soft // 4 and every.counts(self._address):
            self.late = True
        every.waiting[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets it."""
        every = self.all
        every.open.pop(self, None)
        every.waiting.pop(self, None)
        every.by_address[self._address] -= 1
        if not every.by_address[self._address]:
            del every.by_address[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came. While they are a head that is not whole yet, they may not be too many."""
        self._came += len(data)
        super().data_received(data)
        endless = self._in_head and (self._came > MOST_HEAD or len(self.headers) > MOST_HEADERS)
        if endless and not self.transport.is_closing():
            self._ends_with(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self.pipeline) >= MOST_PIPELINED:
            raise ValueError("too many requests in one go")
        super().on_message_begin()
        self._in_head = True
        self.began = self.loop.time()
        self._waits()
        if self.late:
            self.scope["state"][LATE] = True

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        if self._too_much_head():
            raise ValueError("too much before the body")
        self._in_head = False
        super().on_headers_complete()

    def _too_much_head(self) -> bool:
        if len(self.headers) > MOST_HEADERS:
            return True
        # What came holds also what is not parsed yet, or a body: it is only when it is much that it is looked at.
        if self._came <= MOST_HEAD:
            return False
        return len(self.url) + sum(len(a) + len(b) for a, b in self.headers) > MOST_HEAD

    def send_400_response(self, msg: str) -> None:
        """What cannot be read is refused; what is too much by its own status."""
        if self._in_head and self._too_much_head():
            self._ends_with(431)
        else:
            super().send_400_response(msg)

    def _ends_with(self, status: int) -> None:
        self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()

    def on_message_complete(self) -> None:
        """The request is here as a whole."""
        super().on_message_complete()
        self.began = 0.0
        self._came = 0
        if self.cycle.response_complete and not self.pipeline:
            self._waits()
        else:
            self.all.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        """Idle again, unless the next request is here already."""
        super().on_response_complete()
        if not self.pipeline:
            self._waits()

    def _waits(self) -> None:
        waiting = self.all.waiting
        waiting.pop(self, None)
        waiting[self] = None

    def resume_writing(self) -> None:
        """The reader took something."""
        self.took = self.loop.time()
        super().resume_writing()

    def look(self, now: float) -> None:
        """Ends it when a request does not come, or when nobody reads."""
        if self.transport.get_write_buffer_size() == 0:
            self.took = now
        elif now - self.took > SLOW_S:
            self.transport.abort()
            return
        if self.began and now - self.began > REQUEST_S:
            cycle = cast("RequestResponseCycle | None", self.cycle)
            if cycle is None or cycle.response_complete or not cycle.response_started:
                self._ends_with(408)
            else:
                self.transport.abort()
