"""From a request to a person: who is offered whom, and what happens when hands drop out or nobody is there."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Phase, Preference, Window
from gehoor.core.errors import Busy, NotNow, NotYours
from gehoor.core.ids import ClientId, ConversationId, StaffId, TeamId
from gehoor.core.policy import Team
from gehoor.core.routing.places import Later
from gehoor.core.time import MINUTE, SECOND, later
from gehoor.flows import receive, reply
from gehoor.ports.people import Staff
from gehoor.ports.store import Append
from tests.flows.conftest import WatchedStore
from tests.world import (
    AT_NIGHT,
    NOOR,
    ROBIN,
    SAM,
    Built,
    Customer,
    account,
    open_house,
    parts,
    policy_with,
    until,
)

pytestmark = pytest.mark.anyio

SOON = 10_000
"""An agent whose line broke is expected back for ten milliseconds."""


@pytest.fixture
async def one_each() -> AsyncIterator[Built]:
    """A house in which an agent has one conversation at a time, and a broken line counts at once."""
    async with open_house(policy=policy_with(chats_per_agent=1, agent_lost=SOON)) as built:
        yield built


async def comes(built: Built, *agents: StaffId) -> None:
    """Agents open the desk and are available."""
    for id in agents:
        await built.house.floor.came(account(id))
        built.house.floor.set_available(account(id), True)
        built.clock.forward(1)
    await built.settle()


async def ask(built: Built, count: int, apart: int = SECOND) -> list[Customer]:
    """Customers who asked for a person one after the other, the first one first."""
    customers = []
    for _ in range(count):
        customer = await built.customer()
        await customer.wants_a_person()
        built.clock.forward(apart)
        customers.append(customer)
    return customers


async def holders(built: Built, customers: list[Customer]) -> list[StaffId | None]:
    """Who was offered each, or has each."""
    views = [await built.view(one.id) for one in customers]
    return [view.agent or view.offered_to for view in views]


async def lost(built: Built, customer: Customer) -> None:
    """Waits until the house has noticed that the agent is gone."""

    async def noticed() -> bool:
        return (await built.view(customer.id)).phase not in (Phase.HUMAN, Phase.OFFERED)

    await until(noticed)
    await built.settle()


# -- offering --------------------------------------------------------------------------------------------------------


async def test_that_the_longest_waiting_is_offered_first(one_each: Built) -> None:
    customers = await ask(one_each, 3)
    await comes(one_each, NOOR)
    assert await holders(one_each, customers) == [NOOR, None, None]


async def test_that_two_agents_are_never_offered_the_same_customer(one_each: Built) -> None:
    """Many rounds of assigning at once, with four agents and three customers."""
    customers = await ask(one_each, 3)
    for id in (NOOR, SAM, ROBIN):
        await one_each.house.floor.came(account(id))
        one_each.house.floor.set_available(account(id), True)
    await asyncio.gather(*(one_each.house.floor.assign() for _ in range(20)))
    found = await holders(one_each, customers)
    assert sorted(str(one) for one in found) == sorted([NOOR, SAM, ROBIN])
    for one in customers:
        assert (await one_each.kinds(one.id)).count("Offered") == 1


class SlowStore(WatchedStore):
    """A store whose commits take a while, and as long as the gate is closed for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes when the gate is open."""
        await self.gate.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        return await super().commit(batch)


async def test_that_an_agent_is_not_offered_more_than_one_takes_while_the_store_is_slow() -> None:
    """A request of danger is stored between the choice of another customer and the storing of that offer."""
    store = SlowStore()
    async with open_house(store=store, policy=policy_with(chats_per_agent=1)) as built:
        (calm,) = await ask(built, 1)
        urgent = await built.customer()
        store.gate.clear()
        asking = asyncio.create_task(urgent.posts("messages", text="Er is brand in de keuken!"))
        for _ in range(20):
            await asyncio.sleep(0)
        await built.house.floor.came(account(NOOR))
        built.house.floor.set_available(account(NOOR), True)
        for _ in range(20):
            await asyncio.sleep(0)
        store.gate.set()
        assert (await asking).status_code == 201
        await built.settle()
        assert built.house.floor.load(NOOR) == 1
        assert len([one for one in await holders(built, [calm, urgent]) if one == NOOR]) == 1


async def test_that_only_one_of_two_agents_gets_a_customer_whom_both_take(one_each: Built) -> None:
    (customer,) = await ask(one_each, 1)
    floor = one_each.house.floor
    id = ConversationId(customer.id)
    outcomes = await asyncio.gather(
        *(floor.accept(id, account(staff)) for staff in (NOOR, SAM, ROBIN)), return_exceptions=True
    )
    assert sum(isinstance(one, NotYours) for one in outcomes) == 2
    assert (await one_each.kinds(customer.id)).count("HumanJoined") == 1


async def test_that_a_busy_agent_is_offered_nobody(one_each: Built) -> None:
    customers = await ask(one_each, 2)
    await comes(one_each, NOOR)
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
    await one_each.settle()
    assert await holders(one_each, customers) == [NOOR, None]
    await comes(one_each, SAM)
    assert await holders(one_each, customers) == [NOOR, SAM]


async def test_that_who_is_not_available_or_has_no_desk_open_is_offered_nobody(one_each: Built) -> None:
    floor = one_each.house.floor
    await floor.came(account(NOOR))  # a desk, but away
    floor.set_available(account(SAM), True)  # available, but no desk is open or opened soon after
    one_each.clock.forward(SECOND)
    customers = await ask(one_each, 1)
    assert await holders(one_each, customers) == [None]


async def test_that_an_offer_that_is_not_answered_goes_to_the_next_and_sets_the_agent_away(one_each: Built) -> None:
    await comes(one_each, NOOR, SAM)
    customers = await ask(one_each, 1)
    assert await holders(one_each, customers) == [NOOR]
    await one_each.pass_time(46 * SECOND)
    assert await holders(one_each, customers) == [SAM]
    assert one_each.house.floor.presence[NOOR].available is False
    assert "OfferTimedOut" in await one_each.kinds(customers[0].id)


async def test_that_an_offer_does_not_time_out_early(one_each: Built) -> None:
    await comes(one_each, NOOR, SAM)
    customers = await ask(one_each, 1, apart=0)
    await one_each.pass_time(45 * SECOND - 1)
    assert await holders(one_each, customers) == [NOOR]
    await one_each.pass_time(1)
    assert await holders(one_each, customers) == [SAM]


async def test_that_a_declined_offer_goes_to_the_next_and_comes_back_last(one_each: Built) -> None:
    await comes(one_each, NOOR, SAM)
    customers = await ask(one_each, 1)
    floor, id = one_each.house.floor, ConversationId(customers[0].id)
    await floor.decline(id, account(NOOR), "pauze")
    await one_each.settle()
    assert await holders(one_each, customers) == [SAM]
    assert floor.presence[NOOR].available, "who declines is not away"
    await floor.decline(id, account(SAM), "")
    await one_each.settle()
    assert await holders(one_each, customers) == [NOOR], "when everybody declined, who was asked longest ago"


async def test_that_nobody_picks_up_out_of_turn(one_each: Built) -> None:
    customers = await ask(one_each, 2)
    with pytest.raises(NotNow):
        await one_each.house.floor.accept(ConversationId(customers[1].id), account(NOOR))
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))


async def test_that_places_in_the_queue_are_counted_from_one(one_each: Built) -> None:
    customers = await ask(one_each, 3)
    floor = one_each.house.floor
    assert [floor.position(ConversationId(one.id)) for one in customers] == [1, 2, 3]
    assert floor.position(ConversationId("nobody")) is None


# -- dropping out ----------------------------------------------------------------------------------------------------


async def test_that_the_customer_of_a_lost_agent_goes_to_the_front(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 3)
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
    one_each.house.floor.left(NOOR)
    await lost(one_each, customers[0])
    assert one_each.house.floor.position(ConversationId(customers[0].id)) == 1
    left = [f.event for f in await one_each.facts(customers[0].id) if isinstance(f.event, e.HumanLeft)]
    assert [one.reason for one in left] == ["lost"]
    assert one_each.house.floor.presence[NOOR].available is False, "who comes back says so"
    await comes(one_each, SAM)
    assert await holders(one_each, customers) == [SAM, None, None]


async def test_that_an_offer_to_a_lost_agent_goes_on(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 1)
    assert await holders(one_each, customers) == [NOOR]
    one_each.house.floor.left(NOOR)
    await lost(one_each, customers[0])
    assert await holders(one_each, customers) == [None]
    assert one_each.house.floor.presence[NOOR].available is False


async def test_that_an_agent_who_comes_back_in_time_keeps_the_customer(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 1)
    floor = one_each.house.floor
    await floor.accept(ConversationId(customers[0].id), account(NOOR))
    floor.left(NOOR)
    await floor.came(account(NOOR))
    await asyncio.sleep(3 * SOON / 1e6)
    await one_each.settle()
    assert await holders(one_each, customers) == [NOOR]
    assert "HumanLeft" not in await one_each.kinds(customers[0].id)


async def test_that_one_of_two_open_desks_may_close(one_each: Built) -> None:
    floor = one_each.house.floor
    await comes(one_each, NOOR)
    await floor.came(account(NOOR))
    customers = await ask(one_each, 1)
    floor.left(NOOR)
    await asyncio.sleep(3 * SOON / 1e6)
    await one_each.settle()
    assert await holders(one_each, customers) == [NOOR]
    assert "OfferTimedOut" not in await one_each.kinds(customers[0].id)


async def test_that_the_customers_of_who_signs_out_are_free_at_once(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 1)
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
    await one_each.house.floor.sign_out(NOOR)
    await one_each.settle()
    view = await one_each.view(customers[0].id)
    assert (view.phase, view.agent, view.returned) == (Phase.WAITING, None, True)


async def test_that_an_agent_who_stays_silent_loses_the_customer(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 1)
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
    await one_each.pass_time(31 * MINUTE)
    left = [f.event for f in await one_each.facts(customers[0].id) if isinstance(f.event, e.HumanLeft)]
    assert [one.reason for one in left] == ["silent"]


# -- nobody there ----------------------------------------------------------------------------------------------------


async def test_that_a_date_is_promised_at_once_when_nobody_is_there(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    (customer,) = await ask(built, 1)
    promised = [f.event for f in await built.facts(customer.id) if isinstance(f.event, e.PromiseMade)]
    assert len(promised) == 1
    assert (await built.view(customer.id)).due_at == promised[0].due_at
    await built.house.floor.assign()
    await built.settle()
    assert (await built.kinds(customer.id)).count("PromiseMade") == 1, "once is enough"


async def test_that_a_wait_that_grows_long_gets_a_date_as_well(one_each: Built) -> None:
    await comes(one_each, NOOR)
    customers = await ask(one_each, 2, apart=0)
    await one_each.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
    assert (await one_each.view(customers[1].id)).due_at is None
    await one_each.pass_time(10 * MINUTE)
    assert (await one_each.view(customers[1].id)).due_at is not None
    assert one_each.house.floor.position(ConversationId(customers[1].id)) == 1, "and keeps the place"


async def test_that_danger_never_gets_a_date_but_the_number_to_call_now(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.writes("Ik ruik gas in huis!")
    for _ in range(3):
        await built.pass_time(11 * MINUTE)
    kinds = await built.kinds(customer.id)
    assert "SafetyShown" in kinds
    assert "PromiseMade" not in kinds
    assert kinds.count("CallNowShown") >= 2, "and it is repeated while nobody comes"
    assert built.house.floor.position(ConversationId(customer.id)) == 1


async def test_that_danger_goes_before_who_waited_longer(one_each: Built) -> None:
    customers = await ask(one_each, 2)
    urgent = await one_each.customer()
    await urgent.writes("Er is brand in de keuken!")
    await comes(one_each, NOOR)
    assert await holders(one_each, [*customers, urgent]) == [None, None, NOOR]


async def test_that_a_restart_fills_the_queue_and_keeps_every_place() -> None:
    world, _, _ = parts()
    for id in (NOOR, SAM):
        await world.people.put_staff(account(id))
    policy = policy_with(chats_per_agent=1, agent_lost=SOON)
    async with open_house(world=world, policy=policy) as built:
        await comes(built, NOOR)
        customers = await ask(built, 3)
        await built.house.floor.accept(ConversationId(customers[0].id), account(NOOR))
        await built.settle()
    async with open_house(world=world, policy=policy) as again:
        assert [one.id for one in again.house.floor.queue()] == [one.id for one in customers[1:]]
        assert again.house.floor.load(NOOR) == 1
        # The agent who had the conversation does not come back: after a moment the customer stands in front.
        await lost(again, customers[0])
        assert [one.id for one in again.house.floor.queue()] == [one.id for one in customers]


async def test_that_a_store_that_is_away_for_a_moment_only_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(store=MemoryStore()) as built:
        floor, refusals = built.house.floor, [Busy(), Busy()]
        assign = type(floor).assign

        async def sometimes(_self: object) -> None:
            if refusals:
                raise refusals.pop()
            await assign(floor)

        monkeypatch.setattr(type(floor), "assign", sometimes)
        sleep = asyncio.sleep
        monkeypatch.setattr("gehoor.flows.handover.asyncio.sleep", lambda _: sleep(0))
        floor.wake()
        for _ in range(50):
            await sleep(0)
        assert refusals == []
        assert built.broken == []


# -- needs, windows, probes --------------------------------------------------------------------------------------------

ENGLISH, DUTCH, NIGHT = TeamId("english"), TeamId("dutch"), TeamId("night")


@asynccontextmanager
async def house_with_teams(**teams_of: TeamId) -> AsyncIterator[Built]:
    """A house in which one team speaks English, one only Dutch, and one is a partner's with only Dutch."""
    teams = (
        Team(ENGLISH, frozenset(), frozenset({"en", "nl"})),
        Team(DUTCH, frozenset(), frozenset({"nl"})),
        Team(NIGHT, frozenset(), frozenset({"nl"}), restricted=True),
    )
    policy = replace(policy_with(chats_per_agent=1, agent_lost=SOON), teams=teams)
    async with open_house(policy=policy) as built:
        for name, team in teams_of.items():
            TEAMS[StaffId(f"demo-{name}")] = team
        try:
            yield built
        finally:
            TEAMS.clear()


