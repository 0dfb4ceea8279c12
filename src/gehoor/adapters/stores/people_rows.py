"""The rows of people, in the SQL that both engines understand. Values stand as $1, $2."""

from __future__ import annotations

from typing import Any, Final

from gehoor.core.ids import ConversationId, MatterId, PersonId
from gehoor.core.time import Instant
from gehoor.ports.people import Access, Identifier, Left, ReturnCode, Scope, Session, Staff

PUT_STAFF: Final = (
    "INSERT INTO staff (id, login, name, role, team, password_hash) VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, role = excluded.role, "
    "team = excluded.team, password_hash = excluded.password_hash"
)
_PUT_SESSION = (
    "INSERT INTO session (token_hash, staff, form_token, expires_at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (token_hash) DO UPDATE SET staff = excluded.staff, form_token = excluded.form_token, "
    "expires_at = excluded.expires_at"
)
_PUT_PERSON = "INSERT INTO person (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING"
_PUT_MATTER = "INSERT INTO matter (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING"
_LINK_PERSON = (
    "INSERT INTO conversation_person (conversation, person, at) VALUES ($1, $2, $3) "
    "ON CONFLICT (conversation) DO UPDATE SET person = excluded.person, at = excluded.at"
)
_LINK_MATTER = (
    "INSERT INTO conversation_matter (conversation, matter, at) VALUES ($1, $2, $3) "
    "ON CONFLICT (conversation) DO UPDATE SET matter = excluded.matter, at = excluded.at"
)
_PUT_IDENTIFIER = (
    "INSERT INTO person_identifier (person, kind, sealed, blind_index, verified, at) VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (person, kind) DO UPDATE SET sealed = excluded.sealed, blind_index = excluded.blind_index, "
    "verified = excluded.verified, at = excluded.at"
)
_PUT_CODE = (
    "INSERT INTO return_code (conversation, code_index, expires_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (conversation) DO UPDATE SET code_index = excluded.code_index, expires_at = excluded.expires_at"
)
_PUT_ACCESS = (
    "INSERT INTO access (token_hash, conversation, scope, since, expires_at) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (token_hash) DO UPDATE SET conversation = excluded.conversation, scope = excluded.scope, "
    "since = excluded.since, expires_at = excluded.expires_at"
)
_LEFT = (
    "SELECT link.conversation, link.person, one.kind FROM conversation_person AS link "
    "JOIN person_identifier AS one ON one.person = link.person "
    "WHERE link.conversation >= $1 AND link.conversation <= $2"
)
_CODES = "SELECT conversation FROM return_code WHERE conversation >= $1 AND conversation <= $2 AND expires_at > $3"


def staff_row(staff: Staff) -> tuple[str, ...]:
    """The values for ``PUT_STAFF``."""
    return (staff.id, staff.login, staff.name, staff.role, staff.team, staff.password_hash)


