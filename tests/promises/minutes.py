"""Opening hours and shifts by looking at the clock on the wall every minute: slow, plain, and nothing to get wrong.

A block is open from the first minute of its day at which the clock shows its start or more, up to the first at which
it shows its end or more, in the order in which the minutes really pass.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import dropwhile, takewhile
from zoneinfo import ZoneInfo

from gehoor.core.hours import MIDNIGHT, NOON, Block, OpeningHours
from gehoor.core.rota import Shift
from gehoor.core.time import Instant, instant

Minute = tuple[Instant, datetime]
DAYS = 9
"""How many days are looked at."""


@cache
def minutes_of(day: date, zone: ZoneInfo) -> tuple[Minute, ...]:
    """Every minute of a day as it passes, with what the clock on the wall shows."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    passing = (begin + timedelta(minutes=number) for number in range(56 * 60))
    shown = ((instant(moment), moment.astimezone(zone)) for moment in passing)
    return tuple((at, wall) for at, wall in shown if wall.date() == day)


@cache
def open_minutes(day: date, block: Block, zone: ZoneInfo) -> tuple[Instant, ...]:
    """The minutes of a day that a block covers."""
    begun = dropwhile(lambda one: one[1].time() < block.start, minutes_of(day, zone))
    return tuple(at for at, _ in takewhile(lambda one: block.end == MIDNIGHT or one[1].time() < block.end, begun))


class Wall:
    """What a person with a watch and the opening hours would say, from the day of ``at`` on."""

    def __init__(self, hours: OpeningHours, at: Instant) -> None:
        self._hours = hours
        self._at = at
        self._now = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(hours.zone)
        self.today = self._now.date()

    def _open(self) -> Iterator[tuple[date, Instant]]:
        for ahead in range(DAYS):
            day = self.today + timedelta(days=ahead)
            for block in self._hours.blocks(day):
                yield from ((day, at) for at in open_minutes(day, block, self._hours.zone))

    def is_open(self) -> bool:
        """Whether this very minute is covered."""
        return any(at == self._at for _, at in self._open())

    def next_open(self) -> Instant | None:
        """The first covered minute from now on."""
        return next((at for _, at in self._open() if at >= self._at), None)

    def end_of_working_day(self, days: int) -> Instant | None:
        """A minute after the last covered one of the day that is meant."""
        last: dict[date, Instant] = {}
        for day, at in self._open():
            last[day] = max(at, last.get(day, at))
        ends = [(day, Instant(at + 60_000_000)) for day, at in last.items()]
        if days == 0:
            return next((end for _, end in ends if end > self._at), None)
        return next((end for day, end in [one for one in ends if one[0] > self.today][days - 1 :]), None)

    def next_part_of_day(self) -> Instant | None:
        """The first covered minute of another, later half of a day."""
        part = (self.today, self._at >= self._noon(self.today))
        return next((at for day, at in self._open() if at > self._at and (day, at >= self._noon(day)) > part), None)

    def _noon(self, day: date) -> Instant:
        return next(at for at, wall in minutes_of(day, self._hours.zone) if wall.time() >= NOON)


def on_shift(shift: Shift, at: Instant, zone: ZoneInfo) -> bool:
    """Whether a shift that began on this day or on the one before covers the minute."""
    today = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(zone).date()
    return any(at in _shift(shift, day, zone) for day in (today - timedelta(days=1), today) if shift.begins_on(day))


@cache
def _shift(shift: Shift, day: date, zone: ZoneInfo) -> frozenset[Instant]:
    same_day = shift.end > shift.start
    covered = list(open_minutes(day, Block(shift.start, shift.end if same_day else MIDNIGHT), zone))
    if not same_day and shift.end > time(0):
        covered += open_minutes(day + timedelta(days=1), Block(time(0), shift.end), zone)
    return frozenset(covered)
