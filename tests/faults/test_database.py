"""PostgreSQL stands still, is away, or its disk is full: customers hear whom to call, nothing acknowledged is lost, and
the server goes on by itself."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.faults.breaking import full, small_disk
from tests.faults.visitors import GONE, Visitor, Visitors, sends_elsewhere
from tests.postgres_server import PostgresServer
from tests.web.browser.house import Server

PATIENCE_S = 40.0


@contextmanager
def house_on(folder: Path, database: PostgresServer) -> Iterator[tuple[Server, Visitors]]:
    server = Server(folder, settings={"GEHOOR_DATABASE": database.database()})
    server.start(60)
    try:
        with Visitors(server, timeout_s=20.0) as visitors:
            yield server, visitors
    finally:
        server.kill()


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    """One of our own, which may be stopped and killed; it runs again after each test."""
    with PostgresServer() as server:
        yield server


def is_kept(one: Visitor, text: str) -> None:
    """Sends words as a page does: again, until they are acknowledged."""
    _again(lambda: one.writes(text))


def is_heard(one: Visitor) -> None:
    """Asks for a person in the same way."""
    _again(one.wants_a_person)


def _again(sends: Callable[[], httpx.Response | None]) -> None:
    end = time.monotonic() + PATIENCE_S
    while (answer := sends()) is None or not answer.is_success:
        assert time.monotonic() < end, "the server did not go on"
        time.sleep(0.2)  # as a page waits before it sends again


def ends_well(server: Server, visitors: Visitors) -> None:
    """Everything is there, now and after a new start; nothing in the log that nobody foresaw."""
    visitors.miss_nothing()
    server.kill()
    server.start(60)
    visitors.miss_nothing()
    assert "Traceback" not in server.complaints()
    assert "gehoor ends" not in server.complaints()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, database: PostgresServer) -> Iterator[tuple[Server, Visitors]]:
    """A server on it, with its customers; each test leaves it running."""
    with house_on(tmp_path_factory.mktemp("house"), database) as made:
        yield made


def test_that_a_database_that_stands_still_is_told_and_goes_on(
    database: PostgresServer, house: tuple[Server, Visitors]
) -> None:
    server, visitors = house
    one, asks = visitors.begins(), visitors.begins()
    is_kept(one, "ervoor")
    database.pause()
    try:
        sends_elsewhere(one.writes("tijdens"), "store_away")
        sends_elsewhere(asks.wants_a_person(), "store_away")
        told = httpx.get(f"{server.url}/health/ready", timeout=10.0)
    finally:
        database.resume()
    assert told.status_code == 503
    assert "Look at the disk or the database." in told.text or "Look at the log" in told.text
    assert "the database is away" in server.complaints()
    is_kept(one, "tijdens")
    is_kept(one, "erna")
    assert list(one.shown()) == ["ervoor", "tijdens", "erna"]
    is_heard(asks)
    visitors.miss_nothing()


def away_for(database: PostgresServer, house: tuple[Server, Visitors], seconds: float) -> None:
    """The database is stopped in good order, and comes back."""
    server, visitors = house
    before = server.complaints().count("the database is away")
    one, asks = visitors.begins(), visitors.begins()
    is_kept(one, "ervoor")
    database.stop()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sends_elsewhere(one.writes("tijdens"), "store_away")
        sends_elsewhere(asks.wants_a_person(), "store_away")
        time.sleep(1)  # customers try again
    assert httpx.get(f"{server.url}/health", timeout=10.0).status_code == 200
    assert httpx.get(f"{server.url}/health/ready", timeout=10.0).status_code == 503
    database.start()
    is_kept(one, "tijdens")
    is_heard(asks)
    assert server.complaints().count("the database is away") == before + 1, "once is enough"
    assert "the database is back" in server.complaints()
    ends_well(server, visitors)


def test_that_a_database_that_is_away_for_a_while_is_waited_for(
    database: PostgresServer, house: tuple[Server, Visitors]
) -> None:
    away_for(database, house, 3)


@pytest.mark.soak
def test_that_a_database_that_is_away_for_20_seconds_is_waited_for(
    database: PostgresServer, house: tuple[Server, Visitors]
) -> None:
    away_for(database, house, 20)


@pytest.mark.soak
def test_that_a_database_on_a_full_disk_refuses_and_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Path(tempfile.mkdtemp(prefix="gehoor-disk-"))
    with small_disk(disk, 200):
        disk.chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with PostgresServer() as small, house_on(tmp_path, small) as (server, visitors):
            one = visitors.begins()
            is_kept(one, "er is ruimte")
            with full(disk):
                sends_elsewhere(_until_refused(one), "store_away")
            assert "The disk of the database is full. Make room on it." in server.complaints()
            is_kept(one, "er is weer ruimte")
            ends_well(server, visitors)
    disk.rmdir()


def _until_refused(one: Visitor) -> httpx.Response | None:
    for number in range(500):
        answer = one.writes(f"vol {number}" + "." * 3000)
        if answer is None or answer.status_code != 201:
            return answer
    raise AssertionError("there was room for everything")


@pytest.mark.soak
def test_that_kill_9_of_the_server_and_of_its_database_at_once_loses_nothing(
    tmp_path: Path, database: PostgresServer
) -> None:
    with house_on(tmp_path, database) as (server, visitors):
        one, asks = visitors.begins(), visitors.begins()
        is_kept(one, "ervoor")
        is_heard(asks)
        os.kill(server.pid, signal.SIGKILL)
        database.kill()
        assert one.writes("tijdens") is GONE
        server.kill()
        database.start()
        server.start(60)
        is_kept(one, "tijdens")
        is_heard(asks)
        ends_well(server, visitors)
