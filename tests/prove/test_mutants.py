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


def test_that_no_planted_fault_survives(tmp_path: Path) -> None:
    shares = [(copy_source(tmp_path / f"source{n}"), MUTANTS[n::PROCESSES]) for n in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        survivors = [one for part in pool.map(lambda share: survived(*share), shares) for one in part]
    assert survivors == []


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
