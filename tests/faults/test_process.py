"""What the system does to the process: it stands still, has a rival, runs out of files, loses its files, its clock goes
back. Customers lose nothing, and the operator reads why."""

import os
import resource
import shutil
import signal
import time
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.faults.breaking import MovedClock, at_most, read_only, small_disk, stopped
from tests.faults.visitors import GONE, Visitors, clean
from tests.web.browser.house import Server


def test_that_a_server_that_stood_still_goes_on_where_it_was(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one = visitors.begins()
    one.writes("ervoor")
    with stopped(server.pid):
        visitors.client.timeout = httpx.Timeout(1.0)
        assert one.writes("tijdens") is GONE
        assert one.wants_a_person() is GONE
        time.sleep(3)  # real seconds: the process itself must miss them
    visitors.client.timeout = httpx.Timeout(10.0)
    for answer in (one.writes("tijdens"), one.wants_a_person(), one.writes("erna")):
        assert answer is not None
        assert answer.is_success
    assert list(one.shown()) == ["ervoor", "tijdens", "erna"]
    server.kill()
    assert "a request failed" not in server.complaints()
    clean(tmp_path)


def test_that_a_second_process_is_refused_and_the_first_goes_on(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one = visitors.begins()
    one.writes("ervoor")
    rival = Server(tmp_path)
    rival.launch()
    assert rival.wait(30) == 1
    assert f"Another process ({server.pid}) works on this database. One at a time may" in rival.complaints()
    assert one.writes("erna") is not None
    visitors.miss_nothing()
    server.kill()
    server.start()
    visitors.miss_nothing()


def test_that_a_server_without_files_keeps_its_customers_and_says_what_is_wrong(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one = visitors.begins()
    one.writes("ervoor")
    with at_most(server.pid, resource.RLIMIT_NOFILE, _open_files(server)):
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/chat")
        for answer in (one.writes("tijdens"), one.wants_a_person()):
            assert answer is not None
            assert answer.is_success
        _until_it_says(server, "no file can be opened any more")
    assert httpx.get(f"{server.url}/chat").status_code == 200
    visitors.begins().writes("erna")
    visitors.miss_nothing()
    server.kill()
    clean(tmp_path)


def _open_files(server: Server) -> int:
    return sum(1 for _ in Path(f"/proc/{server.pid}/fd").iterdir())


def _until_it_says(server: Server, words: str) -> None:
    end = time.monotonic() + 15
    while words not in server.complaints():
        assert time.monotonic() < end, server.complaints()
        time.sleep(0.1)  # between two looks at the log of another process


def test_that_a_clock_that_is_set_back_an_hour_delays_nobody(tmp_path: Path, prepared: Path) -> None:
    clock = MovedClock(tmp_path)
    server = Server(tmp_path, prepared=prepared, settings=clock.settings)
    server.start()
    try:
        with Visitors(server) as visitors:
            one, later = visitors.begins(), visitors.begins()
            one.writes("ervoor")
            clock.moves("-1h")
            _until_it_says(server, "the clock of this machine was set back")
            one.writes("erna")
            for asks in (one, later, visitors.begins()):
                answer = asks.wants_a_person()
                assert answer is not None
                assert answer.json()["route"]["kind"] == "promise"
            moments = [datetime.fromisoformat(event["at"]) for event in one.reads().json()["events"]]
            assert moments == sorted(moments)
            assert (moments[-1] - moments[0]).total_seconds() < 60
            server.kill()
            server.start()
            one.writes("na een nieuwe start")
            visitors.miss_nothing()
            moments = [datetime.fromisoformat(event["at"]) for event in one.reads().json()["events"]]
            assert moments == sorted(moments)
    finally:
        server.kill()
    clean(tmp_path)


def test_that_a_checkpoint_file_that_cannot_be_used_stops_nobody(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one = visitors.begins()
    one.writes("ervoor")
    file, kept = tmp_path / "data" / "checkpoints.jsonl", tmp_path / "kept"
    _stop(server)
    file.rename(kept)
    file.mkdir()
    server.start()
    one.writes("tijdens")
    _stop(server)
    assert "a checkpoint could not be made" in server.complaints()
    file.rmdir()
    kept.rename(file)
    before = file.read_text(encoding="utf-8")
    server.start()
    visitors.miss_nothing()
    _stop(server)
    kept_lines = file.read_text(encoding="utf-8")
    assert kept_lines.startswith(before)
    assert len(kept_lines) > len(before)
    clean(tmp_path)


def _stop(server: Server) -> None:
    os.kill(server.pid, signal.SIGTERM)
    assert server.wait(30) == 0
    assert "Traceback" not in server.complaints()


def test_that_keys_that_are_gone_are_asked_for_and_nothing_is_taken_for_erased(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    one, keys, away = visitors.begins(), tmp_path / "keys", tmp_path / "away"
    one.writes("ervoor")
    for part in (keys, keys / "master.key", keys / "keys.db"):
        server.kill()
        part.rename(away)
        server.launch()
        assert server.wait(30) == 1
        shutil.rmtree(part, ignore_errors=True)
        away.rename(part)
    told = server.complaints()
    assert told.count("gehoor cannot start:") == 3
    assert told.count("everything would read as erased. Put the keys back in") == 2
    assert "The key file is gone. Without it nothing that is sealed can be read: put it back." in told
    server.start()
    one.writes("erna")
    visitors.miss_nothing()
    server.kill()
    clean(tmp_path)


@pytest.mark.soak
def test_that_keys_that_cannot_be_written_are_named_and_keep_what_there_is(tmp_path: Path, prepared: Path) -> None:
    with small_disk(tmp_path / "keys", 16):
        for part in ("data", "keys"):
            shutil.copytree(prepared / part, tmp_path / part, dirs_exist_ok=True)
        server = Server(tmp_path)
        with read_only(tmp_path / "keys"):
            server.launch()
            assert server.wait(30) == 1
        assert "gehoor cannot start: The keys cannot be used:" in server.complaints()
        server.start()
        with Visitors(server) as visitors:
            visitors.begins().writes("erna")
            visitors.miss_nothing()
        server.kill()
