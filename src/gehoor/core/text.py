"""What a text may hold, and the form in which texts are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_MESSAGE: Final = 4000
"""The most characters of one message."""

# Characters that reorder or hide text for the next reader. Arabic and Hebrew order themselves; these are never needed
# for it, and an override can make a text look as if it said something else ("Trojan Source", CVE-2021-42574).
_REORDERING: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_CONTROL: Final = {code: None for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_DROPPED: Final = {**_REORDERING, **_CONTROL}
_SPACE: Final = re.compile(r"\s+")
_NOT_WORD: Final = re.compile(r"[^\w']+")


def clean(text: str) -> str:
    """The text without control and reordering characters and outer white space; it may be empty."""
    return text.replace("\r\n", "\n").translate(_DROPPED).strip()


def fault(text: str, longest: int = LONGEST_MESSAGE) -> str | None:
    """What is wrong with a cleaned text, as a sentence, or None: empty, longer than ``longest``, half a character."""
    if not text:
        return "The text is empty."
    if len(text) > longest:
        return f"The text is longer than {longest} characters."
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "The text holds half a character."
    return None


def normalise(text: str) -> str:
    """Lower case, without accents and doubled white space: the form in which tables are looked up."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _SPACE.sub(" ", plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip()


def tokens(text: str) -> list[str]:
    """The words of a normalised text, without punctuation."""
    return [word for word in _NOT_WORD.split(text) if word]
