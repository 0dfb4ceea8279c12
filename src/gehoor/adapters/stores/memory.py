"""A store that ends with the process: for tests and the demonstration. It keeps records, as every store does."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

from gehoor.adapters.stores.codec import decode
from gehoor.adapters.stores.rows import (
    GIVEN_AT_ONCE,
    HEADS_AT_ONCE,
    HOUSE,
    OPEN_PHASES,
    FactRow,
    JobRow,
    by_name,
    conflict,
    fact_rows,
    job_changes,
    ledger_entry,
)
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import Given, given
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import StoreFault
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.ports.store import Append, Head, Job, LedgerEntry, Loaded, Place, Sealed


@dataclass(slots=True)
class _Kept:
    view: ConversationView
    token_hash: bytes
    facts: list[FactRow] = field(default_factory=list)
    words: dict[int, Sealed] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        return self.facts[-1].hash if self.facts else GENESIS


class MemoryStore:
    """The store of one organisation, in memory."""

    _rows = staticmethod(fact_rows)

    def __init__(self) -> None:
        self._kept: dict[ConversationId, _Kept] = {}
        self._jobs: dict[str, JobRow] = {}
        # When each job can be claimed, earliest first. An entry whose job has changed since is passed over.
        self._moments: list[tuple[int, str]] = []
        self._ledger: list[LedgerEntry] = []
        self._given_to: dict[tuple[str, str], list[Given]] = {}
        self._closed = False

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing, and returns the new heads.

        Raises:
            Conflict: a conversation has another head than the append says.
        """
        self._check_open()
        written = [self._rows(append) for append in batch]
        self._check_heads(batch, written)
        for append, rows in zip(batch, written, strict=True):
            self._write(append, rows)
        return [rows[-1].hash if rows else append.head for append, rows in zip(batch, written, strict=True)]

    def _check_heads(self, batch: Sequence[Append], written: Sequence[list[FactRow]]) -> None:
        ends: dict[ConversationId, tuple[bytes, int]] = {}
        for append, rows in zip(batch, written, strict=True):
            head, length = ends.get(append.id) or self._end(append.id)
            if head != append.head or (rows and rows[0].seq != length + 1):
                raise conflict(append.id)
            ends[append.id] = (rows[-1].hash if rows else head, length + len(rows))

    def _end(self, id: ConversationId) -> tuple[bytes, int]:
        kept = self._kept.get(id)
        return (kept.head, len(kept.facts)) if kept is not None else (GENESIS, 0)

    def _write(self, append: Append, rows: list[FactRow]) -> None:
        kept = self._kept.get(append.id)
        if kept is None and rows:
            kept = self._kept[append.id] = _Kept(append.view, append.token_hash)
        if kept is not None and rows:
            kept.view = append.view
            kept.facts += rows
            kept.words.update((sealed.seq, sealed) for sealed in append.words)
            for one in given(append.id, append.facts):
                insort(self._given_to.setdefault((one.article, one.version), []), one)
        for key in append.done:
            job = self._jobs.get(key)
            if job is not None and job.lease_until:
                del self._jobs[key]
        for key, change in job_changes(append).items():
            if change is None:
                self._jobs.pop(key, None)
            else:
                self._jobs[key] = change
                heappush(self._moments, (_moment(change), key))

    # -- reading -----------------------------------------------------------------------------------------------------

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts of a conversation in order, or None."""
        kept = self._of(id)
        return None if kept is None else Loaded(tuple(decode(row.body) for row in kept.facts), kept.head)

    async def load_after(self, id: ConversationId, after: int) -> Loaded | None:
        """The facts with a seq above ``after`` in order, and the head of the chain after them; None without any."""
        facts, kept = await self.facts(id, after), self._of(id)
        return Loaded(tuple(facts), kept.head) if facts and kept is not None else None

    async def facts(self, id: ConversationId, after: int) -> list[Fact]:
        """The facts with a seq above ``after``, in order."""
        kept = self._of(id)
        return [] if kept is None else [decode(row.body) for row in kept.facts[max(after, 0) :]]

    async def words(self, id: ConversationId, after: int = 0) -> list[Sealed]:
        """The sealed words of facts with a seq above ``after``, in order."""
        kept = self._of(id)
        return [] if kept is None else [kept.words[seq] for seq in sorted(kept.words) if seq > after]

    async def token_hash(self, id: ConversationId) -> bytes | None:
        """SHA-256 of the token of a conversation, or None."""
        kept = self._of(id)
        return None if kept is None else kept.token_hash

    async def view(self, id: ConversationId) -> ConversationView | None:
        """The stored view of a conversation."""
        kept = self._of(id)
        return None if kept is None else kept.view

    async def open_views(self) -> list[ConversationView]:
        """The views of all conversations that are waiting for or with a person, by id."""
        self._check_open()
        views = [kept.view for kept in self._kept.values() if kept.view.phase in OPEN_PHASES]
        return sorted(views, key=lambda view: view.id)

    async def booked_views(self) -> list[ConversationView]:
        """Those of the open views whose customer is promised a call in a window."""
        return [view for view in await self.open_views() if view.window_start is not None]

    async def views_since(self, at: Instant) -> list[ConversationView]:
        """The views of all conversations in which anything happened at the instant or later, oldest first."""
        self._check_open()
        views = [kept.view for kept in self._kept.values() if kept.view.at >= at]
        return sorted(views, key=lambda view: (view.at, view.id))

    async def all_ids(self) -> list[ConversationId]:
        """Every conversation, in order."""
        self._check_open()
        return sorted(self._kept)

    async def heads(self) -> AsyncGenerator[list[Head], None]:
        """The end of every chain as of now, ordered by name, some at a time."""
        self._check_open()
        ends = [Head(id, len(kept.facts), kept.head) for id, kept in self._kept.items()]
        ends.append(Head(HOUSE, len(self._ledger), self._ledger_head()))
        ends.sort(key=by_name)
        for begin in range(0, len(ends), HEADS_AT_ONCE):
            yield ends[begin : begin + HEADS_AT_ONCE]

    async def active_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[ConversationId], None]:
        """The conversations in which anything happened in a span: all of them, perhaps some more, some at a time."""
        self._check_open()
        yield [id for id, kept in sorted(self._kept.items()) if any(since <= one.at < until for one in kept.facts)]

    # -- jobs --------------------------------------------------------------------------------------------------------

    async def claim(self, now: Instant, lease: int, limit: int) -> list[Job]:
        """Jobs that are due and that nobody holds, earliest first."""
        self._check_open()
        due = {}
        while (moment := self.next_moment()) is not None and moment <= now:
            job = self._jobs[heappop(self._moments)[1]]
            due[job.key] = job
        claimed = []
        for place, job in enumerate(sorted(due.values(), key=lambda job: (job.run_at, job.key))):
            if place < limit:
                job = self._jobs[job.key] = job._replace(lease_until=now + lease, attempts=job.attempts + 1)
                claimed.append(
                    Job(job.key, job.kind, job.conversation, job.argument, Instant(job.run_at), job.attempts)
                )
            heappush(self._moments, (_moment(job), job.key))
        return claimed

    def next_moment(self) -> int | None:
        """When the next job can be claimed; None when there is none. A simulation goes there at once."""
        moments, jobs = self._moments, self._jobs
        while moments:
            moment, key = moments[0]
            job = jobs.get(key)
            if job is not None and _moment(job) == moment:
                return moment
            heappop(moments)
        return None

    async def finish(self, key: str, run_at: Instant) -> None:
        """Forgets a job, unless it was set to another instant meanwhile."""
        self._check_open()
        job = self._jobs.get(key)
        if job is not None and job.run_at == run_at:
            del self._jobs[key]

    async def hold(self, key: str, run_at: Instant, until: Instant) -> None:
        """Holds a claimed job until the instant, unless it was set to another one meanwhile."""
        self._check_open()
        job = self._jobs.get(key)
        if job is not None and job.run_at == run_at and job.lease_until:
            job = self._jobs[key] = job._replace(lease_until=until)
            heappush(self._moments, (_moment(job), key))

    async def release_all(self) -> None:
        """Lets go of every held job."""
        self._check_open()
        self._jobs.update({key: job._replace(lease_until=0) for key, job in self._jobs.items()})
        self._moments = [(job.run_at, key) for key, job in self._jobs.items()]
        heapify(self._moments)

    # -- what was given ----------------------------------------------------------------------------------------------

    async def given(self, article: str, version: str, after: Place | None, limit: int) -> list[Given]:
        """To whom a version of an article was given, by conversation and fact: the first ``limit`` after a place."""
        self._check_open()
        places = self._given_to.get((article, version), [])
        begin = bisect_right(places, after or ("", 0), key=lambda one: one[:2])
        return places[begin : begin + limit]

    async def given_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[Given], None]:
        """Everything that was given from ``since`` up to ``until``, in the order of its giving, some at a time."""
        self._check_open()
        every = (one for places in self._given_to.values() for one in places if since <= one.at < until)
        found = sorted(every, key=lambda one: (one.at, one.conversation, one.seq, one.article, one.version))
        for begin in range(0, len(found), GIVEN_AT_ONCE):
            yield found[begin : begin + GIVEN_AT_ONCE]

    # -- the house ---------------------------------------------------------------------------------------------------

    async def add_to_ledger(self, at: Instant, kind: str, body: str) -> LedgerEntry:
        """Appends to the house ledger."""
        self._check_open()
        entry = ledger_entry(len(self._ledger) + 1, self._ledger_head(), at, kind, body)
        self._ledger.append(entry)
        return entry

    async def ledger(self, after: int = 0, kind: str = "") -> list[LedgerEntry]:
        """The entries with a number above ``after``, of one kind if it is given."""
        self._check_open()
        return [entry for entry in self._ledger if entry.number > after and kind in ("", entry.kind)]

    async def ledger_end(self) -> int:
        """The number of the last entry; 0 when there is none. Who follows one kind need not read the others."""
        self._check_open()
        return len(self._ledger)

    async def rebuild(self, views: Sequence[ConversationView]) -> None:
        """Puts stored views back; a view of a conversation that is not here is left out."""
        self._check_open()
        for view in views:
            kept = self._kept.get(view.id)
            if kept is not None:
                kept.view = replace(view)

    async def close(self) -> None:
        """Refuses everything from now on."""
        self._closed = True

    def _ledger_head(self) -> bytes:
        return self._ledger[-1].hash if self._ledger else GENESIS

    def _of(self, id: ConversationId) -> _Kept | None:
        self._check_open()
        return self._kept.get(id)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreFault("The store is closed.")


def _moment(job: JobRow) -> int:
    """When a job can be claimed: it is due, and nobody holds it any more."""
    return max(job.run_at, job.lease_until)
