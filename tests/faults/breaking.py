"""What breaks, for real: a disk that fails to sync or is full, a limit of the system, a clock. Nothing is faked inside
the product; where the system does not permit a fault here, the test is skipped and says so."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

PATIENCE_S: Final = 30.0
PAGE: Final = 4096


@contextmanager
def syncs_that_fail(pid: int, log: Path) -> Iterator[None]:
    """Every fsync and fdatasync of a process fails, as those of a disk that breaks."""
    if shutil.which("strace") is None:
        pytest.fail("strace is needed: run make system")
    calls = "fsync,fdatasync"
    fault = ("-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO")
    with log.open("wb") as told:
        tracer = subprocess.Popen(("strace", "-f", "-qq", *fault, "-o", log.with_suffix(".calls"), "-p", str(pid)),
                                  stderr=told)  # fmt: skip
    try:
        _until_traced(pid, tracer, log)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(PATIENCE_S)


def _until_traced(pid: int, tracer: subprocess.Popen[bytes], log: Path) -> None:
    """Until every thread is watched."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if tracer.poll() is not None:
            told = log.read_text(encoding="utf-8")
            if "Operation not permitted" in told:
                pytest.skip("strace may not look at other processes here")
            raise AssertionError(told)
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        if all(f"TracerPid:\t{tracer.pid}\n" in (one / "status").read_text() for one in threads):
            return
        time.sleep(0.01)  # between two looks at another process
    raise AssertionError("strace did not begin")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of its own at the folder, of so many megabytes."""
    folder.mkdir(exist_ok=True)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "gehoor-test", folder)
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(("umount", "--lazy", folder), check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The small disk at the folder takes nothing new, as after a fault of the hardware."""
    subprocess.run(("mount", "-o", "remount,ro", folder), check=True)
    try:
        yield
    finally:
        subprocess.run(("mount", "-o", "remount,rw", folder), check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a byte is free on the disk of the folder."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(PAGE)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def at_most(pid: int, what: int, most: int) -> Iterator[None]:
    """A limit of the system for a process that runs (RLIMIT_FSIZE, RLIMIT_NOFILE)."""
    before = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (most, before[1]))
    try:
        yield
    finally:
        if Path(f"/proc/{pid}").exists():
            resource.prlimit(pid, what, before)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process stands still, as one whose machine was suspended or is far too busy."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class MovedClock:
    """The system's own clock as a process sees it, by libfaketime: what measures spans of time is left alone.

    Args:
        folder: where the file is that says how far it is off.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock-of-the-system"
        self.moves("+0")
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            pytest.fail("libfaketime is needed: run make system")
        self.settings = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def moves(self, by: str) -> None:
        """Such as -1h. The process sees it within a second or two."""
        part = Path(tempfile.mkstemp(dir=self._file.parent)[1])
        part.write_text(f"{by}\n", encoding="ascii")
        part.replace(self._file)
