"""The default brain: finds the approved article that a question is about, or says honestly that it does not know.

It has no words of its own. It serves at once with the look of words alone; as soon as the language model has read the
library, on a worker thread, meaning counts too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import Index, Ranking, build_index
from gehoor.adapters.brains.together import Together
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

_Asked = tuple[Question, Situation]


class RetrievalBrain:
    """A brain over one library. A changed library is a new brain.

    ``cache`` is a folder for trained indexes. ``encoder`` is the language model; ``NoEncoder()`` does without.
    """

    name = "retrieval"

    def __init__(self, library: Library, *, encoder: Encoder | None = None, cache: Path | None = None) -> None:
        self._library = library
        self._encoder: Encoder = SentenceEncoder() if encoder is None else encoder
        self._cache = cache
        # In one place, so that a thread never sees the index of one with the language model of the other.
        self._serving: tuple[Index, Encoder] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._first = asyncio.Event()
        self._together: Together[_Asked, Answer | Suggestions | DontKnow] = Together(self._answers)

    @property
    def version(self) -> str:
        """Version of the knowledge, of the trained index, and of the language model that serves now."""
        if self._serving is None:
            return f"{self._library.version}/none/words"
        index, encoder = self._serving
        return f"{self._library.version}/{index.version}/{encoder.version or 'words'}"

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
        if self._serving is None:
            return DontKnow("not_ready")
        situation = Situation(self._library, today, question.language, question.given)
        picked = chosen(question.text, situation)
        if picked is not None:
            return self._said(picked, situation)
        return await self._together.ask((question, situation))

    def _begin(self) -> asyncio.Task[None]:
        if self._preparing is None:
            self._preparing = asyncio.get_running_loop().create_task(self._prepare())
        return self._preparing

    async def _prepare(self) -> None:
        words = await asyncio.to_thread(build_index, self._library, NoEncoder(), self._cache)
        self._serving = words, NoEncoder()
        self._first.set()
        if await asyncio.to_thread(lambda: self._encoder.available):
            better = await asyncio.to_thread(build_index, self._library, self._encoder, self._cache)
            self._serving = better, self._encoder

    def _answers(self, batch: Sequence[_Asked]) -> list[Answer | Suggestions | DontKnow]:
        if self._serving is None:
            raise LookupError("There is no index yet.")  # ``answer`` has seen one
        index, encoder = self._serving  # taken once: a better index may arrive while this thread works
        verdicts = _judged(batch, index.rank([asked.text for asked, _ in batch], encoder), index.thresholds)
        unsure = [i for i, v in enumerate(verdicts) if v == Abstaining(Reason.NOT_SURE) and _leans(batch[i][0])]
        if unsure:
            rankings = index.rank([f"{batch[i][0].turns[-1]} {batch[i][0].text}" for i in unsure], encoder)
            # The words before were answered to already: what they bring is only ever a suggestion.
            limits = Thresholds(_NEVER, index.thresholds.suggest)
            for i, verdict in zip(unsure, _judged([batch[i] for i in unsure], rankings, limits), strict=True):
                verdicts[i] = verdict
        return [self._said(verdict, situation) for verdict, (_, situation) in zip(verdicts, batch, strict=True)]

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


def _judged(batch: Sequence[_Asked], rankings: Sequence[Ranking], limits: Thresholds) -> list[Verdict]:
    return [
        judge(ranking.candidates, ranking.no_article, situation, limits)
        for ranking, (_, situation) in zip(rankings, batch, strict=True)
    ]


def _leans(question: Question) -> bool:
    return bool(question.turns) and len(question.text.split()) <= _FEW_WORDS
