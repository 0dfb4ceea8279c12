"""The writers' room: what is the matter with a text, what it would do to the evaluation, and what it leaves open."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from gehoor.core.errors import NotNow
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import Article, Library
from gehoor.core.knowledge.life import Edition, Topic
from gehoor.core.knowledge.warnings import Warned, Watch
from gehoor.flows.effects import Effect, Effects, with_text
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.flows.measured import Measurements
from gehoor.flows.unanswered import Missed, Unanswered
from gehoor.ports.people import Staff
from gehoor.ports.world import World

MOST_COMPARED: Final = 2_000
"""Articles that are compared with each other; in a larger library an article is looked at by itself."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How it stands with the effect of a text. ``possible``: it can be measured here; ``trouble``: why it failed."""

    possible: bool
    busy: bool
    effect: Effect | None
    trouble: str = ""


class WritersRoom:
    """What writers need beside the life of the articles itself."""

    def __init__(
        self, world: World, book: KnowledgeBook, measurements: Measurements, today: Callable[[], date]
    ) -> None:
        self.book = book
        self._today = today
        self._effects = Effects(world, measurements)
        self._unanswered = Unanswered(world, lambda: book.library)
        self._counted: tuple[str, date, Counter[str]] | None = None

    # -- what is the matter ------------------------------------------------------------------------------------------

    async def warnings(self, topic: Topic) -> list[Warned]:
        """What a writer should look at in the texts of a topic: in what is being written, else in what counts."""
        library, on = self.book.library, self._today()
        articles = [one.article for one in _worked_on(topic, on)]

        def work() -> list[Warned]:
            watch = Watch(_compared(library, articles), on)
            return [warned for article in articles for warned in watch.of(article)]

        return await asyncio.to_thread(work)

    async def counts(self) -> Counter[str] | None:
        """How many warnings each topic has as it is in force; None: the library is too large to compare it all."""
        library, on = self.book.library, self._today()
        if len(library.articles) > MOST_COMPARED:
            return None
        if self._counted is None or self._counted[:2] != (library.version, on):
            found = await asyncio.to_thread(lambda: Watch(library, on).everything())
            self._counted = library.version, on, Counter(one.article for one in found)
        return self._counted[2]

    async def unanswered(self, staff: StaffId) -> tuple[Missed, ...]:
        """What customers asked lately that was not answered, masked."""
        return await self._unanswered.read_by(staff)

    # -- the effect --------------------------------------------------------------------------------------------------

    async def measured(self, topic: Topic, language: str) -> Measured:
        """How it stands with the effect of the text that is being written."""
        being = topic.being_written(language)
        possible = await self._effects.possible()
        if being is None or not possible:
            return Measured(possible, busy=False, effect=None)
        now, then = self._both(being.article)
        busy, found = self._effects.busy_with(now, then), await self._effects.of(now, then)
        return Measured(True, busy, found, "" if busy or found else self._effects.trouble)

    async def measure(self, topic: Topic, language: str, staff: Staff) -> None:
        """Begins to measure what the text that is being written would do.

        Raises:
            NotNow: there is no such text, or it cannot be measured now.
        """
        being = topic.being_written(language)
        if being is None:
            raise NotNow("Er is geen tekst om te meten.", field="stage")
        await self._effects.begin(*self._both(being.article), staff.id)

    async def approve(self, slug: str, language: str, seen: int, staff: Staff, why: str) -> Topic:
        """Publishes a text whose effect is known.

        Raises:
            NotNow: the effect can be measured here and was not; and as ``KnowledgeBook.approve``.
        """
        topic = self.book.topic(slug)
        state = await self.measured(topic, language)
        if state.possible and state.effect is None and topic.being_written(language) is not None:
            raise NotNow("Meet eerst wat deze tekst met de antwoorden doet.", field="effect")
        found = state.effect
        worse, figures = (False, {}) if found is None else (found.worse, found.figures())
        return await self.book.approve(slug, language, seen, staff, why=why, worse=worse, effect=figures)

    async def idle(self) -> None:
        """Returns when nothing is measured any more."""
        await self._effects.idle()

    def _both(self, article: Article) -> tuple[Library, Library]:
        """The library as it is, and as if the text were in force today."""
        now, on = self.book.library, self._today()
        begins = max(on, article.valid_from)
        text = article if begins == on else replace(article, valid_from=on)
        return now, with_text(now, text)


def _worked_on(topic: Topic, on: date) -> list[Edition]:
    found = []
    for language in topic.languages:
        edition = topic.being_written(language) or topic.counting(language, on) or topic.upcoming(language, on)
        if edition is not None:
            found.append(edition)
    return found


def _compared(library: Library, articles: list[Article]) -> Library:
    """What an article is compared with: everything but the text that it is to take the place of."""
    mine = {(one.slug, one.language) for one in articles}
    others = tuple(one for one in library.articles if (one.slug, one.language) not in mine)
    return Library((*others, *articles) if len(others) <= MOST_COMPARED else tuple(articles))
