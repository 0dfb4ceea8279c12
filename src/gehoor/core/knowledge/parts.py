"""Two questions in one message: where one ends and the next begins. In doubt it is one question."""

from __future__ import annotations

import re
from typing import Final

MOST_PARTS: Final = 3
_LEAST_WORDS: Final = 3
_ASKS: Final = r"(?:hoe|wat|waar|wanneer|waarom|wie|welke|hoeveel|kan|kunnen|mag|moet|how|what|where|when|can|may)"
_BETWEEN: Final = re.compile(
    rf"(?<=\?)\s+|\n+|[,.;]?\s+(?:en|ook|verder|daarnaast|and|also)\s+(?=(?:ook\s+|also\s+)?{_ASKS}\b)", re.IGNORECASE
)
_QUESTION: Final = re.compile(rf"\?\s*$|^\W*(?:en\s+|and\s+)?{_ASKS}\b", re.IGNORECASE)


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of a message that holds two or three; empty for one, or for a story around it."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part and part.strip()]
    asked = tuple(part for part in parts if _QUESTION.search(part) and len(part.split()) >= _LEAST_WORDS)
    return asked if 2 <= len(asked) <= MOST_PARTS else ()
