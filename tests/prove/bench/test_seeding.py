"""Copies of a stored conversation are whole: chained, sealed under keys of their own, and read as the first one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores.codec import encode
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.core.evidence.chain import chain
from gehoor.core.ids import ConversationId
from gehoor.ports.store import Store
from gehoor.prove.bench.kit import Place
from gehoor.prove.bench.seeding import APART, copied_id, multiply
from gehoor.prove.bench.seeding_postgres import multiply_on_postgres
from tests.contracts.conversations import ONE, Talk, asked, started, wrote

pytestmark = pytest.mark.anyio
COPIES = 5


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A store with one conversation and five copies of it."""
    place = Place(tmp_path, request.getfixturevalue("postgres") if request.param == "postgres" else "")
    for file in (place.file, place.keys):
        file.parent.mkdir()
    keys = FileKeys(place.keys, place.keys.with_name("master.key"))
    store = opened(place)
    keys.create(ONE)
    await keys.settle()
    words = (keys.seal(ONE, "text:1", "Mijn naam is Voorbeeld."), keys.seal(ONE, "masked:1", "Mijn naam is [naam]."))
    await Talk(store).add(started(), wrote(), asked(), words=(words,))
    await store.close()
    await keys.close()
    await copied(place, COPIES)
    return place


async def copied(place: Place, count: int, first: int = 1, of: str = "") -> None:
    if place.database:
        await multiply_on_postgres(place, count, first=first, of=of)
    else:
        multiply(place, count, first=first, of=of)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    """The store, opened again."""
    made = opened(place)
    yield made
    await made.close()


def opened(place: Place) -> Store:
    return PostgresStore(PostgresDatabase(place.database)) if place.database else SqliteStore(SqliteFile(place.file))


async def test_that_every_copy_has_the_facts_and_the_chain(store: Store) -> None:
    ids = await store.all_ids()
    first = await store.load(ONE)
    assert ids == [*(copied_id(number) for number in range(1, COPIES + 1)), ONE]
    assert first is not None
    for id in ids:
        loaded = await store.load(id)
        assert loaded == first
        assert loaded.head == chain(encode(fact) for fact in loaded.facts)


async def test_that_more_copies_of_whichever_conversation_go_on_after_those_that_are_there(place: Place) -> None:
    await copied(place, 2, first=COPIES + 1, of=copied_id(COPIES))
    store = opened(place)
    ids = await store.all_ids()
    assert ids == [*(copied_id(number) for number in range(1, COPIES + 3)), ONE]
    views = [await store.view(id) for id in ids[COPIES - 1 : COPIES + 2]]
    (of_one, *of_two) = [view.first_requested_at for view in views if view is not None]
    assert of_one is not None
    assert of_two == [of_one - APART, of_one]
    await store.close()


async def test_that_every_copy_has_its_view_at_a_time_of_its_own(store: Store) -> None:
    asked_at = [view.first_requested_at for view in await store.open_views()]
    last = asked_at[-1]
    assert last is not None
    assert asked_at == [*(last - (COPIES - number) * APART for number in range(1, COPIES + 1)), last]


async def test_that_the_words_of_a_copy_open_with_its_own_key_alone(store: Store, place: Place) -> None:
    keys = FileKeys(place.keys, place.keys.with_name("master.key"))
    sealed = set()
    for number in range(1, COPIES + 1):
        id = ConversationId(copied_id(number))
        (words,) = await store.words(id)
        assert keys.open(id, "text:1", words.text) == "Mijn naam is Voorbeeld."
        assert words.masked is not None
        assert keys.open(id, "masked:1", words.masked) == "Mijn naam is [naam]."
        sealed.add(words.text)
    assert len(sealed) == COPIES
    await keys.close()
