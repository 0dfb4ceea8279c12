"""How well each passage of an article fits a question, by meaning."""

from __future__ import annotations

from typing import Final

from gehoor.adapters.brains.classifier import Floats
from gehoor.adapters.brains.finding import Finding
from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.wording import plain_wording

MOST_READ: Final = 256
"""Articles whose passages are remembered: 10 kB each."""


class Fits:
    """Compares questions with passages; what it read of an article it still knows. Without a finding, or without the
    language model, nothing is known."""

    def __init__(self, finding: Finding | None = None) -> None:
        self._encoder = None if finding is None else finding.encoder
        self._read: dict[str, Floats] = {}

    def of(self, article: Article, asked: str) -> tuple[float, ...]:
        """From 0 to 1 for each passage, in the article's order; empty when nothing is known. Some 3 ms for a new
        article, else 1 ms or, for what was just asked, nothing."""
        encoder = self._encoder
        if encoder is None or not encoder.available or len(article.passages) < 2:
            return ()
        places = self._read.get(article.version)
        if places is None:
            texts = [plain_wording(f"{p.heading} {p.text}".strip()) for p in article.passages]
            places = self._read[article.version] = encoder.encode(texts)
            while len(self._read) > MOST_READ:
                del self._read[next(iter(self._read))]
        fits = places @ encoder.encode([plain_wording(asked)])[0]
        return tuple(min(max(float(fit), 0.0), 1.0) for fit in fits)