TEAMS: dict[StaffId, TeamId] = {}


def member(id: StaffId) -> Staff:
    """The account, in the team that the test gave it."""
    return replace(account(id), team=TEAMS[id])


async def arrives(built: Built, *agents: StaffId) -> None:
    """Agents of a team open the desk and are available."""
    for id in agents:
        await built.house.floor.came(member(id))
        built.house.floor.set_available(member(id), True)
        built.clock.forward(1)
    await built.settle()


async def english_customer(built: Built) -> Customer:
    customer = await built.customer(language="en")
    await customer.wants_a_person()
    return customer


async def test_that_who_speaks_english_waits_for_an_agent_who_does_and_keeps_the_place() -> None:
    async with house_with_teams(agent1=DUTCH) as built:
        english = await english_customer(built)
        built.clock.forward(SECOND)
        (dutch,) = await ask(built, 1)
        await arrives(built, NOOR)
        assert await holders(built, [english, dutch]) == [None, NOOR]
        assert built.house.floor.position(ConversationId(english.id)) == 1, "and keeps the place"


async def test_that_a_need_widens_by_itself_at_its_moment() -> None:
    async with house_with_teams(agent1=DUTCH) as built:
        english = await english_customer(built)
        await arrives(built, NOOR)
        await built.pass_time(5 * MINUTE - 2 * SECOND)
        assert await holders(built, [english]) == [None]
        await built.pass_time(2 * SECOND)
        assert await holders(built, [english]) == [NOOR]
        why = [f.event.why for f in await built.facts(english.id) if isinstance(f.event, e.Offered)]
        assert why == ["normal; language en: waited long enough; nobody else has room"]


