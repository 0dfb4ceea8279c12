"""How an older SQLite file grows to the schema of today: what is missing is added, nothing is changed or taken away."""

from __future__ import annotations

import sqlite3
from contextlib import closing

_EMPTY = {"TEXT": "''", "BLOB": "X''"}


def growth(connection: sqlite3.Connection, schema: str) -> list[str]:
    """The statements that add to the file which tables, columns, indexes and triggers of the schema it lacks.

    A column that may not be null is added with an empty value, as the facts of that time would give it.
    """
    with closing(sqlite3.connect(":memory:")) as wanted:
        wanted.executescript(schema)
        there, missing = _parts(connection), []
        for name, (kind, statement) in _parts(wanted).items():
            if name not in there:
                missing.append((kind != "table", statement))
            elif kind == "table":
                missing += [(False, one) for one in _columns(connection, wanted, name)]
    # An index may be on a column that is only now added.
    return [statement for _, statement in sorted(missing, key=lambda one: one[0])]


def _parts(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: (kind, sql) for name, kind, sql in rows}


def _columns(connection: sqlite3.Connection, wanted: sqlite3.Connection, table: str) -> list[str]:
    ask = f"PRAGMA table_info({table})"
    there = {row[1] for row in connection.execute(ask)}
    return [
        f"ALTER TABLE {table} ADD COLUMN {name} {kind}{f' NOT NULL DEFAULT {_EMPTY.get(kind, 0)}' if needed else ''}"
        for _, name, kind, needed, _, _ in wanted.execute(ask)
        if name not in there
    ]
