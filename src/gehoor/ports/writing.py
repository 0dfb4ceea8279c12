"""How a writer's text becomes an article, and an article a text to write on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gehoor.core.knowledge.article import Article, ArticlePolicy, Computation


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as it is written: fields, and one text in Markdown. Its first paragraph is the answer; every heading
    (``##``) begins a passage."""

    slug: str
    language: str
    title: str
    owner: str
    valid_from: date
    review_by: date
    policy: ArticlePolicy
    text: str
    ways: tuple[str, ...] = ()
    valid_until: date | None = None
    audiences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    computes: Computation | None = None


class Writing(Protocol):
    """Reads and writes manuscripts; waits for nothing."""

    def read(self, manuscript: Manuscript) -> Article:
        """The article.

        Raises:
            Invalid: it cannot be one; names the field, in the language of staff.
        """
        ...

    def text(self, article: Article) -> str:
        """The text of an article, to be written on."""
        ...
