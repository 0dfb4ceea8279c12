"""Everybody who was given a version of an article, how each can be reached, and what came of telling them.

The list comes from the table of what was given, which is written with every answer; ``scanned`` makes it again from all
facts, so that the two can be held against each other.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from gehoor.core.conversation.given import Given, given
from gehoor.core.conversation.model import Channel, Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.recall import Came, Heard, Reach, Way, came, heard, way
from gehoor.core.time import Instant
from gehoor.flows.recall_lines import Recall
from gehoor.flows.returns import has_ended
from gehoor.ports.keys import Keys
from gehoor.ports.people import Left, People
from gehoor.ports.store import Store
from gehoor.ports.world import World

AT_ONCE: Final = 500
"""Recipients that are looked up together."""
SIDE_BY_SIDE: Final = 16
"""Conversations that are read at one time."""


@dataclass(frozen=True, slots=True)
class Books:
    """Where it is looked up. ``mail``: whether letters can leave."""

    store: Store
    people: People
    keys: Keys
    now: Instant
    mail: bool


def books_of(world: World) -> Books:
    """The books of a running house, as of now."""
    return Books(world.store, world.people, world.keys, world.clock.now(), world.outbound.mail.registered)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One conversation in which a version was given: the first fact that gave it, and how its customer is reached."""

    given: Given
    way: Way
    reach: Reach
    language: str

    @property
    def id(self) -> ConversationId:
        """The conversation."""
        return self.given.conversation


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A recipient, and what came of telling them."""

    recipient: Recipient
    heard: Heard
    came: Came


async def recipients(
    books: Books, article: str, versions: Sequence[str], listens: Callable[[ConversationId], bool] = lambda _: False
) -> AsyncIterator[list[Recipient]]:
    """Every recipient once, by conversation, some at a time."""
    for some in _pieces(await listed(books.store, article, versions)):
        yield await _reached(books, some, listens)


async def listed(store: Store, article: str, versions: Sequence[str]) -> list[Given]:
    """The list as the table of what was given tells it: of each conversation the first time that one of the versions
    was given in it. Some hundred bytes for each of them."""
    first: dict[ConversationId, Given] = {}
    for version in versions:
        after: tuple[ConversationId, int] | None = None
        while page := await store.given(article, version, after, AT_ONCE):
            for one in page:
                known = first.get(one.conversation)
                if known is None or one.seq < known.seq:
                    first[one.conversation] = one
            after = page[-1].conversation, page[-1].seq
    return [first[id] for id in sorted(first)]


def _pieces(every: Sequence[Given]) -> Iterable[Sequence[Given]]:
    return (every[begin : begin + AT_ONCE] for begin in range(0, len(every), AT_ONCE))


async def _reached(books: Books, some: Sequence[Given], listens: Callable[[ConversationId], bool]) -> list[Recipient]:
    ids = [one.conversation for one in some]
    left = await books.people.left_between(ids[0], ids[-1], books.now)
    persons = {who.person for id in ids if (who := left.get(id)) is not None and who.person is not None}
    erased = await books.keys.without([*ids, *sorted(persons)])
    views = {view.id: view for view in await _views(books.store, ids)}
    found = []
    for one in some:
        id = one.conversation
        reach = _reach(views.get(id), left.get(id), erased, id in erased, listens(id), books)
        view = views.get(id)
        found.append(Recipient(one, way(reach), reach, one.language if view is None else view.language))
    return found


def _reach(
    view: ConversationView | None,
    left: Left | None,
    erased: set[str],
    gone: bool,
    listens: bool,
    books: Books,
) -> Reach:
    kinds = frozenset[str]() if left is None or (left.person or "") in erased else left.kinds
    code = left is not None and left.code and view is not None and not has_ended(view, books.now)
    return Reach(
        phase=Phase.RESOLVED if view is None else view.phase,
        listens=listens,
        mail="email" in kinds and books.mail,
        phone="phone" in kinds,
        code=code,
        erased=gone,
        probe=view is not None and view.channel == Channel.PROBE,
    )


async def _views(store: Store, ids: Sequence[ConversationId]) -> list[ConversationView]:
    found = []
    for begin in range(0, len(ids), SIDE_BY_SIDE):
        some = await asyncio.gather(*(store.view(id) for id in ids[begin : begin + SIDE_BY_SIDE]))
        found += [view for view in some if view is not None]
    return found


async def survey(
    books: Books, recall: Recall, listens: Callable[[ConversationId], bool]
) -> AsyncIterator[list[Surveyed]]:
    """Every recipient of a recall with what came of it, some at a time."""
    opened = recall.opened
    async for piece in recipients(books, opened.article, opened.versions, listens):
        for begin in range(0, len(piece), SIDE_BY_SIDE):
            some = piece[begin : begin + SIDE_BY_SIDE]
            facts = await asyncio.gather(*(books.store.facts(one.id, one.given.seq) for one in some))
            yield [_surveyed(recall, one, heard(recall.id, of)) for one, of in zip(some, facts, strict=True)]


def _surveyed(recall: Recall, one: Recipient, found: Heard) -> Surveyed:
    return Surveyed(one, found, came(one.way, recall.opened.harm, found, recall.looked.get(one.id)))


# -- counting ----------------------------------------------------------------------------------------------------------


class Tally:
    """Counts recipients, and makes the digest of their list."""

    def __init__(self) -> None:
        self.count = 0
        self.by_whom: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()
        self.languages: set[str] = set()
        self._hash = sha256()

    def take(self, some: Iterable[Recipient]) -> None:
        """More recipients, in order."""
        for one in some:
            self.count += 1
            self.by_whom[one.given.by.value] += 1
            self.ways[one.way.value] += 1
            self.languages.add(one.given.language)
            self._hash.update(f"{one.id}:{one.given.seq}\n".encode())

    @property
    def digest(self) -> str:
        """SHA-256 over every conversation with the fact that gave it, in order."""
        return self._hash.hexdigest()


async def scanned(store: Store, article: str, versions: Sequence[str]) -> list[Given]:
    """The same list from all facts: slow, and owing nothing to the table of what was given."""
    found = []
    for id in await store.all_ids():
        loaded = await store.load(id)
        facts = () if loaded is None else loaded.facts
        first = next((one for one in given(id, facts) if one.article == article and one.version in versions), None)
        if first is not None:
            found.append(first)
    return found
