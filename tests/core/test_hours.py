"""Opening hours as tables. Moments are in Amsterdam: "2026-11-23 10:00" is a Monday."""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import (
    HORIZON_DAYS,
    MIDNIGHT,
    Block,
    OpeningHours,
    at_clock,
    end_of_working_day,
    is_open,
    next_open,
    next_part_of_day,
    openings,
)
from gehoor.core.time import HOUR, MINUTE, Instant, instant, later, local

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


# The clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 back to 2:00 on 25 October 2026.
SKIPPED, TWICE = "2026-03-29", "2026-10-25"


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        (SKIPPED, "01:59", "2026-03-29T00:59"),  # the last minute of winter
        (SKIPPED, "02:00", "2026-03-29T01:00"),  # skipped: the moment of the jump
        (SKIPPED, "02:30", "2026-03-29T01:00"),  # all of the hour is that one moment
        (SKIPPED, "02:59", "2026-03-29T01:00"),
        (SKIPPED, "03:00", "2026-03-29T01:00"),  # and this is what the clock then shows
        (SKIPPED, "03:01", "2026-03-29T01:01"),
        (TWICE, "01:59", "2026-10-24T23:59"),
        (TWICE, "02:00", "2026-10-25T00:00"),  # shown twice: the first time counts
        (TWICE, "02:59", "2026-10-25T00:59"),
        (TWICE, "03:00", "2026-10-25T02:00"),  # two hours after the first 2:00
        ("2028-02-29", "12:00", "2028-02-29T11:00"),  # a leap day
    ],
)
def test_that_a_time_on_the_wall_is_one_moment(day: str, clock: str, utc: str) -> None:
    found = at_clock(date.fromisoformat(day), time.fromisoformat(clock), AMSTERDAM)
    assert found == instant(datetime.fromisoformat(f"{utc}+00:00"))


def test_that_a_midnight_that_is_skipped_is_the_moment_of_the_jump() -> None:
    havana = ZoneInfo("America/Havana")  # on 8 March 2026 the clock goes from 0:00 to 1:00
    assert at_clock(date(2026, 3, 8), MIDNIGHT, havana) == instant(datetime(2026, 3, 8, 1, tzinfo=havana))


@pytest.mark.parametrize(
    ("block", "day", "minutes"),
    [
        (("01:00", "05:00"), SKIPPED, 180),  # an hour is missing
        (("01:00", "05:00"), TWICE, 300),  # an hour more
        (("02:30", "04:00"), SKIPPED, 60),  # begins in the hour that is missing: from the jump
        (("01:00", "02:30"), SKIPPED, 60),  # ends in it: until the jump
        (("02:10", "02:50"), SKIPPED, 0),  # lies in it: nobody is there
        (("01:00", "02:30"), TWICE, 90),  # ends the first time that the clock shows it
        (("02:30", "04:00"), TWICE, 150),  # begins the first time
        (("09:00", "17:00"), SKIPPED, 480),  # the rest of the day knows nothing of it
        (("00:00", "00:00"), SKIPPED, 23 * 60),  # a whole day, as long as it is
        (("00:00", "00:00"), TWICE, 25 * 60),
        (("00:00", "00:00"), "2028-02-29", 24 * 60),
        (("22:00", "00:00"), "2026-11-23", 120),  # until the end of the day
    ],
)
def test_that_a_block_is_one_stretch_of_real_time(block: tuple[str, str], day: str, minutes: int) -> None:
    one_day, blocks = date.fromisoformat(day), (Block(*map(time.fromisoformat, block)),)
    hours = OpeningHours(((),) * 7, frozenset(), other={one_day: blocks})
    found = list(hours.on(one_day))
    assert sum(one.end - one.start for one in found) == minutes * MINUTE
    for one in found:
        assert is_open(hours, one.start)
        assert not is_open(hours, later(one.start, -1))
        assert is_open(hours, later(one.end, -1))
        assert next_open(hours, later(one.start, -1)) == one.start


