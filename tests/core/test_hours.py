"""Opening hours as tables. Moments are in Amsterdam: "2026-11-23 10:00" is a Monday."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import (
    HORIZON_DAYS,
    Block,
    OpeningHours,
    end_of_working_day,
    is_open,
    next_open,
    next_part_of_day,
)
from gehoor.core.time import HOUR, Instant, instant, local

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE_TO_FIVE = (Block(time(9), time(17)),)
SPLIT = (Block(time(8, 30), time(12)), Block(time(13), time(17)))
HOLIDAYS = frozenset({date(2026, 12, 25), date(2027, 1, 1)})
OFFICE = OpeningHours((NINE_TO_FIVE,) * 5 + ((), ()), HOLIDAYS)
LUNCH = OpeningHours((SPLIT,) * 5 + ((), ()), frozenset())
ALWAYS = OpeningHours(((Block(time(0), time(23, 59)),),) * 7, frozenset())
NEVER = OpeningHours(((),) * 7, frozenset())
SUNDAYS = OpeningHours(((),) * 6 + (NINE_TO_FIVE,), frozenset())


def at(moment: str) -> Instant:
    return instant(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM))


def spoken(found: Instant | None) -> str | None:
    return None if found is None else local(found, AMSTERDAM).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("hours", "moment", "there"),
    [
        (OFFICE, "2026-11-23 09:00", True),  # the start counts
        (OFFICE, "2026-11-23 08:59", False),
        (OFFICE, "2026-11-23 16:59", True),
        (OFFICE, "2026-11-23 17:00", False),  # the end does not
        (OFFICE, "2026-11-22 12:00", False),  # Sunday
        (OFFICE, "2026-12-25 12:00", False),  # a holiday on a Friday
        (LUNCH, "2026-11-23 12:30", False),  # between two blocks
        (LUNCH, "2026-11-23 13:00", True),
    ],
)
def test_that_people_are_there_within_the_blocks(hours: OpeningHours, moment: str, there: bool) -> None:
    assert is_open(hours, at(moment)) is there


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (OFFICE, "2026-11-23 10:00", "2026-11-23 10:00"),  # now
        (OFFICE, "2026-11-23 06:00", "2026-11-23 09:00"),  # later today
        (OFFICE, "2026-11-23 17:00", "2026-11-24 09:00"),  # tomorrow
        (OFFICE, "2026-11-27 20:00", "2026-11-30 09:00"),  # over a weekend
        (OFFICE, "2026-12-24 20:00", "2026-12-28 09:00"),  # over Christmas and a weekend
        (OFFICE, "2026-12-31 20:00", "2027-01-04 09:00"),  # over the end of the year
        (LUNCH, "2026-11-23 12:00", "2026-11-23 13:00"),  # after lunch
        (SUNDAYS, "2026-11-23 10:00", "2026-11-29 09:00"),
        (NEVER, "2026-11-23 10:00", None),
        (OFFICE, "2026-03-28 12:00", "2026-03-30 09:00"),  # over the night that loses an hour
        (OFFICE, "2026-10-24 12:00", "2026-10-26 09:00"),  # over the night that gains one
    ],
)
def test_that_the_next_opening_is_found(hours: OpeningHours, moment: str, opens: str | None) -> None:
    assert spoken(next_open(hours, at(moment))) == opens


@pytest.mark.parametrize(
    ("hours", "moment", "days", "ends"),
    [
        (OFFICE, "2026-11-23 10:00", 0, "2026-11-23 17:00"),  # today
        (OFFICE, "2026-11-23 17:00", 0, "2026-11-24 17:00"),  # today is over
        (OFFICE, "2026-11-23 10:00", 1, "2026-11-24 17:00"),  # the next working day
        (OFFICE, "2026-11-23 06:00", 1, "2026-11-24 17:00"),  # before opening counts as that day
        (OFFICE, "2026-11-23 23:59", 1, "2026-11-24 17:00"),
        (OFFICE, "2026-11-27 10:00", 1, "2026-11-30 17:00"),  # over a weekend
        (OFFICE, "2026-11-28 10:00", 1, "2026-11-30 17:00"),  # from within it
        (OFFICE, "2026-11-27 10:00", 2, "2026-12-01 17:00"),  # two days
        (OFFICE, "2026-12-24 10:00", 1, "2026-12-28 17:00"),  # over a holiday and a weekend
        (OFFICE, "2026-12-31 10:00", 1, "2027-01-04 17:00"),  # over the end of the year
        (LUNCH, "2026-11-23 12:30", 0, "2026-11-23 17:00"),  # the last of several blocks
        (LUNCH, "2026-11-23 12:30", 1, "2026-11-24 17:00"),
        (NEVER, "2026-11-23 10:00", 1, None),
    ],
)
def test_that_a_working_day_ends_with_its_last_block(
    hours: OpeningHours, moment: str, days: int, ends: str | None
) -> None:
    assert spoken(end_of_working_day(hours, at(moment), days)) == ends


@pytest.mark.parametrize(
    ("hours", "moment", "tries"),
    [
        (OFFICE, "2026-11-23 10:00", "2026-11-23 12:30"),  # from the morning to the afternoon
        (OFFICE, "2026-11-23 12:30", "2026-11-24 09:00"),  # from the afternoon to the next morning
        (OFFICE, "2026-11-23 07:00", "2026-11-23 12:30"),  # before opening is that morning
        (OFFICE, "2026-11-23 20:00", "2026-11-24 09:00"),
        (OFFICE, "2026-11-27 15:00", "2026-11-30 09:00"),  # over a weekend
        (OFFICE, "2026-12-24 15:00", "2026-12-28 09:00"),  # over a holiday
        (LUNCH, "2026-11-23 10:00", "2026-11-23 13:00"),  # the first block of the afternoon
        (NEVER, "2026-11-23 10:00", None),
    ],
)
def test_that_another_try_is_on_another_part_of_a_day(hours: OpeningHours, moment: str, tries: str | None) -> None:
    assert spoken(next_part_of_day(hours, at(moment))) == tries


def test_that_daylight_saving_moves_no_closing_time() -> None:
    # Sunday 29 March 2026 has 23 hours, Sunday 25 October 2026 has 25.
    spring = end_of_working_day(OFFICE, at("2026-03-27 17:00"), 1)
    autumn = end_of_working_day(OFFICE, at("2026-10-23 17:00"), 1)
    assert spoken(spring) == "2026-03-30 17:00"
    assert spoken(autumn) == "2026-10-26 17:00"
    assert spring is not None
    assert autumn is not None
    assert spring - at("2026-03-27 17:00") == (3 * 24 - 1) * HOUR
    assert autumn - at("2026-10-23 17:00") == (3 * 24 + 1) * HOUR


def test_that_an_hour_that_does_not_exist_or_exists_twice_is_one_opening() -> None:
    night = OpeningHours(((Block(time(2, 30), time(4)),),) * 7, frozenset())
    opens = next_open(night, at("2026-03-29 00:00"))
    assert opens is not None
    assert at("2026-03-29 01:59") < opens <= at("2026-03-29 04:00")
    assert is_open(night, instant(datetime(2026, 10, 25, 2, 45, tzinfo=AMSTERDAM)))
    assert is_open(night, instant(datetime(2026, 10, 25, 2, 45, fold=1, tzinfo=AMSTERDAM)))


def test_that_the_zone_of_the_organisation_counts() -> None:
    curacao = OpeningHours((NINE_TO_FIVE,) * 7, frozenset(), ZoneInfo("America/Curacao"))
    assert not is_open(curacao, at("2026-11-23 12:00"))
    assert is_open(curacao, at("2026-11-23 14:00"))


def test_that_an_opening_beyond_the_horizon_is_none() -> None:
    once = OpeningHours(
        (NINE_TO_FIVE,) + ((),) * 6, frozenset(date.fromordinal(date(2026, 11, 23).toordinal() + n) for n in range(400))
    )
    assert HORIZON_DAYS == 53 * 7
    assert next_open(once, at("2026-11-23 08:00")) is None


def test_that_hours_that_cannot_be_are_refused() -> None:
    for week in (((),) * 6, (SPLIT[::-1],) + ((),) * 6, ((Block(time(9), time(12)), Block(time(11), time(13))),) * 7):
        with pytest.raises(PolicyFault) as refused:
            OpeningHours(week, frozenset())
        assert refused.value.data["field"] == "hours.week"
    with pytest.raises(PolicyFault):
        Block(time(9), time(9))
    assert is_open(ALWAYS, at("2026-11-22 00:00"))
