"""Rows about people: staff and their sessions; customers who left a way to reach them; matters.

A person is a row, never a fact: the links from a conversation to a person or a matter are mutable and stand outside
the chain. Every personal value is ciphertext under the person's own data key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gehoor.core.ids import ConversationId, MatterId, PersonId, StaffId, TeamId
from gehoor.core.time import Instant


@dataclass(frozen=True, slots=True)
class Staff:
    """An account. ``role``: agent; writer, an agent who writes the knowledge as well; or supervisor. ``password_hash``:
    argon2."""

    id: StaffId
    login: str
    name: str
    role: str
    team: TeamId
    password_hash: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``token_hash``: SHA-256 of the cookie's value; ``form_token`` guards its forms."""

    token_hash: bytes
    staff: StaffId
    form_token: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Identifier:
    """A way to reach or know a person. ``index`` is a keyed blind index: equal values have equal indexes.

    ``verified``: none, code, staff or login; or place: left by who had come back with a code and nothing else, so that
    no second thing may go to it.
    """

    kind: str
    sealed: bytes
    index: bytes
    verified: str
    at: Instant


class Scope(StrEnum):
    """What a token opens: the place in the queue and the promise, or every word as well."""

    PLACE = "place"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """The code with which a customer comes back to a conversation. ``index`` is a keyed index of it: the code itself is
    kept nowhere. A conversation has one at a time."""

    conversation: ConversationId
    index: bytes
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Access:
    """A token that a code was exchanged for. ``token_hash``: SHA-256 of it. ``since``: the last seq that was there
    then; words up to it are kept from who has only a place."""

    token_hash: bytes
    conversation: ConversationId
    scope: Scope
    since: int
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Left:
    """What a customer left to be reached by, without the values. ``kinds``: phone, email. ``code``: a code to come back
    with stands."""

    person: PersonId | None
    kinds: frozenset[str]
    code: bool


class People(Protocol):
    """The rows of people."""

    async def left_between(
        self, first: ConversationId, last: ConversationId, now: Instant
    ) -> dict[ConversationId, Left]:
        """What was left in each conversation from ``first`` up to and with ``last``; those without anything are not
        there."""
        ...

    async def put_return_code(self, code: ReturnCode, now: Instant) -> None:
        """Keeps the code, instead of the one before it, whose tokens end as well. Forgets what expired."""
        ...

    async def return_code(self, index: bytes, now: Instant) -> ReturnCode | None:
        """The code with this index, unless it expired."""
        ...

    async def return_code_of(self, conversation: ConversationId, now: Instant) -> ReturnCode | None:
        """The code that stands for a conversation."""
        ...

    async def put_access(self, access: Access) -> None:
        """Keeps a token, or another scope for it."""
        ...

    async def access(self, token_hash: bytes, now: Instant) -> Access | None:
        """What a token opens, unless it expired."""
        ...

    async def put_staff(self, staff: Staff) -> None:
        """Adds or replaces an account."""
        ...

    async def staff(self) -> list[Staff]:
        """All accounts."""
        ...

    async def put_session(self, session: Session) -> None:
        """Keeps a session."""
        ...

    async def session(self, token_hash: bytes, now: Instant) -> Session | None:
        """A session that has not expired."""
        ...

    async def drop_session(self, token_hash: bytes) -> None:
        """Signs a browser out."""
        ...

    async def person_of(self, conversation: ConversationId) -> PersonId | None:
        """The person whom the conversation is linked to."""
        ...

    async def link_person(self, conversation: ConversationId, person: PersonId, at: Instant) -> None:
        """Links a conversation to a person, instead of whom it was linked to."""
        ...

    async def put_identifier(self, person: PersonId, identifier: Identifier) -> None:
        """Adds a way to reach the person, instead of the one of the same kind."""
        ...

    async def identifiers(self, person: PersonId) -> list[Identifier]:
        """The ways to reach a person."""
        ...

    async def link_matter(self, conversation: ConversationId, matter: MatterId, at: Instant) -> None:
        """Links a conversation to a matter (a case that several conversations are about)."""
        ...

    async def matter_of(self, conversation: ConversationId) -> MatterId | None:
        """The matter that the conversation is about."""
        ...
