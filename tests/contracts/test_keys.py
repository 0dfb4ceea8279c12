"""What every keeper of keys keeps to, and what the one with files adds."""

import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gehoor.adapters.keys import keyfile
from gehoor.adapters.keys.erasures import ErasureFile
from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.keys.postgres import PostgresKeys
from gehoor.core.errors import StoreFault, Unknown
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure, Keys

pytestmark = pytest.mark.anyio

NOW = Instant(1_795_424_400_000_000)
TEXT = "Mijn kraan lekt 💧 al drie dagen"


def open_keys(folder: Path, most_cached: int = 100) -> FileKeys:
    return FileKeys(folder / "keys.db", folder / "master.key", most_cached)


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.fixture(params=["memory", "file", "postgres"])
async def keys(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Keys]:
    made: Keys
    if request.param == "memory":
        made = MemoryKeys()
    elif request.param == "file":
        made = open_keys(tmp_path)
    else:
        made = PostgresKeys(request.getfixturevalue("postgres_keys"), tmp_path / "master.key")
    yield made
    await made.close()


async def test_that_a_text_comes_back(keys: Keys) -> None:
    keys.create("c1")
    sealed = b""
    for text in (TEXT, "", "x" * 4000):
        sealed = keys.seal("c1", "text:1", text)
        assert text == "" or text.encode() not in sealed
        assert len(sealed) == len(text.encode()) + 28
        assert keys.open("c1", "text:1", sealed) == text
    await keys.settle()
    assert keys.open("c1", "text:1", sealed) == "x" * 4000


async def test_that_no_two_ciphertexts_are_equal(keys: Keys) -> None:
    keys.create("c1")
    assert len({keys.seal("c1", "text:1", TEXT) for _ in range(50)}) == 50


async def test_that_a_ciphertext_cannot_be_moved_or_changed(keys: Keys) -> None:
    keys.create("c1")
    keys.create("c2")
    sealed = keys.seal("c1", "text:1", TEXT)
    for owner, name, found in (
        ("c1", "text:2", sealed),
        ("c2", "text:1", sealed),
        ("c1", "text:1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("c1", "text:1", sealed[:20]),
        ("c1", "text:1", b""),
    ):
        with pytest.raises(StoreFault):
            keys.open(owner, name, found)


async def test_that_an_owner_without_a_key_is_unknown(keys: Keys) -> None:
    with pytest.raises(Unknown):
        keys.seal("nobody", "text:1", TEXT)
    with pytest.raises(Unknown):
        keys.digest("nobody", TEXT)
    assert keys.open("nobody", "text:1", b"x" * 40) is None


async def test_that_making_a_key_again_keeps_the_first(keys: Keys) -> None:
    keys.create("c1")
    sealed = keys.seal("c1", "text:1", TEXT)
    keys.create("c1")
    await keys.settle()
    keys.create("c1")
    await keys.settle()
    assert keys.open("c1", "text:1", sealed) == TEXT


async def test_that_what_another_process_destroyed_is_not_kept_in_memory(tmp_path: Path) -> None:
    here, there = (FileKeys(tmp_path / "keys.db", tmp_path / "master.key") for _ in range(2))
    here.create("c1")
    await here.settle()
    sealed = here.seal("c1", "text:1", "geheim")
    assert there.open("c1", "text:1", sealed) == "geheim"
    await here.destroy("c1", NOW)
    there.forget("c1")
    assert there.open("c1", "text:1", sealed) is None
    for keys in (here, there):
        await keys.close()


async def test_that_after_destroying_nothing_can_be_opened(keys: Keys) -> None:
    for settled in (True, False):
        keys.create("c1")
        keys.create("c2")
        if settled:
            await keys.settle()
        sealed, other = keys.seal("c1", "text:1", TEXT), keys.seal("c2", "text:1", TEXT)
        await keys.destroy("c1", NOW)
        await keys.settle()
        assert keys.open("c1", "text:1", sealed) is None
        assert keys.open("c2", "text:1", other) == TEXT
        with pytest.raises(Unknown):
            keys.seal("c1", "text:2", TEXT)
    await keys.destroy("nobody", NOW)


async def test_that_erasures_are_told_in_order_and_who_has_no_key(keys: Keys) -> None:
    assert await keys.erased() == []
    for owner in ("c1", "c2", "c3"):
        keys.create(owner)
    await keys.settle()
    await keys.destroy("c2", NOW)
    await keys.destroy("c1", Instant(NOW + 1))
    keys.create("c4")  # not settled yet
    assert await keys.erased() == [Erasure("c2", NOW), Erasure("c1", Instant(NOW + 1))]
    assert await keys.without(["c1", "c3", "c4", "nobody"]) == {"c1", "nobody"}


async def test_that_a_digest_tells_equal_texts_of_one_owner_and_no_more(keys: Keys) -> None:
    keys.create("c1")
    keys.create("c2")
    digest = keys.digest("c1", TEXT)
    assert digest == keys.digest("c1", TEXT)
    assert digest != keys.digest("c1", TEXT + " ")
    assert digest != keys.digest("c2", TEXT)
    assert len(digest) == 32
    assert set(digest) <= set("0123456789abcdef")


async def test_that_a_blind_index_tells_equal_values_of_one_kind(keys: Keys) -> None:
    index = keys.blind_index("phone", "0612345678")
    assert index == keys.blind_index("phone", "0612345678")
    assert index != keys.blind_index("email", "0612345678")
    assert b"0612345678" not in index


async def test_that_a_signature_can_be_checked_by_anybody(keys: Keys) -> None:
    public = Ed25519PublicKey.from_public_bytes(keys.public_key())
    public.verify(keys.sign(b"a checkpoint"), b"a checkpoint")
    with pytest.raises(InvalidSignature):
        public.verify(keys.sign(b"a checkpoint"), b"another one")


# -- in files --------------------------------------------------------------------------------------------------------


async def test_that_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    first = open_keys(tmp_path)
    first.create("c1")
    sealed, digest, index = first.seal("c1", "n", TEXT), first.digest("c1", TEXT), first.blind_index("phone", "06")
    public = first.public_key()
    await first.settle()
    await first.close()
    second = open_keys(tmp_path)
    assert second.open("c1", "n", sealed) == TEXT
    assert (second.digest("c1", TEXT), second.blind_index("phone", "06"), second.public_key()) == (
        digest,
        index,
        public,
    )
    await second.close()


async def test_that_what_another_process_destroyed_is_forgotten_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "LOOK_S", 0.0)
    here, there = open_keys(tmp_path), open_keys(tmp_path)
    for owner in ("c1", "c2"):
        here.create(owner)
    await here.settle()
    sealed = {owner: here.seal(owner, "n", TEXT) for owner in ("c1", "c2")}
    assert there.open("c1", "n", sealed["c1"]) == TEXT
    await there.destroy("c1", NOW)
    assert here.open("c1", "n", sealed["c1"]) is None
    assert here.open("c2", "n", sealed["c2"]) == TEXT
    (tmp_path / "erasures.jsonl").write_bytes(b"spoiled\n")
    assert here.open("c2", "n", sealed["c2"]) == TEXT, "a ledger that cannot be read keeps nobody waiting"
    for keys in (here, there):
        await keys.close()


