"""The wording of a text as features: its words, pairs of words, and pieces of words, so that misspellings count too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

PIECES: Final = (3, 4, 5)
"""How many letters a piece of a word has; a word is looked at between "<" and ">"."""


def wording(words: Sequence[str]) -> set[str]:
    """The features of the words of a text: ``word``, ``two words``, ``one_skipped``, ``three words after another``,
    ``#piec``; "^" and "$" stand for the beginning and the end."""
    placed = ["^", *words, "$"]
    found = set(words)
    for at in range(len(placed) - 1):
        found.add(f"{placed[at]} {placed[at + 1]}")
    for at in range(len(placed) - 2):
        first, second, third = placed[at : at + 3]
        found.add(f"{first}_{third}")
        found.add(f"{first} {second} {third}")
    for word in set(words):
        whole = f"#<{word}>"
        for length in PIECES:
            for at in range(1, len(whole) - length + 1):
                found.add("#" + whole[at : at + length])
    return found
