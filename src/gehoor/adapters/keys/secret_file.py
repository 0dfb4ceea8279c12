"""A file with one secret of 32 bytes, which only its owner may read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from gehoor.core.errors import StoreFault

_BYTES: Final = 32


def secret_of(path: Path, *, may_make: bool) -> bytes:
    """The secret in the file; a new one when there is no file and one may be made.

    Raises:
        StoreFault: the file is missing, of another form, or open to others; says what to do.
        OSError: the folder cannot be used.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as fault:
        if may_make:
            return _make(path)
        raise StoreFault(
            f"The key file is gone. Without it nothing that is sealed can be read: put it back. File: {path}",
            file=str(path),
        ) from fault
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            raise StoreFault(f"Others may read the key file. Run: chmod 600 {path}", file=str(path))
        found = file.read(_BYTES + 1)
    if len(found) != _BYTES:
        raise StoreFault(f"The key file does not hold 32 bytes. Put the right one back. File: {path}", file=str(path))
    return found


def _make(path: Path) -> bytes:
    """Whole or not at all: written under another name, made durable, then named."""
    made = secrets.token_bytes(_BYTES)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return made
