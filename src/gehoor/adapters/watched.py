"""The doors of a World with an instrument at each: how long it took, what came of it, and a span where one is wanted.

Only kinds, counts and spans of time are kept: no words, no addresses, no ids (PRIVATE).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from gehoor.adapters.brains.around import Around
from gehoor.adapters.instruments import Instruments, Times
from gehoor.core.errors import GehoorError
from gehoor.core.time import SECOND, Instant
from gehoor.ports.brain import Answer, Brain, DontKnow, Question, Suggestions
from gehoor.ports.outbound import Letter, Mail, Partner, PartnerCall, Receipt
from gehoor.ports.store import Append, Job, Store


def watched_store(store: Store, instruments: Instruments) -> Store:
    """The same store; its commits and the jobs that it gives out are counted."""
    return cast(Store, _WatchedStore(store, instruments))


class _WatchedStore:
    """Everything but what is counted goes straight through."""

    def __init__(self, store: Store, instruments: Instruments) -> None:
        self._store, self._instruments = store, instruments

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """As the store's."""
        with self._instruments.span("store.commit"), _timed(self._instruments.commits, "written"):
            heads = await self._store.commit(batch)
        self._instruments.batches.add(len(batch))
        count = self._instruments.facts.add
        for append in batch:
            for fact in append.facts:
                count(type(fact.event).__name__)
        return heads

    async def claim(self, now: Instant, lease: int, limit: int) -> list[Job]:
        """As the store's."""
        jobs = await self._store.claim(now, lease, limit)
        for job in jobs:
            self._instruments.jobs.add(max(now - job.run_at, 0) / SECOND, job.kind)
        return jobs


class WatchedBrain(Around):
    """The same brain, timed."""

    def __init__(self, brain: Brain, instruments: Instruments) -> None:
        super().__init__(brain)
        self._instruments = instruments

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:
        """As the brain's."""
        began = time.perf_counter()
        with self._instruments.span("brain.answer"):
            said = await self._brain.answer(question, today)
        self._instruments.brain.add(time.perf_counter() - began, type(said).__name__)
        return said


class WatchedMail:
    """The same mail, timed."""

    def __init__(self, mail: Mail, instruments: Instruments) -> None:
        self._mail, self._instruments = mail, instruments

    @property
    def registered(self) -> bool:
        """Whether letters can leave."""
        return self._mail.registered

    async def send(self, letter: Letter) -> Receipt:
        """As the mail's."""
        began = time.perf_counter()
        with self._instruments.span("mail.send"):
            receipt = await self._mail.send(letter)
        self._instruments.letters.add(time.perf_counter() - began, receipt.outcome.value)
        return receipt


class WatchedPartner:
    """The same partner, timed."""

    def __init__(self, partner: Partner, instruments: Instruments) -> None:
        self._partner, self._instruments = partner, instruments

    async def ask(self, call: PartnerCall) -> Receipt:
        """As the partner's."""
        began = time.perf_counter()
        with self._instruments.span("partner.ask"):
            receipt = await self._partner.ask(call)
        self._instruments.calls.add(time.perf_counter() - began, receipt.outcome.value)
        return receipt

    def signed(self, partner: str, signed_at: str, body: bytes, signature: str) -> bool:
        """As the partner's."""
        return self._partner.signed(partner, signed_at, body, signature)


@contextmanager
def _timed(times: Times, well: str) -> Iterator[None]:
    began, outcome = time.perf_counter(), well
    try:
        yield
    except GehoorError as fault:
        outcome = fault.code
        raise
    finally:
        times.add(time.perf_counter() - began, outcome)
