"""The rota: who is on shift when, by name.

A shift recurs by the week, between two dates, in the organisation's own time zone. One that does not end after it
starts ends on the next day. A name on a shift is not a person who is there: that is presence, and another matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gehoor.core.hours import at_clock
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.time import Instant, local


@dataclass(frozen=True, slots=True)
class Shift:
    """People of one team on some days of the week (Monday is 0), from ``start`` to ``end`` local time.

    ``first`` and ``last`` are the first and the last day on which it begins; None: no bound. ``except_on``: days on
    which it does not begin. ``on_call``: reachable, not at the desk.
    """

    team: TeamId
    people: tuple[StaffId, ...]
    days: frozenset[int]
    start: time
    end: time
    first: date | None = None
    last: date | None = None
    except_on: frozenset[date] = frozenset()
    on_call: bool = False

    def begins_on(self, day: date) -> bool:
        """Whether the shift begins on the day."""
        within = (self.first is None or day >= self.first) and (self.last is None or day <= self.last)
        return within and day.weekday() in self.days and day not in self.except_on


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift on one day."""

    team: TeamId
    people: tuple[StaffId, ...]
    start: Instant
    end: Instant
    on_call: bool = False


def duties(rota: tuple[Shift, ...], zone: ZoneInfo, since: Instant, until: Instant) -> tuple[Duty, ...]:
    """The shifts that overlap the span from ``since`` up to ``until``, in the order in which they begin."""
    # A shift over midnight begins the day before.
    day, last = local(since, zone).date() - timedelta(days=1), local(until, zone).date()
    found: list[Duty] = []
    while day <= last:
        found += _begin_on(rota, zone, day)
        day += timedelta(days=1)
    # One that the clock skips whole is none.
    kept = [duty for duty in found if max(duty.start, since) < duty.end and duty.start < until]
    return tuple(sorted(kept, key=lambda duty: (duty.start, duty.team, duty.people)))


@lru_cache(maxsize=64)
def _begin_on(rota: tuple[Shift, ...], zone: ZoneInfo, day: date) -> tuple[Duty, ...]:
    """The shifts that begin on a day. Kept: every promise and every look around asks for the same few days."""
    return tuple(_duty(shift, day, zone) for shift in rota if shift.begins_on(day))


def _duty(shift: Shift, day: date, zone: ZoneInfo) -> Duty:
    ends_on = day if shift.end > shift.start else day + timedelta(days=1)
    start, end = at_clock(day, shift.start, zone), at_clock(ends_on, shift.end, zone)
    return Duty(shift.team, shift.people, start, end, shift.on_call)
