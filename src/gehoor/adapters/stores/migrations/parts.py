"""The words that revisions are written in: columns and tables as the schema describes them, on both engines.

A revision never changes after a release, so neither does what these words mean.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def text(name: str, *, key: bool = False, nullable: bool = False, default: str | None = None) -> sa.Column[str]:
    """A text, which sorts by its bytes on both engines."""
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=nullable, server_default=_quoted(default))


def bytes_(name: str, nullable: bool = False, *, key: bool = False) -> sa.Column[bytes]:
    """A record, a hash or ciphertext."""
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """Microseconds, UTC."""
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def count(name: str, *, key: bool = False, default: int | None = None) -> sa.Column[int]:
    """A number of things."""
    given = None if default is None else sa.text(str(default))
    return sa.Column(name, sa.Integer, primary_key=key, nullable=False, autoincrement=False, server_default=given)


def flag(name: str, *, default: bool | None = None) -> sa.Column[bool]:
    """Yes or no."""
    given = None if default is None else sa.true() if default else sa.false()
    return sa.Column(name, sa.Boolean, nullable=False, server_default=given)


def table(name: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[bytes] | sa.Column[bool]) -> None:
    """A new table."""
    op.create_table(name, *columns, sqlite_with_rowid=False)


def index(table: str, column: str, *, unique: bool = False) -> None:
    """An index on one column, named after both."""
    op.create_index(f"{table}_{column}", table, [column], unique=unique)


def on(engine: str) -> bool:
    """Whether this is the engine: sqlite or postgresql."""
    return op.get_context().dialect.name == engine


def append_only(table: str) -> None:
    """From now on nothing in the table is changed or taken away. PostgreSQL needs ``append_only_function`` before."""
    if on("postgresql"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def append_only_function() -> None:
    """What the triggers of ``append_only`` call on PostgreSQL."""
    if on("postgresql"):
        op.execute(
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
        )


def _quoted(default: str | None) -> sa.TextClause | None:
    return None if default is None else sa.text("'" + default.replace("'", "''") + "'")
