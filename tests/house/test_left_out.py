"""A test that could not run is never invisible: the run names it, with what it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NEEDY = """
import pytest
from pathlib import Path

@pytest.mark.browser
def test_that_looks() -> None:
    raise AssertionError("there is no browser to look with")

def test_that_starts_a_browser(chromium: str) -> None:
    raise AssertionError("there is no browser to start")

@pytest.mark.shared("data/questions")
def test_that_reads(shared: Path) -> None:
    raise AssertionError("there is nothing to read")

@pytest.mark.soak
def test_that_takes_long() -> None:
    raise AssertionError("not today")

@pytest.mark.anyio
async def test_that_waits() -> None:
    pass
"""


def test_that_a_run_names_what_it_left_out(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "tests" / "conftest.py", tests)
    (tests / "test_needy.py").write_text(NEEDY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--color=no"],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "GEHOOR_SHARED": "nowhere", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 3 skipped, 1 deselected" in done.stdout
    assert "1 test was left out: needs GEHOOR_SHARED" in done.stdout
    assert "test_needy.py::test_that_reads: needs GEHOOR_SHARED: data/questions" in done.stdout
    assert "2 tests were left out: needs Chromium" in done.stdout
    assert "test_needy.py::test_that_looks: needs Chromium: test_that_looks" in done.stdout
    assert "To run them: run make system." in done.stdout
