"""What one commit writes, as rows: the same for every store, so that they cannot differ in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

from gehoor.adapters.stores.codec import encode, encode_entry
from gehoor.core.consequences import AskBrain, AskPartner, Effect, RemindAt, SendMail, StartTimer, StopTimer
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import By, Given, given
from gehoor.core.conversation.model import Phase
from gehoor.core.errors import Conflict, Invalid, StoreFault
from gehoor.core.evidence.chain import link
from gehoor.core.ids import ConversationId
from gehoor.core.time import SECOND, Instant
from gehoor.ports.store import Append, Head, LedgerEntry, mail_key, partner_key, remind_key, timer_key, turn_key

TURN_LEASE: Final = 30 * SECOND
"""How long the process that wrote a turn of the AI may take for it, before another one may."""

HOUSE: Final = "house"
"""The name of the ledger's chain."""

HEADS_AT_ONCE: Final = 250
"""Chains in one piece: about a millisecond of work."""

OPEN_PHASES: Final = (Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED)
"""The phases in which a person is waited for or there."""


class FactRow(NamedTuple):
    """One fact: ``body`` is its record, ``hash`` the head of the chain after it."""

    conversation: str
    seq: int
    at: int
    type: str
    body: bytes
    hash: bytes


class JobRow(NamedTuple):
    """One job. ``lease_until`` 0: nobody holds it."""

    key: str
    kind: str
    conversation: ConversationId
    argument: str
    run_at: int
    lease_until: int
    attempts: int


def fact_rows(append: Append) -> list[FactRow]:
    """The facts of an append, chained.

    Raises:
        Invalid: the facts do not follow each other, words have no fact, or a value cannot be written.
    """
    facts, head = append.facts, append.head
    before, last = (facts[0].seq - 1, facts[-1].seq) if facts else (0, 0)
    if last - before != len(facts):
        raise Invalid("The facts of one append must follow each other.", field="seq")
    for sealed in append.words:
        if not before < sealed.seq <= last:
            raise Invalid("Words belong to a fact of the same append, in the same order.", field="words")
        before = sealed.seq
    rows = []
    for fact in facts:
        body = encode(fact)
        head = link(head, body)
        rows.append(FactRow(append.id, fact.seq, fact.at, type(fact.event).__name__, body, head))
    return rows


GivenRow = tuple[str, int, int, str, str, str, str]
"""One row of the table ``given``: the fields of ``Given``, in their order."""

GIVEN_COLUMNS: Final = ", ".join(f'"{name}"' for name in Given._fields)

GIVEN_AT_ONCE: Final = 1000
"""Rows of it in one piece."""


def given_rows(id: ConversationId, facts: Iterable[Fact]) -> list[GivenRow]:
    """What facts give. Most give nothing, and cost a look at their kind."""
    return [(one.conversation, *one[1:6], one.by.value) for one in given(id, facts)]


def read_given(row: Sequence[Any]) -> Given:
    """What a row says.

    Raises:
        StoreFault: something stands in it that nobody wrote.
    """
    try:
        id, seq, at, article, language, version, by = row
        return Given(ConversationId(id), seq, Instant(at), article, language, version, By(by))
    except ValueError as fault:
        raise StoreFault("A row of what was given is damaged. Run: gehoor db rebuild", conversation=row[0]) from fault


def job_changes(append: Append) -> dict[str, JobRow | None]:
    """What becomes of jobs, by key; None: it goes. Of two effects on one job the later one counts.

    A turn of the AI is held from its birth by the process that writes it, which starts on it after the commit.
    """
    changes: dict[str, JobRow | None] = {}
    id = append.id
    for effect in append.effects:
        if isinstance(effect, StopTimer):
            changes[timer_key(id, effect.timer)] = None
            continue
        job = job_of(id, effect, append.view.at)
        if job is not None:
            changes[job.key] = job
    return changes


def job_of(id: ConversationId, effect: Effect, at: int) -> JobRow | None:
    """The job of an effect, of which the fact was stored at the instant; None for an effect that is no job."""
    if isinstance(effect, StartTimer):
        return JobRow(timer_key(id, effect.timer), "timer", id, effect.timer.value, effect.at, 0, 0)
    if isinstance(effect, AskBrain):
        return JobRow(turn_key(id, effect.turn), "turn", id, str(effect.turn), at, at + TURN_LEASE, 1)
    if isinstance(effect, SendMail):
        argument = f"{effect.letter.value}:{effect.seq}"
        return JobRow(mail_key(id, effect.letter.value, effect.seq), "mail", id, argument, at, 0, 0)
    if isinstance(effect, AskPartner):
        return JobRow(partner_key(id, effect.link), "partner", id, str(effect.link), at, 0, 0)
    if isinstance(effect, RemindAt):
        return JobRow(remind_key(id), "remind", id, "", effect.at, 0, 0)
    return None


by_name: Final = attrgetter("name")


async def with_house(pieces: AsyncIterable[list[Head]], house: Head) -> AsyncGenerator[list[Head], None]:
    """The heads of conversations, in order, with that of the ledger in its place."""
    to_come: Head | None = house
    async for piece in pieces:
        if to_come is not None and piece[-1].name > to_come.name:
            piece.append(to_come)
            piece.sort(key=by_name)
            to_come = None
        yield piece
    if to_come is not None:
        yield [to_come]


def ledger_entry(number: int, head: bytes, at: Instant, kind: str, body: str) -> LedgerEntry:
    """One more line of the ledger, chained to the one before."""
    return LedgerEntry(number, at, kind, body, link(head, encode_entry(number, at, kind, body)))


def conflict(*conversations: ConversationId) -> Conflict:
    """Somebody else wrote to these conversations."""
    return Conflict("Somebody else wrote to this conversation.", conversations=conversations)
