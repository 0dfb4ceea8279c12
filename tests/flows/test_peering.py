"""Two processes over one store: what one writes, says and knows of staff, the other shows and goes by."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from gehoor.adapters.peers.memory import MemoryPeers, Street
from gehoor.core.conversation.model import Phase, Preference, PromiseKind
from gehoor.core.errors import GehoorError, NotNow
from gehoor.core.guarantee import windows as rules
from gehoor.core.ids import ClientId, ConversationId
from gehoor.core.time import SECOND
from gehoor.flows import privacy, receive
from gehoor.flows.alarms import AlarmKind
from gehoor.flows.receive import Wish
from tests.world import AT_NIGHT, NOOR, Agent, Built, Customer, Stream, account, new_id, open_house, parts, until

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Two:
    """Two houses; ``one`` leads."""

    one: Built
    other: Built

    async def settle(self) -> None:
        for _ in range(4):
            for built in (self.one, self.other):
                await built.settle()


def peers(built: Built) -> MemoryPeers:
    return cast(MemoryPeers, built.house.world.peers)


@asynccontextmanager
async def two_houses() -> AsyncIterator[Two]:
    world, _, _ = parts()
    street = Street()
    for login in ("demo-agent1", "demo-agent2", "demo-teamleider"):
        await world.people.put_staff(account(cast(Any, login)))
    async with (
        open_house(world=replace(world, peers=street.peers("one"))) as one,
        open_house(world=replace(world, peers=street.peers("other"))) as other,
    ):
        yield Two(one, other)


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    async with two_houses() as houses:
        yield houses


def through(built: Built, customer: Customer) -> Customer:
    """The same customer, whose requests come to another process."""
    return Customer(built, built.client(), customer.opened)


async def told(stream: Stream, text: str) -> dict[str, Any]:
    """The fact with this text, when it comes on the stream."""
    while True:
        event = await stream.next("fact")
        if event.data.get("text") == text:
            return dict(event.data)


async def talking(two: Two) -> tuple[Customer, Agent]:
    """A customer on one process, with an agent whose desk and clicks are on the other."""
    customer = await two.one.customer()
    agent = await two.other.agent()
    await customer.wants_a_person()
    await two.settle()
    assert (await two.one.view(customer.id)).offered_to == NOOR
    await agent.takes(customer.id)
    await two.settle()
    return customer, agent


async def knows(built: Built, customer: Customer) -> bool:
    """Whether a process knows everything that happened in an open conversation."""
    return built.house.floor.views[ConversationId(customer.id)] == await built.view(customer.id)


async def test_that_words_go_both_ways_between_processes(two: Two) -> None:
    customer, agent = await talking(two)
    assert agent.desk is not None
    async with customer.listens() as page:
        await two.settle()
        await agent.writes(customer.id, "Waarmee kan ik u helpen?")
        assert (await told(page, "Waarmee kan ik u helpen?"))["author"]["kind"] == "human"
        await customer.writes("Mijn sleutel is weg")
        assert (await told(agent.desk, "Mijn sleutel is weg"))["conversation"] == customer.id


async def test_that_what_nobody_told_is_found_by_a_look(two: Two) -> None:
    customer, agent = await talking(two)
    peers(two.one).deaf = peers(two.other).deaf = True
    async with customer.listens() as page:
        await agent.writes(customer.id, "Hallo")
        await two.settle()
        assert not await knows(two.one, customer), "nothing was heard yet"
        peers(two.one).look()
        await two.settle()
        await told(page, "Hallo")
    assert await knows(two.one, customer)


async def test_that_facts_are_shown_in_order_and_once_when_two_write_at_once(two: Two) -> None:
    customer, agent = await talking(two)
    assert agent.desk is not None
    async with customer.listens() as page:
        await two.settle()
        texts = [f"bericht {n}" for n in range(30)]
        there = through(two.other, customer)
        await asyncio.gather(
            *((customer if n % 2 else there).posts("messages", text=text) for n, text in enumerate(texts))
        )
        await two.settle()
        shown: list[int] = []
        while len(shown) < len(texts):
            event = await page.next("fact")
            if event.data.get("text") in texts:
                shown.append(event.data["seq"])
        assert shown == sorted(set(shown))


async def test_that_who_is_available_on_one_process_is_offered_customers_by_the_other(two: Two) -> None:
    agent = await two.other.agent(available=False)
    elsewhere = Agent(two.one, two.one.client(cookies=agent.client.cookies))
    await elsewhere.is_there()
    customer = await two.one.customer()
    await customer.wants_a_person()
    await two.settle()
    assert (await two.one.view(customer.id)).offered_to == NOOR
    assert two.other.house.floor.presence[NOOR].available


async def test_that_an_agent_whose_only_desk_closed_elsewhere_is_lost_here(two: Two) -> None:
    customer, agent = await talking(two)
    two.one.house.floor.presence[NOOR].staff = account(NOOR)
    assert two.one.house.floor.presence[NOOR].desks == 1
    await agent.closes_desk()
    await two.settle()
    assert two.one.house.floor.presence[NOOR].desks == 0
    assert two.one.house.floor.presence[NOOR].gone is not None
    assert (await two.one.view(customer.id)).phase is Phase.HUMAN, "they get a moment to come back"


async def test_that_desks_of_a_process_that_died_are_gone(two: Two) -> None:
    await two.other.agent()
    await two.settle()
    assert two.one.house.floor.presence[NOOR].desks == 1
    await peers(two.other).close()
    peers(two.one).look()
    await two.settle()
    presence = two.one.house.floor.presence[NOOR]
    assert (presence.desks, presence.available) == (0, True), "what was said to it stands"


async def test_that_another_process_assigns_when_the_one_that_led_is_gone(two: Two) -> None:
    agent = await two.other.agent()
    await two.settle()
    assert not two.other.house.world.peers.leads()
    await peers(two.one).close()
    customer = await two.other.customer()
    await customer.wants_a_person()
    await two.settle()
    assert (await two.other.view(customer.id)).offered_to == NOOR
    await agent.takes(customer.id)


async def test_that_a_page_that_is_open_on_another_process_counts(two: Two) -> None:
    customer, _ = await talking(two)
    feed = two.other.house.world.feed
    assert feed.listeners(customer.id) == 0
    async with customer.listens():
        two.one.house.peering._tell_heeded(anew=False)
        await two.settle()
        assert feed.listeners(customer.id) == 1
    two.one.house.peering._tell_heeded(anew=False)
    await two.settle()
    assert feed.listeners(customer.id) == 0


async def test_that_a_number_that_one_sent_fits_at_the_other_and_fits_once(two: Two) -> None:
    id = ConversationId("one")
    number = two.one.house.proofs.make(id)
    await two.settle()
    wrong = f"{(int(number) + 1) % 1_000_000:06d}"
    with pytest.raises(NotNow) as refused:
        two.other.house.proofs.check(id, wrong)
    assert refused.value.sentence == "proof_wrong"
    two.other.house.proofs.check(id, number)
    await two.settle()
    for built in (two.one, two.other):
        with pytest.raises(NotNow) as refused:
            built.house.proofs.check(id, number)
        assert refused.value.sentence == "proof_ended"


async def test_that_what_one_erased_is_forgotten_by_the_other(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(two.other.house.world.keys, "forget", forgotten.append)
    await privacy.erase(two.one.house.world, "c1", "asked")
    await two.settle()
    assert forgotten == ["c1"]


async def test_that_what_the_database_forgot_of_staff_is_told_again(two: Two) -> None:
    await two.other.agent()
    await two.settle()
    peers(two.one)._street.rows.clear()
    peers(two.one).look()
    await two.settle()
    assert two.one.house.floor.presence[NOOR].desks == 0, "this is what forgetting does"
    peers(two.other).look()
    await two.settle()
    await until(is_back(two.one))
    assert two.one.house.floor.presence[NOOR].gone is None


def is_back(built: Built) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return built.house.floor.presence[NOOR].desks == 1

    return there


async def test_that_typing_and_signing_out_reach_every_process(two: Two) -> None:
    customer, agent = await talking(two)
    async with customer.listens() as page:
        await two.settle()
        await agent.does("typing", customer.id)
        assert (await page.next("typing")).data == {"human": True}


async def test_that_an_alarm_that_one_raises_stands_and_ends_on_both(two: Two) -> None:
    await two.one.house.alarms.ring(AlarmKind.PROBE_FAILED, step="page", what="503")
    await two.settle()
    assert [one.kind for one in two.other.house.alarms.standing()] == [AlarmKind.PROBE_FAILED]
    await two.other.house.alarms.clear(AlarmKind.PROBE_FAILED)
    await two.settle()
    assert two.one.house.alarms.standing() == ()


async def test_that_windows_are_never_oversold_by_two_processes(two: Two) -> None:
    two.one.clock.set(AT_NIGHT)
    policy = two.one.house.policy
    first, second = rules.windows(policy, two.one.clock.now())[:2]
    customers = [await two.one.customer() for _ in range(120)]

    async def choose(number: int) -> None:
        house = (two.one, two.other)[number % 2].house
        window = (first, second)[number // 2 % 2]
        wish = Wish(ClientId(new_id().replace("-", "")), Preference.CALLBACK, "06 12 34 56 78", window=window.start)
        id = ConversationId(customers[number].id)
        await receive.ask_for_human(house.world, house.recorder, id, wish, house.windows)

    await asyncio.gather(*map(choose, range(len(customers))))
    views = [await two.one.view(customer.id) for customer in customers]
    assert all(view.promise_kind is PromiseKind.CALLBACK for view in views)
    booked = Counter(view.window_start for view in views if view.window_start is not None)
    assert booked == {window.start: rules.capacity(policy, window) for window in (first, second)}


async def test_that_a_process_that_cannot_read_for_a_moment_catches_up_later(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, agent = await talking(two)

    async def away(*_: object) -> None:
        raise GehoorError("away")

    with monkeypatch.context() as patch:
        patch.setattr(two.one.house.recorder, "read_again", away)
        await agent.writes(customer.id, "Hallo")
        await two.settle()
    assert not await knows(two.one, customer)
    two.one.clock.forward(10 * SECOND)
    peers(two.one).look()
    await two.settle()
    assert await knows(two.one, customer)
