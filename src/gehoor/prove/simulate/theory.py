"""The real queue where the assumptions of theory hold, so that the simulator itself can be held against Erlang.

Poisson arrivals, exponential service, so many equal agents who take one customer at a time and answer an offer at
once, no nights, no faults; customers wait for ever, or leave after an exponential time by withdrawing in so many words.
Everything goes through the house as in a real day, and the waits are read from its facts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import time
from itertools import pairwise
from math import sqrt
from random import Random
from statistics import fmean, stdev
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import ClientId, ConversationId, StaffId, TeamId
from gehoor.core.knowledge.article import Library
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, SECOND, Instant
from gehoor.flows import receive, reply
from gehoor.ports.people import Staff
from gehoor.prove.simulate.loop import VirtualClock, VirtualLoop
from gehoor.prove.simulate.parts import EarFeed, MoodyBrain, PlainKeys, RingingStore
from gehoor.prove.simulate.stage import Props, Stage

BATCHES: Final = 20
_T: Final = 2.861
"""Student's t for 99% and 19 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Line:
    """One queue: seconds and customers a second. ``patience`` 0: nobody leaves."""

    servers: int
    arrivals: float
    service: float
    patience: float = 0.0
    customers: int = 4000


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over batches, and the half of its 99% interval."""

    mean: float
    within: float

    def holds(self, value: float) -> bool:
        """Whether the value lies in the interval."""
        return abs(self.mean - value) <= self.within


@dataclass(frozen=True, slots=True)
class Measured:
    """What the real queue did: the same figures as ``prove/erlang.Waits``."""

    waits: Mean
    mean_wait: Mean
    abandons: Mean


def measure(policy: Policy, line: Line, seed: int) -> Measured:
    """Plays a queue under a policy of which only the wording counts."""
    loop = VirtualLoop()
    waited = loop.run(_Queue(loop, _always_open(policy), line, Random(seed)).play())  # noqa: S311
    size = len(waited) // (BATCHES + 1)  # the first batch fills the queue, and does not count
    batches = [waited[start:end] for start, end in pairwise(range(size, size * (BATCHES + 2), size))]
    return Measured(
        _mean([fmean(span > 0 for span, _ in batch) for batch in batches]),
        _mean([fmean(span for span, _ in batch) for batch in batches]),
        _mean([fmean(left for _, left in batch) for batch in batches]),
    )


def _mean(values: list[float]) -> Mean:
    return Mean(fmean(values), _T * stdev(values) / sqrt(len(values)))


def _always_open(policy: Policy) -> Policy:
    day = (Block(time(0), time(23, 59, 59)),)
    clocks = replace(policy.clocks, wait_before_promise=3650 * DAY, offer=DAY, agent_answers=DAY)
    hours = OpeningHours((day,) * 7, frozenset(), policy.hours.zone)
    return replace(policy, hours=hours, clocks=clocks, chats_per_agent=1)


class _Queue:
    """The house, its callers and its agents."""

    def __init__(self, loop: VirtualLoop, policy: Policy, line: Line, chance: Random) -> None:
        self._line, self._chance = line, chance
        clock = VirtualClock(loop, Instant(1_795_392_000 * SECOND))
        feed = EarFeed()
        library = Library(())
        props = Props(RingingStore(clock.true_now), PlainKeys(), feed, MoodyBrain({}, library, chance), library)
        self._stage = Stage(loop, clock, policy, props, chance, 0)
        names = [StaffId(f"server{number:03d}") for number in range(line.servers)]
        self._servers = {id: Staff(id, id, id, "agent", TeamId("t"), "") for id in names}
        self._left: list[tuple[float, bool] | None] = []
        self._open = 0
        self._done = asyncio.Event()
        feed.everything = self._hears

    async def play(self) -> list[tuple[float, bool]]:
        """The wait in seconds of each customer in the order in which they came, and whether they left."""
        await self._stage.open(list(self._servers.values()))
        for staff in self._servers.values():
            await self._stage.house.floor.came(staff)
            self._stage.house.floor.set_available(staff, True)
        for number in range(self._line.customers):
            await asyncio.sleep(self._chance.expovariate(self._line.arrivals))
            self._open += 1
            self._left.append(None)
            self._stage.person(self._comes(number))
        await self._done.wait()
        return [one for one in self._left if one is not None]

    def _hears(self, id: ConversationId, facts: tuple[e.Fact, ...]) -> None:
        for fact in facts:
            if isinstance(fact.event, e.Offered):
                self._stage.person(self._serves(id, self._servers[fact.event.agent]))

    async def _comes(self, number: int) -> None:
        house = self._stage.house
        begun = await receive.begin(house.world, house.recorder, house.policy, Channel.PHONE, "nl")
        await receive.ask_for_human(house.world, house.recorder, begun.id, receive.Wish(ClientId(f"{number}-a")))
        joined = asyncio.get_running_loop().create_future()
        ear = _Joined(joined)
        self._stage.props.feed.ears[begun.id] = [ear]
        patience = self._chance.expovariate(1 / self._line.patience) if self._line.patience else None
        await asyncio.wait({joined}, timeout=patience)
        if not joined.done():
            await receive.withdraw(house.recorder, begun.id, ClientId(f"{number}-b"))
        del self._stage.props.feed.ears[begun.id]
        await self._read(number, begun.id)

    async def _read(self, number: int, id: ConversationId) -> None:
        """The wait, from the facts."""
        loaded = await self._stage.world.store.load(id)
        facts = loaded.facts if loaded is not None else ()
        asked = next(fact.at for fact in facts if isinstance(fact.event, e.HumanRequested))
        ended = next(fact for fact in facts if isinstance(fact.event, e.HumanJoined | e.RequestWithdrawn))
        self._left[number] = ((ended.at - asked) / SECOND, isinstance(ended.event, e.RequestWithdrawn))
        self._open -= 1
        if not self._open and number >= 0 and len(self._left) == self._line.customers:
            self._done.set()

    async def _serves(self, id: ConversationId, staff: Staff) -> None:
        house = self._stage.house
        try:
            await house.floor.accept(id, staff)
            await asyncio.sleep(self._chance.expovariate(1 / self._line.service))
            await reply.record_call(house.recorder, id, staff, answered=True)
            await reply.resolve(house.recorder, id, staff)
        except GehoorError:
            return  # the customer withdrew in the same moment


class _Joined:
    """Wakes a caller when a person has the floor."""

    def __init__(self, joined: asyncio.Future[None]) -> None:
        self._joined = joined

    def __call__(self, _id: ConversationId, facts: tuple[e.Fact, ...]) -> None:
        if not self._joined.done() and any(isinstance(fact.event, e.HumanJoined) for fact in facts):
            self._joined.set_result(None)
