"""A file with a damaged page is named, and the conversations on its other pages are looked at all the same."""

from pathlib import Path

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.core.consequences import StartTimer
from gehoor.core.conversation.model import Timer
from gehoor.core.ids import ConversationId
from gehoor.prove.stored import check_stored
from tests.contracts.conversations import Talk, at, started
from tests.engines import Engine

pytestmark = pytest.mark.anyio

PAGE = 4096
LEAF = 0x0A
"""The first byte of a page that holds nothing but rows."""
DAMAGED = "The database is damaged. Keep a copy of the file and put a backup back. File: {}"


async def test_that_a_damaged_page_is_named_and_stops_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "gehoor.db"
    engine, keys = Engine(path), MemoryKeys()
    store = engine.store()
    ids = [ConversationId(f"01JD{number:022d}") for number in range(30)]
    for id in ids:
        keys.create(id)
        words = ((b"sealed-" + id.encode() + b"x" * 3000, None),)
        await Talk(store, id).add(started(), effects=(StartTimer(Timer.IDLE, at(60)),), words=words)
    await store.close()
    content = path.read_bytes()
    places = {id: content.index(b"sealed-" + id.encode()) // PAGE * PAGE for id in ids}
    lost, start = next((id, start) for id, start in places.items() if content[start] == LEAF and id > ids[5])
    path.write_bytes(content[:start] + b"\xff" * PAGE + content[start + PAGE :])
    async with engine.session() as session:
        done = await check_stored(session, keys)
    assert done.conversations == len(ids)
    assert "the files" in {one.where for one in done.found}
    named = {one.where for one in done.found} - {"the files"}
    assert lost in named
    assert len(named) < len(ids) / 2
    assert {one.sentence for one in done.found if one.where in named} == {DAMAGED.format(path)}
