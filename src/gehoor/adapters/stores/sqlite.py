"""The store on SQLite: one commit for each batch, on a thread of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from gehoor.adapters.stores import sqlite_rows as sql
from gehoor.adapters.stores.codec import decode
from gehoor.adapters.stores.rows import (
    GIVEN_AT_ONCE,
    GIVEN_COLUMNS,
    HEADS_AT_ONCE,
    HOUSE,
    OPEN_PHASES,
    FactRow,
    GivenRow,
    by_name,
    conflict,
    fact_rows,
    given_rows,
    job_changes,
    ledger_entry,
    read_given,
    with_house,
)
from gehoor.adapters.stores.sqlite_file import Ask, SqliteFile
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS, row_view, row_views, view_row
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import Given
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import Conflict, StoreFault
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.ports.store import Append, Head, Job, LedgerEntry, Loaded, Place, Sealed

_VIEW: Final = f"SELECT id, {', '.join(VIEW_COLUMNS)} FROM conversation WHERE "  # noqa: S608
# In the words of the partial index, or SQLite does not see that it helps.
_OPEN: Final = " OR ".join(f"phase = '{phase.value}'" for phase in OPEN_PHASES)
_CLAIM: Final = (
    "UPDATE job SET lease_until = ?, attempts = attempts + 1 WHERE key IN "
    "(SELECT key FROM job WHERE run_at <= ? AND lease_until <= ? ORDER BY run_at, key LIMIT ?) "
    "RETURNING key, kind, conversation, argument, run_at, attempts"
)
_HEADS: Final = (
    "SELECT group_concat(id || ' ' || length || ' ' || hex(head), char(10)) FROM "
    "(SELECT id, length, head FROM conversation WHERE id > ? ORDER BY id LIMIT ?)"
)
_GIVEN: Final = (
    f"SELECT {GIVEN_COLUMNS} FROM given WHERE article = ? AND version = ? AND (conversation, seq) > (?, ?) "  # noqa: S608
    "ORDER BY conversation, seq LIMIT ?"
)
_ACTIVE: Final = "SELECT at, id FROM conversation WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?"
_GIVEN_BETWEEN: Final = (
    f"SELECT {GIVEN_COLUMNS} FROM given WHERE at >= ? AND at < ? "  # noqa: S608
    "AND (at, conversation, seq, article, version) > (?, ?, ?, ?, ?) "
    "ORDER BY at, conversation, seq, article, version LIMIT ?"
)
_ADD: Final = "INSERT INTO ledger (number, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)"


class SqliteStore:
    """The store of one organisation, in one file.

    Args:
        file: shared with ``SqlitePeople``; closing the store closes it.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing, durably, and returns the new heads.

        Raises:
            Conflict: a conversation has another head than the append says.
            StoreFault: nothing was written.
        """
        return await self._file.write(lambda connection: _commit(connection, batch))

    # -- reading -----------------------------------------------------------------------------------------------------

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts of a conversation in order, or None."""
        rows = await self._all("SELECT body, hash FROM fact WHERE conversation = ? ORDER BY seq", id)
        return Loaded(tuple(decode(row[0]) for row in rows), rows[-1][1]) if rows else None

    async def load_after(self, id: ConversationId, after: int) -> Loaded | None:
        """The facts with a seq above ``after`` in order, and the head of the chain after them; None without any."""
        rows = await self._all("SELECT body, hash FROM fact WHERE conversation = ? AND seq > ? ORDER BY seq", id, after)
        return Loaded(tuple(decode(row[0]) for row in rows), rows[-1][1]) if rows else None

    async def facts(self, id: ConversationId, after: int) -> list[Fact]:
        """The facts with a seq above ``after``, in order."""
        rows = await self._all("SELECT body FROM fact WHERE conversation = ? AND seq > ? ORDER BY seq", id, after)
        return [decode(row[0]) for row in rows]

    async def words(self, id: ConversationId, after: int = 0) -> list[Sealed]:
        """The sealed words of facts with a seq above ``after``, in order."""
        rows = await self._all(
            "SELECT seq, sealed, masked FROM words WHERE conversation = ? AND seq > ? ORDER BY seq", id, after
        )
        return [Sealed(*row) for row in rows]

    async def token_hash(self, id: ConversationId) -> bytes | None:
        """SHA-256 of the token of a conversation, or None."""
        rows = await self._all("SELECT token_hash FROM conversation WHERE id = ?", id)
        found: bytes | None = rows[0][0] if rows else None
        return found

    async def view(self, id: ConversationId) -> ConversationView | None:
        """The stored view of a conversation."""
        rows = await self._all(f"{_VIEW} id = ?", id)
        return row_view(rows[0]) if rows else None

    async def open_views(self) -> list[ConversationView]:
        """The views of all conversations that are waiting for or with a person, by id."""
        return await row_views(await self._all(f"{_VIEW} {_OPEN} ORDER BY id"), self.load)

    async def booked_views(self) -> list[ConversationView]:
        """Those of the open views whose customer is promised a call in a window."""
        rows = await self._all(f"{_VIEW} ({_OPEN}) AND window_start IS NOT NULL ORDER BY id")
        return await row_views(rows, self.load)

    async def views_since(self, at: Instant) -> list[ConversationView]:
        """The views of all conversations in which anything happened at the instant or later, oldest first."""
        return await row_views(await self._all(f"{_VIEW} at >= ? ORDER BY at, id", at), self.load)

    async def all_ids(self) -> list[ConversationId]:
        """Every conversation, in order."""
        return [row[0] for row in await self._all("SELECT id FROM conversation ORDER BY id")]

    async def heads(self) -> AsyncGenerator[list[Head], None]:
        """The end of every chain as of now, ordered by name, some at a time."""
        async with self._file.as_of_now() as ask:
            last = await ask("SELECT number, hash FROM ledger ORDER BY number DESC LIMIT 1")
            house = Head(HOUSE, *last[0]) if last else Head(HOUSE, 0, GENESIS)
            async for piece in with_house(_pieces(ask), house):
                yield piece

    async def active_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[ConversationId], None]:
        """The conversations in which anything happened in a span: all of them, perhaps some more, some at a time."""
        del until  # a conversation is found by what happened in it last, and that may be later
        after: tuple[object, ...] = (since, "")
        while rows := await self._all(_ACTIVE, *after, HEADS_AT_ONCE):
            yield [row[1] for row in rows]
            after = rows[-1]

    # -- jobs --------------------------------------------------------------------------------------------------------

    async def claim(self, now: Instant, lease: int, limit: int) -> list[Job]:
        """Jobs that are due and that nobody holds, earliest first."""
        values = (now + lease, now, now, max(limit, 0))
        rows = await self._file.write(lambda connection: connection.execute(_CLAIM, values).fetchall())
        return sorted((Job(*row) for row in rows), key=lambda job: (job.run_at, job.key))

    async def finish(self, key: str, run_at: Instant) -> None:
        """Forgets a job, unless it was set to another instant meanwhile."""
        await self._do("DELETE FROM job WHERE key = ? AND run_at = ?", key, run_at)

    async def hold(self, key: str, run_at: Instant, until: Instant) -> None:
        """Holds a claimed job until the instant, unless it was set to another one meanwhile."""
        held = "UPDATE job SET lease_until = ? WHERE key = ? AND run_at = ? AND lease_until > 0"
        await self._do(held, until, key, run_at)

    async def release_all(self) -> None:
        """Lets go of every held job."""
        await self._do("UPDATE job SET lease_until = 0 WHERE lease_until > 0")

    # -- what was given ----------------------------------------------------------------------------------------------

    async def given(self, article: str, version: str, after: Place | None, limit: int) -> list[Given]:
        """To whom a version of an article was given, by conversation and fact: the first ``limit`` after a place."""
        rows = await self._all(_GIVEN, article, version, *(after or ("", 0)), limit)
        return [read_given(row) for row in rows]

    async def given_between(self, since: Instant, until: Instant) -> AsyncGenerator[list[Given], None]:
        """Everything that was given from ``since`` up to ``until``, in the order of its giving, some at a time."""
        after: tuple[object, ...] = (since, "", 0, "", "")
        while rows := await self._all(_GIVEN_BETWEEN, since, until, *after, GIVEN_AT_ONCE):
            found = [read_given(row) for row in rows]
            yield found
            last = found[-1]
            after = (last.at, last.conversation, last.seq, last.article, last.version)

    # -- the house ---------------------------------------------------------------------------------------------------

    async def add_to_ledger(self, at: Instant, kind: str, body: str) -> LedgerEntry:
        """Appends to the house ledger, durably."""

        def add(connection: sqlite3.Connection) -> LedgerEntry:
            last = connection.execute("SELECT number, hash FROM ledger ORDER BY number DESC LIMIT 1").fetchone()
            number, head = last or (0, GENESIS)
            entry = ledger_entry(number + 1, head, at, kind, body)
            connection.execute(_ADD, (entry.number, at, kind, body, entry.hash))
            return entry

        return await self._file.write(add)

    async def ledger(self, after: int = 0, kind: str = "") -> list[LedgerEntry]:
        """The entries with a number above ``after``, of one kind if it is given."""
        rows = await self._all(
            "SELECT number, at, kind, body, hash FROM ledger WHERE number > ? AND (? = '' OR kind = ?) ORDER BY number",
            after,
            kind,
            kind,
        )
        return [LedgerEntry(*row) for row in rows]

    async def ledger_end(self) -> int:
        """The number of the last entry; 0 when there is none. Who follows one kind need not read the others."""
        return int((await self._all("SELECT coalesce(max(number), 0) FROM ledger"))[0][0])

    async def rebuild(self, views: Sequence[ConversationView]) -> None:
        """Puts stored views back; a view of a conversation that is not here is left out."""
        rows = [(*view_row(view), view.id) for view in views]
        await self._file.write(lambda connection: connection.executemany(sql.PUT_VIEW, rows))

    async def close(self) -> None:
        """Finishes what is under way and lets go of the file."""
        await self._file.close()

    async def _all(self, statement: str, *values: object) -> list[Any]:
        return await self._file.read(lambda connection: connection.execute(statement, values).fetchall())

    async def _do(self, statement: str, *values: object) -> None:
        await self._file.write(lambda connection: connection.execute(statement, values).close())


