"""The plain wording of a question: what stays of it when case, fancy forms and drawn-out letters are taken away."""

from __future__ import annotations

import re
import unicodedata

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_SPACES = re.compile(r"\s+")


def plain_wording(text: str) -> str:
    """Lower case, compatibility forms unified (NFKC), no control, invisible or half characters, "heeeel" as "heel"."""
    unified = unicodedata.normalize("NFKC", text).lower()
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in unified if not _hidden(c))
    return _SPACES.sub(" ", _DRAWN_OUT.sub(_twice, visible)).strip()


def _twice(match: re.Match[str]) -> str:
    # Digits are kept: 1000 is not 100.
    letter = match.group(1)
    return match.group(0) if letter.isdigit() else letter * 2


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cs")
