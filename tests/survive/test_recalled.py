"""A wrong answer is recalled from a large store, and the server is killed (kill -9) while everybody is told.

The list is complete, nobody else is on it, it is there within a minute, and nobody is told twice. In ``make test`` over
20,000 conversations, in ``make soak`` over 1,000,000.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_people import SqlitePeople
from gehoor.ports.people import People
from gehoor.ports.store import Store
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding import multiply
from tests.smtp_server import SmtpServer
from tests.survive.recalled import Run, evenly, recalled

pytestmark = pytest.mark.anyio

COUNTED = (
    "SELECT conversation, count(*) FROM fact WHERE conversation >= ? AND type = ? AND CAST(body AS TEXT) LIKE ? "
    "GROUP BY 1"
)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "letters") as running:
        yield running


class BesideSqlite:
    """A store on SQLite, beside the server."""

    database = None

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)

    def multiply(self, id: str, count: int, first: int) -> None:
        multiply(self.place, count, first=first, of=id)

    def opened(self) -> tuple[Store, People]:
        file = SqliteFile(self.place.file)
        return SqliteStore(file), SqlitePeople(file)

    def counts(self, kind: str, says: str = "", since: str = "") -> dict[str, int]:
        with closing(sqlite3.connect(f"file:{self.place.file}?mode=ro", uri=True)) as store:
            return dict(store.execute(COUNTED, (since, kind, f"%{says}%")))


async def test_that_a_recall_of_200_in_20000_survives_3_kills(tmp_path: Path, post: SmtpServer) -> None:
    await recalled(tmp_path, Run(20_000, 200, 40, 10, evenly(3)), post, BesideSqlite(tmp_path))


@pytest.mark.soak
async def test_that_a_recall_of_10000_in_a_million_survives_5_kills(
    tmp_path: Path, post: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await recalled(tmp_path, Run(1_000_000, 10_000, 1_000, 100, evenly(5)), post, BesideSqlite(tmp_path))
