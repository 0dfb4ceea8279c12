"""Two real processes that write to the same conversations at the same moments, while their doorbells are cut."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from gehoor.adapters.organisation import read_organisation
from gehoor.adapters.stores.postgres import PostgresStore
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Window
from gehoor.core.guarantee import windows as rules
from gehoor.core.ids import ConversationId
from gehoor.core.time import instant
from gehoor.texts.read import sentences, version
from tests.journeys.processes import Customer, clean, servers
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gehoor doorbell'"


@pytest.fixture
def two(tmp_path: Path, postgres: str) -> Iterator[list[Server]]:
    with servers(tmp_path, postgres) as running:
        yield running


@dataclass(slots=True)
class Talk:
    """One conversation that is written to from two processes at once, and listened to at one of them."""

    customer: Customer
    there: Customer
    written: dict[str, int] = field(default_factory=dict)
    shown: list[tuple[int, str]] = field(default_factory=list)

    async def write(self, number: int, repeat: bool) -> None:
        """One message, to one of the two; the same again, to both at once, when ``repeat``."""
        text, client_id = f"woord {number}", str(uuid.uuid4())
        wishes = [one.writes(text, client_id) for one in (self.customer, self.there)]
        if not repeat:
            wishes.pop(number % 2).close()
        found = {await wish for wish in map(asyncio.ensure_future, wishes)}
        assert len(found) == 1, f"two places for one message: {found}"
        self.written[text] = found.pop()

    async def listen(self, most: int) -> None:
        """Everything that the page shows, until all of it came."""
        after = 0
        while len(self.shown) < most:
            try:
                path = f"{self.customer.path}/stream?after={after}"
                async with self.customer.stream(path, **self.customer.headers) as page:
                    while len(self.shown) < most:
                        told = await page.next("fact")
                        after = told["seq"]
                        if str(told.get("text", "")).startswith("woord"):
                            self.shown.append((told["seq"], told["text"]))
            except httpx.HTTPError:
                await asyncio.sleep(0.1)


async def write_at_once(two: list[Server], url: str, talks: int, messages: int, cuts: int) -> int:
    """Returns how many messages were acknowledged, all of which are stored and shown once, in order."""
    limits = httpx.Limits(max_connections=2 * talks + 8)
    async with (
        httpx.AsyncClient(timeout=30, limits=limits) as one,
        httpx.AsyncClient(timeout=30, limits=limits) as other,
    ):
        begun = []
        for _ in range(talks):
            customer, there = await Customer(one, two[0]).begins(), Customer(other, two[1])
            there.id, there.headers = customer.id, customer.headers
            begun.append(Talk(customer, there))

        async def all_of(talk: Talk) -> None:
            listening = asyncio.create_task(talk.listen(messages))
            for start in range(0, messages, 4):
                some = range(start, min(start + 4, messages))
                await asyncio.gather(*(talk.write(number, repeat=number % 5 == 0) for number in some))
            await asyncio.wait_for(listening, 60)

        async def cut() -> None:
            database = PostgresDatabase(url)
            for _ in range(cuts):
                await asyncio.sleep(0.5)
                await database.all(CUT)
            await database.close()

        await asyncio.gather(cut(), *map(all_of, begun))
    await look_at(url, begun)
    return sum(len(talk.written) for talk in begun)


async def look_at(url: str, talks: list[Talk]) -> None:
    store = PostgresStore(PostgresDatabase(url))
    for talk in talks:
        loaded = await store.load(ConversationId(talk.customer.id))
        assert loaded is not None
        assert [fact.seq for fact in loaded.facts] == list(range(1, len(loaded.facts) + 1))
        received = [fact.seq for fact in loaded.facts if isinstance(fact.event, e.MessageReceived)]
        assert sorted(talk.written.values()) == received, "lost or doubled"
        assert talk.shown == sorted((seq, text) for text, seq in talk.written.items()), "shown otherwise than stored"
    await store.close()


async def test_that_two_processes_that_write_at_once_lose_and_double_nothing(two: list[Server], postgres: str) -> None:
    assert await write_at_once(two, postgres, talks=5, messages=40, cuts=1) == 200
    await clean(two[1])


@pytest.mark.soak
async def test_that_two_processes_write_at_once_for_long(
    two: list[Server], postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    count = await write_at_once(two, postgres, talks=20, messages=100, cuts=10)
    await clean(two[1])
    with capsys.disabled():
        print(f"\n{count:,} messages by two processes to 20 conversations: lost 0, doubled 0, gaps 0")


@pytest.mark.soak
async def test_that_five_hundred_choose_one_window_at_two_processes(two: list[Server], postgres: str) -> None:
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=40)) as client:
        customers = [await Customer(client, two[number % 2]).begins() for number in range(500)]
        for customer in customers:
            await customer.wants_a_person()
        answer = await client.get(f"{two[0].url}{customers[0].path}/choices", headers=customers[0].headers)
        start = answer.json()["windows"][-1]["start"]

        async def choose(customer: Customer) -> int:
            wish = {"client_id": str(uuid.uuid4()), "preference": "callback", "phone": "0612345678", "window": start}
            path = f"{customer.base}{customer.path}/promise"
            return (await client.post(path, json=wish, headers=customer.headers)).status_code

        told = Counter(await asyncio.gather(*map(choose, customers)))
    store = PostgresStore(PostgresDatabase(postgres))
    booked = [
        view for view in await store.booked_views() if view.window_start == instant(datetime.fromisoformat(start))
    ]
    await store.close()
    spoken = sentences()
    file = Path(two[0].environment["GEHOOR_ORGANISATION"])
    policy = read_organisation(file, spoken, version(spoken), datetime.now(UTC).date()).policy
    first = booked[0]
    assert first.window_start is not None
    assert first.due_at is not None
    capacity = rules.capacity(policy, Window(first.window_start, first.due_at))
    assert len(booked) == capacity
    assert told == {201: capacity, 409: 500 - capacity}
    await clean(two[1])
