"""Days by the hundred: cut into stretches that need nothing of each other, played in several processes, added up.

A stretch begins with an empty house and ends when everything in it has ended, so that no promise falls between two.
"""

from __future__ import annotations

import gc
import resource
import time as real_time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from logging import CRITICAL
from math import ceil
from multiprocessing import get_context
from random import Random
from typing import Any, Final

import structlog

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.organisation import read_organisation
from gehoor.core.errors import Invalid
from gehoor.core.policy import Policy
from gehoor.core.time import instant
from gehoor.prove.simulate.city import City, Played, Setting
from gehoor.prove.simulate.days import A_YEAR, Arrival, Weather, arrivals, days_from, weather_of
from gehoor.prove.simulate.figures import Figures
from gehoor.prove.simulate.loop import VirtualLoop
from gehoor.prove.simulate.shifts import names, with_rota
from gehoor.settings import DEMO
from gehoor.texts.read import sentences, version

MONDAY: Final = date(2026, 1, 5)
"""The first day of a simulation: a Monday without a holiday."""

A_STRETCH: Final = 20
"""Days in one stretch at the most, so that several processes end at about the same time."""

EXTRA_DAYS: Final = 12
"""Days after the last customer on which agents still come: for the last promise, and for the last try."""

_SELDOM: Final = (100_000, 20, 100)
"""When garbage in circles is looked for: little is made, and looking as often as usual would be a tenth of the time."""

WHAT_IFS: Final = ("agent+1", "agent-1", "no-ai", "storm")
STORM_ABSENT: Final = 1 / 3

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to simulate. ``conversations`` 0: as many as come in ``days``; else as many days as that takes."""

    days: int = 5
    conversations: int = 0
    agents: int = 16
    seed: int = 1
    what_if: str = ""
    faults: bool = True
    processes: int = 2
    a_year: int = A_YEAR


@dataclass(slots=True)
class Simulated:
    """What came of it. ``seconds`` on the wall; ``cpu`` of all processes together; ``memory``: most of one, in MiB."""

    wanted: Wanted
    figures: Figures = field(default_factory=Figures)
    troubles: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    restarts: int = 0
    days: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0

    def add(self, part: _Part) -> None:
        """One more stretch."""
        self.figures.merge(part.played.figures)
        self.troubles.update(part.played.troubles)
        self.refusals.update(part.played.refusals)
        self.broken += part.played.broken
        self.restarts += part.played.restarts
        self.days += part.days
        self.cpu += part.cpu
        self.memory = max(self.memory, part.memory)

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, no guarantee broken, and nothing failed that should not."""
        return not (self.figures.lost or self.figures.violations or self.figures.oversold or self.broken)


@dataclass(frozen=True, slots=True)
class _Part:
    played: Played
    days: int
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    wanted: Wanted
    number: int
    first: date
    days: int
    conversations: int


def checked(wanted: Wanted) -> Wanted:
    """What was wanted, with the what-if in it.

    Raises:
        Invalid: something that cannot be simulated; names the option.
    """
    if wanted.what_if and wanted.what_if not in WHAT_IFS:
        raise Invalid(f"This must be one of {', '.join(WHAT_IFS)}.", field="--what-if")
    for option in ("days", "agents", "processes"):
        if not 1 <= getattr(wanted, option) <= 10_000:
            raise Invalid("This must be a number from 1 to 10000.", field=f"--{option}")
    if not 0 <= wanted.conversations <= 10_000_000:
        raise Invalid("This must be a number from 0 to 10000000.", field="--conversations")
    changed = {"agent+1": 1, "agent-1": -1}.get(wanted.what_if, 0)
    return replace(wanted, agents=max(wanted.agents + changed, 1))


def simulate(wanted: Wanted, tell: Tell = lambda count: None) -> Simulated:
    """Plays everything.

    Args:
        tell: called with the number of conversations that were looked into so far.

    Raises:
        Invalid: something that cannot be simulated.
    """
    wanted = checked(wanted)
    stretches, done = _cut(wanted), Simulated(wanted)
    began = real_time.perf_counter()
    if wanted.processes == 1 or len(stretches) == 1:
        for stretch in stretches:
            before = done.figures.conversations
            done.add(_play(stretch, lambda count, before=before: tell(before + count)))  # type: ignore[misc]
    else:
        _in_processes(stretches, done, tell)
    done.seconds = real_time.perf_counter() - began
    return done


