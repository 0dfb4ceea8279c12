"""One line of a question set: what a customer asked, and which topic is the right one.

``{"text", "topic": slug or null, "lang", "kind", "right": [slugs], "turns": [texts]}``; the last four may be left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from gehoor.core.errors import Invalid
from gehoor.core.text import clean, fault

MOST_TURNS: Final = 20
"""Earlier questions of one dialogue."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its truth. ``topic`` None: no article answers it. ``also``: other topics whose answer would be
    right. ``turns``: what the customer said before, oldest first. ``kind``: in the words of who made the set."""

    text: str
    topic: str | None
    language: str = ""
    kind: str = ""
    also: frozenset[str] = frozenset()
    turns: tuple[str, ...] = ()


def asked_of(line: bytes) -> Asked:
    """Reads a line.

    Raises:
        Invalid: says what is wrong with it.
    """
    fields = line_object(line)
    topic = fields.get("topic", "")
    if topic is not None and (not isinstance(topic, str) or not topic):
        raise Invalid("The topic must be text, or null when no article answers.", field="topic")
    also = _texts(fields, "right")
    if topic is None and also:
        raise Invalid("Where no article answers, no topic can be right.", field="right")
    turns = _texts(fields, "turns")
    if len(turns) > MOST_TURNS:
        raise Invalid(f"There are more than {MOST_TURNS} earlier questions.", field="turns")
    language, kind = _word(fields, "lang"), _word(fields, "kind")
    return Asked(
        text_of(fields), topic, language, kind, frozenset(also), tuple(_cleaned(one, "turns") for one in turns)
    )


def line_object(line: bytes) -> dict[str, object]:
    """A line of JSON.

    Raises:
        Invalid: it is something else.
    """
    try:
        fields = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Invalid("The line is not JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise Invalid("The line is not a JSON object.")
    return fields


def text_of(fields: dict[str, object]) -> str:
    """The text of a line.

    Raises:
        Invalid: there is none, or it cannot be a customer's message.
    """
    text = fields.get("text")
    if not isinstance(text, str):
        raise Invalid("The text is missing.", field="text")
    return _cleaned(text, "text")


def _cleaned(text: str, field: str) -> str:
    cleaned = clean(text)
    wrong = fault(cleaned)
    if wrong:
        raise Invalid(wrong, field=field)
    return cleaned


def _word(fields: dict[str, object], name: str) -> str:
    given = fields.get(name, "")
    if not isinstance(given, str):
        raise Invalid("This must be text.", field=name)
    return given


def _texts(fields: dict[str, object], name: str) -> list[str]:
    given = fields.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Invalid("This must be a list of texts.", field=name)
    return given
