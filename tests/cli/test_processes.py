"""What a parent knows of its processes, and tells them."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gehoor.cli.processes import HANGS_S, STARTS_S, Child, environment, refuse_sharing
from gehoor.core.errors import Invalid
from gehoor.settings import Settings


@pytest.fixture
def child() -> Iterator[tuple[Child, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    running = subprocess.Popen([sys.executable, "-c", "pass"])
    yield Child(0, running, ours, 100.0), theirs
    running.wait()
    ours.close()
    theirs.close()


def test_that_a_process_that_says_nothing_any_more_hangs(child: tuple[Child, socket.socket]) -> None:
    one, line = child
    line.send(b"..")
    one.listen(200.0)
    assert not one.hangs(200.0 + HANGS_S - 1)
    assert one.hangs(200.0 + HANGS_S + 1)
    line.send(b".")
    one.listen(300.0)
    assert not one.hangs(300.0)


def test_that_a_process_that_starts_gets_time(child: tuple[Child, socket.socket]) -> None:
    one, _ = child
    one.listen(101.0)
    assert not one.hangs(100.0 + STARTS_S)
    assert one.hangs(100.0 + STARTS_S + HANGS_S + 1)


def test_that_an_ended_line_is_no_sign_of_life(child: tuple[Child, socket.socket]) -> None:
    one, line = child
    line.close()
    one.listen(200.0)
    assert one.heard == 0


def test_that_each_process_has_a_port_for_figures_and_only_the_first_takes_bounces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEHOOR_BOUNCE_PORT", "2525")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    settings = Settings(processes=3, metrics_port=9100, bounce_port=2525)
    told = [environment(settings, number) for number in range(3)]
    assert [one["GEHOOR_METRICS_PORT"] for one in told] == ["9100", "9101", "9102"]
    assert [one["GEHOOR_BOUNCE_PORT"] for one in told] == ["2525", "0", "0"]
    assert {one["GEHOOR_PROCESSES"] for one in told} == {"1"}
    assert not any("NOTIFY_SOCKET" in one for one in told), "systemd watches the parent"


def test_that_several_processes_need_postgresql() -> None:
    with pytest.raises(Invalid):
        refuse_sharing(Settings(processes=2))
    refuse_sharing(Settings(processes=1))
    refuse_sharing(Settings(processes=2, database="postgresql://here/gehoor"))
