"""Which topics a question that was not answered probably touched: for writers, who see what their text does not catch.

No decision rests on it. A word counts for as much as it tells topics apart (its inverse document frequency), and what
counts is the share of the question's weight that a topic's own words cover.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from gehoor.core.knowledge.article import Article
from gehoor.core.text import tokens

_LEAST = 0.35
"""A topic that covers a smaller share of a question is not near it."""
_SHORTEST = 3
_MOST = 3


class Near:
    """The words of every topic: of its titles, its ways of asking and its headings."""

    def __init__(self, articles: Iterable[Article]) -> None:
        words: dict[str, set[str]] = {}
        for article in articles:
            for text in (article.title, *article.ways, *(one.heading for one in article.passages)):
                words.setdefault(article.slug, set()).update(_words(text))
        self._topics: dict[str, set[str]] = {}
        for slug, its_words in words.items():
            for word in its_words:
                self._topics.setdefault(word, set()).add(slug)
        self._count = len(words)

    def of(self, question: str) -> tuple[str, ...]:
        """The nearest topics, best first, at most three; none when the question touches none of them."""
        shares: dict[str, float] = {}
        whole = 0.0
        for word in set(_words(question)):
            having = self._topics.get(word, set())
            weight = math.log(1 + self._count / (1 + len(having)))
            whole += weight
            for slug in having:
                shares[slug] = shares.get(slug, 0.0) + weight
        best = sorted(((share / whole, slug) for slug, share in shares.items()), key=lambda one: (-one[0], one[1]))
        return tuple(slug for share, slug in best[:_MOST] if share >= _LEAST)


def _words(text: str) -> list[str]:
    return [word for word in tokens(text) if len(word) >= _SHORTEST]
