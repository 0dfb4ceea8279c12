"""What customers asked that the knowledge failed to answer: for the writers, masked, of the last thirty days.

It reads the newest few hundred conversations at most and remembers what it found for a minute, so that customers never
wait for it. That somebody read it is on record.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.near import Near
from gehoor.core.time import DAY, HOUR, MINUTE, Instant
from gehoor.flows.read import masked_texts
from gehoor.ports.world import World

MOST_CONVERSATIONS: Final = 400
FRESH: Final = MINUTE
"""How old what is shown may be."""
_LOOKS: Final = (HOUR, 6 * HOUR, DAY, 3 * DAY, 10 * DAY, 30 * DAY)
"""Further and further back, until there are enough conversations: a busy house need not read a month."""
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Missed:
    """A question, masked. ``why``: ``abstained``, ``suggested`` (the AI was not sure) or ``not_helped`` (it answered,
    and the customer said that it did not help). ``topics``: what was shown, or what was near."""

    at: Instant
    text: str
    why: str
    topics: tuple[str, ...]


class Unanswered:
    """The newest questions that were not answered."""

    def __init__(self, world: World, library: Callable[[], Library]) -> None:
        self._world = world
        self._library = library
        self._found: tuple[Missed, ...] = ()
        self._at: Instant | None = None
        self._looking = asyncio.Lock()

    async def read_by(self, staff: StaffId) -> tuple[Missed, ...]:
        """All of them, newest first. The reading is on record when it is a new look."""
        async with self._looking:
            now = self._world.clock.now()
            if self._at is None or now - self._at >= FRESH:
                self._found = await self._look(now)
                self._at = now
                told = {"purpose": "unanswered", "conversations": MOST_CONVERSATIONS, "staff": staff}
                await self._world.store.add_to_ledger(now, "read", json.dumps(told))
            return self._found

    async def _look(self, now: Instant) -> tuple[Missed, ...]:
        views = []
        for span in _LOOKS:
            views = await self._world.store.views_since(Instant(now - span))
            if len(views) >= MOST_CONVERSATIONS:
                break
        near = await asyncio.to_thread(Near, self._library().articles)
        found: list[Missed] = []
        for view in views[::-1][:MOST_CONVERSATIONS]:
            if view.channel != "probe":
                found += await self._of(view.id, near)
            await asyncio.sleep(0)  # customers go first
        since = now - _LOOKS[-1]
        return tuple(sorted((one for one in found if one.at >= since), key=lambda one: -one.at))

    async def _of(self, id: ConversationId, near: Near) -> list[Missed]:
        facts = await self._world.store.facts(id, 0)
        missed = list(_missed(facts))
        if not missed:
            return []
        texts = await masked_texts(self._world, id, 0, {turn for turn, *_ in missed})
        at = {fact.seq: fact.at for fact in facts}
        return [
            Missed(at[turn], texts[turn][:_LONGEST], why, topics or near.of(texts[turn]))
            for turn, why, topics in missed
            if turn in texts and turn in at
        ]


def _missed(facts: Iterable[e.Fact]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Of each question that was missed: its turn, why, and the topics that were shown."""
    answered: tuple[int, str] | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, e.BotAbstained):
            yield event.turn, "abstained", () if event.unseen is None else (event.unseen.article,)
        elif isinstance(event, e.BotSuggested):
            yield event.turn, "suggested", tuple(one.article for one in event.sources)
        elif isinstance(event, e.BotReplied):
            answered = event.turn, event.source.article
        elif isinstance(event, e.FeedbackGiven) and not event.helped and answered is not None:
            yield answered[0], "not_helped", (answered[1],)
            answered = None
