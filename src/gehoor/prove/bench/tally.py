"""What was sent, what came back, and what that cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter, process_time
from typing import Final

from gehoor.prove.bench.machine import cpu_seconds

ID_START: Final = b"0a1b2c3d-4e5f-4a6b-8c7d-"
"""The ids of messages differ in their last twelve digits only, so that sending one is three pieces put together."""

_MARK: Final = b'"client_id":"' + ID_START

Seen = Callable[[int, bytes, float], None]
"""Called with the number of a desk, what came on its stream, and when."""


class Tally:
    """The messages under way to a desk, by number. ``pushed``: when each was sent, and when it came. ``also``: hears
    everything that comes to any desk."""

    def __init__(self) -> None:
        self._number = 0
        self.sent: dict[int, float] = {}
        self.pushed: list[tuple[float, float]] = []
        self.doubled = 0
        self.closed_streams = 0
        self.also: Seen | None = None

    def next(self) -> int:
        """A number that no message had yet."""
        self._number += 1
        return self._number

    def begin(self) -> None:
        """Forgets what came before, except the numbers."""
        self.sent, self.pushed = {}, []
        self.doubled = self.closed_streams = 0
        self.also = None

    def heard(self, desk: int, chunk: bytes, at: float) -> None:
        """Events on a desk's stream."""
        found = chunk.find(_MARK)
        while found >= 0:
            start = found + len(_MARK)
            sent = self.sent.pop(int(chunk[start : start + 12], 16), None)
            if sent is None:
                self.doubled += 1
            else:
                self.pushed.append((sent, at))
            found = chunk.find(_MARK, start)
        if self.also is not None:
            self.also(desk, chunk, at)

    def stream_closed(self) -> None:
        """A server ended a stream."""
        self.closed_streams += 1


class Meter:
    """Time that goes by, in which a server, its database and this process use processors. 0: there is no database."""

    def __init__(self, server: int, database: int = 0) -> None:
        self._server = server
        self._database = database
        self._begun = self._before()
        self.seconds = self.server = self.database = self.own = 0.0

    def _before(self) -> tuple[float, float, float, float]:
        database = cpu_seconds(self._database) if self._database else 0.0
        return perf_counter(), cpu_seconds(self._server), database, process_time()

    def start(self) -> None:
        """From here on."""
        self._begun = self._before()

    def stop(self) -> None:
        """Until here."""
        self.seconds, self.server, self.database, self.own = (
            now - then for now, then in zip(self._before(), self._begun, strict=True)
        )


def quantile(times: Sequence[float], part: float) -> float:
    """The smallest time that at least this part of them does not exceed, in milliseconds; 0 when there are none."""
    if not times:
        return 0.0
    return sorted(times)[max(math.ceil(part * len(times)) - 1, 0)] * 1000
