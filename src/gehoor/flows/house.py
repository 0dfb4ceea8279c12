"""The whole running house: the writer and everything that follows from a commit, wired once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import structlog

from gehoor.core.consequences import Effect
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import ActorKind
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.flows.alarms import Alarms
from gehoor.flows.bot_turn import today
from gehoor.flows.contents import NO_CONTENTS, Contents
from gehoor.flows.envelopes import with_proof
from gehoor.flows.faults import described
from gehoor.flows.handover import Floor
from gehoor.flows.judging import JudgeBook
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.flows.measured import NO_METER, Measurements, Meter
from gehoor.flows.outbox import Outbox
from gehoor.flows.partner import Partners
from gehoor.flows.peering import Peering
from gehoor.flows.policy import PolicyBook
from gehoor.flows.post import Post
from gehoor.flows.proposals import Proposals
from gehoor.flows.recall import RecallBook
from gehoor.flows.receive import mail_leaves
from gehoor.flows.record import Recorder
from gehoor.flows.returns import PROOF_SPAN, PROOFS, Proofs
from gehoor.flows.tick import Ticker, half_a_second
from gehoor.flows.watch import EVERY_S as WATCH_S
from gehoor.flows.watch import Watch
from gehoor.flows.windows import WindowBook
from gehoor.flows.writers import WritersRoom
from gehoor.ports.feed import OFFERED, News
from gehoor.ports.outbound import Outcome
from gehoor.ports.policies import Documents
from gehoor.ports.world import World

_LOG = structlog.get_logger()
_LETS_GO: Final = (e.HumanLeft, e.HandedBack, e.Parked, e.OfferDeclined, e.OfferTimedOut)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the house looks at what no commit tells it: ``pause`` between two looks for clocks that rang, and
    ``watch_s`` seconds between two looks around."""

    pause: Callable[[], Awaitable[None]] = half_a_second
    watch_s: float = WATCH_S


STEADY: Final = Pace()


