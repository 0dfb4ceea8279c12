"""A backup holds everything but the keys, and goes into an empty place of either engine."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores import restore as restoring
from gehoor.adapters.stores.backup import CHECKPOINTS, MANIFEST, back_up, read_manifest, verify
from gehoor.adapters.stores.migrate import upgrade_postgres, upgrade_sqlite
from gehoor.adapters.stores.postgres_setup import prepare
from gehoor.adapters.stores.revision import HEAD
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_session import SqliteSession
from gehoor.cli import db, db_restore
from gehoor.cli.db_place import Place
from gehoor.core.errors import Invalid, StoreFault
from gehoor.core.time import Instant
from gehoor.ports.keys import Keys
from tests.contracts.conversations import NOW
from tests.engines import Engine
from tests.house.test_fold_equals_stored_view import STORIES
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio

VALUES: dict[type, object] = {str: "x é 雪", bytes: b"\x00\xff", bool: True, int: 7}
LARGE = ("at", "_at", "_until")
CHECKPOINT = '{"number": 1}\n'
Make = Callable[[str], Engine]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """An empty place on an engine."""
    places = count()

    def empty(engine: str) -> Engine:
        if engine == "sqlite":
            return Engine(tmp_path / f"place-{next(places)}" / "gehoor.db")
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return Engine(server.database())

    return empty


def place_of(engine: Engine, folder: Path) -> Place:
    """The place of an engine, with keys."""
    keys = folder / "keys"
    keys.mkdir(exist_ok=True)
    data = engine.where.parent if isinstance(engine.where, Path) else folder / "data"
    data.mkdir(exist_ok=True, parents=True)
    return Place("" if isinstance(engine.where, Path) else engine.where, data, keys)


async def with_keys(place: Place) -> None:
    await FileKeys(place.keys / "keys.db", place.keys / "master.key").close()


async def filled(engine: Engine) -> None:
    """A conversation, and a row in every table that has none yet."""
    if isinstance(engine.where, Path):
        engine.where.parent.mkdir(exist_ok=True)
    else:
        await upgrade_postgres(engine.where)
    await engine.tell(STORIES["a person answers"])
    async with engine.session(writes=True) as session:
        await session.begin(writes=True)
        for name, columns in (await session.tables()).items():
            if await session.rows(f'SELECT 1 FROM "{name}"'):
                continue
            names = ", ".join(f'"{column}"' for column in columns)
            places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
            values = [NOW if column.endswith(LARGE) else VALUES[kind] for column, kind in columns.items()]
            await session.change(f'INSERT INTO "{name}" ({names}) VALUES ({places})', *values)
        await session.commit()


async def everything(engine: Engine) -> dict[str, list[str]]:
    async with engine.session() as session:
        await session.begin(writes=False)
        found = {}
        for name, columns in (await session.tables()).items():
            quoted = ", ".join(f'"{column}"' for column in columns)
            rows = await session.rows(f'SELECT {quoted} FROM "{name}"')
            flags = [kind is bool for kind in columns.values()]
            found[name] = sorted(
                str([bool(one) if flag else one for one, flag in zip(row, flags, strict=True)]) for row in rows
            )
        return found


async def backed_up(engine: Engine, folder: Path) -> Path:
    checkpoints = folder / "checkpoints-of-it.jsonl"
    checkpoints.write_text(CHECKPOINT + '{"torn')
    async with engine.session() as session:
        await back_up(session, checkpoints, folder / "backup", NOW)
    return folder / "backup"


@pytest.mark.parametrize("source", ["sqlite", "postgres"])
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
async def test_that_every_row_comes_back_on_either_engine(make: Make, tmp_path: Path, source: str, target: str) -> None:
    one, other = make(source), make(target)
    await filled(one)
    before = await everything(one)
    folder = await backed_up(one, tmp_path)
    verify(folder, read_manifest(folder))
    place = place_of(other, tmp_path)
    await with_keys(place)
    await db_restore.restore(place, folder, None)
    after = await everything(other)
    told = after["ledger"].pop()
    assert "'restore'" in told
    assert after == before
    assert place.checkpoints.read_text() == CHECKPOINT
    assert await other.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]


async def test_that_a_place_that_is_not_empty_is_left_as_it_is(make: Make, tmp_path: Path) -> None:
    for name in ("sqlite", "postgres"):
        engine = make(name)
        await filled(engine)
        before = await everything(engine)
        (tmp_path / name).mkdir()
        folder = await backed_up(engine, tmp_path / name)
        place = place_of(engine, tmp_path)
        await with_keys(place)
        with pytest.raises(Invalid, match="empty place"):
            await db_restore.restore(place, folder, None)
        assert await everything(engine) == before


async def test_that_what_broke_off_serves_nobody_and_is_done_again(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sqlite", "postgres"):
        (tmp_path / name).mkdir()
        one, other = make("sqlite"), make(name)
        await filled(one)
        folder, place = await backed_up(one, tmp_path / name), place_of(other, tmp_path / name)
        await with_keys(place)
        for step in ("load", "erase_again"):
            with monkeypatch.context() as killed:
                killed.setattr(db_restore, step, broke_off)
                with pytest.raises(SystemError):
                    await db_restore.restore(place, folder, None)
            with pytest.raises(StoreFault, match="gehoor db restore"):
                await served(place)
        await db_restore.restore(place, folder, None)
        await served(place)
        assert len((await everything(other))["fact"]) == len((await everything(one))["fact"])


async def served(place: Place) -> None:
    """Opens the store as a server does when it starts."""
    if not place.url:
        await SqliteFile(place.file).close()
        return
    connection = await asyncpg.connect(place.url)
    try:
        await prepare(connection, place.shown)
    finally:
        await connection.close()


async def broke_off(*_: object) -> Awaitable[None]:
    raise SystemError


async def test_that_a_backup_that_is_not_whole_is_refused(make: Make, tmp_path: Path) -> None:
    engine = make("sqlite")
    await filled(engine)
    folder = await backed_up(engine, tmp_path)
    manifest = read_manifest(folder)
    for file in (*(folder / f"{name}.rows" for name in manifest.tables), folder / CHECKPOINTS):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if whole else b"x")
        with pytest.raises(Invalid, match=file.name):
            verify(folder, manifest)
        file.unlink()
        with pytest.raises(Invalid, match=file.name):
            verify(folder, manifest)
        file.write_bytes(whole)
    told = json.loads((folder / MANIFEST).read_text())
    for wrong, match in (({**told, "format": 2}, "another format"), ({**told, "revision": "9999"}, "newer Gehoor")):
        (folder / MANIFEST).write_text(json.dumps(wrong))
        with pytest.raises(Invalid, match=match):
            restoring.check_known(read_manifest(folder))
    (folder / MANIFEST).unlink()
    with pytest.raises(Invalid, match="no backup here"):
        read_manifest(folder)


async def test_that_a_backup_never_overwrites_one_and_is_for_its_owner(make: Make, tmp_path: Path) -> None:
    engine = make("sqlite")
    await filled(engine)
    folder = await backed_up(engine, tmp_path)
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(Invalid, match="new folder"):
        await backed_up(engine, tmp_path)


async def test_that_without_the_keys_nothing_is_put_back(make: Make, tmp_path: Path) -> None:
    engine = make("sqlite")
    await filled(engine)
    folder = await backed_up(engine, tmp_path)
    place = place_of(make("sqlite"), tmp_path)
    with pytest.raises(Invalid, match="keys are not here"):
        await db_restore.restore(place, folder, None)
    assert not place.file.exists()


async def test_that_a_backup_of_an_older_schema_is_migrated(make: Make, tmp_path: Path) -> None:
    engine = make("sqlite")
    await filled(engine)
    folder = await backed_up(engine, tmp_path)
    old = tmp_path / "old.db"
    upgrade_sqlite(old, "0002")
    known = await SqliteSession(old).tables()
    told = json.loads((folder / MANIFEST).read_text())
    tables = {name: table for name, table in told["tables"].items() if name in known}
    (folder / MANIFEST).write_text(json.dumps({**told, "revision": "0002", "tables": tables}))
    other = make("sqlite")
    place = place_of(other, tmp_path)
    await with_keys(place)
    await db_restore.restore(place, folder, None)
    assert await other.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert isinstance(other.where, Path)
    await SqliteFile(other.where).close()


async def test_that_an_older_copy_of_the_keys_and_of_their_ledger_erases_again(make: Make, tmp_path: Path) -> None:
    engine, other = make("sqlite"), make("sqlite")
    await filled(engine)
    folder, place = await backed_up(engine, tmp_path), place_of(other, tmp_path)
    await with_keys(place)

    async def on_keys(work: Callable[[Keys], Awaitable[None]]) -> None:
        keys = place.open_keys()
        assert keys is not None
        await work(keys)
        await keys.close()

    async def born(keys: Keys) -> None:
        keys.create("01JD0000000000000000000001")
        await keys.settle()

    async def gone(keys: Keys) -> None:
        await keys.destroy("01JD0000000000000000000001", Instant(NOW))

    async def holds_none(keys: Keys) -> None:
        assert await keys.without(["01JD0000000000000000000001"]) == {"01JD0000000000000000000001"}

    await on_keys(born)
    older = (place.keys / "keys.db").read_bytes()
    await on_keys(gone)
    elsewhere = tmp_path / "shipped.jsonl"
    assert await asyncio.to_thread(db.erasures, place, elsewhere) == 0
    (place.keys / "erasures.jsonl").unlink()
    (place.keys / "keys.db").write_bytes(older)
    _, again = await db_restore.restore(place, folder, elsewhere)
    assert again == 1
    await on_keys(holds_none)
