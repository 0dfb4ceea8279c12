"""The real queue waits as Erlang says, where Erlang's assumptions hold."""

from functools import cache

import pytest

from gehoor.prove.erlang import Waits, erlang_a, erlang_c
from gehoor.prove.simulate.theory import Line, Measured, measure
from tests.world import organisation


def agrees(measured: Measured, theory: Waits) -> None:
    assert measured.waits.holds(theory.waits), (measured, theory)
    assert measured.mean_wait.holds(theory.mean_wait), (measured, theory)
    assert measured.abandons.holds(theory.abandons), (measured, theory)


def test_that_patient_customers_wait_as_erlang_c_says() -> None:
    line = Line(servers=4, arrivals=1 / 80, service=240, customers=2500)  # 3 erlang for 4 agents
    agrees(measure(organisation().policy, line, seed=5), erlang_c(4, 1 / 80, 240))


@cache
def impatient() -> Measured:
    """More customers than four agents can help."""
    return measure(organisation().policy, Line(4, arrivals=1 / 55, service=240, patience=180, customers=2500), seed=6)


def test_that_impatient_customers_wait_and_leave_as_erlang_a_says() -> None:
    agrees(impatient(), erlang_a(4, 1 / 55, 240, 180))


def test_that_another_number_of_agents_is_told_apart() -> None:
    """The comparison has teeth: the theory of one agent more is outside the interval."""
    other = erlang_a(5, 1 / 55, 240, 180)
    assert not impatient().abandons.holds(other.abandons)
    assert not impatient().waits.holds(other.waits)


SOAKED = {
    "one agent": (Line(1, 1 / 400, 240, customers=40_000), None),
    "ten agents, busy": (Line(10, 1 / 28, 240, customers=40_000), None),
    "ten agents, too busy": (Line(10, 1 / 20, 240, 150, customers=40_000), 150.0),
    "thirty agents, patient for long": (Line(30, 1 / 8, 240, 600, customers=40_000), 600.0),
}


@pytest.mark.soak
@pytest.mark.parametrize("name", SOAKED)
def test_that_it_agrees_over_forty_thousand_customers(name: str) -> None:
    line, patience = SOAKED[name]
    measured = measure(organisation().policy, line, seed=11)
    rates = (line.servers, line.arrivals, line.service)
    agrees(measured, erlang_c(*rates) if patience is None else erlang_a(*rates, patience))
