"""Opening hours, closing days and clocks of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gehoor.adapters.policy_file.fields import Fields, a_day, fault
from gehoor.core.errors import PolicyFault
from gehoor.core.hours import MIDNIGHT, Block, OpeningHours
from gehoor.core.policy import AnswerTerms, Clocks, Profile, PromiseTerms, Widening
from gehoor.core.time import MINUTE, SECOND

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?- ?([01]?\d|2[0-4]):([0-5]\d)")
_LONGEST_S: Final = 31 * 24 * 3600
_LONGEST_MIN: Final = 24 * 60
_TERMS: Final = fields(AnswerTerms)
_YEARS: Final = 3
"""Public holidays are known for this year and the next two: 53 weeks from any day end within them."""


def read_hours(found: Fields, today: date, faults: list[PolicyFault]) -> OpeningHours:
    """The week, the days that are closed, the days with hours of their own. ``faults``: what is worth mending."""
    zone = _zone(found)
    week = tuple(tuple(_blocks(found.items(day))) for day in DAYS)
    closed = set(_public_holidays(found, today))
    for place, day in found.days("closed"):
        if day < today:
            faults.append(fault(place, "This day is over.", "day_over"))
        closed.add(day)
    other = dict(_other_days(found.inner("other", required=False)))
    found.refuse_the_rest()
    return OpeningHours(week, frozenset(closed), zone, other)


def span(place: str, value: object) -> tuple[time, time]:
    """Two times of the day; 24:00 is the midnight at its end."""
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise fault(place, "This must be two times, such as 08:00-17:00, in quotes.", "span")
    hour, minute, to_hour, to_minute = map(int, match.groups())
    return time(hour, minute), time(to_hour % 24, to_minute)


def _zone(found: Fields) -> ZoneInfo:
    try:
        return ZoneInfo(found.text("zone"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise fault(found.at("zone"), "This is not a time zone, such as Europe/Amsterdam.", "no_zone") from error


def _blocks(items: list[tuple[str, object]]) -> Iterator[Block]:
    end: time | None = time(0)
    for place, value in items:
        start, until = span(place, value)
        if until != MIDNIGHT and start >= until:
            raise fault(place, "This block must end after it starts.", "block_order")
        if end is None or start < end:
            raise fault(place, "This block must start after the one before it has ended.", "block_overlap")
        end = None if until == MIDNIGHT else until
        yield Block(start, until)


def _other_days(found: Fields) -> Iterator[tuple[date, tuple[Block, ...]]]:
    for key, place, value in found.rest():
        day = a_day(place, key)
        if not isinstance(value, list):
            raise fault(place, "This must be a list.")
        yield day, tuple(_blocks([(f"{place}[{number}]", one) for number, one in enumerate(value)]))


def _public_holidays(found: Fields, today: date) -> frozenset[date]:
    country = found.take("public_holidays", required=False)
    if country is None:
        return frozenset()
    if country != "NL":
        raise fault(found.at("public_holidays"), "Only NL is known.", "no_country")
    return _dutch_holidays(today.year)


@lru_cache(maxsize=4)
def _dutch_holidays(first: int) -> frozenset[date]:
    # Only here: the import costs more than all the rest of this module.
    from holidays import country_holidays

    return frozenset(country_holidays("NL", years=range(first, first + _YEARS)))


def read_clocks(found: Fields) -> Clocks:
    """How long each step may take, in seconds."""
    standard = Clocks()
    chosen = {
        one.name: SECOND * found.number(one.name, 1, _LONGEST_S, getattr(standard, one.name) // SECOND)
        for one in fields(Clocks)
    }
    found.refuse_the_rest()
    return Clocks(**chosen)


def read_promises(found: Fields, profile: Profile) -> PromiseTerms:
    """What may be promised: days as they are written, spans in minutes, a share in percent. The ceiling is not looked
    at here."""
    standard = PromiseTerms()
    terms = PromiseTerms(
        answer_days=found.number("answer_days", 0, 99, profile.answer_days),
        callback_days=found.number("callback_days", 0, 99, profile.callback_days),
        email_days=found.number("email_days", 0, 99, profile.email_days),
        window=_minutes(found, "window", 5, standard.window),
        lead=_minutes(found, "lead", 0, standard.lead),
        handling=_minutes(found, "handling", 1, standard.handling),
        share=found.number("share", 1, 100, standard.share),
        remind=_minutes(found, "remind", 0, standard.remind),
    )
    found.refuse_the_rest()
    return terms


def read_terms(found: Fields) -> AnswerTerms:
    """Within how many days who complains, objects or asks about their data is answered. The ceiling is not looked at
    here."""
    standard = AnswerTerms()
    terms = AnswerTerms(**{one.name: found.number(one.name, 1, 999, getattr(standard, one.name)) for one in _TERMS})
    found.refuse_the_rest()
    return terms


def read_widening(found: Fields) -> Widening:
    """After how long a need no longer counts, in seconds."""
    standard = Widening()
    widening = Widening(
        language=SECOND * found.number("language", 0, _LONGEST_S, standard.language // SECOND),
        skill=SECOND * found.number("skill", 0, _LONGEST_S, standard.skill // SECOND),
    )
    found.refuse_the_rest()
    return widening


def _minutes(found: Fields, key: str, least: int, default: int) -> int:
    return MINUTE * found.number(key, least, _LONGEST_MIN, default // MINUTE)
