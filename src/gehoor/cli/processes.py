"""``gehoor serve`` with several processes: one socket that all of them listen on, and a parent that looks after them.

The parent holds the socket, so that nobody is turned away while a process starts again, and does nothing else. The
first process starts alone: it makes what is made once (accounts, keys, the index of the articles). A process that ends
is started again, at once the first time; when the parent ends, however that is, the others stop in good order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

import structlog

from gehoor.adapters import logs
from gehoor.adapters.systemd import Notifier
from gehoor.core.errors import Invalid
from gehoor.flows.faults import described
from gehoor.settings import Settings

_LOG = structlog.get_logger()
LOOK_S: Final = 0.1
STARTS_S: Final = 120.0
"""How long the first process may take to start before the others are started all the same."""
BEAT_S: Final = 2.0
HANGS_S: Final = 20.0
"""A process that said nothing for so long is ended, and started again."""
SPARE_S: Final = 10.0
"""How much longer than a process means to take for stopping it may take."""
OF_PARENT: Final = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""Systemd watches the parent, and the parent its processes."""
LONGEST_PAUSE_S: Final = 10.0
SETTLED_S: Final = 10.0
"""Who lived so long had no trouble with starting."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a process gets from its parent: the socket to listen on, a line that ends with the parent, and its number
    among the others, from 1, for its log lines."""

    listening: socket.socket
    line: socket.socket
    number: int

    @classmethod
    def of(cls, descriptors: str) -> Place:
        """From ``--place LISTENING,LINE,NUMBER``."""
        listening, line, number = map(int, descriptors.split(","))
        return cls(socket.socket(fileno=listening), socket.socket(fileno=line), number)

    def ready(self) -> None:
        """Customers can come. From now on the parent hears that this process lives, and the end of the parent is its
        end, in good order."""
        self.line.setblocking(False)
        loop = asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(self.line)
            os.kill(os.getpid(), signal.SIGTERM)

        def beat() -> None:
            with contextlib.suppress(OSError):
                self.line.send(b".")
            loop.call_later(BEAT_S, beat)

        loop.add_reader(self.line, ended)
        beat()


@dataclass(slots=True)
class Child:
    """A process, and the line on which it says that it lives."""

    number: int
    running: subprocess.Popen[bytes]
    line: socket.socket
    began: float
    heard: float = 0.0
    """When it last said that it lives; 0: it is still starting."""

    def listen(self, now: float) -> None:
        """Takes what it said."""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while self.line.recv(256):
                self.heard = now

    def hangs(self, now: float) -> bool:
        """Whether it lives and does nothing any more."""
        return now - (self.heard or self.began + STARTS_S) > HANGS_S


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
        self._children: dict[int, Child] = {}
        self._pauses: dict[int, float] = {}
        self._next: dict[int, float] = {}
        self._stopping = False
        self._notifier = Notifier(os.environ)

    def run(self) -> int:
        """Until it is told to stop. Returns the exit status."""
        # The parent never sees what a customer wrote: there is nothing to mask.
        logs.configure(self._settings.log, self._settings.log_level, 0, str, described)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._listening = _listening(self._settings)
        try:
            first = self._start(0)
            if not self._first_is_ready(first):
                return first.running.returncode or (0 if self._stopping else 1)
            for number in range(1, self._settings.processes):
                self._start(number)
            self._notifier.tell("READY=1")
            while not self._stopping:
                self._look()
                self._notifier.tell("WATCHDOG=1")
                time.sleep(LOOK_S)
            self._notifier.tell("STOPPING=1")
        finally:
            self._end()
        return 0

    def _stop(self, _signal: int, _frame: object) -> None:
        self._stopping = True

    def _first_is_ready(self, child: Child) -> bool:
        end = time.monotonic() + STARTS_S
        while not self._stopping and time.monotonic() < end:
            if child.running.poll() is not None:
                return False
            child.listen(time.monotonic())
            if child.heard:
                return True
            time.sleep(LOOK_S)
        return not self._stopping

    def _start(self, number: int) -> Child:
        ours, theirs = socket.socketpair()
        place = f"{self._listening.fileno()},{theirs.fileno()},{number + 1}"
        command = [sys.executable, "-m", "gehoor", "serve", "--place", place]
        running = subprocess.Popen(  # noqa: S603  our own program
            command,
            env=environment(self._settings, number),
            pass_fds=(self._listening.fileno(), theirs.fileno()),
            start_new_session=True,  # Ctrl+C comes to the parent, which tells them
        )
        theirs.close()
        ours.setblocking(False)
        child = self._children[number] = Child(number, running, ours, time.monotonic())
        return child

    def _look(self) -> None:
        now = time.monotonic()
        for number, child in list(self._children.items()):
            child.listen(now)
            if child.hangs(now):
                _LOG.error("a process hangs and is ended", process=number + 1)
                child.running.kill()
                child.running.wait()
            if child.running.poll() is None:
                continue
            child.line.close()
            del self._children[number]
            lived = now - child.began
            pause = 0.0 if lived >= SETTLED_S else min(max(self._pauses.get(number, 0.0) * 2, 0.5), LONGEST_PAUSE_S)
            self._pauses[number], self._next[number] = pause, now + pause
            status = child.running.returncode
            _LOG.error("a process ended and is started again", process=number + 1, status=status)
        for number in range(self._settings.processes):
            if number not in self._children and now >= self._next.get(number, 0.0) and not self._stopping:
                self._start(number)

    def _end(self) -> None:
        for child in self._children.values():
            child.running.terminate()
        end = time.monotonic() + self._settings.stop_seconds + SPARE_S
        for child in self._children.values():
            try:
                child.running.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _LOG.error("a process did not stop and is ended", process=child.number + 1)
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


def environment(settings: Settings, number: int) -> dict[str, str]:
    """What a process is told otherwise than its parent: a port for figures of its own, and only the first takes
    bounces."""
    changed = {"GEHOOR_PROCESSES": "1"}
    if settings.metrics_port:
        changed["GEHOOR_METRICS_PORT"] = str(settings.metrics_port + number)
    if number > 0:
        changed["GEHOOR_BOUNCE_PORT"] = "0"
    kept = {name: value for name, value in os.environ.items() if name not in OF_PARENT}
    return kept | changed
