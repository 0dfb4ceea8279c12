"""A backup is made while customers write, put back on an empty machine, and what was erased since stays erased."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from gehoor.flows.privacy import erase
from gehoor.flows.read import ERASED
from tests.journeys.test_on_disk import begin, on, open_house, run, write

pytestmark = pytest.mark.anyio


async def gehoor(*arguments: str) -> tuple[int, str]:
    """A command of ours, in a process of its own: its status and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GEHOOR_")}
    done = await run([sys.executable, "-m", "gehoor", *arguments], env=environment)
    return done.returncode, done.stdout + done.stderr


async def checked(folder: Path) -> dict[str, Any]:
    status, said = await gehoor("db", "check", "--json", "--data", str(folder))
    told: dict[str, Any] = json.loads(said)
    assert status == bool(told["found"]), said
    return told


def key_material(keys: Path) -> list[bytes]:
    """Everything that is secret in the folder of keys."""
    with sqlite3.connect(keys / "keys.db") as database:
        wrapped = [row[0] for row in database.execute("SELECT wrapped FROM data_key")]
    database.close()
    assert wrapped
    return [*wrapped, *(file.read_bytes() for file in keys.glob("master.key*"))]


async def test_that_a_backup_made_under_writes_comes_back_whole_and_what_was_erased_does_not(tmp_path: Path) -> None:
    old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "backup"
    async with open_house(old) as (running, client):
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
        status, said = await gehoor("db", "backup", str(backup), "--data", str(old))
        stop.set()
        written = await writing
        assert (status, written > 5) == (0, True), said
        await erase(running.house.world, gone.rpartition("/")[2], "asked")
        assert (await checked(old))["found"] == []
    for secret in key_material(old / "keys"):
        assert not any(secret in file.read_bytes() for file in backup.iterdir())

    new.mkdir()
    shutil.copytree(old / "keys", new / "keys")
    status, said = await gehoor("db", "restore", str(backup), "--data", str(new))
    assert status == 0, said
    told = await checked(new)
    assert told["found"] == []
    assert (told["conversations"], told["erased"]) == (2, 1)
    status, said = await gehoor("audit", "--json", "--data", str(new))
    assert (status, json.loads(said)["findings"]) == (0, [])
    async with open_house(new) as (_, client):
        texts = [one.get("text") for one in await events(client, kept, token)]
        assert next(text for text in texts if text and text.startswith("bericht")) == "bericht 1"
        assert await write(client, kept, token, "en verder") > 1
        lost = [one.get("text") for one in await events(client, gone, gone_token)]
        assert ERASED in lost
        assert not any("Zeldzaam" in str(text) for text in lost)


async def events(client: Any, one: str, token: dict[str, str]) -> list[dict[str, Any]]:
    answer = await client.get(one + "/events", headers=token)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


async def test_that_each_thing_that_is_wrong_is_named_with_what_to_do(tmp_path: Path) -> None:
    async with open_house(tmp_path) as (_, client):
        spoiled, token = await begin(client)
        await write(client, spoiled, token, "hallo")
        other, other_token = await begin(client)
        await write(client, other, other_token, "hallo")
    spoiled_id, other_id = spoiled.rpartition("/")[2], other.rpartition("/")[2]
    with sqlite3.connect(on(tmp_path).data / "gehoor.db") as database:
        database.execute("DROP TRIGGER fact_no_update")
        database.execute("UPDATE fact SET body = x'00' WHERE conversation = ? AND seq = 2", (spoiled_id,))
        database.execute("UPDATE conversation SET phase = 'nonsense' WHERE id = ?", (other_id,))
        database.execute("INSERT INTO words VALUES ('01JD0000000000000000000009', 1, x'00', NULL)")
        database.execute("INSERT INTO access VALUES (x'01', '01JD0000000000000000000008', 'place', 1, 1)")
    database.close()
    with sqlite3.connect(on(tmp_path).keys / "keys.db") as keys:
        keys.execute("DELETE FROM data_key WHERE owner = ?", (other_id,))
    keys.close()
    found = {(one["where"], one["sentence"]) for one in (await checked(tmp_path))["found"]}
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
    status, said = await gehoor("db", "rebuild", "--data", str(tmp_path))
    assert status == 1
    assert f"{spoiled_id}: left as it is." in said
    assert (other_id, "The stored view cannot be read.") not in {
        (one["where"], one["sentence"]) for one in (await checked(tmp_path))["found"]
    }


async def test_that_rebuild_waits_for_the_server_to_stop_and_migrate_needs_a_store(tmp_path: Path) -> None:
    async with open_house(tmp_path):
        status, said = await gehoor("db", "rebuild", "--data", str(tmp_path))
        assert status == 1
        assert "Another process" in said
    status, said = await gehoor("db", "migrate", "--data", str(tmp_path))
    assert (status, "The schema is" in said) == (0, True)
    status, said = await gehoor("db", "migrate", "--data", str(tmp_path / "nowhere"))
    assert (status, "There is no store here" in said) == (1, True)
