"""Large tables that are looked up here and there: mapped from a file, so that memory holds only what is used of them.

What is mapped is read back from the file when the machine needs the memory for something else, and most of a table of
sixteen languages is never used by customers who speak three of them.
"""

from __future__ import annotations

import mmap
import tempfile
from typing import Any


def in_a_file(data: Any) -> memoryview | None:
    """The same bytes (of an array, or of anything that has them), mapped from a file without a name. None where no file
    can be had, or it would be empty."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None
