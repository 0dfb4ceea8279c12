"""``gehoor signals``, a filter, and ``gehoor evaluate signals``: the figures over labelled lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from gehoor.adapters.hearing.hears import SIGNALS
from gehoor.adapters.hearing.labelled import STUCK, Line, read_labelled
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.adapters.hearing.misspelling import Misspelling
from gehoor.cli.filters import bad_line, identified, run_filter
from gehoor.core.conversation.model import Heard, Signal
from gehoor.core.errors import Invalid
from gehoor.core.guarantee.hearing_score import Asked, Row, rows_of
from gehoor.core.knowledge.score import Share
from gehoor.core.text import clean
from gehoor.ports.hearing import Earlier

_TOGETHER: Final = 64
_SAID: Final = {Signal.NO: "no", Signal.MAYBE: "maybe", Signal.YES: "yes"}
_AUTHORS: Final = frozenset({"customer", "ai", "human", "notice"})
_LANGUAGE: Final = "nl"

Message = tuple[str, tuple[Earlier, ...]]


def heard_in(messages: Sequence[Message], hearing: FullHearing) -> list[Heard]:
    """What is heard in each message: by the tables, then beside them by the classifier and over the turns before."""
    tables = [hearing.listen(text, _language(earlier, hearing)) for text, earlier in messages]
    return hearing.deepen_all([text for text, _ in messages], tables, [earlier for _, earlier in messages])


def _language(earlier: Sequence[Earlier], hearing: FullHearing) -> str:
    """The language of the conversation so far."""
    language = _LANGUAGE
    for turn in earlier:
        if turn.author == "customer":
            language = hearing.language(turn.text, language)
    return language


def shown(identity: object, heard: Heard) -> dict[str, object]:
    """One line of output (interfaces.md)."""
    signals = {name: _SAID[getattr(heard, name)] for name in SIGNALS}
    kind = heard.urgent_kind if heard.urgent is not Signal.NO else None
    return {"id": identity, "language": heard.language, **signals, "urgent_kind": kind, "support": list(heard.support)}


def _answered(lines: Sequence[bytes], hearing: FullHearing) -> list[dict[str, object]]:
    read = [identified(line, _message) for line in lines]
    found = iter(heard_in([one for _, one in read if not isinstance(one, Invalid)], hearing))
    return [
        bad_line(identity, one) if isinstance(one, Invalid) else shown(identity, next(found)) for identity, one in read
    ]


def _message(fields: dict[str, object]) -> Message:
    """The text, of any length and also without a word, and what was said before."""
    text = fields.get("text")
    if not isinstance(text, str):
        raise Invalid("The text is missing.", field="text")
    history = fields.get("history") or []
    if not isinstance(history, list):
        raise Invalid("The history must be a list of turns.", field="history")
    return clean(text), tuple(_turn(one) for one in history)


def _turn(one: object) -> Earlier:
    if not isinstance(one, dict) or not isinstance(one.get("text"), str) or one.get("author") not in _AUTHORS:
        raise Invalid(f"A turn has a text and an author: {', '.join(sorted(_AUTHORS))}.", field="history")
    topic = one.get("topic")
    return Earlier(one["author"], clean(one["text"]), topic if isinstance(topic, str) else "")


def run_signals(stdin: BinaryIO, stdout: TextIO, hearing: FullHearing) -> int:
    """``gehoor signals``. Returns the exit status: 1 when a line could not be answered."""
    return run_filter(stdin, stdout, lambda lines: _answered(lines, hearing))


def evaluate_signals(lines: Iterable[Line], hearing: FullHearing) -> list[Asked]:
    """What was heard of each labelled line; for a dialogue, at each of the customer's turns from the second on."""
    found: list[Asked] = []
    waiting: list[Line] = []
    for line in lines:
        if line.signal == STUCK:
            found.append(_dialogue(line, hearing))
            continue
        waiting.append(line)
        if len(waiting) == _TOGETHER:
            found += _asked(waiting, hearing)
            waiting = []
    return found + _asked(waiting, hearing)


def _asked(lines: Sequence[Line], hearing: FullHearing) -> list[Asked]:
    heard = heard_in([(line.text, ()) for line in lines], hearing)
    return [
        Asked(
            line.signal,
            line.is_meant,
            line.language,
            line.kind,
            getattr(one, line.signal),
            _kind(line, one),
            one.language,
        )
        for line, one in zip(lines, heard, strict=True)
    ]


def _kind(line: Line, heard: Heard) -> str | None:
    return heard.urgent_kind if line.signal == "urgent" else None


def _dialogue(line: Line, hearing: FullHearing) -> Asked:
    """Whether a person was offered by the marked turn, or in a happy dialogue at all."""
    most, customers = Signal.NO, 0
    for place, turn in enumerate(line.turns):
        if turn.author != "customer":
            continue
        customers += 1
        if customers < 2 or (line.by and customers > line.by):
            continue
        earlier = tuple(Earlier(one.author, one.text, one.topic) for one in line.turns[:place])
        heard = heard_in([(turn.text, earlier)], hearing)[0]
        most = max(most, heard.stuck)
    return Asked(STUCK, line.is_meant, line.language, line.kind, most, None, line.language)


def run_evaluate_signals(
    place: Path, stdout: TextIO, hearing: FullHearing, *, as_json: bool, misspell: Path | None
) -> int:
    """``gehoor evaluate signals``. ``misspell``: a list of misspellings with which each text is corrupted first."""
    try:
        lines = list(read_labelled(place))
    except (Invalid, OSError) as wrong:
        print(f"gehoor: {wrong}", file=sys.stderr)
        return 2
    if misspell is not None:
        spoil = Misspelling.read(misspell)
        lines = [spoil.line(line) for line in lines]
    rows = rows_of(evaluate_signals(lines, hearing))
    if as_json:
        stdout.write(json.dumps([asdict(row) for row in rows]) + "\n")
    else:
        stdout.write("\n".join(_table(rows)) + "\n")
    return 0


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{'':44}{'lines':>6}  {'yes':^22}  {'yes or maybe':^22}"
    for row in rows:
        name = f"{row.signal:18}{'meant' if row.is_meant else 'not meant':10}{row.part}"
        yield f"{name:44}{row.yes.total:6}  {_share(row.yes)}  {_share(row.maybe)}" + (
            f"  right kind {_share(row.right_kind)}" if row.right_kind else ""
        )


def _share(share: Share) -> str:
    return f"{share.share:.3f} [{share.low:.3f}, {share.high:.3f}]"
