"""Texts as long as anybody may send them, of shapes that are hard to read for one reason each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ALARM: Final = "ik ruik gas brand water stroomt lift vast help de het in uit mijn huis"
_WISH: Final = "ik wil graag geen niet een echte mens medewerker iemand spreken praten met van jullie bellen nu"


def _spaced(words: str, after: str = " ") -> tuple[str, ...]:
    return tuple(f"{word}{after}" for word in words.split())


def _range(first: int, last: int) -> tuple[str, ...]:
    return tuple(map(chr, range(first, last)))


SHAPES: Final[Mapping[str, tuple[str, ...]]] = {
    "questions": (),
    "alarms": _spaced(_ALARM),
    "wishes": _spaced(_WISH),
    "clauses": _spaced(_WISH, ", "),
    "new_words": (*_LETTERS, *" " * 5),
    "one_word": tuple(_LETTERS),
    "stretched": tuple(letter * 40 for letter in _LETTERS),
    "digits": tuple("0123456789"),
    "punctuation": tuple(".!?, "),
    "apart": tuple(f"{letter} " for letter in _LETTERS),
    "leet": (*_LETTERS[:5], *"0134", " "),
    "hidden": (*(f"{letter}\u200b" for letter in _LETTERS), " "),
    "marks": (*(f"{letter}\u0301" for letter in "aeiou"), " "),
    "alphabets": ("\u0430\u0062", "\u0435\u006e", "\u043e\u0073", "\u03bf\u0074", " "),
    "arabic": (*_range(0x627, 0x64B), *" " * 6),
    "han": _range(0x4E00, 0x5600),
    "faces": _range(0x1F600, 0x1F640),
}
"""What the texts of each shape are put together from, in any order; those of ``questions`` from what customers ask."""


def text_of(shape: str, length: int, chance: Random, questions: Sequence[str]) -> str:
    """A text of so many characters."""
    pieces = SHAPES[shape] or [f"{question} " for question in questions]
    count = length // min(map(len, pieces)) + 1
    return "".join(chance.choices(pieces, k=count))[:length]
