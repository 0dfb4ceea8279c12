"""What every way in which processes meet keeps to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.peers.memory import Street
from gehoor.adapters.peers.postgres import PostgresPeers
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import Instant
from gehoor.ports.feed import Passing
from gehoor.ports.peers import Attended, Heeded, HouseChanged, Leads, Missed, Peers, Rung, Said, StaffChanged, Word
from tests.world import PATIENCE_S

pytestmark = pytest.mark.anyio

ONE = ConversationId("01J00000000000000000000001")


@dataclass(slots=True)
class Process:
    """A process that runs, with everything that it heard."""

    peers: Peers
    heard: list[Word] = field(default_factory=list)
    running: asyncio.Task[None] | None = None

    async def begin(self) -> "Process":
        await self.peers.start(self.heard.append)
        self.running = asyncio.create_task(self.peers.run())
        return self

    async def hears(self, word: Word) -> None:
        await until(lambda: word in self.heard)

    async def dies(self) -> None:
        """Without a word, as far as that can be."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    async def leaves(self) -> None:
        await self.dies()
        await self.peers.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2 * PATIENCE_S):
        while not true():  # noqa: ASYNC110  a real database rings, in its own time
            await asyncio.sleep(0.01)


async def meet(process: Process, others: list[Process]) -> Process:
    """Begins, and returns when the others know of it: until then they do not ring for nobody."""
    for other in others:
        other.heard.clear()
    await process.begin()
    for other in others:
        await other.hears(StaffChanged())
    return process


Maker = Callable[[str], Awaitable[Process]]


@pytest.fixture(params=["memory", "postgres"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Maker]:
    street = Street()
    made: list[tuple[Process, PostgresDatabase | None]] = []
    url = request.getfixturevalue("postgres") if request.param == "postgres" else ""

    async def make_one(name: str) -> Process:
        database = PostgresDatabase(url) if url else None
        process = Process(PostgresPeers(database, name) if database else street.peers(name))
        met = [one for one, _ in made] if url else []
        made.append((process, database))
        return await meet(process, met)

    yield make_one
    for process, database in made:
        await process.leaves()
        if database is not None:
            await database.close()


def of_staff(process: str, **changes: Any) -> Attended:
    at = Instant(5)
    return replace(Attended(StaffId("jan"), process, 1, True, at, at, at, at), **changes)


async def test_that_the_others_hear_everything_in_order_and_who_tells_does_not(make: Maker) -> None:
    a, b, c = [await make(name) for name in "abc"]
    told: list[Word] = [
        Rung(ONE, 3, 5, open=True),
        Said("desk:jan", Passing("typing", '{"human":"é"}'.encode())),
        HouseChanged(),
        Rung(ONE, 6, 6, open=False),
        Heeded("a", (ONE,)),
    ]
    a.peers.tell(told)
    for one in (b, c):
        await one.hears(told[-1])
        assert [word for word in one.heard if word in told] == told
    assert not [word for word in a.heard if word in told]


async def test_that_more_than_fits_in_one_notice_is_heard_as_well(make: Maker) -> None:
    a, b = [await make(name) for name in "ab"]
    told = [Rung(ConversationId(f"01J{n:023d}"), 1, n, open=False) for n in range(1, 1000)]
    a.peers.tell(told)
    await b.hears(told[-1])
    assert [word for word in b.heard if isinstance(word, Rung)] == told
    ids = tuple(ConversationId(f"01J{n:023d}") for n in range(700))
    a.peers.tell((Heeded("a", ids),))
    await until(lambda: sum(len(one.conversations) for one in b.heard if isinstance(one, Heeded)) == 700)
    first, *others = [one.more for one in b.heard if isinstance(one, Heeded)]
    assert not first
    assert all(others)


async def test_that_one_leads_and_the_next_one_when_it_leaves(make: Maker) -> None:
    a, b = [await make(name) for name in "ab"]
    assert (a.peers.leads(), b.peers.leads()) == (True, False)
    await a.leaves()
    await b.hears(Leads())
    assert (a.peers.leads(), b.peers.leads()) == (False, True)


async def test_that_what_others_know_of_staff_is_found_and_ends_with_them(make: Maker) -> None:
    a, b = [await make(name) for name in "ab"]
    await a.peers.attend([of_staff("a")])
    await b.peers.attend([of_staff("b", available=False)])
    assert await a.peers.attended() == [of_staff("b", available=False)]
    assert await b.peers.attended() == [of_staff("a")]
    await a.peers.attend([of_staff("a", streams=0, alive_at=Instant(9))])
    assert await b.peers.attended() == [of_staff("a", streams=0, alive_at=Instant(9))]
    await a.leaves()
    assert await b.peers.attended() == [of_staff("a", streams=0, alive_at=Instant(9), here=False)]


async def test_that_a_lock_is_for_one_at_a_time_and_each_name_is_another(make: Maker) -> None:
    a, b = [await make(name) for name in "ab"]
    order: list[str] = []

    async def hold(process: Process, name: str) -> None:
        async with process.peers.lock("windows") as mine:
            assert mine
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")

    async with a.peers.lock("policy"):
        await asyncio.gather(hold(a, "a"), hold(b, "b"), hold(a, "c"))
    assert len(order) == 6
    assert all(order[n].split()[0] == order[n + 1].split()[0] for n in (0, 2, 4))


async def test_that_who_is_alone_leads_and_waits_for_nothing() -> None:
    peers = Alone()
    async with peers.lock("windows") as mine:
        assert mine
    assert (peers.alone, peers.leads(), await peers.attended()) == (True, True, [])


async def test_that_a_doorbell_whose_line_is_cut_is_made_again_and_asks_for_a_look(postgres: str) -> None:
    databases = [PostgresDatabase(postgres), PostgresDatabase(postgres)]
    a, b = [Process(PostgresPeers(one, name)) for one, name in zip(databases, "ab", strict=True)]
    await a.begin()
    await meet(b, [a])
    b.heard.clear()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gehoor doorbell'"
    await databases[0].all(cut)
    await b.hears(Missed())
    a.peers.tell((HouseChanged(),))
    await b.hears(HouseChanged())
    for process in (a, b):
        await process.leaves()
    for database in databases:
        await database.close()


async def test_that_a_leader_that_hangs_is_followed_by_another_and_knows_it(postgres: str) -> None:
    databases = [PostgresDatabase(postgres), PostgresDatabase(postgres)]
    a, b = [await Process(PostgresPeers(one, name)).begin() for one, name in zip(databases, "ab", strict=True)]
    assert a.peers.leads()
    await a.dies()  # nothing is closed, no lease is given back
    await b.hears(Leads())
    assert not a.peers.leads()
    assert StaffChanged() in b.heard
    for process in (a, b):
        await process.leaves()
    for database in databases:
        await database.close()
