"""A backup is made while customers write, put back on an empty machine, and what was erased since stays erased."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from gehoor.boot import Running, build
from gehoor.cli.db_place import place_of
from gehoor.flows.privacy import erase
from gehoor.flows.read import ERASED
from gehoor.prove.stored import Checked, check_stored
from gehoor.settings import Settings
from gehoor.web.app import create_app
from tests.journeys.test_on_disk import begin, on, run, write
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Machine:
    """A machine with an installation: a folder, and a database of its own where it is not SQLite."""

    folder: Path
    url: str = ""
    key_url: str = ""

    def settings(self) -> Settings:
        return replace(on(self.folder), database=self.url, key_database=self.key_url)

    async def gehoor(self, *arguments: str) -> tuple[int, str]:
        """A command of ours, in a process of its own: its status and what it said."""
        settings = self.settings()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")},
            "GEHOOR_DATA": str(settings.data),
            "GEHOOR_KEYS": str(settings.keys),
            **({"GEHOOR_DATABASE": self.url} if self.url else {}),
            **({"GEHOOR_KEY_DATABASE": self.key_url} if self.key_url else {}),
        }
        done = await run([sys.executable, "-m", "gehoor", *arguments], env=environment)
        return done.returncode, done.stdout + done.stderr

    async def checked(self) -> Checked:
        place = place_of(self.settings(), None)
        keys = place.open_keys()
        assert keys is not None
        async with place.session() as session:
            done = await check_stored(session, keys)
        await keys.close()
        return done

    async def audited(self) -> list[Any]:
        where = [] if self.url else ["--data", str(self.folder)]
        status, said = await self.gehoor("audit", "--json", *where)
        found: list[Any] = json.loads(said)["findings"]
        assert status == bool(found)
        return found


Make = Callable[[str], Machine]


@pytest.fixture(params=["sqlite", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """An empty machine; on PostgreSQL the machines have one database of keys."""
    if request.param == "sqlite":
        return lambda name: Machine(tmp_path / name)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    keys = server.database()
    return lambda name: Machine(tmp_path / name, server.database(), keys)


async def key_material(machine: Machine) -> list[bytes]:
    """Everything that is secret in the key store."""
    keys = machine.folder / "keys"
    if machine.key_url:
        connection = await asyncpg.connect(machine.key_url)
        wrapped = [row[0] for row in await connection.fetch("SELECT wrapped FROM data_key")]
        await connection.close()
    else:
        with closing(sqlite3.connect(keys / "keys.db")) as database:
            wrapped = [row[0] for row in database.execute("SELECT wrapped FROM data_key")]
    assert wrapped
    return [*wrapped, *(file.read_bytes() for file in keys.glob("master.key*"))]


async def test_that_a_backup_made_under_writes_comes_back_whole_and_what_was_erased_does_not(
    make: Make, tmp_path: Path
) -> None:
    old, new, backup = make("old"), make("new"), tmp_path / "backup"
    async with opened(old) as (running, client):
        kept, token = await begin(client)
        gone, gone_token = await begin(client)
        await write(client, gone, gone_token, "mijn naam is Zeldzaam")
        stop = asyncio.Event()

        async def keeps_writing() -> int:
            count = 0
            while not stop.is_set():
                count += 1
                await write(client, kept, token, f"bericht {count}")
            return count

        writing = asyncio.create_task(keeps_writing())
        status, said = await old.gehoor("db", "backup", str(backup))
        stop.set()
        written = await writing
        assert (status, written > 5) == (0, True), said
        await erase(running.house.world, gone.rpartition("/")[2], "asked")
        assert (await old.checked()).found == []
    for secret in await key_material(old):
        assert not any(secret in file.read_bytes() for file in backup.iterdir())

    new.folder.mkdir()
    shutil.copytree(old.folder / "keys", new.folder / "keys")
    status, said = await new.gehoor("db", "restore", str(backup))
    assert status == 0, said
    told = await new.checked()
    assert (told.found, told.conversations, told.erased) == ([], 2, 1)
    assert await new.audited() == []
    async with opened(new) as (_, client):
        texts = [one.get("text") for one in await events(client, kept, token)]
        assert next(text for text in texts if text and text.startswith("bericht")) == "bericht 1"
        assert await write(client, kept, token, "en verder") > 1
        lost = [one.get("text") for one in await events(client, gone, gone_token)]
        assert ERASED in lost
        assert not any("Zeldzaam" in str(text) for text in lost)


@asynccontextmanager
async def opened(machine: Machine) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    running = build(machine.settings(), lambda fault: pytest.fail(f"the store broke: {fault}"))
    app = create_app(running.house, lambda: running.library, start=running.start, stop=running.stop)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield running, client


async def events(client: Any, one: str, token: dict[str, str]) -> list[dict[str, Any]]:
    answer = await client.get(one + "/events", headers=token)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


async def test_that_each_thing_that_is_wrong_is_named_with_what_to_do(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    async with opened(machine) as (_, client):
        spoiled, token = await begin(client)
        await write(client, spoiled, token, "hallo")
        other, other_token = await begin(client)
        await write(client, other, other_token, "hallo")
    spoiled_id, other_id = spoiled.rpartition("/")[2], other.rpartition("/")[2]
    with sqlite3.connect(machine.settings().data / "gehoor.db") as database:
        database.execute("DROP TRIGGER fact_no_update")
        database.execute("UPDATE fact SET body = x'00' WHERE conversation = ? AND seq = 2", (spoiled_id,))
        database.execute("UPDATE conversation SET phase = 'nonsense' WHERE id = ?", (other_id,))
        database.execute("INSERT INTO words VALUES ('01JD0000000000000000000009', 1, x'00', NULL)")
        database.execute("INSERT INTO access VALUES (x'01', '01JD0000000000000000000008', 'place', 1, 1)")
    database.close()
    with sqlite3.connect(machine.settings().keys / "keys.db") as keys:
        keys.execute("DELETE FROM data_key WHERE owner = ?", (other_id,))
    keys.close()
    status, said = await machine.gehoor("db", "check", "--json")
    assert (status, {one["where"] for one in json.loads(said)["found"]} > {spoiled_id + " fact 2", other_id}) == (
        1,
        True,
    )
    found = {(one.where, one.sentence) for one in (await machine.checked()).found}
    assert found == {
        (f"{spoiled_id} fact 2", "The record is not the one that was stored: its hash is another one."),
        (f"{spoiled_id} fact 2", "A stored fact is damaged."),
        (other_id, "The stored view cannot be read."),
        (other_id, "There are sealed words, no key for them, and no erasure that tells why."),
        ("01JD0000000000000000000009", "A conversation without facts has words."),
        (
            "01JD0000000000000000000009",
            "There are sealed words, no key for them, and no erasure that tells why.",
        ),
        ("01JD0000000000000000000008", "A row of access is about a conversation that is not there."),
    }
    status, said = await machine.gehoor("db", "rebuild")
    assert status == 1
    assert f"{spoiled_id}: left as it is." in said
    assert (other_id, "The stored view cannot be read.") not in {
        (one.where, one.sentence) for one in (await machine.checked()).found
    }


async def test_that_a_lost_line_of_the_erasure_ledger_is_missed(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    async with opened(machine) as (running, _):
        for owner in ("a", "b"):
            await erase(running.house.world, owner, "asked")
    ledger = machine.settings().keys / "erasures.jsonl"
    ledger.write_text(ledger.read_text().splitlines(keepends=True)[1])
    status, said = await machine.gehoor("db", "check")
    assert status == 1
    assert "the erasure ledger: Lines 1 to 1 of the erasure ledger are missing." in said
    assert "a: The house ledger tells an erasure that the ledger beside the keys does not." in said


async def test_that_rebuild_waits_for_the_server_to_stop_and_migrate_needs_a_store(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    async with opened(machine):
        status, said = await machine.gehoor("db", "rebuild")
        assert status == 1
        assert "Another process" in said
    status, said = await machine.gehoor("db", "migrate")
    assert (status, "The schema is" in said) == (0, True)
    status, said = await Machine(tmp_path / "nowhere").gehoor("db", "migrate")
    assert (status, "There is no store here" in said) == (1, True)
