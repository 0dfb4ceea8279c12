"""The server and its database are killed (kill -9) under 32 people: nothing lost, nothing doubled, no gap, in order.

In ``make test`` shortly, in ``make soak`` with 50,000 acknowledged messages.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.system import SystemClock
from gehoor.ports.store import Store
from gehoor.prove.postgres_server import PostgresServer
from tests.certificate import make_certificate
from tests.journeys.test_kill import mail_by
from tests.smtp_server import SmtpServer
from tests.survive.crowd import Crowd, Told
from tests.survive.killer import Killer, Kills
from tests.survive.ledger import Found, calls_too_many, compare, letters_once
from tests.survive.receiver import Receiver
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Run:
    """One story: how much, and what is killed how often."""

    messages: int
    server_kills: int
    database_kills: int = 0
    opened: bool = True
    processes: int = 1


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path / "letters") as running:
        yield running


@asynccontextmanager
async def store_of(folder: Path, database: str) -> AsyncIterator[Store]:
    file = None if database else SqliteFile(folder / "data" / "gehoor.db")
    store: Store = PostgresStore(PostgresDatabase(database)) if file is None else SqliteStore(file)
    try:
        yield store
    finally:
        await store.close()


async def survive(
    folder: Path, run: Run, post: SmtpServer, database: PostgresServer | None = None
) -> tuple[Told, Kills, Found]:
    """The whole story, and the comparison at its end. The server runs again when the crowd is done."""
    url = "" if database is None else database.database()
    settings = mail_by(post) | ({"GEHOOR_DATABASE": url} if url else {})
    if run.processes > 1:
        settings |= {"GEHOOR_PROCESSES": str(run.processes)}
    certificate = make_certificate(folder / "partner.pem", name="nacht.localhost")
    settings |= {"SSL_CERT_FILE": str(certificate)}
    with Receiver(certificate) as partner:
        chain = {"https://wachtdienst.example/gehoor": f"https://nacht.localhost:{partner.port}/oproep"}
        server = Server(folder, opened=run.opened, settings=settings, changes=chain)
        await asyncio.to_thread(server.start)
        try:
            crowd = Crowd(server.url, run.messages, seed=run.messages, at_night=not run.opened)
            killer = Killer(crowd, server, run.messages, run.server_kills, database, run.database_kills, seed=7)
            killing = asyncio.create_task(killer.run())
            told = await crowd.run()
            await killing
            await letters_have_come(post)
        finally:
            await asyncio.to_thread(server.kill)
    keys = FileKeys(folder / "keys" / "keys.db", folder / "keys" / "master.key")
    try:
        async with store_of(folder, url) as store:
            found = await compare(told, store, keys, SystemClock().now())
    finally:
        await keys.close()
    assert found.wrong == {}
    assert killer.result.server >= run.server_kills
    assert killer.result.database >= run.database_kills
    assert told.acknowledged >= run.messages
    wrong, again = letters_once(found, [(str(one["X-Envelope-To"]), str(one["Message-ID"])) for one in post.letters()])
    assert wrong == []
    assert calls_too_many(found, partner.calls) == []
    assert run.opened or partner.calls
    for never in ("Traceback", "policy_reduced"):
        said = server.complaints()
        assert never not in said, said[max(said.index(never) - 500, 0) :][:4000]
    await audited(folder, url)
    repeated = sum(partner.calls.values()) - len(partner.calls)
    print(
        f"\n{told.acknowledged:,} messages acknowledged in {len(told.talks):,} conversations, {found.requests:,} "
        f"requests for a person,\n  {killer.result.told};\n  {told.resent:,} sent again, {told.broken_streams:,} "
        f"streams gone on; lost 0, doubled 0, gaps 0, out of order 0;\n  {sum(found.accepted.values()):,} letters, "
        f"{again} more under a Message-ID that was there; {len(partner.calls):,} calls to the partner, {repeated} again"
    )
    return told, killer.result, found


async def letters_have_come(post: SmtpServer) -> None:
    """What was still to be sent when the last message was acknowledged gets a moment to go out."""
    end, seen = time.monotonic() + 60, -1
    while time.monotonic() < end:
        now = len(post.letters())
        if now == seen:
            return
        seen = now
        await asyncio.sleep(3.0)


async def audited(folder: Path, url: str) -> None:
    done = await command(folder, url, "audit", "--json")
    assert json.loads(done)["findings"] == []
    checked = await command(folder, url, "db", "check", "--json")
    assert json.loads(checked)["found"] == []


async def command(folder: Path, url: str, *words: str) -> str:
    """One of the operator's commands, which must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")}
    environment |= {"GEHOOR_DATA": str(folder / "data"), "GEHOOR_KEYS": str(folder / "keys"), "GEHOOR_DATABASE": url}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "gehoor", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


async def test_that_1000_messages_survive_3_kills(tmp_path: Path, post: SmtpServer) -> None:
    await survive(tmp_path, Run(messages=1000, server_kills=3), post)


@pytest.mark.soak
async def test_that_50000_messages_survive_20_kills(
    tmp_path: Path, post: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await survive(tmp_path, Run(messages=50_000, server_kills=20), post)


@pytest.mark.soak
async def test_that_at_night_every_call_to_the_partner_and_every_letter_is_done_once(
    tmp_path: Path, post: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await survive(tmp_path, Run(messages=8_000, server_kills=10, opened=False), post)


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


async def test_that_1000_messages_survive_2_kills_of_the_server_and_2_of_the_database(
    tmp_path: Path, post: SmtpServer, database: PostgresServer
) -> None:
    await survive(tmp_path, Run(messages=1000, server_kills=2, database_kills=2), post, database)


@pytest.mark.soak
async def test_that_50000_messages_survive_20_kills_of_the_server_and_6_of_the_database(
    tmp_path: Path, post: SmtpServer, database: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await survive(tmp_path, Run(messages=50_000, server_kills=20, database_kills=6), post, database)


@pytest.mark.soak
async def test_that_two_processes_on_one_database_survive_the_same(
    tmp_path: Path, post: SmtpServer, database: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(messages=10_000, server_kills=8, database_kills=3, processes=2)
    with capsys.disabled():
        await survive(tmp_path, run, post, database)
