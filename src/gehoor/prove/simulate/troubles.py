"""Faults at random: everything that can go wrong around the house, each several times a day."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final

from gehoor.core.time import SECOND
from gehoor.prove.simulate.agents import Agent
from gehoor.prove.simulate.parts import MOODS, WELL
from gehoor.prove.simulate.stage import Stage

MINUTES_BETWEEN: Final = 50.0
"""The mean time between two faults of one kind. More than ten of each kind a day: a bad day, every day."""


class Troubles:
    """What goes wrong, and how often it did."""

    def __init__(self, stage: Stage, agents: Sequence[Agent], chance: Random) -> None:
        self._stage, self._agents, self._chance = stage, agents, chance
        self.happened: Counter[str] = Counter()

    async def run(self) -> None:
        """Lets things go wrong until cancelled, one after another."""
        kinds = (
            (self._brain, "the AI out of order"),
            (self._knowledge, "the knowledge gone"),
            (self._worker, "the job worker dead and back"),
            (self._agent, "an agent's browser gone without a word"),
            (self._kill, "the process killed"),
            (self._kill_after_commit, "the process killed between a commit and its answer"),
            (self._clock, "the clock jumps"),
        )
        while True:
            await asyncio.sleep(self._chance.expovariate(len(kinds) / (MINUTES_BETWEEN * 60)))
            does, name = self._chance.choice(kinds)
            self.happened[name] += 1
            await does()

    async def _brain(self) -> None:
        self._stage.props.brain.mood = self._chance.choice(MOODS)
        await asyncio.sleep(self._chance.uniform(60, 400))
        self._stage.props.brain.mood = WELL

    async def _knowledge(self) -> None:
        self._stage.props.knows = False
        await asyncio.sleep(self._chance.uniform(60, 300))
        self._stage.props.knows = True

    async def _worker(self) -> None:
        seconds = self._chance.uniform(10, 180)
        self._stage.deaf_for(seconds)
        await asyncio.sleep(seconds)

    async def _agent(self) -> None:
        here = [one for one in self._agents if one.here and not one.gone]
        if here and self._stage.up:
            await self._chance.choice(here).vanish(self._chance.uniform(0.6, 8))

    async def _kill(self) -> None:
        await self._stage.kill()
        await self._back()

    async def _kill_after_commit(self) -> None:
        died = asyncio.Event()

        async def dies() -> None:
            died.set()
            await self._stage.kill()

        self._stage.props.store.dies = dies
        try:
            async with asyncio.timeout(3600):
                await died.wait()
        except TimeoutError:
            self._stage.props.store.dies = None
            return
        await self._back()

    async def _back(self) -> None:
        await asyncio.sleep(self._chance.uniform(3, 60))
        await self._stage.start_anew()

    async def _clock(self) -> None:
        self._stage.clock.step(int(self._chance.uniform(-180, 180) * SECOND))
        self._stage.plan()
        await asyncio.sleep(self._chance.uniform(30, 300))
        self._stage.clock.right()
        self._stage.plan()
