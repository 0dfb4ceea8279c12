"""What the store on SQLite promises beyond the contract of every store."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_people import SqlitePeople
from gehoor.core.errors import StoreAway, StoreFault
from gehoor.core.ids import ConversationId, PersonId
from gehoor.core.time import SECOND
from gehoor.ports.people import Identifier
from tests.contracts.conversations import NOW, ONE, TWO, Talk, asked, started, wrote

pytestmark = pytest.mark.anyio

TEXT = "Mijn buurvrouw Ödsson heeft geen verwarming"

WAITING = """
import asyncio, sys
from pathlib import Path
from gehoor.adapters.stores.sqlite_file import SqliteFile
file = SqliteFile(Path(sys.argv[1]))
print("holds", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gehoor.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(SqliteFile(path))
    yield made
    await made.close()


def look(path: Path) -> closing[sqlite3.Connection]:
    """A connection of somebody else."""
    return closing(sqlite3.connect(path, isolation_level=None))


def one(connection: sqlite3.Connection, statement: str) -> object:
    return connection.execute(statement).fetchone()[0]


# -- the file --------------------------------------------------------------------------------------------------------


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that works on the database."""
    command = [sys.executable, "-c", WAITING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        yield process
        process.kill()


def test_that_a_second_process_is_refused_by_name_until_the_first_is_gone(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(StoreFault) as told:
        SqliteFile(path)
    assert str(path) in told.value.sentence
    assert f"({holder.pid})" in told.value.sentence
    assert "stop that one" in told.value.sentence
    holder.kill()
    holder.wait()
    asyncio.run(SqliteFile(path).close())


async def test_that_closing_lets_the_next_one_in(path: Path) -> None:
    for _ in range(2):
        file = SqliteFile(path)
        with pytest.raises(StoreFault, match="Another process"):
            SqliteFile(path)
        await file.close()


async def test_that_what_is_acknowledged_survives_a_kill(path: Path) -> None:
    program = """
import asyncio, os, signal, sys
from pathlib import Path
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from tests.contracts.conversations import Talk, started, wrote
async def main():
    talk = Talk(SqliteStore(SqliteFile(Path(sys.argv[1]))))
    await talk.add(started(), wrote(), words=((b"one", None), (b"two", None)))
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    command = [sys.executable, "-c", program, str(path)]
    await asyncio.to_thread(subprocess.run, command, check=False, cwd=Path(__file__).parents[2])
    store = SqliteStore(SqliteFile(path))
    loaded = await store.load(ONE)
    assert loaded is not None
    assert len(loaded.facts) == len(await store.words(ONE)) == 2
    await store.close()


async def test_that_every_commit_is_synced_and_readers_cannot_write(store: SqliteStore) -> None:
    file = store._file
    for pragma, value in (("synchronous", 2), ("journal_mode", "wal"), ("user_version", 2)):
        assert await file.write(partial(one, statement=f"PRAGMA {pragma}")) == value
    assert await file.read(lambda reader: one(reader, "PRAGMA query_only")) == 1
    with pytest.raises(StoreFault):
        await file.read(lambda reader: reader.execute("DELETE FROM job").fetchall())


async def test_that_a_read_does_not_wait_for_a_write(store: SqliteStore) -> None:
    await Talk(store).add(started())
    inside, go_on = threading.Event(), threading.Event()

    def slow(_: sqlite3.Connection) -> None:
        inside.set()
        go_on.wait(10)

    writing = asyncio.create_task(store._file.write(slow))
    await asyncio.to_thread(inside.wait, 10)
    async with asyncio.timeout(5):
        assert await store.view(ONE) is not None
    go_on.set()
    await writing


async def test_that_the_files_are_for_their_owner_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        store = SqliteStore(SqliteFile(path))
        await Talk(store).add(started())
    finally:
        os.umask(old)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files_beside(path)}
    assert set(modes) == {"gehoor.db", "gehoor.db-wal", "gehoor.db-shm", "gehoor.db.lock"}
    assert set(modes.values()) == {0o600}
    await store.close()


def files_beside(path: Path) -> list[Path]:
    return list(path.parent.iterdir())


async def test_that_opening_again_finds_everything(path: Path) -> None:
    store = SqliteStore(SqliteFile(path))
    talk = Talk(store)
    append = await talk.add(started(), asked(), words=((b"a", None), (b"b", b"c")))
    entry = await store.add_to_ledger(NOW, "policy", "{}")
    await store.close()
    talk.store = again = SqliteStore(SqliteFile(path))
    loaded = await again.load(ONE)
    assert loaded is not None
    assert (loaded.facts, loaded.head) == (append.facts, talk.head)
    assert await again.open_views() == [append.view]
    assert len(await again.words(ONE)) == 2
    assert await again.ledger() == [entry]
    await talk.add(wrote())
    assert (await again.add_to_ledger(NOW, "policy", "{}")).number == 2
    await again.close()


async def test_that_the_raw_files_hold_no_text(path: Path) -> None:
    store, keys = SqliteStore(SqliteFile(path)), MemoryKeys()
    people = SqlitePeople(store._file)
    keys.create(ONE)
    words = ((keys.seal(ONE, "text:1", TEXT), keys.seal(ONE, "masked:1", TEXT)),)
    await Talk(store).add(started(), words=words)
    mail = keys.seal(ONE, "email", "oedsson@voorbeeld.example")
    identifier = Identifier("email", mail, keys.blind_index("email", "oedsson@voorbeeld.example"), "none", NOW)
    await people.put_identifier(PersonId("p"), identifier)
    for _ in range(2):
        files = b"".join(file.read_bytes() for file in files_beside(path))
        assert words[0][0] in files
        assert mail in files
        assert not any(part in files for part in (TEXT.encode(), b"buurvrouw", b"dsson"))
        await store.close()


