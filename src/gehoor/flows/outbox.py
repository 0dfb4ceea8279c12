"""Carry out what follows from facts, and never lose it.

Effects are rows of the job table, written with their fact. In a living process they are done at once, from memory;
after a crash the rows are still there, and ``tick`` finds them when their lease has run out. What leaves the house
(letters, calls to a night partner) is claimed by ``tick`` first, so that it is never sent by two at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

import structlog

from gehoor.core.consequences import AskBrain, Assign, Effect
from gehoor.core.errors import GehoorError, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.flows.bot_turn import bot_turn
from gehoor.flows.faults import described
from gehoor.flows.handover import Floor
from gehoor.flows.partner import Partners
from gehoor.flows.post import Post
from gehoor.flows.record import Recorder
from gehoor.ports.feed import News
from gehoor.ports.store import Job, turn_key
from gehoor.ports.world import World

_LOG = structlog.get_logger()
MOST_TURNS_AT_ONCE: Final = 32
MOST_LETTERS_AT_ONCE: Final = 8
MOST_WAITING: Final = 2_000
"""Turns and letters in memory. More of them stand in the store only, and are claimed again when their lease is over;
for a turn the clock of the AI brings a person meanwhile. Calls to a night partner always begin."""
MOST_CALLS_AT_ONCE: Final = 64
"""Calls to a night partner wait for no letter: somebody is in danger."""


class Outbox:
    """Does effects in this process."""

    def __init__(
        self,
        world: World,
        recorder: Recorder,
        policy: Callable[[], Policy],
        floor: Floor,
        post: Post,
        partners: Partners,
    ) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy
        self._floor = floor
        self._turns = asyncio.Semaphore(MOST_TURNS_AT_ONCE)
        self._senders = {
            "mail": (post.carry_out, asyncio.Semaphore(MOST_LETTERS_AT_ONCE)),
            "partner": (partners.carry_out, asyncio.Semaphore(MOST_CALLS_AT_ONCE)),
        }
        self._running: dict[str, asyncio.Task[None]] = {}

    def take(self, news: News, effects: tuple[Effect, ...]) -> None:
        """What follows from one commit. Clocks are rows already; the rest starts now."""
        for effect in effects:
            if isinstance(effect, AskBrain):
                self.ask(news.conversation, effect.turn, news.facts[-1].at)
            elif isinstance(effect, Assign):
                self._floor.wake()

    def ask(self, conversation: ConversationId, turn: int, run_at: Instant) -> None:
        """Starts the AI's turn, once. ``run_at`` is that of its job, forgotten when there is nothing to say."""
        key = turn_key(conversation, turn)
        if key not in self._running and len(self._running) < MOST_WAITING:
            self._start(key, self._turn(conversation, turn, key, run_at))

    def sends(self, kind: str) -> bool:
        """Whether jobs of the kind leave the house."""
        return kind in self._senders

    def send(self, job: Job) -> None:
        """Starts on a claimed job that leaves the house, once; it may take longer than its lease."""
        full = len(self._running) >= MOST_WAITING and job.kind != "partner"
        if job.key not in self._running and not full:
            self._start(job.key, self._send(job))

    def _start(self, key: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _send(self, job: Job) -> None:
        carry_out, at_once = self._senders[job.kind]
        async with at_once:
            try:
                await carry_out(job)
            except GehoorError as fault:
                _LOG.warning("a job is done again later", kind=job.kind, code=fault.code)
            except Exception as fault:  # the row stands, and its lease runs out: it is tried again
                _LOG.error("a job failed and is done again later", kind=job.kind, **described(fault))

    async def _turn(self, conversation: ConversationId, turn: int, key: str, run_at: Instant) -> None:
        async with self._turns:
            try:
                outcome = await bot_turn(self._world, self._recorder, self._policy(), conversation, turn)
                if not outcome.facts:  # not the AI's turn any more: nothing to say, nothing left to do
                    await self._world.store.finish(key, run_at)
            except Unknown:
                await self._world.store.finish(key, run_at)
            except GehoorError as fault:
                # The row stands: it is tried again when its lease has run out; the clock BOT brings a person meanwhile.
                _LOG.warning("an AI turn is tried again later", code=fault.code)

    async def finished(self, conversation: ConversationId, turn: int, patience_s: float) -> None:
        """Waits until the AI's turn on message ``turn`` is over, if it runs, for at most ``patience_s`` seconds."""
        task = self._running.get(turn_key(conversation, turn))
        if task is not None:
            await asyncio.wait({task}, timeout=patience_s)

    async def idle(self) -> None:
        """Waits until nothing runs (tests, and a graceful stop)."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)
