"""What systemd is told."""

import asyncio
import socket
from pathlib import Path

import pytest

from gehoor.adapters.systemd import Notifier

pytestmark = pytest.mark.anyio


@pytest.fixture
def line(tmp_path: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.bind(str(tmp_path / "notify"))
    one.setblocking(False)
    return one


def heard(line: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(line.recv(100).decode())
        except BlockingIOError:
            return found


async def test_that_a_server_says_that_it_is_ready_and_then_that_it_lives(line: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": line.getsockname(), "WATCHDOG_USEC": "20000"})
    work = asyncio.create_task(notifier.run())
    await asyncio.sleep(0.1)
    work.cancel()
    first, *rest = heard(line)
    assert first == "READY=1"
    assert len(rest) >= 2
    assert set(rest) == {"WATCHDOG=1"}
    line.close()


async def test_that_without_a_watchdog_ready_is_all(line: socket.socket) -> None:
    await Notifier({"NOTIFY_SOCKET": line.getsockname()}).run()
    assert heard(line) == ["READY=1"]
    line.close()


async def test_that_without_systemd_nothing_is_told_and_nothing_fails(tmp_path: Path) -> None:
    await Notifier({}).run()
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")
