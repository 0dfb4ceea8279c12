"""The SQL of a commit, and views as rows.

Each statement writes many rows at once, and that is not for fewer bytes of SQL: Python lets go of its global lock at
every step of a statement, and a busy event loop gives it back only after 5 ms. A batch of 50 messages written row by
row took 50 times as long beside a busy loop as in one go.

``OR ROLLBACK``: without it SQLite keeps a copy of every page that a statement of many rows touches, in case that the
last row fails. Here the whole batch fails then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from itertools import chain
from operator import attrgetter
from typing import Any, Final

import msgspec

from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Reached
from gehoor.core.conversation.view import ConversationView

VIEW_COLUMNS: Final = tuple(field.name for field in fields(ConversationView))[1:]
"""The columns of a view, without the id."""

_TUPLE: Final = msgspec.json.Decoder(tuple[str, ...])
_LIST: Final = msgspec.json.Encoder()
_SIZES: Final = (64, 16, 4, 1)
"""How many rows one statement writes: few different statements, each prepared once, and few steps."""

_values: Final = attrgetter(*VIEW_COLUMNS)
_at: Final = {name: place for place, name in enumerate(VIEW_COLUMNS)}
_PHASE, _DANGER, _REACHED = _at["phase"], _at["danger"], _at["reached"]
_DECLINED, _PROMISE_KIND = _at["declined"], _at["promise_kind"]


def view_row(view: ConversationView) -> list[Any]:
    """The values of ``VIEW_COLUMNS``, as SQLite takes them fastest: it looks long at an enum."""
    row = list(_values(view))
    row[_PHASE] = view.phase._value_
    row[_DANGER] = view.danger._value_
    row[_REACHED] = view.reached._value_
    row[_DECLINED] = _LIST.encode(view.declined).decode() if view.declined else "[]"
    if view.promise_kind is not None:
        row[_PROMISE_KIND] = view.promise_kind._value_
    return row


def row_view(row: Sequence[Any]) -> ConversationView:
    """The view of a row: the id, then the values of ``VIEW_COLUMNS``."""
    values = dict(zip(VIEW_COLUMNS, row[1:], strict=True))
    values["phase"] = Phase(values["phase"])
    values["danger"] = Danger(values["danger"])
    values["reached"] = Reached(values["reached"])
    values["declined"] = _TUPLE.decode(values["declined"])
    values["promise_kind"] = None if values["promise_kind"] is None else PromiseKind(values["promise_kind"])
    for flag in ("ai_busy", "requested", "returned", "acknowledged"):
        values[flag] = bool(values[flag])
    return ConversationView(id=row[0], **values)


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
SET_JOBS: Final = ManyRows(
    "INSERT OR REPLACE INTO job (key, kind, conversation, argument, run_at, lease_until, attempts) VALUES {rows}", 7
)
DROP_JOBS: Final = ManyRows("DELETE FROM job WHERE key IN (VALUES {rows})", 1)
FINISH_JOBS: Final = ManyRows("DELETE FROM job WHERE lease_until > 0 AND key IN (VALUES {rows})", 1)
PUT_VIEW: Final = f"UPDATE conversation SET {', '.join(f'{name} = ?' for name in VIEW_COLUMNS)} WHERE id = ?"  # noqa: S608
