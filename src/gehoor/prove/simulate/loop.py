"""An event loop whose time jumps to the next thing that is planned, and the clock that reads it.

``asyncio.sleep``, ``call_later``, tasks and futures work as always, and a day takes as long as what happens in it.
Nothing comes from outside: no threads, no sockets, no signals. So the loop is a queue and a heap, and costs a third of
asyncio's own (which would be a fifth of a simulation). Callbacks run without a context of their own: nothing that the
flows do reads one. When nothing is planned any more, nothing can ever happen, and that is an error.
"""

from __future__ import annotations

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from gehoor.core.time import SECOND, Instant

_T = TypeVar("_T")
_Call = Callable[..., object]


class NothingPlanned(RuntimeError):
    """Everybody waits for something that nobody will do."""


class Planned:
    """A call that is planned, and that can be cancelled."""

    __slots__ = ("_args", "_call", "_when")

    def __init__(self, when: float, call: _Call, args: tuple[Any, ...]) -> None:
        self._when = when
        self._call: _Call | None = call
        self._args = args

    def cancel(self) -> None:
        """It does not happen."""
        self._call = None
        self._args = ()

    def cancelled(self) -> bool:
        """Whether it will not happen."""
        return self._call is None

    def when(self) -> float:
        """When it happens, in seconds of the loop."""
        return self._when

    def happen(self) -> None:
        """Makes the call, unless it was cancelled."""
        if self._call is not None:
            self._call(*self._args)


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop that starts at 0 s and never waits.

    ``fault`` is the first thing that went wrong in a callback, or in a task whose end nobody looked at.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._soon: deque[Planned] = deque()
        self._later: list[tuple[float, int, Planned]] = []
        self._order = count()
        self.fault: str = ""

    # -- what asyncio asks of a loop ---------------------------------------------------------------------------------

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._now

    def call_soon(self, callback: _Call, *args: Any, **_: Any) -> Any:  # type: ignore[override]
        """Calls as soon as what runs now is done."""
        planned = Planned(self._now, callback, args)
        self._soon.append(planned)
        return planned

    def call_later(self, delay: float, callback: _Call, *args: Any, **_: Any) -> Any:  # type: ignore[override]
        """Calls after so many seconds."""
        return self.call_at(self._now + delay, callback, *args)

    def call_at(self, when: float, callback: _Call, *args: Any, **_: Any) -> Any:  # type: ignore[override]
        """Calls at this time of the loop."""
        planned = Planned(when, callback, args)
        heappush(self._later, (when, next(self._order), planned))
        return planned

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: Any = None, **_: Any) -> asyncio.Task[Any]:
        """A task of this loop."""
        return asyncio.Task(coro, loop=self, name=name)

    def run_in_executor(  # type: ignore[override]
        self, _executor: object, func: Callable[..., _T], *args: Any
    ) -> asyncio.Future[_T]:
        """What would be worked out on a thread is worked out at once: chance has no part in it."""
        future: asyncio.Future[_T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as fault:
            future.set_exception(fault)
        return future

    def get_debug(self) -> bool:
        """Never in debug mode."""
        return False

    def is_running(self) -> bool:
        """Whether the loop runs now."""
        return events._get_running_loop() is self

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keeps the first thing that went wrong where nobody looks."""
        self.fault = self.fault or f"{context.get('message')}: {context.get('exception')!r}"

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Runs until the work is done, then ends whatever else still runs.

        Raises:
            NothingPlanned: it waits for something that nobody will do.
        """
        task: asyncio.Task[_T] = asyncio.Task(work, loop=self)
        events._set_running_loop(self)
        try:
            self._until(task)
            for left in asyncio.all_tasks(self):
                left.cancel()
            while self._soon:
                self._soon.popleft().happen()
        finally:
            events._set_running_loop(None)
            self.close()
        return task.result()

    def _until(self, task: asyncio.Task[Any]) -> None:
        soon, later = self._soon, self._later
        while not task.done():
            if not soon:
                self._jump(later)
            planned = soon.popleft()
            if planned._call is not None:
                planned._call(*planned._args)

    def _jump(self, later: list[tuple[float, int, Planned]]) -> None:
        """To the next thing that is planned and not cancelled."""
        while later:
            when, _, planned = heappop(later)
            if planned._call is not None:
                self._now = max(self._now, when)
                self._soon.append(planned)
                return
        raise NothingPlanned("Nothing is planned any more.")


class VirtualClock:
    """The wall clock of a simulation: the loop's time, from ``start``; ``step`` makes it jump as a real one may."""

    def __init__(self, loop: VirtualLoop, start: Instant) -> None:
        self._loop = loop
        self._start = start
        self._stepped = 0
        self._at, self._told = -1.0, start

    def now(self) -> Instant:
        """The instant."""
        return Instant(self.true_now() + self._stepped)

    def step(self, span: int) -> None:
        """Sets the clock ``span`` microseconds forward, or back."""
        self._stepped += span

    def right(self) -> None:
        """Sets the clock right again."""
        self._stepped = 0

    def true_now(self) -> Instant:
        """What a clock says that was never stepped: when the people in the simulation live."""
        at = self._loop._now
        if at != self._at:
            self._at, self._told = at, Instant(self._start + round(at * SECOND))
        return self._told
