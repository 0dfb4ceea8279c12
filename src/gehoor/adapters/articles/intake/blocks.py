"""What every reader makes of its kind of file: documents as blocks of text, and what it could not read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_TEXT: Final = 2_000_000
"""Characters of text from one file: some thousand pages. What is more is cut off by no reader: the file is refused."""
MOST_PROBLEMS: Final = 200
"""Places of one file that are named; the next one is "and more"."""

_SPACES: Final = re.compile(r"\s+")


class Kind(StrEnum):
    """What a block of text is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list, or a row of a table


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text without line ends. ``level`` counts headings from 1; ``place`` is where it stands ("page 3")."""

    kind: Kind
    text: str
    level: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document. A row of a table of questions is a document of its own.

    ``language``: two letters, or "" when the document does not say. ``address``: where the page can be read, or "".
    ``fields``: what the document says of itself, as an article's front matter would. ``notes``: what a person should
    look at before approving. ``whole``: it is one article, however many headings it has.
    """

    title: str
    blocks: tuple[Block, ...]
    language: str = ""
    address: str = ""
    place: str = ""
    fields: dict[str, str | list[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: ``place`` ("page 3", "row 12", "line 4", or "" for the whole file) and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one file."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()


class CannotRead(Exception):
    """The file, or the place of it, cannot be read. The message says why, as the end of a sentence."""

    def __init__(self, why: str, place: str = "") -> None:
        self.why = why
        self.place = place
        super().__init__(why)


def one_line(text: str) -> str:
    """Text with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def bounded(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents, when they are not more than anybody would approve. Raises CannotRead."""
    kept = []
    characters = 0
    for document in documents:
        characters += len(document.title) + sum(len(block.text) for block in document.blocks)
        if characters > MOST_TEXT:
            raise CannotRead(f"it holds more than {MOST_TEXT} characters of text; divide it", document.place)
        kept.append(document)
    return tuple(kept)
