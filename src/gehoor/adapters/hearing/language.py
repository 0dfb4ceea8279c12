"""Dutch or English, by the small words that only one of them has.

A short text, or one that could be either or is neither, keeps the language of the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_FEWEST_WORDS: Final = 3
_MARGIN: Final = 2

# No word stands here that the other language also has, such as "is", "in", "we", "was", "of", "had", "over" or "want".
_DUTCH: Final = (
    "de het een 't ik u je jij jullie wij mij mijn m'n uw ons onze zij hij hem niet geen wel ook maar van voor naar"
    " bij uit aan tot door dat dit deze wat wie waar wanneer waarom hoe hoeveel welke kan kunnen kunt moet moeten mag"
    " mogen wil willen heb heeft hebben ben bent zijn wordt worden gaat doe doen komt nog nu al als dan er hier iets"
    " iemand graag alstublieft hallo goedemorgen bedankt huur huis woning"
)
_ENGLISH: Final = (
    "the a i you he she they my your our their this that these what who where when why how which can could should"
    " would must may will do does did don't have has are am i'm were been not with without from for to and but because"
    " if there here please hello thanks any some get got it it's rent house apartment"
)
_WORDS: Final = {"nl": frozenset(_DUTCH.split()), "en": frozenset(_ENGLISH.split())}


def language_of(words: Sequence[str], known: str) -> str:
    """The language of the words of a normalised text; ``known`` is that of the conversation."""
    if len(words) < _FEWEST_WORDS:
        return known
    unlike = set(words)
    dutch, english = len(unlike & _WORDS["nl"]), len(unlike & _WORDS["en"])
    if abs(dutch - english) < _MARGIN:
        return known
    return "nl" if dutch > english else "en"
