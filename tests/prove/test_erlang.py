"""Waiting in theory, against values worked out by hand and values that were published."""

from math import exp, factorial

import pytest

from gehoor.core.errors import Invalid
from gehoor.prove.erlang import erlang_a, erlang_b, erlang_c, longer_than


def test_that_erlang_b_gives_what_is_worked_out_by_hand() -> None:
    assert erlang_b(0, 3.0) == 1.0  # nobody to serve: everybody is turned away
    assert erlang_b(1, 1.0) == pytest.approx(1 / 2)  # a / (1 + a)
    assert erlang_b(2, 1.0) == pytest.approx(1 / 5)  # (1/2) / (1 + 1 + 1/2)
    assert erlang_b(3, 0.0) == 0.0  # nobody comes


def test_that_erlang_b_gives_the_values_of_printed_tables() -> None:
    # Tables of traffic engineering give for 1% blocked: 10 circuits carry 4.46 erlang, 100 carry 84.1.
    assert erlang_b(10, 4.46) == pytest.approx(0.01, abs=0.0001)
    assert erlang_b(100, 84.1) == pytest.approx(0.01, abs=0.0001)


@pytest.mark.parametrize("servers", [1, 2, 5, 12])
def test_that_the_recursion_is_the_sum_that_erlang_wrote_down(servers: int) -> None:
    load = 0.8 * servers
    terms = [load**k / factorial(k) for k in range(servers + 1)]
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms))


def test_that_erlang_c_gives_what_is_worked_out_by_hand() -> None:
    one = erlang_c(1, arrivals=0.5, service=1.0)  # one server: the part that waits is the load
    assert [one.waits, one.mean_wait, one.busy] == pytest.approx([0.5, 1.0, 0.5])
    two = erlang_c(2, arrivals=1.0, service=1.0)
    assert [two.waits, two.mean_wait] == pytest.approx([1 / 3, 1 / 3])
    assert longer_than(two, 2, 1.0, 1.0, 1.0) == pytest.approx(exp(-1) / 3)


def test_that_both_give_the_published_example_of_fifty_agents() -> None:
    """O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call center with impatient customers" (2002), table 1: 50
    agents, 48 calls a minute of one minute, patience of two minutes on average."""
    patient = erlang_c(50, arrivals=48 / 60, service=60)
    assert patient.mean_wait == pytest.approx(20.8, abs=0.1)  # seconds
    assert patient.busy == pytest.approx(0.96)
    impatient = erlang_a(50, arrivals=48 / 60, service=60, patience=120)
    assert impatient.abandons == pytest.approx(0.031, abs=0.0005)
    assert impatient.mean_wait == pytest.approx(3.7, abs=0.05)
    assert impatient.busy == pytest.approx(0.93, abs=0.005)


def test_that_erlang_a_gives_what_is_worked_out_by_hand() -> None:
    """One server, all rates 1: the chance of k customers is e**-1 / k!, so that 1 - 1/e wait and 1/e abandon."""
    one = erlang_a(1, arrivals=1.0, service=1.0, patience=1.0)
    assert one.waits == pytest.approx(1 - exp(-1))
    assert one.mean_wait == pytest.approx(exp(-1))
    assert one.abandons == pytest.approx(exp(-1))


def test_that_endless_patience_gives_erlang_c_and_none_gives_erlang_b() -> None:
    patient = erlang_c(5, 0.04, 100)
    assert erlang_a(5, 0.04, 100, 1e9).mean_wait == pytest.approx(patient.mean_wait, rel=1e-4)
    assert erlang_a(5, 0.04, 100, 1e9).waits == pytest.approx(patient.waits, rel=1e-4)
    assert erlang_a(5, 0.04, 100, 1e-6).abandons == pytest.approx(erlang_b(5, 4.0), rel=1e-4)


def test_that_the_sums_hold_where_plain_ones_overflow() -> None:
    """A thousand times too much work, and patience of ten minutes: all but one in a thousand must leave."""
    swamped = erlang_a(10, arrivals=100.0, service=100, patience=600)
    assert swamped.abandons == pytest.approx(1 - 0.1 / 100, rel=1e-6)
    assert swamped.waits == pytest.approx(1.0)
    many = erlang_a(2000, arrivals=19.5, service=100, patience=300)
    assert 0 < many.waits < 1


def test_that_what_comes_in_goes_out() -> None:
    """Who does not abandon is served: agents' work is that of the served."""
    one = erlang_a(7, 0.05, 180, 240)
    assert one.busy * 7 == pytest.approx(0.05 * (1 - one.abandons) * 180)
    assert one.abandons == pytest.approx(one.mean_wait / 240)


def test_that_a_queue_that_grows_for_ever_is_refused() -> None:
    with pytest.raises(Invalid):
        erlang_c(2, 1.0, 2.0)
    with pytest.raises(Invalid):
        erlang_a(0, 1.0, 1.0, 1.0)
    with pytest.raises(Invalid):
        erlang_b(1, -1.0)
