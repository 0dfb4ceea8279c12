"""The lines of the house ledger about knowledge: what was done with a topic, as JSON with ``what``, and back.

A line that a newer release wrote and this one does not know is passed over: what it does know stays in force.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gehoor.core.knowledge.ladder import Verdict
from gehoor.core.knowledge.life import (
    Approved,
    Drafted,
    Filed,
    Moved,
    SentBack,
    Step,
    Submitted,
    Switched,
    Weighed,
    Withdrawn,
)
from gehoor.core.time import Instant
from gehoor.ports.store import LedgerEntry

LINE: Final = "knowledge"
"""The kind of the lines of the house ledger."""
JUDGEMENT: Final = "judgement"
"""The kind of the lines in which somebody judged one answer."""
_KINDS: Final[dict[str, Any]] = {
    "file": Filed,
    "draft": Drafted,
    "submit": Submitted,
    "send_back": SentBack,
    "approve": Approved,
    "withdraw": Withdrawn,
    "switch": Switched,
    "rung": Moved,
    "severity": Weighed,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: what was done with which topic, when, and its number in the ledger."""

    slug: str
    step: Step
    at: Instant
    number: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's verdict of one answer. ``by``: who had said it: ``ai``, ``shadow`` (the AI, unseen) or ``agent``."""

    conversation: str
    seq: int
    article: str
    by: str
    verdict: Verdict
    staff: str


def name_of(step: Step) -> str:
    """What a step is called in a line and on the wire."""
    return _NAMES[type(step)]


def line_of(slug: str, step: Step) -> str:
    """The body of the line. Who did it stands in ``by``: an id of staff, or ``house``."""
    told = {"what": name_of(step), "slug": slug, **msgspec.to_builtins(step)}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def happened(entry: LedgerEntry) -> Happened | None:
    """What a line of knowledge says; None: a newer release wrote it."""
    told = json.loads(entry.body)
    kind, slug = _KINDS.get(told.get("what", "")), str(told.get("slug", ""))
    if kind is None:
        return None
    try:
        return Happened(slug, msgspec.convert(told, kind), entry.at, entry.number)
    except msgspec.ValidationError:
        return None


def judged(entry: LedgerEntry) -> Judged | None:
    """What a line of a judgement says; None: it is about no answer, or a newer release wrote it."""
    try:
        return msgspec.convert(json.loads(entry.body), Judged)
    except msgspec.ValidationError:
        return None
