"""The same recall on PostgreSQL: the server is killed (kill -9) while letters leave, while everybody is told and while
people are asked to call, and the database under it is killed as well.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.postgres_people import PostgresPeople
from gehoor.flows.recall import CALLS_AT_ONCE
from gehoor.ports.people import People
from gehoor.ports.store import Store
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding_postgres import multiply_on_postgres
from gehoor.prove.postgres_server import PostgresServer
from tests.smtp_server import SmtpServer
from tests.survive.recalled import Kill, Run, recalled

pytestmark = pytest.mark.anyio

# As on a slow disk, each commit takes 30 ms: then a moment that is waited for is not over when it is seen.
SLOWLY = ("commit_delay=30000", "commit_siblings=0")
RECIPIENTS, MAILS, PHONES = 520, 30, 25  # more than one page of the list, and more than are called at once
KILLS = (
    Kill("server", 0.1, taken=1),  # while letters leave
    Kill("database", 0.35),
    Kill("server", 0.6),
    Kill("server", 1.0, called=1),  # while people are asked to call
)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "letters") as running:
        yield running


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with PostgresServer(settings=SLOWLY) as running:
        yield running


class BesidePostgres:
    """A store on PostgreSQL, beside the server. Its keys lie in a file."""

    def __init__(self, folder: Path, database: PostgresServer) -> None:
        self.database = database
        self.place = Place(folder, database.database())

    def multiply(self, id: str, count: int, first: int) -> None:
        asyncio.run(multiply_on_postgres(self.place, count, first=first, of=id))

    def opened(self) -> tuple[Store, People]:
        # Only the server is held up.
        database = PostgresDatabase(f"{self.place.database}?commit_delay=0")
        return PostgresStore(database), PostgresPeople(database)

    def counts(self, kind: str, says: str = "", since: str = "") -> dict[str, int]:
        asked = (
            f"SELECT conversation, count(*) FROM fact WHERE conversation >= '{since}' AND type = '{kind}' "
            f"AND convert_from(body, 'UTF8') LIKE '%{says}%' GROUP BY 1"
        )
        rows = (line.split("|") for line in self.database.sql(asked, self.place.database).splitlines())
        return {id: int(count) for id, count in rows}


async def test_that_a_recall_of_520_in_1000_survives_3_kills_of_the_server_and_1_of_the_database(
    tmp_path: Path, post: SmtpServer, database: PostgresServer
) -> None:
    done = await recalled(
        tmp_path, Run(1_000, RECIPIENTS, MAILS, PHONES, KILLS), post, BesidePostgres(tmp_path, database)
    )
    *telling, calling = done.killed
    told = [one.told for one in telling]
    assert told == sorted({one for one in told if 0 < one < RECIPIENTS}), "each in the middle of the telling"
    assert 0 < telling[0].taken < MAILS, "the middle of the letters"
    assert 0 < calling.called < CALLS_AT_ONCE, "the middle of the asking for calls"