async def test_that_nobody_who_can_ever_take_a_customer_is_nobody() -> None:
    """A partner's people are at our desk, and none of them speaks English: waiting for them would be for nothing."""
    async with house_with_teams(agent1=NIGHT) as built:
        await arrives(built, NOOR)
        english = await english_customer(built)
        assert (await built.view(english.id)).due_at is not None
        await built.pass_time(30 * MINUTE)
        assert await holders(built, [english]) == [None]


async def test_that_an_agent_may_pick_up_the_first_whom_they_may_have() -> None:
    async with house_with_teams(agent1=DUTCH, agent2=ENGLISH) as built:
        english = await english_customer(built)
        built.clock.forward(SECOND)
        (dutch,) = await ask(built, 1)
        floor = built.house.floor
        with pytest.raises(NotNow):
            await floor.accept(ConversationId(dutch.id), member(SAM))
        await floor.accept(ConversationId(dutch.id), member(NOOR))
        await floor.accept(ConversationId(english.id), member(SAM))


async def test_that_a_new_policy_changes_who_may_have_whom() -> None:
    async with house_with_teams(agent1=DUTCH) as built:
        english = await english_customer(built)
        await arrives(built, NOOR)
        assert await holders(built, [english]) == [None]
        built.house.policy = replace(built.house.policy, teams=())
        await built.settle()
        assert await holders(built, [english]) == [NOOR]


