"""How much is done for one message: calls and statements, which are the same on a busy machine as on a quiet one.

The bounds are generous: they catch a read for each message or a list made anew, not a few lines more. Times are judged
by ``make bench``.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.core.ids import ConversationId
from tests.contracts.conversations import Talk, started, wrote
from tests.world import Agent, Built, Customer

MESSAGES = 20
MOST_CALLS = 450
"""For a message, from the request to the agent's screen: 295 today."""
MOST_STATEMENTS = 15
"""For a batch, however many messages are in it; 5 today, for 64."""


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """The calls of Python functions of ours and of what we use, by module."""
    calls: Counter[str] = Counter()

    def called(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls[frame.f_code.co_filename] += 1

    sys.setprofile(called)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@pytest.mark.anyio
async def test_that_a_message_to_an_agent_takes_so_many_calls(agent: Agent, helped: Customer) -> None:
    assert agent.desk is not None
    await helped.writes("Ik heb nog een vraag over mijn huur.")
    await agent.desk.next("fact")
    with counting() as calls:
        for number in range(MESSAGES):
            await helped.writes(f"Op de website staat dat ik online kan betalen, maar waar precies? {number}")
    ours = {name: count for name, count in calls.items() if "/gehoor/" in name or "/starlette/" in name}
    assert sum(ours.values()) / MESSAGES < MOST_CALLS


@pytest.mark.anyio
async def test_that_a_message_reads_nothing_from_the_store(
    built: Built, helped: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer, the doors and the open desk know what they need."""
    await helped.writes("Ik heb nog een vraag over mijn huur.")
    await built.settle()
    read: list[str] = []
    for name in ("load", "facts", "words", "view", "token_hash", "open_views"):

        async def reads(*_: object, name: str = name) -> object:
            read.append(name)
            raise AssertionError(name)

        monkeypatch.setattr(built.store, name, reads)
    assert (await helped.writes("Waar staat dat precies?")).status_code == 201
    assert read == []


@pytest.mark.anyio
async def test_that_a_batch_takes_so_many_statements(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "gehoor.db")
    store = SqliteStore(file)
    talks = [Talk(store, name) for name in (ConversationId(f"conversation-{number}") for number in range(64))]
    begun = [talk.append(started()) for talk in talks]
    for talk, append, head in zip(talks, begun, await store.commit(begun), strict=True):
        talk.took(append, head)
    statements: list[str] = []

    def listen(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(statements.append)

    await file.write(listen)
    statements.clear()
    await store.commit([talk.append(wrote(), words=((b"sealed", None),)) for talk in talks])
    assert 0 < len(statements) < MOST_STATEMENTS
    await store.close()
