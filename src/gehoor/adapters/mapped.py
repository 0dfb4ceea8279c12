"""Large tables that are looked up here and there stand in a file without a name: memory holds what is used of them.

Most of a table of sixteen languages is never used by customers who speak three of them; the machine's own cache of
files keeps the rest as long as it has room.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


def in_a_file(data: Any) -> memoryview | None:
    """The same bytes (of an array, or of anything that has them), mapped from a file. None where no file can be had, or
    it would be empty."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None


class RowsInFile:
    """The rows of a table of bytes, read from a file when they are asked for: a microsecond each. Unlike what is mapped
    they take no memory: around each place that is touched a mapping takes 64 kB more."""

    def __init__(self, table: Bytes) -> None:
        """Raises OSError when no file can be had."""
        self._width = table.shape[1]
        with tempfile.TemporaryFile() as file:
            file.write(table.tobytes())
            file.flush()
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)

    def __getitem__(self, places: npt.NDArray[np.int64]) -> Bytes:
        """Shape (places, width)."""
        file, width = self._file, self._width
        rows = b"".join([os.pread(file, width, place * width) for place in places.tolist()])
        return np.frombuffer(rows, dtype=np.uint8).reshape(-1, width)
