"""What an index learns from: the ways in which customers ask, the articles' own words, and what no article answers.

Only topics with enough ways are learned; the others are found by their texts (``shelf``). What is learned from has a
ceiling, because training costs the cube of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.core.knowledge.article import Article, Library

Classes = npt.NDArray[np.int64]

LEAST_WAYS: Final = 2
"""A topic with fewer ways is found by its texts: one says nothing of how differently people ask."""
MOST_TOPICS: Final = 500
"""Those with the most ways. Each is a column of numbers for every line."""
MOST_LINES: Final = 16_000
"""Four minutes of one core and 1.1 GB, in a process of its own."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts with their class. ``topics`` are the classes in order; after them comes "no article". ``asked``: which
    texts customers ask (the others are the articles' own words). ``known``: a question set with its classes, never
    learned from. ``keys``: of the articles that the lines are of (``key_of``)."""

    topics: tuple[str, ...]
    texts: tuple[str, ...]
    classes: tuple[int, ...]
    asked: tuple[bool, ...]
    known: tuple[tuple[str, int], ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def none(self) -> int:
        """The class "no article"."""
        return len(self.topics)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits over all of it."""
        told = [self.topics, self.texts, self.classes, self.asked, self.known]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]

    def targets(self) -> Classes:
        """The classes as numbers for numpy."""
        return np.array(self.classes, dtype=np.int64)


def lines_of(library: Library) -> Lines:
    """What is learned from a library, in a fixed order."""
    ways = {slug: _ways(library.of(slug)) for slug in library.slugs}
    most = sorted((slug for slug in ways if ways[slug] >= LEAST_WAYS), key=lambda slug: (-ways[slug], slug))
    topics = tuple(sorted(most[:MOST_TOPICS]))
    number = {slug: i for i, slug in enumerate(topics)}
    rows: dict[tuple[str, int], bool] = {}
    if topics:
        per_topic = max(LEAST_WAYS, MOST_LINES // (len(topics) + 1))
        for slug in topics:
            rows.update(dict.fromkeys(list(_asked(library.of(slug), number[slug]))[:per_topic], True))
        room = max(MOST_LINES - len(rows), per_topic)
        rows.update({(question, len(topics)): True for question in library.unanswerable[:room]})
        for slug in topics:
            for article in library.of(slug):
                for text in own_words(article):
                    if len(rows) < MOST_LINES:
                        rows.setdefault((text, number[slug]), False)
    known = tuple(
        (one.text, len(topics) if one.topic is None else number[one.topic])
        for one in (library.known if topics else ())
        if one.topic is None or one.topic in number
    )
    texts, classes = tuple(text for text, _ in rows), tuple(place for _, place in rows)
    keys = tuple(key_of(article) for slug in topics for article in library.of(slug))
    return Lines(topics, texts, classes, tuple(rows.values()), known, keys)


def key_of(article: Article) -> str:
    """What is learned of an article, or found by: another text or another way is another key."""
    return _key(article.language, article.title, article.passages, article.ways)


@lru_cache(maxsize=65_536)
def _key(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def own_words(article: Article) -> list[str]:
    """What the article says in its title and passages; headings also alone, because they are short questions."""
    headings = [p.heading for p in article.passages if p.heading]
    return [article.title, *headings, *(f"{p.heading} {p.text}".strip() for p in article.passages)]


def _asked(articles: Sequence[Article], number: int) -> Iterator[tuple[str, int]]:
    for article in articles:
        for way in article.ways:
            yield way, number


def _ways(articles: Sequence[Article]) -> int:
    return sum(len(article.ways) for article in articles)
