"""What an approved article is, and which of them may be used on a day.

An article is text that a person approved, with an owner and two dates. It is the only thing that the AI may state
to a customer (guarantee GROUNDED): its first passage is the answer, sent word for word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from gehoor.core.knowledge.costs import USUAL_COSTS, Costs
from gehoor.core.knowledge.ladder import Rung, Severity
from gehoor.core.knowledge.questions import Asked

DEFAULT_LANGUAGE = "nl"

STAFF = "staff"
"""The audience of what only people of the organisation may read. Other audiences are the organisation's own words."""


class ArticlePolicy(StrEnum):
    """How far the AI may go with an article."""

    MAY_ANSWER = "may_answer"
    FIXED_TEXT = "fixed_text"
    MAY_SUGGEST = "may_suggest"
    PEOPLE_ONLY = "people_only"

    @property
    def answers(self) -> bool:
        """Whether the AI may answer by itself. ``FIXED_TEXT``: with the whole answer only, never with another passage
        of the article and never through a language model."""
        return self in (ArticlePolicy.MAY_ANSWER, ArticlePolicy.FIXED_TEXT)


class Computation(StrEnum):
    """What is worked out from the policy, and said before the answer of an article that asks for it."""

    OPENING_HOURS = "opening_hours"


# From the freest to the strictest: translations of one article share the strictest policy that any of them has.
_STRICTNESS = (
    ArticlePolicy.MAY_ANSWER,
    ArticlePolicy.FIXED_TEXT,
    ArticlePolicy.MAY_SUGGEST,
    ArticlePolicy.PEOPLE_ONLY,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that can be understood alone. The answer itself has the heading ""."""

    heading: str
    text: str


@dataclass(frozen=True)
class Article:
    """One approved text in one language.

    ``passages[0]`` is the answer. ``valid_from``, ``review_by`` and ``valid_until`` are days, all included; without
    ``valid_until`` the article has no end. ``ways`` are examples of how customers ask; they are never shown.
    ``audiences`` says for whom the text is (none: everybody; ``STAFF`` alone: never a customer), ``tags`` are names of
    the Uniforme Productnamenlijst. ``source`` is where the text came from (an address or a file, "" for the
    organisation's own), ``source_digest`` the SHA-256 of what was read there. ``computes``: what is worked out and said
    before the answer. ``version`` is computed: ``_version``.
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
    valid_until: date | None = None
    audiences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    source_digest: str = ""
    computes: Computation | None = None
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
        return self.valid_from <= on <= self.review_by and (self.valid_until is None or on <= self.valid_until)

    @property
    def for_customers(self) -> bool:
        """Whether a customer may be given this text at all."""
        return set(self.audiences) != {STAFF}


def title_key(text: str) -> str:
    """What a title and a text that names it have in common."""
    return text.casefold().strip(" ?!.")


EVERYTHING: Final = "*"
"""In ``Library.silenced``: the AI is silent about every topic. No slug looks like it."""
_MOST_ON: Final = {
    Rung.OFF: ArticlePolicy.PEOPLE_ONLY,
    Rung.SHADOW: ArticlePolicy.PEOPLE_ONLY,
    Rung.HELPS_AGENTS: ArticlePolicy.PEOPLE_ONLY,
    Rung.SUGGESTS: ArticlePolicy.MAY_SUGGEST,
    Rung.ANSWERS: ArticlePolicy.MAY_ANSWER,
}
"""How far the AI may go with a customer on each rung."""


@dataclass(frozen=True)
class Library:
    """All articles that could be read, and questions that no article answers (``unanswerable``).

    ``known``: a question set whose truth is known. It is never learned from; probabilities are set by it. ``costs``:
    what the organisation holds of a wrong answer against a needless "I do not know". ``severities``: topics where a
    wrong one is worse than elsewhere.
    ``rungs``: how far a topic has climbed; one that is not named answers. ``silenced``: topics, or ``EVERYTHING``,
    whose kill switch was thrown. ``withdrawn``: versions that may no longer be told. They stay among the articles so
    that a question about them is still known for what it is, and is not answered with the article next to it.
    """

    articles: tuple[Article, ...]
    unanswerable: tuple[str, ...] = ()
    rungs: Mapping[str, Rung] = field(default_factory=dict, hash=False)
    silenced: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    known: tuple[Asked, ...] = ()
    costs: Costs = USUAL_COSTS
    severities: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    version: str = field(init=False)
    _by_key: dict[tuple[str, str], Article] = field(init=False, repr=False, compare=False)
    _by_slug: dict[str, tuple[Article, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", _library_version(self))
        object.__setattr__(self, "_by_key", {(a.slug, a.language): a for a in self.articles})
        by_slug: dict[str, tuple[Article, ...]] = {}
        for a in self.articles:
            by_slug[a.slug] = (*by_slug.get(a.slug, ()), a)
        object.__setattr__(self, "_by_slug", by_slug)

    @property
    def slugs(self) -> tuple[str, ...]:
        """Every topic once, in alphabetical order."""
        return tuple(sorted(self._by_slug))

    def severity(self, slug: str) -> Severity:
        """What a wrong answer about a topic can do."""
        return self.severities.get(slug, Severity.ORDINARY)

    def of(self, slug: str) -> tuple[Article, ...]:
        """A topic in every language that it is there in."""
        return self._by_slug.get(slug, ())

    def titled(self, text: str) -> tuple[Article, ...]:
        """The articles whose very title a text is."""
        return self._by_title.get(title_key(text), ())

    @cached_property
    def _by_title(self) -> dict[str, tuple[Article, ...]]:
        """Made when it is first asked for: of the libraries that there are at a time only the brain's is asked."""
        found: dict[str, tuple[Article, ...]] = {}
        for article in self.articles:
            title = title_key(article.title)
            found[title] = (*found.get(title, ()), article)
        return found

    def find(self, slug: str, language: str) -> Article | None:
        """The article in this language, else in Dutch, else None. What was withdrawn is shown to nobody."""
        for wanted in (language, DEFAULT_LANGUAGE):
            article = self._by_key.get((slug, wanted))
            if article is not None and not self.is_withdrawn(article):
                return article
        return None

    def find_in_force(self, slug: str, language: str, on: date) -> Article | None:
        """As ``find``, but a text that is not in force on this day counts as absent."""
        for wanted in (language, DEFAULT_LANGUAGE):
            article = self._by_key.get((slug, wanted))
            if article is not None and self.in_force(article, on):
                return article
        return None

    def in_force(self, article: Article, on: date) -> bool:
        """Whether this text may be told on this day: its days say so, and it was not withdrawn."""
        return not self.is_withdrawn(article) and article.in_force(on)

    def is_withdrawn(self, article: Article) -> bool:
        """Whether this text, or the Dutch one that it is a translation of, was taken back."""
        dutch = self._by_key.get((article.slug, DEFAULT_LANGUAGE), article)
        return bool(self.withdrawn & {article.version, dutch.version})

    def exactly(self, slug: str, version: str) -> Article | None:
        """This version of this article, in whatever language, if it is here."""
        return next((a for a in self._by_slug.get(slug, ()) if a.version == version), None)

    def rung(self, slug: str) -> Rung:
        """How far a topic has climbed."""
        return self.rungs.get(slug, Rung.ANSWERS)

    def is_silenced(self, slug: str) -> bool:
        """Whether a kill switch stops the AI here."""
        return slug in self.silenced or EVERYTHING in self.silenced

    def policy(self, slug: str) -> ArticlePolicy:
        """The strictest of what the translations of a topic say, what its rung allows, and the kill switch; a topic
        that is not there, or that is not for customers, is for people only."""
        if slug not in self._by_slug or self.is_silenced(slug):
            return ArticlePolicy.PEOPLE_ONLY
        found = [a.policy if a.for_customers else ArticlePolicy.PEOPLE_ONLY for a in self._by_slug[slug]]
        return max([*found, _MOST_ON[self.rung(slug)]], key=_STRICTNESS.index)

    def helps_agents(self, slug: str) -> bool:
        """Whether what the AI found here may be shown to an agent, who decides."""
        return not self.is_silenced(slug) and self.rung(slug) not in (Rung.OFF, Rung.SHADOW)

    def on_trial(self, slug: str) -> bool:
        """Whether the AI thinks of an answer here that no customer sees, to be compared with what people say."""
        return not self.is_silenced(slug) and self.rung(slug) in (Rung.SHADOW, Rung.HELPS_AGENTS)

    def as_if_climbed(self) -> Library:
        """The library in which topics on trial are answered: what a brain works with, behind a guard that lets no
        customer see it."""
        trial = {slug: Rung.ANSWERS for slug in self.rungs if self.on_trial(slug)}
        return replace(self, rungs={**self.rungs, **trial}) if trial else self


def _version(article: Article) -> str:
    """12 hexadecimal digits of the SHA-256 over all that decides what a customer is told, and when.

    Owner, ways, tags and source are left out: giving an article to another team, teaching it a new way of asking, or
    noting where it came from does not change the text that somebody was given. What is not set is left out too, so
    that a version keeps its number when articles get a new field.
    """
    content: dict[str, object] = {
        "slug": article.slug,
        "language": article.language,
        "title": article.title,
        "valid_from": article.valid_from.isoformat(),
        "review_by": article.review_by.isoformat(),
        "policy": article.policy.value,
        "passages": [[p.heading, p.text] for p in article.passages],
    }
    if article.valid_until is not None:
        content["valid_until"] = article.valid_until.isoformat()
    if article.audiences:
        content["audiences"] = sorted(article.audiences)
    if article.computes is not None:
        content["computes"] = article.computes.value
    return _digest(content)


def _library_version(library: Library) -> str:
    """As an article's version, over everything that a brain learns from: ways and unanswerable questions too."""
    articles = sorted([a.slug, a.language, a.version, a.owner, list(a.ways), *_noted(a)] for a in library.articles)
    known = [[one.text, one.topic] for one in library.known]
    return _digest([articles, list(library.unanswerable), *([known] if known else [])])


def _noted(article: Article) -> list[list[str]]:
    """Tags and source of an article that has any."""
    noted = [list(article.tags), [article.source, article.source_digest]]
    return noted if any(map(any, noted)) else []


def _digest(content: object) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
