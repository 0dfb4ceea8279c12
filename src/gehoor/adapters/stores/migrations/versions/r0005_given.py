"""Which version of which article was given to whom: a row for each answer, for recalls and samples."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from gehoor.adapters.stores.migrations.parts import count, instant, table, text

revision = "0005"
down_revision = "0004"

_AT_ONCE = 1000
_GIVEN = 'conversation, seq, at, article, language, version, "by"'
_ANSWERS = (
    "SELECT conversation, seq, at, body FROM fact WHERE type = 'BotReplied' AND (conversation, seq) > (:id, :seq) "
    "ORDER BY conversation, seq LIMIT :most"
)


def upgrade() -> None:
    """What the AI answered before is filled in from the facts; what people used of its proposals was not kept."""
    table(
        "given",
        text("conversation", key=True),
        count("seq", key=True),
        instant("at"),
        text("article", key=True),
        text("language"),
        text("version", key=True),
        text("by"),
    )
    op.create_index("given_article", "given", ["article", "version", "conversation", "seq"])
    op.create_index("given_at", "given", ["at"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    put = sa.text(
        f"INSERT INTO given ({_GIVEN}) VALUES (:conversation, :seq, :at, :article, :language, :version, 'ai')"  # noqa: S608
    )
    place = {"id": "", "seq": 0}
    while some := connection.execute(sa.text(_ANSWERS), {**place, "most": _AT_ONCE}).all():
        rows = [_row(*one) for one in some]
        if found := [row for row in rows if row is not None]:
            connection.execute(put, found)
        place = {"id": some[-1][0], "seq": some[-1][1]}


def _row(conversation: str, seq: int, at: int, body: bytes) -> dict[str, object] | None:
    """A record that cannot be read gives none: ``gehoor db check`` names it."""
    try:
        source = json.loads(body)["event"]["source"]
        named = {name: str(source[name]) for name in ("article", "language", "version")}
    except (ValueError, LookupError, TypeError):
        return None
    return {"conversation": conversation, "seq": seq, "at": at, **named}
