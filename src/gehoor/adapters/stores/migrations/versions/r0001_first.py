"""The first schema: conversations with their facts and words, jobs, the ledger, accounts, persons, matters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gehoor.adapters.stores.migrations.parts import (
    append_only,
    append_only_function,
    bytes_,
    count,
    flag,
    index,
    instant,
    on,
    table,
    text,
)

revision = "0001"
down_revision = None

_OPEN = "phase = 'waiting' OR phase = 'offered' OR phase = 'human' OR phase = 'parked'"


def upgrade() -> None:
    """From nothing."""
    _conversations()
    _house()
    _people()
    append_only_function()
    for name in ("fact", "ledger"):
        append_only(name)
    if on("postgresql"):
        _room()


def _conversations() -> None:
    table(
        "fact",
        text("conversation", key=True),
        count("seq", key=True),
        instant("at"),
        text("type"),
        bytes_("body"),
        bytes_("hash"),
    )
    table("words", text("conversation", key=True), count("seq", key=True), bytes_("sealed"), bytes_("masked", True))
    table(
        "conversation",
        text("id", key=True),
        bytes_("token_hash"),
        bytes_("head"),
        count("length"),
        count("seq"),
        instant("at"),
        instant("started_at"),
        text("channel"),
        text("language"),
        text("phase"),
        flag("ai_busy"),
        flag("requested"),
        sa.Column("danger", sa.SmallInteger, nullable=False),
        flag("returned"),
        text("reached"),
        count("tries"),
        text("agent", nullable=True),
        text("offered_to", nullable=True),
        instant("offer_expires_at", nullable=True),
        text("wanted", nullable=True),
        text("declined"),
        instant("queued_since", nullable=True),
        instant("first_requested_at", nullable=True),
        instant("due_at", nullable=True),
        text("reference"),
        text("promise_kind", nullable=True),
    )
    op.create_index(
        "conversation_open", "conversation", ["phase"], sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)
    )
    table(
        "job",
        text("key", key=True),
        text("kind"),
        text("conversation"),
        text("argument"),
        instant("run_at"),
        instant("lease_until"),
        count("attempts"),
    )
    index("job", "run_at")


def _room() -> None:
    """What SQLite has no need of: see schema.py."""
    op.execute("ALTER TABLE conversation SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)")
    op.execute("ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)")
    brin = {"pages_per_range": 32, "autosummarize": "on"}
    op.create_index("fact_at", "fact", ["at"], postgresql_using="brin", postgresql_with=brin)


def _house() -> None:
    table("ledger", count("number", key=True), instant("at"), text("kind"), text("body"), bytes_("hash"))
    table(
        "staff",
        text("id", key=True),
        text("login"),
        text("name"),
        text("role"),
        text("team"),
        text("password_hash"),
    )
    index("staff", "login", unique=True)
    table("session", bytes_("token_hash", key=True), text("staff"), text("form_token"), instant("expires_at"))


def _people() -> None:
    table("person", text("id", key=True), instant("at"))
    table(
        "person_identifier",
        text("person", key=True),
        text("kind", key=True),
        bytes_("sealed"),
        bytes_("blind_index"),
        text("verified"),
        instant("at"),
    )
    op.create_index("person_identifier_blind_index", "person_identifier", ["kind", "blind_index"])
    table("conversation_person", text("conversation", key=True), text("person"), instant("at"))
    index("conversation_person", "person")
    table("matter", text("id", key=True), instant("at"))
    table("conversation_matter", text("conversation", key=True), text("matter"), instant("at"))
    index("conversation_matter", "matter")
