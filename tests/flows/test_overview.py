"""What the night hands over is what happened, in the order in which it happened."""

from dataclasses import replace
from datetime import date, time
from typing import cast

import pytest

from gehoor.adapters.outbound.memory import ACCEPTED, MemoryMail
from gehoor.adapters.outbound.memory_partner import MemoryPartner
from gehoor.core.conversation.model import Answered, Danger
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.policy import Link
from gehoor.core.time import DAY, HOUR, MINUTE, Instant
from gehoor.flows.alarms import AlarmKind
from gehoor.flows.overview import Handover, handover, last_close
from gehoor.flows.partner import PAGE
from gehoor.ports.outbound import Outcome, Receipt
from tests.world import AT_NIGHT, NOOR, SITE, Built, Customer, account, open_house, organisation, parts

pytestmark = pytest.mark.anyio

SIX = Instant(AT_NIGHT - 6 * HOUR)
"""Monday 17:00."""
NIGHT = Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep")
REFUSED = Receipt(Outcome.REFUSED, "5.1.1")


async def told(built: Built, since: Instant = SIX) -> Handover:
    return await handover(built.house.world, since)


def ids(items: tuple[object, ...]) -> list[str]:
    return [one.id for one in items]  # type: ignore[attr-defined]  # Item


async def asks(built: Built, **left: object) -> Customer:
    customer = await built.customer()
    await customer.wants_a_person(**left)
    return customer


async def test_that_what_came_in_at_night_is_told_with_its_promise_and_is_open() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world) as built:
        first = await asks(built)
        clock.forward(HOUR)
        second = await asks(built, preference="callback", phone="06 12 34 56 78")
        night = await told(built)
        assert ids(night.came_in) == ids(night.promised) == [first.id, second.id]
        assert set(ids(night.open)) == {first.id, second.id}
        assert (night.done, night.broken, night.not_reached) == ((), (), ())
        item = night.promised[1]
        assert (item.kind, item.owner) == ("callback", "Klantcontact")
        assert item.due_at == (await built.view(second.id)).due_at
        assert (await told(built, Instant(clock.now() - MINUTE))).came_in == night.came_in[1:]


async def test_that_what_was_done_is_told_as_done_and_is_not_open() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    await world.people.put_staff(account(NOOR))
    async with open_house(world=world) as built:
        customer = await asks(built)
        clock.forward(10 * HOUR)
        agent = await built.agent()
        await agent.takes(customer.id)
        await agent.does("call", customer.id, answered=True)
        night = await told(built)
        assert ids(night.done) == [customer.id]
        assert night.open == ()


async def test_that_a_broken_promise_is_told_and_stays_open() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world) as built:
        customer = await asks(built)
        await built.pass_time(18 * HOUR + MINUTE)
        night = await told(built)
        assert ids(night.broken) == ids(night.open) == [customer.id]


async def test_that_what_is_open_is_told_however_long_it_has_been_by_what_is_due_first() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world) as built:
        mail = await asks(built, preference="email", email="jan@klant.example")
        chat = await asks(built)
        clock.forward(6 * HOUR)
        night = await told(built, clock.now())
        assert (night.came_in, night.promised) == ((), ())
        assert ids(night.open) == [chat.id, mail.id], "an answer by e-mail has a day more"


async def test_that_a_danger_of_the_night_is_told_as_danger_with_what_the_night_service_did_last() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world, policy=replace(organisation().policy, night=(NIGHT,))) as built:
        customer = await built.customer()
        await customer.writes("Er is brand in het trappenhuis!")
        await built.ring()
        asked = (await told(built)).came_in[0]
        assert (asked.id, asked.danger, asked.partner) == (customer.id, Danger.LIFE, "asked")
        call = cast(MemoryPartner, built.house.world.outbound.partner).calls[0]
        token = call.page.removeprefix(SITE + PAGE)
        for answered, said in ((Answered.ACKNOWLEDGED, "acknowledged"), (Answered.REACHED, "reached")):
            await built.house.partners.told(token, answered)
            item = (await told(built)).came_in[0]
            assert (item.danger, item.partner) == (Danger.LIFE, said)
        assert (await built.view(customer.id)).danger is Danger.NONE, "it is over, and was there all the same"


@pytest.mark.parametrize(("receipt", "failed"), [(REFUSED, True), (ACCEPTED, False)])
async def test_that_a_letter_that_did_not_arrive_is_told(receipt: Receipt, failed: bool) -> None:
    world, clock, _ = parts(mail=MemoryMail(lambda _: receipt))
    clock.set(AT_NIGHT)
    async with open_house(world=world) as built:
        customer = await asks(built, email="jan@klant.example")
        await built.ring()
        night = await told(built)
        assert [(one.id, one.mail_failed) for one in (*night.promised, *night.open)] == [(customer.id, failed)] * 2
        clock.forward(MINUTE)
        assert [one.mail_failed for one in (await told(built, clock.now())).open] == [False], "not of another night"


async def test_that_the_alarms_of_the_night_are_told_with_when_they_were_over() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world, policy=replace(organisation().policy, shifts=())) as built:
        await built.house.alarms.ring(AlarmKind.PROBE_FAILED, step="start", what="x")
        await built.house.alarms.clear(AlarmKind.PROBE_FAILED)
        clock.forward(HOUR)
        await built.house.alarms.ring(AlarmKind.POLICY_REDUCED)
        clock.forward(HOUR)
        await built.house.alarms.ring(AlarmKind.PROBE_FAILED, step="human", what="x")
        await built.house.alarms.clear(AlarmKind.PROBE_FAILED)
        rang = (await told(built)).alarms
        assert [(one.alarm.kind.value, one.over_at is None) for one in rang] == [
            ("probe_failed", False),
            ("policy_reduced", True),
            ("probe_failed", False),
        ]
        later_on = (await told(built, Instant(AT_NIGHT + MINUTE))).alarms
        assert [one.alarm.data.get("step") for one in later_on] == [None, "human"], "what was over by then is not told"


# -- from when -------------------------------------------------------------------------------------------------------

WEEK = (Block(time(8), time(12)), Block(time(13), time(17)))
HOURS = OpeningHours((WEEK,) * 5 + ((), ()), frozenset({date(2026, 11, 20)}))
LATE = OpeningHours(((Block(time(14), time(0)),),) * 7, frozenset())


@pytest.mark.parametrize(
    ("hours", "now", "close"),
    [
        # Monday 23 November 2026 17:00 in Amsterdam is AT_NIGHT - 6 hours
        (HOURS, AT_NIGHT, SIX),  # at night: this working day is over
        (HOURS, SIX, SIX),  # at the very moment that it ends
        (HOURS, Instant(SIX + 15 * HOUR), SIX),  # the next morning at eight
        (HOURS, Instant(SIX + 20 * HOUR), SIX),  # in its afternoon: a pause at noon is no night
        (HOURS, Instant(SIX - HOUR), Instant(SIX - 4 * DAY)),  # on Monday, before a weekend and a closing day: Thursday
        (LATE, Instant(SIX + 8 * HOUR), Instant(SIX + 7 * HOUR)),  # a day that ends at midnight
    ],
)
def test_that_the_night_begins_where_the_last_working_day_ended(
    hours: OpeningHours, now: Instant, close: Instant
) -> None:
    assert last_close(hours, now) == close


def test_that_hours_without_any_day_have_no_night() -> None:
    assert last_close(OpeningHours(((),) * 7, frozenset()), AT_NIGHT) == AT_NIGHT
