"""The rota as tables. Monday 23 November 2026 is an ordinary day in Amsterdam."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.ids import StaffId, TeamId
from gehoor.core.rota import Shift, duties
from gehoor.core.time import HOUR, Instant, instant, later, local

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DESK, ANNA, BRAM = TeamId("balie"), StaffId("anna"), StaffId("bram")
MONDAY = Shift(DESK, (ANNA,), frozenset({0}), time(9), time(17))
NIGHT = Shift(DESK, (BRAM,), frozenset(range(7)), time(22), time(6))


def at(moment: str) -> Instant:
    return instant(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM))


def found(shifts: tuple[Shift, ...], since: str, until: str) -> list[str]:
    told = [
        (local(one.start, AMSTERDAM), local(one.end, AMSTERDAM))
        for one in duties(shifts, AMSTERDAM, at(since), at(until))
    ]
    return [f"{start:%d %H:%M}-{end:%d %H:%M}" for start, end in told]


@pytest.mark.parametrize(
    ("shift", "since", "until", "expected"),
    [
        (MONDAY, "2026-11-23 00:00", "2026-11-30 00:00", ["23 09:00-23 17:00"]),
        (MONDAY, "2026-11-23 16:59", "2026-11-23 17:30", ["23 09:00-23 17:00"]),  # a minute of it
        (MONDAY, "2026-11-23 17:00", "2026-11-30 09:00", []),  # from its end up to its next start
        (NIGHT, "2026-11-23 02:00", "2026-11-23 03:00", ["22 22:00-23 06:00"]),  # began the day before
        (NIGHT, "2026-11-23 06:00", "2026-11-23 22:00", []),
        (NIGHT, "2026-11-23 21:00", "2026-11-23 23:00", ["23 22:00-24 06:00"]),  # ends the day after
        (NIGHT, "2026-12-31 23:00", "2027-01-01 05:00", ["31 22:00-01 06:00"]),  # into the new year
        (NIGHT, "2028-02-28 23:00", "2028-02-29 23:00", ["28 22:00-29 06:00", "29 22:00-01 06:00"]),  # a leap day
        (replace(MONDAY, start=time(0), end=time(0)), "2026-11-23 23:00", "2026-11-24 01:00", ["23 00:00-24 00:00"]),
        (replace(MONDAY, first=date(2026, 11, 30)), "2026-11-23 00:00", "2026-12-01 00:00", ["30 09:00-30 17:00"]),
        (replace(MONDAY, last=date(2026, 11, 23)), "2026-11-23 00:00", "2026-12-01 00:00", ["23 09:00-23 17:00"]),
        (replace(MONDAY, except_on=frozenset({date(2026, 11, 23)})), "2026-11-23 00:00", "2026-11-30 00:00", []),
        # The night that loses an hour: a start that the clock skips is the moment of the jump.
        (replace(NIGHT, start=time(2, 30)), "2026-03-29 00:30", "2026-03-29 04:00", ["29 03:00-29 06:00"]),
        (replace(NIGHT, start=time(2, 10), end=time(2, 50)), "2026-03-29 00:00", "2026-03-29 12:00", []),
        # The night of 25 hours: a day is found that began more than 24 hours ago.
        (
            replace(NIGHT, days=frozenset({5}), start=time(23, 45), end=time(23, 45)),
            "2026-10-25 23:40",
            "2026-10-25 23:41",
            ["24 23:45-25 23:45"],
        ),
    ],
)
def test_that_the_shifts_of_a_span_are_found(shift: Shift, since: str, until: str, expected: list[str]) -> None:
    assert found((shift,), since, until) == expected


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-11-23", 8), ("2026-03-28", 7), ("2026-10-24", 9)],  # an ordinary night, a short one, a long one
)
def test_that_a_night_is_as_long_as_it_really_is(night: str, hours: int) -> None:
    (one,) = duties((NIGHT,), AMSTERDAM, at(f"{night} 23:00"), at(f"{night} 23:30"))
    assert one.end - one.start == hours * HOUR


def test_that_shifts_come_in_the_order_in_which_they_begin() -> None:
    early = replace(MONDAY, start=time(7), end=time(12), on_call=True)
    told = duties((NIGHT, MONDAY, early), AMSTERDAM, at("2026-11-23 05:00"), at("2026-11-23 23:00"))
    assert [one.people[0] for one in told] == [BRAM, ANNA, ANNA, BRAM]
    assert [one.on_call for one in told] == [False, True, False, False]
    assert all(one.team == DESK for one in told)


def test_that_an_empty_span_holds_no_shift_that_ends_with_it() -> None:
    assert duties((MONDAY,), AMSTERDAM, at("2026-11-23 17:00"), later(at("2026-11-23 17:00"), 1)) == ()
