"""Every planted fault is found: none survives."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gehoor.prove.check import CHECKED
from tests.prove.mutants import MUTANTS, PREDICATES, RULES, Mutant
from tests.prove.planting import ask, copy_source, plant

PROCESSES = 2


def test_that_no_planted_fault_of_each_kind_survives(tmp_path: Path) -> None:
    some = [one for guarantee in CHECKED for one in spread(guarantee)]
    assert len(some) >= 45
    assert survivors(some, tmp_path) == []


@pytest.mark.soak
def test_that_no_planted_fault_survives(tmp_path: Path) -> None:
    assert survivors(MUTANTS, tmp_path) == []


def spread(guarantee: str) -> list[Mutant]:
    """Two faults in the rules and two in the predicates of a guarantee, far apart in the list; at least three."""
    found: list[Mutant] = []
    for kind in (RULES, PREDICATES):
        mine = [one for one in kind if one.guarantee == guarantee]
        found += dict.fromkeys((mine[0], mine[-1])) if mine else ()
    more = [one for one in MUTANTS if one.guarantee == guarantee and one not in found]
    return [*found, *more[: max(3 - len(found), 0)]]


def survivors(mutants: Sequence[Mutant], folder: Path) -> list[tuple[str, str, list[str], str]]:
    """Those that survive, planted in two copies at once."""
    shares = [(copy_source(folder / f"source{n}"), mutants[n::PROCESSES]) for n in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        return [one for part in pool.map(lambda share: survived(*share), shares) for one in part]


def survived(copy: Path, mutants: Sequence[Mutant]) -> list[tuple[str, str, list[str], str]]:
    """Those that nobody saw, or that could not be planted, of a share that is planted one after another."""
    found = []
    for mutant in mutants:
        planted = plant(mutant, copy)
        if planted.trouble or mutant.guarantee not in planted.found:
            found.append((mutant.name, mutant.guarantee, sorted(planted.found), planted.trouble))
    return found


@pytest.mark.parametrize("by", ["check", "traces"])
def test_that_nothing_is_found_where_nothing_was_planted(tmp_path: Path, by: str) -> None:
    copy = copy_source(tmp_path / "source")
    nothing = Mutant("nothing", "decide/staff.py", "", "", "KEEP", by)  # type: ignore[arg-type]  # one of the two
    planted = ask(nothing, copy)
    assert (planted.found, planted.trouble) == (frozenset(), "")


def test_that_every_guarantee_has_faults_in_the_rules_and_in_its_predicate() -> None:
    assert len(MUTANTS) >= 30
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
    assert {one.guarantee for one in RULES} == set(CHECKED)
    planted = Counter(one.guarantee for one in PREDICATES)
    assert {name for name in CHECKED if name != "TOTAL" and planted[name] < 1} == set()
