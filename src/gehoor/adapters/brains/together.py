"""Questions that wait are worked on together, as the writer does with messages.

One batch is under way at a time, on a thread; what arrives meanwhile is the next one. So a batch is as large as it is
busy, a question alone does not wait for others, and the arithmetic (whose cost is mostly reading the model's numbers
from memory, once a batch) costs less for each question the more of them there are.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

Asked = TypeVar("Asked")
Said = TypeVar("Said")

MOST_TOGETHER: Final = 16
"""With more a question gets no cheaper (1.3 ms of the language model instead of 3.2 alone), and the first one of a
batch would only wait longer for the last."""


class Together(Generic[Asked, Said]):
    """Gives each question what ``work`` makes of it.

    ``work`` runs on a thread, never twice at once, and gives one thing for each question, in order. When it raises
    anything, each question of the batch is worked on alone, so that a fault reaches only whoever asked for it.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Said]]) -> None:
        self._work = work
        self._waiting: deque[tuple[Asked, asyncio.Future[Said]]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Said:
        """What is said to it, or what ``work`` raised. A question that is given up before its turn costs nothing."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Said] = loop.create_future()
        self._waiting.append((asked, future))
        if self._working is None:
            self._working = loop.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while batch := self._next():
                await self._settle(batch)
        finally:
            self._working = None

    def _next(self) -> list[tuple[Asked, asyncio.Future[Said]]]:
        batch: list[tuple[Asked, asyncio.Future[Said]]] = []
        while self._waiting and len(batch) < MOST_TOGETHER:
            asked, future = self._waiting.popleft()
            if not future.done():  # nobody waits for it any more
                batch.append((asked, future))
        return batch

    async def _settle(self, batch: list[tuple[Asked, asyncio.Future[Said]]]) -> None:
        try:
            said = await asyncio.to_thread(self._work, [asked for asked, _ in batch])
        except Exception as fault:
            if len(batch) > 1:
                for one in batch:
                    await self._settle([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(fault)
            return
        for (_, future), one_said in zip(batch, said, strict=True):
            if not future.done():
                future.set_result(one_said)
