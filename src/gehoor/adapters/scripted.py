"""A clock that stands still and ids that count: for tests and for repeating what happened."""

from __future__ import annotations

from typing import Final

from gehoor.core.ids import spoken_reference
from gehoor.core.time import HOUR, Instant

MONDAY_MORNING: Final = Instant(1_795_424_400_000_000)
"""Monday 23 November 2026, 10:00 in Amsterdam."""


class FixedClock:
    """The time is what it was last set to."""

    def __init__(self, at: Instant = MONDAY_MORNING) -> None:
        self._at = at

    def now(self) -> Instant:
        """The instant."""
        return self._at

    def set(self, at: Instant) -> None:
        """Makes it this instant."""
        self._at = at

    def forward(self, span: int = HOUR) -> Instant:
        """Lets ``span`` microseconds pass, and returns the instant then."""
        self._at = Instant(self._at + span)
        return self._at


class CountingIds:
    """The first id is the first, the second the second. Nothing about them is secret."""

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def new(self) -> str:
        """A new id: 26 characters, in the order of their making."""
        return f"{self._next():026d}"

    def token(self) -> str:
        """Something that looks like a token."""
        return f"token-{self._next():037d}"

    def reference(self) -> str:
        """A reference that can be spoken, with a check digit."""
        return spoken_reference(self._next())
