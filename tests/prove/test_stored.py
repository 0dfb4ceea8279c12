"""A damaged page and damaged words are named, and everything else is looked at all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.core.consequences import StartTimer
from gehoor.core.conversation.model import Timer
from gehoor.core.errors import StoreFault
from gehoor.core.ids import ConversationId
from gehoor.ports.keys import Keys
from gehoor.prove.stored import KEYS, WORDS, Checked, check_stored
from tests.contracts.conversations import NOW, Talk, at, started, wrote
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
    sealed: dict[ConversationId, bytes] = {}
    for id in ids:
        keys.create(id)
        sealed[id] = keys.seal(id, "text:1", "x" * 3000)
        await Talk(store, id).add(started(), effects=(StartTimer(Timer.IDLE, at(60)),), words=((sealed[id], None),))
    await store.close()
    content = path.read_bytes()
    places = {id: content.index(sealed[id][:32]) // PAGE * PAGE for id in ids}
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


IDS = [ConversationId(f"01JD{number:022d}") for number in range(12)]
SAID = ("hallo", "mijn naam is Zeldzaam")
CLOSED = "The sealed words are damaged: they cannot be opened."
OTHER = "The sealed words are not those of this fact: their digest is another one."
MASKED = "The masked copy of the words is damaged: it cannot be opened. The words themselves can."
LOST = "The words of this fact are missing."


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return Engine(tmp_path / "gehoor.db" if request.param == "sqlite" else request.getfixturevalue("postgres"))


async def said(engine: Engine, keys: Keys) -> None:
    """In each conversation two messages, sealed as the writer does it."""
    store = engine.store()
    for id in IDS:
        keys.create(id)
        talk = Talk(store, id)
        append = talk.append(
            wrote("c1"),
            wrote("c2"),
            words=tuple(
                (keys.seal(id, f"text:{seq}", text), keys.seal(id, f"masked:{seq}", "<naam>"))
                for seq, text in enumerate(SAID, 1)
            ),
        )
        facts = tuple(replace(fact, digest=keys.digest(id, SAID[fact.seq - 1])) for fact in append.facts)
        await store.commit([replace(append, facts=facts)])
    await store.close()


async def checked(engine: Engine, keys: Keys | None) -> Checked:
    async with engine.session() as session:
        return await check_stored(session, keys)


async def put(engine: Engine, column: str, id: str, seq: int, sealed: bytes) -> None:
    async with engine.session(writes=True) as session:
        await session.begin(writes=True)
        await session.change(f"UPDATE words SET {column} = $1 WHERE conversation = $2 AND seq = $3", sealed, id, seq)
        await session.commit()


async def turned(engine: Engine, column: str, id: str, seq: int) -> None:
    """One bit of it turned over."""
    ((value,),) = await engine.rows(f"SELECT {column} FROM words WHERE conversation = '{id}' AND seq = {seq}")
    assert isinstance(value, bytes)
    await put(engine, column, id, seq, value[:-1] + bytes([value[-1] ^ 1]))


async def test_that_words_which_are_not_the_ones_that_were_sealed_are_named(engine: Engine) -> None:
    keys = MemoryKeys()
    await said(engine, keys)
    clean = await checked(engine, keys)
    assert (clean.found, clean.words, clean.opened) == ([], 24, 24)
    await turned(engine, "sealed", IDS[1], 2)
    await turned(engine, "masked", IDS[2], 1)
    await turned(engine, "sealed", IDS[3], 1)
    await turned(engine, "sealed", IDS[3], 2)
    await put(engine, "sealed", IDS[4], 1, keys.seal(IDS[4], "text:1", "iets anders"))
    await put(engine, "sealed", IDS[5], 1, keys.seal(IDS[5], "text:2", SAID[0]))
    await put(engine, "sealed", IDS[6], 1, keys.seal(IDS[7], "text:1", SAID[0]))
    await engine.do(f"DELETE FROM words WHERE conversation = '{IDS[8]}' AND seq = 2")
    done = await checked(engine, keys)
    assert {(one.where, one.sentence) for one in done.found} == {
        (f"{IDS[1]} fact 2", CLOSED),
        (f"{IDS[2]} fact 1", MASKED),
        (f"{IDS[3]} fact 1, 2", CLOSED),
        (f"{IDS[4]} fact 1", OTHER),
        (f"{IDS[5]} fact 1", CLOSED),
        (f"{IDS[6]} fact 1", CLOSED),
        (f"{IDS[8]} fact 2", LOST),
    }
    assert {one.remedy for one in done.found} == {WORDS}
    assert (done.words, done.opened) == (23, 16)


async def test_that_words_of_which_the_key_was_destroyed_are_not_called_damaged(engine: Engine) -> None:
    keys = MemoryKeys()
    await said(engine, keys)
    await turned(engine, "sealed", IDS[0], 1)
    await keys.destroy(IDS[0], NOW)
    done = await checked(engine, keys)
    assert {one.where for one in done.found} == {IDS[0]}  # the house ledger does not tell this erasure
    assert (done.words, done.opened) == (24, 22)


async def test_that_it_is_told_when_words_could_not_be_looked_at(engine: Engine) -> None:
    await said(engine, MemoryKeys())
    done = await checked(engine, None)
    found = ("the keys", "The key store is not here: the sealed words could not be looked at.", KEYS)
    assert [(one.where, one.sentence, one.remedy) for one in done.found] == [found]
    assert (done.words, done.opened) == (24, 0)


async def test_that_a_damaged_key_is_told_once_and_its_words_are_not_blamed(engine: Engine) -> None:
    class OneIsDamaged(MemoryKeys):
        def digest(self, owner: str, text: str) -> str:
            if owner == IDS[2]:
                raise StoreFault("A data key is damaged.")
            return super().digest(owner, text)

    keys, hurt = MemoryKeys(), OneIsDamaged()
    await said(engine, keys)
    hurt.__dict__.update(keys.__dict__)
    done = await checked(engine, hurt)
    assert [(one.where, one.sentence, one.remedy) for one in done.found] == [(IDS[2], "A data key is damaged.", KEYS)]
    assert done.opened == 22


async def test_that_what_stands_in_the_place_of_words_and_is_no_ciphertext_is_named(tmp_path: Path) -> None:
    engine, keys = Engine(tmp_path / "gehoor.db"), MemoryKeys()
    await said(engine, keys)
    for id, value in zip(IDS, ("7", "'tekst'", "x''", "CAST(x'ff' AS TEXT)"), strict=False):
        await engine.do(f"UPDATE words SET sealed = {value} WHERE conversation = '{id}' AND seq = 1")
    done = await checked(engine, keys)
    assert [one.where for one in done.found] == [f"{id} fact 1" for id in IDS[:4]]
    assert done.opened == 20
