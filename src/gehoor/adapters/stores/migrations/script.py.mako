"""${message}."""

from __future__ import annotations

from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """What is added, and which value older rows get."""
    ${upgrades if upgrades else "..."}
