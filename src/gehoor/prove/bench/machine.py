"""What this machine is and does: its conditions, and the time and memory of a process, as the kernel tells them."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Final

from msgspec import Struct

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SYNCS: Final = 100
_LOOKS_S: Final = 0.5
_QUIET_LOAD: Final = 0.5
_QUIET_BUSY: Final = 0.1
_NO_DISK: Final = ("tmpfs", "ramfs", "overlay")


class Conditions(Struct, frozen=True):
    """Under what the figures were found. ``fsync_us``: median of a page written and synced in the folder used;
    ``busy``: the part of all cores that was in use for half a second before the start."""

    cores: int
    processor: str
    kernel: str
    python: str
    sqlite: str
    filesystem: str
    fsync_us: float
    load: float
    busy: float

    @property
    def warnings(self) -> list[str]:
        """What makes the figures mean less."""
        told = []
        if self.load > _QUIET_LOAD or self.busy > _QUIET_BUSY:
            told.append(
                f"The machine was not quiet at the start: load {self.load:.1f}, {self.busy:.0%} of the cores in use."
            )
        if self.filesystem in _NO_DISK[:2]:
            told.append(f"The folder is on {self.filesystem}: nothing is really synced. Set TMPDIR to a real disk.")
        if self.cores < 2:
            told.append("The server and the load generator share one core.")
        return told


def conditions(folder: Path) -> Conditions:
    """Looks at the machine; takes about a second."""
    load = os.getloadavg()[0]
    return Conditions(
        cores=len(os.sched_getaffinity(0)),
        processor=_processor(),
        kernel=platform.release(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        filesystem=_filesystem(folder),
        fsync_us=_fsync_us(folder / "fsync"),
        load=load,
        busy=_busy(),
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _filesystem(folder: Path) -> str:
    inside = folder.resolve()
    found: tuple[int, str] = (0, "unknown")
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, point, kind, *_ = line.split()
        if inside.is_relative_to(point):
            # Of two on the same point the last one is on top.
            found = (
                max(found, (len(point), kind), key=lambda one: one[0]) if len(point) != found[0] else (found[0], kind)
            )
    return found[1]


def _fsync_us(file: Path) -> float:
    took = []
    with file.open("wb", buffering=0) as stream:
        for _ in range(_SYNCS):
            begun = perf_counter()
            stream.write(bytes(4096))
            os.fsync(stream.fileno())
            took.append(perf_counter() - begun)
    file.unlink()
    return median(took) * 1e6


def _busy() -> float:
    idle, total = _idle_and_total()
    sleep(_LOOKS_S)
    idle_then, total_then = _idle_and_total()
    return 1 - (idle_then - idle) / max(total_then - total, 1)


def _idle_and_total() -> tuple[int, int]:
    numbers = [int(one) for one in Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


def cpu_seconds(process: int) -> float:
    """Time in user and kernel mode of all threads of a process and of its children that live, in steps of a
    hundredth."""
    return sum(_ticks(one) for one in family(process)) / _TICKS


def _ticks(process: int) -> int:
    # The name may hold spaces and brackets; what follows the last bracket does not.
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory_mb(process: int) -> tuple[float, float]:
    """PSS and RSS of a process and its children, in megabytes of 1,000,000 bytes."""
    pss, rss = 0, 0
    for one in family(process):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        pss, rss = pss + kilobytes["Pss"], rss + kilobytes["Rss"]
    return pss * 1.024e-3, rss * 1.024e-3


def family(process: int) -> list[int]:
    """A process, its children, and theirs."""
    found = [process]
    for one in found:  # grows while it is read
        for thread in Path(f"/proc/{one}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text(encoding="utf-8").split()]
    return found


def raise_open_files() -> None:
    """As many connections as this machine lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
