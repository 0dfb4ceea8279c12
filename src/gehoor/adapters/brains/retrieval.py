"""The default brain: finds the approved article that a question is about, or says honestly that it does not know.

It has no words of its own. It serves at once with the look of words alone; as soon as the language model has read the
library, on a worker thread, meaning counts too. Another library is taken at once: what is gone is not said any more,
what is new is found by its texts some moments later, and learned when there was time for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import structlog

from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.finding import Decided, Finding, Wanted
from gehoor.adapters.brains.index import Index, find_index, find_older, nothing_learned, version_of
from gehoor.adapters.brains.lines import Lines, lines_of
from gehoor.adapters.brains.nearby import (
    LEAST_KEPT,
    NOTHING_NEARBY,
    Nearby,
    changed,
    keep_nearby,
    kept_nearby,
    nearby_of,
)
from gehoor.adapters.brains.passages import Fits
from gehoor.adapters.brains.together import Together
from gehoor.adapters.brains.training import FEW_LINES, Stopped, Trainer, build_index
from gehoor.core.knowledge.answer import Answering, Situation, Suggesting, Verdict, chosen, ranked
from gehoor.core.knowledge.article import Article, Library
from gehoor.ports.brain import Answer, DontKnow, Looked, Question, Said, Suggestions, suggestion_of

_LOG = structlog.get_logger()
TRAINED: Final = "trained"
"""The folder in an organisation's knowledge that may bring a trained index along."""
MOST_CANDIDATES: Final = 8
LEARN_AFTER_S: Final = 30.0
"""How long the library must have stayed as it is before it is learned anew: writers change it often in a row."""


