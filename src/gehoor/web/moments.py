"""A moment in words, for pages that the server makes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gehoor.core.guarantee.fallback import spoken


def clock(iso: str, language: str, zone: str = "Europe/Amsterdam") -> str:
    """The time of day of an ISO instant: "9.14" in Dutch, "9:14" in other languages."""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    return f"{local.hour}.{local.minute:02d}" if language == "nl" else f"{local.hour}:{local.minute:02d}"


def moment(iso: str, language: str, zone: str = "Europe/Amsterdam") -> str:
    """An ISO instant as people say it, in the organisation's time zone."""
    return spoken(datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)), language)