async def _pieces(ask: Ask) -> AsyncGenerator[list[Head], None]:
    after = ""
    while True:
        # One row: for each row Python lets go of its global lock, and a busy event loop gives it back after 5 ms.
        ((together,),) = await ask(_HEADS, after, HEADS_AT_ONCE)
        if together is None:
            return
        rows = (line.rsplit(" ", 2) for line in together.split("\n"))
        piece = sorted((Head(id, int(length), bytes.fromhex(head)) for id, length, head in rows), key=by_name)
        yield piece
        after = piece[-1].name


def _commit(connection: sqlite3.Connection, batch: Sequence[Append]) -> list[bytes]:
    written = [fact_rows(append) for append in batch]
    pairs = list(zip(batch, written, strict=True))
    while pairs:
        # A statement of many rows does not see its own rows: a conversation that is there twice is written in two goes.
        now, pairs = _one_each(pairs)
        _write(connection, now)
    return [rows[-1].hash if rows else append.head for append, rows in zip(batch, written, strict=True)]


_Pair = tuple[Append, list[FactRow]]


def _one_each(pairs: list[_Pair]) -> tuple[list[_Pair], list[_Pair]]:
    if len({append.id for append, _ in pairs}) == len(pairs):
        return pairs, []
    first = {append.id: (append, rows) for append, rows in reversed(pairs)}
    return list(first.values()), [pair for pair in pairs if first[pair[0].id][0] is not pair[0]]