def test_that_a_day_that_never_closes_has_no_gap() -> None:
    always = OpeningHours(((Block(MIDNIGHT, MIDNIGHT),),) * 7, frozenset())
    found = [one for one, _ in zip(openings(always, at("2026-03-25 12:00")), range(300), strict=False)]
    assert all(before.end == after.start for before, after in pairwise(found))
    assert spoken(end_of_working_day(always, at("2026-11-23 10:00"), 1)) == "2026-11-25 00:00"


@pytest.mark.parametrize(
    ("moment", "days", "ends"),
    [
        ("2026-11-23 16:59", 0, "2026-11-23 17:00"),  # a minute is left
        ("2026-11-23 17:00", 0, "2026-11-24 17:00"),  # the block ends as the deadline starts: today is over
        ("2026-11-23 17:00", 1, "2026-11-24 17:00"),  # and the next day is the next day
        ("2026-11-24 00:00", 1, "2026-11-25 17:00"),  # midnight belongs to the day that begins
        ("2027-04-30 10:00", 1, "2027-05-03 17:00"),  # over a weekend and the end of a month
        ("2026-12-31 16:59", 1, "2027-01-04 17:00"),  # New Year's Day is a Friday: over a long weekend
        ("2028-02-28 10:00", 1, "2028-02-29 17:00"),  # to a leap day
        ("2028-02-29 10:00", 1, "2028-03-01 17:00"),  # and from one
    ],
)
def test_that_deadlines_begin_and_end_on_the_right_day(moment: str, days: int, ends: str) -> None:
    assert spoken(end_of_working_day(OFFICE, at(moment), days)) == ends


def test_that_a_holiday_on_a_weekend_closes_no_other_day() -> None:
    boxing_day = replace(OFFICE, closed=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))  # Friday and Saturday
    assert spoken(next_open(boxing_day, at("2026-12-24 17:00"))) == "2026-12-28 09:00"
    assert spoken(end_of_working_day(boxing_day, at("2026-12-26 12:00"), 1)) == "2026-12-28 17:00"


def test_that_a_day_with_its_own_hours_goes_before_the_week_and_the_closing_days() -> None:
    eve, christmas, saturday = date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)
    short = (Block(time(9), time(12)),)
    hours = replace(OFFICE, other={eve: short, christmas: short, saturday: short, date(2026, 12, 28): ()})
    assert spoken(end_of_working_day(hours, at("2026-12-23 10:00"), 1)) == "2026-12-24 12:00"
    assert spoken(next_open(hours, at("2026-12-24 12:00"))) == "2026-12-25 09:00"
    assert is_open(hours, at("2026-12-26 11:00"))
    assert spoken(next_open(hours, at("2026-12-26 12:00"))) == "2026-12-29 09:00"
    with pytest.raises(PolicyFault):
        replace(OFFICE, other={eve: (short[0], short[0])})


@pytest.mark.parametrize(
    ("blocks", "moment", "tries"),
    [
        (("12:00-13:00",), "2026-11-23 11:00", "2026-11-23 12:30"),  # spans the half of the day
        (("12:00-13:00",), "2026-11-23 12:29", "2026-11-23 12:30"),
        (("12:00-13:00",), "2026-11-23 12:30", "2026-11-24 12:00"),  # the afternoon has begun
        (("08:00-12:30",), "2026-11-23 09:00", "2026-11-24 08:00"),  # ends as the afternoon begins: there is none
        (("12:30-17:00",), "2026-11-23 09:00", "2026-11-23 12:30"),  # begins with it
        (("12:30-17:00",), "2026-11-23 12:30", "2026-11-24 12:30"),
        (("18:00-20:00",), "2026-11-23 13:00", "2026-11-24 18:00"),  # it is this afternoon still
        (("08:00-09:00", "10:00-11:00"), "2026-11-23 08:30", "2026-11-24 08:00"),  # both are one morning
        (("20:00-00:00",), "2026-11-23 09:00", "2026-11-23 20:00"),  # until midnight
    ],
)
def test_that_a_day_falls_into_two_parts_at_half_past_twelve(blocks: tuple[str, ...], moment: str, tries: str) -> None:
    day = tuple(Block(time.fromisoformat(one[:5]), time.fromisoformat(one[6:])) for one in blocks)
    assert spoken(next_part_of_day(OpeningHours((day,) * 7, frozenset()), at(moment))) == tries


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
