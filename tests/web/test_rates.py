"""How often one caller may do something: counted over a sliding window, in bounded memory, on the house's clock."""

import pytest

from gehoor.adapters.scripted import FixedClock
from gehoor.core.errors import TooOften
from gehoor.core.time import HOUR, MINUTE, SECOND
from gehoor.web.callers import network_of
from gehoor.web.rates import Rates, Windows, rate

FIVE = rate("5 per minute")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def times(rates: Rates, who: str, most: int = 100) -> int:
    """How often somebody may do it in a row."""
    for count in range(most):
        try:
            rates.take(FIVE, who)
        except TooOften:
            return count
    return most


def test_that_who_does_it_too_often_is_refused_and_others_are_not(clock: FixedClock) -> None:
    rates = Rates(clock)
    assert times(rates, "one") == 5
    assert times(rates, "another") == 5


def test_that_who_comes_back_when_told_is_let_in(clock: FixedClock) -> None:
    rates = Rates(clock)
    for started in (0, 17, 59):
        clock.forward(HOUR + started * SECOND)
        assert times(rates, "one") == 5
        with pytest.raises(TooOften) as refused:
            rates.take(FIVE, "one")
        wait = refused.value.data["retry_after_s"]
        assert isinstance(wait, int)
        assert 0 < wait <= 120
        clock.forward(wait * SECOND)
        rates.take(FIVE, "one")


def test_that_a_new_window_does_not_give_everything_at_once(clock: FixedClock) -> None:
    rates = Rates(clock)
    assert times(rates, "one") == 5
    clock.forward(MINUTE)
    assert times(rates, "one") < 5
    clock.forward(2 * MINUTE)
    assert times(rates, "one") == 5


def test_that_a_clock_that_is_set_back_shuts_nobody_out(clock: FixedClock) -> None:
    rates = Rates(clock)
    assert times(rates, "one") == 5
    clock.forward(-HOUR)
    assert times(rates, "one") == 5


def test_that_looking_counts_nothing(clock: FixedClock) -> None:
    rates = Rates(clock)
    for _ in range(50):
        rates.check(FIVE, "one")
    assert times(rates, "one") == 5
    with pytest.raises(TooOften):
        rates.check(FIVE, "one")


def test_that_a_flood_from_ever_other_addresses_takes_no_more_room(clock: FixedClock) -> None:
    rates = Rates(clock, most=1000)
    for number in range(20_000):
        rates.count(FIVE, f"{number}")
        rates.count(FIVE, "always")
    assert len(rates.windows) == 1000
    assert times(rates, "always") == 0, "who goes on is not forgotten"


def test_that_everything_can_be_forgotten(clock: FixedClock) -> None:
    windows = Windows(clock)
    assert windows.acquire_sliding_window_entry("one", 1, 60)
    assert windows.get("one") == 1
    windows.clear_sliding_window("one", 60)
    assert windows.acquire_sliding_window_entry("one", 1, 60)
    assert windows.reset() == 1
    assert len(windows) == 0


def test_that_one_line_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8::1") == network_of("2001:db8:0:0:ffff::2"), "however it is written"
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("not an address") == network_of("")
