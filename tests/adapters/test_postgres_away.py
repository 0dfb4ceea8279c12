"""A database that is killed, stopped or cut off under a commit: nothing is written twice or lost, and nobody is told
what nobody knows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from gehoor.adapters.stores import postgres_database, postgres_writer
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.postgres_setup import postgres_schema
from gehoor.core.errors import Conflict, StoreAway
from gehoor.core.ids import ConversationId
from gehoor.ports.store import Loaded
from tests.contracts.conversations import ONE, TWO, Talk, started, wrote
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One of our own, with fsync, which may be killed."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
async def store(server: PostgresServer) -> AsyncIterator[PostgresStore]:
    url = server.database()
    server.sql(postgres_schema(), url)
    made = PostgresStore(PostgresDatabase(url))
    yield made
    await made.close()


async def loaded(store: PostgresStore, id: ConversationId) -> Loaded | None:
    """A conversation, as soon as the database tells."""
    for _ in range(400):
        with contextlib.suppress(StoreAway):
            return await store.load(id)
        await asyncio.sleep(0.1)
    raise AssertionError("the database did not come back")


async def seqs(store: PostgresStore, id: ConversationId) -> list[int]:
    """Of the facts of a conversation."""
    one = await loaded(store, id)
    return [] if one is None else [fact.seq for fact in one.facts]


async def commit_until(store: PostgresStore, talk: Talk, stop: asyncio.Event) -> int:
    """Commits one message after another; what was not acknowledged is sent again over what is stored, as the recorder
    does it. Returns how many were acknowledged."""
    acknowledged = 0
    while not stop.is_set():
        try:
            await talk.add(wrote(f"m{acknowledged}"))
            acknowledged += 1
        except StoreAway as away:
            await asyncio.sleep(0.05)
            if away.data.get("unknown"):
                there = await loaded(store, talk.id)
                assert there is not None
                acknowledged += len(there.facts) - len(talk.facts)
                talk.facts, talk.head = there.facts, there.head
    return acknowledged


async def test_that_kill_9_under_commits_loses_nothing_and_doubles_nothing(
    server: PostgresServer, store: PostgresStore
) -> None:
    talks = [Talk(store, ConversationId(f"c{number:02}")) for number in range(8)]
    for talk in talks:
        await talk.add(started())
    stop = asyncio.Event()
    working = [asyncio.create_task(commit_until(store, talk, stop)) for talk in talks]
    for _ in range(2):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(0.5)
    stop.set()
    counts = await asyncio.gather(*working)
    assert min(counts) > 0
    for talk, count in zip(talks, counts, strict=True):
        assert await seqs(store, talk.id) == list(range(1, count + 2)), "each once, in order, and no other"


class Wire:
    """The network between the store and the database, which may break.

    ``lose``: the next answer of the database is lost with its connection. ``cut``: the next request arrives, and its
    connection breaks before there is an answer. ``refuse``: nothing arrives.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self.breaks = ""
        self._joined: set[asyncio.Task[None]] = set()

    async def open(self) -> asyncio.Server:
        def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._joined.add(asyncio.create_task(self._join(reader, writer)))

        return await asyncio.start_server(join, "127.0.0.1", 0)

    async def close(self) -> None:
        for one in self._joined:
            one.cancel()
        await asyncio.gather(*self._joined, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        there = asyncio.create_task(self._there(reader, far_writer, writer))
        try:
            while answer := await far_reader.read(65536):
                if self.breaks == "lose":
                    self.breaks = ""
                    return
                writer.write(answer)
        finally:
            there.cancel()
            for one in (writer, far_writer):
                one.close()

    async def _there(self, reader: asyncio.StreamReader, far: asyncio.StreamWriter, near: asyncio.StreamWriter) -> None:
        while request := await reader.read(65536):
            if self.breaks != "refuse":
                far.write(request)
            if self.breaks in ("cut", "refuse"):
                self.breaks = ""
                near.close()
                return
        far.close()


@pytest.fixture
async def wire(server: PostgresServer) -> AsyncIterator[tuple[Wire, PostgresStore, str]]:
    """A store that reaches its database over such a network."""
    url = server.database()
    server.sql(postgres_schema(), url)
    wire = Wire(server.port)
    listening = await wire.open()
    port = listening.sockets[0].getsockname()[1]
    store = PostgresStore(PostgresDatabase(url.replace(f":{server.port}/", f":{port}/")))
    yield wire, store, url
    await store.close()
    listening.close()
    await wire.close()


async def test_that_a_commit_whose_answer_is_lost_is_found_and_acknowledged_once(
    wire: tuple[Wire, PostgresStore, str],
) -> None:
    network, store, _ = wire
    talk = Talk(store)
    await talk.add(started())
    for number in range(3):
        network.breaks = "lose"
        await talk.add(wrote(f"m{number}"))
        # A new connection first asks how the statement is to be understood. The answer to a commit must be lost.
        await talk.add(wrote(f"n{number}"))
    assert await seqs(store, ONE) == [1, 2, 3, 4, 5, 6, 7]


async def test_that_a_commit_that_did_not_arrive_is_told_and_can_be_done_again(
    wire: tuple[Wire, PostgresStore, str],
) -> None:
    network, store, _ = wire
    talk = Talk(store)
    await talk.add(started())
    network.breaks = "refuse"
    append = talk.append(wrote())
    with pytest.raises(StoreAway) as away:
        await store.commit([append])
    assert "unknown" not in away.value.data
    await asyncio.sleep(0.3)
    assert await seqs(store, ONE) == [1]
    talk.took(append, (await store.commit([append]))[0])
    assert await seqs(store, ONE) == [1, 2]


async def test_that_a_commit_still_under_way_is_ended_before_it_counts_as_not_written(
    wire: tuple[Wire, PostgresStore, str],
) -> None:
    network, store, url = wire
    talk, other = Talk(store), Talk(store, TWO)
    await talk.add(started())
    await other.add(started())
    blocker = await asyncpg.connect(url)
    holding = blocker.transaction()
    await holding.start()
    await blocker.execute("SELECT FROM conversation WHERE id = $1 FOR UPDATE", ONE)
    network.breaks = "cut"
    with pytest.raises(StoreAway) as away:
        await talk.add(wrote())  # waits at the database for the row, and loses its connection
    assert "unknown" not in away.value.data, "it is known: it was not written, and it never will be"
    await holding.rollback()
    await blocker.close()
    await asyncio.sleep(0.3)
    assert await seqs(store, ONE) == [1]
    await talk.add(wrote())
    assert await seqs(store, ONE) == [1, 2]


async def test_that_a_database_that_stands_still_is_not_waited_for_for_ever(
    server: PostgresServer, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_writer, "WRITE_S", 0.3)
    monkeypatch.setattr(postgres_writer, "FIND_OUT_S", 0.5)
    monkeypatch.setattr(postgres_database, "CONNECT_S", 0.3)
    talk = Talk(store)
    await talk.add(started())
    append = talk.append(wrote())
    server.pause()
    try:
        with pytest.raises(StoreAway) as away:
            await store.commit([append])
    finally:
        server.resume()
    assert away.value.data["unknown"] is True
    assert away.value.data["retry_after_s"]
    there = await seqs(store, ONE)
    if there == [1]:
        await asyncio.sleep(1)
        there = await seqs(store, ONE)
    if there == [1, 2]:  # it was carried out after all; who tries it again is told that somebody wrote
        with pytest.raises(Conflict):
            await store.commit([append])
    else:
        await store.commit([append])
    assert await seqs(store, ONE) == [1, 2]


async def test_that_a_conflict_names_every_conversation_that_somebody_else_wrote_to(store: PostgresStore) -> None:
    talks = [Talk(store, ConversationId(name)) for name in ("a", "b", "c", "d")]
    for talk in talks:
        await talk.add(started())
    stale = [talk.append(wrote("lost")) for talk in talks]
    for talk in (talks[1], talks[3]):
        await talk.add(wrote("won"))
    with pytest.raises(Conflict) as conflict:
        await store.commit(stale)
    assert conflict.value.data["conversations"] == ("b", "d")
    assert await seqs(store, ConversationId("a")) == [1]
