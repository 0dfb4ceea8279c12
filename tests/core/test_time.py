from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.errors import Invalid
from gehoor.core.time import DAY, HOUR, Instant, instant, iso, later, local

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_that_an_instant_is_microseconds_since_1970_in_utc() -> None:
    assert instant(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert instant(datetime(1970, 1, 2, 0, 0, 0, 7, tzinfo=UTC)) == DAY + 7
    assert instant(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=1)))) == HOUR


def test_that_an_instant_before_1970_and_one_far_ahead_are_exact() -> None:
    for moment in (datetime(1900, 1, 1, tzinfo=UTC), datetime(2250, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)):
        assert local(instant(moment), ZoneInfo("UTC")) == moment


def test_that_a_time_without_a_zone_names_no_moment() -> None:
    with pytest.raises(Invalid) as refused:
        instant(datetime(2026, 1, 1))
    assert refused.value.data["field"] == "moment"


def test_that_local_time_follows_daylight_saving() -> None:
    # 2026-03-29 01:00 UTC: the clock goes from 2 to 3.
    before = instant(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert local(before, AMSTERDAM).hour == 1
    assert local(later(before, 60_000_000), AMSTERDAM).hour == 3


def test_that_iso_is_utc_with_milliseconds() -> None:
    assert iso(Instant(0)) == "1970-01-01T00:00:00.000Z"
    assert iso(instant(datetime(2026, 11, 22, 10, 14, 3, 120_999, tzinfo=AMSTERDAM))) == "2026-11-22T09:14:03.120Z"
