"""What an approved article is, and which of them may be used on a day.

An article is text that a person approved, with an owner and two dates. It is the only thing that the AI may state
to a customer (guarantee GROUNDED): its first passage is the answer, sent word for word.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

DEFAULT_LANGUAGE = "nl"


class ArticlePolicy(StrEnum):
    """How far the AI may go with an article."""

    MAY_ANSWER = "may_answer"
    MAY_SUGGEST = "may_suggest"
    PEOPLE_ONLY = "people_only"


# From the freest to the strictest: translations of one article share the strictest policy that any of them has.
_STRICTNESS = (ArticlePolicy.MAY_ANSWER, ArticlePolicy.MAY_SUGGEST, ArticlePolicy.PEOPLE_ONLY)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that can be understood alone. The answer itself has the heading ""."""

    heading: str
    text: str


@dataclass(frozen=True)
class Article:
    """One approved text in one language.

    ``passages[0]`` is the answer. ``valid_from`` and ``review_by`` are days, both included. ``ways`` are examples of
    how customers ask; they are never shown. ``version`` is computed: see ``_version``.
    """

    slug: str
    language: str
    title: str
    owner: str
    valid_from: date
    review_by: date
    policy: ArticlePolicy
    passages: tuple[Passage, ...]
    ways: tuple[str, ...] = ()
    version: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", _version(self))

    @property
    def answer(self) -> str:
        """The approved text that is sent, or "" when there is none."""
        return self.passages[0].text if self.passages else ""

    @property
    def url_path(self) -> str:
        """Where a customer can read the whole article, from the root of the site."""
        return f"/kennis/{self.language}/{self.slug}"

    def in_force(self, on: date) -> bool:
        """Whether the article may be used on this day: a text past its review date is not answered from."""
        return self.valid_from <= on <= self.review_by


@dataclass(frozen=True)
class Library:
    """All articles that could be read, and questions that no article answers (``unanswerable``)."""

    articles: tuple[Article, ...]
    unanswerable: tuple[str, ...] = ()
    version: str = field(init=False)
    _by_key: dict[tuple[str, str], Article] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", _library_version(self))
        object.__setattr__(self, "_by_key", {(a.slug, a.language): a for a in self.articles})

    @property
    def slugs(self) -> tuple[str, ...]:
        """Every topic once, in alphabetical order."""
        return tuple(sorted({a.slug for a in self.articles}))

    def find(self, slug: str, language: str) -> Article | None:
        """The article in this language, else in Dutch, else None."""
        return self._by_key.get((slug, language)) or self._by_key.get((slug, DEFAULT_LANGUAGE))

    def find_in_force(self, slug: str, language: str, on: date) -> Article | None:
        """As ``find``, but a text that is not in force on this day counts as absent."""
        for wanted in (language, DEFAULT_LANGUAGE):
            article = self._by_key.get((slug, wanted))
            if article is not None and article.in_force(on):
                return article
        return None

    def policy(self, slug: str) -> ArticlePolicy:
        """The strictest policy among the translations of a topic; a topic that is not there is for people only."""
        found = [a.policy for a in self.articles if a.slug == slug]
        return max(found, key=_STRICTNESS.index, default=ArticlePolicy.PEOPLE_ONLY)


def _version(article: Article) -> str:
    """12 hexadecimal digits of the SHA-256 over all that decides what a customer is told, and when.

    Owner and ways are left out: giving an article to another team, or teaching it a new way of asking, does not
    change the text that somebody was given.
    """
    content = {
        "slug": article.slug,
        "language": article.language,
        "title": article.title,
        "valid_from": article.valid_from.isoformat(),
        "review_by": article.review_by.isoformat(),
        "policy": article.policy.value,
        "passages": [[p.heading, p.text] for p in article.passages],
    }
    return _digest(content)


def _library_version(library: Library) -> str:
    """As an article's version, over everything that a brain learns from: ways and unanswerable questions too."""
    articles = sorted((a.slug, a.language, a.version, a.owner, list(a.ways)) for a in library.articles)
    return _digest([articles, list(library.unanswerable)])


def _digest(content: object) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
