"""Every clock rings once it is due, also when the process that started it died."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from gehoor.adapters.brains.scripted import Hang
from gehoor.adapters.outbound.memory import MemoryMail
from gehoor.adapters.outbound.memory_partner import MemoryPartner
from gehoor.adapters.stores.rows import JobRow
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase, Timer
from gehoor.core.errors import Busy, StoreFault
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Link
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant
from gehoor.flows import tick
from gehoor.ports.store import timer_key, turn_key
from tests.world import (
    AT_NIGHT,
    NOOR,
    Agent,
    Built,
    Customer,
    account,
    answer_from,
    open_house,
    organisation,
    parts,
    until,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def customer(built: Built) -> Customer:
    return await built.customer()


def jobs(built: Built) -> dict[str, Any]:
    return cast(dict[str, Any], cast(Any, built.store)._jobs)


# -- every clock -----------------------------------------------------------------------------------------------------


async def bot(built: Built, customer: Customer) -> None:
    object.__setattr__(built.house.world, "brain", Stuck())
    await customer.posts("messages", text="Hoe lang duurt dit?")


async def offer(built: Built, customer: Customer) -> None:
    await built.agent()
    await customer.wants_a_person()


async def wait(built: Built, customer: Customer) -> None:
    agent = await built.agent()
    for _ in range(3):
        other = await built.customer()
        await other.wants_a_person()
        await agent.takes(other.id)
    await customer.wants_a_person()


async def owned(built: Built, customer: Customer) -> Agent:
    agent = await built.agent()
    await customer.wants_a_person()
    await agent.takes(customer.id)
    return agent


async def promise(_built: Built, customer: Customer) -> None:
    await customer.wants_a_person()


async def tried(built: Built, customer: Customer) -> None:
    agent = await owned(built, customer)
    await agent.writes(customer.id, "Het antwoord.")
    await agent.does("park", customer.id)


async def idle(built: Built, _customer: Customer) -> None:
    await built.settle()


class Stuck:
    """A brain behind which nothing comes back."""

    name, version = "stuck", "1"

    async def answer(self, question: object, today: object) -> Any:  # noqa: ARG002
        await asyncio.Event().wait()


CLOCKS: list[tuple[Timer, Any, int, str]] = [
    # the clock, how it comes to run, after how long it rings, and the fact that says so
    (Timer.BOT, bot, 8 * SECOND, "HumanRequested"),
    (Timer.OFFER, offer, 45 * SECOND, "OfferTimedOut"),
    (Timer.WAIT, wait, 10 * MINUTE, "PromiseMade"),
    (Timer.AGENT, owned, 30 * MINUTE, "HumanLeft"),
    (Timer.PROMISE, promise, 31 * HOUR, "PromiseBroken"),  # the end of the next working day
    (Timer.TRY, tried, 2 * HOUR + 30 * MINUTE, "ReturnedToQueue"),  # the next part of a working day
    (Timer.IDLE, idle, DAY, "Resolved"),
]


@pytest.mark.parametrize(("timer", "starts", "span", "fact"), CLOCKS, ids=[clock[0].value for clock in CLOCKS])
async def test_that_every_clock_rings_when_it_is_due_and_once(
    built: Built, customer: Customer, timer: Timer, starts: Any, span: int, fact: str
) -> None:
    began = built.clock.now()
    await starts(built, customer)
    key = timer_key(ConversationId(customer.id), timer)
    assert jobs(built)[key].run_at == began + span
    count = (await built.kinds(customer.id)).count(fact)

    built.clock.forward(span - 1)
    await built.house.ticker.once()
    assert (await built.kinds(customer.id)).count(fact) == count, "not early"

    built.clock.forward(1)
    await built.house.ticker.once()
    assert (await built.kinds(customer.id)).count(fact) == count + 1
    assert key not in jobs(built) or jobs(built)[key].run_at > built.clock.now()
    await built.house.ticker.once()
    assert (await built.kinds(customer.id)).count(fact) == count + 1, "not twice"
    for task in built.house.outbox._running.values():
        task.cancel()


def test_that_no_clock_is_forgotten() -> None:
    # The clock of the night chain has its own stories: tests/flows/test_partner.py.
    assert {clock[0] for clock in CLOCKS} | {Timer.PARTNER} == set(Timer)


# -- rung late, twice, or not any more -------------------------------------------------------------------------------


async def test_that_a_clock_that_was_stopped_does_nothing(built: Built, customer: Customer) -> None:
    await offer(built, customer)
    built.house.floor.set_available(account(NOOR), False)
    await customer.posts("withdraw")
    kinds = await built.kinds(customer.id)
    await built.pass_time(HOUR)
    assert await built.kinds(customer.id) == kinds


async def test_that_all_that_is_due_rings_in_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "EVERY_S", 3600)  # the house's own looks would take some of it
    async with open_house() as built:
        customers = [await built.customer() for _ in range(tick.MOST_AT_ONCE + 5)]
        built.clock.forward(DAY)
        assert await built.house.ticker.once() == tick.MOST_AT_ONCE
        assert await built.house.ticker.once() == 5
        assert await built.house.ticker.once() == 0
        assert [(await built.view(one.id)).phase for one in customers] == [Phase.RESOLVED] * len(customers)


async def test_that_a_job_that_somebody_holds_is_left_alone_until_its_lease_has_run_out(built: Built) -> None:
    await built.customer()
    built.clock.forward(DAY)
    held = await built.store.claim(built.clock.now(), tick.LEASE, 10)
    assert len(held) == 1
    assert await built.house.ticker.once() == 0
    built.clock.forward(tick.LEASE)
    assert await built.house.ticker.once() == 1


async def test_that_one_job_that_fails_stops_no_other(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await built.customer(), await built.customer()
    submit = built.house.recorder.submit

    async def sometimes(id: ConversationId, *rest: Any) -> Any:
        if id == first.id:
            raise Busy()
        return await submit(id, *rest)

    monkeypatch.setattr(built.house.recorder, "submit", sometimes)
    built.clock.forward(DAY)
    assert await built.house.ticker.once() == 2
    assert (await built.view(second.id)).phase is Phase.RESOLVED
    assert (await built.view(first.id)).phase is Phase.AI
    monkeypatch.undo()
    built.clock.forward(tick.LEASE)
    await built.house.ticker.once()
    assert (await built.view(first.id)).phase is Phase.RESOLVED


async def test_that_a_job_of_a_conversation_that_is_gone_is_forgotten(built: Built) -> None:
    gone = ConversationId("0" * 26)
    key = timer_key(gone, Timer.IDLE)
    jobs(built)[key] = JobRow(key, "timer", gone, "idle", built.clock.now(), 0, 0)
    await built.store.release_all()  # the store looks at its jobs anew
    await built.house.ticker.once()
    assert key not in jobs(built)


async def test_that_a_job_with_nothing_to_say_is_forgotten(built: Built, customer: Customer) -> None:
    """A row for a clock that does not run (an old copy was put back, say) does not ring for ever."""
    key = timer_key(ConversationId(customer.id), Timer.OFFER)
    jobs(built)[key] = JobRow(key, "timer", ConversationId(customer.id), "offer", built.clock.now(), 0, 0)
    await built.store.release_all()
    kinds = await built.kinds(customer.id)
    await built.house.ticker.once()
    assert key not in jobs(built)
    assert await built.kinds(customer.id) == kinds


async def test_that_a_store_that_is_away_for_a_moment_is_looked_at_again(
    built: Built, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, faults = built.store.claim, [Busy(), Busy()]

    async def sometimes(now: Instant, lease: int, limit: int) -> Any:
        if faults:
            raise faults.pop()
        return await claim(now, lease, limit)

    monkeypatch.setattr(built.store, "claim", sometimes)
    monkeypatch.setattr(tick, "EVERY_S", 0)
    running = asyncio.create_task(built.house.ticker.run())
    built.clock.forward(DAY)

    async def rang() -> bool:
        return (await built.view(customer.id)).phase is Phase.RESOLVED

    await until(rang)
    running.cancel()
    assert faults == []


async def test_that_a_house_that_no_longer_rings_ends_the_process(
    built: Built,
) -> None:
    """A mistake that ends the writer, the floor or the clocks must not leave customers waiting for nothing."""

    async def broken() -> None:
        raise RuntimeError("a mistake")

    built.house._must_run(broken())
    for _ in range(5):
        await asyncio.sleep(0)
    assert [type(one) for one in built.broken] == [RuntimeError]
    assert not isinstance(built.broken[0], StoreFault)


# -- a process that died ---------------------------------------------------------------------------------------------


async def test_that_the_turn_of_a_process_that_died_is_taken_up_by_the_next() -> None:
    world, _, _ = parts()
    async with open_house([Hang()], world=world) as built:
        customer = await built.customer()
        await customer.posts("messages", text="Hoe zeg ik mijn huur op?")
        key = turn_key(ConversationId(customer.id), 3)
        for _ in range(20):
            await asyncio.sleep(0)
        for task in built.house.outbox._running.values():
            task.cancel()
        assert key in jobs(built)
    async with open_house([answer_from()], world=world) as again:
        await again.ring()
        replied = [f.event for f in await again.facts(customer.id) if isinstance(f.event, e.BotReplied)]
        assert [one.turn for one in replied] == [3]
        assert key not in jobs(again)


async def test_that_a_clock_that_rang_while_nothing_ran_rings_after_the_start() -> None:
    world, clock, _ = parts()
    async with open_house(world=world) as built:
        customer = await built.customer()
        await customer.wants_a_person()
    clock.set(Instant(AT_NIGHT + 3 * DAY))
    async with open_house(world=world) as again:
        await again.ring()
        kinds = await again.kinds(customer.id)
        assert "PromiseBroken" in kinds
        assert kinds.count("PromiseMade") == 2, "a broken promise is told, and renewed"


async def test_that_a_worker_that_was_dead_for_hours_does_everything_once_when_it_is_back() -> None:
    """Nothing looked at the jobs for three hours of a night: a letter, a call to the night chain, clocks, reminders."""
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    chain = (Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep"),)
    async with open_house(world=world, policy=replace(organisation().policy, night=chain)) as built:
        promised, tenant = await built.customer(), await built.customer()
        await promised.wants_a_person(email="jan@klant.example")
        await tenant.writes("Er is brand in het trappenhuis!")
        clock.forward(3 * HOUR)
        mail, partner = cast(MemoryMail, world.outbound.mail), cast(MemoryPartner, world.outbound.partner)
        assert (list(mail.letters), list(partner.calls)) == ([], [])
        for _ in range(3):
            await built.ring()
        assert len(mail.to("jan@klant.example")) == 1
        assert (await built.kinds(tenant.id)).count("PartnerSilent") == 1, "its minute is long over"
        assert "partner_silent" in [one.kind.value for one in built.house.alarms.standing()], "and people hear of it"
        await built.pass_time(10 * MINUTE)
        await built.ring()
        rounds = [call.id for call in partner.calls]
        assert rounds, "the chain begins again"
        assert len(set(rounds)) == len(rounds), "nobody was asked the same thing twice"
        clock.forward(14 * HOUR + 20 * MINUTE)
        for _ in range(3):
            await built.ring()
        assert (await built.kinds(promised.id)).count("PromiseReminded") == 1
        assert not [one for one in jobs(built).values() if one.kind not in ("timer",) and one.run_at <= clock.now()]
