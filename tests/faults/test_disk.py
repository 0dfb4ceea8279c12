"""A disk that fails or is full: nothing acknowledged is lost, customers hear whom to call, the operator what to do."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gehoor.cli.serve import FAILED
from tests.faults.breaking import at_most, full, small_disk, syncs_that_fail
from tests.faults.visitors import Visitor, Visitors, clean, sends_elsewhere
from tests.web.browser.house import Server


def test_that_nothing_is_acknowledged_after_a_sync_that_failed(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one, other = visitors.begins(), visitors.begins()
    one.writes("voor het defect")
    with syncs_that_fail(server.pid, tmp_path / "strace"):
        sends_elsewhere(one.writes("tijdens het defect"), "store_fault")
        assert server.wait(10) == FAILED
    assert "The disk failed. Nothing after this is stored. Check the disk" in server.complaints()
    log = tmp_path / "data" / "gehoor.db-wal"
    left = log.stat().st_size
    server.start()
    assert log.stat().st_size < left, "what was not synced must be written again before anything is acknowledged"
    visitors.miss_nothing()
    for text in ("tijdens het defect", "tijdens het defect", "na het defect"):
        assert one.writes(text) is not None
    other.wants_a_person()
    assert list(one.shown()) == ["voor het defect", "tijdens het defect", "na het defect"]
    server.kill()
    clean(tmp_path)


def test_that_a_new_conversation_is_not_acknowledged_when_its_key_cannot_be_synced(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    visitors.begins().writes("voor het defect")
    with syncs_that_fail(server.pid, tmp_path / "strace"):
        sends_elsewhere(visitors.client.post("/api/v1/conversations", json={}))
        assert server.wait(10) == FAILED
    assert "gehoor ends" in server.complaints()
    server.start()
    visitors.miss_nothing()
    visitors.begins().writes("na het defect")
    visitors.miss_nothing()


@contextmanager
def house_on_small_disk(folder: Path, prepared: Path, which: str) -> Iterator[Server]:
    """A server, not started, of which one of the folders is a disk of 16 MB."""
    with small_disk(folder / which, 16):
        for part in ("data", "keys"):
            shutil.copytree(prepared / part, folder / part, dirs_exist_ok=True)
        server = Server(folder)
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.parametrize("which", ["data", pytest.param("keys", marks=pytest.mark.soak)])
def test_that_a_full_disk_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room(
    tmp_path: Path, prepared: Path, which: str
) -> None:
    with house_on_small_disk(tmp_path, prepared, which) as server:
        server.start()
        with Visitors(server) as visitors:
            one, asks = visitors.begins(), visitors.begins()
            one.writes("er is ruimte")
            with full(tmp_path / which):
                if which == "data":
                    sends_elsewhere(_until_refused(one), "store_away")
                    sends_elsewhere(asks.wants_a_person(), "store_away")
                    told = visitors.client.get("/health/ready").json()["findings"]
                    assert "disk" in {finding["check"] for finding in told}
                sends_elsewhere(_begins_until_refused(visitors), "store_away")
                visitors.miss_nothing()
            assert "is full. " in server.complaints()
            for again in (one.writes("er is weer ruimte"), asks.wants_a_person(), visitors.begins().writes("nieuw")):
                assert again is not None
                assert again.status_code == 201
            visitors.miss_nothing()
        server.kill()
        clean(tmp_path)


def _until_refused(one: Visitor) -> httpx.Response | None:
    """Words, until there is no room for them any more."""
    for number in range(200):
        answer = one.writes(f"vol {number}" + "." * 1000)
        if answer is None or answer.status_code != 201:
            return answer
    raise AssertionError("there was room for everything")


def _begins_until_refused(visitors: Visitors) -> httpx.Response:
    """New conversations, until there is no room for a key any more."""
    for _ in range(200):
        answer = visitors.client.post("/api/v1/conversations", json={})
        if answer.status_code != 201:
            return answer
    raise AssertionError("there was room for everything")


def test_that_a_server_on_a_full_disk_says_so_when_it_starts(tmp_path: Path, prepared: Path) -> None:
    with house_on_small_disk(tmp_path, prepared, "data") as server:
        for rest in (tmp_path / "data").glob("gehoor.db-*"):
            rest.unlink()
        with full(tmp_path / "data"):
            server.launch()
            assert server.wait(30) == 1
        assert "gehoor cannot start: The disk is full." in server.complaints()
        server.start()


@pytest.mark.soak
def test_that_a_limit_on_the_size_of_files_loses_nothing(server: Server, visitors: Visitors, tmp_path: Path) -> None:
    one = visitors.begins()
    one.writes("voor de grens")
    with at_most(server.pid, resource.RLIMIT_FSIZE, 8192):
        sends_elsewhere(one.writes("over de grens"))
        assert server.wait(10) == FAILED
    assert "The disk failed" in server.complaints()
    server.start()
    visitors.miss_nothing()
    assert one.writes("over de grens") is not None
    assert list(one.shown()) == ["voor de grens", "over de grens"]
    server.kill()
    clean(tmp_path)
