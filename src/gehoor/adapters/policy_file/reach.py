"""Languages, and how the organisation is reached without this product: by numbers that can be called, at no more than
the basic rate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gehoor.adapters.policy_file.fields import EMAIL, Fields, fault
from gehoor.core.policy import Contact

_LAW: Final = "BW 6:230k(2): calling about a contract that exists costs at most the basic rate (HUM-9)"
# 18xx: information numbers; phonenumbers knows them as short numbers of unknown cost.
_INFORMATION: Final = re.compile(r"18\d\d")


def read_languages(top: Fields, sentences: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The languages that the organisation speaks, of those that there are sentences in."""
    places = top.texts("languages")
    if not places:
        raise fault("languages", "Name at least one language.", "missing")
    for place, language in places:
        if language not in sentences:
            problem = f"There are no sentences in this language; there are in {', '.join(sentences)}."
            raise fault(place, problem, "no_sentences")
    return tuple(dict.fromkeys(language for _, language in places))


def read_contact(found: Fields, languages: tuple[str, ...]) -> Contact:
    """The ways to a person when all else fails."""
    contact = Contact(
        organisation=found.text("organisation"),
        short_name=found.text("short_name"),
        phone=_phone(found, "phone"),
        emergency_phone=_phone(found, "emergency_phone"),
        hours=_per_language(found.inner("hours"), languages),
        email=found.text("email", EMAIL),
        address=found.text("address"),
        visit_hours=_per_language(found.inner("visit_hours"), languages),
    )
    found.refuse_the_rest()
    return contact


def _per_language(found: Fields, languages: tuple[str, ...]) -> dict[str, str]:
    sentences = {language: found.text(language) for language in languages}
    found.refuse_the_rest()
    return sentences


def _phone(found: Fields, key: str) -> str:
    """A number that can be called in the Netherlands, as it was written.

    Raises:
        PolicyFault: it is no number, it does not exist, or calling it costs more than the basic rate.
    """
    # Only here: the tables of numbers take longer to load than all the rest.
    from phonenumbers import (
        NumberParseException,
        PhoneNumberType,
        is_valid_number,
        is_valid_short_number_for_region,
        number_type,
        parse,
    )

    written = found.text(key)
    try:
        number = parse(written, "NL")
    except NumberParseException as error:
        raise fault(found.at(key), "This is not a telephone number, such as 088 000 01 00.", "no_number") from error
    dear = number_type(number) in (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
    if dear or _INFORMATION.fullmatch(re.sub(r"\D", "", written)):
        raise fault(
            found.at(key),
            "Calling this number costs more than the basic rate, which existing customers need not pay.",
            "premium_rate",
            ceiling="the basic rate",
            source=_LAW,
            law=True,
            mend=("Name an ordinary number, such as 088 or the area's own.", "Name a free 0800 number."),
        )
    if not is_valid_number(number) and not is_valid_short_number_for_region(number, "NL"):
        problem = "This number cannot be called: it has too many or too few digits, or nobody can have it."
        raise fault(found.at(key), problem, "no_number")
    return written
