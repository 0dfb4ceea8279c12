"""What the AI's turn may ask of a brain, and what a brain may say.

A brain is a guest: it returns data and can never route, close or promise anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """What the customer asks now, with personal data masked.

    ``language`` is a two-letter code, ``turns`` the customer's earlier texts in order, ``given`` the slugs of articles
    that were answered with in this conversation.
    """

    text: str
    language: str = "nl"
    turns: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """The approved text of one article version, word for word, with its source."""

    slug: str
    version: str
    title: str
    language: str
    text: str
    url_path: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may be meant, in the language in which its title stands."""

    slug: str
    version: str
    title: str
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One to three articles that may be meant, best first: "do you mean ...?"."""

    items: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class DontKnow:
    """Nothing can be said; ``reason`` is a short code for the record, never shown to a customer."""

    reason: str


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