# -- what cannot be used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 300, b"x"])
def test_that_a_file_that_is_no_database_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreFault, match=r"gehoor\.db"):
        SqliteFile(path)
    assert path.read_bytes() == content


def test_that_a_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    with look(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    content = path.read_bytes()
    with pytest.raises(StoreFault, match="another program"):
        SqliteFile(path)
    assert path.read_bytes() == content


def spoil(path: Path) -> None:
    """Leaves the first half of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))


async def test_that_a_damaged_database_says_so_and_takes_nothing_any_more(path: Path) -> None:
    store = SqliteStore(SqliteFile(path))
    for number in range(60):
        await Talk(store, ConversationId(f"c{number}")).add(started(), words=((b"x" * 4000, None),))
    await store.close()
    spoil(path)
    store = SqliteStore(SqliteFile(path))
    with pytest.raises(StoreFault, match="damaged"):
        await store._all("SELECT * FROM words")
    with pytest.raises(StoreFault, match="damaged"):
        await store.commit([Talk(store).append(started())])
    await store.close()


async def test_that_a_full_disk_writes_nothing_and_says_so(store: SqliteStore) -> None:
    talk = Talk(store)
    await talk.add(started())
    pages = await store._file.read(lambda reader: one(reader, "PRAGMA page_count"))
    await store._file.write(lambda writer: one(writer, f"PRAGMA max_page_count = {pages}"))
    append = talk.append(wrote(), words=((b"x" * 100_000, None),))
    with pytest.raises(StoreAway, match="disk is full"):
        await store.commit([append])
    await store._file.write(lambda writer: one(writer, "PRAGMA max_page_count = 100000"))
    loaded = await store.load(ONE)
    assert loaded is not None
    assert loaded.head == talk.head
    await store.commit([append])


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="nowhere"):
        SqliteFile(tmp_path / "nowhere" / "gehoor.db")
    (tmp_path / "gehoor.db").mkdir()
    with pytest.raises(StoreFault, match=r"gehoor\.db"):
        SqliteFile(tmp_path / "gehoor.db")


def test_that_a_folder_that_may_not_be_written_to_is_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        was = os.geteuid()
        if was == 0:  # root may write anywhere
            os.seteuid(65534)
        try:
            with pytest.raises(StoreFault, match="cannot be written to"):
                SqliteFile(Path(folder) / "gehoor.db")
        finally:
            os.seteuid(was)
            Path(folder).chmod(0o755)


def test_that_a_start_that_failed_holds_no_lock(path: Path) -> None:
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreFault):
        SqliteFile(path)
    path.write_bytes(b"")
    asyncio.run(SqliteFile(path).close())


# -- the schema ------------------------------------------------------------------------------------------------------


def test_that_starting_imports_neither_sqlalchemy_nor_alembic(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gehoor.adapters.stores.sqlite import SqliteStore; "
        "from gehoor.adapters.stores.sqlite_file import SqliteFile; SqliteStore(SqliteFile(Path(sys.argv[1]))); "
        "sys.exit(not {'sqlalchemy', 'alembic'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 0


@pytest.mark.parametrize("table", ["fact", "ledger"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET at = 0", "DELETE FROM {}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"]
)
async def test_that_facts_and_the_ledger_are_append_only(
    store: SqliteStore, path: Path, table: str, change: str
) -> None:
    await Talk(store).add(started())
    await store.add_to_ledger(NOW, "policy", "{}")
    before = (await store.load(ONE), await store.ledger())
    with look(path) as other:
        other.execute("PRAGMA recursive_triggers = ON")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(change.format(table))
    assert (await store.load(ONE), await store.ledger()) == before


async def test_that_open_views_and_due_jobs_are_found_by_index(store: SqliteStore, path: Path) -> None:
    await Talk(store).add(started())
    asked_for: list[str] = []
    await store._file.read(lambda reader: reader.set_trace_callback(asked_for.append))
    await store.open_views()
    await store._file.write(lambda writer: writer.set_trace_callback(asked_for.append))
    await store.claim(NOW, SECOND, 5)
    plans: list[str] = []
    with look(path) as other:
        for statement in asked_for:
            if statement.startswith(("SELECT", "UPDATE")):
                rows = other.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
                plans.append(" ".join(str(row[3]) for row in rows))
    assert "conversation_open" in plans[0]
    assert any("job_run_at" in plan for plan in plans[1:])


# -- speed -----------------------------------------------------------------------------------------------------------


@pytest.mark.bench
async def test_that_a_batch_beside_a_busy_loop_takes_few_turns_of_the_lock(store: SqliteStore) -> None:
    talks = [Talk(store, ConversationId(f"{number:026d}")) for number in range(50)]
    heads = await store.commit([talk.append(started()) for talk in talks])
    for talk, head in zip(talks, heads, strict=True):
        talk.took(talk.append(started()), head)
    batch = [talk.append(wrote(), words=((b"s" * 100, None),)) for talk in talks]
    done = False

    def busy() -> None:
        while not done:
            sum(range(1000))

    thread = threading.Thread(target=busy)
    thread.start()
    begun = time.perf_counter()
    await store.commit(batch)
    took, done = time.perf_counter() - begun, True
    thread.join()
    assert took < 1.0, "row by row it took longer than this on a machine at rest"


async def test_that_two_conversations_in_one_batch_are_one_commit(store: SqliteStore) -> None:
    statements: list[str] = []
    await store._file.write(lambda writer: writer.set_trace_callback(statements.append))
    statements.clear()
    await store.commit([Talk(store).append(started()), Talk(store, TWO).append(started())])
    assert [text for text in statements if text.startswith(("BEGIN", "COMMIT"))] == ["BEGIN IMMEDIATE", "COMMIT"]
