"""News within one process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from typing import Final

from gehoor.ports.feed import News, Passing

MOST_KEPT: Final = 1000
"""How many pieces of news a reader may lag behind."""


class MemorySubscription:
    """The queue of one reader. Made by ``MemoryFeed.subscribe``."""

    def __init__(self, feed: MemoryFeed, topics: tuple[str, ...], most: int) -> None:
        self._feed = feed
        self.topics = topics
        self._most = most
        self._kept: deque[News | Passing] = deque()
        # One future while somebody waits, and no event: there is a subscription for every open screen.
        self._waiting: asyncio.Future[None] | None = None
        self._lost = False
        self._closed = False

    @property
    def lost(self) -> bool:
        """Whether news was dropped because the reader was too slow."""
        return self._lost

    async def next(self, timeout: float) -> News | Passing | None:  # noqa: ASYNC109 (the port says so)
        """The next piece of news, or None: there was none for ``timeout`` seconds, or the subscription ended."""
        if not self._kept and not self._closed:
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            patience = loop.call_later(timeout, self._wake)
            try:
                await self._waiting
            finally:
                patience.cancel()
                self._waiting = None
        return self._kept.popleft() if self._kept else None

    def at_once(self) -> News | Passing | None:
        """The next piece of news that is there already, or None: never waits."""
        return self._kept.popleft() if self._kept else None

    def close(self) -> None:
        """Stops listening; who waits is woken."""
        self._closed = True
        self._kept.clear()
        self._wake()
        self._feed.forget(self)

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def push(self, item: News | Passing) -> None:
        """Adds a piece of news, or ends the subscription when the reader is too far behind."""
        if len(self._kept) >= self._most:
            self._lost = True
            self.close()
            return
        self._kept.append(item)
        self._wake()


class MemoryFeed:
    """Publish and subscribe in the process that runs the event loop.

    Args:
        most: how many pieces of news a reader may lag behind before it loses its subscription.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._listening: dict[str, dict[MemorySubscription, None]] = {}
        self._elsewhere: frozenset[str] = frozenset()

    def publish(self, topic: str, item: News | Passing) -> None:
        """Wakes who listens to the topic."""
        listening = self._listening.get(topic)
        if listening:
            for subscription in tuple(listening):
                subscription.push(item)

    def subscribe(self, topics: tuple[str, ...]) -> MemorySubscription:
        """Listens from now on."""
        subscription = MemorySubscription(self, topics, self._most)
        for topic in topics:
            self._listening.setdefault(topic, {})[subscription] = None
        return subscription

    def listeners(self, topic: str) -> int:
        """How many listen to a topic now; somebody in another process counts for one."""
        return len(self._listening.get(topic, ())) + (topic in self._elsewhere)

    def topics(self) -> Collection[str]:
        """The topics that somebody listens to in this process."""
        return self._listening.keys()

    def heeded_elsewhere(self, topics: Collection[str]) -> None:
        """From now on these are the topics that somebody listens to in another process."""
        self._elsewhere = frozenset(topics)

    def forget(self, subscription: MemorySubscription) -> None:
        """Takes a subscription off its topics."""
        for topic in subscription.topics:
            listening = self._listening.get(topic)
            if listening is not None:
                listening.pop(subscription, None)
                if not listening:
                    del self._listening[topic]
