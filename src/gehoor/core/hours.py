"""Opening hours: when people are there, and when a working day ends.

All arithmetic is done in the organisation's own time zone, day by day, so that the hour that daylight saving takes or
gives never shortens or lengthens a promise by more than that hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from gehoor.core.errors import PolicyFault
from gehoor.core.time import Instant, instant, local

HORIZON_DAYS = 371
"""How far a search for the next open moment looks: 53 weeks (guarantees.md: opening hours must cover that)."""


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a day on which people are there: from ``start`` up to, not including, ``end`` (local time)."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise PolicyFault("A block of opening hours must end after it starts.", field="hours")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week of blocks (Monday first), the dates on which nobody is there, and the time zone they are meant in."""

    week: tuple[tuple[Block, ...], ...]
    closed: frozenset[date]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise PolicyFault("Opening hours need seven days, Monday first.", field="hours.week")
        for blocks in self.week:
            if any(before.end > after.start for before, after in pairwise(blocks)):
                raise PolicyFault("Blocks of one day must follow each other without overlap.", field="hours.week")

    def blocks(self, day: date) -> tuple[Block, ...]:
        """The blocks of a date; none when it is a closing day."""
        return () if day in self.closed else self.week[day.weekday()]


def is_open(hours: OpeningHours, at: Instant) -> bool:
    """Whether the opening hours cover the instant."""
    moment = local(at, hours.zone)
    return any(block.start <= moment.time() < block.end for block in hours.blocks(moment.date()))


def next_open(hours: OpeningHours, at: Instant) -> Instant | None:
    """``at`` itself when it is within the hours, else the next opening; None when there is none in 53 weeks."""
    if is_open(hours, at):
        return at
    for day, blocks in _days(hours, at):
        for block in blocks:
            opening = _instant(hours, day, block.start)
            if opening >= at:
                return opening
    return None


def end_of_working_day(hours: OpeningHours, at: Instant, days: int) -> Instant | None:
    """The close of the ``days``-th working day after the day of ``at``; 0 means today, or the next one that is open.

    Args:
        days: working days to add; a day without blocks does not count.

    Returns:
        The instant at which the last block of that day ends; None when there is none in 53 weeks.
    """
    today = local(at, hours.zone).date()
    left = days
    for day, blocks in _days(hours, at):
        if not blocks:
            continue
        closing = _instant(hours, day, blocks[-1].end)
        if day == today and (days > 0 or closing <= at):
            continue
        if left <= 1:
            return closing
        left -= 1
    return None


def next_part_of_day(hours: OpeningHours, at: Instant) -> Instant | None:
    """The start of the next morning (up to 12:30) or afternoon on which people are there, after the one of ``at``."""
    noon = time(12, 30)
    moment = local(at, hours.zone)
    for day, blocks in _days(hours, at):
        for start, end in ((time(0), noon), (noon, time(23, 59, 59))):
            if day == moment.date() and start <= moment.time():
                continue
            for block in blocks:
                opening = max(block.start, start)
                if opening < min(block.end, end):
                    return _instant(hours, day, opening)
    return None


def _days(hours: OpeningHours, at: Instant) -> Iterator[tuple[date, tuple[Block, ...]]]:
    first = local(at, hours.zone).date()
    for offset in range(HORIZON_DAYS):
        day = first + timedelta(days=offset)
        yield day, hours.blocks(day)


def _instant(hours: OpeningHours, day: date, clock: time) -> Instant:
    return instant(datetime.combine(day, clock, tzinfo=hours.zone))
