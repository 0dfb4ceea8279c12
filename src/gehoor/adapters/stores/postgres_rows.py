"""The SQL of a commit on PostgreSQL: one statement, so one round trip and one transaction.

``locked`` takes the conversations in the order of their ids, so that two processes never wait for each other in a
circle, and waits for who writes to one of them now. ``ok`` compares what is there with what the writer knew; everything
after it is written only when all of it is so. The rows come as one array for each column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gehoor.adapters.stores.view_rows import VIEW_COLUMNS
from gehoor.core.conversation.view import ConversationView

_KINDS: Final = {
    "str": "text",
    "int": "bigint",
    "Instant": "bigint",
    "bool": "boolean",
    "StaffId": "text",
    "Phase": "text",
    "Reached": "text",
    "PromiseKind": "text",
    "Danger": "smallint",
    "tuple[StaffId, ...]": "text",
}


def _kind_of(column: str) -> str:
    """The type of a view's column."""
    return _KINDS[str(ConversationView.__dataclass_fields__[column].type).removesuffix(" | None")]


_CONVERSATION: Final = (
    ("id", "text"),
    ("token_hash", "bytea"),
    ("head", "bytea"),
    ("length", "bigint"),
    *((name, _kind_of(name)) for name in VIEW_COLUMNS),
)
_FACT: Final = (
    ("conversation", "text"),
    ("seq", "bigint"),
    ("at", "bigint"),
    ("type", "text"),
    ("body", "bytea"),
    ("hash", "bytea"),
)
_WORDS: Final = (("conversation", "text"), ("seq", "bigint"), ("sealed", "bytea"), ("masked", "bytea"))
_JOB: Final = (
    ("key", "text"),
    ("kind", "text"),
    ("conversation", "text"),
    ("argument", "text"),
    ("run_at", "bigint"),
    ("lease_until", "bigint"),
    ("attempts", "bigint"),
)


class _Places:
    """Counts the places of a statement."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self, kind: str) -> str:
        self._taken += 1
        return f"${self._taken}::{kind}[]"


def _insert(places: _Places, table: str, columns: Sequence[tuple[str, str]], rest: str = "") -> str:
    names = ", ".join(name for name, _ in columns)
    arrays = ", ".join(places.take(kind) for _, kind in columns)
    return f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) WHERE (SELECT yes FROM ok) {rest}"  # noqa: S608


def _instead(key: str, columns: Sequence[tuple[str, str]], kept: Sequence[str] = ()) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name, _ in columns if name != key and name not in kept)
    return f"ON CONFLICT ({key}) DO UPDATE SET {changed}"


def _commit() -> str:
    places = _Places()
    known, heads, lengths, new = (places.take(kind) for kind in ("text", "bytea", "integer", "text"))
    views = _insert(places, "conversation", _CONVERSATION, _instead("id", _CONVERSATION, ("token_hash",)))
    facts = _insert(places, "fact", _FACT)
    words = _insert(places, "words", _WORDS)
    finished, dropped = places.take("text"), places.take("text")
    jobs = _insert(places, "job", _JOB, _instead("key", _JOB))
    return f"""
        WITH locked AS MATERIALIZED (
            SELECT id, head, length FROM conversation WHERE id = ANY ({known}) ORDER BY id FOR UPDATE
        ), there AS MATERIALIZED (
            SELECT coalesce(array_agg(id), '{{}}') AS ids, coalesce(array_agg(head), '{{}}') AS heads,
                coalesce(array_agg(length), '{{}}') AS lengths
            FROM (SELECT * FROM locked ORDER BY id) AS sorted
        ), ok AS MATERIALIZED (
            SELECT ids = {known} AND heads = {heads} AND lengths = {lengths}
                AND NOT EXISTS (SELECT FROM conversation WHERE id = ANY ({new})) AS yes
            FROM there
        ), views AS ({views}
        ), facts AS ({facts}
        ), words AS ({words}
        ), finished AS (
            DELETE FROM job WHERE (SELECT yes FROM ok) AND key = ANY ({finished}) AND lease_until > 0
        ), dropped AS (
            DELETE FROM job WHERE (SELECT yes FROM ok) AND key = ANY ({dropped})
        ), jobs AS ({jobs}
        )
        SELECT yes FROM ok
    """  # noqa: S608


COMMIT: Final = _commit()
"""Values: the ids that must be there, sorted, their heads and lengths; the ids that must not be there; the columns of
views, facts and words; keys of jobs that are finished, and dropped; the columns of jobs. Returns whether it was done.
"""


class _Widths(NamedTuple):
    views: int
    facts: int
    words: int
    jobs: int


WIDTHS: Final = _Widths(*(len(columns) for columns in (_CONVERSATION, _FACT, _WORDS, _JOB)))
"""How many columns each has."""

KNOWN: Final = "SELECT id, head, length FROM conversation WHERE id = ANY ($1::text[])"
VIEW: Final = f"SELECT id, {', '.join(VIEW_COLUMNS)} FROM conversation"  # noqa: S608
CLAIM: Final = (
    "UPDATE job SET lease_until = $1, attempts = attempts + 1 FROM ("
    "SELECT key FROM job WHERE run_at <= $2 AND lease_until <= $2 ORDER BY run_at, key LIMIT $3 FOR UPDATE SKIP LOCKED"
    ") AS due WHERE job.key = due.key "
    "RETURNING job.key, kind, conversation, argument, run_at, attempts"
)
PUT_VIEWS: Final = (
    f"UPDATE conversation SET {', '.join(f'{name} = new.{name}' for name in VIEW_COLUMNS)} FROM unnest("  # noqa: S608
    f"$1::text[], {', '.join(f'${place}::{_kind_of(name)}[]' for place, name in enumerate(VIEW_COLUMNS, start=2))}"
    f") AS new (id, {', '.join(VIEW_COLUMNS)}) WHERE conversation.id = new.id"
)


def columns(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """The rows as one array for each column."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
