"""The SQL of a commit on PostgreSQL: one statement, so one round trip and one transaction.

``locked`` takes the conversations in the order of their ids, so that two processes never wait for each other in a
circle, and waits for who writes to one of them now. ``ok`` compares what is there with what the writer knew; everything
after it is written only when all of it is so.

Views and jobs go as JSON, the rest as one array for each column. The library takes 0.2 to 0.5 us for each value of an
array, which for the many columns of a view was four times as much as making JSON and taking it apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from gehoor.adapters.stores.rows import GIVEN_COLUMNS, OPEN_PHASES, JobRow
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import Invalid

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


_VIEW: Final = (("id", "text"), *((name, _kind_of(name)) for name in VIEW_COLUMNS))
_CHAIN: Final = (("token_hash", "bytea"), ("head", "bytea"), ("length", "integer"))
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
_GIVEN: Final = (
    ("conversation", "text"),
    ("seq", "bigint"),
    ("at", "bigint"),
    ("article", "text"),
    ("language", "text"),
    ("version", "text"),
    ("by", "text"),
)


class _Places:
    """Counts the places of a statement."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self, kind: str) -> str:
        self._taken += 1
        return f"${self._taken}::{kind}"


_Columns = Sequence[tuple[str, str]]


def _insert(places: _Places, table: str, columns: _Columns) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    arrays = ", ".join(places.take(f"{kind}[]") for _, kind in columns)
    return f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) WHERE (SELECT yes FROM ok)"  # noqa: S608


def _insert_json(places: _Places, table: str, columns: _Columns, beside: _Columns, key: str, kept: str = "") -> str:
    """Rows of which the columns are JSON objects; beside them go arrays. A row that is there is replaced, but what is
    kept of it."""
    names = [name for name, _ in (*columns, *beside)]
    told = f"json_to_recordset({places.take('json')}) AS ({', '.join(f'{name} {kind}' for name, kind in columns)})"
    zipped = ", ".join([told, *(f"unnest({places.take(kind + '[]')})" for _, kind in beside)])
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name not in (key, kept))
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM ROWS FROM ({zipped}) "  # noqa: S608
        f"WHERE (SELECT yes FROM ok) ON CONFLICT ({key}) DO UPDATE SET {changed}"
    )


def _commit(gives: bool = False) -> str:
    places = _Places()
    known, heads, lengths, new = (places.take(kind) for kind in ("text[]", "bytea[]", "integer[]", "text[]"))
    views = _insert_json(places, "conversation", _VIEW, _CHAIN, "id", "token_hash")
    facts = _insert(places, "fact", _FACT)
    words = _insert(places, "words", _WORDS)
    finished, dropped = places.take("text[]"), places.take("text[]")
    jobs = _insert_json(places, "job", _JOB, (), "key")
    given = f"), given_now AS ({_insert(places, 'given', _GIVEN)}" if gives else ""
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
        {given})
        SELECT yes FROM ok
    """  # noqa: S608


COMMIT: Final = _commit()
"""Values: the ids that must be there, sorted, their heads and lengths; the ids that must not be there; the views as
JSON, with the hashes of tokens, new heads and lengths; the columns of facts and words; keys of jobs that are finished,
and dropped; the jobs as JSON. Returns whether it was done.
"""

COMMIT_AND_GIVE: Final = _commit(gives=True)
"""The same, with the columns of what was given at the end. Most batches give nothing, and do not pay for it."""

CHAIN, FACTS, WORDS, GIVEN = len(_CHAIN), len(_FACT), len(_WORDS), len(_GIVEN)
"""How many columns each has."""

KNOWN: Final = "SELECT id, head, length FROM conversation WHERE id = ANY ($1::text[])"
LOAD: Final = "SELECT body, hash FROM fact WHERE conversation = $1 ORDER BY seq"
LOAD_AFTER: Final = "SELECT body, hash FROM fact WHERE conversation = $1 AND seq > $2 ORDER BY seq"
FACTS_AFTER: Final = "SELECT body FROM fact WHERE conversation = $1 AND seq > $2 ORDER BY seq"
WORDS_AFTER: Final = "SELECT seq, sealed, masked FROM words WHERE conversation = $1 AND seq > $2 ORDER BY seq"
ITS_HASH: Final = "SELECT token_hash FROM conversation WHERE id = $1"
_SELECT: Final = f"SELECT id, {', '.join(VIEW_COLUMNS)} FROM conversation WHERE "  # noqa: S608
ONE_VIEW: Final = f"{_SELECT} id = $1"
# In the words of the partial index, or PostgreSQL does not see that it helps.
_OPEN: Final = f"({' OR '.join(f'phase = {phase.value!r}' for phase in OPEN_PHASES)})"
OPEN: Final = f"{_SELECT} {_OPEN} ORDER BY id"
BOOKED: Final = f"{_SELECT} {_OPEN} AND window_start IS NOT NULL ORDER BY id"
# An array, so that no table's size can make it look better to go through every conversation.
SINCE: Final = (
    f"{_SELECT} id = ANY (ARRAY(SELECT DISTINCT conversation FROM fact WHERE at >= $1)) AND at >= $1 ORDER BY at, id"  # noqa: S608
)
ACTIVE: Final = "SELECT DISTINCT conversation FROM fact WHERE at >= $1 AND at < $2"
GIVEN_TO: Final = (
    f"SELECT {GIVEN_COLUMNS} FROM given WHERE article = $1 AND version = $2 AND (conversation, seq) > ($3, $4) "  # noqa: S608
    "ORDER BY conversation, seq LIMIT $5"
)
GIVEN_BETWEEN: Final = (
    f"SELECT {GIVEN_COLUMNS} FROM given WHERE at >= $1 AND at < $2 "  # noqa: S608
    "AND (at, conversation, seq, article, version) > ($3, $4, $5, $6, $7) "
    "ORDER BY at, conversation, seq, article, version LIMIT $8"
)
FINISH: Final = "DELETE FROM job WHERE key = $1 AND run_at = $2"
HOLD: Final = "UPDATE job SET lease_until = $1 WHERE key = $2 AND run_at = $3 AND lease_until > 0"
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


_encode: Final = msgspec.json.Encoder().encode
_JOB_NAMES: Final = tuple(name for name, _ in _JOB)


def columns(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """The rows as one array for each column."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def views_json(views: Sequence[ConversationView]) -> str:
    """The views as the statement wants them: their fields are its columns, and a list in one is its JSON.

    Raises:
        Invalid: a value cannot be written, such as half a character.
    """
    try:
        return _encode(views).decode()
    except UnicodeEncodeError as fault:
        raise Invalid("A view holds a value that cannot be written.", field="view") from fault


def jobs_json(jobs: Iterable[JobRow]) -> str:
    """The jobs as the statement wants them."""
    return _encode([dict(zip(_JOB_NAMES, job, strict=True)) for job in jobs]).decode()
