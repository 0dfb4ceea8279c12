"""What a simulation must show, over as many conversations as were promised (make soak)."""

import pytest

from gehoor.prove.simulate.figures import quantile
from gehoor.prove.simulate.run import Wanted, simulate

STATED_BOUND_S = 60 * 60
"""core/routing/queue.py: nobody is overtaken by somebody of no special class who asked more than this later."""


@pytest.mark.soak
def test_that_nothing_is_lost_in_a_hundred_thousand_conversations_with_faults() -> None:
    done = simulate(Wanted(conversations=100_000, agents=16, seed=20))
    assert done.figures.conversations >= 100_000
    assert done.figures.lost == 0
    assert done.figures.violations == []
    assert done.figures.oversold == []
    assert done.broken == []
    assert done.figures.endings["open"] == 0
    assert done.figures.overtaken <= STATED_BOUND_S
    print(f"{done.figures.conversations / done.seconds:.0f} conversations a second, {done.cpu:.0f} s of CPU")


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_a_storm_is_weathered(seed: int) -> None:
    """2,000 requests in two hours, a third of the agents absent."""
    done = simulate(Wanted(days=1, agents=40, seed=seed, what_if="storm", processes=1))
    figures = done.figures
    assert figures.requests > 2500
    assert done.whole  # nothing lost, no violation, no window oversold
    assert figures.promises["broken"] <= 0.02 * figures.promises["made"]
    assert len(figures.urgent) > 15
    assert quantile(figures.urgent, 0.95) <= 60
    assert figures.overtaken <= STATED_BOUND_S
