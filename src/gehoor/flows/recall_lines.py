"""The lines of the house ledger about recalls, as JSON with ``what``, and what a recall is after them.

A recall is named after the line of the ledger with which its text was taken back: whoever opens it, in whatever
process, opens the same one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from gehoor.core.knowledge.ladder import Severity
from gehoor.core.knowledge.recall import Wording
from gehoor.core.time import Instant
from gehoor.ports.store import LedgerEntry

LINE: Final = "recall"
"""The kind of the lines of the house ledger."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A text was taken back because it was wrong. ``versions``: every version with this text; ``why``: what was said
    then. ``by``: who took it back."""

    recall: str
    article: str
    language: str
    title: str
    versions: tuple[str, ...]
    harm: Severity
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Who was given it was listed. ``digest``: over every recipient with the fact that gave it, so that the list can be
    made again and held against this line. ``languages``: in which it was given."""

    recall: str
    recipients: int
    digest: str
    by_whom: Mapping[str, int]
    ways: Mapping[str, int]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """Somebody worded the correction."""

    recall: str
    wordings: tuple[Wording, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Approved:
    """Somebody else approved the wording that stands in line ``wording``."""

    recall: str
    wording: int
    by: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A person looked who a recipient was, who left no way to be reached."""

    recall: str
    conversation: str
    reached: bool
    by: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Everybody was told, or could not be."""

    recall: str
    came: Mapping[str, int]


RecallLine = Opened | Listed | Worded | Approved | Looked | Ended
_KINDS: Final[dict[str, Any]] = {
    "opened": Opened,
    "listed": Listed,
    "worded": Worded,
    "approved": Approved,
    "looked": Looked,
    "ended": Ended,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Recall:
    """One recall, as its lines say. ``worded_in``: the number of the line with the newest wording."""

    opened: Opened
    at: Instant
    listed: Listed | None = None
    listed_at: Instant | None = None
    worded: Worded | None = None
    worded_in: int = 0
    approved: Approved | None = None
    approved_at: Instant | None = None
    looked: Mapping[str, bool] = field(default_factory=dict)
    ended: Ended | None = None

    @property
    def id(self) -> str:
        """Its name."""
        return self.opened.recall


def recall_id(line: int) -> str:
    """The name of the recall of a text that was taken back with this line of the ledger."""
    return f"r{line}"


def body_of(line: RecallLine) -> str:
    """The body of a line."""
    told = {"what": _NAMES[type(line)], **msgspec.to_builtins(line)}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def line_of(entry: LedgerEntry) -> RecallLine | None:
    """What a line says; None: a newer release wrote it."""
    told = json.loads(entry.body)
    kind = _KINDS.get(told.get("what", ""))
    if kind is None:
        return None
    try:
        line: RecallLine = msgspec.convert(told, kind)
    except msgspec.ValidationError:
        return None
    return line


def after(recalls: Mapping[str, Recall], entries: Iterable[LedgerEntry]) -> dict[str, Recall]:
    """The recalls after more lines."""
    found = dict(recalls)
    for entry in entries:
        line = line_of(entry)
        if line is None:
            continue
        known = found.get(line.recall)
        if isinstance(line, Opened):
            found.setdefault(line.recall, Recall(line, entry.at))
        elif known is not None:
            found[line.recall] = _changed(known, line, entry)
    return found


def _changed(known: Recall, line: RecallLine, entry: LedgerEntry) -> Recall:
    match line:
        case Listed():
            return replace(known, listed=line, listed_at=entry.at)
        case Worded():
            return known if known.approved else replace(known, worded=line, worded_in=entry.number)
        case Approved():
            fits = known.worded is not None and line.wording == known.worded_in and known.approved is None
            return replace(known, approved=line, approved_at=entry.at) if fits else known
        case Looked():
            return replace(known, looked={**known.looked, line.conversation: line.reached})
        case Ended():
            return replace(known, ended=line)
        case _:
            return known
