"""The tests of the core mirror it one to one, and are done before you look up."""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE, TESTS = ROOT / "src" / "gehoor" / "core", ROOT / "tests" / "core"
GENEROUS_S = 20.0
"""Of CPU. The tests by themselves take some two seconds, starting and collecting as much again; a machine may be far
slower."""


def test_that_every_file_of_the_core_has_its_tests() -> None:
    files = (file.relative_to(CORE) for file in CORE.rglob("*.py") if file.name != "__init__.py")
    missing = [str(file) for file in files if not (TESTS / file.parent / f"test_{file.name}").exists()]
    assert missing == []


def test_that_every_test_of_the_core_is_of_a_file_that_is_there() -> None:
    tests = (file.relative_to(TESTS) for file in TESTS.rglob("test_*.py"))
    strays = [str(file) for file in tests if not (CORE / file.parent / file.name.removeprefix("test_")).exists()]
    assert strays == []


def test_that_the_tests_of_the_core_need_no_fixture_and_wait_for_nothing() -> None:
    for file in TESTS.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert "async def" not in source, file
        assert "@pytest.fixture" not in source, file


def test_that_the_tests_of_the_core_stay_quick() -> None:
    spent = _cpu_of_children()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/core"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert _cpu_of_children() - spent < GENEROUS_S


def _cpu_of_children() -> float:
    """Seconds: what else the machine does at the same time hardly counts."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
