"""The file of checkpoints: lines that are only added."""

from __future__ import annotations

import os
from pathlib import Path


def last_line(file: Path) -> str:
    """The last whole line; what a crash left of another one is not a checkpoint."""
    whole, _, _torn = (file.read_text(encoding="utf-8") if file.exists() else "").rpartition("\n")
    return whole.rpartition("\n")[2]


def append_line(file: Path, line: str) -> None:
    """One line, on the disk before this returns. It begins on a new line, also after a torn one."""
    with file.open("a+b") as stream:
        stream.seek(0, os.SEEK_END)
        if stream.tell() > 0:
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        stream.write(line.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
