"""When customers come: a year of a housing corporation, hour by hour, with evening peaks, frost and a storm.

52,000 homes and 270,000 contacts a year, two thirds of them by telephone (norms.md, HOU-4: practice of one Dutch
corporation). The shape of a week and of a day is our own estimate: a Monday peak, a morning peak on the telephone, an
evening peak on the website. Arrivals of an hour are Poisson.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from gehoor.core.conversation.model import Channel
from gehoor.core.hours import OpeningHours
from gehoor.core.time import HOUR, Instant, instant
from gehoor.prove.simulate.causes import CAUSES, STORM, Cause

A_YEAR: Final = 270_000
PHONE: Final = 2 / 3
_WEEK: Final = (1.25, 1.1, 1.0, 1.0, 0.9, 0.25, 0.2)
_PHONE_HOURS: Final = {8: 1.1, 9: 1.5, 10: 1.4, 11: 1.2, 12: 0.8, 13: 0.9, 14: 1.1, 15: 1.0, 16: 0.7}
_WEB_HOURS: Final = {
    **{0: 0.15, 1: 0.08, 2: 0.05, 3: 0.05, 4: 0.05, 5: 0.1, 6: 0.3, 7: 0.6, 8: 1.2, 9: 1.6, 10: 1.6, 11: 1.4},
    **{12: 1.2, 13: 1.2, 14: 1.2, 15: 1.1, 16: 1.1, 17: 1.0, 18: 1.2, 19: 1.7, 20: 1.9, 21: 1.5, 22: 0.9, 23: 0.4},
}
_FROST_CHANCE: Final = 0.15
_COLD_MONTHS: Final = (12, 1, 2)
_FROST: Final = {"volume": 1.4, "cold": 7.0}
STORM_REQUESTS: Final = 2000
STORM_HOURS: Final = (10, 12)
STORM_PART: Final = 0.6
STORM_LIFE: Final = 0.02
"""The part of a storm's requests in which somebody's life is in danger."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One customer who comes at an instant, about something, through a channel. ``asks``: for a person, at once."""

    at: Instant
    cause: Cause
    channel: Channel
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Weather:
    """What kind of day it is."""

    frost: bool = False
    storm: bool = False


def arrivals(day: date, hours: OpeningHours, a_year: float, weather: Weather, chance: Random) -> list[Arrival]:
    """Everybody who comes on one day, in order. The telephone is answered within the opening hours only."""
    part = _WEEK[6] if day in hours.closed else _WEEK[day.weekday()]
    volume = a_year / 365 * 7 * part * (_FROST["volume"] if weather.frost else 1.0)
    blocks = hours.blocks(day)
    phone = {
        hour: part for hour, part in _PHONE_HOURS.items() if any(b.start.hour <= hour < b.end.hour for b in blocks)
    }
    causes = _Chooser(CAUSES, weather.frost)
    found = [
        *_come(day, hours, phone, volume * PHONE / sum(_WEEK[:5]), Channel.PHONE, causes, chance),
        *_come(day, hours, _WEB_HOURS, volume * (1 - PHONE) / sum(_WEEK), Channel.WEB, causes, chance),
    ]
    if weather.storm:
        found += _storm(day, hours, causes, chance)
    return sorted(found, key=lambda one: one.at)


def weather_of(day: date, chance: Random) -> Weather:
    """Frost on some days of winter."""
    return Weather(frost=day.month in _COLD_MONTHS and chance.random() < _FROST_CHANCE)


def _come(
    day: date,
    hours: OpeningHours,
    shape: dict[int, float],
    number: float,
    channel: Channel,
    causes: _Chooser,
    chance: Random,
) -> Iterator[Arrival]:
    whole = sum(shape.values())
    for hour, part in shape.items():
        start = instant(datetime.combine(day, time(hour), tzinfo=hours.zone))
        for at in _poisson(start, number * part / whole, chance):
            yield Arrival(at, causes.one(chance), channel)


def _poisson(start: Instant, mean: float, chance: Random) -> Iterator[Instant]:
    """The moments of one hour in which ``mean`` arrivals are expected."""
    at = chance.expovariate(mean) if mean > 0 else 1.0
    while at < 1.0:
        yield Instant(start + int(at * HOUR))
        at += chance.expovariate(mean)


def _storm(day: date, hours: OpeningHours, causes: _Chooser, chance: Random) -> Iterator[Arrival]:
    """Requests in two hours, most of them about five causes; half by telephone."""
    first = instant(datetime.combine(day, time(STORM_HOURS[0]), tzinfo=hours.zone))
    blown, in_danger = _Chooser(STORM, False), _Chooser([one for one in CAUSES if one.life], False)
    for _ in range(STORM_REQUESTS):
        at = Instant(first + int(chance.random() * (STORM_HOURS[1] - STORM_HOURS[0]) * HOUR))
        part = chance.random()
        chooser = blown if part < STORM_PART else in_danger if part > 1 - STORM_LIFE else causes
        channel = Channel.PHONE if chance.random() < 0.5 else Channel.WEB
        yield Arrival(at, chooser.one(chance), channel, asks=True)


class _Chooser:
    """Draws causes by their share; what has to do with the cold comes more often in frost."""

    def __init__(self, causes: Sequence[Cause], frost: bool) -> None:
        self._causes = causes
        self._sums = tuple(accumulate(one.share * (_FROST["cold"] if one.cold and frost else 1.0) for one in causes))

    def one(self, chance: Random) -> Cause:
        """One cause."""
        return chance.choices(self._causes, cum_weights=self._sums)[0]


def days_from(first: date, number: int) -> Iterator[date]:
    """So many days in a row."""
    return (first + timedelta(days=offset) for offset in range(number))
