"""Read by Alembic: brings the database of a connection to a revision, in the transaction of whoever gave it."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # A change that SQLite cannot make in place becomes a copy of the table; on PostgreSQL it is one ALTER TABLE.
    render_as_batch=True,
    # SQLite can do it, as long as the driver does not commit by itself (adapters/stores/migrate.py sees to that).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
