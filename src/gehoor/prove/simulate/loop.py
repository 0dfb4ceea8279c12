"""An event loop whose time jumps to the next thing that is planned, and the clock that reads it.

``asyncio.sleep`` and ``call_later`` work as always, and a day takes as long as what happens in it. Nothing may come
from outside: no threads, no sockets. When nothing is planned any more, nothing can ever happen, and that is an error.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping
from typing import Any

from gehoor.core.time import SECOND, Instant


class NothingPlanned(RuntimeError):
    """Everybody waits for something that nobody will do."""


class _Jump(selectors.BaseSelector):
    """Waits for no file: it lets the time pass that it should have waited."""

    def __init__(self, passes: Callable[[float], None]) -> None:
        self._passes = passes
        self._keys: dict[int, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Keeps what the loop registers for itself."""
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forgets it."""
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Lets ``timeout`` seconds pass at once."""
        if timeout is None:
            raise NothingPlanned("Nothing is planned any more.")
        if timeout > 0:
            self._passes(timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """What was registered, by file number."""
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that starts at 0 s and never waits."""

    def __init__(self) -> None:
        self._moment = 0.0
        super().__init__(_Jump(self._pass))

    def _pass(self, span: float) -> None:
        self._moment += span

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._moment


class VirtualClock:
    """The wall clock of a simulation: the loop's time, from ``start``; ``step`` makes it jump as a real one may."""

    def __init__(self, loop: VirtualLoop, start: Instant) -> None:
        self._loop = loop
        self._start = start
        self._stepped = 0

    def now(self) -> Instant:
        """The instant."""
        return Instant(self._start + self._stepped + round(self._loop.time() * SECOND))

    def step(self, span: int) -> None:
        """Sets the clock ``span`` microseconds forward, or back."""
        self._stepped += span

    def right(self) -> None:
        """Sets the clock right again."""
        self._stepped = 0

    def true_now(self) -> Instant:
        """What a clock says that was never stepped: when the people in the simulation live."""
        return Instant(self._start + round(self._loop.time() * SECOND))
