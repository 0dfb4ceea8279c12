"""Reads files of others in a process of their own (``child.py``), and ends it when one takes too long."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from gehoor.adapters.articles.intake.blocks import MOST_TEXT, Problem, Reading
from gehoor.adapters.articles.intake.child import BROKEN, FULL, MOST_MEMORY, Asked

TIME_LIMIT_S: Final = 30.0
"""For one file; the largest that is taken needs some seconds."""
_MOST_ANSWER: Final = 20 * MOST_TEXT
_PIECE: Final = 1 << 16


class Reader:
    """Reads one file after another. Use it in a ``with``: at its end the process is gone.

    ``time_limit_s`` is for one file, in seconds; ``most_memory`` for the process, in bytes.
    """

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, most_memory: int = MOST_MEMORY) -> None:
        self._time_limit_s = time_limit_s
        self._most_memory = most_memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: Path, form: str) -> Reading:
        """What is in the file. Never raises for what is in it."""
        child = self._child if self._child is not None and self._child.poll() is None else self._start()
        asked = msgspec.json.encode(Asked(os.fsencode(path.absolute()), form)) + b"\n"
        try:
            answer = self._answer(child, asked)
        except TimeoutError:
            self._end()
            return Reading((), (Problem("", f"it takes longer than {self._time_limit_s:g} seconds to read"),))
        except OSError:
            answer = b""
        try:
            reading = msgspec.json.decode(answer, type=Reading)
        except msgspec.DecodeError:
            # The process fell over the file: a new one for the next.
            self._end()
            return Reading((), (Problem("", f"{BROKEN}, or needs too much memory"),))
        if any(problem.why in (FULL, BROKEN) for problem in reading.problems):
            self._end()
        return reading

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        self._child = subprocess.Popen(  # noqa: S603  our own program, and no word of a file in its arguments
            [sys.executable, "-m", "gehoor.adapters.articles.intake.child", str(self._most_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], asked: bytes) -> bytes:
        if child.stdin is None or child.stdout is None:
            return b""
        child.stdin.write(asked)
        child.stdin.flush()
        pieces: list[bytes] = []
        size, until = 0, time.monotonic() + self._time_limit_s
        while size <= _MOST_ANSWER:
            left = until - time.monotonic()
            if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
                raise TimeoutError
            piece = os.read(child.stdout.fileno(), _PIECE)
            pieces.append(piece)
            size += len(piece)
            if not piece or piece.endswith(b"\n"):
                break
        return b"".join(pieces)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what it no longer reads was still in the pipe
                    continue
        child.wait()
