"""Instants and spans as integers of microseconds, always UTC.

Integers sort, compare and store the same on every engine (an aware datetime comes back naive from SQLite).
A naive datetime is refused: nobody knows which moment it means.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NewType
from zoneinfo import ZoneInfo

from gehoor.core.errors import Invalid

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BARE_EPOCH: Final = _EPOCH.replace(tzinfo=None)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime.

    Raises:
        Invalid: the datetime is naive.
    """
    if moment.tzinfo is None:
        raise Invalid("A time without a time zone names no moment.", field="moment")
    return Instant((moment - _EPOCH) // _MICROSECOND)


def later(at: Instant, span: int) -> Instant:
    """The instant ``span`` microseconds after ``at``."""
    return Instant(at + span)


def local(at: Instant, zone: ZoneInfo) -> datetime:
    """The aware local time of an instant."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def iso(at: Instant) -> str:
    """ISO 8601 in UTC with milliseconds: ``2026-11-22T09:14:03.120Z``."""
    return (_BARE_EPOCH + timedelta(microseconds=at)).isoformat(timespec="milliseconds") + "Z"
