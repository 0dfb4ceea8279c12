"""Rows about people that end with the process: for tests and the demonstration."""

from __future__ import annotations

from gehoor.core.errors import Conflict
from gehoor.core.ids import ConversationId, MatterId, PersonId, StaffId
from gehoor.core.time import Instant
from gehoor.ports.people import Identifier, Session, Staff


class MemoryPeople:
    """The rows of people, in memory."""

    def __init__(self) -> None:
        self._staff: dict[StaffId, Staff] = {}
        self._sessions: dict[bytes, Session] = {}
        self._persons: dict[ConversationId, PersonId] = {}
        self._identifiers: dict[PersonId, dict[str, Identifier]] = {}
        self._matters: dict[ConversationId, MatterId] = {}

    async def put_staff(self, staff: Staff) -> None:
        """Adds or replaces an account.

        Raises:
            Conflict: another account has this login.
        """
        if any(other.login == staff.login and other.id != staff.id for other in self._staff.values()):
            raise Conflict("Another account has this login.", field="login")
        self._staff[staff.id] = staff

    async def staff(self) -> list[Staff]:
        """All accounts, by login."""
        return sorted(self._staff.values(), key=lambda staff: staff.login)

    async def put_session(self, session: Session) -> None:
        """Keeps a session."""
        self._sessions[session.token_hash] = session

    async def session(self, token_hash: bytes, now: Instant) -> Session | None:
        """A session that has not expired."""
        session = self._sessions.get(token_hash)
        return session if session is not None and session.expires_at > now else None

    async def drop_session(self, token_hash: bytes) -> None:
        """Signs a browser out."""
        self._sessions.pop(token_hash, None)

    async def person_of(self, conversation: ConversationId) -> PersonId | None:
        """The person whom the conversation is linked to."""
        return self._persons.get(conversation)

    async def link_person(self, conversation: ConversationId, person: PersonId, at: Instant) -> None:  # noqa: ARG002
        """Links a conversation to a person, instead of whom it was linked to."""
        self._persons[conversation] = person

    async def put_identifier(self, person: PersonId, identifier: Identifier) -> None:
        """Adds a way to reach the person, instead of the one of the same kind."""
        self._identifiers.setdefault(person, {})[identifier.kind] = identifier

    async def identifiers(self, person: PersonId) -> list[Identifier]:
        """The ways to reach a person, by kind."""
        kinds = self._identifiers.get(person, {})
        return [kinds[kind] for kind in sorted(kinds)]

    async def link_matter(self, conversation: ConversationId, matter: MatterId, at: Instant) -> None:  # noqa: ARG002
        """Links a conversation to a matter, instead of the one it was linked to."""
        self._matters[conversation] = matter

    async def matter_of(self, conversation: ConversationId) -> MatterId | None:
        """The matter that the conversation is about."""
        return self._matters.get(conversation)
