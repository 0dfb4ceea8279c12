"""The default brain: finds the approved article that a question is about, or says honestly that it does not know.

It has no words of its own. It serves at once with the look of words alone; as soon as the language model has read the
library, on a worker thread, meaning counts too.
"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import Index, Ranking, build_index
from gehoor.core.knowledge.answer import (
    Abstaining,
    Answering,
    Reason,
    Situation,
    Suggesting,
    Thresholds,
    Verdict,
    chosen,
    judge,
)
from gehoor.core.knowledge.article import Article, Library
from gehoor.ports.brain import Answer, DontKnow, Question, Suggestion, Suggestions

# A question of so few words may lean on the one before it ("en in het weekend?").
_FEW_WORDS = 6
_NEVER = 2.0  # a threshold that no probability reaches


class RetrievalBrain:
    """A brain over one library. A changed library is a new brain.

    ``cache`` is a folder for trained indexes. ``encoder`` is the language model; ``NoEncoder()`` does without.
    """

    name = "retrieval"

    def __init__(self, library: Library, *, encoder: Encoder | None = None, cache: Path | None = None) -> None:
        self._library = library
        self._encoder: Encoder = SentenceEncoder() if encoder is None else encoder
        self._cache = cache
        self._index: Index | None = None
        self._serving: Encoder = NoEncoder()
        self._preparing: asyncio.Task[None] | None = None
        self._first = asyncio.Event()

    @property
    def version(self) -> str:
        """Version of the knowledge, of the trained index, and of the language model that serves now."""
        index = self._index.version if self._index else "none"
        return f"{self._library.version}/{index}/{self._serving.version or 'words'}"

    @property
    def learned(self) -> bool:
        """Whether everything is trained that can be."""
        return self._preparing is not None and self._preparing.done()

    async def prepare(self) -> None:
        """Train everything; returns when the language model serves too. May be called more than once."""
        await asyncio.shield(self._begin())

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:
        """The approved answer, up to three titles, or DontKnow with the reason of the rule."""
        preparing = self._begin()
        if not self._first.is_set():
            waiting = asyncio.ensure_future(self._first.wait())
            try:
                await asyncio.wait({waiting, preparing}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
        if self._index is None:
            return DontKnow("not_ready")
        # Taken together: a better index may arrive while the thread works.
        index, encoder = self._index, self._serving
        return await asyncio.to_thread(self._answer, question, today, index, encoder)

    def _begin(self) -> asyncio.Task[None]:
        if self._preparing is None:
            self._preparing = asyncio.get_running_loop().create_task(self._prepare())
        return self._preparing

    async def _prepare(self) -> None:
        self._index = await asyncio.to_thread(build_index, self._library, NoEncoder(), self._cache)
        self._first.set()
        if await asyncio.to_thread(lambda: self._encoder.available):
            better = await asyncio.to_thread(build_index, self._library, self._encoder, self._cache)
            self._index, self._serving = better, self._encoder

    def _answer(
        self, question: Question, today: date, index: Index, encoder: Encoder
    ) -> Answer | Suggestions | DontKnow:
        situation = Situation(self._library, today, question.language, question.given)
        picked = chosen(question.text, situation)
        if picked is not None:
            return self._said(picked, situation)
        (ranking,) = index.rank([question.text], encoder)
        verdict = _judged(ranking, situation, index.thresholds)
        if verdict == Abstaining(Reason.NOT_SURE) and _leans(question):
            (ranking,) = index.rank([f"{question.turns[-1]} {question.text}"], encoder)
            # The words before were answered to already: what they bring is only ever a suggestion.
            verdict = _judged(ranking, situation, Thresholds(_NEVER, index.thresholds.suggest))
        return self._said(verdict, situation)

    def _said(self, verdict: Verdict, situation: Situation) -> Answer | Suggestions | DontKnow:
        if isinstance(verdict, Answering):
            a = self._article(verdict.slug, situation)
            return Answer(a.slug, a.version, a.title, a.language, a.answer, a.url_path)
        if isinstance(verdict, Suggesting):
            found = [self._article(slug, situation) for slug in verdict.slugs]
            return Suggestions(tuple(Suggestion(a.slug, a.version, a.title, a.language) for a in found))
        return DontKnow(verdict.reason)

    def _article(self, slug: str, situation: Situation) -> Article:
        article = self._library.find_in_force(slug, situation.language, situation.today)
        if article is None:
            raise LookupError(slug)  # the rule has just found it in force
        return article


def _judged(ranking: Ranking, situation: Situation, thresholds: Thresholds) -> Verdict:
    return judge(ranking.candidates, ranking.no_article, situation, thresholds)


def _leans(question: Question) -> bool:
    return bool(question.turns) and len(question.text.split()) <= _FEW_WORDS