class PeopleRows:
    """The rows of people. An engine adds how statements are carried out."""

    async def staff(self) -> list[Staff]:
        """All accounts, by login."""
        rows = await self._all("SELECT id, login, name, role, team, password_hash FROM staff ORDER BY login")
        return [Staff(*row) for row in rows]

    async def put_session(self, session: Session) -> None:
        """Keeps a session."""
        await self._do((_PUT_SESSION, session.token_hash, session.staff, session.form_token, session.expires_at))

    async def session(self, token_hash: bytes, now: Instant) -> Session | None:
        """A session that has not expired."""
        rows = await self._all(
            "SELECT token_hash, staff, form_token, expires_at FROM session WHERE token_hash = $1 AND expires_at > $2",
            token_hash,
            now,
        )
        return Session(*rows[0]) if rows else None

    async def drop_session(self, token_hash: bytes) -> None:
        """Signs a browser out."""
        await self._do(("DELETE FROM session WHERE token_hash = $1", token_hash))

    async def person_of(self, conversation: ConversationId) -> PersonId | None:
        """The person whom the conversation is linked to."""
        rows = await self._all("SELECT person FROM conversation_person WHERE conversation = $1", conversation)
        return PersonId(rows[0][0]) if rows else None

    async def link_person(self, conversation: ConversationId, person: PersonId, at: Instant) -> None:
        """Links a conversation to a person, instead of whom it was linked to."""
        await self._do((_PUT_PERSON, person, at), (_LINK_PERSON, conversation, person, at))

    async def put_identifier(self, person: PersonId, identifier: Identifier) -> None:
        """Adds a way to reach the person, instead of the one of the same kind."""
        one = identifier
        await self._do(
            (_PUT_PERSON, person, one.at),
            (_PUT_IDENTIFIER, person, one.kind, one.sealed, one.index, one.verified, one.at),
        )

    async def identifiers(self, person: PersonId) -> list[Identifier]:
        """The ways to reach a person, by kind."""
        rows = await self._all(
            "SELECT kind, sealed, blind_index, verified, at FROM person_identifier WHERE person = $1 ORDER BY kind",
            person,
        )
        return [Identifier(*row) for row in rows]

    async def link_matter(self, conversation: ConversationId, matter: MatterId, at: Instant) -> None:
        """Links a conversation to a matter, instead of the one it was linked to."""
        await self._do((_PUT_MATTER, matter, at), (_LINK_MATTER, conversation, matter, at))

    async def matter_of(self, conversation: ConversationId) -> MatterId | None:
        """The matter that the conversation is about."""
        rows = await self._all("SELECT matter FROM conversation_matter WHERE conversation = $1", conversation)
        return MatterId(rows[0][0]) if rows else None

    async def put_return_code(self, code: ReturnCode, now: Instant) -> None:
        """Keeps the code, instead of the one before it, whose tokens end as well. Forgets what expired."""
        await self._do(
            ("DELETE FROM return_code WHERE expires_at <= $1", now),
            ("DELETE FROM access WHERE expires_at <= $1 OR conversation = $2", now, code.conversation),
            (_PUT_CODE, code.conversation, code.index, code.expires_at),
        )

    async def return_code(self, index: bytes, now: Instant) -> ReturnCode | None:
        """The code with this index, unless it expired."""
        return await self._code("code_index", index, now)

    async def return_code_of(self, conversation: ConversationId, now: Instant) -> ReturnCode | None:
        """The code that stands for a conversation."""
        return await self._code("conversation", conversation, now)

    async def _code(self, column: str, value: object, now: Instant) -> ReturnCode | None:
        # The column is one of the two names above, never something that came in.
        statement = (
            f"SELECT conversation, code_index, expires_at FROM return_code WHERE {column} = $1 AND expires_at > $2"  # noqa: S608
        )
        rows = await self._all(statement, value, now)
        return ReturnCode(*rows[0]) if rows else None

    async def put_access(self, access: Access) -> None:
        """Keeps a token, or another scope for it."""
        one = access
        await self._do((_PUT_ACCESS, one.token_hash, one.conversation, one.scope.value, one.since, one.expires_at))

    async def access(self, token_hash: bytes, now: Instant) -> Access | None:
        """What a token opens, unless it expired."""
        rows = await self._all(
            "SELECT token_hash, conversation, scope, since, expires_at FROM access "
            "WHERE token_hash = $1 AND expires_at > $2",
            token_hash,
            now,
        )
        if not rows:
            return None
        hash, conversation, scope, since, expires_at = rows[0]
        return Access(hash, conversation, Scope(scope), since, expires_at)

    async def left_between(
        self, first: ConversationId, last: ConversationId, now: Instant
    ) -> dict[ConversationId, Left]:
        """What was left in each conversation from ``first`` up to and with ``last``."""
        persons: dict[str, tuple[str, set[str]]] = {}
        for conversation, person, kind in await self._all(_LEFT, first, last):
            persons.setdefault(conversation, (person, set()))[1].add(kind)
        codes = {row[0] for row in await self._all(_CODES, first, last, now)}
        nobody: tuple[None, set[str]] = (None, set())
        found = {}
        for id in (*persons, *(codes - persons.keys())):
            who, kinds = persons.get(id, nobody)
            found[ConversationId(id)] = Left(None if who is None else PersonId(who), frozenset(kinds), id in codes)
        return found

    # -- what an engine adds -----------------------------------------------------------------------------------------

    async def _all(self, statement: str, *values: object) -> list[Any]:
        """The rows that a statement gives."""
        raise NotImplementedError

    async def _do(self, *steps: tuple[Any, ...]) -> None:
        """Carries out statements, each with its values: all or none, durably."""
        raise NotImplementedError
