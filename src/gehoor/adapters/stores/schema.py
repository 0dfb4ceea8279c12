"""The tables, described once. This module is for development and migrations: it takes long to import.

A new database is made from ``schema.sql`` or ``schema_postgres.sql``, which a test keeps equal to what stands here and
to all migrations together. After a change: a revision in migrations/versions, ``HEAD`` in revision.py, and
``python -m gehoor.adapters.stores.schema``, which writes both files (docs/migrations.md).

Instants are integers of microseconds on every engine. Columns of bytes hold records, hashes and ciphertext. Texts sort
by their bytes on every engine (COLLATE "C"): a system's library that learns to sort otherwise breaks no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    false,
    or_,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from gehoor.adapters.stores.revision import HEAD
from gehoor.adapters.stores.rows import OPEN_PHASES

metadata: Final = MetaData()


# A column that came later has a default: code from before it leaves it out.


def _text(name: str, *, key: bool = False, nullable: bool = False, default: str | None = None) -> Column[str]:
    given = None if default is None else text(f"'{default}'")
    kind = Text().with_variant(Text(collation="C"), "postgresql")
    return Column(name, kind, primary_key=key, nullable=nullable, server_default=given)


def _bytes(name: str, *, key: bool = False, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, primary_key=key, nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _count(name: str, *, key: bool = False, default: int | None = None) -> Column[int]:
    given = None if default is None else text(str(default))
    return Column(name, Integer, primary_key=key, nullable=False, autoincrement=False, server_default=given)


def _flag(name: str, *, default: bool | None = None) -> Column[bool]:
    given = None if default is None else true() if default else false()
    return Column(name, Boolean, nullable=False, server_default=given)


def _table(name: str, *columns: Column[int] | Column[str] | Column[bytes] | Column[bool]) -> Table:
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


# -- conversations ---------------------------------------------------------------------------------------------------

fact: Final = _table(
    "fact",
    _text("conversation", key=True),
    _count("seq", key=True),
    _instant("at"),
    _text("type"),
    _bytes("body"),
    _bytes("hash"),
)

words: Final = _table(
    "words",
    _text("conversation", key=True),
    _count("seq", key=True),
    _bytes("sealed"),
    _bytes("masked", nullable=True),
)

conversation: Final = _table(
    "conversation",
    _text("id", key=True),
    _bytes("token_hash"),
    _bytes("head"),
    _count("length"),
    # The columns of ConversationView, which the facts give again (gehoor db rebuild).
    _count("seq"),
    _instant("at"),
    _instant("started_at"),
    _text("channel"),
    _text("language"),
    _text("phase"),
    _flag("ai_busy"),
    _flag("requested"),
    Column("danger", SmallInteger, nullable=False),
    _flag("returned"),
    _text("reached"),
    _count("tries"),
    _text("agent", nullable=True),
    _text("offered_to", nullable=True),
    _instant("offer_expires_at", nullable=True),
    _text("wanted", nullable=True),
    _text("declined"),  # a JSON list
    _instant("queued_since", nullable=True),
    _instant("first_requested_at", nullable=True),
    _instant("due_at", nullable=True),
    _text("reference"),
    _text("promise_kind", nullable=True),
    _instant("window_start", nullable=True),
    _text("owner", default=""),
    _text("skill", default=""),
    _count("link", default=0),
    _flag("acknowledged", default=False),
)

# Few conversations are open at a time, however many there are. Not IN: for that SQLite builds a table in memory at
# every write, which took four times as long as the write itself.
_OPEN: Final = or_(*(conversation.c.phase == phase.value for phase in OPEN_PHASES))
Index("conversation_open", conversation.c.phase, sqlite_where=_OPEN, postgresql_where=_OPEN)

# What happened since a moment, for the page that hands the night over. PostgreSQL writes a row anew in every index when
# an indexed column of it changes, and this one changes with every message; there the facts tell it, which only grow.
Index("conversation_at", conversation.c.at, info={"only": "sqlite"})
Index(
    "fact_at",
    fact.c.at,
    postgresql_using="brin",
    postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
    info={"only": "postgresql"},
)

# What was given to whom, so that it can be found again: a copy of what the facts say, written with them.
given: Final = _table(
    "given",
    _text("conversation", key=True),
    _count("seq", key=True),
    _instant("at"),
    _text("article", key=True),
    _text("language"),
    _text("version", key=True),
    _text("by"),
)
Index("given_article", given.c.article, given.c.version, given.c.conversation, given.c.seq)
Index("given_at", given.c.at)

job: Final = _table(
    "job",
    _text("key", key=True),
    _text("kind"),
    _text("conversation"),
    _text("argument"),
    _instant("run_at"),
    _instant("lease_until"),  # 0: nobody holds it
    _count("attempts"),
)
Index("job_run_at", job.c.run_at)

# -- the house -------------------------------------------------------------------------------------------------------

ledger: Final = _table(
    "ledger", _count("number", key=True), _instant("at"), _text("kind"), _text("body"), _bytes("hash")
)

staff: Final = _table(
    "staff",
    _text("id", key=True),
    _text("login"),
    _text("name"),
    _text("role"),
    _text("team"),
    _text("password_hash"),
)
Index("staff_login", staff.c.login, unique=True)

session: Final = _table(
    "session",
    _bytes("token_hash", key=True),
    _text("staff"),
    _text("form_token"),
    _instant("expires_at"),
)

# -- several processes -----------------------------------------------------------------------------------------------

lease: Final = _table("lease", _text("name", key=True), _text("holder"), _instant("until"))

attended: Final = _table(
    "attended",
    _text("staff", key=True),
    _text("process", key=True),
    _count("streams"),
    _flag("available"),
    _instant("said_at"),
    _instant("free_since"),
    _instant("acted_at"),
    _instant("alive_at"),
)

# -- persons ---------------------------------------------------------------------------------------------------------

person: Final = _table("person", _text("id", key=True), _instant("at"))

person_identifier: Final = _table(
    "person_identifier",
    _text("person", key=True),
    _text("kind", key=True),
    _bytes("sealed"),
    _bytes("blind_index"),
    _text("verified"),
    _instant("at"),
)
Index("person_identifier_blind_index", person_identifier.c.kind, person_identifier.c.blind_index)

conversation_person: Final = _table(
    "conversation_person", _text("conversation", key=True), _text("person"), _instant("at")
)
Index("conversation_person_person", conversation_person.c.person)

# -- coming back -----------------------------------------------------------------------------------------------------

return_code: Final = _table(
    "return_code", _text("conversation", key=True), _bytes("code_index"), _instant("expires_at")
)
Index("return_code_code_index", return_code.c.code_index, unique=True)

access: Final = _table(
    "access",
    _bytes("token_hash", key=True),
    _text("conversation"),
    _text("scope"),
    _count("since"),
    _instant("expires_at"),
)
Index("access_conversation", access.c.conversation)

# -- matters ---------------------------------------------------------------------------------------------------------

matter: Final = _table("matter", _text("id", key=True), _instant("at"))

conversation_matter: Final = _table(
    "conversation_matter", _text("conversation", key=True), _text("matter"), _instant("at")
)
Index("conversation_matter_matter", conversation_matter.c.matter)

# -- the schema itself -----------------------------------------------------------------------------------------------

# Code of this revision and newer may work on the database (revision.py).
oldest_code: Final = _table("oldest_code", _text("revision", key=True))
OLDEST_CODE: Final = "0002"

# -- as SQL ----------------------------------------------------------------------------------------------------------

APPEND_ONLY: Final = (fact, ledger)
"""Tables in which nothing is ever changed or taken away."""


POSTGRES_ONLY: Final = (
    # Room in each page, so that a row that changes stays on its page and its indexes stay as they are.
    "ALTER TABLE conversation SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)",
    "ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)",
    "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
    *(
        f"CREATE TRIGGER {table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        for table in APPEND_ONLY
    ),
)
"""What PostgreSQL has beside tables and indexes."""


def sqlite_schema() -> str:
    """Everything that a new SQLite file needs, one statement after another."""
    triggers = (
        f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} BEGIN "
        f"SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    )
    return "".join(f"{statement};\n\n" for statement in (*_tables(sqlite.dialect()), *triggers, *_stamp()))


def postgres_schema() -> str:
    """Everything that an empty PostgreSQL database needs, one statement after another."""
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return "".join(f"{statement};\n\n" for statement in (*_tables(dialect), *POSTGRES_ONLY, *_stamp()))


def _tables(dialect: Dialect) -> Iterator[str]:
    for table in metadata.tables.values():
        created = str(CreateTable(table).compile(dialect=dialect))
        yield "\n".join(line.rstrip().replace("\t", "    ") for line in created.strip().splitlines())
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.info.get("only", dialect.name) == dialect.name:
                yield str(CreateIndex(index).compile(dialect=dialect, compile_kwargs={"literal_binds": True})).strip()


def _stamp() -> Iterator[str]:
    """What Alembic would leave behind."""
    yield (
        "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL,\n"
        "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
    )
    yield f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')"  # noqa: S608
    yield f"INSERT INTO oldest_code (revision) VALUES ('{OLDEST_CODE}')"  # noqa: S608


if __name__ == "__main__":
    _here = Path(__file__)
    _here.with_name("schema.sql").write_text(sqlite_schema(), encoding="utf-8")
    _here.with_name("schema_postgres.sql").write_text(postgres_schema(), encoding="utf-8")
