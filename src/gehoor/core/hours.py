"""Opening hours: when people are there, and when a working day ends.

A block is written in the time on the wall of the organisation's own zone, and is one stretch of real time: from the
first moment at which the clock shows its start, up to the first at which it shows its end. A time that daylight saving
skips is the moment of the jump; so no block is ever longer or shorter than its two times by more than the jump.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from gehoor.core.errors import PolicyFault
from gehoor.core.time import SECOND, Instant, instant, later, local

HORIZON_DAYS: Final = 371
"""How far a search for the next open moment looks: 53 weeks (guarantees.md: opening hours must cover that)."""
MIDNIGHT: Final = time(0)
"""As the end of a block: the end of that day."""
NOON: Final = time(12, 30)
"""Where a day falls into two parts: KEEP asks for tries on different ones."""


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a day on which people are there: from ``start`` up to, not including, ``end`` (local time)."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end != MIDNIGHT and self.start >= self.end:
            raise PolicyFault("A block of opening hours must end after it starts.", field="hours")


@dataclass(frozen=True, slots=True)
class Opening:
    """A block of one day, as real time. ``day`` is the day on which it begins."""

    day: date
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week of blocks (Monday first), the dates on which nobody is there, and the time zone they are meant in.

    ``other``: dates with hours of their own; they go before the week and before ``closed``.
    """

    week: tuple[tuple[Block, ...], ...]
    closed: frozenset[date]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))
    other: Mapping[date, tuple[Block, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise PolicyFault("Opening hours need seven days, Monday first.", field="hours.week")
        for blocks in (*self.week, *self.other.values()):
            if any(before.end == MIDNIGHT or before.end > after.start for before, after in pairwise(blocks)):
                raise PolicyFault("Blocks of one day must follow each other without overlap.", field="hours.week")

    def blocks(self, day: date) -> tuple[Block, ...]:
        """The blocks of a date; none when it is a closing day."""
        own = self.other.get(day)
        if own is not None:
            return own
        return () if day in self.closed else self.week[day.weekday()]

    def on(self, day: date) -> Iterator[Opening]:
        """The openings of a date, in order. A block that the clock skips whole is none."""
        for block in self.blocks(day):
            start = at_clock(day, block.start, self.zone)
            ends_on = day + timedelta(days=1) if block.end == MIDNIGHT else day
            end = at_clock(ends_on, block.end, self.zone)
            if start < end:
                yield Opening(day, start, end)


@lru_cache(maxsize=4096)  # the same few days are asked for by every conversation
def at_clock(day: date, clock: time, zone: ZoneInfo) -> Instant:
    """The first moment of the day at which the clock on the wall shows this, or has jumped over it."""
    shown = datetime.combine(day, clock, tzinfo=zone)
    found, again = shown.utcoffset(), shown.replace(fold=1).utcoffset()
    if found is None or again is None or again <= found:
        return instant(shown)
    # The clock skips it: the jump lies between the two ways to read it.
    before, after = instant(shown.replace(fold=1)), instant(shown)
    while after - before > SECOND:
        middle = later(before, (after - before) // 2 // SECOND * SECOND)
        if local(middle, zone).utcoffset() == found:
            before = middle
        else:
            after = middle
    return after


def openings(hours: OpeningHours, at: Instant) -> Iterator[Opening]:
    """What ends after the instant, in order, 53 weeks far."""
    first = local(at, hours.zone).date()
    for ahead in range(HORIZON_DAYS):
        yield from (one for one in hours.on(first + timedelta(days=ahead)) if one.end > at)


def is_open(hours: OpeningHours, at: Instant) -> bool:
    """Whether the opening hours cover the instant."""
    return any(one.start <= at < one.end for one in hours.on(local(at, hours.zone).date()))


def next_open(hours: OpeningHours, at: Instant) -> Instant | None:
    """``at`` itself when it is within the hours, else the next opening; None when there is none in 53 weeks."""
    found = next(openings(hours, at), None)
    return None if found is None else max(at, found.start)


def end_of_working_day(hours: OpeningHours, at: Instant, days: int) -> Instant | None:
    """The close of the ``days``-th working day after the day of ``at``; 0 means today, or the next one that is open.

    Args:
        days: working days to add; a day without blocks does not count.

    Returns:
        The instant at which the last block of that day ends; None when there is none in 53 weeks.
    """
    today, left = local(at, hours.zone).date(), max(days, 1)
    for day, found in groupby(openings(hours, at), key=lambda one: one.day):
        if days > 0 and day == today:
            continue
        left -= 1
        if left == 0:
            return max(one.end for one in found)
    return None


def next_part_of_day(hours: OpeningHours, at: Instant) -> Instant | None:
    """The start of the next morning (up to 12:30) or afternoon on which people are there, after the one of ``at``."""
    today = local(at, hours.zone).date()
    for one in openings(hours, at):
        noon = at_clock(one.day, NOON, hours.zone)
        if one.day > today and one.start < noon:
            return one.start
        if noon > at and one.end > noon:
            return max(one.start, noon)
    return None
