"""The one day that a question plainly asks about, in Dutch or English; in doubt none.

What is recognised is taken out of the text piece by piece, the longest names first. Whatever then still speaks of time
in another way ("na kerst", "het weekend", "volgende maand") makes the day doubtful, and so does a second day: a wrong
day is worse than none, because what is said of none is said of now.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Final

from gehoor.core.text import normalise

_WEEKDAYS: Final = (
    *(("maandag", 0), ("dinsdag", 1), ("woensdag", 2), ("donderdag", 3), ("vrijdag", 4), ("zaterdag", 5)),
    *(("zondag", 6), ("monday", 0), ("tuesday", 1), ("wednesday", 2), ("thursday", 3), ("friday", 4)),
    *(("saturday", 5), ("sunday", 6)),
)
_MONTHS: Final = (
    *(("januari", 1), ("februari", 2), ("maart", 3), ("april", 4), ("mei", 5), ("juni", 6), ("juli", 7)),
    *(("augustus", 8), ("september", 9), ("oktober", 10), ("november", 11), ("december", 12)),
    *(("january", 1), ("february", 2), ("march", 3), ("may", 5), ("june", 6), ("july", 7), ("august", 8)),
    ("october", 10),
)
_NUMBERS: Final = dict((*_WEEKDAYS, *_MONTHS))
_WEEKDAY: Final = "|".join(name for name, _ in _WEEKDAYS)
_MONTH: Final = "|".join(name for name, _ in _MONTHS)
_PART: Final = r"(?:\s?(?:ochtend|morgen|middag|namiddag|voormiddag|avond|morning|afternoon|evening))?"
_YEAR: Final = r"(?: (?P<year>20\d\d))?"


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _kings_day(year: int) -> date:
    """27 April, or the day before when that is a Sunday."""
    day = date(year, 4, 27)
    return date(year, 4, 26) if day.weekday() == 6 else day


def _around_easter(days: int) -> Callable[[int], date]:
    return lambda year: _easter(year) + timedelta(days=days)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


_FIRST: Final = "(?:eerste|1e|1ste|first|1st)"
_SECOND: Final = "(?:tweede|2e|2de|second|2nd)"
_HOLIDAYS: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b{_YEAR}"), on)
    for pattern, on in (
        ("oude?jaars?(?:dag|avond)?|new year'?s eve", _fixed(12, 31)),
        ("nieuwjaars?(?:dag)?|new year'?s day", _fixed(1, 1)),
        ("goede vrijdag|good friday", _around_easter(-2)),
        (f"{_FIRST} paasdag|paaszondag|easter sunday", _around_easter(0)),
        (f"{_SECOND} paasdag|paasmaandag|easter monday", _around_easter(1)),
        ("koningsdag|king'?s ?day", _kings_day),
        ("bevrijdingsdag|liberation day", _fixed(5, 5)),
        ("hemelvaart(?:s?dag|sdonderdag)?|ascension day", _around_easter(39)),
        (f"{_FIRST} pinksterdag|pinksterzondag|whit sunday", _around_easter(49)),
        (f"{_SECOND} pinksterdag|pinkstermaandag|whit monday|pentecost monday", _around_easter(50)),
        ("kerstavond|christmas eve", _fixed(12, 24)),
        (f"{_SECOND} kerstdag|boxing day|{_SECOND} christmas day", _fixed(12, 26)),
        (f"{_FIRST} kerstdag|(?:{_FIRST} )?christmas day", _fixed(12, 25)),
    )
)
_DATES: Final = (
    re.compile(rf"(?<![\d.:])\b(?P<day>\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b{_YEAR}"),
    # "May 5 people come?" is no date; "May 5th" is one.
    re.compile(rf"\b(?!may \d+\b)(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d),?{_YEAR}"),
)
_GREETINGS: Final = re.compile(
    r"\b(?:goede?n?|goeie|goei|guten?) ?(?:morgen|middag|avond|dag)\b|^morgen ?[,.!]"
    r"|\b(?:fijne|prettige|nice) (?:dag|avond|middag|weekend|day|evening)\b"
)
_NEXT_WEEK: Final = re.compile(
    rf"\b(?:volgende week|next week)(?: op| on)? (?P<a>{_WEEKDAY}){_PART}\b"
    rf"|\b(?P<b>{_WEEKDAY}){_PART},? (?:in |van |of )?(?:volgende week|next week)\b"
)
_THIS_WEEK: Final = re.compile(
    rf"\bdeze week(?: op)? (?P<a>{_WEEKDAY}){_PART}\b|\b(?P<b>{_WEEKDAY}){_PART},? (?:van )?(?:deze week|this week)\b"
)
_COMING: Final = re.compile(
    rf"\b(?:aanstaande|komende|eerstvolgende|coming) (?P<a>{_WEEKDAY}){_PART}\b|\b(?P<b>{_WEEKDAY}){_PART} aanstaande\b"
)
_BARE: Final = re.compile(rf"\b(?P<a>{_WEEKDAY}){_PART}\b(?P<b>)")
_NEAR: Final = (
    (2, re.compile(r"\bovermorgen\b|\b(?:the )?day after tomorrow\b")),
    (0, re.compile(r"\bvandaag\b|\bvan(?:ochtend|morgen|middag|avond)\b|\bdeze (?:ochtend|morgen|middag|avond)\b")),
    (0, re.compile(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|\bnu\b|\bmomenteel\b|\bnow\b")),
    # "De morgen", "van morgen", "elke morgen" and "am Morgen" are the morning, or may be.
    (1, re.compile(r"(?<!\bde )(?<!\bvan )(?<!\belke )(?<!\biedere )(?<!\bam )(?<!\bs )\bmorgen(?:vroeg)?\b")),
    (1, re.compile(r"\bmorgen(?:ochtend|middag|namiddag|avond)\b|\btomorrow\b")),
)
_A_NUMBER_AFTER: Final = re.compile(rf"\b(?:{_WEEKDAY})(?: de| the)? \d{{1,2}}\b(?! ?(?:uur|u|h|am|pm)\b|[.:]\d)")
"""A weekday with what may be the day of a month."""

_ANY: Final = "|"
_BY_DATE: Final = "#"
"""What stands in the text for a day that was taken out; ``_BY_DATE`` for one by its date or the name of a holiday."""
_DOUBT: Final = re.compile(
    # Around a day, up to it, or several: "na tweede kerstdag", "tot maandag", "24 en 26 december".
    r"\b(?:na|tot|vanaf|sinds|rond|tussen|behalve|after|before|until|till|from|since|around|between|except)"
    r" (?:de |het |the )?[|#]"
    r"|\b(?:voor|by) (?:de |the )?#|\d ?(?:en|of|tot|and|or|to|-|/) ?#|\bt/m\b|\btot en met\b|\bthrough\b"
    r"|\b(?:erna|daarna|ervoor|daarvoor|erop|niet op|not on)\b"
    # Every week, another week, or the past.
    r"|\b(?:elke?|iedere?|altijd|every|each|always|volgende?|next|vorige?|afgelopen|last|past|andere?|other)\b"
    r"|\bover (?:een|twee|drie|\d+)\b|\bin (?:a|two|three|\d+) (?:days?|weeks?)\b"
    r"|\b(?:gisteren|eergisteren|yesterday|was|waren|were)\b"
    # Longer than a day.
    r"|\b(?:weekend|weekeinde|weekends|week|weken|weeks|maand|maanden|month|months|jaar|jaren|year|years|dagen|days)\b"
    r"|\w*vakantie\w*|\bholidays?\b|\bvacation\b|\bfeestdag\w*"
    # Two days with one name, and names that are not known here.
    r"|\bkerst\w*|\bxmas\b|\bchristmas\b|\bpasen\b|\bpaas\w*|\beaster\b|\bpinkster\w*|\bpentecost\b|\bwhitsun\b"
    r"|\boud en nieuw\b|\bhemelvaart\w*|\bascension\b|\bsinterklaas\w*|\bcarnaval\b|\bsuikerfeest\b|\bramadan\b"
    # A number that may be a date: "25-12", "de 7e", "the 7th", and a year that stands alone.
    r"|\b\d{1,2}[-/]\d{1,2}\b|\b\d{1,2}(?:e|de|ste|st|nd|rd|th)\b|\b20\d\d\b"
)

_On = Callable[[re.Match[str]], date | None]


@dataclass(slots=True)
class _Reading:
    """What is left of a text, and the days that were found in it."""

    left: str
    today: date
    days: set[date] = field(default_factory=set)
    doubtful: bool = False

    def take(self, pattern: re.Pattern[str], on: _On, mark: str = _ANY) -> None:
        """Takes out every match; one that names no day, or one that is over, makes the reading doubtful."""

        def found(match: re.Match[str]) -> str:
            day = on(match)
            if day is None or day < self.today:
                self.doubtful = True
            else:
                self.days.add(day)
            return f" {mark} "

        self.left = " ".join(pattern.sub(found, self.left).split())

    def said_again(self) -> None:
        """A weekday beside a date only says it again: "maandag 7 december". One that does not agree stays."""
        weekdays = [_number(match) for match in _BARE.finditer(self.left)]
        if self.days and all(day.weekday() == one for one in weekdays for day in self.days):
            self.left = _BARE.sub(" ", self.left)


def day_asked(text: str, today: date) -> date | None:
    """The day that a question is about, today or later; None when it names none, several, or not plainly.

    Args:
        text: what the customer wrote.
        today: the date where the organisation is, when the answer is given.
    """
    reading = _Reading(" ".join(_GREETINGS.sub(" ", normalise(text)).split()), today)
    for pattern, on in _HOLIDAYS:
        reading.take(pattern, partial(_holiday, on, today), _BY_DATE)
    for pattern in _DATES:
        reading.take(pattern, partial(_dated, today), _BY_DATE)
    reading.said_again()
    reading.doubtful |= _A_NUMBER_AFTER.search(reading.left) is not None
    monday = today - timedelta(days=today.weekday())
    reading.take(_NEXT_WEEK, lambda match: monday + timedelta(days=7 + _number(match)))
    reading.take(_THIS_WEEK, lambda match: monday + timedelta(days=_number(match)))
    reading.take(_COMING, lambda match: today + timedelta(days=(_number(match) - today.weekday() - 1) % 7 + 1))
    reading.take(_BARE, partial(_weekday, today))
    for ahead, pattern in _NEAR:
        reading.take(pattern, partial(_near, today, ahead))
    if reading.doubtful or len(reading.days) != 1 or _DOUBT.search(reading.left):
        return None
    return next(iter(reading.days))


def _number(match: re.Match[str]) -> int:
    name = match["a"] or match["b"]
    return _NUMBERS[name]


def _holiday(on: Callable[[int], date], today: date, match: re.Match[str]) -> date:
    if match["year"]:
        return on(int(match["year"]))
    this = on(today.year)
    return this if this >= today else on(today.year + 1)


def _dated(today: date, match: re.Match[str]) -> date | None:
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    for year in years:
        try:
            day = date(year, _NUMBERS[match["month"]], int(match["day"]))
        except ValueError:
            return None
        if day >= today:
            return day
    return None


def _weekday(today: date, match: re.Match[str]) -> date | None:
    """The next one; none on that weekday itself, when it may be today or in a week."""
    ahead = (_NUMBERS[match["a"]] - today.weekday()) % 7
    return today + timedelta(days=ahead) if ahead else None


def _near(today: date, ahead: int, _match: re.Match[str]) -> date:
    return today + timedelta(days=ahead)
