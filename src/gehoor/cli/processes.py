"""``gehoor serve`` with several processes: one socket that all of them listen on, and a parent that looks after them.

The parent holds the socket, so that nobody is turned away while a process starts again, and does nothing else. The
first process starts alone: it makes what is made once (accounts, keys, the index of the articles). A process that ends
is started again, at once the first time; when the parent ends, however that is, the others stop in good order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

import structlog

from gehoor.core.errors import Invalid
from gehoor.settings import Settings

_LOG = structlog.get_logger()
LOOK_S: Final = 0.1
STARTS_S: Final = 120.0
"""How long the first process may take to start before the others are started all the same."""
STOPS_S: Final = 30.0
"""How long processes may take to stop in good order."""
LONGEST_PAUSE_S: Final = 10.0
SETTLED_S: Final = 10.0
"""Who lived so long had no trouble with starting."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a process gets from its parent: the socket to listen on, and a line that ends with the parent."""

    listening: socket.socket
    line: socket.socket

    @classmethod
    def of(cls, descriptors: str) -> Place:
        """From ``--place LISTENING,LINE``."""
        listening, line = (socket.socket(fileno=int(one)) for one in descriptors.split(","))
        return cls(listening, line)

    def ready(self) -> None:
        """Customers can come; from now on the end of the parent is the end of this process, in good order."""
        self.line.setblocking(False)
        with contextlib.suppress(OSError):
            self.line.send(b"ready")
        loop = asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(self.line)
            os.kill(os.getpid(), signal.SIGTERM)

        loop.add_reader(self.line, ended)


@dataclass(slots=True)
class _Child:
    number: int
    running: subprocess.Popen[bytes]
    line: socket.socket
    began: float
    ready: bool = False


class Parent:
    """Starts processes and keeps them running.

    Args:
        settings: more than one process, on PostgreSQL.

    Raises:
        Invalid: several processes cannot share this store; says what to do.
    """

    def __init__(self, settings: Settings) -> None:
        refuse_sharing(settings)
        self._settings = settings
        self._children: dict[int, _Child] = {}
        self._pauses: dict[int, float] = {}
        self._next: dict[int, float] = {}
        self._stopping = False

    def run(self) -> int:
        """Until it is told to stop. Returns the exit status."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._listening = _listening(self._settings)
        try:
            first = self._start(0)
            if not self._first_is_ready(first):
                return first.running.returncode or (0 if self._stopping else 1)
            for number in range(1, self._settings.processes):
                self._start(number)
            while not self._stopping:
                self._look()
                time.sleep(LOOK_S)
        finally:
            self._end()
        return 0

    def _stop(self, _signal: int, _frame: object) -> None:
        self._stopping = True

    def _first_is_ready(self, child: _Child) -> bool:
        end = time.monotonic() + STARTS_S
        while not self._stopping and time.monotonic() < end:
            if child.running.poll() is not None:
                return False
            if select.select([child.line], [], [], LOOK_S)[0]:
                child.ready = child.line.recv(16) != b""
                return child.ready or child.running.wait() is None
        return not self._stopping

    def _start(self, number: int) -> _Child:
        ours, theirs = socket.socketpair()
        place = f"{self._listening.fileno()},{theirs.fileno()}"
        command = [sys.executable, "-m", "gehoor", "serve", "--place", place]
        running = subprocess.Popen(  # noqa: S603  our own program
            command,
            env=_environment(self._settings, number),
            pass_fds=(self._listening.fileno(), theirs.fileno()),
            start_new_session=True,  # Ctrl+C comes to the parent, which tells them
        )
        theirs.close()
        child = self._children[number] = _Child(number, running, ours, time.monotonic())
        return child

    def _look(self) -> None:
        now = time.monotonic()
        for number, child in list(self._children.items()):
            if child.running.poll() is None:
                continue
            child.line.close()
            del self._children[number]
            lived = now - child.began
            pause = 0.0 if lived >= SETTLED_S else min(max(self._pauses.get(number, 0.0) * 2, 0.5), LONGEST_PAUSE_S)
            self._pauses[number], self._next[number] = pause, now + pause
            _LOG.error("a process ended and is started again", process=number, status=child.running.returncode)
        for number in range(self._settings.processes):
            if number not in self._children and now >= self._next.get(number, 0.0) and not self._stopping:
                self._start(number)

    def _end(self) -> None:
        for child in self._children.values():
            child.running.terminate()
        end = time.monotonic() + STOPS_S
        for child in self._children.values():
            try:
                child.running.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _LOG.error("a process did not stop and is ended", process=child.number)
                child.running.kill()
                child.running.wait()
        self._listening.close()


def refuse_sharing(settings: Settings) -> None:
    """Several processes need a store that they can share.

    Raises:
        Invalid: this one is SQLite.
    """
    if settings.processes > 1 and not (settings.database or settings.database_file):
        raise Invalid(
            "On SQLite exactly one process may work. Set GEHOOR_DATABASE to a PostgreSQL database, or leave "
            "GEHOOR_PROCESSES at 1.",
            field="GEHOOR_PROCESSES",
        )


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as fault:
        listening.close()
        raise Invalid(
            f"Nothing can be taken on {settings.host} port {settings.port}: {fault.strerror}.", field="GEHOOR_PORT"
        ) from fault
    listening.listen(2048)
    listening.set_inheritable(True)
    return listening


def _environment(settings: Settings, number: int) -> dict[str, str]:
    """What a process is told otherwise than its parent: a port for figures of its own, and only the first takes
    bounces."""
    changed = {"GEHOOR_PROCESSES": "1"}
    if settings.metrics_port:
        changed["GEHOOR_METRICS_PORT"] = str(settings.metrics_port + number)
    if number > 0:
        changed["GEHOOR_BOUNCE_PORT"] = "0"
    return os.environ | changed
