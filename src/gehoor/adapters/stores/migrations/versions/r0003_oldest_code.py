"""The oldest code that may still run on this schema is written in it, so that older code can go on beside newer."""

from __future__ import annotations

from alembic import op

from gehoor.adapters.stores.migrations.parts import table, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Code of revision 0002 knows nothing of this table, and needs nothing of it."""
    table("oldest_code", text("revision", key=True))
    op.execute("INSERT INTO oldest_code (revision) VALUES ('0002')")
