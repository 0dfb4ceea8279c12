"""What a masked text is: the copy in which personal data are replaced by their kind.

Only the masked copy reaches a brain, a statistic or a log. Finding the spans is the hearing adapter's work; replacing
them is the same for everybody and stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """Kinds of personal data (interfaces.md, labels of ``redact``)."""

    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    POSTCODE = "POSTCODE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    BSN = "BSN"
    BIRTHDATE = "BIRTHDATE"
    LICENSE_PLATE = "LICENSE_PLATE"
    CARD = "CARD"
    CUSTOMER_ID = "CUSTOMER_ID"
    URL_PERSONAL = "URL_PERSONAL"


@dataclass(frozen=True, slots=True)
class Span:
    """A found piece of personal data: characters ``start`` up to, not including, ``end``."""

    start: int
    end: int
    label: Label


def mask(text: str, spans: Iterable[Span]) -> str:
    """The text with every span replaced by its label in square brackets; of overlapping spans the first wins."""
    pieces: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if span.start < done:
            continue
        pieces += (text[done : span.start], f"[{span.label}]")
        done = span.end
    return "".join((*pieces, text[done:])) if pieces else text
