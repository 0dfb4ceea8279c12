"""What a text does to the evaluation before it is published: the same questions, asked of the knowledge as it is and as
it would be.

The figures are kept in the house ledger, so that whichever process publishes knows them, and so that later it can be
seen what was known. Ladder and switches are left out on both sides: it is the text that is measured.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import structlog

from gehoor.core.errors import NotNow
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import Article, Library
from gehoor.core.knowledge.report import Report
from gehoor.flows.faults import described
from gehoor.flows.measured import Measurements
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LINE: Final = "effect"
"""The kind of the lines of the house ledger."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the questions of the evaluation: how many found the right article first and in three, were answered or
    suggested wrongly, and were answered although no article does."""

    first_right: int
    in_three: int
    answered_right: int
    answered_wrong: int
    answered_for_nothing: int


@dataclass(frozen=True, slots=True)
class Effect:
    """``now`` and ``then``: over the same ``answerable`` and ``unanswerable`` questions."""

    answerable: int
    unanswerable: int
    now: Counts
    then: Counts

    @property
    def worse(self) -> bool:
        """Whether anything gets worse: whoever publishes it all the same says why."""
        good = self.then.first_right < self.now.first_right or self.then.in_three < self.now.in_three
        bad = self.then.answered_wrong > self.now.answered_wrong
        return good or bad or self.then.answered_for_nothing > self.now.answered_for_nothing

    def figures(self) -> dict[str, float]:
        """What is kept with the approval: the differences."""
        now, then = asdict(self.now), asdict(self.then)
        return {name: float(then[name] - now[name]) for name in now}


class Effects:
    """Measures what texts would do, one at a time, in the background."""

    def __init__(self, world: World, measurements: Measurements) -> None:
        self._world = world
        self._measurements = measurements
        self._task: asyncio.Task[None] | None = None
        self._about = ("", "")
        self.trouble = ""
        """Why the last one could not be measured."""

    def busy_with(self, now: Library, then: Library) -> bool:
        """Whether these two are measured now."""
        return self._is_busy() and self._about == (now.version, then.version)

    def _is_busy(self) -> bool:
        return self._task is not None and not self._task.done()

    async def possible(self) -> bool:
        """Whether anything can be measured here: there is something to measure with, and questions to ask."""
        return self._measurements.possible and bool(await self._measurements.questions())

    async def begin(self, now: Library, then: Library, staff: StaffId) -> None:
        """Begins; the figures are there some seconds later (``of``).

        Raises:
            NotNow: another text is measured, or there is nothing to measure with.
        """
        if self._is_busy():
            raise NotNow("Er wordt al een tekst gemeten. Probeer het zo nog eens.")
        questions = await self._measurements.questions()
        if not self._measurements.possible or not questions:
            raise NotNow("Er zijn nog geen vragen om mee te meten.")
        self._about, self.trouble = (now.version, then.version), ""

        async def work() -> None:
            try:
                reports = [await self._measurements.report(_bare(one), questions) for one in (now, then)]
                told = {"libraries": [now.version, then.version], "by": staff, "effect": asdict(effect(*reports))}
                await self._world.store.add_to_ledger(self._world.clock.now(), LINE, json.dumps(told))
            except Exception as fault:  # whatever a text does to the model, the house goes on
                self.trouble = "Het meten lukte niet. Probeer het nog eens."
                _LOG.error("the effect of a text could not be measured", **described(fault))

        self._task = asyncio.get_running_loop().create_task(work())

    async def of(self, now: Library, then: Library) -> Effect | None:
        """The figures, if these two were measured."""
        for entry in reversed(await self._world.store.ledger(kind=LINE)):
            told: dict[str, Any] = json.loads(entry.body)
            if told.get("libraries") == [now.version, then.version]:
                found = told["effect"]
                counts = (Counts(**found["now"]), Counts(**found["then"]))
                return Effect(found["answerable"], found["unanswerable"], *counts)
        return None

    async def idle(self) -> None:
        """Returns when nothing is measured any more."""
        if self._task is not None:
            await asyncio.wait([self._task])


def with_text(library: Library, article: Article) -> Library:
    """The library as if this text were in force."""
    key = (article.slug, article.language)
    others = tuple(one for one in library.articles if (one.slug, one.language) != key)
    return replace(library, articles=(*others, article))


def effect(now: Report, then: Report) -> Effect:
    """The effect that two reports over the same questions show."""
    whole = now.figures
    return Effect(whole.first_right.total, whole.unanswerable_answered.total, _counts(now), _counts(then))


def _counts(report: Report) -> Counts:
    one = report.figures
    shares = (one.first_right, one.in_three, one.answered_right, one.answered_wrong, one.unanswerable_answered)
    return Counts(*(share.count for share in shares))


def _bare(library: Library) -> Library:
    return replace(library, rungs={}, silenced=frozenset())
