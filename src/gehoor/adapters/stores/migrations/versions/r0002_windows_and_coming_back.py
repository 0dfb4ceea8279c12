"""Windows in which customers are called back, owners of promises, night chains; codes to come back with."""

from __future__ import annotations

from alembic import op

from gehoor.adapters.stores.migrations.parts import bytes_, count, flag, index, instant, on, table, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The new columns have the value that the facts of that time give."""
    op.add_column("conversation", instant("window_start", nullable=True))
    op.add_column("conversation", text("owner", default=""))
    op.add_column("conversation", text("skill", default=""))
    op.add_column("conversation", count("link", default=0))
    op.add_column("conversation", flag("acknowledged", default=False))
    if on("sqlite"):
        index("conversation", "at")
    table("return_code", text("conversation", key=True), bytes_("code_index"), instant("expires_at"))
    index("return_code", "code_index", unique=True)
    table(
        "access",
        bytes_("token_hash", key=True),
        text("conversation"),
        text("scope"),
        count("since"),
        instant("expires_at"),
    )
    index("access", "conversation")
