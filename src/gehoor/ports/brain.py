"""What the AI's turn may ask of a brain, and what a brain may say.

A brain is a guest: it returns data and can never route, close or promise anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from gehoor.core.conversation.model import Consulted
from gehoor.core.knowledge.answer import Candidate
from gehoor.core.knowledge.article import Article, Computation


@dataclass(frozen=True, slots=True)
class Question:
    """What the customer asks now, with personal data masked.

    ``language`` is a two-letter code, ``turns`` the customer's earlier texts in order, ``given`` the slugs of articles
    that were answered with in this conversation. ``clarified``: the last that the AI said was a fixed question.
    """

    text: str
    language: str = "nl"
    turns: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    clarified: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may be meant, in the language in which its title stands."""

    slug: str
    version: str
    title: str
    language: str = "nl"
    valid_from: date | None = None


def suggestion_of(article: Article) -> Suggestion:
    """An article as it is suggested."""
    return Suggestion(article.slug, article.version, article.title, article.language, article.valid_from)


@dataclass(frozen=True, slots=True)
class Answer:
    """Approved sentences of one article version, word for word, with their source.

    ``places``: passage and number of each sentence (core/knowledge/sentences); none: the whole answer. ``phrases``: the
    id of the fixed phrase before each piece. ``valid_from``: since when this version is in force. ``also``: what may be
    meant instead, should this not help. ``computes``: what the house works out and says before the text, as the article
    asks for; a brain's word for it does not count. ``consulted``: what a language model was asked on the way.
    """

    slug: str
    version: str
    title: str
    language: str
    text: str
    url_path: str
    places: tuple[tuple[int, int], ...] = ()
    phrases: tuple[str, ...] = ()
    valid_from: date | None = None
    also: tuple[Suggestion, ...] = ()
    computes: Computation | None = None
    consulted: Consulted | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One to three articles that may be meant, best first: "do you mean ...?"; ``question``: the id of another fixed
    question to ask above them."""

    items: tuple[Suggestion, ...]
    question: str = ""
    consulted: Consulted | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DontKnow:
    """Nothing can be said; ``reason`` is a short code for the record, never shown to a customer. ``unseen``: what would
    have been said, of a topic on trial."""

    reason: str
    consulted: Consulted | None = field(default=None, compare=False)
    unseen: Suggestion | None = None


Said = Answer | Suggestions | DontKnow


@dataclass(frozen=True, slots=True)
class Looked:
    """What a brain that finds would say by its own thresholds, and what it saw on the way.

    ``candidates``: topics with their probability, best first. ``passages``: by slug, how well each passage of the
    article fits the question, from 0 to 1 in the article's order; what is missing is not known.
    """

    said: Said
    candidates: tuple[Candidate, ...] = ()
    passages: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


class Brain(Protocol):
    """Something that proposes what to say to a customer."""

    @property
    def name(self) -> str:
        """Which brain this is, for the record."""
        ...

    @property
    def version(self) -> str:
        """Version of its tables and its model, for the record: what is needed to repeat an answer."""
        ...

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:
        """Propose what to say on this day. May be slow and may fail: callers wrap it (``adapters/brains/guarded``)."""
        ...


class Finder(Brain, Protocol):
    """A brain that also tells what it saw: what a passage is picked by, and what a language model may choose from."""

    async def look(self, question: Question, today: date) -> Looked:
        """As ``answer``, with the candidates and how well their passages fit."""
        ...
