"""The SQL of a commit.

Each statement writes many rows at once, and that is not for fewer bytes of SQL: Python lets go of its global lock at
every step of a statement, and a busy event loop gives it back only after 5 ms. A batch of 50 messages written row by
row took 50 times as long beside a busy loop as in one go.

``OR ROLLBACK``: without it SQLite keeps a copy of every page that a statement of many rows touches, in case that the
last row fails. Here the whole batch fails then.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from gehoor.adapters.stores.rows import GIVEN_COLUMNS
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS

_SIZES: Final = (64, 16, 4, 1)
"""How many rows one statement writes: few different statements, each prepared once, and few steps."""


class ManyRows:
    """A statement with one or more lists of values in it.

    Args:
        sql: with ``{rows}`` where the lists go.
        width: how many values are in one list.
    """

    def __init__(self, sql: str, width: int) -> None:
        row = f"({', '.join('?' * width)})"
        self._sized = tuple((size, sql.format(rows=", ".join([row] * size))) for size in _SIZES)

    def run(self, connection: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Writes all rows, and returns how many were really written."""
        done, written = 0, 0
        for size, sql in self._sized:
            while len(rows) - done >= size:
                some = rows[done] if size == 1 else list(chain.from_iterable(rows[done : done + size]))
                written += connection.execute(sql, some).rowcount
                done += size
        return written


_CHANGED: Final = ("length", "head", *VIEW_COLUMNS)
_NEW: Final = ("id", "token_hash", *_CHANGED)
_CHANGES: Final = ", ".join(f"{name} = new.column{place}" for place, name in enumerate(_CHANGED, start=1))
_OLD: Final = len(_CHANGED) + 1

ADVANCE: Final = ManyRows(
    f"UPDATE OR ROLLBACK conversation SET {_CHANGES} FROM (VALUES {{rows}}) AS new "  # noqa: S608
    f"WHERE conversation.id = new.column{_OLD} AND conversation.head = new.column{_OLD + 1} "
    f"AND conversation.length = new.column{_OLD + 2}",
    _OLD + 2,
)
"""New length, new head, view; then the id, and the head and the length that must be there."""

BEGIN: Final = ManyRows(
    f"INSERT OR ROLLBACK INTO conversation ({', '.join(_NEW)}) VALUES {{rows}}",  # noqa: S608
    len(_NEW),
)
FACTS: Final = ManyRows("INSERT OR ROLLBACK INTO fact (conversation, seq, at, type, body, hash) VALUES {rows}", 6)
WORDS: Final = ManyRows("INSERT OR ROLLBACK INTO words (conversation, seq, sealed, masked) VALUES {rows}", 4)
GIVEN: Final = ManyRows(f"INSERT OR ROLLBACK INTO given ({GIVEN_COLUMNS}) VALUES {{rows}}", 7)  # noqa: S608
SET_JOBS: Final = ManyRows(
    "INSERT OR REPLACE INTO job (key, kind, conversation, argument, run_at, lease_until, attempts) VALUES {rows}", 7
)
DROP_JOBS: Final = ManyRows("DELETE FROM job WHERE key IN (VALUES {rows})", 1)
FINISH_JOBS: Final = ManyRows("DELETE FROM job WHERE lease_until > 0 AND key IN (VALUES {rows})", 1)
PUT_VIEW: Final = f"UPDATE conversation SET {', '.join(f'{name} = ?' for name in VIEW_COLUMNS)} WHERE id = ?"  # noqa: S608


@lru_cache(256)
def numbered(sql: str) -> str:
    """A statement that is the same on both engines, with its values ($1, $2) as SQLite numbers them."""
    return re.sub(r"\$(\d)", r"?\1", sql)
