"""The store on PostgreSQL: one statement for each batch, and any number of processes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import asyncpg

from gehoor.adapters.stores import postgres_rows as sql
from gehoor.adapters.stores.codec import decode
from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.adapters.stores.postgres_faults import FAULTS
from gehoor.adapters.stores.postgres_writer import PostgresWriter
from gehoor.adapters.stores.rows import (
    GIVEN_AT_ONCE,
    HEADS_AT_ONCE,
    HOUSE,
    FactRow,
    GivenRow,
    JobRow,
    conflict,
    fact_rows,
    given_rows,
    job_changes,
    ledger_entry,
    read_given,
    with_house,
)
from gehoor.adapters.stores.view_rows import row_view, row_views, view_row
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import Given
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import StoreAway
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.ids import ConversationId
from gehoor.core.time import HOUR, Instant
from gehoor.ports.store import Append, Head, Job, LedgerEntry, Loaded, Place, Sealed

_HEADS: Final = "SELECT id, length, head FROM conversation WHERE id > $1 ORDER BY id LIMIT $2"
_LEDGER_LOCK: Final = 0x4765686F_00000001
_LAST_ENTRY: Final = "SELECT number, hash FROM ledger ORDER BY number DESC LIMIT 1"
_ADD_ENTRY: Final = "INSERT INTO ledger (number, at, kind, body, hash) VALUES ($1, $2, $3, $4, $5)"


_Pair = tuple[Append, list[FactRow]]


class PostgresStore:
    """The store of one organisation, in one database.

    Args:
        database: shared with ``PostgresPeople``; closing the store closes it.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._writer = PostgresWriter(database)

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing, durably, and returns the new heads.

        Raises:
            Conflict: conversations have another head than the append says; ``data["conversations"]`` names them all.
            StoreAway: nothing was written; or, with ``data["unknown"]``, the database did not come back to tell.
            StoreFault: nothing was written.
        """
        rounds = _rounds([(append, fact_rows(append)) for append in batch])
        if not await self._writer.write(lambda one: _write(one, rounds), lambda one: _is_there(one, rounds)):
            raise conflict(*await self._stale(rounds[0]))
        heads = {id(append): rows[-1].hash if rows else append.head for pairs in rounds for append, rows in pairs}
        return [heads[id(append)] for append in batch]

    async def _stale(self, pairs: list[_Pair]) -> list[ConversationId]:
        """Which conversations are not as the writer knew them."""
        found = await self._all(sql.KNOWN, [append.id for append, _ in pairs])
        there = {id: (head, length) for id, head, length in found}
        wanted = {append.id: (append.head, _length(append, rows)) for append, rows in pairs}
        stale = [id for id, end in wanted.items() if there.get(id, (GENESIS, 0)) != end]
        return stale or list(wanted)

    # -- reading -----------------------------------------------------------------------------------------------------

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts of a conversation in order, or None."""
        rows = await self._all(sql.LOAD, id)
        return Loaded(tuple(decode(row[0]) for row in rows), rows[-1][1]) if rows else None

    async def load_after(self, id: ConversationId, after: int) -> Loaded | None:
        """The facts with a seq above ``after`` in order, and the head of the chain after them; None without any."""
        rows = await self._all(sql.LOAD_AFTER, id, after)
        return Loaded(tuple(decode(row[0]) for row in rows), rows[-1][1]) if rows else None

    async def facts(self, id: ConversationId, after: int) -> list[Fact]:
        """The facts with a seq above ``after``, in order."""
        rows = await self._all(sql.FACTS_AFTER, id, after)
        return [decode(row[0]) for row in rows]

    async def words(self, id: ConversationId, after: int = 0) -> list[Sealed]:
        """The sealed words of facts with a seq above ``after``, in order."""
        rows = await self._all(sql.WORDS_AFTER, id, after)
        return [Sealed(*row) for row in rows]

    async def token_hash(self, id: ConversationId) -> bytes | None:
        """SHA-256 of the token of a conversation, or None."""
        rows = await self._all(sql.ITS_HASH, id)
        found: bytes | None = rows[0][0] if rows else None
        return found

    async def view(self, id: ConversationId) -> ConversationView | None:
        """The stored view of a conversation."""
        rows = await self._all(sql.ONE_VIEW, id)
        return row_view(rows[0]) if rows else None

    async def open_views(self) -> list[ConversationView]:
        """The views of all conversations that are waiting for or with a person, by id."""
        return await row_views(await self._all(sql.OPEN), self.load)

    async def booked_views(self) -> list[ConversationView]:
        """Those of the open views whose customer is promised a call in a window."""
        rows = await self._all(sql.BOOKED)
        return await row_views(rows, self.load)

    async def views_since(self, at: Instant) -> list[ConversationView]:
        """The views of all conversations in which anything happened at the instant or later, oldest first."""
        return await row_views(await self._all(sql.SINCE, at), self.load)

    async def all_ids(self) -> list[ConversationId]:
        """Every conversation, in order."""
        return [row[0] for row in await self._all("SELECT id FROM conversation ORDER BY id")]

    async def heads(self) -> AsyncGenerator[list[Head], None]:
        """The end of every chain as of now, ordered by name, some at a time."""
        connection = await self._database.connect("gehoor long reader")
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                last = await connection.fetchrow(_LAST_ENTRY)
                house = Head(HOUSE, *last) if last else Head(HOUSE, 0, GENESIS)
                async for piece in with_house(_pieces(connection), house):
                    yield piece
        except FAULTS as fault:
            raise self._database.failed(fault) from fault
        finally:
            connection.terminate()

    async def active_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[ConversationId], None]:
        """The conversations in which anything happened in a span: all of them, perhaps some more, some at a time."""
        for begin in range(since, until, HOUR):  # so that no answer is large
            rows = await self._all(sql.ACTIVE, begin, min(begin + HOUR, until))
            if rows:
                yield [row[0] for row in rows]

    # -- jobs --------------------------------------------------------------------------------------------------------

    async def claim(self, now: Instant, lease: int, limit: int) -> list[Job]:
        """Jobs that are due and that nobody holds, earliest first. What another process claims now is passed over."""
        work = self._database.use(lambda connection: connection.fetch(sql.CLAIM, now + lease, now, max(limit, 0)))
        return sorted((Job(*row) for row in await work), key=lambda job: (job.run_at, job.key))

    async def finish(self, key: str, run_at: Instant) -> None:
        """Forgets a job, unless it was set to another instant meanwhile."""
        await self._database.change((sql.FINISH, key, run_at))

    async def hold(self, key: str, run_at: Instant, until: Instant) -> None:
        """Holds a claimed job until the instant, unless it was set to another one meanwhile."""
        await self._database.change((sql.HOLD, until, key, run_at))

    async def release_all(self) -> None:
        """Lets go of every held job."""
        await self._database.change(("UPDATE job SET lease_until = 0 WHERE lease_until > 0",))

    # -- what was given ----------------------------------------------------------------------------------------------

    async def given(self, article: str, version: str, after: Place | None, limit: int) -> list[Given]:
        """To whom a version of an article was given, by conversation and fact: the first ``limit`` after a place."""
        rows = await self._all(sql.GIVEN_TO, article, version, *(after or ("", 0)), limit)
        return [read_given(row) for row in rows]

    async def given_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[Given], None]:
        """Everything that was given from ``since`` up to ``until``, in the order of its giving, some at a time."""
        after: tuple[object, ...] = (since, "", 0, "", "")
        while rows := await self._all(sql.GIVEN_BETWEEN, since, until, *after, GIVEN_AT_ONCE):
            found = [read_given(row) for row in rows]
            yield found
            last = found[-1]
            after = (last.at, last.conversation, last.seq, last.article, last.version)

    # -- the house ---------------------------------------------------------------------------------------------------

    async def add_to_ledger(self, at: Instant, kind: str, body: str) -> LedgerEntry:
        """Appends to the house ledger, durably. One at a time, of all processes."""
        added: list[LedgerEntry] = []

        async def add(connection: Connection) -> LedgerEntry:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _LEDGER_LOCK)
                last = await connection.fetchrow(_LAST_ENTRY)
                number, head = last or (0, GENESIS)
                entry = ledger_entry(number + 1, head, at, kind, body)
                await connection.execute(_ADD_ENTRY, entry.number, at, kind, body, entry.hash)
                added.append(entry)
            return entry

        try:
            return await self._database.use(add)
        except StoreAway:
            # It may be there: the connection was lost while it was written.
            for entry in added:
                if entry in await self.ledger(entry.number - 1):
                    return entry
            raise

    async def ledger(self, after: int = 0, kind: str = "") -> list[LedgerEntry]:
        """The entries with a number above ``after``, of one kind if it is given."""
        rows = await self._all(
            "SELECT number, at, kind, body, hash FROM ledger WHERE number > $1 AND ($2 = '' OR kind = $2) "
            "ORDER BY number",
            after,
            kind,
        )
        return [LedgerEntry(*row) for row in rows]

    async def ledger_end(self) -> int:
        """The number of the last entry; 0 when there is none. Who follows one kind need not read the others."""
        return int((await self._all("SELECT coalesce(max(number), 0) FROM ledger"))[0][0])

    async def rebuild(self, views: Sequence[ConversationView]) -> None:
        """Puts stored views back; a view of a conversation that is not here is left out."""
        rows = [(view.id, *view_row(view)) for view in views]
        if rows:
            await self._database.change((sql.PUT_VIEWS, *zip(*rows, strict=True)))

    async def close(self) -> None:
        """Finishes what is under way and lets go of the connections."""
        await self._writer.close()
        await self._database.close()

    async def _all(self, statement: str, *values: object) -> list[Any]:
        return await self._database.all(statement, *values)


