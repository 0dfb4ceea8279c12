"""The parts in memory that the product ships, where a simulation must see or disturb something.

Each does what the shipped part does, and adds a bell, an ear or a fault. Two of them leave out what a simulation does
not look at and what would be a sixth of its time: the store keeps facts and not their records, the keys keep words and
not ciphertext (records, chains and sealing are proved elsewhere: tests/contracts, ``gehoor audit``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from random import Random
from typing import Final

from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.rows import FactRow
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.model import Heard, Phase, Signal
from gehoor.core.errors import Unknown
from gehoor.core.ids import ConversationId, spoken_reference
from gehoor.core.knowledge.article import Article, Library
from gehoor.core.time import Instant
from gehoor.ports.brain import Answer, DontKnow, Question, Suggestion, Suggestions
from gehoor.ports.feed import News, Passing
from gehoor.ports.hearing import Earlier
from gehoor.ports.store import Append, Loaded

Hears = Callable[[ConversationId, tuple[Fact, ...]], None]


@dataclass(slots=True)
class Lived:
    """The facts of one conversation, and the true moment at which each was committed."""

    facts: list[Fact] = field(default_factory=list)
    moments: list[Instant] = field(default_factory=list)


class RingingStore(MemoryStore):
    """Keeps facts as they are and the true moment of each commit; says after a commit that a job is due earlier than
    was planned; and can die between a commit and its answer.

    Args:
        true_now: the moment, whatever the clock of the house shows.
    """

    def __init__(self, true_now: Callable[[], Instant] = lambda: Instant(0)) -> None:
        super().__init__()
        self._true_now = true_now
        self._lived: dict[ConversationId, Lived] = {}
        self.planned: float = 0.0
        self.earlier: Callable[[], None] = lambda: None
        self.dies: Callable[[], Awaitable[None]] | None = None

    @staticmethod
    def _rows(append: Append) -> list[FactRow]:
        """Rows without records: the head only says how many facts there are."""
        return [FactRow(append.id, one.seq, one.at, "", b"", one.seq.to_bytes(32)) for one in append.facts]

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing."""
        heads = await super().commit(batch)
        now = self._true_now()
        for append in batch:
            lived = self._lived.get(append.id) or self._lived.setdefault(append.id, Lived())
            lived.facts += append.facts
            lived.moments += [now] * len(append.facts)
        moment = self.next_moment()
        if moment is not None and moment < self.planned:
            self.earlier()
        if self.dies is not None:
            dies, self.dies = self.dies, None
            await dies()
        return heads

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts of a conversation in order, or None."""
        kept = self._of(id)
        return None if kept is None else Loaded(tuple(self._lived[id].facts), kept.head)

    async def facts(self, id: ConversationId, after: int) -> list[Fact]:
        """The facts with a seq above ``after``, in order."""
        return [] if self._of(id) is None else self._lived[id].facts[max(after, 0) :]

    def lived(self, id: ConversationId) -> Lived:
        """The facts of a conversation, with the true moment of each."""
        return self._lived[id]

    def forget(self, ids: set[ConversationId]) -> None:
        """Lets go of conversations that were looked into, and of their jobs, so that a year fits in memory."""
        for id in ids:
            self._kept.pop(id, None)
            self._lived.pop(id, None)
        self._jobs = {key: job for key, job in self._jobs.items() if job.conversation not in ids}

    def phases(self) -> Iterable[tuple[ConversationId, Phase]]:
        """Every conversation that is here, with who has the floor."""
        return [(id, kept.view.phase) for id, kept in self._kept.items()]


class PlainKeys(MemoryKeys):
    """Keeps words as they are. Who has no key has no words here either."""

    def __init__(self) -> None:
        super().__init__()
        self._owners: set[str] = set()
        self._digests: dict[str, str] = {}

    def create(self, owner: str) -> None:
        """A new owner."""
        self._owners.add(owner)

    def seal(self, owner: str, name: str, text: str) -> bytes:  # noqa: ARG002  nothing is sealed
        """The text."""
        self._check(owner)
        return text.encode()

    def open(self, owner: str, name: str, sealed: bytes) -> str | None:  # noqa: ARG002
        """The text again; None when its owner was forgotten."""
        return sealed.decode() if owner in self._owners else None

    def digest(self, owner: str, text: str) -> str:
        """The same for equal texts, whoever the owner is."""
        self._check(owner)
        found = self._digests.get(text)
        if found is None:
            found = self._digests[text] = sha256(text.encode()).hexdigest()[:32]
        return found

    def blind_index(self, kind: str, value: str) -> bytes:
        """The value."""
        return f"{kind} {value}".encode()

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that are not here."""
        return set(owners) - self._owners

    def forget(self, owner: str) -> None:
        """As ``destroy``, at once: of conversations that were looked into."""
        self._owners.discard(owner)

    def _check(self, owner: str) -> None:
        if owner not in self._owners:
            raise Unknown("There is no key for this owner.", owner=owner)


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


class AttentiveHearing(TableHearing):
    """The tables, and for a language model the one thing that it hears without reading: the same words again."""

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:
        """Perhaps somebody is stuck who asks in the same words what was answered before."""
        again = any(one.author == "customer" and one.text == text for one in earlier)
        return replace(heard, stuck=max(heard.stuck, Signal.MAYBE)) if again else heard


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