def _write(connection: sqlite3.Connection, pairs: list[_Pair]) -> None:
    begun: list[Sequence[Any]] = []
    advanced: list[Sequence[Any]] = []
    facts: list[FactRow] = []
    words: list[Sequence[Any]] = []
    finished: list[Sequence[str]] = []
    dropped: list[Sequence[str]] = []
    jobs: list[Sequence[Any]] = []
    given: list[GivenRow] = []
    for append, rows in pairs:
        id = append.id
        if not rows:
            _check_head(connection, append)
        elif append.head == GENESIS:
            if rows[0].seq != 1:
                raise conflict(id)
            begun.append((id, append.token_hash, len(rows), rows[-1].hash, *view_row(append.view)))
        else:
            length, last = rows[0].seq - 1, rows[-1]
            advanced.append((last.seq, last.hash, *view_row(append.view), id, append.head, length))
        facts += rows
        given += given_rows(id, append.facts)
        words += [(id, sealed.seq, sealed.text, sealed.masked) for sealed in append.words]
        finished += [(key,) for key in append.done]
        if append.effects:
            for key, job in job_changes(append).items():
                if job is None:
                    dropped.append((key,))
                else:
                    jobs.append(job)
    _begin(connection, begun)
    if sql.ADVANCE.run(connection, advanced) != len(advanced):
        raise _first_conflict(connection, pairs)
    sql.FACTS.run(connection, facts)
    sql.WORDS.run(connection, words)
    sql.GIVEN.run(connection, given)
    sql.FINISH_JOBS.run(connection, finished)
    sql.DROP_JOBS.run(connection, dropped)
    sql.SET_JOBS.run(connection, jobs)


def _begin(connection: sqlite3.Connection, begun: list[Sequence[Any]]) -> None:
    try:
        sql.BEGIN.run(connection, begun)
    except sqlite3.IntegrityError as fault:
        # The transaction is gone by now, so this sees what was there before it.
        known = "SELECT 1 FROM conversation WHERE id = ?"
        there = [row[0] for row in begun if connection.execute(known, (row[0],)).fetchone() is not None]
        if not there:
            raise
        raise conflict(there[0]) from fault


def _check_head(connection: sqlite3.Connection, append: Append) -> None:
    """An append without facts changes no conversation, but its writer must know the last fact."""
    row = connection.execute("SELECT head FROM conversation WHERE id = ?", (append.id,)).fetchone()
    if (row[0] if row is not None else GENESIS) != append.head:
        raise conflict(append.id)


def _first_conflict(connection: sqlite3.Connection, pairs: list[_Pair]) -> Conflict | StoreFault:
    """Which append did not find its head. Those that did have their new head by now."""
    for append, rows in pairs:
        row = connection.execute("SELECT head FROM conversation WHERE id = ?", (append.id,)).fetchone()
        if rows and (row is None or row[0] != rows[-1].hash):
            return conflict(append.id)
    return StoreFault("A batch wrote another number of conversations than it holds.")