def _rounds(pairs: list[_Pair]) -> list[list[_Pair]]:
    """A statement does not see its own rows: a conversation that is there twice is written in two goes."""
    rounds: list[list[_Pair]] = [[]]
    ends: dict[str, tuple[int, bytes, int]] = {}
    for append, rows in pairs:
        turn, head, length = ends.get(append.id, (0, append.head, _length(append, rows)))
        if (append.head, _length(append, rows)) != (head, length) or (head == GENESIS and length):
            raise conflict(append.id)
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append((append, rows))
        ends[append.id] = (turn + 1, rows[-1].hash, rows[-1].seq) if rows else (turn + 1, head, length)
    return rounds


async def _write(connection: Connection, rounds: list[list[_Pair]]) -> bool:
    """Writes all, or nothing when anything is not as the writer knew it."""
    try:
        if len(rounds) == 1:
            return bool(await connection.fetchval(*_said(rounds[0])))
        async with connection.transaction():
            return all([await connection.fetchval(*_said(pairs)) for pairs in rounds])
    except asyncpg.UniqueViolationError:  # somebody else began the same conversation at this very moment
        return False


async def _is_there(connection: Connection, rounds: list[list[_Pair]]) -> bool:
    """Whether these very facts are stored. All of them are, or none: they are one transaction."""
    last = next((rows[-1] for pairs in rounds for _, rows in pairs if rows), None)
    if last is None:
        return False
    there = "SELECT EXISTS (SELECT FROM fact WHERE conversation = $1 AND seq = $2 AND hash = $3)"
    return bool(await connection.fetchval(there, last.conversation, last.seq, last.hash))


