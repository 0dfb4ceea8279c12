"""Measuring the knowledge in force while the house runs: over the organisation's questions and what agents corrected.

It works in a thread, one at a time and over so many questions at most, so that customers go first. The last report is a
line of the house ledger, so that every process shows the same one and a later one can be held against it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog

from gehoor.core.errors import GehoorError, NotNow
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.report import Report, as_data
from gehoor.flows.faults import described
from gehoor.flows.grown import grown
from gehoor.ports.world import World

_LOG = structlog.get_logger()
MEASUREMENT: Final = "measurement"
"""The kind of the lines that keep a report."""
MOST_QUESTIONS: Final = 2_000
"""Measured at most; of more those that agents corrected last count."""

Measure = Callable[[Library, Sequence[Asked], date], Report]
"""Asks a library all questions. It takes its time, and is called in a thread."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What is measured with. ``measure`` None: nothing here can. ``questions``: the organisation's own set."""

    measure: Measure | None
    questions: Sequence[Asked] = ()


NO_METER: Final = Meter(None)


class Measurements:
    """The reports on the knowledge of the organisation.

    Args:
        library: what is in force.
        today: the day where the organisation is.
    """

    def __init__(
        self,
        world: World,
        library: Callable[[], Library],
        today: Callable[[], date],
        meter: Meter,
    ) -> None:
        self._world = world
        self._library = library
        self._today = today
        self._measure = meter.measure
        self._own = tuple(meter.questions)
        self._task: asyncio.Task[None] | None = None

    @property
    def possible(self) -> bool:
        """Whether anything here can measure."""
        return self._measure is not None

    @property
    def busy(self) -> bool:
        """Whether it measures now."""
        return self._task is not None and not self._task.done()

    async def questions(self) -> list[Asked]:
        """What is measured with: the organisation's own set and what agents corrected."""
        added = await grown(self._world.store, self._world.keys)
        return [*self._own, *added][-MOST_QUESTIONS:]

    async def begin(self, staff: StaffId) -> None:
        """Begins to measure; the report is there some seconds later.

        Raises:
            NotNow: it measures already, or there is nothing to measure with.
        """
        if self.busy:
            raise NotNow("Er loopt al een meting. Wacht tot die klaar is.")
        if self._measure is None:
            raise NotNow("Hier kan niet worden gemeten.")
        questions = await self.questions()
        if not questions:
            raise NotNow("Er zijn nog geen vragen om mee te meten.")
        if self.busy:  # somebody else began meanwhile
            raise NotNow("Er loopt al een meting. Wacht tot die klaar is.")
        self._task = asyncio.get_running_loop().create_task(self._work(questions, staff))

    async def _work(self, questions: Sequence[Asked], staff: StaffId) -> None:
        try:
            library = self._library()
            report = await self.report(library, questions)
            told = {"report": as_data(report), "library": library.version, "questions": len(questions), "by": staff}
            body = json.dumps(told, sort_keys=True, ensure_ascii=False)
            await self._world.store.add_to_ledger(self._world.clock.now(), MEASUREMENT, body)
        except GehoorError as fault:
            _LOG.warning("the knowledge could not be measured", code=fault.code)
        except Exception as fault:  # whatever a question does to the model, the house goes on
            _LOG.error("the knowledge could not be measured", **described(fault))

    async def report(self, library: Library, questions: Sequence[Asked]) -> Report:
        """What a library makes of questions, worked out in a thread.

        Raises:
            NotNow: nothing here can measure.
        """
        if self._measure is None:
            raise NotNow("Hier kan niet worden gemeten.")
        return await asyncio.to_thread(self._measure, library, questions, self._today())

    async def last(self) -> dict[str, Any] | None:
        """The newest report that was kept, with ``at``; None when nothing was measured yet."""
        entries = await self._world.store.ledger(kind=MEASUREMENT)
        if not entries:
            return None
        told: dict[str, Any] = json.loads(entries[-1].body)
        return told | {"at": entries[-1].at}

    def stop(self) -> None:
        """Keeps nothing of what is being measured."""
        if self._task is not None:
            self._task.cancel()

    async def idle(self) -> None:
        """Returns when nothing is measured any more."""
        if self._task is not None:
            await asyncio.wait([self._task])
