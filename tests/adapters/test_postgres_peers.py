"""Processes that meet in a PostgreSQL that is killed and started again."""

import asyncio

import pytest

from gehoor.adapters.peers.postgres import PostgresPeers
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.postgres_setup import postgres_schema
from gehoor.ports.peers import HouseChanged, Missed
from tests.contracts.test_peers import Process, until
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio


async def test_that_they_meet_again_after_the_database_was_killed_and_nobody_leads_meanwhile() -> None:
    with PostgresServer(fsync=False) as server:
        url = server.database()
        server.sql(postgres_schema(), url)
        databases = [PostgresDatabase(url), PostgresDatabase(url)]
        a, b = [await Process(PostgresPeers(one, name)).begin() for one, name in zip(databases, "ab", strict=True)]
        assert a.peers.leads()
        await asyncio.to_thread(server.kill)
        await until(lambda: not a.peers.leads())
        assert not b.peers.leads()
        async with a.peers.lock("windows") as mine:
            assert not mine
        a.heard.clear()
        b.heard.clear()
        await asyncio.to_thread(server.start)
        await until(lambda: a.peers.leads() != b.peers.leads())
        for one in (a, b):
            await one.hears(Missed())
        await until(lambda: told(a, b))
        for one in (a, b):
            await one.leaves()
        for database in databases:
            await database.close()


def told(a: Process, b: Process) -> bool:
    """Says it until it is heard: right after the start one may not know yet that the other is there."""
    a.peers.tell((HouseChanged(),))
    return HouseChanged() in b.heard
