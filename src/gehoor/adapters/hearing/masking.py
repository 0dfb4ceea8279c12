"""Where personal data stand in a text: e-mail, bank account, telephone, citizen service number, postcode, address.

What has the form but not the check digits is taken as well where nothing else has that form, or where the text itself
says what it is: somebody who mistypes a number still meant it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gehoor.core.privacy.masking import Label, Span

_ANY: Final = re.compile(r"[0-9@]")
_EMAIL: Final = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN: Final = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[ ]?([0-9]{2})(?=[ .-]?[A-Z0-9])", re.ASCII | re.IGNORECASE)
_IBAN_NL: Final = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")
_SEPARATORS: Final = " .-"
_LENGTHS: Final = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LT": 20, "LU": 20,
    "LV": 21, "MA": 28, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19,
    "SK": 24, "TN": 24, "TR": 26, "UA": 29,
}  # fmt: skip

# Not the numbers of services: 0800, 0900, 0906, 0909, 14 0xx, 112, 113.
_PHONE: Final = re.compile(
    r"(?<![0-9+])(?:"
    r"(?:\+|00)[ ]?31[ .-]?(?:\(0\)[ .-]?)?[1-9](?:[ ./-]{0,3}[0-9]){8}"
    r"|\(?0(?![89]00|90[69])[1-9](?:[ ./()-]{0,3}[0-9]){8}"
    r"|\+(?!31)[1-9](?:[ .()-]{0,2}[0-9]){8,13}"
    r"|00(?!31)[1-9](?:[ .-]?[0-9]){8,13}"
    r")(?![0-9])"
)

_NINE: Final = re.compile(r"(?<![0-9.,/+-])[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}(?![0-9]|[.,/-][0-9])|"
                          r"(?<![0-9.,/+-])[0-9]{4}[ .][0-9]{2}[ .][0-9]{3}(?![0-9])")  # fmt: skip
_BSN_NAMED: Final = re.compile(
    r"(?:\bbsn|burger ?service ?num\w*|sofi ?-?num\w*|citizen service number)[^0-9\n]{0,25}"
    r"([0-9](?:[ .-]?[0-9]){7,8})(?![0-9])",
    re.IGNORECASE,
)

_NUMBER: Final = r"[0-9]{1,5}(?:[ ]?-?[a-z](?![\w]))?(?:-[0-9]{1,4})?"
_NO_AMOUNT: Final = r"(?![0-9:.,]*[0-9]|[ ]?(?:euro|uur|dagen|weken|jaar|m2)\b)"
_STREET: Final = (
    r"(?<![\w'.-])(?:[A-Z][\w'.-]*[ ]){0,3}\w*[A-Za-z]{2}"
    r"(?:straat|laan|plein|gracht|kade|singel|dijk|plantsoen|dreef|steeg|weg)"
)
_POSTCODE: Final = re.compile(
    rf"(?P<before>(?:{_STREET}[ ]+)?(?<![0-9]){_NUMBER},?[ ]+)?"
    r"(?<![0-9A-Za-z])(?P<code>[1-9][0-9]{3}(?P<gap>[ ]?)(?P<letters>[A-Za-z]{2}))(?![0-9A-Za-z'])"
    rf"(?P<after>[ ]*,?[ ]*(?:-|nr\.?|nummer|huisnummer|huisnr\.?)?[ ]*{_NUMBER}{_NO_AMOUNT})?"
)
_STREET_AND_NUMBER: Final = re.compile(
    rf"(?!(?:onder|snel|halver|van)weg\b){_STREET}[ ]+(?:nr\.?[ ]?|nummer[ ])?{_NUMBER}{_NO_AMOUNT}"
)
# Words that can follow a year or an amount: "in 2020 is ...". They are a postcode's letters only where they stand out.
_TWO_LETTERS: Final = (
    "is in op en of de te ik je we ze er al om uw zo nu na ja an at to on as by my me it he if or so no go do up us"
    " am be km kb mb gb cm mm kg pm eu ca st ml dl nl nr bv vs tm ex"
)
_WORDS: Final = frozenset(_TWO_LETTERS.split())
_NEVER_GIVEN: Final = frozenset(["SA", "SD", "SS"])


def spans(text: str) -> Iterator[Span]:
    """The personal data in a text, as it was typed; they may overlap."""
    if not _ANY.search(text):
        return
    if "@" in text:
        yield from (Span(*found.span(), Label.EMAIL) for found in _EMAIL.finditer(text))
    yield from _ibans(text)
    yield from (Span(*found.span(), Label.PHONE) for found in _PHONE.finditer(text))
    yield from _citizen_numbers(text)
    yield from _postcodes(text)
    yield from (Span(*found.span(), Label.ADDRESS) for found in _STREET_AND_NUMBER.finditer(text))


def _ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        length = _LENGTHS.get(found[1].upper())
        end = None if length is None else _end_of(text, found.start(), length)
        if end is None:
            continue
        number = "".join(one for one in text[found.start() : end] if one not in _SEPARATORS).upper()
        if _IBAN_NL.fullmatch(number) or _fits_97(number):
            yield Span(found.start(), end, Label.IBAN)


def _end_of(text: str, start: int, length: int) -> int | None:
    """Where ``length`` letters and digits end, with at most one separator between two of them."""
    seen, at = 0, start
    while at < len(text) and seen < length:
        if text[at].isascii() and text[at].isalnum():
            seen += 1
        elif text[at] not in _SEPARATORS or text[at - 1] in _SEPARATORS:
            return None
        at += 1
    ends = at == len(text) or not text[at].isalnum()
    return at if seen == length and ends else None


def _fits_97(number: str) -> bool:
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1


def _citizen_numbers(text: str) -> Iterator[Span]:
    for found in _NINE.finditer(text):
        if _fits_11(found[0].replace(" ", "").replace(".", "")):
            yield Span(*found.span(), Label.BSN)
    yield from (Span(*found.span(1), Label.BSN) for found in _BSN_NAMED.finditer(text))


def _fits_11(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0 and digits != "000000000"


def _postcodes(text: str) -> Iterator[Span]:
    for found in _POSTCODE.finditer(text):
        letters = found["letters"]
        if letters.upper() in _NEVER_GIVEN or _is_a_word(letters, found["gap"], text):
            continue
        if found["before"] or found["after"]:
            yield Span(*found.span(), Label.ADDRESS)
        else:
            yield Span(*found.span("code"), Label.POSTCODE)


def _is_a_word(letters: str, gap: str, text: str) -> bool:
    if not gap or letters.lower() not in _WORDS:
        return False
    return letters != letters.upper() or text == text.upper()
