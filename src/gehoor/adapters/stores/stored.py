"""Everything that is stored of a conversation, row by row, and what its facts say that there should be.

This is how ``gehoor db check`` and ``gehoor db rebuild`` look at a store. Nothing is believed: records are read one by
one, and one that cannot be read is named and stops nothing else. Memory holds some conversations at a time, and the
sealed words of some facts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from gehoor.adapters.stores.codec import decode
from gehoor.adapters.stores.rows import GIVEN_COLUMNS, FactRow, GivenRow, JobRow, given_rows, job_of
from gehoor.adapters.stores.session import Row, Session
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS, row_view
from gehoor.core.consequences import Owed, outstanding
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.errors import StoreFault
from gehoor.core.evidence.chain import GENESIS, link
from gehoor.core.ids import ConversationId
from gehoor.core.time import HOUR
from gehoor.ports.store import Sealed

AT_ONCE: Final = 100
"""Conversations that are in memory at one time; and facts of which the sealed words are."""

YOUNG: Final = 4 * HOUR
"""A letter or a call of which nothing is known is made again while its fact is not older than this; a letter that no
server took for so long counts as refused anyhow (flows/post.py)."""

_LAST: Final = "\U0010ffff"
_JOB_COLUMNS: Final = "key, kind, conversation, argument, run_at, lease_until, attempts"
_IDS: Final = "SELECT id FROM conversation WHERE id > $1 ORDER BY id LIMIT $2"
_FACTS: Final = (
    "SELECT conversation, seq, at, type, body, hash FROM fact WHERE conversation > $1 AND conversation <= $2 "
    "ORDER BY conversation, seq"
)
_WORDS: Final = "SELECT conversation, seq FROM words WHERE conversation > $1 AND conversation <= $2"
_SEALED: Final = (
    "SELECT conversation, seq, sealed, masked FROM words "
    "WHERE (conversation, seq) >= ($1, $2) AND (conversation, seq) <= ($3, $4)"
)
# The key of a job begins with its conversation, so that its index helps.
_JOBS: Final = (
    f"SELECT {_JOB_COLUMNS} FROM job WHERE key > $1 AND key <= $3 AND conversation > $1 AND conversation <= $2"  # noqa: S608
)
_GIVEN: Final = f"SELECT {GIVEN_COLUMNS} FROM given WHERE conversation > $1 AND conversation <= $2"  # noqa: S608
_ROWS: Final = f"SELECT id, {', '.join(VIEW_COLUMNS)}, head, length FROM conversation WHERE id > $1 AND id <= $2"  # noqa: S608


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The row of a conversation. ``view`` None: it cannot be read."""

    head: bytes
    length: int
    view: ConversationView | None