async def book(built: Built, customer: Customer, start: int, end: int) -> None:
    """The customer chooses to be called back between two moments from now."""
    now = built.clock.now()
    window = Window(later(now, start), later(now, end))
    chosen = c.ChoosePromise(ClientId(uuid.uuid4().hex), Preference.CALLBACK, ("phone",), window)
    actor = Actor(ActorKind.CUSTOMER)
    await built.house.recorder.submit(ConversationId(customer.id), chosen, actor)
    await built.settle()


async def test_that_a_window_is_offered_when_it_opens_and_goes_before_who_waits_without_one(one_each: Built) -> None:
    booked, plain = await ask(one_each, 2)
    await book(one_each, booked, 60 * MINUTE, 120 * MINUTE)
    floor = one_each.house.floor
    assert [one.id for one in floor.queue()] == [plain.id]
    assert [one.id for one in floor.later()] == [booked.id]
    assert floor.position(ConversationId(booked.id)) is None
    await comes(one_each, NOOR)
    assert await holders(one_each, [booked, plain]) == [None, NOOR]
    await floor.accept(ConversationId(plain.id), account(NOOR))
    (waits,) = await ask(one_each, 1)
    await one_each.pass_time(60 * MINUTE)
    assert [one.id for one in floor.queue()][-2:] == [booked.id, waits.id]
    assert floor.later() == []


