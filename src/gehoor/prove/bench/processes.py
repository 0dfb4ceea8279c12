"""Servers and load generators as processes of this one, each ended by its own id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Final

import msgspec
import structlog

from gehoor.core.errors import GehoorError
from gehoor.prove.bench.client import HOST
from gehoor.prove.bench.load import longest
from gehoor.prove.bench.plan import Findings, Found, Plan

_LOG = structlog.get_logger()
_PATIENCE_S: Final = 60.0
_STOP_S: Final = 15.0
_LOOK_S: Final = 0.002
_START: Final = b"POST /api/v1/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
_BODY: Final = b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_HEALTH: Final = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


class Server:
    """A server that runs. ``health_s``, ``conversation_s``: seconds from its start to the first 200 and 201."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self._process = process
        self._log = log
        self.port = port
        self.id = process.pid
        self.health_s = self.conversation_s = 0.0

    def await_answers(self, begun: float) -> None:
        """Asks until it answers.

        Raises:
            GehoorError: it ended, or did not answer in a minute; with the last line that it wrote.
        """
        self._until(_HEALTH, b"200")
        self.health_s = perf_counter() - begun
        self._until(_START + _BODY, b"201")
        self.conversation_s = perf_counter() - begun

    def _until(self, request: bytes, status: bytes) -> None:
        until = monotonic() + _PATIENCE_S
        while _ask(self.port, request) != status:
            if self._process.poll() is not None or monotonic() > until:
                raise GehoorError(f"A server that is measured did not start. {self.last_words()}")
            sleep(_LOOK_S)

    def last_words(self) -> str:
        """The last line that it wrote."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "It said nothing."

    def stop(self, patience: float = _STOP_S) -> None:
        """Ends it, kindly first; not kindly after so many seconds."""
        end(self._process, patience)


def _ask(port: int, request: bytes) -> bytes:
    """The status of an answer, or nothing."""
    try:
        with socket.create_connection((HOST, port), timeout=5) as line:
            line.sendall(request)
            return line.recv(64)[9:12]
    except OSError:
        return b""


def end(process: subprocess.Popen[bytes], patience: float = _STOP_S) -> None:
    """Ends one process that we started, by its id, and not kindly after so many seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            _LOG.warning("a process that was measured did not end by itself", process=process.pid)
        finally:  # too slow, or we are told to hurry
            process.kill()
            process.wait()


@contextlib.contextmanager
def serving(arguments: list[str], environment: Mapping[str, str], folder: Path, port: int) -> Iterator[Server]:
    """A server while it is needed: ``python -m`` with these arguments.

    Args:
        environment: beside our own, from which every GEHOOR_ variable is taken.
        folder: for what it writes on its standard output and error.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")}
    log = folder / f"{port}.log"
    with log.open("wb") as output:
        begun = perf_counter()
        # A session of its own: Ctrl+C comes to us alone, and we end it.
        process = subprocess.Popen(  # noqa: S603  our own programs, by module name
            [sys.executable, "-m", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ours | dict(environment),
            start_new_session=True,
        )
    server = Server(process, port, log)
    try:
        server.await_answers(begun)
        yield server
    finally:
        server.stop()


def generate(plan: Plan) -> list[Found]:
    """Runs one load generator.

    Raises:
        GehoorError: it could not do the plan.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "gehoor.prove.bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(msgspec.json.encode(plan), timeout=longest(plan) + _STOP_S)
        findings = msgspec.json.decode(told, type=Findings)
    except (subprocess.TimeoutExpired, msgspec.DecodeError) as fault:
        raise GehoorError("The load generator failed.") from fault
    finally:
        end(process)
    if findings.fault:
        raise GehoorError(f"The load generator stopped. {findings.fault}")
    return findings.points


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def ending_on_signals() -> Iterator[None]:
    """Turns a request to end into an exception, so that whatever was started is ended first."""

    def ended(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