def _cut(wanted: Wanted) -> list[_Stretch]:
    days = wanted.days
    if wanted.conversations:
        days = max(ceil(wanted.conversations / (wanted.a_year / 365)), 1)
    number = max(ceil(days / A_STRETCH), min(wanted.processes, days))
    number = ceil(number / wanted.processes) * wanted.processes if number > 1 else 1
    number = min(number, days)
    stretches, first = [], MONDAY
    for place in range(number):
        length = days // number + (place < days % number)
        share = wanted.conversations // number + (place < wanted.conversations % number)
        stretches.append(_Stretch(wanted, place, first, length, share))
        first += timedelta(days=length)
    return stretches


def _in_processes(stretches: list[_Stretch], done: Simulated, tell: Tell) -> None:
    context = get_context("spawn")
    counts: dict[int, int] = {}
    with context.Manager() as manager, ProcessPoolExecutor(done.wanted.processes, context) as pool:
        told = manager.Queue()
        waiting: set[Future[_Part]] = {pool.submit(_play_and_tell, stretch, told) for stretch in stretches}
        while waiting:
            finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            while not told.empty():
                number, count = told.get()
                counts[number] = count
            tell(sum(counts.values()))
            for part in finished:
                done.add(part.result())


def _play_and_tell(stretch: _Stretch, told: Any) -> _Part:
    return _play(stretch, lambda count: told.put((stretch.number, count)))


def _play(stretch: _Stretch, tell: Tell) -> _Part:
    """One stretch, in this process."""
    before, often = structlog.get_config(), gc.get_threshold()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))  # faults are meant to happen
    gc.set_threshold(*_SELDOM)
    try:
        return _played(stretch, tell)
    finally:
        structlog.configure(**before)
        gc.set_threshold(*often)


def _played(stretch: _Stretch, tell: Tell) -> _Part:
    wanted, began = stretch.wanted, real_time.process_time()
    setting = _setting(wanted, stretch.first)
    hours = setting.policy.hours
    chance = Random(f"{wanted.seed} {stretch.number} arrivals")  # noqa: S311  chance that can be repeated
    come: list[Arrival] = []
    days = 0
    while days < stretch.days or len(come) < stretch.conversations:
        day = stretch.first + timedelta(days=days)
        weather = Weather(storm=True) if wanted.what_if == "storm" and days == 0 else weather_of(day, chance)
        come += arrivals(day, hours, wanted.a_year, weather, chance)
        days += 1
        if stretch.conversations and len(come) >= stretch.conversations:
            break
    if stretch.conversations:
        del come[stretch.conversations :]
    loop = VirtualLoop()
    midnight = instant(datetime.combine(stretch.first, time(0), tzinfo=hours.zone))
    city = City(loop, setting, midnight, wanted.seed, stretch.number)
    played = loop.run(city.play(come, list(days_from(stretch.first, days + EXTRA_DAYS)), tell))
    if loop.fault:
        played.broken.append(loop.fault)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _Part(played, days, real_time.process_time() - began, memory)


def _setting(wanted: Wanted, first: date) -> Setting:
    absent = STORM_ABSENT if wanted.what_if == "storm" else 0.0
    policy, library = organisation(first)
    agents = names(wanted.agents)
    policy = replace(with_rota(policy, agents), ai=wanted.what_if != "no-ai", alarm_mail=())
    return Setting(policy, library, agents, absent, faults=wanted.faults)


def organisation(first: date) -> tuple[Policy, Any]:
    """The demo organisation's policy and articles, as of this day."""
    spoken = sentences()
    read = read_organisation(DEMO / "organisation.yaml", spoken, version(spoken), first)
    return read.policy, read_articles(DEMO / "knowledge")[0]
