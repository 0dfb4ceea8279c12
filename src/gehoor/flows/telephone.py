"""Telephone numbers of customers: whether they can be called back, and how they are read back, digit by digit.

The plan of numbers is the library ``phonenumbers``; a number without a country is one of the Netherlands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from gehoor.core.text import clean

_REGION: Final = "NL"
_COUNTRY: Final = 31
_LONGEST: Final = 40
_SHORTEST: Final = 9  # "+" and eight digits; what is shorter (14 020) is an organisation
_COSTS: Final = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
_NOT_A_PERSON: Final = (PhoneNumberType.TOLL_FREE, PhoneNumberType.PAGER, PhoneNumberType.VOICEMAIL)
_DIGITS: Final = {
    "nl": ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}


class Wrong(StrEnum):
    """Why a number cannot be called back: it is none, or it is one that costs the caller or answers for nobody."""

    NOT_A_NUMBER = "phone_not_a_number"
    COSTS = "phone_costs"
    NOT_A_PERSON = "phone_not_a_person"


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be called. ``dialled``: as a machine dials it (E.164); ``shown``: in groups, as people read."""

    dialled: str
    shown: str

    def spoken(self, language: str) -> str:
        """Digit by digit, a comma between the groups, for who hears it: "nul zes, een twee, drie vier"."""
        words = _DIGITS.get(language, _DIGITS["nl"])
        groups = self.shown.replace(" - ", " ").split()
        return ", ".join(" ".join("plus" if one == "+" else words[int(one)] for one in group) for group in groups)

    @property
    def ending(self) -> str:
        """The last two digits: enough for its owner to know it by, and for nobody else."""
        return self.dialled[-2:]


def read_number(given: str) -> Number | Wrong:
    """The number that somebody typed, or why it cannot be called back."""
    text = clean(given)
    if not text:
        return Wrong.NOT_A_NUMBER
    try:
        parsed = phonenumbers.parse(text[: _LONGEST + 1], _REGION)
    except NumberParseException:
        return Wrong.NOT_A_NUMBER
    kind = phonenumbers.number_type(parsed)
    if len(text) > _LONGEST or parsed.extension or kind == PhoneNumberType.UNKNOWN:
        return Wrong.COSTS if _begins_as_costly(parsed) else Wrong.NOT_A_NUMBER
    number = Number(_dialled(parsed), _shown(parsed))
    if kind in _COSTS:
        return Wrong.COSTS
    return Wrong.NOT_A_PERSON if kind in _NOT_A_PERSON or len(number.dialled) < _SHORTEST else number


def _begins_as_costly(parsed: PhoneNumber) -> bool:
    """0900, 0906 and 0909, also with a length that nobody uses any more."""
    return parsed.country_code == _COUNTRY and str(parsed.national_number).startswith(("900", "906", "909"))


def _dialled(parsed: PhoneNumber) -> str:
    dialled: str = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return dialled


def _shown(parsed: PhoneNumber) -> str:
    """ "06 - 12 34 56 78", "020 - 123 45 67", "+32 - 470 12 34 56"."""
    if parsed.country_code != _COUNTRY:
        code, _, rest = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL).partition(" ")
        return f"{code} - {_in_groups(rest)}"
    area, _, rest = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL).replace("-", " ").partition(" ")
    return f"{area} - {_in_groups(rest)}"


def _in_groups(digits: str) -> str:
    """Pairs, after a first group of three when the count is odd."""
    plain = "".join(character for character in digits if character.isdigit())
    first = 3 if len(plain) % 2 and len(plain) > 2 else 2
    return " ".join((plain[:first], *(plain[at : at + 2] for at in range(first, len(plain), 2))))
