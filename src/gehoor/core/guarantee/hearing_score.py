"""How well the hearing hears: of labelled lines, the share that was heard, with its Wilson 95% interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gehoor.core.conversation.model import Signal
from gehoor.core.knowledge.score import Share, wilson


@dataclass(frozen=True, slots=True)
class Asked:
    """One labelled line and what was heard of its signal. ``heard_kind``: of a signal with kinds."""

    signal: str
    is_meant: bool
    language: str
    kind: str
    heard: Signal
    heard_kind: str | None
    heard_language: str


@dataclass(frozen=True, slots=True)
class Row:
    """Of one part of the lines: how many are heard as yes, and as yes or maybe. Of lines that do not mean the signal
    these are false alarms. ``part``: "all", a language, or a kind; ``right_kind``: of those heard."""

    signal: str
    is_meant: bool
    part: str
    yes: Share
    maybe: Share
    right_kind: Share | None = None


def rows_of(asked: Iterable[Asked]) -> list[Row]:
    """The figures for each signal: over all, by language, and by kind."""
    lines = list(asked)
    rows = []
    for signal in dict.fromkeys(one.signal for one in lines):
        for meant in (True, False):
            mine = [one for one in lines if one.signal == signal and one.is_meant is meant]
            if not mine:
                continue
            rows.append(_row(mine, "all"))
            rows += [_row([o for o in mine if o.language == part], part) for part in _parts(o.language for o in mine)]
            rows += [_row([o for o in mine if o.kind == part], part) for part in _parts(o.kind for o in mine)]
    languages = [one for one in lines if one.language]
    if languages:
        right = wilson(sum(one.language == one.heard_language for one in languages), len(languages))
        rows.append(Row("language", True, "all", right, right))
    return rows


def _parts(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - {""})


def _row(lines: Sequence[Asked], part: str) -> Row:
    total = len(lines)
    heard = [one for one in lines if one.heard is not Signal.NO]
    first = lines[0]
    right = None
    if first.signal == "urgent" and first.is_meant:
        right = wilson(sum(one.heard_kind == one.kind for one in heard), len(heard))
    yes = wilson(sum(one.heard is Signal.YES for one in lines), total)
    return Row(first.signal, first.is_meant, part, yes, wilson(len(heard), total), right)
