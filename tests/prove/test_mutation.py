"""Faults made by rule: they are small and every one is planted; those that nothing sees are listed and explained."""

import ast
import re
from pathlib import Path

import pytest

from gehoor.core.decide import customer
from gehoor.core.guarantee import deadlines, promises
from gehoor.core.time import Instant
from gehoor.prove.model import office
from tests.prove.living import plant
from tests.prove.mutating import ROOT, all_faults, is_in_sample, mutate, told
from tests.prove.mutation import Fault, faults

SOURCE = '''
from gehoor.core.conversation.model import Phase

OPEN = (Phase.WAITING, Phase.PARKED)

def may(case, most=3):
    """Says whether it may; the words are left alone."""
    if case.floor is Phase.NEW or case.tries >= most:
        raise ValueError("These are words.")
    return max(case.tries, most)
'''
LISTED = re.compile(r"^\* `([^`]+)`", re.MULTILINE)


def explained() -> list[str]:
    """The faults that docs/mutants.md explains."""
    return LISTED.findall((ROOT / "docs" / "mutants.md").read_text(encoding="utf-8"))


def test_that_every_way_of_being_a_little_wrong_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "sample.py"
    file.write_text(SOURCE, encoding="utf-8")
    made = [f"{one.unit}: {one.was} -> {one.now}" for one in faults(file, "sample.py")]
    assert made == [
        "OPEN: (Phase.WAITING, Phase.PARKED) -> (Phase.PARKED,)",
        "OPEN: (Phase.WAITING, Phase.PARKED) -> (Phase.WAITING,)",
        "OPEN: Phase.WAITING -> Phase.OFFERED",
        "OPEN: Phase.PARKED -> Phase.RESOLVED",
        "may: 3 -> 4",
        "may: if case.floor is Phase.NEW or case.tries >= most -> if True",
        "may: if case.floor is Phase.NEW or case.tries >= most -> if False",
        "may: case.floor is Phase.NEW or case.tries >= most -> case.floor is Phase.NEW and case.tries >= most",
        "may: case.floor is Phase.NEW or case.tries >= most -> case.tries >= most",
        "may: case.floor is Phase.NEW or case.tries >= most -> case.floor is Phase.NEW",
        "may: case.floor is Phase.NEW -> case.floor is not Phase.NEW",
        "may: Phase.NEW -> Phase.AI",
        "may: case.tries >= most -> case.tries > most",
        "may: case.tries >= most -> case.tries < most",
        "may: raise ValueError('These are words.') -> pass",
        "may: return max(case.tries, most) -> return None",
        "may: max(case.tries, most) -> min(case.tries, most)",
        "may: max(case.tries, most) -> max(case.tries)",
    ]


def test_that_the_source_with_a_fault_differs_in_one_place(tmp_path: Path) -> None:
    file = tmp_path / "sample.py"
    file.write_text(SOURCE, encoding="utf-8")
    units = {one.name: ast.unparse(one) for one in ast.parse(SOURCE).body if isinstance(one, ast.FunctionDef)}
    for one in faults(file, "sample.py"):
        if isinstance(one.planted, ast.FunctionDef):
            assert ast.unparse(one.planted) != units[one.unit], one.name


def named(name: str) -> Fault:
    """The fault with this name."""
    file = name.partition(" ")[0]
    return next(one for one in faults(ROOT / "src" / "gehoor" / "core" / file, file) if one.name == name)


def test_that_a_fault_in_a_function_is_seen_by_all_who_imported_it() -> None:
    imported, sound = deadlines.idle_at, deadlines.idle_at.__code__
    plant(named("guarantee/deadlines.py idle_at: return later(now, policy.clocks.idle) -> return None"))
    try:
        assert imported(office(), Instant(0)) is None
    finally:
        imported.__code__ = sound
    assert imported(office(), Instant(0)) == office().clocks.idle


def test_that_a_fault_in_a_table_reaches_the_tables_that_are_made_from_it() -> None:
    sound = {name: getattr(promises, name) for name in ("_BRAIN_SPEAKS", "_AI_SPEAKS")}
    plant(next(one for one in map_of("guarantee/promises.py") if one.unit == "_BRAIN_SPEAKS"))
    try:
        assert len(promises._BRAIN_SPEAKS) == len(sound["_BRAIN_SPEAKS"]) - 1
        assert len(promises._AI_SPEAKS) == len(sound["_AI_SPEAKS"]) - 1
    finally:
        for name, value in sound.items():
            setattr(promises, name, value)
    assert customer._IN_QUEUE


def map_of(file: str) -> list[Fault]:
    return faults(ROOT / "src" / "gehoor" / "core" / file, file)


def test_that_what_is_explained_is_a_fault_that_can_still_be_made() -> None:
    listed = explained()
    assert len(listed) == len(set(listed)), "explained twice"
    assert set(listed) - {one.name for one in all_faults()} == set()


def test_that_a_quick_look_takes_some_of_the_faults_of_every_file() -> None:
    every = all_faults()
    some = [one for one in every if is_in_sample(one)]
    assert len(every) / 10 < len(some) < len(every) / 4
    assert {one.file for one in some} == {one.file for one in every}


@pytest.mark.soak
def test_that_every_fault_of_the_sample_is_seen_or_explained(capsys: pytest.CaptureFixture[str]) -> None:
    done = mutate([one for one in all_faults() if is_in_sample(one)], jobs=2)
    with capsys.disabled():
        print(f"\n{list(told(done))[-1]}")
    assert done.untried == []
    found = {one.name for one in done.survivors}
    assert found - set(explained()) == set(), "nothing sees them, and no reason is given"
