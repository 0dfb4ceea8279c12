"""Every projection can be made again from the facts, on both engines, after every kind of fact."""

import asyncio
from pathlib import Path

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.stores.rebuild import Rebuilt, rebuild
from gehoor.adapters.stores.stored import YOUNG
from gehoor.core.consequences import StartTimer
from gehoor.core.conversation.model import LetterKind, Timer
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant, later
from gehoor.prove.stored import REBUILD, Wrong, check_stored
from tests.contracts.conversations import NOW, TWO, Talk, asked, at, started, wrote
from tests.engines import Engine
from tests.house.test_fold_equals_stored_view import ID, STORIES, Writer

pytestmark = pytest.mark.anyio

ROWS = "SELECT * FROM conversation ORDER BY id"
GIVEN = "SELECT * FROM given ORDER BY conversation, seq"
CLOCKS = "SELECT key, conversation, argument, run_at FROM job WHERE kind = 'timer' ORDER BY key"
WRONG_HASH = "The record is not the one that was stored: its hash is another one."
SPOIL = (
    "UPDATE conversation SET phase = 'parked', danger = 2, declined = '[\"x\"]', agent = 'nobody', length = 99",
    "DELETE FROM job",
    "DELETE FROM given",
    f"INSERT INTO job VALUES ('{ID}:timer:wait', 'timer', '{ID}', 'wait', 1, 0, 0)",
)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return Engine(tmp_path / "gehoor.db" if request.param == "sqlite" else request.getfixturevalue("postgres"))


async def wrong(engine: Engine, writer: Writer) -> list[Wrong]:
    async with engine.session() as session:
        return (await check_stored(session, writer.keys)).found


async def rebuilt(engine: Engine, now: Instant = NOW) -> Rebuilt:
    async with engine.session(writes=True) as session:
        return await rebuild(session, now)


@pytest.mark.parametrize("story", STORIES)
async def test_that_every_projection_is_made_again_from_the_facts(engine: Engine, story: str) -> None:
    writer = await engine.tell(STORIES[story])
    before = [await engine.rows(sql) for sql in (ROWS, CLOCKS, GIVEN)]
    assert await wrong(engine, writer) == []
    await engine.do(*SPOIL)
    assert {one.remedy for one in await wrong(engine, writer)} == {REBUILD}
    done = await rebuilt(engine, writer.clock.now())
    assert (done.conversations, done.rows, done.left) == (1, 1, [])
    assert [await engine.rows(sql) for sql in (ROWS, CLOCKS, GIVEN)] == before
    assert await wrong(engine, writer) == []
    again = await rebuilt(engine, writer.clock.now())
    assert (again.rows, again.jobs, again.dropped) == (0, 0, 0)


async def test_that_what_must_go_out_is_made_again_while_it_is_young(engine: Engine) -> None:
    story = STORIES["a night partner is silent, the next one speaks to the customer"][:3]
    writer = await engine.tell(story)
    jobs = "SELECT key, kind, argument FROM job ORDER BY key"
    before = await engine.rows(jobs)
    assert {kind for _, kind, _ in before} >= {"partner", "timer"}
    await engine.do("DELETE FROM job")
    await rebuilt(engine, later(writer.clock.now(), YOUNG + 1))
    assert {kind for _, kind, _ in await engine.rows(jobs)} == {"timer"}
    await rebuilt(engine, writer.clock.now())
    assert await engine.rows(jobs) == before


async def test_that_a_letter_of_which_the_outcome_is_known_is_not_written_again(engine: Engine) -> None:
    story = STORIES["a promise is moved, reminded of and kept by a letter, which comes back"]
    await engine.tell(story[:8])
    await engine.do("DELETE FROM job")
    await rebuilt(engine)
    letters = [argument for (argument,) in await engine.rows("SELECT argument FROM job WHERE kind = 'mail'")]
    assert not any(str(one).startswith(LetterKind.ANSWER.value) for one in letters)
    assert letters


async def test_that_a_row_that_was_lost_comes_back_without_its_token(engine: Engine) -> None:
    writer = await engine.tell(STORIES["a person answers"])
    (before,) = await engine.rows("SELECT id, phase, seq, head, length FROM conversation")
    await engine.do("DELETE FROM conversation")
    assert [one.sentence for one in await wrong(engine, writer)] == ["The row of the conversation is missing."]
    await rebuilt(engine)
    assert await engine.rows("SELECT id, phase, seq, head, length FROM conversation") == [before]
    assert await engine.rows("SELECT token_hash FROM conversation") == [(b"",)]


async def test_that_a_conversation_that_cannot_be_read_is_named_and_stops_no_other(engine: Engine) -> None:
    writer = await engine.tell(STORIES["danger"])
    store = engine.store()
    await Talk(store, TWO).add(started(), asked())
    await store.close()
    await engine.do("UPDATE conversation SET phase = 'parked'")
    await engine.do(*without_triggers(engine, f"UPDATE fact SET body = hash WHERE conversation = '{TWO}' AND seq = 2"))
    found = [(one.where, one.sentence) for one in await wrong(engine, writer)]
    assert (f"{TWO} fact 2", "A stored fact is damaged.") in found
    assert (ID, "The stored view is not what the facts give.") in found
    done = await rebuilt(engine)
    assert [(id, reason) for id, reason in done.left] == [(TWO, WRONG_HASH)]
    assert done.rows == 1
    assert await engine.rows("SELECT id FROM conversation WHERE phase = 'parked'") == [(TWO,)]


def without_triggers(engine: Engine, statement: str) -> tuple[str, ...]:
    if isinstance(engine.where, Path):
        return "DROP TRIGGER fact_no_update", statement
    return "ALTER TABLE fact DISABLE TRIGGER ALL", statement, "ALTER TABLE fact ENABLE TRIGGER ALL"


async def test_that_servers_may_write_to_postgresql_while_everything_is_made_again(postgres: str) -> None:
    engine, keys = Engine(postgres), MemoryKeys()
    store, stop = engine.store(), asyncio.Event()

    async def writes() -> int:
        talks: list[Talk] = []
        while not stop.is_set():
            talks.append(Talk(store, ConversationId(f"01JE{len(talks):022d}")))
            await talks[-1].add(started(), asked(), effects=(StartTimer(Timer.WAIT, at(10)),))
            await talks[len(talks) // 2].add(wrote(f"c{len(talks)}"))
        return len(talks)

    writing = asyncio.create_task(writes())
    for _ in range(5):
        assert (await rebuilt(engine)).left == []
    stop.set()
    assert await writing > 5
    await store.close()
    async with engine.session() as session:
        assert (await check_stored(session, keys)).found == []
