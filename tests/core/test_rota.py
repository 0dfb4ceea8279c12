from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from gehoor.core.ids import StaffId, TeamId
from gehoor.core.rota import Shift, duties
from gehoor.core.time import DAY, HOUR, instant, later

ZONE = ZoneInfo("Europe/Amsterdam")
TEAM, ANNA = TeamId("desk"), StaffId("anna")
MONDAY = instant(datetime(2026, 11, 23, tzinfo=ZONE))
NIGHT = Shift(TEAM, (ANNA,), frozenset(range(7)), time(22), time(6))


def test_that_a_shift_over_midnight_is_found_from_both_days() -> None:
    [evening, night] = duties((NIGHT,), ZONE, MONDAY, later(MONDAY, DAY))
    assert (evening.start, evening.end) == (later(MONDAY, -2 * HOUR), later(MONDAY, 6 * HOUR))
    assert night.start == later(MONDAY, 22 * HOUR)
    [small_hours] = duties((NIGHT,), ZONE, later(MONDAY, 3 * HOUR), later(MONDAY, 4 * HOUR))
    assert small_hours == evening


def test_that_a_shift_begins_only_on_its_days_between_its_dates() -> None:
    shift = Shift(
        TEAM,
        (ANNA,),
        frozenset({0, 2}),
        time(9),
        time(17),
        first=date(2026, 11, 24),
        last=date(2026, 12, 7),
        except_on=frozenset({date(2026, 12, 2)}),
    )
    begun = [duty.start for duty in duties((shift,), ZONE, MONDAY, later(MONDAY, 28 * DAY))]
    days = ((11, 25), (11, 30), (12, 7))
    assert begun == [instant(datetime(2026, month, day, 9, tzinfo=ZONE)) for month, day in days]


def test_that_a_shift_that_ended_at_the_moment_is_over() -> None:
    shift = Shift(TEAM, (ANNA,), frozenset({0}), time(9), time(17))
    assert duties((shift,), ZONE, later(MONDAY, 17 * HOUR), later(MONDAY, 18 * HOUR)) == ()
    assert duties((shift,), ZONE, later(MONDAY, 8 * HOUR), later(MONDAY, 9 * HOUR)) == ()
