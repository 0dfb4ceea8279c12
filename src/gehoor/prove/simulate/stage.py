"""The house on virtual time: it runs, dies at any moment and starts anew on the same store; its clock may jump.

People act on it through ``tell``, which does what their browsers do: when the house dies under a command, it is given
again to the next one, with the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import Any, Final, TypeVar

from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.stores.memory_people import MemoryPeople
from gehoor.core.errors import Busy
from gehoor.core.knowledge.article import Library
from gehoor.core.policy import Policy
from gehoor.core.time import SECOND
from gehoor.flows.house import House, Pace
from gehoor.flows.tick import EVERY_S
from gehoor.ports.people import Staff
from gehoor.ports.world import World
from gehoor.prove.simulate.loop import VirtualClock, VirtualLoop
from gehoor.prove.simulate.outside import Outside, Weather
from gehoor.prove.simulate.parts import AttentiveHearing, EarFeed, MoodyBrain, PlainKeys, RingingStore, SeededIds

_T = TypeVar("_T")
_FAR: Final = 3600.0
_AGAIN_S: Final = 2.0
_WATCH_S: Final = 900.0
"""Looking around four times a minute would be half of the work of a quiet night."""

FAIR: Final = Weather()


@dataclass(slots=True)
class Props:
    """The parts of the world that a simulation disturbs."""

    store: RingingStore
    keys: PlainKeys
    feed: EarFeed
    brain: MoodyBrain
    library: Library
    knows: bool = True

    def articles(self) -> Library:
        """The knowledge as it is now: whole, or lost."""
        return self.library if self.knows else Library(())


@dataclass(slots=True)
class Lost:
    """What ``tell`` could not do for whom it was asked; kept, because there should be none."""

    commands: int = 0
    broken: list[str] = field(default_factory=list)


class Stage:
    """One house and its world.

    Args:
        number: of this stretch of days, so that ids of two stretches differ.
    """

    def __init__(
        self,
        loop: VirtualLoop,
        clock: VirtualClock,
        policy: Policy,
        props: Props,
        chance: Random,
        number: int,
        weather: Weather = FAIR,
    ) -> None:
        self.loop, self.clock, self.policy, self.props, self.chance = loop, clock, policy, props, chance
        self.world = World(
            store=props.store,
            people=MemoryPeople(),
            brain=GuardedBrain(props.brain, props.articles),
            hearing=AttentiveHearing(),
            keys=props.keys,
            feed=props.feed,
            clock=clock,
            ids=SeededIds(number),
            outbound=Outside(chance, self.person, self.tell, weather).outbound,
            peers=Alone(),
        )
        self.lost = Lost()
        self.restarts = 0
        self.began_anew: Callable[[], None] = lambda: None
        self._epoch = 0
        self._calling: dict[asyncio.Task[Any], None] = {}
        self._people: dict[asyncio.Task[Any], None] = {}
        self._up = asyncio.Event()
        self._deaf_until = 0.0
        self._looks: asyncio.Future[None] | None = None
        self._planned: asyncio.TimerHandle | None = None
        props.store.earlier = self.plan
        self.house = self._house()

    # -- living and dying --------------------------------------------------------------------------------------------

    def _house(self) -> House:
        return House(self.world, self.policy, self._broken, Pace(self._pause, _WATCH_S))

    def _broken(self, fault: BaseException) -> None:
        self.lost.broken.append(f"{type(fault).__name__}: {fault}")

    async def open(self, staff: list[Staff]) -> None:
        """The first start, with these accounts. Who opens the house does not die with it."""
        task = asyncio.current_task()
        if task is not None:
            self._people[task] = None
        for one in staff:
            await self.world.people.put_staff(one)
        await self.house.start()
        self._up.set()

    async def kill(self) -> None:
        """The process is gone, between two instructions; who waited for an answer gets none."""
        self._epoch += 1
        self._up.clear()
        for presence in self.house.floor.presence.values():
            if presence.gone is not None:
                presence.gone.cancel()
        for task in asyncio.all_tasks(self.loop):
            if task not in self._people:
                task.cancel()
        for task in tuple(self._calling):
            task.cancel()
        await asyncio.sleep(0)

    async def start_anew(self) -> None:
        """The next process, on the store of the one before."""
        self.restarts += 1
        self.house = self._house()
        await self.house.start()
        self._up.set()
        self.began_anew()

    @property
    def up(self) -> bool:
        """Whether a process runs."""
        return self._up.is_set()

    # -- what people do ----------------------------------------------------------------------------------------------

    def person(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Somebody who lives beside the house, and does not die with it."""
        task = self.loop.create_task(work)
        self._people[task] = None
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._people.pop(task, None)
        if not task.cancelled() and task.exception() is not None:
            self.lost.broken.append(repr(task.exception()))

    async def tell(self, what: Callable[[House], Awaitable[_T]]) -> _T:
        """One command, given again until a house answers it.

        Raises:
            Refused: a rule says no.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Only a task can wait for the house.")
        while True:
            if not self._up.is_set():
                await self._up.wait()
            epoch = self._epoch
            self._calling[task] = None
            try:
                return await what(self.house)
            except asyncio.CancelledError:
                if epoch == self._epoch:
                    raise
                task.uncancel()
            except Busy:
                self.lost.commands += 1
                await asyncio.sleep(_AGAIN_S)
            finally:
                self._calling.pop(task, None)

    # -- the ticker --------------------------------------------------------------------------------------------------

    def deaf_for(self, seconds: float) -> None:
        """The job worker is dead for so long: no clock is rung."""
        self._deaf_until = self.loop.time() + seconds
        self.plan()

    def plan(self) -> None:
        """When the ticker looks next: at the first of its half seconds at which there is something to do."""
        moment = self.props.store.next_moment()
        wait = _FAR if moment is None else max((moment - self.clock.now()) / SECOND, 0.0)
        now = self.loop.time()
        due = max(now + min(wait, _FAR), self._deaf_until)
        at = max(ceil(due / EVERY_S) * EVERY_S, now + EVERY_S / 2)
        self.props.store.planned = self.clock.now() + (at - now) * SECOND
        if self._planned is not None:
            self._planned.cancel()
        self._planned = self.loop.call_at(at, self._look)

    def _look(self) -> None:
        if self._looks is not None and not self._looks.done():
            self._looks.set_result(None)

    async def _pause(self) -> None:
        self._looks = self.loop.create_future()
        self.plan()
        await self._looks
