"""The same copies on PostgreSQL. Its data keys lie in a file, as with SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, Final

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gehoor.adapters.keys.secret_file import secret_of
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding import APART, AT_ONCE, NEWEST, earlier, opened, sealed_copies

_ID: Final = "'00' || lpad(i::text, 24, '0')"
"""``copied_id`` in the words of PostgreSQL."""
_PATIENCE_S: Final = 600.0
Connection = Any


async def multiply_on_postgres(place: Place, count: int, apart: int = APART, first: int = 1, of: str = "") -> None:
    """Copies as ``multiply`` does, with the same arguments."""
    last = first + count - 1
    wrapping = AESGCM(secret_of(place.keys.with_name("master.key"), may_make=False))
    store = await asyncpg.connect(place.database, command_timeout=_PATIENCE_S)
    with closing(sqlite3.connect(place.keys, isolation_level=None)) as keys:
        id = of or await store.fetchval(NEWEST)
        (wrapped,) = keys.execute("SELECT wrapped FROM data_key WHERE owner = ?", (id,)).fetchone()
        words = await store.fetch("SELECT seq, sealed, masked FROM words WHERE conversation = $1", id)
        said = opened(id, [tuple(row) for row in words], wrapping, wrapped)
        await store.execute("SET synchronous_commit = off")
        other = {"id": _ID, "token_hash": "sha256(i::text::bytea)"} | earlier(apart, f"{last}::bigint")
        await _copy(store, "conversation", other, "id", id, first, last)
        await _copy(store, "fact", {"conversation": _ID}, "conversation", id, first, last)
        await _copy(store, "given", {"conversation": _ID}, "conversation", id, first, last)
        keys.execute("PRAGMA synchronous = OFF")
        keys.execute("BEGIN")
        for begin in range(first, last + 1, AT_ONCE):
            kept, sealed = sealed_copies(range(begin, min(begin + AT_ONCE, last + 1)), said, wrapping)
            keys.executemany("INSERT INTO data_key (owner, wrapped) VALUES (?, ?)", kept)
            columns = ("conversation", "seq", "sealed", "masked")
            await store.copy_records_to_table("words", records=sealed, columns=columns)
        keys.execute("COMMIT")
        keys.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await store.execute("VACUUM ANALYZE")
    await store.execute("CHECKPOINT")
    await store.close()


async def _copy(store: Connection, table: str, other: dict[str, str], key: str, id: str, first: int, last: int) -> None:
    """Each row of the conversation for each of these numbers, with these columns in other words."""
    asked = "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"
    columns = [row[0] for row in await store.fetch(asked, table)]
    values = [other.get(name, name) for name in columns]
    await store.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608  our own names
        f"FROM generate_series({first}, {last}) AS n(i) CROSS JOIN (SELECT * FROM {table} WHERE {key} = $1) AS seed",
        id,
    )
