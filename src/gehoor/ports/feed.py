"""News for live screens: who listens is woken after the commit, and never before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId

QUEUE: Final = "queue"
"""The kind of what tells a desk that its lists changed."""
OFFER: Final = "offer"
"""The kind of what tells a desk that somebody is offered to it."""


@dataclass(slots=True)
class News:
    """What was committed to one conversation, with the words by seq, so that a reader need not read them again."""

    conversation: ConversationId
    facts: tuple[Fact, ...]
    words: Mapping[int, str]
    view: ConversationView
    prev: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that is never stored: typing, presence, a place in the queue. ``data`` is ready JSON."""

    kind: str
    data: bytes


OFFERED: Final = Passing(OFFER, b"")
"""Tells one desk that somebody is offered to it: lists are told to all desks soon after."""


class Subscription(Protocol):
    """A bounded queue of news. A reader that is too slow loses the subscription, reads again and resumes."""

    async def next(self, patience_s: float) -> News | Passing | None:
        """The next piece of news, or None when there was none for ``patience_s`` seconds."""
        ...

    def at_once(self) -> News | Passing | None:
        """The next piece of news that is there already, or None: never waits."""
        ...

    @property
    def lost(self) -> bool:
        """Whether news was dropped because the reader was too slow: close, and let the reader resume."""
        ...

    def close(self) -> None:
        """Stops listening."""
        ...


class Feed(Protocol):
    """Publish and subscribe within this process, by topic: a conversation, or the desk of a member of staff."""

    def publish(self, topic: str, item: News | Passing) -> None:
        """Wakes who listens to the topic. Never waits, never fails."""
        ...

    def subscribe(self, topics: tuple[str, ...]) -> Subscription:
        """Listens from now on."""
        ...

    def listeners(self, topic: str) -> int:
        """How many listen to a topic now; somebody in another process counts for one."""
        ...

    def topics(self) -> Collection[str]:
        """The topics that somebody listens to in this process."""
        ...

    def heeded_elsewhere(self, topics: Collection[str]) -> None:
        """From now on these are the topics that somebody listens to in another process, as far as is known."""
        ...
