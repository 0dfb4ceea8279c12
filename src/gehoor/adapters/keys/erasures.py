"""The erasure ledger: whose keys were destroyed, in a file that outlives every backup.

One line of JSON for each erasure, chained by hash, written and on the disk before the key goes. No backup of the store
includes it. Whoever puts an older copy of the store or of the keys back, learns from it what must go again. A line
names an owner by id, and says nothing about anybody.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from gehoor.core.errors import StoreFault
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure

_LONGEST_LINE: Final = 4096


class Mark(NamedTuple):
    """A place in the ledger: how many lines, and the hash of the last one."""

    number: int
    head: bytes


NOTHING: Final = Mark(0, GENESIS)


class ErasureFile:
    """The ledger in a file.

    Args:
        path: where it is; made at the first erasure.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> Mark:
        """The place of the last whole line.

        Raises:
            StoreFault: the last line is no line of this ledger.
        """
        if not self.path.exists():
            return NOTHING
        with self.path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - _LONGEST_LINE, 0))
            lines = file.read().split(b"\n")[:-1]
        return Mark(self._read(lines[-1]).number, _head(lines[-1])) if lines else NOTHING

    def add(self, owner: str, at: Instant, after: Mark) -> Mark:
        """Writes one more line, on the disk before this returns.

        Args:
            after: the last place that is known; further than the file goes, when lines of it were lost.

        Raises:
            OSError: it is not written.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # other processes may have the same folder of keys
            after = max(after, self.last())
            told = {"number": after.number + 1, "at": at, "owner": owner, "previous": after.head.hex()}
            line = json.dumps(told, sort_keys=True).encode()
            # What a crash left of a line goes: the key that it was about was not destroyed.
            file.truncate(_whole(file))
            file.seek(0, os.SEEK_END)
            file.write(line + b"\n")
            file.flush()
            os.fsync(descriptor)
        _settle_name(self.path.parent)
        return Mark(after.number + 1, _head(line))

    def erasures(self, after: int = 0) -> list[Erasure]:
        """The lines with a number above ``after``, in order.

        Raises:
            StoreFault: a line was changed, or stands in another place.
        """
        return [Erasure(line.owner, line.at) for line in self._lines() if line.number > after]

    def missing(self) -> list[str]:
        """Which lines are missing, in sentences: a copy of before was put back, or it was lost.

        Raises:
            StoreFault: a line was changed, or stands in another place.
        """
        found, expected = [], 1
        for line in self._lines():
            if line.number != expected:
                found.append(f"Lines {expected} to {line.number - 1} of the erasure ledger are missing.")
            expected = line.number + 1
        return found

    def _lines(self) -> Iterator[_Line]:
        if not self.path.exists():
            return
        head, number = b"", 0
        with self.path.open("rb") as file:
            for row in file:
                if not row.endswith(b"\n"):
                    return
                line = self._read(row[:-1])
                if line.number <= number or (line.number == number + 1 and head and line.previous != head):
                    raise self._fault(f"line {line.number} does not follow the one before it")
                head, number = _head(row[:-1]), line.number
                yield line

    def _read(self, line: bytes) -> _Line:
        try:
            told = json.loads(line)
            return _Line(int(told["number"]), Instant(told["at"]), str(told["owner"]), bytes.fromhex(told["previous"]))
        except (ValueError, KeyError, TypeError) as fault:
            raise self._fault(f"a line cannot be read ({type(fault).__name__})") from fault

    def _fault(self, what: str) -> StoreFault:
        return StoreFault(
            f"The erasure ledger was changed: {what}. Put a copy of it back. File: {self.path}", file=str(self.path)
        )


class _Line(NamedTuple):
    number: int
    at: Instant
    owner: str
    previous: bytes


def _whole(file: BinaryIO) -> int:
    """Where the last whole line ends."""
    end = file.seek(0, os.SEEK_END)
    start = file.seek(max(end - _LONGEST_LINE, 0))
    return start + file.read().rfind(b"\n") + 1


def _head(line: bytes) -> bytes:
    return sha256(line).digest()


def _settle_name(folder: Path) -> None:
    """A new file's name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
