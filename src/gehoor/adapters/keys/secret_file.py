"""Files with one secret, which only their owner may read: 32 bytes, or a line that somebody else gave out."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from gehoor.core.errors import StoreFault

_BYTES: Final = 32
_LONGEST_LINE: Final = 1024


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
    found = _read(descriptor, path, _BYTES + 1)
    if len(found) != _BYTES:
        raise StoreFault(f"The key file does not hold 32 bytes. Put the right one back. File: {path}", file=str(path))
    return found


def line_of(path: Path) -> str:
    """The one line of the file, such as a password of another system.

    Raises:
        StoreFault: the file is missing, holds something else, or is open to others; says what to do.
        OSError: the folder cannot be used.
    """
    try:
        found = _read(os.open(path, os.O_RDONLY | os.O_CLOEXEC), path, _LONGEST_LINE + 1).decode()
    except FileNotFoundError as fault:
        raise StoreFault(f"The file with the password is not there. Write it on one line. File: {path}") from fault
    except UnicodeDecodeError as fault:
        raise StoreFault(f"The file with the password is not text. File: {path}", file=str(path)) from fault
    line = found.removesuffix("\n").removesuffix("\r")
    if not line or len(found) > _LONGEST_LINE or "\n" in line:
        raise StoreFault(f"The file with the password must hold one line. File: {path}", file=str(path))
    return line


def _read(descriptor: int, path: Path, most: int) -> bytes:
    """Closes the descriptor."""
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            raise StoreFault(f"Others may read the key file. Run: chmod 600 {path}", file=str(path))
        return file.read(most)


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