def _said(pairs: list[_Pair]) -> list[Any]:
    """The statement of a commit with its values. Of what becomes of one job the last counts: finished, dropped, set."""
    known, new = [], []
    views: list[ConversationView] = []
    ends: list[tuple[bytes, bytes, int]] = []
    facts: list[FactRow] = []
    words: list[Sequence[Any]] = []
    finished: set[str] = set()
    dropped: set[str] = set()
    jobs: dict[str, JobRow] = {}
    given: list[GivenRow] = []
    for append, rows in pairs:
        id = append.id
        if append.head == GENESIS:
            new.append(id)
        else:
            known.append((id, append.head, _length(append, rows)))
        if rows:
            views.append(append.view)
            ends.append((append.token_hash, rows[-1].hash, rows[-1].seq))
        facts += rows
        given += given_rows(id, append.facts)
        words += [(id, sealed.seq, sealed.text, sealed.masked) for sealed in append.words]
        finished.update(append.done)
        for key, job in job_changes(append).items() if append.effects else ():
            if job is None:
                dropped.add(key)
            else:
                jobs[key] = job
    dropped.difference_update(jobs)
    finished.difference_update(jobs, dropped)
    return [
        sql.COMMIT_AND_GIVE if given else sql.COMMIT,
        *sql.columns(sorted(known), 3),
        new,
        sql.views_json(views),
        *sql.columns(ends, sql.CHAIN),
        *sql.columns(facts, sql.FACTS),
        *sql.columns(words, sql.WORDS),
        list(finished),
        list(dropped),
        sql.jobs_json(jobs.values()),
        *(sql.columns(given, sql.GIVEN) if given else ()),
    ]


def _length(append: Append, rows: list[FactRow]) -> int:
    """How many facts the writer knew."""
    return rows[0].seq - 1 if rows else append.view.seq


async def _pieces(connection: Connection) -> AsyncGenerator[list[Head], None]:
    after = ""
    while rows := await connection.fetch(_HEADS, after, HEADS_AT_ONCE):
        yield [Head(*row) for row in rows]
        after = rows[-1][0]