class RetrievalBrain:
    """A brain over the library that it was last given.

    ``cache`` is a folder for trained indexes, ``shipped`` one that may hold some already. ``encoder`` is the language
    model; ``NoEncoder()`` does without.
    """

    name = "retrieval"

    def __init__(
        self,
        library: Library,
        *,
        encoder: Encoder | None = None,
        cache: Path | None = None,
        shipped: Path | None = None,
    ) -> None:
        self._library = library
        self._encoder: Encoder = SentenceEncoder() if encoder is None else encoder
        self._cache = cache
        self._trainer = Trainer()
        self._shipped = shipped
        # In one place, so that a thread never sees the index of one with the language model of the other.
        self._serving: Finding | None = None
        self._lines: Lines | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None
        self._taken = asyncio.Event()
        self._first = asyncio.Event()
        self._passages = Fits()
        self._together: Together[Wanted, Decided] = Together(self._decided)

    @property
    def version(self) -> str:
        """Version of the knowledge, of the trained index, and of the language model that serves now."""
        serving = self._serving
        if serving is None:
            return f"{self._library.version}/none/words"
        return f"{self._library.version}/{serving.index.version}/{serving.encoder.version or 'words'}"

    @property
    def learned(self) -> bool:
        """Whether everything is trained that can be."""
        return self._preparing is not None and self._preparing.done()

    async def prepare(self) -> None:
        """Train everything; returns when the language model serves too. May be called more than once."""
        await asyncio.shield(self._begin())

    def take(self, library: Library) -> None:
        """Another library, at once: what is not in it is not said, whatever was learned. Call it on the event loop, or
        before there is one."""
        self._library = library
        self._taken.set()

    def stop(self) -> None:
        """Learns nothing more: what trains beside the server is ended."""
        self._trainer.stop()

    def finding_for(self, library: Library) -> Finding:
        """What would be found in a library that came in force now; for a worker thread."""
        serving = self._serving
        if serving is None:
            return finding_of(library, NoEncoder(), None, self._shipped)
        return _finding(library, serving.index, serving.encoder, serving.nearby, None)

    async def answer(self, question: Question, today: date) -> Said:
        """The approved answer, up to three titles, or DontKnow with the reason of the rule."""
        return (await self.look(question, today)).said

    async def look(self, question: Question, today: date) -> Looked:
        """The same, with the candidates and how well the passages of the answer fit."""
        await self._until_serving()
        if self._serving is None:
            return Looked(DontKnow("not_ready"))
        situation = Situation(self._library, today, question.language, question.given)
        picked = chosen(question.text, situation)
        if picked is not None:
            return Looked(_said(picked, situation))
        ranking, verdict = await self._together.ask(Wanted(question.text, situation, question.turns))
        candidates = ranked(ranking.candidates)[:MOST_CANDIDATES]
        said = _said(verdict, situation)
        if not isinstance(said, Answer):
            return Looked(said, candidates)
        fits = await asyncio.to_thread(self._passages.of, _article(said.slug, situation), question.text)
        return Looked(said, candidates, {said.slug: fits} if fits else {})

    async def _until_serving(self) -> None:
        preparing = self._begin()
        if not self._first.is_set():
            waiting = asyncio.ensure_future(self._first.wait())
            try:
                await asyncio.wait({waiting, preparing}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()

    # -- learning ----------------------------------------------------------------------------------------------------

    def _begin(self) -> asyncio.Task[None]:
        if self._preparing is None:
            self._preparing = asyncio.get_running_loop().create_task(self._prepare())
        return self._preparing

    async def _prepare(self) -> None:
        try:
            await self._learn_everything()
        except Stopped:
            return
        self._following = asyncio.get_running_loop().create_task(self._follow())

    async def _learn_everything(self) -> None:
        older = await asyncio.to_thread(self._older)
        if older is None:
            await self._learn(NoEncoder())
            self._first.set()
            if not await asyncio.to_thread(lambda: self._encoder.available):
                return
        else:
            index, lines = older
            self._lines = lines
            await self._serve(self._library, index, self._encoder)
            self._first.set()
            if index.version == version_of(lines, self._encoder):
                return
        await self._learn(self._encoder)

    def _older(self) -> tuple[Index, Lines] | None:
        """What was learned before, of these lines or of others, when the language model is there to use it; and these
        lines."""
        if not self._encoder.available:
            return None
        folders = [folder for folder in (self._cache, self._shipped) if folder is not None]
        lines = lines_of(self._library)
        index = find_index(lines, self._encoder, folders) or find_older(lines, self._encoder, folders)
        return None if index is None or not lines.topics else (index, lines)

    async def _learn(self, encoder: Encoder) -> None:
        library, serving = self._library, self._serving
        lines = await asyncio.to_thread(lines_of, library)
        index = await asyncio.to_thread(self._trainer.build, lines, encoder, self._cache, self._shipped)
        if not index.topics:  # the same table as before: rows that were made with it need not be made anew
            same = serving is not None and not serving.index.topics
            index = serving.index if same and serving else await asyncio.to_thread(_nothing_learned, library)
        self._lines = lines
        await self._serve(library, index, encoder)

    async def _serve(self, library: Library, index: Index, encoder: Encoder) -> None:
        before = self._serving.nearby if self._serving else NOTHING_NEARBY
        self._serving = await asyncio.to_thread(
            _finding, library, index, encoder, before, self._cache, self._trainer.go_on
        )
        self._passages = Fits(self._serving)

    async def _follow(self) -> None:
        """What is new is found by its texts as soon as they were read; then all of it is learned, when it rests."""
        while True:
            await self._taken.wait()
            self._taken.clear()
            serving, library = self._serving, self._library
            if serving is None:
                continue
            try:
                await self._serve(library, serving.index, serving.encoder)
                if await self._rests() and await asyncio.to_thread(lines_of, library) != self._lines:
                    await self._learn(serving.encoder)
            except Stopped:
                return
            except Exception as fault:  # what was learned before serves on; the guard says only what is in force
                _LOG.error("the knowledge could not be learned anew", code=type(fault).__name__)

    async def _rests(self) -> bool:
        try:
            async with asyncio.timeout(LEARN_AFTER_S):
                await self._taken.wait()
        except TimeoutError:
            return True
        return False

    # -- deciding ----------------------------------------------------------------------------------------------------

    def _decided(self, batch: Sequence[Wanted]) -> list[Decided]:
        serving = self._serving  # taken once: a better index may arrive while this thread works
        if serving is None:
            raise LookupError("There is no index yet.")  # ``look`` has seen one
        return serving.decide(batch)


def finding_of(library: Library, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Finding:
    """Everything that there is to know of a library, learned here and now. Where that would take minutes and most of it
    was learned before, what changed since is found by its texts."""
    lines = lines_of(library)
    folders = [folder for folder in (cache, shipped) if folder is not None]
    index = find_index(lines, encoder, folders)
    if index is None and len(lines.texts) > FEW_LINES:
        index = find_older(lines, encoder, folders)
    if index is None:
        index = build_index(lines, encoder, cache, shipped)
    if not index.topics:
        index = _nothing_learned(library)
    return _finding(library, index, encoder, NOTHING_NEARBY, cache)


def _nothing_learned(library: Library) -> Index:
    return nothing_learned([f"{a.title} {a.answer}" for a in library.articles])


def _finding(
    library: Library,
    index: Index,
    encoder: Encoder,
    before: Nearby,
    cache: Path | None,
    go_on: Callable[[], None] = lambda: None,
) -> Finding:
    new = changed(library.articles, index.learned)
    with_model = encoder.available
    if cache is not None and len(new) >= LEAST_KEPT and (not before.keys or before.with_model != with_model):
        before = kept_nearby(cache, with_model=with_model)
    nearby = nearby_of(new, index.table, encoder, with_model=with_model, before=before, go_on=go_on)
    if cache is not None and nearby.keys != before.keys:
        keep_nearby(nearby, cache)
    return Finding(library, index, nearby, encoder)


def _said(verdict: Verdict, situation: Situation) -> Said:
    if isinstance(verdict, Answering):
        a = _article(verdict.slug, situation)
        return Answer(a.slug, a.version, a.title, a.language, a.answer, a.url_path, valid_from=a.valid_from)
    if isinstance(verdict, Suggesting):
        return Suggestions(tuple(suggestion_of(_article(slug, situation)) for slug in verdict.slugs))
    return DontKnow(verdict.reason)


def _article(slug: str, situation: Situation) -> Article:
    article = situation.library.find_in_force(slug, situation.language, situation.today)
    if article is None:
        raise LookupError(slug)  # the rule has just found it in force
    return article
