"""Many stored conversations, quickly: one that was really had, over HTTP, and its rows many times under other ids.

The chains stay whole, because no record holds the id of its conversation. Each copy has a data key of its own, and the
words sealed under it: nothing tells a server that these conversations are copies.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import closing
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gehoor.adapters.keys.sealing import KEY_BYTES, NONCE_BYTES, DataKey
from gehoor.adapters.keys.secret_file import secret_of
from gehoor.core.errors import GehoorError
from gehoor.prove.bench.client import HOST
from gehoor.prove.bench.crew import API
from gehoor.prove.bench.kit import Place

_PATIENCE_S: Final = 20.0
APART: Final = 30_000_000
"""Between two copies lie so many microseconds: a million conversations are a year."""
_NUMBERS: Final = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
_ID: Final = "printf('00%024d', i)"
"""``copied_id`` in the words of SQLite."""
AT_ONCE: Final = 20_000
NEWEST: Final = "SELECT id FROM conversation ORDER BY id DESC LIMIT 1"
_INSTANTS: Final = ("at", "started_at", "queued_since", "first_requested_at")


def one_answered(port: int, question: str) -> str:
    """A conversation in which the AI answered a question; its id.

    Raises:
        GehoorError: there was no answer.
    """
    id, owner = _begin(port)
    _post(port, f"{API}/conversations/{id}/messages", {"client_id": str(uuid.uuid4()), "text": question}, owner)
    _await(port, id, owner, "message", 2)
    return id


def one_waiting(port: int) -> None:
    """A conversation whose customer asked for a person when nobody was there, and was told when somebody will be.

    Raises:
        GehoorError: nothing was told.
    """
    id, owner = _begin(port)
    told = {"client_id": str(uuid.uuid4()), "text": "Ik heb een vraag over de huur, kunt u mij helpen?"}
    _post(port, f"{API}/conversations/{id}/messages", told, owner)
    _post(port, f"{API}/conversations/{id}/human", {"client_id": str(uuid.uuid4())}, owner)
    _await(port, id, owner, "promise_made", 1)


def _begin(port: int) -> tuple[str, str]:
    begun = _post(port, f"{API}/conversations", {"language": "nl"}, "")
    return begun["id"], begun["token"]


def _await(port: int, id: str, owner: str, kind: str, count: int) -> None:
    until = monotonic() + _PATIENCE_S
    while monotonic() < until:
        told = _call("GET", port, f"{API}/conversations/{id}/events?after=0", None, owner)["events"]
        if sum(event["type"] == kind for event in told) >= count:
            return
        sleep(0.05)
    raise GehoorError(f"A conversation to copy did not come to its {kind}.")


def _post(port: int, path: str, body: object, owner: str) -> Any:
    return _call("POST", port, path, body, owner)


def _call(method: str, port: int, path: str, body: object, owner: str) -> Any:
    headers = {"Authorization": f"Bearer {owner}"} if owner else {}
    with httpx.Client(trust_env=False, timeout=_PATIENCE_S) as client:
        answer = client.request(method, f"http://{HOST}:{port}{path}", json=body, headers=headers)
        return answer.raise_for_status().json()


# -- copies ----------------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """The words of one fact, opened."""

    seq: int
    text: str
    masked: str | None


def multiply(place: Place, count: int, apart: int = APART, first: int = 1, of: str = "") -> None:
    """Copies a conversation of a store that no server uses, so many times, each ``apart`` microseconds later than the
    one before.

    Args:
        first: the number of the first copy, where there are others already.
        of: the id of the conversation; none: the newest.
    """
    last = first + count - 1
    wrapping = AESGCM(secret_of(place.keys.with_name("master.key"), may_make=False))
    with (
        closing(sqlite3.connect(place.file, isolation_level=None)) as store,
        closing(sqlite3.connect(place.keys, isolation_level=None)) as keys,
    ):
        id = of or store.execute(NEWEST).fetchone()[0]
        (wrapped,) = keys.execute("SELECT wrapped FROM data_key WHERE owner = ?", (id,)).fetchone()
        words = store.execute("SELECT seq, sealed, masked FROM words WHERE conversation = ?", (id,)).fetchall()
        said = opened(id, words, wrapping, wrapped)
        _unsafe(store)
        _unsafe(keys)
        other = {"id": _ID, "token_hash": "randomblob(32)"} | earlier(apart, ":last")
        _copy(store, "conversation", other, "id", id, first, last)
        _copy(store, "fact", {"conversation": _ID}, "conversation", id, first, last)
        _copy(store, "given", {"conversation": _ID}, "conversation", id, first, last)
        for begin in range(first, last + 1, AT_ONCE):
            kept, sealed = sealed_copies(range(begin, min(begin + AT_ONCE, last + 1)), said, wrapping)
            keys.executemany("INSERT INTO data_key (owner, wrapped) VALUES (?, ?)", kept)
            store.executemany("INSERT INTO words (conversation, seq, sealed, masked) VALUES (?, ?, ?, ?)", sealed)
        for connection in (store, keys):
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def earlier(apart: int, count: str) -> dict[str, str]:
    """The columns with an instant of a view, of copy number i, in SQL."""
    return {name: f"{name} - ({count} - i) * {apart}" for name in _INSTANTS}


def opened(id: str, words: Iterable[tuple[int, bytes, bytes | None]], wrapping: AESGCM, wrapped: bytes) -> list[Said]:
    """What was said in the conversation that is copied."""
    raw = wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], id.encode())
    key = DataKey(id, raw)
    return [
        Said(seq, key.open(f"text:{seq}", text), None if masked is None else key.open(f"masked:{seq}", masked))
        for seq, text, masked in words
    ]


def sealed_copies(numbers: range, said: list[Said], wrapping: AESGCM) -> tuple[list[_Kept], list[_Sealed]]:
    """For these copies: the wrapped data keys, and the words under them."""
    kept: list[_Kept] = []
    sealed: list[_Sealed] = []
    for number in numbers:
        id, raw, nonce = copied_id(number), os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        key = DataKey(id, raw)
        kept.append((id, nonce + wrapping.encrypt(nonce, raw, id.encode())))
        for seq, text, masked in said:
            hidden = None if masked is None else key.seal(f"masked:{seq}", masked)
            sealed.append((id, seq, key.seal(f"text:{seq}", text), hidden))
    return kept, sealed


def copied_id(number: int) -> str:
    """In the order of their making, and before every real id."""
    return f"00{number:024}"


_Kept = tuple[str, bytes]
_Sealed = tuple[str, int, bytes, bytes | None]


def _unsafe(connection: sqlite3.Connection) -> None:
    """Nobody relies on it before it is whole."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")


def _copy(
    connection: sqlite3.Connection, table: str, other: dict[str, str], key: str, id: str, first: int, last: int
) -> None:
    """Each row of the conversation for each of these numbers, with these columns in other words."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = [other.get(name, f'"{name}"') for name in columns]
    named = ", ".join(f'"{name}"' for name in columns)
    # Apart from the table itself, or SQLite would first collect all copies.
    connection.execute(f"CREATE TEMP TABLE seed_{table} AS SELECT * FROM {table} WHERE {key} = ?", (id,))  # noqa: S608
    connection.execute(
        f"INSERT INTO {table} ({named}) {_NUMBERS}"  # noqa: S608  our own names
        f"SELECT {', '.join(values)} FROM n CROSS JOIN seed_{table}",
        {"first": first, "last": last},
    )
