"""The policy when none can be used: telephone, e-mail and dated promises go on; no AI, no windows, no rota."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Final, TypeVar

from gehoor.adapters.policy_file.fields import Fields, parse
from gehoor.adapters.policy_file.reach import read_contact, read_languages
from gehoor.adapters.policy_file.staffing import read_night
from gehoor.adapters.policy_file.times import read_hours
from gehoor.core.errors import PolicyFault
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.policy import Contact, Policy, Wording

_WEBSITE: Final = {"nl": "Zie onze website.", "en": "See our website."}
_UNKNOWN: Final = Contact(
    organisation="Uw organisatie",
    short_name="Organisatie",
    phone="Zie onze website",
    emergency_phone="112",
    hours=_WEBSITE,
    email="Zie onze website",
    address="Zie onze website",
    visit_hours=_WEBSITE,
)
_OFFICE: Final = OpeningHours(((Block(time(9), time(17)),),) * 5 + ((), ()), frozenset())

Part = TypeVar("Part")


def reduced(texts: Sequence[str], sentences: Mapping[str, Mapping[str, str]], version: str, today: date) -> Policy:
    """A policy from what can still be read.

    Args:
        texts: documents, best first. A part that cannot be read in one is taken from the next, at last from a fixed
            plain text.
        version: that of the sentences.
    """
    tops = [top for top in (_mapping(text) for text in texts) if top is not None]
    every = tuple(sentences)
    languages = _first(tops, lambda top: read_languages(top, sentences)) or every
    contact = _first(tops, lambda top: read_contact(top.inner("contact"), languages))
    hours = _first(tops, lambda top: read_hours(top.inner("hours"), today, []))
    return Policy(
        version=0,
        contact=contact or _UNKNOWN,
        hours=hours or _OFFICE,
        wording=Wording(version, sentences, languages[0]),
        languages=languages,
        night=_first(tops, read_night) or (),
        ai=False,
        reduced=True,
    )


def _mapping(text: str) -> dict[object, object] | None:
    try:
        found = parse(text)
    except PolicyFault:
        return None
    return found if isinstance(found, dict) else None


def _first(tops: Sequence[dict[object, object]], read: Callable[[Fields], Part]) -> Part | None:
    """The part of the first document in which it can be read."""
    for top in tops:
        try:
            return read(Fields(top, ""))
        except PolicyFault:
            continue
    return None
