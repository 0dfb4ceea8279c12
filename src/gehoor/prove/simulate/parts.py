"""The parts in memory that the product ships, where a simulation must see or disturb something.

Every one of them does what the shipped part does; it adds a bell, an ear or a fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from random import Random
from typing import Final

from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.conversation.events import Fact
from gehoor.core.ids import ConversationId, spoken_reference
from gehoor.core.knowledge.article import Article, Library
from gehoor.ports.brain import Answer, DontKnow, Question, Suggestion, Suggestions
from gehoor.ports.feed import News, Passing
from gehoor.ports.store import Append

Hears = Callable[[ConversationId, tuple[Fact, ...]], None]


class RingingStore(MemoryStore):
    """Says after a commit that a job is due earlier than was planned, and can die between a commit and its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.planned: float = 0.0
        self.earlier: Callable[[], None] = lambda: None
        self.dies: Callable[[], Awaitable[None]] | None = None

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing."""
        heads = await super().commit(batch)
        moment = self.next_moment()
        if moment is not None and moment < self.planned:
            self.earlier()
        if self.dies is not None:
            dies, self.dies = self.dies, None
            await dies()
        return heads

    def forget(self, ids: set[ConversationId]) -> None:
        """Lets go of conversations that were looked into, and of their jobs, so that a year fits in memory."""
        for id in ids:
            self._kept.pop(id, None)
        self._jobs = {key: job for key, job in self._jobs.items() if job.conversation not in ids}

    def phases(self) -> Iterable[tuple[ConversationId, str]]:
        """Every conversation that is here, with who has the floor."""
        return [(id, kept.view.phase.value) for id, kept in self._kept.items()]


class ForgettingKeys(MemoryKeys):
    """Lets go of keys of conversations that were looked into."""

    def forget(self, owner: str) -> None:
        """As ``destroy``, at once."""
        self._keys.pop(owner, None)


class EarFeed(MemoryFeed):
    """Wakes who listens to a conversation by a plain call: a subscription costs as much as a message. ``open``: the
    conversations that a customer has before them."""

    def __init__(self) -> None:
        super().__init__()
        self.ears: dict[str, list[Hears]] = {}
        self.open: set[str] = set()
        self.everything: Hears = lambda id, facts: None

    def publish(self, topic: str, item: News | Passing) -> None:
        """Wakes who listens to the topic."""
        super().publish(topic, item)
        if isinstance(item, News) and topic == item.conversation:
            self.everything(item.conversation, item.facts)
            for hears in tuple(self.ears.get(topic, ())):
                hears(item.conversation, item.facts)

    def listeners(self, topic: str) -> int:
        """How many pages of customers are open on a conversation."""
        return int(topic in self.open)


class SeededIds:
    """Ids that count, with a prefix, so that two runs of one seed are the same."""

    def __init__(self, prefix: int) -> None:
        self._prefix = f"{prefix:04d}"
        self._count = 0

    def new(self) -> str:
        """A new id: 26 characters, in the order of their making."""
        self._count += 1
        return f"{self._prefix}{self._count:022d}"

    def token(self) -> str:
        """Something that looks like a token."""
        return f"token-{self.new()}"

    def reference(self) -> str:
        """A reference that can be spoken, with a check digit."""
        self._count += 1
        return spoken_reference(self._count)


WELL: Final = "well"
MOODS: Final = ("silent", "slow", "wrong", "raises", "empty", "not_a_word")
"""What can be the matter with a brain: no answer ever, one too late, an unapproved one, an error, an empty one, and
something that is no answer at all."""


class MoodyBrain:
    """Knows which article answers which question, and can be told to be out of order.

    Args:
        answers: slug of the article, by the customer's words.
    """

    name = "simulated"
    version = "1"

    def __init__(self, answers: dict[str, str], library: Library, chance: Random) -> None:
        self.mood = WELL
        self._answers = {words: _article(library, slug) for words, slug in answers.items()}
        self._chance = chance

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:  # noqa: ARG002
        """An answer, a suggestion or an honest don't-know; or whatever the mood gives."""
        if self.mood != WELL:
            return await self._out_of_order(question)
        article = self._answers.get(question.text)
        if article is None:
            return DontKnow("nothing_found")
        await asyncio.sleep(self._chance.uniform(0.01, 0.2))
        if self._chance.random() < 0.15:
            return Suggestions((Suggestion(article.slug, article.version, article.title),))
        return _answer(article)

    async def _out_of_order(self, question: Question) -> Answer | Suggestions | DontKnow:
        article = self._answers.get(question.text) or next(one for one in self._answers.values() if one)
        match self.mood:
            case "silent":
                await asyncio.Event().wait()
            case "slow":
                await asyncio.sleep(30)
            case "raises":
                raise RuntimeError("out of order")
            case "wrong":
                return Answer(article.slug, article.version, article.title, "nl", "De huur is nul.", article.url_path)
            case "empty":
                return Answer(article.slug, article.version, article.title, "nl", "", article.url_path)
        return None  # type: ignore[return-value]  # a broken guest may return anything


def _article(library: Library, slug: str) -> Article | None:
    return next((one for one in library.articles if one.slug == slug and one.language == "nl"), None)


def _answer(article: Article) -> Answer:
    return Answer(article.slug, article.version, article.title, article.language, article.answer, article.url_path)
