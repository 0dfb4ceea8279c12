"""The arithmetic of hours and shifts against somebody who looks at the clock on the wall every minute.

Days lie around the nights on which the clocks are moved: by an hour, by half an hour, over midnight, or never.
"""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.core.hours import Block, OpeningHours, end_of_working_day, is_open, next_open, next_part_of_day
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.rota import Shift, duties
from gehoor.core.time import DAY, MINUTE, Instant, later
from tests.promises.minutes import DAYS, Wall, minutes_of, on_shift

MOVED = {
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # half an hour
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),  # at midnight
    "America/Curacao": (date(2026, 12, 31),),  # never
}
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 29, 30, 31, 59]))


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """Up to three blocks of a day; the last may run until midnight, and one may begin as another ends."""
    edges = sorted(draw(st.lists(clocks, max_size=6, unique=True)))
    whole = [Block(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    return tuple([*whole, Block(edges[-1], time(0))] if len(edges) % 2 else whole)


@st.composite
def moments(draw: st.DrawFn) -> tuple[ZoneInfo, date, Instant]:
    """A zone, a day near one on which its clocks are moved, and a minute of that day."""
    name = draw(st.sampled_from(sorted(MOVED)))
    day = draw(st.sampled_from(MOVED[name])) + timedelta(days=draw(st.integers(-3, 1)))
    zone = ZoneInfo(name)
    passing = minutes_of(day, zone)
    noon = [one for one in passing if one[1].time() in (time(12, 29), time(12, 30), time(12, 31))]
    return zone, day, draw(st.one_of(st.sampled_from(passing), st.sampled_from(noon)))[0]


@st.composite
def offices(draw: st.DrawFn) -> tuple[OpeningHours, Instant]:
    """An organisation's hours, and a minute."""
    zone, day, at = draw(moments())
    near = st.integers(0, DAYS - 1).map(lambda ahead: day + timedelta(days=ahead))
    closed = draw(st.frozensets(near, max_size=3))
    other = draw(st.dictionaries(near, blocks(), max_size=2))
    return OpeningHours(tuple(draw(blocks()) for _ in range(7)), closed, zone, other), at


def near(found: Instant | None, at: Instant) -> Instant | None:
    """What lies within the days that are looked at."""
    return found if found is not None and found < later(at, (DAYS - 1) * DAY) else None


@settings(max_examples=400, deadline=None)
@given(offices(), st.integers(0, 2))
def test_that_hours_are_as_the_clock_on_the_wall_says(office: tuple[OpeningHours, Instant], days: int) -> None:
    hours, at = office
    wall = Wall(hours, at)
    assert is_open(hours, at) == wall.is_open()
    assert near(next_open(hours, at), at) == near(wall.next_open(), at)
    assert near(end_of_working_day(hours, at, days), at) == near(wall.end_of_working_day(days), at)
    assert near(next_part_of_day(hours, at), at) == near(wall.next_part_of_day(), at)


@settings(max_examples=400, deadline=None)
@given(moments(), st.data())
def test_that_shifts_are_as_the_clock_on_the_wall_says(
    moment: tuple[ZoneInfo, date, Instant], data: st.DataObject
) -> None:
    zone, day, at = moment
    near_days = st.one_of(st.none(), st.integers(-2, 2).map(lambda ahead: day + timedelta(days=ahead)))
    shift = Shift(
        TeamId("balie"),
        (StaffId("anna"),),
        data.draw(st.frozensets(st.integers(0, 6))),
        data.draw(clocks),
        data.draw(clocks),
        data.draw(near_days),
        data.draw(near_days),
        frozenset({day}) if data.draw(st.booleans()) else frozenset(),
    )
    found = duties((shift,), zone, at, later(at, MINUTE))
    assert any(one.start <= at < one.end for one in found) == on_shift(shift, at, zone)
