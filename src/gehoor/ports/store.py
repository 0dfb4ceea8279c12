"""Where facts, words, clocks and rows are kept.

One commit writes facts, sealed words, jobs and the stored view together, durably, or nothing at all. Only
``flows/record.py`` calls ``commit``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from gehoor.core.consequences import Effect
from gehoor.core.conversation.events import Fact
from gehoor.core.conversation.given import Given
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant


@dataclass(slots=True)
class Sealed:
    """The words of one fact as ciphertext. ``masked`` None: the masked copy is the same as the text."""

    seq: int
    text: bytes
    masked: bytes | None


@dataclass(slots=True)
class Append:
    """What one commit adds to one conversation.

    ``head``: the head of its chain before (32 bytes); a store that holds another head refuses with ``Conflict``.
    ``token_hash``: for a new conversation, SHA-256 of its token; else empty. ``done``: keys of jobs that this
    finishes. ``effects``: clocks to start and stop, brains to ask (``Assign`` is not stored).
    """

    id: ConversationId
    facts: tuple[Fact, ...]
    words: tuple[Sealed, ...]
    head: bytes
    view: ConversationView
    effects: tuple[Effect, ...] = ()
    done: tuple[str, ...] = ()
    token_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation as it is stored: its facts in order, and the head of its chain."""

    facts: tuple[Fact, ...]
    head: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at an instant. ``key`` is unique: "<conversation>:timer:<timer>", "<conversation>:turn:<n>",
    "<conversation>:mail:<letter>:<seq>", "<conversation>:partner:<link>" or "<conversation>:remind". ``argument`` is
    what stands behind the kind.

    ``attempts`` counts the times that it was claimed.
    """

    key: str
    kind: str
    conversation: ConversationId
    argument: str
    run_at: Instant
    attempts: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the house ledger: policy, articles, people, roles, reads of sealed text, erasures, configuration."""

    number: int
    at: Instant
    kind: str
    body: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one chain, for a checkpoint."""

    name: str
    length: int
    head: bytes


Place = tuple[ConversationId, int]
"""A fact: its conversation and its seq."""


def timer_key(conversation: ConversationId, timer: str) -> str:
    """The key of the job that rings a clock."""
    return f"{conversation}:timer:{timer}"


def turn_key(conversation: ConversationId, turn: int) -> str:
    """The key of the job that asks the brain."""
    return f"{conversation}:turn:{turn}"


def mail_key(conversation: ConversationId, letter: str, seq: int) -> str:
    """The key of the job that sends a letter."""
    return f"{conversation}:mail:{letter}:{seq}"


def partner_key(conversation: ConversationId, link: int) -> str:
    """The key of the job that asks a link of the night chain."""
    return f"{conversation}:partner:{link}"


def remind_key(conversation: ConversationId) -> str:
    """The key of the job that reminds the owner of a promise."""
    return f"{conversation}:remind"


class Store(Protocol):
    """The store of one organisation."""

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing, durably, and returns the new head of each chain in the same order.

        Raises:
            Conflict: a conversation has another head than the append says (somebody else wrote).
            StoreFault: nothing was written; after a failed fsync nothing may be acknowledged any more.
        """
        ...

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts of a conversation in order, or None."""
        ...

    async def load_after(self, id: ConversationId, after: int) -> Loaded | None:
        """The facts with a seq above ``after`` in order, and the head of the chain after them; None without any."""
        ...

    async def facts(self, id: ConversationId, after: int) -> list[Fact]:
        """The facts with a seq above ``after``, in order: the end of a conversation that may be long."""
        ...

    async def words(self, id: ConversationId, after: int = 0) -> list[Sealed]:
        """The sealed words of facts with a seq above ``after``, in order."""
        ...

    async def token_hash(self, id: ConversationId) -> bytes | None:
        """SHA-256 of the token of a conversation, or None when there is no such conversation."""
        ...

    async def view(self, id: ConversationId) -> ConversationView | None:
        """The stored view of a conversation."""
        ...

    async def open_views(self) -> list[ConversationView]:
        """The views of all conversations that wait for, were offered to, are with, or are parked by a person."""
        ...

    async def booked_views(self) -> list[ConversationView]:
        """Those of the open views whose customer is promised a call in a window."""
        ...

    async def views_since(self, at: Instant) -> list[ConversationView]:
        """The views of all conversations in which anything happened at the instant or later, oldest first."""
        ...

    def active_between(self, since: Instant, until: Instant) -> AsyncGenerator[Sequence[ConversationId], None]:
        """The conversations in which anything happened from ``since`` up to ``until``, some at a time: all of them,
        perhaps some more, and perhaps one twice."""
        ...

    async def claim(self, now: Instant, lease: int, limit: int) -> list[Job]:
        """Jobs that are due and that nobody holds, earliest first; each is held for ``lease`` microseconds."""
        ...

    async def finish(self, key: str, run_at: Instant) -> None:
        """Forgets a job, unless it was set to another instant meanwhile."""
        ...

    async def hold(self, key: str, run_at: Instant, until: Instant) -> None:
        """Holds a claimed job until the instant, when it is tried again; unless it was set to another one meanwhile."""
        ...

    async def release_all(self) -> None:
        """Lets go of every held job: a process that starts alone on its store held them itself."""
        ...

    async def given(self, article: str, version: str, after: Place | None, limit: int) -> list[Given]:
        """To whom a version of an article was given, by conversation and fact: the first ``limit`` after a place."""
        ...

    def given_between(self, since: Instant, until: Instant) -> AsyncGenerator[Sequence[Given], None]:
        """Everything that was given from ``since`` up to ``until``, in the order of its giving, some at a time."""
        ...

    async def add_to_ledger(self, at: Instant, kind: str, body: str) -> LedgerEntry:
        """Appends to the house ledger (chained like the facts), durably."""
        ...

    async def ledger(self, after: int = 0, kind: str = "") -> list[LedgerEntry]:
        """The entries with a number above ``after``, of one kind if it is given."""
        ...

    async def ledger_end(self) -> int:
        """The number of the last entry; 0 when there is none. Who follows one kind need not read the others."""
        ...

    def heads(self) -> AsyncGenerator[Sequence[Head], None]:
        """The end of every chain as of one moment, ordered by name, a few hundred at a time: there may be millions, and
        whoever reads them must let others go on. The house ledger's name is "house"."""
        ...

    async def all_ids(self) -> list[ConversationId]:
        """Every conversation, for audits and rebuilds."""
        ...

    async def rebuild(self, views: Sequence[ConversationView]) -> None:
        """Puts stored views back as the facts say (``gehoor db rebuild``)."""
        ...

    async def close(self) -> None:
        """Finishes what is under way and lets go of files."""
        ...
