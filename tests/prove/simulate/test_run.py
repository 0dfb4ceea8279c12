"""Whole days with faults: nothing lost, no guarantee broken, every kind of fact seen, one seed one history."""

from dataclasses import replace
from functools import cache
from typing import get_args

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.errors import Invalid
from gehoor.prove.simulate.run import Simulated, Wanted, checked, simulate

SMALL = Wanted(days=2, agents=4, a_year=45_000, seed=4, processes=1)
_NO_ERRORS = "nobody finds an error in a text of a simulation; tests/survive/test_recalled.py does"
CANNOT_HAPPEN: dict[str, str] = {
    "CorrectionGiven": _NO_ERRORS,
    "CorrectionSeen": _NO_ERRORS,
    "ModelConsulted": "a simulation has no language model",
}
"""Kinds of fact that a simulation cannot cause, each with the reason."""


@cache
def small() -> Simulated:
    """Two days of a small organisation, with more faults than customers have patience for."""
    return simulate(SMALL)


def test_that_nothing_is_lost_and_no_guarantee_broken() -> None:
    done = small()
    assert done.figures.violations == []
    assert done.broken == []
    assert done.figures.lost == 0
    assert done.whole
    assert done.restarts > 5
    assert done.figures.endings["open"] == 0
    assert done.figures.requests > 150


def test_that_every_kind_of_fault_happens() -> None:
    assert len(small().troubles) == 7


def test_that_one_seed_gives_one_history() -> None:
    again = simulate(SMALL)
    assert again.figures == small().figures
    assert simulate(replace(SMALL, days=1, seed=5)).figures != simulate(replace(SMALL, days=1)).figures


def test_that_every_kind_of_fact_occurs() -> None:
    """Two days as they are, and two with so few agents that promises are broken."""
    facts = set(small().figures.facts) | set(simulate(replace(SMALL, seed=100, agents=1)).figures.facts)
    assert {kind.__name__ for kind in get_args(e.Event)} - facts == set(CANNOT_HAPPEN)


def test_that_days_without_faults_have_none() -> None:
    done = simulate(replace(SMALL, days=1, faults=False))
    assert (done.troubles, done.restarts) == ({}, 0)
    assert done.whole


def test_that_as_many_conversations_come_as_were_wanted() -> None:
    done = simulate(replace(SMALL, conversations=150, faults=False))
    assert done.figures.conversations == 150


def test_that_stretches_in_two_processes_add_up_to_the_same_figures() -> None:
    wanted = replace(SMALL, processes=2, a_year=20_000)
    told: list[int] = []
    together = simulate(wanted, told.append)
    assert together.whole
    assert together.days == 2
    assert told[-1] <= together.figures.conversations
    assert simulate(wanted).figures.endings == together.figures.endings


def test_that_without_the_ai_every_chat_goes_to_a_person() -> None:
    done = simulate(replace(SMALL, days=1, what_if="no-ai"))
    assert done.whole
    assert done.figures.facts["BotReplied"] == 0
    assert done.figures.requests > simulate(replace(SMALL, days=1)).figures.requests


def test_that_one_agent_more_and_fewer_is_what_it_says() -> None:
    assert checked(replace(SMALL, what_if="agent+1")).agents == 5
    assert checked(replace(SMALL, what_if="agent-1")).agents == 3


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what_if": "holiday"}, "--what-if"),
        ({"days": 0}, "--days"),
        ({"agents": 0}, "--agents"),
        ({"conversations": -1}, "--conversations"),
        ({"processes": 0}, "--processes"),
    ],
)
def test_that_what_cannot_be_simulated_is_refused_by_name(changed: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        simulate(replace(SMALL, **changed))  # type: ignore[arg-type]
    assert refused.value.data["field"] == field
