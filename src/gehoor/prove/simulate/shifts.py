"""Who works when: shifts with breaks for named agents, on the days that the opening hours name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from typing import Final

from gehoor.core.hours import OpeningHours
from gehoor.core.ids import StaffId
from gehoor.core.time import MINUTE, Instant, instant

_BREAK: Final = 15.0
_LUNCH: Final = 30.0


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent on one day. ``breaks``: when, and for how many minutes."""

    agent: StaffId
    start: Instant
    end: Instant
    breaks: tuple[tuple[Instant, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Shifts:
    """The agents of an organisation. ``absent``: the part of them who do not come."""

    names: tuple[str, ...]
    absent: float = 0.0

    def over(self, days: Iterable[date], hours: OpeningHours, chance: Random) -> Iterator[Shift]:
        """Every shift of these days: early, late or a morning, within the opening hours of the day."""
        for day in days:
            blocks = hours.blocks(day)
            if not blocks:
                continue
            opens, closes = _at(day, blocks[0].start, hours), _at(day, blocks[-1].end, hours)
            there = [name for name in self.names if chance.random() >= self.absent]
            for place, name in enumerate(there):
                yield _shift(StaffId(name), opens, closes, place)


def _shift(agent: StaffId, opens: Instant, closes: Instant, place: int) -> Shift:
    """Two in three work all day, with breaks one after another; one in three only the morning or the afternoon."""
    middle = Instant((opens + closes) // 2)
    if place % 6 == 4:
        return Shift(agent, opens, Instant(middle + 30 * MINUTE), ((Instant(opens + 120 * MINUTE), _BREAK),))
    if place % 6 == 5:
        return Shift(agent, Instant(middle - 60 * MINUTE), closes, ((Instant(middle + 90 * MINUTE), _BREAK),))
    turn = (place % 8) * 10 * MINUTE
    breaks = (
        (Instant(opens + 105 * MINUTE + turn), _BREAK),
        (Instant(middle - 45 * MINUTE + turn), _LUNCH),
        (Instant(closes - 130 * MINUTE + turn // 2), _BREAK),
    )
    return Shift(agent, opens, closes, breaks)


def _at(day: date, clock: time, hours: OpeningHours) -> Instant:
    return instant(datetime.combine(day, clock, tzinfo=hours.zone))


def names(number: int) -> tuple[str, ...]:
    """So many agents."""
    return tuple(f"agent{place:02d}" for place in range(1, number + 1))
