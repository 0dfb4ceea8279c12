"""What customers and agents of a simulation need of each other and of the house, and nothing more."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from random import Random
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError, Refused
from gehoor.core.ids import ConversationId, StaffId
from gehoor.flows.record import Outcome
from gehoor.prove.simulate.causes import Cause
from gehoor.prove.simulate.stage import Stage

URGENT: Final = frozenset({"gas", "lift", "leak", "frost"})
"""Causes that the hearing takes for danger."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How customers behave: means in minutes (exponential), and chances."""

    chat_patience: float = 14.0
    phone_patience: float = 6.0
    person_at_once: float = 0.12
    feedback: float = 0.25
    rephrases: float = 0.3
    leaves_number: float = 0.45
    leaves_address: float = 0.3
    takes_a_window: float = 0.6
    moves_it: float = 0.15
    takes_an_easier_way: float = 0.6
    withdraws: float = 0.2
    stays_after_promise: float = 0.25
    comes_back: float = 0.6
    back_after: float = 240.0
    writes_on: float = 0.35
    reopens: float = 0.15
    picks_up: float = 0.7


class Ear:
    """What somebody hears of one conversation, in order."""

    __slots__ = ("_for", "_heard", "_waits", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._heard: deque[e.Fact] = deque()
        self._for: tuple[type, ...] = ()
        self._waits: asyncio.Future[e.Fact | None] | None = None

    def __call__(self, _id: ConversationId, facts: tuple[e.Fact, ...]) -> None:
        for fact in facts:
            if self._waits is None or self._waits.done():
                self._heard.append(fact)
            elif isinstance(fact.event, self._for):
                self._waits.set_result(fact)

    async def next(self, kinds: tuple[type, ...], patience_s: float) -> e.Fact | None:
        """The next fact of one of these kinds; None when there was none for so many seconds. Others are passed over."""
        while self._heard:
            fact = self._heard.popleft()
            if isinstance(fact.event, kinds):
                return fact
        if patience_s <= 0:
            return None
        self._for, self._waits = kinds, self.loop.create_future()
        planned = self.loop.call_later(patience_s, self._give_up, self._waits)
        try:
            return await self._waits
        finally:
            planned.cancel()
            self._waits = None

    @staticmethod
    def _give_up(waits: asyncio.Future[e.Fact | None]) -> None:
        if not waits.done():
            waits.set_result(None)


class Customer:
    """A customer as an agent knows them. ``present``: at the screen, or on the line; ``number``: of the telephone, once
    it was left."""

    def __init__(self, cause: Cause, channel: Channel) -> None:
        self.cause, self.channel = cause, channel
        self.present = True
        self.number = ""

    @property
    def urgent(self) -> bool:
        """Whether there is danger."""
        return self.cause.id in URGENT


class Surroundings:
    """The house, who is there, who listens to what, and what was acknowledged."""

    def __init__(self, stage: Stage, chance: Random, manners: Manners) -> None:
        self.stage, self.chance, self.manners = stage, chance, manners
        self.customers: dict[ConversationId, Customer] = {}
        self.busy: set[ConversationId] = set()
        self.there: dict[StaffId, bool] = {}
        self.asked_at: dict[ConversationId, list[int]] = {}
        self.refusals: Counter[str] = Counter()
        self.broken: list[str] = []

    def meet(self, id: ConversationId, customer: Customer) -> None:
        """A conversation has its customer."""
        self.customers[id] = customer
        self.busy.add(id)

    def part(self, id: ConversationId) -> None:
        """The customer of this conversation will do nothing more."""
        self.busy.discard(id)

    def listen(self, id: ConversationId, ear: Ear) -> None:
        """Somebody hears what happens in a conversation."""
        ears = self.stage.props.feed.ears.setdefault(id, [])
        if ear not in ears:
            ears.append(ear)

    def turn_away(self, id: ConversationId, ear: Ear) -> None:
        """Somebody no longer hears it."""
        ears = self.stage.props.feed.ears.get(id, [])
        if ear in ears:
            ears.remove(ear)
        if not ears:
            self.stage.props.feed.ears.pop(id, None)

    def asked(self, id: ConversationId, outcome: Outcome) -> None:
        """A customer was told that the request for a person is stored: from now on it may not be lost."""
        seqs = [fact.seq for fact in outcome.facts if isinstance(fact.event, e.HumanRequested)]
        if seqs:
            self.asked_at.setdefault(id, []).extend(seqs)

    def refused(self, fault: GehoorError) -> None:
        """A rule said no to somebody; anything else that is raised is a fault of the house."""
        self.refusals[fault.code] += 1
        if not isinstance(fault, Refused):
            self.broken.append(repr(fault))

    def colleague_of(self, agent: StaffId) -> StaffId | None:
        """Somebody else who is there, or nobody."""
        there = [id for id, is_there in self.there.items() if is_there and id != agent]
        return self.chance.choice(there) if there else None
