"""Rows about people that end with the process: for tests and the demonstration."""

from __future__ import annotations

from gehoor.core.errors import Conflict
from gehoor.core.ids import ConversationId, MatterId, PersonId, StaffId
from gehoor.core.time import Instant
from gehoor.ports.people import Access, Identifier, Left, ReturnCode, Session, Staff


class MemoryPeople:
    """The rows of people, in memory."""

    def __init__(self) -> None:
        self._staff: dict[StaffId, Staff] = {}
        self._sessions: dict[bytes, Session] = {}
        self._persons: dict[ConversationId, PersonId] = {}
        self._identifiers: dict[PersonId, dict[str, Identifier]] = {}
        self._matters: dict[ConversationId, MatterId] = {}
        self._codes: dict[ConversationId, ReturnCode] = {}
        self._accesses: dict[bytes, Access] = {}

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

    async def put_return_code(self, code: ReturnCode, now: Instant) -> None:
        """Keeps the code, instead of the one before it, whose tokens end as well. Forgets what expired."""
        self._codes = {id: one for id, one in self._codes.items() if one.expires_at > now}
        self._codes[code.conversation] = code
        self._accesses = {
            hash: one
            for hash, one in self._accesses.items()
            if one.expires_at > now and one.conversation != code.conversation
        }

    async def return_code(self, index: bytes, now: Instant) -> ReturnCode | None:
        """The code with this index, unless it expired."""
        return next((one for one in self._codes.values() if one.index == index and one.expires_at > now), None)

    async def return_code_of(self, conversation: ConversationId, now: Instant) -> ReturnCode | None:
        """The code that stands for a conversation."""
        code = self._codes.get(conversation)
        return code if code is not None and code.expires_at > now else None

    async def put_access(self, access: Access) -> None:
        """Keeps a token, or another scope for it."""
        self._accesses[access.token_hash] = access

    async def access(self, token_hash: bytes, now: Instant) -> Access | None:
        """What a token opens, unless it expired."""
        access = self._accesses.get(token_hash)
        return access if access is not None and access.expires_at > now else None

    async def left_between(
        self, first: ConversationId, last: ConversationId, now: Instant
    ) -> dict[ConversationId, Left]:
        """What was left in each conversation from ``first`` up to and with ``last``."""
        codes = {id for id, one in self._codes.items() if one.expires_at > now}
        found = {}
        for id in sorted({*self._persons, *codes}):
            person = self._persons.get(id)
            kinds = frozenset(self._identifiers.get(person, {}) if person is not None else ())
            if first <= id <= last and (kinds or id in codes):
                found[id] = Left(person if kinds else None, kinds, id in codes)
        return found