async def test_that_who_was_not_called_in_their_window_stays_in_front(one_each: Built) -> None:
    booked, plain = await ask(one_each, 2)
    await book(one_each, booked, 60 * MINUTE, 120 * MINUTE)
    await one_each.pass_time(60 * MINUTE)
    await one_each.pass_time(60 * MINUTE)
    assert "PromiseBroken" in await one_each.kinds(booked.id)
    view = await one_each.view(booked.id)
    assert (view.window_start, view.returned) == (None, True)
    assert [one.id for one in one_each.house.floor.queue()] == [booked.id, plain.id]


async def test_that_a_window_opens_at_once_for_who_gets_in_danger(one_each: Built) -> None:
    (booked,) = await ask(one_each, 1)
    await book(one_each, booked, 60 * MINUTE, 120 * MINUTE)
    await booked.writes("Er is brand in de keuken!")
    assert one_each.house.floor.position(ConversationId(booked.id)) == 1
    await comes(one_each, NOOR)
    assert await holders(one_each, [booked]) == [NOOR]


async def test_that_a_probe_is_promised_something_and_takes_nobodys_place(built: Built) -> None:
    begun = await receive.begin(built.house.world, built.house.recorder, built.house.policy, Channel.PROBE, "nl")
    wish = receive.Wish(ClientId(uuid.uuid4().hex), None, "", "")
    await receive.ask_for_human(built.house.world, built.house.recorder, begun.id, wish)
    await built.settle()
    floor = built.house.floor
    assert (floor.queue(), floor.position(begun.id), floor.later()) == ([], None, [])
    assert (await built.view(begun.id)).due_at is not None
    await comes(built, NOOR)
    assert floor.load(NOOR) == 0


# -- a browser that goes without a word --------------------------------------------------------------------------------


