"""What the keeper of keys in PostgreSQL adds: several processes, a database that is away, and never the store's own."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from gehoor.adapters.keys import postgres as postgres_keeper
from gehoor.adapters.keys.postgres import PostgresKeys
from gehoor.core.errors import Conflict, StoreAway, StoreFault
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure
from gehoor.prove.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio

NOW = Instant(1_795_424_400_000_000)
TEXT = "Mijn kraan lekt 💧 al drie dagen"


@contextlib.asynccontextmanager
async def opened(url: str, master: Path, count: int = 2) -> AsyncIterator[list[PostgresKeys]]:
    """As many processes would have them."""
    made = [PostgresKeys(url, master) for _ in range(count)]
    try:
        yield made
    finally:
        for keys in made:
            await keys.close()


async def test_that_what_another_process_destroyed_is_forgotten_here_within_a_second(
    postgres_keys: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_keeper, "LOOK_S", 0.05)
    async with opened(postgres_keys, tmp_path / "master.key") as (here, there):
        for owner in ("c1", "c2"):
            here.create(owner)
        await here.settle()
        sealed = {owner: here.seal(owner, "n", TEXT) for owner in ("c1", "c2")}
        assert there.open("c1", "n", sealed["c1"]) == TEXT
        await there.destroy("c1", NOW)
        assert there.open("c1", "n", sealed["c1"]) is None
        for _ in range(200):
            if here.open("c1", "n", sealed["c1"]) is None:
                break
            await asyncio.sleep(0.05)
        assert here.open("c1", "n", sealed["c1"]) is None
        assert here.open("c2", "n", sealed["c2"]) == TEXT
        assert await here.erased() == [Erasure("c1", NOW)]
        assert await here.without(["c1", "c2", "c3"]) == {"c1", "c3"}


async def test_that_nothing_is_remembered_for_long_while_nobody_can_tell_what_was_destroyed(
    postgres_keys: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(postgres_keys, tmp_path / "master.key", 1) as (keys,):
        keys.create("c1")
        await keys.settle()
        sealed = keys.seal("c1", "n", TEXT)
        connection = await asyncpg.connect(postgres_keys)
        await connection.execute("DELETE FROM data_key")
        await connection.close()
        assert keys.open("c1", "n", sealed) == TEXT, "it is in memory"
        monkeypatch.setattr(postgres_keeper, "BLIND_S", -1.0)
        assert keys.open("c1", "n", sealed) is None


async def test_that_two_processes_that_make_a_key_for_one_owner_end_with_one(
    postgres_keys: str, tmp_path: Path
) -> None:
    async with opened(postgres_keys, tmp_path / "master.key") as (first, second):
        first.create("c1")
        second.create("c1")
        await first.settle()
        with pytest.raises(Conflict) as lost:
            await second.settle()
        assert lost.value.data["conversations"] == ("c1",)
        assert second.open("c1", "n", first.seal("c1", "n", TEXT)) == TEXT


async def test_that_the_database_of_the_store_is_refused(postgres: str, postgres_keys: str, tmp_path: Path) -> None:
    for url, store in ((postgres, ""), (postgres_keys, postgres_keys)):
        with pytest.raises(StoreFault, match="database of the store"):
            PostgresKeys(url, tmp_path / "master.key", store=store)
    assert not (tmp_path / "master.key").exists()


async def test_that_an_empty_database_is_refused_when_the_store_is_not_empty(
    postgres_keys: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreFault, match="everything would read as erased"):
        PostgresKeys(postgres_keys, tmp_path / "master.key", needed=True)
    await PostgresKeys(postgres_keys, tmp_path / "master.key").close()
    await PostgresKeys(postgres_keys, tmp_path / "master.key", needed=True).close()


async def test_that_a_wrong_or_lost_master_key_is_named(postgres_keys: str, tmp_path: Path) -> None:
    master = tmp_path / "master.key"
    await PostgresKeys(postgres_keys, master).close()
    right = master.read_bytes()
    master.write_bytes(bytes(32))
    with pytest.raises(StoreFault, match="not the one"):
        PostgresKeys(postgres_keys, master)
    master.unlink()
    with pytest.raises(StoreFault, match="gone"):
        PostgresKeys(postgres_keys, master)
    assert not master.exists()
    master.touch(0o600)
    master.write_bytes(right)
    await PostgresKeys(postgres_keys, master).close()


async def test_that_the_ledger_of_erasures_cannot_be_changed_unseen(postgres_keys: str, tmp_path: Path) -> None:
    async with opened(postgres_keys, tmp_path / "master.key", 1) as (keys,):
        for owner in ("c1", "c2"):
            await keys.destroy(owner, NOW)
        connection = await asyncpg.connect(postgres_keys)
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("DELETE FROM erasure")
        await connection.execute("SET session_replication_role = replica")  # as only an administrator can
        await connection.execute("UPDATE erasure SET owner = 'c9' WHERE number = 1")
        await connection.close()
        with pytest.raises(StoreFault, match="was changed: line 1"):
            await keys.erased()


async def test_that_a_database_that_goes_away_is_told_and_comes_back(tmp_path: Path) -> None:
    master = tmp_path / "master.key"
    with PostgresServer() as server:
        async with opened(server.database(), master) as (keys, other):
            keys.create("c1")
            await keys.settle()
            sealed = keys.seal("c1", "n", TEXT)
            server.kill()
            with pytest.raises(StoreAway):
                other.open("c1", "n", sealed)
            server.start()
            opened_again = None
            for _ in range(200):
                with contextlib.suppress(StoreAway):
                    opened_again = other.open("c1", "n", sealed)
                    break
                await asyncio.sleep(0.05)
            assert opened_again == TEXT


async def test_that_a_database_that_stands_still_holds_the_house_up_once_and_not_for_every_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_keeper, "LONGEST_WAIT_S", 0.2)
    with PostgresServer() as server:
        async with opened(server.database(), tmp_path / "master.key", 1) as (keys,):
            server.pause()
            try:
                started = time.monotonic()
                for number in range(100):
                    with pytest.raises(StoreAway):
                        keys.open(f"c{number}", "n", b"x" * 40)
                assert time.monotonic() - started < 5.0, "not 100 times as long as one"
            finally:
                server.resume()
            monkeypatch.setattr(keys, "_not_before", 0.0)
            assert keys.open("c1", "n", b"x" * 40) is None
