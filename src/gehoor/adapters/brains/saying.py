"""The passage that answers, and the next best beside it: what is made of what a brain found.

It stands around the brain that finds. It never answers another question, or with another article, than that one did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from gehoor.adapters.brains.around import Around
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library
from gehoor.core.knowledge.saying import Statement, compose, state
from gehoor.ports.brain import Answer, Brain, Finder, Looked, Question, Said, Suggestion, suggestion_of

MOST_NEXT: Final = 2
LEAST_NEXT: Final = 0.02
"""The least probability with which an article is offered as the next best."""


async def looked(brain: Brain, question: Question, today: date) -> Looked:
    """What a brain saw; of one that cannot tell, what it says."""
    look: Callable[..., object] | None = getattr(brain, "look", None)
    if look is None:
        return Looked(await brain.answer(question, today))
    finder: Finder = brain  # type: ignore[assignment]  # it has the method that makes a brain one
    return await finder.look(question, today)


class SayingBrain(Around):
    """A brain that says the passage that fits, of the article that the brain inside answers with."""

    def __init__(self, brain: Brain, library: Callable[[], Library]) -> None:
        super().__init__(brain)
        self._library = library

    async def answer(self, question: Question, today: date) -> Said:
        """What the brain inside found, with its passage picked."""
        return (await self.look(question, today)).said

    async def look(self, question: Question, today: date) -> Looked:
        """The same, with what was seen."""
        seen = await looked(self._brain, question, today)
        if not isinstance(seen.said, Answer):
            return seen
        return replace(seen, said=self._said(seen, seen.said, question, today))

    def _said(self, seen: Looked, said: Answer, question: Question, today: date) -> Answer:
        library = self._library()
        also = said.also or self._next(seen, said.slug, question, today)
        article = library.find_in_force(said.slug, said.language, today)
        if article is None or article.version != said.version or said.places or said.text != article.answer:
            return replace(said, also=also)  # nothing is mended here: the guard judges it
        policy = library.policy(said.slug)
        statement = state(article, seen.passages.get(said.slug, ()), fixed=policy != ArticlePolicy.MAY_ANSWER)
        return replace(answer_of(article, statement), also=also)

    def _next(self, seen: Looked, slug: str, question: Question, today: date) -> tuple[Suggestion, ...]:
        library = self._library()
        found = []
        for one in seen.candidates:
            article = library.find_in_force(one.slug, question.language, today)
            taken = one.slug == slug or one.slug in question.given or one.score < LEAST_NEXT
            if article is not None and not taken and library.policy(one.slug) != ArticlePolicy.PEOPLE_ONLY:
                found.append(suggestion_of(article))
        return tuple(found[:MOST_NEXT])


def answer_of(article: Article, said: Statement, text: str = "") -> Answer:
    """A statement as an answer, with its source. ``text``: where it holds phrases, what was made of it."""
    words = text or compose(article, said, {})
    return Answer(
        article.slug,
        article.version,
        article.title,
        article.language,
        words,
        article.url_path,
        said.places,
        said.phrases,
        article.valid_from,
    )