async def test_that_a_key_that_was_not_settled_is_not_there_after_a_crash(tmp_path: Path) -> None:
    first = open_keys(tmp_path)
    first.create("c1")
    sealed = first.seal("c1", "n", TEXT)
    second = open_keys(tmp_path)
    assert second.open("c1", "n", sealed) is None
    await first.close()
    await second.close()


async def test_that_keys_outside_the_memory_are_read_again(tmp_path: Path) -> None:
    keys = open_keys(tmp_path, most_cached=3)
    sealed = {}
    for number in range(20):
        keys.create(f"c{number}")
        sealed[f"c{number}"] = keys.seal(f"c{number}", "n", TEXT)
        if number % 7 == 0:
            await keys.settle()
    assert all(keys.open(owner, "n", one) == TEXT for owner, one in sealed.items())
    await keys.settle()
    assert all(keys.open(owner, "n", one) == TEXT for owner, one in sealed.items())
    await keys.close()


async def test_that_two_may_settle_at_once(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    keys.create("c1")
    sealed = keys.seal("c1", "n", TEXT)
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(keys.settle)
    again = open_keys(tmp_path)
    assert again.open("c1", "n", sealed) == TEXT
    await keys.close()
    await again.close()


async def test_that_a_failed_settle_is_told_and_can_be_done_again(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    keys.create("c1")
    other = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON data_key BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with pytest.raises(StoreFault, match="no room"):
        await keys.settle()
    other.execute("DROP TRIGGER full")
    other.close()
    sealed = keys.seal("c1", "n", TEXT)
    await keys.settle()
    again = open_keys(tmp_path)
    assert again.open("c1", "n", sealed) == TEXT
    await keys.close()
    await again.close()


async def test_that_a_destroyed_key_leaves_no_trace_in_the_files(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    for number in range(200):
        keys.create(f"owner-{number:03d}")
    await keys.settle()
    reader = sqlite3.connect(tmp_path / "keys.db")
    (wrapped,) = reader.execute("SELECT wrapped FROM data_key WHERE owner = 'owner-100'").fetchone()
    reader.close()

    def traces() -> int:
        # The erasure ledger tells whose key is gone.
        files = [path.read_bytes() for path in files_in(tmp_path) if path.name != "erasures.jsonl"]
        return sum(file.count(part) for file in files for part in (wrapped, b"owner-100"))

    assert traces() > 0
    await keys.destroy("owner-100", NOW)
    assert traces() == 0
    await keys.close()
    assert traces() == 0


async def test_that_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        keys = open_keys(tmp_path)
        keys.create("c1")
        await keys.settle()
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files_in(tmp_path)}
    assert set(modes) >= {"keys.db", "master.key", "master.key.signing"}
    assert set(modes.values()) == {0o600}
    await keys.close()


async def test_that_the_store_of_keys_holds_no_key_in_the_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"THE-RAW-DATA-KEY-OF-THIS-TEST-32")
    keys = open_keys(tmp_path)
    keys.create("c1")
    await keys.settle()
    assert not any(b"RAW-DATA-KEY" in path.read_bytes() for path in files_in(tmp_path) if path.name[:4] == "keys")
    await keys.close()


async def test_that_a_wrong_a_lost_an_open_and_a_short_master_key_are_named(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    await keys.close()
    master = tmp_path / "master.key"
    right = master.read_bytes()
    master.write_bytes(bytes(32))
    with pytest.raises(StoreFault, match="not the one"):
        open_keys(tmp_path)
    master.write_bytes(right[:31])
    with pytest.raises(StoreFault, match="32 bytes"):
        open_keys(tmp_path)
    master.write_bytes(right)
    master.chmod(0o640)
    with pytest.raises(StoreFault, match="chmod 600"):
        open_keys(tmp_path)
    master.unlink()
    with pytest.raises(StoreFault, match="gone"):
        open_keys(tmp_path)
    assert not master.exists()


async def test_that_a_file_that_is_no_database_and_a_folder_that_is_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="nowhere"):
        open_keys(tmp_path / "nowhere")
    open_ones = open_keys(tmp_path)
    await open_ones.close()
    (tmp_path / "keys.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreFault, match=r"keys\.db"):
        open_keys(tmp_path)


async def test_that_rows_cannot_change_places(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    keys.create("c1")
    keys.create("c2")
    sealed = keys.seal("c1", "n", TEXT)
    await keys.settle()
    await keys.close()
    with sqlite3.connect(tmp_path / "keys.db") as other:
        other.execute("UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE owner = 'c2')")
    other.close()
    again = open_keys(tmp_path)
    with pytest.raises(StoreFault, match="damaged"):
        again.open("c1", "n", sealed)
    await again.close()
    with pytest.raises(StoreFault, match="closed"):
        again.open("c1", "n", sealed)


# -- the erasure ledger ----------------------------------------------------------------------------------------------


async def erased_since(folder: Path) -> tuple[bytes, bytes]:
    """Keys of c1 and c2, of which c1 was erased after the file of keys was copied; the copy, and a sealed text."""
    keys = open_keys(folder)
    keys.create("c1")
    keys.create("c2")
    sealed = keys.seal("c1", "n", TEXT)
    await keys.settle()
    await keys.close()
    before = (folder / "keys.db").read_bytes()
    keys = open_keys(folder)
    await keys.destroy("c1", NOW)
    await keys.close()
    return before, sealed


async def test_that_an_older_copy_of_the_keys_has_nothing_back_that_was_erased(tmp_path: Path) -> None:
    before, sealed = await erased_since(tmp_path)
    (tmp_path / "keys.db").write_bytes(before)
    keys = open_keys(tmp_path)
    assert keys.open("c1", "n", sealed) is None
    assert await keys.without(["c1", "c2"]) == {"c1"}
    await keys.close()


async def test_that_the_ledger_is_written_before_the_key_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = open_keys(tmp_path)
    keys.create("c1")
    await keys.settle()

    def killed(*_: object) -> None:
        raise sqlite3.OperationalError("killed between")

    with monkeypatch.context() as between:
        between.setattr("gehoor.adapters.keys.keyfile._erase", killed)
        with pytest.raises(StoreFault):
            await keys.destroy("c1", NOW)
    assert await keys.without(["c1"]) == set()
    await keys.close()
    again = open_keys(tmp_path)
    assert await again.without(["c1"]) == {"c1"}
    await again.close()


async def test_that_a_torn_line_is_no_erasure_and_a_changed_one_is_named(tmp_path: Path) -> None:
    await erased_since(tmp_path)
    ledger = tmp_path / "erasures.jsonl"
    with ledger.open("ab") as file:
        file.write(b'{"at": 1, "number": 2, "own')
    keys = open_keys(tmp_path)
    await keys.destroy("c2", NOW)
    assert [one.owner for one in await keys.erased()] == ["c1", "c2"]
    await keys.close()
    ledger.write_bytes(ledger.read_bytes().replace(b'"owner": "c1"', b'"owner": "c9"'))
    keys = open_keys(tmp_path)
    with pytest.raises(StoreFault, match="line 2 does not follow"):
        await keys.erased()
    await keys.close()


async def test_that_a_lost_ledger_goes_on_and_is_missed(tmp_path: Path) -> None:
    await erased_since(tmp_path)
    (tmp_path / "erasures.jsonl").unlink()
    keys = open_keys(tmp_path)
    await keys.destroy("c2", NOW)
    assert ErasureFile(tmp_path / "erasures.jsonl").missing() == ["Lines 1 to 1 of the erasure ledger are missing."]
    await keys.close()