async def test_that_a_desk_that_no_longer_answers_counts_as_gone(
    one_each: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line still looks open: nothing but the lease says that nobody is there."""
    monkeypatch.setattr("gehoor.flows.presence.SIGN_OF_LIFE_S", 0.05)
    await comes(one_each, NOOR)
    customers = await ask(one_each, 1)
    floor = one_each.house.floor
    await floor.accept(ConversationId(customers[0].id), account(NOOR))
    for _ in range(4):
        floor.lives(NOOR)
        await asyncio.sleep(0.02)
    assert (await one_each.view(customers[0].id)).phase is Phase.HUMAN, "as long as it answers"
    await lost(one_each, customers[0])
    assert floor.presence[NOOR].streams == 1
    assert floor.presence[NOOR].available is False
    left = [f.event for f in await one_each.facts(customers[0].id) if isinstance(f.event, e.HumanLeft)]
    assert [one.reason for one in left] == ["lost"]


async def test_that_a_desk_that_never_answered_is_not_held_to_it(
    one_each: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gehoor.flows.presence.SIGN_OF_LIFE_S", 0.01)
    await comes(one_each, NOOR)
    await asyncio.sleep(0.05)
    assert one_each.house.floor.presence[NOOR].available


# -- how long it takes -------------------------------------------------------------------------------------------------


async def served(built: Built, customer: Customer, span: int) -> None:
    """The agent helps a customer for a while, and is done."""
    id, noor = ConversationId(customer.id), account(NOOR)
    await built.house.floor.accept(id, noor)
    built.clock.forward(span)
    await reply.record_call(built.house.recorder, id, noor, True)
    await reply.resolve(built.house.recorder, id, noor, None)
    await built.settle()


async def test_that_a_wait_is_not_known_until_enough_was_seen(one_each: Built) -> None:
    floor = one_each.house.floor
    customers = await ask(one_each, 9, apart=0)
    assert floor.estimated_wait(ConversationId(customers[0].id)) is None, "nobody is there"
    await comes(one_each, NOOR)
    assert floor.estimated_wait(ConversationId(customers[8].id)) is None, "nothing was seen"
    for one in customers[:5]:
        await served(one_each, one, 10 * MINUTE)
    assert floor.estimated_wait(ConversationId(customers[6].id)) == 600
    assert floor.estimated_wait(ConversationId(customers[8].id)) == 1800
    assert floor.estimated_wait(ConversationId("nobody")) is None


async def test_that_the_estimates_are_measured_against_what_happened(one_each: Built) -> None:
    await comes(one_each, NOOR)
    for one in await ask(one_each, 5, apart=0):
        await served(one_each, one, 10 * MINUTE)
    first, second = await ask(one_each, 2, apart=0)
    await served(one_each, first, 4 * MINUTE)
    await served(one_each, second, 4 * MINUTE)
    found = one_each.house.floor.estimates()
    assert sum(hour.count for hour in found) == 3, "the first of all, who met a free agent, and these two"
    assert sum(hour.unknown for hour in found) == 4
    last = found[-1]
    assert last.bias > 0, "it went faster than was said"


# -- why a place went up -----------------------------------------------------------------------------------------------


async def test_that_a_place_goes_up_only_with_its_reason(one_each: Built) -> None:
    (first,) = await ask(one_each, 1)
    places = one_each.house.floor.places
    urgent = await one_each.customer()
    await urgent.writes("Er is brand in de keuken!")
    places.look()
    assert places.reason(ConversationId(first.id), 2) is Later.DANGER
    assert places.reason(ConversationId(urgent.id), 1) is None
    await urgent.posts("withdraw")
    assert places.reason(ConversationId(first.id), 1) is None, "it went down again"
    places.look()
    assert places.reason(ConversationId(first.id), 1) is None
    urgent = await one_each.customer()
    await urgent.writes("Er is brand in de keuken!")
    assert places.reason(ConversationId(first.id), 2) is Later.DANGER, "also before anybody looked"


async def test_that_who_listens_is_called_and_nobody_else(one_each: Built) -> None:
    first, second, _ = await ask(one_each, 3)
    async with first.listens() as one, second.listens() as other:
        for page in (one, other):
            await page.next("state")
        assert sorted(one_each.house.floor.places.look()) == sorted([first.id, second.id])
    assert one_each.house.floor.places.look() == []


async def test_that_who_was_offered_to_somebody_who_goes_away_goes_before_who_asked_later() -> None:
    async with open_house(policy=policy_with(chats_per_agent=1)) as built:
        await built.agent("agent1")
        await built.agent("agent2", available=False)
        first, second = await built.customer(), await built.customer()
        await first.wants_a_person()
        await second.wants_a_person()
        assert (await built.view(first.id)).offered_to == NOOR
        floor = built.house.floor
        floor.set_available(account(NOOR), False)
        floor.set_available(account(SAM), True)
        await asyncio.sleep(0)
        await built.settle()
        assert (await built.view(first.id)).offered_to == SAM
        assert (await built.view(second.id)).offered_to is None
