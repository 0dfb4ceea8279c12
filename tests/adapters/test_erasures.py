"""The erasure ledger when several processes have one folder of keys."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.core.errors import StoreFault
from gehoor.core.time import Instant

pytestmark = pytest.mark.anyio

NOW = Instant(1_795_424_400_000_000)


def open_keys(folder: Path) -> FileKeys:
    return FileKeys(folder / "keys.db", folder / "master.key")


async def test_that_two_processes_write_one_ledger(tmp_path: Path) -> None:
    one, two = open_keys(tmp_path), open_keys(tmp_path)
    owners = [f"owner-{number}" for number in range(20)]
    for owner in owners:
        one.create(owner)
    await one.settle()
    await asyncio.gather(*((one, two)[place % 2].destroy(owner, NOW) for place, owner in enumerate(owners)))
    assert sorted(erasure.owner for erasure in await one.erased()) == sorted(owners)
    await one.close()
    await two.close()


async def test_that_an_erasure_whose_process_died_is_carried_out_though_others_went_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = open_keys(tmp_path), open_keys(tmp_path)
    for owner in ("a", "b"):
        one.create(owner)
    await one.settle()

    def killed(*_: object) -> None:
        raise sqlite3.OperationalError("killed between")

    with monkeypatch.context() as between:
        between.setattr("gehoor.adapters.keys.keyfile._erase", killed)
        with pytest.raises(StoreFault):
            await one.destroy("a", NOW)
    await two.destroy("b", NOW)
    assert await two.without(["a", "b"]) == {"b"}
    await one.close()
    await two.close()
    again = open_keys(tmp_path)
    assert await again.without(["a", "b"]) == {"a", "b"}
    await again.close()
