"""The forms in which the hearing looks at a text: words that cannot hide.

What a reader sees is what is heard: zero-width characters, letters of another alphabet that look the same
(homoglyphs, Unicode TR39), full-width letters, letters set apart ("m e d e w e r k e r") and stretched words
("heeeelp") are undone first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MOST_WORDS: Final = 20_000
"""Words of one text that are looked at; longer texts than a message may be are only met by the filter."""

# Letters of other alphabets that look like a Latin one. Used only in a word that also has Latin letters.
_CYRILLIC: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u043a\u043c\u0442\u043d\u0432\u0456\u0458\u0455\u0501\u04bb\u0491"
)
_GREEK: Final = "\u03b1\u03b5\u03c1\u03c5\u03c7\u03ba\u03b9\u03bd\u03b7\u03c4\u03c9\u03bf"
_OTHER: Final = "\u0131\u0261\u0251"
_LOOK_ALIKE: Final = str.maketrans(_CYRILLIC + _GREEK + _OTHER, "aeopcyxkmthbijsdhraepuxkivntwoiga")
# Letters that no decomposition takes apart.
_PLAIN: Final = str.maketrans(
    {"\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u00fe": "th"}
)
_LATIN: Final = re.compile(r"[a-z]")
_FOREIGN: Final = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0131\u0261\u0251]")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CLAUSE: Final = re.compile(r"[!?;\n\u061f\u060c\u3002\uff01\uff1f]+|[.,:()\"\u2026]+(?=\s|$)|\s(?:-|\u2013|\u2014)\s")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED: Final = "aeou"  # these stand twice in ordinary Dutch words
_APART: Final = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_BETWEEN: Final = re.compile(r"[ .\-_*]")
_LEET: Final = str.maketrans("013457@$", "oieastas")
_LEET_SIGN: Final = re.compile(r"[a-z][0134@$57][a-z]")
_LEET_WORD: Final = re.compile(r"(?<!\w)(?=\w*[a-z]{2})(?=\w*[0134@$57])[a-z][a-z0134@$57]{4,}(?!\w)")
_QUOTES: Final = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "`": "'", "\u00b4": "'"}
)


@dataclass(frozen=True, slots=True)
class Forms:
    """One text, ready to be listened to. ``clauses``: runs of ``words`` between punctuation, each with its words
    between single spaces and a space at both ends; ``line``: all of it in the same form."""

    words: tuple[str, ...]
    clauses: tuple[str, ...]
    line: str


def forms(text: str) -> Forms:
    """The forms of a text of any length. Never fails."""
    plain = _plain(text)
    clauses: list[str] = []
    words: list[str] = []
    for part in _CLAUSE.split(plain):
        found = _WORD.findall(part)
        if found:
            clauses.append(f" {' '.join(found)} ")
            words += found
            if len(words) > MOST_WORDS:
                break
    return Forms(tuple(words), tuple(clauses), f" {' '.join(words)} ")


def _plain(text: str) -> str:
    """Lower case, no accents, nothing hidden."""
    plain = text.casefold().translate(_QUOTES)
    if not plain.isascii():
        plain = _visible(plain)
    if _APART.search(plain):
        plain = _APART.sub(_joined, plain)
    if _STRETCHED.search(plain):
        plain = _STRETCHED.sub(_calm, plain)
    return _LEET_WORD.sub(_unleet, plain) if _LEET_SIGN.search(plain) else plain


def _unleet(found: re.Match[str]) -> str:
    return found[0].translate(_LEET)


def _calm(found: re.Match[str]) -> str:
    return found[1] * (2 if found[1] in _DOUBLED else 1)


def _joined(found: re.Match[str]) -> str:
    return _BETWEEN.sub("", found[0])


def _visible(text: str) -> str:
    """Without what cannot be seen, accents and look-alikes."""
    plain = unicodedata.normalize("NFKD", text).translate(_PLAIN).translate(_SEEN)
    return _WORD.sub(_same_alphabet, plain) if _FOREIGN.search(plain) else plain


class _Seen(dict[int, int | None]):
    """What stays of each character, looked up once: marks and what has no form are dropped."""

    def __missing__(self, code: int) -> int | None:
        if len(self) > _MOST_KNOWN:
            self.clear()
        kept = code if code < 128 or unicodedata.category(chr(code)) not in _UNSEEN else None
        self[code] = kept
        return kept


_MOST_KNOWN: Final = 20_000
_SEEN: Final = _Seen()
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn"})


def _same_alphabet(found: re.Match[str]) -> str:
    word = found[0]
    return word.translate(_LOOK_ALIKE) if _LATIN.search(word) and _FOREIGN.search(word) else word
