"""What a sentence says in figures: amounts, terms, percentages and dates, so that two sentences can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a figure counts. Two figures can only differ when they are of one kind."""

    MONEY = "money"
    PERCENT = "percent"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    DATE = "date"


class Bound(StrEnum):
    """Whether the figure is the thing itself, the least or the most of it. A least and a most may differ."""

    EXACT = ""
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure in a text: ``text[start:end]``. The value of a date is month and day ("07-01"), its year apart."""

    kind: Kind
    value: str
    start: int
    end: int
    bound: Bound = Bound.EXACT
    year: int = 0


_NUMBERS: Final = {
    **{"een": 1, "één": 1, "eén": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8},
    **{"negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "achttien": 18},
    **{"twintig": 20, "eenentwintig": 21, "vierentwintig": 24, "dertig": 30, "zestig": 60, "negentig": 90},
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8},
    **{"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30},
    **{"sixty": 60, "ninety": 90},
}
_UNITS: Final = {
    **dict.fromkeys(("minuut", "minuten", "minute", "minutes"), Kind.MINUTES),
    **dict.fromkeys(("uur", "uren", "hour", "hours"), Kind.HOURS),
    **dict.fromkeys(("dag", "dagen", "day", "days"), Kind.DAYS),
    **dict.fromkeys(("werkdag", "werkdagen", "working day", "working days", "business days"), Kind.WORKING_DAYS),
    **dict.fromkeys(("week", "weken", "weeks"), Kind.WEEKS),
    **dict.fromkeys(("maand", "maanden", "month", "months"), Kind.MONTHS),
    **dict.fromkeys(("jaar", "jaren", "year", "years"), Kind.YEARS),
}
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb"),
            ("maart", "march", "mrt"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("augustus", "august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_FIGURE: Final = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_MONEY: Final = re.compile(
    rf"(?:€|\beuro?s?\b|\bEUR\b) ?({_FIGURE})|({_FIGURE})(?:,-)? ?(?:euro?s?\b|€)", re.IGNORECASE
)
_PERCENT: Final = re.compile(rf"({_FIGURE}) ?(?:%|procent\b|per ?cent\b)", re.IGNORECASE)
_TERM: Final = re.compile(
    rf"\b({_FIGURE}|{_any(_NUMBERS)})(?:[ -](?:hele|volle|full|kalender|calendar))?[ -]({_any(_UNITS)})(?!\w)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    rf"\b(\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?\.? (?:of )?({_any(_MONTHS)})\.?(?:,? ((?:19|20)\d\d))?\b"
    rf"|\b({_any(_MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b"
    r"|\b(\d{1,2})[-/](\d{1,2})[-/]((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"\d|dag|week|weken|maand|ja(?:ar|ren)|u(?:ur|ren)|minu|day|month|year|hour", re.IGNORECASE)
_CLOCK: Final = re.compile(r"\d{1,2}[.:]\d\d[ -](?:uur|hours?)", re.IGNORECASE)
"""A time of the day is no length of time."""
_NUMBER: Final = re.compile(rf"(?<![\w.,])(?:{_FIGURE}|(?:{_any(_NUMBERS)})(?!\w))", re.IGNORECASE)
_LEAST: Final = re.compile(
    r"(?:minimaal|minstens|ten minste|tenminste|op zijn minst|niet korter dan|meer dan|langer dan|at least|"
    r"no less than|na|after|more than|longer than|minimum(?: of)?|vanaf|from)(?: (?:de|het|een|the|a))? ?$",
    re.IGNORECASE,
)
_MOST: Final = re.compile(
    r"(?:maximaal|hoogstens|ten hoogste|op zijn hoogst|niet langer dan|niet meer dan|minder dan|korter dan|uiterlijk|"
    r"binnen|tot(?: en met)?|at most|no more than|up to|less than|maximum(?: of)?|within)(?: (?:de|het|een|the|a))? ?$",
    re.IGNORECASE,
)
_LOOKED_BACK: Final = 24


def claims(text: str) -> tuple[Claim, ...]:
    """Every figure with a unit in a text, in its order. Telephone numbers and addresses have none."""
    return tuple(sorted(_found(text), key=lambda claim: claim.start))


def numbers_in(text: str) -> set[str]:
    """Every number of a text, with or without a unit, in figures or in words."""
    found = (hit[0].casefold() for hit in _NUMBER.finditer(text))
    return {str(_NUMBERS[one]) if one in _NUMBERS else _value(one) for one in found}


def _found(text: str) -> Iterator[Claim]:
    if not _HINT.search(text):  # most sentences have none, and the patterns below are slow
        return
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            return False
        taken.append((start, end))
        return True

    for found in _DATE.finditer(text):
        day, month, year = _date_of(found)
        if 1 <= day <= 31 and 1 <= month <= 12 and free(*found.span()):
            yield Claim(Kind.DATE, f"{month:02d}-{day:02d}", *found.span(), _bound(text, found.start()), year)
    for pattern, kind in ((_MONEY, Kind.MONEY), (_PERCENT, Kind.PERCENT)):
        for found in pattern.finditer(text):
            if free(*found.span()):
                figure = next(group for group in found.groups() if group)
                yield Claim(kind, _value(figure), *found.span(), _bound(text, found.start()))
    for found in _TERM.finditer(text):
        if not _CLOCK.fullmatch(found[0]) and free(*found.span()):
            figure = found[1].casefold()
            value = str(_NUMBERS[figure]) if figure in _NUMBERS else _value(figure)
            yield Claim(_UNITS[found[2].casefold()], value, *found.span(), _bound(text, found.start()))


def _date_of(found: re.Match[str]) -> tuple[int, int, int]:
    if found[1]:
        return int(found[1]), _MONTHS[found[2].casefold()], int(found[3] or 0)
    if found[4]:
        return int(found[5]), _MONTHS[found[4].casefold()], int(found[6])
    return int(found[7]), int(found[8]), int(found[9])


def _bound(text: str, start: int) -> Bound:
    before = text[max(0, start - _LOOKED_BACK) : start]
    if _LEAST.search(before):
        return Bound.LEAST
    return Bound.MOST if _MOST.search(before) else Bound.EXACT


def _value(figure: str) -> str:
    """A number with a point for its decimals, whatever marks it was written with: "1.234,50" is "1234.5"."""
    last = max(figure.rfind("."), figure.rfind(","))
    if last >= 0 and len(figure) - last - 1 != 3:
        whole, part = re.sub(r"[.,]", "", figure[:last]), figure[last + 1 :].rstrip("0")
        return f"{int(whole)}.{part}" if part else str(int(whole))
    return str(int(re.sub(r"[.,]", "", figure)))


def day_of(claim: Claim) -> date | None:
    """The day that a date with a year names; None without a year, or for a day that there is not."""
    if claim.kind is not Kind.DATE or not claim.year:
        return None
    month, day = claim.value.split("-")
    try:
        return date(claim.year, int(month), int(day))
    except ValueError:
        return None
