"""Danger at night: whatever the partners do or leave, it ends at a person. The times, by a virtual clock, are printed.

The night chain here is two partners with systems of their own and our own officer on duty, who is asked by mail.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time
from typing import cast

import pytest

from gehoor.adapters.outbound.memory import MemoryMail
from gehoor.adapters.outbound.memory_partner import ARRIVED, MemoryPartner
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Answered, Phase
from gehoor.core.ids import TeamId
from gehoor.core.policy import Link
from gehoor.core.rota import Shift
from gehoor.core.time import MINUTE, SECOND
from gehoor.flows.partner import PAGE
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt
from tests.world import AT_NIGHT, NOOR, SITE, Built, Customer, account, open_house, organisation, parts

pytestmark = pytest.mark.anyio

DUTY = "piket@voorbeeldstad.example"
FIRST = Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep")
SECOND_ONE = Link("buurtwacht", "Buurtwacht", "webhook", "https://buurt.example/oproep")
OFFICER = Link("piket", "Piketdienst", "mail", DUTY)
TICK = 5 * SECOND
"""How long the test lets pass between two looks: a time is told to within this."""
BY_NIGHT = Shift(TeamId("Klantcontact"), (NOOR,), frozenset(range(7)), time(22), time(7))


@dataclass
class Night:
    """One night, and the customer in danger in it."""

    built: Built
    tenant: Customer
    began: int

    async def lasts(self, span: int) -> None:
        """Time passes in small steps; the house rings and looks around."""
        for _ in range(span // TICK):
            await self.built.pass_time(TICK)
            await self.built.ring()
            await self.built.house.watch.once()

    async def steps(self) -> list[str]:
        """What happened since the request, with the time after it."""
        shown = {
            e.PartnerAsked: lambda one: f"{one.partner} asked",
            e.PartnerSilent: lambda one: f"{one.partner} passed over ({one.why})",
            e.PartnerAcknowledged: lambda one: f"{one.partner} acknowledged",
            e.PartnerReached: lambda one: f"{one.partner} spoke to the customer",
            e.CallNowShown: lambda _: "the number to call now is shown",
            e.HumanJoined: lambda _: "a person of our own desk is here",
            e.PromiseMade: lambda _: "a dated promise",
        }
        return [
            f"{(fact.at - self.began) // SECOND:>4} s  {shown[type(fact.event)](fact.event)}"  # type: ignore[no-untyped-call]
            for fact in await self.built.facts(self.tenant.id)
            if type(fact.event) in shown
        ]

    async def reached_after(self) -> int:
        """Seconds from the first request to the moment that a person spoke to the customer."""
        facts = await self.built.facts(self.tenant.id)
        reached = next(fact.at for fact in facts if isinstance(fact.event, e.PartnerReached | e.HumanJoined))
        return (reached - self.began) // SECOND

    async def prints(self, title: str) -> None:
        """For who reads the run (pytest -s)."""
        print(f"\n{title}: a person after {await self.reached_after()} s")
        print("\n".join(f"  {step}" for step in await self.steps()))

    def token(self, link: Link) -> str:
        """The token of the last call to a link."""
        if link.how == "mail":
            letter = cast(MemoryMail, self.built.house.world.outbound.mail).to(DUTY)[-1]
            return letter.text.partition(PAGE)[2].split()[0]
        calls = cast(MemoryPartner, self.built.house.world.outbound.partner).calls
        return [call for call in calls if call.partner == link.id][-1].page.removeprefix(SITE + PAGE)

    async def says(self, link: Link, answered: Answered) -> None:
        """A person of the partner presses a button."""
        await self.built.house.partners.told(self.token(link), answered)
        await self.built.settle()


@asynccontextmanager
async def night(says: Callable[[PartnerCall], Receipt] = lambda _: ARRIVED) -> AsyncIterator[Night]:
    world, clock, _ = parts(partner=MemoryPartner(says))
    clock.set(AT_NIGHT)
    await world.people.put_staff(account(NOOR))
    policy = replace(organisation().policy, night=(FIRST, SECOND_ONE, OFFICER), shifts=(BY_NIGHT,))
    async with open_house(world=world, policy=policy) as built:
        tenant = await built.customer()
        began = clock.now()
        await tenant.writes("Er is brand in het trappenhuis!")
        await built.ring()
        yield Night(built, tenant, began)


async def resolved(one: Night) -> None:
    view = await one.built.view(one.tenant.id)
    assert (view.phase, view.requested) == (Phase.RESOLVED, False)


async def test_that_a_silent_partner_is_passed_over_after_a_minute() -> None:
    async with night() as one:
        await one.lasts(65 * SECOND)
        await one.says(SECOND_ONE, Answered.ACKNOWLEDGED)
        await one.lasts(2 * MINUTE)
        await one.says(SECOND_ONE, Answered.REACHED)
        await one.prints("Partner silent")
        assert [step.partition(" s  ")[2] for step in await one.steps()] == [
            "the number to call now is shown",
            "nachtwacht asked",
            "nachtwacht passed over (silent)",
            "buurtwacht asked",
            "buurtwacht acknowledged",
            "buurtwacht spoke to the customer",
        ]
        assert await one.reached_after() <= 4 * 60
        await resolved(one)
        assert "partner_acknowledged" in [event["type"] for event in await one.tenant.looks()]


async def test_that_a_partner_whose_system_is_down_is_passed_over_at_once() -> None:
    def says(call: PartnerCall) -> Receipt:
        return Receipt(Outcome.DEFERRED, "unreachable") if call.partner == FIRST.id else ARRIVED

    async with night(says) as one:
        await one.lasts(TICK)
        await one.says(SECOND_ONE, Answered.ACKNOWLEDGED)
        await one.lasts(2 * MINUTE)
        await one.says(SECOND_ONE, Answered.REACHED)
        await one.prints("Partner down")
        assert " 0 s  nachtwacht passed over (down)" in "\n".join(await one.steps())
        assert await one.reached_after() <= 130
        await resolved(one)


async def test_that_a_partner_who_acknowledges_and_does_nothing_is_passed_over_and_said() -> None:
    async with night() as one:
        await one.lasts(30 * SECOND)
        await one.says(FIRST, Answered.ACKNOWLEDGED)
        await one.lasts(15 * MINUTE)
        assert "nachtwacht passed over (nothing_done)" in "\n".join(await one.steps())
        await one.says(SECOND_ONE, Answered.ACKNOWLEDGED)
        await one.lasts(MINUTE)
        await one.says(SECOND_ONE, Answered.REACHED)
        await one.prints("Partner acknowledges and does nothing")
        assert await one.reached_after() <= 17 * 60
        await resolved(one)


async def test_that_an_empty_shift_is_an_alarm_and_the_chain_goes_on_to_our_own_officer() -> None:
    async with night() as one:
        await one.lasts(2 * MINUTE + TICK)
        rang = {alarm.kind.value: (alarm.since - one.began) // SECOND for alarm in one.built.house.alarms.standing()}
        assert rang["empty_shift"] <= 120, "nobody is there, and a supervisor knows it"
        await one.says(OFFICER, Answered.ACKNOWLEDGED)
        await one.lasts(MINUTE)
        await one.says(OFFICER, Answered.REACHED)
        await one.prints("Empty shift")
        print(f"  {rang['empty_shift']:>4} s  the alarm of the empty shift")
        assert await one.reached_after() <= 4 * 60
        await resolved(one)


async def test_that_when_nobody_at_all_answers_it_begins_again_and_whoever_comes_to_the_desk_has_them_first() -> None:
    async with night() as one:
        await one.lasts(3 * MINUTE + TICK)
        assert "partner_silent" in [alarm.kind.value for alarm in one.built.house.alarms.standing()]
        assert (await one.tenant.state())["phase"] == "waiting"
        await one.lasts(10 * MINUTE)
        asked = [step for step in await one.steps() if "nachtwacht asked" in step]
        assert len(asked) >= 2, "a new round"
        agent = await one.built.agent()
        assert (await one.built.view(one.tenant.id)).offered_to == NOOR
        await agent.takes(one.tenant.id)
        await one.prints("Nobody of the chain, then our own desk")
        await one.built.house.watch.once()
        assert one.built.house.alarms.standing() == (), "somebody is there, and somebody has it"
        assert "PromiseMade" not in await one.built.kinds(one.tenant.id), "danger never ends in a date"
