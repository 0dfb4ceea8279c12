"""The real clock, real chance, the open files and the memory of this process."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import secrets
import time
from collections.abc import Iterator
from typing import Final

import structlog

from gehoor.core.ids import spoken_reference
from gehoor.core.time import Instant

_LOG = structlog.get_logger()

# Crockford's base 32 in the order of ASCII, so that ids sort as their numbers do; two letters for each ten bits.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(first + second for first in _LETTERS for second in _LETTERS)
_SHIFTS: Final = tuple(range(120, -1, -10))
_ENOUGH_FILES: Final = 1_000_000
_M_MMAP_THRESHOLD: Final = -3  # of glibc's <malloc.h>
_LARGE_BYTES: Final = 1 << 20


class SystemClock:
    """The time of this machine, which here never goes back.

    When the machine's clock is set back, what people wait for must still come when it was due: an hour back would let
    somebody who waits two minutes wait sixty-two. Until the machine's clock has caught up, time goes on from where it
    was, a tenth slower. A clock that is set forward is followed at once.
    """

    def __init__(self) -> None:
        self._last, self._steady = time.time_ns(), time.monotonic_ns()
        self._told = False

    def now(self) -> Instant:
        """The instant."""
        wall, steady = time.time_ns(), time.monotonic_ns()
        if wall < self._last:
            wall = self._catch_up(wall, steady)
        self._last, self._steady = wall, steady
        return Instant(wall // 1000)

    def _catch_up(self, wall: int, steady: int) -> int:
        behind_s = (self._last - wall) // 1_000_000_000
        if behind_s and not self._told:
            self._told = True
            _LOG.error("the clock of this machine was set back: look at its time service", seconds=behind_s)
        return self._last + max(steady - self._steady, 0) * 9 // 10


def _chance(size: int) -> int:
    """A number of so many random bytes. The same chance as that of ``secrets``, in a third of its time."""
    return int.from_bytes(os.urandom(size))


class SystemIds:
    """Ids in the form of a ULID: 48 bits of time in milliseconds, 80 bits of chance.

    Within one millisecond, or when the clock went back, an id lies a random step above the one before.
    """

    def __init__(self) -> None:
        self._millisecond = 0
        self._last = 0

    def new(self) -> str:
        """A new id: 26 characters, in the order of their making."""
        millisecond = time.time_ns() // 1_000_000
        if millisecond > self._millisecond:
            self._millisecond = millisecond
            self._last = (millisecond << 80) | _chance(10) >> 1
        else:
            self._last += 1 + _chance(8)
        last = self._last
        return "".join([_PAIRS[(last >> shift) & 1023] for shift in _SHIFTS])

    def token(self) -> str:
        """A secret of 256 bits."""
        return secrets.token_urlsafe(32)

    def reference(self) -> str:
        """A reference that can be spoken, with a check digit."""
        return spoken_reference(_chance(8))


_SELDOM: Final = (20_000, 20, 20)
"""When rubbish in circles is looked for: after so many new objects, and so many times the round before."""


def raise_open_files() -> int:
    """Lets this process open as many files as the system allows it; returns how many that is."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = _ENOUGH_FILES if most == resource.RLIM_INFINITY else min(most, _ENOUGH_FILES)
    if allowed == resource.RLIM_INFINITY:
        return reachable
    if allowed < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, most))
    return max(allowed, reachable)


def give_back_large_blocks() -> bool:
    """Has what is large, such as a table that is read and then packed, given back to the system once it is done with.

    By itself glibc learns from the first large block that comes back to keep the next ones, up to 32 MB each, in every
    thread: 45 MB of a server of 305 (measured). Returns whether it could be set: elsewhere than on glibc it cannot.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES))
    except (OSError, AttributeError):
        return False


@contextlib.contextmanager
def collecting_later() -> Iterator[None]:
    """While much is loaded that stays: looking for rubbish among it again and again was a quarter of a start with a
    hundred thousand conversations."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle_memory() -> None:
    """Takes what stays for good out of the collector's rounds, and gives back what start and training left behind.

    Measured: without it a full collection over the articles and modules costs a fifth of the throughput, and 40 ms.
    Messages make no rubbish in circles, so that looking for it as often as usual would be a twentieth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    with contextlib.suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
