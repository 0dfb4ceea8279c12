"""Labelled lines: what people wrote down of how a signal sounds. To learn from, and to measure by.

A set is a text file, or a folder of them. A heading opens a section; each line that follows is one text:

    ## wants_human yes nl indirect          signal, yes or no, language, kind of wording (or of danger, support ...)
    dit schiet zo niet op

For ``stuck`` each heading opens one dialogue: ``K: text`` is the customer, ``A [topic]: text`` the assistant ("-": from
no article), and " !!" at the end of a customer's line says that a person must have been offered by then.
A file that ends in ``.jsonl`` has the same as data: {"signal", "label", "language", "kind", "text", "history"}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from gehoor.core.errors import Invalid

STUCK: Final = "stuck"
MARK: Final = " !!"
_OUTCOME: Final = re.compile(r" \{([-+>])\}$")
_TURN: Final = re.compile(r"(K|A(?: \[(?P<topic>[^\]]*)\])?): ?(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a dialogue. ``topic``: of an answer, the article it came from, or "". ``outcome``: of a customer's
    turn, what came of the answer before it: "-", "+", ">" or ""."""

    author: str
    text: str
    topic: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled text, or for ``stuck`` one dialogue: then ``turns`` are all of it, ``by`` is the number of the
    customer's turn by which a person must have been offered (from 1), and ``text`` is empty. ``writer``: the file."""

    signal: str
    is_meant: bool
    language: str
    kind: str
    text: str
    turns: tuple[Turn, ...] = ()
    by: int = 0
    writer: str = field(default="", compare=False)


def read_labelled(place: Path) -> Iterator[Line]:
    """The lines of a set.

    Raises:
        Invalid: a line cannot be read; names the file, the line and what to do.
        OSError: the file is not there.
    """
    files = sorted((*place.glob("*.txt"), *place.glob("*.jsonl"))) if place.is_dir() else [place]
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = _from_data(text, file.name) if file.suffix == ".jsonl" else _from_text(text, file.name)
        yield from (replace(line, writer=file.stem) for line in found)


def _from_text(text: str, name: str) -> Iterator[Line]:
    heading: list[str] | None = None
    dialogue: list[str] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("## "):
            if dialogue and heading:
                yield _dialogue(heading, dialogue, f"{name} above line {number}")
            heading, dialogue = line[3:].split(), []
            if len(heading) != 4 or heading[1] not in ("yes", "no"):
                raise Invalid(f"{name} line {number}: a heading is '## signal yes|no language kind'.", field="data")
        elif line and heading is None:
            raise Invalid(f"{name} line {number}: put a heading above the first text.", field="data")
        elif line and heading and heading[0] == STUCK:
            dialogue.append(line)
        elif line and heading:
            yield Line(heading[0], heading[1] == "yes", heading[2], heading[3], line)
    if dialogue and heading:
        yield _dialogue(heading, dialogue, f"{name} at its end")


def _dialogue(heading: list[str], lines: list[str], where: str) -> Line:
    turns, by, spoken = [], 0, 0
    for line in lines:
        found = _TURN.fullmatch(line)
        if not found:
            raise Invalid(f"{where}: a turn is 'K: text' or 'A [topic]: text'.", field="data")
        said, topic = found["text"], found["topic"] or ""
        customer = found[1] == "K"
        spoken += customer
        if customer and said.endswith(MARK):
            said, by = said.removesuffix(MARK), by or spoken
        tag = _OUTCOME.search(said) if customer else None
        said, outcome = (said[: tag.start()], tag[1]) if tag else (said, "")
        turns.append(Turn("customer" if customer else "ai", said, "" if topic == "-" else topic, outcome))
    return Line(heading[0], heading[1] == "yes", heading[2], heading[3], "", tuple(turns), by)


def _from_data(text: str, name: str) -> Iterator[Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            one = json.loads(raw)
            history = tuple(
                Turn(str(t["author"]), str(t["text"]), str(t.get("topic") or "")) for t in one.get("history", ())
            )
            meant = one["label"] in ("yes", True, 1)
            text, kind = str(one["text"]), str(one.get("kind") or "")
            turns = (*history, Turn("customer", text)) if history else ()
            yield Line(str(one["signal"]), meant, str(one.get("language") or "nl"), kind, text, turns)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            shape = '{"signal", "label": "yes" or "no", "language", "kind", "text", "history"}'
            raise Invalid(f"{name} line {number}: a labelled line is {shape}.", field="data") from wrong
