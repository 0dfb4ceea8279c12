"""The night chain is asked in danger with nobody at our desk; who is asked is believed on a button, not on a look."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from gehoor.adapters.outbound.memory import MemoryMail
from gehoor.adapters.outbound.memory_partner import ARRIVED, MemoryPartner
from gehoor.adapters.outbound.signing import signature
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Answered, Phase
from gehoor.core.errors import NotAllowed, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Link, Policy
from gehoor.core.time import DAY, MINUTE, SECOND, Instant
from gehoor.flows.partner import GOOD_FOR, HOOK, PAGE, read_token, token_for
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt
from tests.world import AT_NIGHT, NOOR, SITE, Built, Customer, account, open_house, organisation, parts

pytestmark = pytest.mark.anyio

DUTY = "dienst@voorbeeldstad.example"
NIGHT = Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep")
OFFICER = Link("eigen-dienst", "Eigen dienst", "mail", DUTY)


def policy_of(*links: Link) -> Policy:
    return replace(organisation().policy, night=links)


@asynccontextmanager
async def by_night(
    *links: Link, says: Callable[[PartnerCall], Receipt] = lambda _: ARRIVED, mail: MemoryMail | None = None
) -> AsyncIterator[Built]:
    world, clock, _ = parts(partner=MemoryPartner(says), mail=mail)
    clock.set(AT_NIGHT)
    await world.people.put_staff(account(NOOR))
    async with open_house(world=world, policy=policy_of(*links)) as built:
        yield built


def calls(built: Built) -> list[PartnerCall]:
    return list(cast(MemoryPartner, built.house.world.outbound.partner).calls)


def token_of(call: PartnerCall) -> str:
    return call.page.removeprefix(SITE + PAGE)


async def in_danger(built: Built, phone: str = "06 12 34 56 78") -> Customer:
    customer = await built.customer()
    await customer.writes("Er is brand in het trappenhuis!")
    if phone:
        await customer.wants_a_person(phone=phone)
    await built.ring()
    return customer


async def partners(built: Built, customer: Customer) -> list[Any]:
    known = e.PartnerAsked | e.PartnerAcknowledged | e.PartnerSilent | e.PartnerReached
    return [fact.event for fact in await built.facts(customer.id) if isinstance(fact.event, known)]


# -- asking ----------------------------------------------------------------------------------------------------------


async def test_that_a_partners_system_is_told_what_it_needs_and_nothing_more() -> None:
    async with by_night(NIGHT) as built:
        customer = await built.customer()
        await customer.writes("Er is brand in het trappenhuis van Dorpsstraat 7!")
        await customer.posts("human", phone="06 12 34 56 78", email="jan@klant.example")
        await built.ring()
        call = calls(built)[0]
        assert (call.partner, call.address, call.danger) == ("nachtwacht", NIGHT.address, "brand")
        assert (call.phone, call.language) == ("06 12 34 56 78", "nl")
        assert call.page.startswith(SITE + PAGE)
        assert call.answer_to == SITE + HOOK + token_of(call)
        assert "Dorpsstraat" not in repr(call)
        assert "jan@" not in repr(call)
        assert (await built.view(customer.id)).phase is Phase.WAITING, "arrived is not routed"


async def test_that_who_left_no_number_and_has_no_reference_is_called_by_the_code_of_the_desk() -> None:
    async with by_night(NIGHT) as built:
        customer = await in_danger(built, phone="")
        assert calls(built)[0].phone == ""
        assert calls(built)[0].reference == f"K-{customer.id[-4:].upper()}"


async def test_that_who_is_on_duty_gets_a_letter_with_a_link_and_nothing_of_the_customer() -> None:
    async with by_night(OFFICER) as built:
        await in_danger(built)
        letter = cast(MemoryMail, built.house.world.outbound.mail).to(DUTY)[0]
        assert "gevaar: brand" in letter.text
        assert SITE + PAGE in letter.text
        assert "06 12" not in letter.text
        assert letter.automatic


async def test_that_a_call_keeps_its_id_when_it_is_put_again_and_gets_another_in_the_next_round() -> None:
    async with by_night(NIGHT) as built:
        await in_danger(built)
        await built.pass_time(MINUTE)
        await built.pass_time(10 * MINUTE)
        await built.ring()
        first, second = (call.id for call in calls(built))
        assert first != second


async def test_that_who_died_while_asking_asks_again_under_the_same_id(monkeypatch: pytest.MonkeyPatch) -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with open_house(world=world, policy=policy_of(NIGHT)) as built:

        async def dies(*_: object) -> None:
            raise RuntimeError("killed between their yes and our commit")

        finish = built.house.world.store.finish
        monkeypatch.setattr(built.house.world.store, "finish", dies)
        customer = await in_danger(built)
        monkeypatch.setattr(built.house.world.store, "finish", finish)
        before = calls(built)
        assert len(before) == 1
    async with open_house(world=world, policy=policy_of(NIGHT)) as again:
        await again.ring()
        assert [call.id for call in calls(again)] == [before[0].id, before[0].id]
        assert [type(one).__name__ for one in await partners(again, customer)] == ["PartnerAsked"]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.DEFERRED])
async def test_that_a_partner_who_cannot_be_asked_is_passed_over_at_once(outcome: Outcome) -> None:
    async with by_night(NIGHT, OFFICER, says=lambda _: Receipt(outcome, "unreachable")) as built:
        customer = await in_danger(built)
        await built.ring()
        told = await partners(built, customer)
        assert [type(one).__name__ for one in told] == ["PartnerAsked", "PartnerSilent", "PartnerAsked"]
        assert told[1].why == "down"
        assert len(cast(MemoryMail, built.house.world.outbound.mail).to(DUTY)) == 1


async def test_that_a_call_whose_customer_was_taken_meanwhile_is_not_put() -> None:
    async with by_night(NIGHT) as built:
        customer = await built.customer()
        await customer.writes("Er is brand in het trappenhuis!")
        agent = await built.agent()
        await agent.takes(customer.id)
        await built.ring()
        assert calls(built) == []
        assert not [key for key in cast(Any, built.store)._jobs if ":partner:" in key]


# -- their answers ---------------------------------------------------------------------------------------------------


async def test_that_an_acknowledgement_stops_the_chain_and_a_conversation_ends_it() -> None:
    async with by_night(NIGHT, OFFICER) as built:
        customer = await in_danger(built)
        token = token_of(calls(built)[0])
        assert (await built.house.partners.duty(token)).stands
        assert "PartnerAcknowledged" not in await built.kinds(customer.id), "looking acknowledges nothing"
        assert (await built.house.partners.told(token, Answered.ACKNOWLEDGED)).acknowledged
        await built.pass_time(2 * MINUTE)
        assert len(await partners(built, customer)) == 2, "nobody else is asked"
        assert not (await built.house.partners.told(token, Answered.REACHED)).stands
        view = await built.view(customer.id)
        assert (view.phase, view.requested) == (Phase.RESOLVED, False)


async def test_that_who_does_not_reach_the_customer_passes_the_call_on() -> None:
    async with by_night(NIGHT, OFFICER) as built:
        customer = await in_danger(built)
        token = token_of(calls(built)[0])
        await built.house.partners.told(token, Answered.ACKNOWLEDGED)
        after = await built.house.partners.told(token, Answered.NOT_REACHED)
        assert not after.stands
        assert after.phone == "", "who is not asked any more has no use for it"
        assert [type(one).__name__ for one in await partners(built, customer)][-1] == "PartnerAsked"


async def test_that_an_answer_that_comes_late_changes_nothing() -> None:
    async with by_night(NIGHT, OFFICER) as built:
        customer = await in_danger(built)
        token = token_of(calls(built)[0])
        await built.pass_time(MINUTE + SECOND)
        before = await built.kinds(customer.id)
        await built.house.partners.told(token, Answered.ACKNOWLEDGED)
        assert await built.kinds(customer.id) == before


# -- tokens and signatures -------------------------------------------------------------------------------------------


async def test_that_a_token_is_good_for_its_own_call_and_time(built: Built) -> None:
    keys, now = built.house.world.keys, built.clock.now()
    token = token_for(keys, ConversationId("01JD0000000000000000000001"), 2, Instant(now + DAY))
    assert read_token(keys, token, now) == ("01JD0000000000000000000001", 2)
    with pytest.raises(Unknown, match="expired"):
        read_token(keys, token, Instant(now + DAY + SECOND))


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token.replace(".2.", ".1."),
        lambda token: token.replace("01JD", "01JE"),
        lambda token: token.replace(".", ""),
        lambda token: token + "é",
        lambda token: token.upper() + "x",
        lambda _: "",
        lambda _: "..." * 100,
        lambda _: "\0",
    ],
)
async def test_that_a_token_that_was_touched_is_nobodys(built: Built, change: Callable[[str], str]) -> None:
    keys, now = built.house.world.keys, built.clock.now()
    token = token_for(keys, ConversationId("01JD0000000000000000000001"), 2, Instant(now + DAY))
    with pytest.raises(Unknown):
        read_token(keys, change(token), now)


async def test_that_an_answer_of_a_system_must_be_signed_by_it_just_now() -> None:
    async with by_night(NIGHT) as built:
        await in_danger(built)
        token, secret = token_of(calls(built)[0]), cast(MemoryPartner, built.house.world.outbound.partner).secret
        now, body = built.clock.now() // SECOND, b'{"status":"acknowledged"}'
        check = built.house.partners.check
        check(token, str(now), body, signature(secret, str(now), body))
        check(token, str(now - 290), body, signature(secret, str(now - 290), body))
        for wrong in (
            (str(now), body, signature(b"another", str(now), body)),
            (str(now), body + b" ", signature(secret, str(now), body)),
            (str(now + 1), body, signature(secret, str(now), body)),
            (str(now - 301), body, signature(secret, str(now - 301), body)),
            ("", body, signature(secret, "", body)),
            ("now", body, signature(secret, "now", body)),
            (str(now), body, ""),
            (str(now), body, "v1=é"),
        ):
            with pytest.raises(NotAllowed):
                check(token, *wrong)
        built.clock.forward(GOOD_FOR + MINUTE)
        late = str(built.clock.now() // SECOND)
        with pytest.raises(Unknown):
            check(token, late, body, signature(secret, late, body))


async def test_that_a_link_that_is_asked_by_letter_has_no_system_that_could_sign() -> None:
    async with by_night(OFFICER) as built:
        await in_danger(built)
        letter = cast(MemoryMail, built.house.world.outbound.mail).to(DUTY)[0]
        token = letter.text.partition(PAGE)[2].split()[0]
        secret, now = cast(MemoryPartner, built.house.world.outbound.partner).secret, str(built.clock.now() // SECOND)
        with pytest.raises(NotAllowed):
            built.house.partners.check(token, now, b"{}", signature(secret, now, b"{}"))
