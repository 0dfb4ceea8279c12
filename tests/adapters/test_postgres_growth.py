"""What a message costs in PostgreSQL does not grow with how much is stored: every hot statement goes by an index, by
one plan for ever, and a row that changes stays where it is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from gehoor.adapters.stores import postgres_rows as sql
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.core.consequences import StartTimer
from gehoor.core.conversation.model import Timer
from gehoor.core.ids import ConversationId
from gehoor.ports.store import Append, Sealed
from tests.contracts.conversations import TOKEN, Talk, at, fact, started, wrote

pytestmark = pytest.mark.anyio

STATEMENTS = {
    name: getattr(sql, name)
    for name in (
        *(
            "COMMIT",
            "KNOWN",
            "LOAD",
            "LOAD_AFTER",
            "FACTS_AFTER",
            "WORDS_AFTER",
            "ITS_HASH",
            "ONE_VIEW",
            "OPEN",
            "SINCE",
        ),
        *("CLAIM", "FINISH", "HOLD", "BOOKED"),
    )
}
WHOLE = ("OPEN", "BOOKED")
"""Statements that read all of an index, which holds nothing else."""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def plan_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The nodes of the plan that is used for every call."""
    statement = STATEMENTS[name]
    width = max((place for place in range(1, 60) if f"${place}" in statement), default=0)
    values = f"({', '.join(['NULL'] * width)})" if width else ""
    await connection.execute(f"PREPARE plan_{name} AS {statement}")
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE plan_{name}{values}")
    return list(nodes(json.loads(told)[0]["Plan"]))


def appends(first: int, count: int) -> list[Append]:
    """So many new conversations, each with a message and a clock."""
    base = Talk(None, ConversationId("x")).append(started(), wrote())  # type: ignore[arg-type]
    return [
        replace(
            base,
            id=(id := ConversationId(f"01JD{number:022}")),
            view=replace(base.view, id=id),
            words=(Sealed(2, b"w" * 100, None),),
            effects=(StartTimer(Timer.IDLE, at(60)),),
            token_hash=TOKEN,
        )
        for number in range(first, first + count)
    ]


async def fill(store: PostgresStore, first: int, until: int) -> None:
    for start in range(first, until, 250):
        await store.commit(appends(start, min(250, until - start)))


async def test_that_every_hot_statement_goes_by_an_index_when_there_is_nothing_and_when_there_is_much(
    postgres: str,
) -> None:
    database = PostgresDatabase(postgres)
    store = PostgresStore(database)
    for until in (0, 5000):
        await fill(store, 0, until)
        connection = await database.connect("test")
        if until:
            await connection.execute("ANALYZE")
        for name in STATEMENTS:
            for node in await plan_of(connection, name):
                assert node["Node Type"] != "Seq Scan", (name, node)
                if node["Node Type"] in ("Index Scan", "Index Only Scan", "Bitmap Index Scan"):
                    told = (name, until, node)
                    assert "Index Cond" in node or (name in WHOLE and node["Index Name"] == "conversation_open"), told
        await connection.close()
    await store.close()


async def test_that_a_message_touches_as_many_pages_among_many_conversations_as_among_few(postgres: str) -> None:
    pages = []
    for first, until in ((0, 500), (500, 5000)):
        store = PostgresStore(PostgresDatabase(postgres))
        await fill(store, first, until)
        await store.close()
        pages.append(await pages_of(postgres, until))
    assert pages[1] <= pages[0] * 1.5, "a level more in an index, and no more"


async def test_that_a_message_leaves_its_conversation_on_its_page_and_out_of_the_indexes(postgres: str) -> None:
    store = PostgresStore(PostgresDatabase(postgres))
    await fill(store, 0, 500)
    await store.close()
    await pages_of(postgres, 500)
    connection = await alone_at(postgres)
    told = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'conversation'"
    updated, stayed = await connection.fetchrow(told) or (0, 0)
    await connection.close()
    assert updated >= 60
    assert stayed >= updated * 0.9


async def pages_of(url: str, until: int) -> float:
    """The pages that three more messages in each of 20 of the conversations touch, for each message."""
    connection = await alone_at(url)
    await connection.execute("VACUUM ANALYZE")
    before = await connection.fetchval(TOUCHED)
    store = PostgresStore(PostgresDatabase(url))
    some = appends(0, until)[:: until // 20]
    for one in some:
        for _ in range(3):
            loaded = await store.load(one.id)
            assert loaded is not None
            seq = len(loaded.facts) + 1
            more = (fact(seq, wrote(f"m{seq}")),)
            await store.commit([replace(one, facts=more, words=(), head=loaded.head, view=replace(one.view, seq=seq))])
    await store.close()
    await connection.close()
    connection = await alone_at(url)
    after = await connection.fetchval(TOUCHED)
    await connection.close()
    return float(after - before) / len(some)


TOUCHED = "SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read) FROM pg_statio_user_tables"


async def alone_at(url: str) -> Connection:
    """A connection, when all others have ended and told what they did."""
    connection = await asyncpg.connect(url)
    # Each of them is waited for until it has ended.
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return connection