class House:
    """What a door needs: the world, the policy and the knowledge in force, the writer, the floor."""

    def __init__(
        self,
        world: World,
        policy: Policy,
        broken: Callable[[BaseException], None],
        pace: Pace = STEADY,
        documents: Documents | None = None,
        contents: Contents = NO_CONTENTS,
        meter: Meter = NO_METER,
    ) -> None:
        self.world = world
        self.policy = policy
        self.policies = PolicyBook(world, policy, documents, self._take)
        self.knowledge = KnowledgeBook(world, contents, lambda: today(world, self.policy))
        self.proposals = Proposals(world, self.knowledge, contents.rewriter, lambda: today(world, self.policy))
        self.judging = JudgeBook(world, lambda: self.policy, lambda: self.knowledge.library)
        self.measurements = Measurements(
            world, lambda: self.knowledge.library, lambda: today(world, self.policy), meter
        )
        self.writers = WritersRoom(world, self.knowledge, self.measurements, lambda: today(world, self.policy))
        self.recorder = Recorder(world, lambda: self.policy, self._committed, broken)
        self.floor = Floor(world, self.recorder, lambda: self.policy)
        self.post = Post(world, self.recorder, lambda: self.policy)
        self.partners = Partners(world, self.recorder, lambda: self.policy)
        self.alarms = Alarms(world, self.post.mail_alarm)
        self.outbox = Outbox(world, self.recorder, lambda: self.policy, self.floor, self.post, self.partners)
        self.recalls = RecallBook(world, self.recorder, lambda: self.policy, self.knowledge)
        self.windows = WindowBook(world, self.floor.owed, lambda: self.policy)
        self.proofs = Proofs(world)
        self.peering = Peering(
            world,
            self.recorder,
            self.floor,
            (self.policies.catch_up, self.knowledge.catch_up, self.recalls.catch_up),
            self.alarms,
            self._show,
            {PROOFS: self.proofs.hear},
        )
        self.ticker = Ticker(world, self.recorder, self.outbox, self.alarms, pace.pause)
        self.watch = Watch(world, lambda: self.policy, self.floor, self.windows, self.post, self.alarms, pace.watch_s)
        self._broken = broken
        self._tasks: list[asyncio.Task[None]] = []
        self.shown: Callable[[News], None] = lambda _news: None

    def _take(self, policy: Policy) -> None:
        self.policy = policy

    def _committed(self, news: News, effects: tuple[Effect, ...]) -> None:
        if self.peering.committed(news):
            self._show(news)
        self.outbox.take(news, effects)
        self.watch.on_news(news)

    def _show(self, news: News) -> None:
        """Who listens here hears of it, whichever process wrote it."""
        self.floor.on_news(news)
        self.shown(news)
        self.world.feed.publish(news.conversation, news)
        for agent in _desks_of(news) | self._reminded(news):
            self.world.feed.publish(f"desk:{agent}", news)
        for fact in news.facts:
            if isinstance(fact.event, e.Offered):
                # Lists are told calmly; who is offered somebody hears it now.
                self.world.feed.publish(f"desk:{fact.event.agent}", OFFERED)

    def _reminded(self, news: News) -> set[StaffId]:
        """The people of the team that owns a promise that comes up."""
        owners = {fact.event.owner for fact in news.facts if isinstance(fact.event, e.PromiseReminded)}
        return {id for id, one in self.floor.presence.items() if one.staff.team in owners} if owners else set()

    def mail_leaves(self) -> bool:
        """Whether letters can leave this installation."""
        return mail_leaves(self.world)

    async def send_proof(self, id: ConversationId, address: str, number: str, language: str) -> bool:
        """Sends the six digits that open the words to who came back. Whether the letter left."""
        named = f"{id}:proof:{self.world.ids.new()}"
        now = self.world.clock.now()
        letter = with_proof(self.policy, named, number, PROOF_SPAN, address, language, now)
        return (await self.post.send_now(letter)).outcome is Outcome.ACCEPTED

    async def start(self) -> None:
        """Starts everything that runs by itself."""
        await self.peering.join()
        if self.world.peers.alone:  # what is held by another process is being done there
            await self.world.store.release_all()
        await self.knowledge.start()
        await self.alarms.start()
        self._must_run(self.recorder.run())
        await self.floor.start()
        self._must_run(self.peering.run())
        self._must_run(self.floor.run())
        self._must_run(self.ticker.run())
        self._must_run(self.watch.run())
        self._must_run(self.knowledge.run())
        self._must_run(self.recalls.run())
        self.keep_running(self.policies.run(self.alarms))
        self.keep_running(self.judging.run())

    def _must_run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something that the house cannot do without. A mistake that ends it ends the process: a house that
        takes messages and no longer writes, assigns or rings would keep customers waiting for nothing."""

        def ended(task: asyncio.Task[None]) -> None:
            fault = None if task.cancelled() else task.exception()
            if fault is not None:
                self._broken(fault)

        self.keep_running(work)
        self._tasks[-1].add_done_callback(ended)

    def keep_running(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something beside the house until it stops. A fault in it is told; the house goes on."""

        def ended(task: asyncio.Task[None]) -> None:
            fault = None if task.cancelled() else task.exception()
            if fault is not None:
                _LOG.error("something beside the house ended", **described(fault))

        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(ended)
        self._tasks.append(task)

    async def stop(self, patience_s: float = 0.0) -> None:
        """Stops; what was not done stands in the store.

        Args:
            patience_s: how long answers of the AI and letters that were begun may take to end.
        """
        if patience_s:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self.outbox.idle()
        self.measurements.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


def _desks_of(news: News) -> set[StaffId]:
    """The agents whose screens show this: who has the conversation, and who gave it up in this commit."""
    agents = {news.view.agent} if news.view.agent is not None else set()
    for fact in news.facts:
        if isinstance(fact.event, _LETS_GO):
            agents.add(fact.event.agent)
        elif isinstance(fact.event, e.Resolved) and fact.actor.kind is ActorKind.HUMAN:
            agents.add(StaffId(fact.actor.id))
    return agents