@dataclass(slots=True)
class Stored:
    """What is stored of one conversation. ``fault``: why its rows cannot be read at all."""

    id: ConversationId
    facts: list[FactRow] = field(default_factory=list)
    row: StoredRow | None = None
    words: list[int] = field(default_factory=list)
    jobs: dict[str, JobRow] = field(default_factory=dict)
    given: list[GivenRow] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What there should be, as the facts say. ``jobs`` must be there; ``perhaps`` may. ``given``: in the order in which
    ``Stored`` has them."""

    head: bytes
    view: ConversationView
    jobs: dict[str, JobRow]
    perhaps: dict[str, JobRow]
    given: list[GivenRow]


async def conversations(session: Session, writes: bool = False) -> AsyncIterator[list[Stored]]:
    """Everything, some conversations at a time, by id.

    Args:
        writes: each part is read in a transaction of its own, in which nobody else writes to these conversations; who
            asked ends it. Without it the caller has one transaction over all of them.
    """
    after = ""
    while True:
        if writes:
            await session.begin(writes=True)
        ids = [str(row[0]) for row in await session.rows(_IDS, after, AT_ONCE)]
        if writes:
            await session.lock(ids)
        upto = ids[-1] if len(ids) == AT_ONCE else _LAST
        found = await _tried(session, after, upto, ids)
        if writes:
            found = [one if one.id in ids else await _locked(session, one.id) for one in found]
        if found or writes:
            yield found
        if upto == _LAST:
            return
        after = upto


async def _locked(session: Session, id: str) -> Stored:
    """A conversation of which no row was there to be locked: it began just now, or its row was lost."""
    await session.lock([id])
    found = await _read(session, _before(id), id)
    return found[0] if found else Stored(ConversationId(id))


def _before(id: str) -> str:
    """Less than the id, with nothing in between."""
    return id[:-1] + chr(ord(id[-1]) - 1) + _LAST


async def _tried(session: Session, after: str, upto: str, ids: Sequence[str]) -> list[Stored]:
    """One part; where a row of it cannot be read, conversation by conversation."""
    try:
        return await session.attempt(partial(_read, session, after, upto))
    except StoreFault:
        found = []
        for id in ids:
            try:
                found += await session.attempt(partial(_read, session, _before(id), id))
            except StoreFault as fault:
                found.append(Stored(ConversationId(id), fault=fault.sentence))
        return found


async def _read(session: Session, after: str, upto: str) -> list[Stored]:
    found: dict[str, Stored] = {}

    def of(id: str) -> Stored:
        return found.setdefault(id, Stored(ConversationId(id)))

    for row in await session.rows(_ROWS, after, upto):
        of(row[0]).row = StoredRow(bytes(row[-2]), row[-1], _view(row[:-2]))
    for row in await session.rows(_FACTS, after, upto):
        of(row[0]).facts.append(FactRow(*row))
    for id, seq in await session.rows(_WORDS, after, upto):
        of(id).words.append(seq)
    for row in await session.rows(_JOBS, after, upto, f"{upto}:{_LAST}"):
        of(row[2]).jobs[row[0]] = JobRow(*row)
    for row in await session.rows(_GIVEN, after, upto):
        of(row[0]).given.append(tuple(row))
    for one in found.values():
        one.given.sort()
    return [found[id] for id in sorted(found)]


async def sealed_words(
    session: Session, part: Sequence[Stored]
) -> AsyncIterator[tuple[ConversationId, int, Sealed | StoreFault]]:
    """The sealed words of these conversations, fact by fact; a fault for those that cannot be read."""
    places = [(one.id, seq) for one in part for seq in sorted(one.words)]
    for begin in range(0, len(places), AT_ONCE):
        some = places[begin : begin + AT_ONCE]
        try:
            read = await session.attempt(partial(_sealed, session, some))
        except StoreFault:
            read = {place: await _alone(session, place) for place in some}
        for id, seq in some:
            yield id, seq, read[id, seq]


async def _alone(session: Session, place: tuple[ConversationId, int]) -> Sealed | StoreFault:
    try:
        return (await session.attempt(partial(_sealed, session, [place])))[place]
    except StoreFault as fault:
        return fault


async def _sealed(
    session: Session, places: Sequence[tuple[ConversationId, int]]
) -> dict[tuple[ConversationId, int], Sealed | StoreFault]:
    return {
        (ConversationId(id), seq): Sealed(seq, _bytes(sealed), None if masked is None else _bytes(masked))
        for id, seq, sealed, masked in await session.rows(_SEALED, *places[0], *places[-1])
    }


def _bytes(value: object) -> bytes:
    """A ciphertext. Whatever else stands there, in a row that was spoiled, is none."""
    return value if isinstance(value, bytes) else b""


def _view(row: Row) -> ConversationView | None:
    try:
        return row_view(row)
    except StoreFault:  # whatever stands in a row that was spoiled
        return None


# -- what the facts say ----------------------------------------------------------------------------------------------


def wrong_records(stored: Stored) -> tuple[list[Fact], list[tuple[int, str]]]:
    """The facts, and what is wrong with their records: by seq, the first of each kind."""
    facts: list[Fact] = []
    wrong: list[tuple[int, str]] = []
    head, whole = GENESIS, True
    for place, row in enumerate(stored.facts, 1):
        if row.seq != place:
            return facts, [*wrong, (row.seq, f"Fact {place} is missing.")]
        head = link(head, row.body)
        if whole and head != row.hash:
            whole = False
            wrong.append((row.seq, "The record is not the one that was stored: its hash is another one."))
        try:
            fact = decode(row.body)
        except StoreFault as fault:
            return facts, [*wrong, (row.seq, fault.sentence)]
        if (fact.seq, fact.at, type(fact.event).__name__) != (row.seq, row.at, row.type):
            wrong.append((row.seq, "The columns beside the record say something else than the record."))
        facts.append(fact)
    return facts, wrong


def due(stored: Stored, facts: Sequence[Fact]) -> Due:
    """What there should be beside the facts."""
    found = outstanding(stored.id, facts)
    return Due(
        head=stored.facts[-1].hash if stored.facts else GENESIS,
        view=view(found.state),
        jobs=_jobs(stored.id, found.owed),
        perhaps=_jobs(stored.id, found.perhaps),
        given=sorted(given_rows(stored.id, facts)),
    )


def _jobs(id: ConversationId, owed: Iterable[Owed]) -> dict[str, JobRow]:
    made = (job_of(id, effect, at) for effect, at in owed)
    return {job.key: job for job in made if job is not None}


def stale(stored: Stored, wanted: Due) -> list[str]:
    """Jobs that are there and should not be: clocks that nobody started, or that ring at another moment."""
    return [
        key
        for key, job in stored.jobs.items()
        if job.kind == "timer" and (key not in wanted.jobs or wanted.jobs[key].run_at != job.run_at)
    ]


def missing(stored: Stored, wanted: Due) -> list[JobRow]:
    """Jobs that should be there and are not."""
    return [
        job
        for key, job in wanted.jobs.items()
        if key not in stored.jobs or (job.kind == "timer" and stored.jobs[key].run_at != job.run_at)
    ]
