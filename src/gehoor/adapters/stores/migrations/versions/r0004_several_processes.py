"""What several processes know of each other: who is alive, who leads, which staff are there."""

from __future__ import annotations

from gehoor.adapters.stores.migrations.parts import count, flag, instant, table, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing was known before."""
    table("lease", text("name", key=True), text("holder"), instant("until"))
    table(
        "attended",
        text("staff", key=True),
        text("process", key=True),
        count("streams"),
        flag("available"),
        instant("said_at"),
        instant("free_since"),
        instant("acted_at"),
        instant("alive_at"),
    )
