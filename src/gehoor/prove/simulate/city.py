"""One stretch of days: customers who come, agents on shift, faults, and a look at everything that was stored."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import Phase
from gehoor.core.guarantee.judge import steps
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.article import Library
from gehoor.core.policy import Policy
from gehoor.core.time import HOUR, SECOND, Instant
from gehoor.ports.people import Staff
from gehoor.prove.audit import audit_steps
from gehoor.prove.simulate.agents import Agent, Habits
from gehoor.prove.simulate.causes import CAUSES, STORM
from gehoor.prove.simulate.days import Arrival
from gehoor.prove.simulate.figures import Figures
from gehoor.prove.simulate.loop import VirtualClock, VirtualLoop
from gehoor.prove.simulate.parts import EarFeed, MoodyBrain, PlainKeys, RingingStore
from gehoor.prove.simulate.shifts import Shift, shifts_over
from gehoor.prove.simulate.stage import Props, Stage
from gehoor.prove.simulate.surroundings import Manners, Surroundings
from gehoor.prove.simulate.troubles import Troubles
from gehoor.prove.simulate.visitors import Visitor

RUN_OUT: Final = 9 * 24 * HOUR
"""How long after the last customer everything must have ended: a promise, three tries and the close of an idle day."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change during a stretch."""

    policy: Policy
    library: Library
    agents: tuple[str, ...]
    absent: float = 0.0
    manners: Manners = field(default_factory=Manners)
    habits: Habits = field(default_factory=Habits)
    faults: bool = True


@dataclass(slots=True)
class Played:
    """What came of a stretch."""

    figures: Figures = field(default_factory=Figures)
    troubles: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class City:
    """Everybody, around one house."""

    def __init__(self, loop: VirtualLoop, setting: Setting, begins: Instant, seed: int, number: int) -> None:
        self.setting = setting
        self.chance = Random(seed * 1_000_003 + number)  # noqa: S311  chance that can be repeated
        self.clock = VirtualClock(loop, begins)
        answers = {cause.words: cause.article for cause in (*CAUSES, *STORM) if cause.article}
        self.brain = MoodyBrain(answers, setting.library, self.chance)
        props = Props(RingingStore(self.clock.true_now), PlainKeys(), EarFeed(), self.brain, setting.library)
        self.stage = Stage(loop, self.clock, setting.policy, props, self.chance, number)
        self.stage.began_anew = self._reconnect
        self.around = Surroundings(self.stage, self.chance, setting.manners)
        self.agents = [Agent(self.around, _staff(name, setting), setting.habits) for name in setting.agents]
        self._by_id = {one.staff.id: one for one in self.agents}
        self.played = Played()
        props.feed.everything = self._hears

    def _hears(self, id: ConversationId, facts: tuple[e.Fact, ...]) -> None:
        for fact in facts:
            if isinstance(fact.event, e.Offered) and fact.event.agent in self._by_id:
                self._by_id[fact.event.agent].offered(id)

    def _reconnect(self) -> None:
        for agent in self.agents:
            self.stage.person(agent.reconnect())

    # -- the days ----------------------------------------------------------------------------------------------------

    async def play(self, arrivals: list[Arrival], days: list[date], tell: Callable[[int], None]) -> Played:
        """From the first customer until everything has ended.

        Args:
            tell: called with the number of conversations that were looked into.
        """
        await self.stage.open([one.staff for one in self.agents])
        for shift in shifts_over(self.setting.policy, days, self.setting.absent, self.chance):
            self.stage.person(self._works(shift))
        troubles = Troubles(self.stage, self.agents, self.chance)
        trouble = self.stage.person(troubles.run()) if self.setting.faults else None
        for number, arrival in enumerate(arrivals):
            await self._until(arrival.at)
            visitor = Visitor(self.around, arrival, f"v{number}")
            self.stage.person(visitor.visit())
            if number % 500 == 499:
                await self._look(tell)
        if trouble is not None:
            trouble.cancel()
            await self._well_again()
        await self._run_out(tell)
        self.played.troubles, self.played.restarts = troubles.happened, self.stage.restarts
        self.played.refusals = self.around.refusals
        self.played.broken += self.around.broken + self.stage.lost.broken
        return self.played

    async def _until(self, at: Instant) -> None:
        await asyncio.sleep(max(at - self.clock.true_now(), 0) / SECOND)

    async def _works(self, shift: Shift) -> None:
        agent = self._by_id[shift.agent]
        await self._until(shift.start)
        await agent.begin()
        for at, minutes in shift.breaks:
            await self._until(at)
            await agent.pause(minutes)
        await self._until(shift.end)
        await agent.end()

    async def _well_again(self) -> None:
        self.stage.props.store.dies = None
        self.stage.props.knows = True
        self.brain.mood = "well"
        self.clock.right()
        self.stage.deaf_for(0)
        if not self.stage.up:
            await self.stage.start_anew()

    async def _run_out(self, tell: Callable[[int], None]) -> None:
        until = self.clock.true_now() + RUN_OUT
        while self.clock.true_now() < until and self._left():
            await asyncio.sleep(HOUR / SECOND)
            await self._look(tell)
        await self._look_into([id for id, _ in self.stage.props.store.phases()])
        self.played.figures.close(self.setting.policy)
        tell(self.played.figures.conversations)

    def _left(self) -> bool:
        return bool(self.around.busy) or any(True for _ in self.stage.props.store.phases())

    # -- what was stored ---------------------------------------------------------------------------------------------

    async def _look(self, tell: Callable[[int], None]) -> None:
        """Looks into every conversation that has ended and whose customer will do nothing more."""
        ended = [
            id
            for id, phase in self.stage.props.store.phases()
            if phase is Phase.RESOLVED and id not in self.around.busy
        ]
        await self._look_into(ended)
        tell(self.played.figures.conversations)

    async def _look_into(self, ids: list[ConversationId]) -> None:
        hours, figures = self.setting.policy.hours, self.played.figures
        for id in ids:
            lived = self.stage.props.store.lived(id)
            walked = list(steps(begin(id), lived.facts))
            figures.add(walked, lived.moments, hours)
            figures.violations += [
                f"{one.guarantee} {id} fact {one.seq}: {one.sentence}" for one in audit_steps(id, walked, hours.zone)
            ]
            kept = {fact.seq for fact in lived.facts if isinstance(fact.event, e.HumanRequested)}
            figures.lost += sum(seq not in kept for seq in self.around.asked_at.pop(id, ()))
            self.stage.props.keys.forget(id)
            self.around.customers.pop(id, None)
        self.stage.props.store.forget(set(ids))


def _staff(name: str, setting: Setting) -> Staff:
    return Staff(StaffId(name), name, name.capitalize(), "agent", setting.policy.teams[0].id, "")
