"""A server for each test that may be broken in any way."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gehoor.adapters.articles.markdown import read_articles
from gehoor.settings import DEMO
from tests.faults.visitors import Visitors
from tests.web.browser.house import Server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server that has done what it does once: accounts, and articles on record."""
    folder = tmp_path_factory.mktemp("prepared")
    first = Server(folder)
    first.start()
    try:
        wanted, end = len(read_articles(DEMO / "knowledge")), time.monotonic() + 60.0
        while _articles(folder) < wanted:
            assert time.monotonic() < end, "the articles were not put on record"
            time.sleep(0.1)  # between two looks at another process
    finally:
        first.kill()
    return folder


def _articles(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'data/gehoor.db'}?mode=ro", uri=True)) as store:
        found: int = store.execute("SELECT count(*) FROM ledger WHERE kind LIKE 'article%'").fetchone()[0]
    return found


@pytest.fixture
def server(tmp_path: Path, prepared: Path) -> Iterator[Server]:
    """The product, running; it is opening hours, and nobody is at a desk."""
    one = Server(tmp_path, prepared=prepared)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def visitors(server: Server) -> Iterator[Visitors]:
    """Its customers."""
    with Visitors(server) as made:
        yield made
