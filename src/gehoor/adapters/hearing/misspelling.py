"""Real misspellings put into labelled lines, to measure what they cost. The list itself is read, not kept here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from gehoor.adapters.hearing.labelled import Line

_WORD: Final = re.compile(r"[^\W\d_]+")
_LONG: Final = 5


@dataclass(frozen=True, slots=True)
class Misspelling:
    """``known``: words and how people miswrite them. A text in which none stands gets one letter wrong in one long
    word: two letters change places, as they do under fast fingers. The same text is always spoilt in the same way."""

    known: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> Misspelling:
        """JSON lines {"wrong", "right"}. Raises OSError, ValueError or KeyError when it is something else."""
        found: dict[str, str] = {}
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            if _WORD.fullmatch(one["right"]) and _WORD.fullmatch(one["wrong"]):
                found.setdefault(one["right"].lower(), one["wrong"].lower())
        return cls(found)

    def line(self, line: Line) -> Line:
        """The line with its text spoilt; a dialogue with each of the customer's texts."""
        turns = tuple(replace(t, text=self.text(t.text)) if t.author == "customer" else t for t in line.turns)
        return replace(line, text=self.text(line.text), turns=turns)

    def text(self, text: str) -> str:
        """The text spoilt."""
        spoilt = _WORD.sub(lambda found: self.known.get(found[0].lower(), found[0]), text)
        return spoilt if spoilt != text else self._slipped(text)

    def _slipped(self, text: str) -> str:
        long = [found for found in _WORD.finditer(text) if len(found[0]) >= _LONG]
        if not long:
            return text
        seed = sha256(text.encode()).digest()
        chosen = long[seed[0] % len(long)]
        word = chosen[0]
        at = 1 + seed[1] % (len(word) - 2)
        slipped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return text[: chosen.start()] + slipped + text[chosen.end() :]
