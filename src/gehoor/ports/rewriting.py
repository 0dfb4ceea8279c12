"""What a writer may ask of a language model: the same text, said otherwise. It reaches no customer by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gehoor.core.knowledge.article import Article, Passage
from gehoor.core.knowledge.proposal import How


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a model made of an article; ``tokens`` were used for it."""

    title: str
    passages: tuple[Passage, ...]
    model: str
    tokens: int


class Rewrites(Protocol):
    """A language model that rewrites."""

    async def rewrite(self, article: Article, how: How, language: str, today: date) -> Rewritten:
        """The article otherwise, in a language (two letters).

        Raises:
            NotNow: the model did not give a text that can be used.
        """
        ...
