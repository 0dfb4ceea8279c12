"""Letters go out once there is something to say, are tried again, and what became of them is a fact."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from gehoor.adapters.outbound.memory import ACCEPTED, MemoryMail
from gehoor.adapters.outbound.nothing import NoMail
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import LetterKind, Phase, PromiseKind, Reached
from gehoor.core.ids import ConversationId
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND
from gehoor.flows import post
from gehoor.flows.envelopes import Subject, to_customer
from gehoor.ports.outbound import Letter, Outcome, Receipt
from tests.world import AT_NIGHT, Agent, Built, Customer, open_house, parts

pytestmark = pytest.mark.anyio

TO = "jan@klant.example"
LATER = Receipt(Outcome.DEFERRED, "451")
NO = Receipt(Outcome.REFUSED, "5.1.1")


class Says:
    """What the mail server says, until a test lets it say something else."""

    def __init__(self, receipt: Receipt = ACCEPTED) -> None:
        self.receipt = receipt
        self.ids: list[str] = []

    def __call__(self, letter: Letter) -> Receipt:
        self.ids.append(letter.id)
        return self.receipt


def mail_of(built: Built) -> MemoryMail:
    return cast(MemoryMail, built.house.world.outbound.mail)


def jobs(built: Built) -> list[str]:
    return [key for key in cast(Any, built.store)._jobs if ":mail:" in key]


async def subjects(built: Built) -> list[str]:
    await built.ring()
    return [letter.subject for letter in mail_of(built).to(TO)]


async def at_night(built: Built, **left: object) -> Customer:
    """A customer who asks for a person at night, and so gets a promise."""
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.wants_a_person(**({"email": TO} | left))
    return customer


async def with_answer(built: Built, customer: Customer) -> Agent:
    """The next morning an agent writes the answer, and nobody has the page open."""
    built.clock.set(AT_NIGHT)
    built.clock.forward(10 * HOUR)
    await built.ring()
    agent = await built.agent()
    await agent.takes(customer.id)
    await agent.writes(customer.id, "U krijgt het geld morgen.")
    await built.ring()
    return agent


async def events(built: Built, customer: Customer, kind: type) -> list[Any]:
    return [fact.event for fact in await built.facts(customer.id) if isinstance(fact.event, kind)]


# -- what is sent ----------------------------------------------------------------------------------------------------


async def test_that_a_promise_is_confirmed_by_letter_and_that_is_a_fact(built: Built) -> None:
    customer = await at_night(built)
    assert jobs(built) != []
    reference = (await built.view(customer.id)).reference
    assert await subjects(built) == [f"Onze afspraak met u: nummer {reference}"]
    letter = mail_of(built).letters[-1]
    assert letter.reference == reference
    assert "uiterlijk dinsdag 24 november 17.00 uur" in letter.text
    assert "/chat" in letter.text
    told = await events(built, customer, e.MailAccepted)
    assert [one.letter for one in told] == [LetterKind.PROMISE]
    assert jobs(built) == []


async def test_that_nothing_is_sent_to_who_left_no_address(built: Built) -> None:
    customer = await at_night(built, email="")
    assert await subjects(built) == []
    assert jobs(built) == []
    assert not {"MailAccepted", "MailFailed"} & set(await built.kinds(customer.id))


async def test_that_without_a_mail_server_nothing_is_sent_and_nothing_is_told() -> None:
    world, _, _ = parts(mail=NoMail())
    async with open_house(world=world) as built:
        customer = await at_night(built)
        await built.ring()
        assert jobs(built) == []
        assert "MailFailed" not in await built.kinds(customer.id)


async def test_that_a_broken_promise_brings_one_letter_with_an_apology_and_the_new_time(built: Built) -> None:
    customer = await at_night(built)
    await subjects(built)
    await built.pass_time(18 * HOUR + MINUTE)  # the end of the next working day
    reference = (await built.view(customer.id)).reference
    assert (await subjects(built))[1:] == [f"Wij waren niet op tijd: nummer {reference}"]
    letter = mail_of(built).letters[-1]
    assert "spijt ons" in letter.text
    assert "uiterlijk woensdag 25 november 17.00 uur" in letter.text
    assert [one.letter for one in await events(built, customer, e.MailAccepted)][1:] == [LetterKind.BROKEN]


async def test_that_a_letter_that_was_overtaken_is_not_sent() -> None:
    says = Says(LATER)
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        customer = await at_night(built)
        await built.ring()
        await customer.posts("withdraw")
        says.receipt = ACCEPTED
        await built.pass_time(HOUR)
        assert mail_of(built).to(TO) == []
        assert jobs(built) == []


# -- a person's answer -----------------------------------------------------------------------------------------------


async def test_that_an_answer_by_letter_carries_the_persons_words_and_name_and_keeps_the_promise(built: Built) -> None:
    customer = await at_night(built, preference="email")
    await with_answer(built, customer)
    letter = mail_of(built).letters[-1]
    assert "U krijgt het geld morgen." in letter.text
    assert "geschreven door Noor, medewerker van Woonstichting Voorbeeldstad" in letter.text
    assert not letter.automatic
    view = await built.view(customer.id)
    assert view.reached is Reached.REACHED
    assert "PromiseKept" in await built.kinds(customer.id)


async def test_that_an_answer_goes_by_letter_only_when_nobody_can_see_it_or_a_letter_was_promised(built: Built) -> None:
    agent = await built.agent()
    customer = await built.customer()
    await customer.wants_a_person(email=TO)
    await agent.takes(customer.id)
    async with customer.listens() as page:
        await page.next("state")
        await agent.writes(customer.id, "Uw borg komt morgen.")
        assert [one.by_mail for one in await events(built, customer, e.AgentWrote)] == [False]
    await agent.writes(customer.id, "Het is in orde.")
    await agent.does("messages", customer.id, client_id="7" * 32, text="Een ogenblik alstublieft.", canned=True)
    assert [one.by_mail for one in await events(built, customer, e.AgentWrote)] == [False, True, False]


async def test_that_an_answer_that_was_seen_meanwhile_is_not_sent(built: Built) -> None:
    agent = await built.agent()
    customer = await built.customer()
    await customer.wants_a_person(email=TO)
    await agent.takes(customer.id)
    await agent.writes(customer.id, "Het is in orde.")
    assert jobs(built) != []
    await customer.looks()
    await built.ring()
    assert mail_of(built).to(TO) == []
    assert jobs(built) == []


async def test_that_a_bounce_days_later_opens_the_request_again_with_a_new_promise(built: Built) -> None:
    customer = await at_night(built, preference="email")
    agent = await with_answer(built, customer)
    await agent.does("resolve", customer.id)
    assert (await built.view(customer.id)).phase is Phase.RESOLVED
    built.clock.forward(2 * DAY)
    await built.house.post.bounced(mail_of(built).letters[-1].token, "5.1.1")
    await built.settle()
    failed = (await events(built, customer, e.MailFailed))[-1]
    assert (failed.bounced, failed.reopens, failed.code) == (True, True, "5.1.1")
    view = await built.view(customer.id)
    assert view.requested
    assert view.due_at is not None
    sent = len(mail_of(built).letters)
    await built.ring()
    assert len(mail_of(built).letters) == sent, "not to an address that is known to fail"


@pytest.mark.parametrize("token", ["", "nonsense", "01JD0000000000000000000001.3", "HOUSE.0", "x.y", "."])
async def test_that_a_bounce_of_nothing_that_is_known_changes_nothing(built: Built, token: str) -> None:
    await built.house.post.bounced(token, "5.1.1")


async def test_that_a_bounce_of_a_fact_that_was_no_letter_changes_nothing(built: Built) -> None:
    customer = await at_night(built)
    kinds = await built.kinds(customer.id)
    await built.house.post.bounced(f"{customer.id}.1", "5.1.1")
    await built.house.post.bounced(f"{customer.id}.999", "5.1.1")
    assert await built.kinds(customer.id) == kinds


# -- what does not go well -------------------------------------------------------------------------------------------


async def test_that_a_refusal_is_told_to_the_customer_and_the_promise_stands() -> None:
    world, _, _ = parts(mail=MemoryMail(Says(NO)))
    async with open_house(world=world) as built:
        customer = await at_night(built)
        await built.ring()
        failed = (await events(built, customer, e.MailFailed))[0]
        assert (failed.bounced, failed.code) == (False, "5.1.1")
        assert (await built.view(customer.id)).due_at is not None
        assert "mail_failed" in [event["type"] for event in await customer.looks()]
        assert jobs(built) == []


async def test_that_a_letter_is_tried_again_with_growing_waits_under_the_same_id() -> None:
    says = Says(LATER)
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        customer = await at_night(built)
        await built.ring()
        for wait in post.WAITS[:4]:
            tried = len(says.ids)
            await customer.writes("Is er al nieuws?")  # the conversation goes on; the letter is the same one
            await built.pass_time(wait - SECOND)
            assert len(says.ids) == tried, "not early"
            await built.pass_time(SECOND)
            assert len(says.ids) == tried + 1
        says.receipt = ACCEPTED
        await built.pass_time(post.WAITS[4])
        assert len(mail_of(built).to(TO)) == 1
        assert len(set(says.ids)) == 1
        await built.pass_time(3 * HOUR)
        assert len(mail_of(built).to(TO)) == 1, "and not again"


async def test_that_a_letter_that_nobody_takes_for_hours_counts_as_refused() -> None:
    says = Says(LATER)
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        customer = await at_night(built)
        for _ in range(40):
            await built.pass_time(10 * MINUTE)
        failed = await events(built, customer, e.MailFailed)
        assert [one.code for one in failed] == ["deferred"]
        assert jobs(built) == []


async def test_that_who_died_after_the_servers_yes_sends_the_same_letter_again(monkeypatch: pytest.MonkeyPatch) -> None:
    says = Says()
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        customer = await at_night(built)

        async def never(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(built.house.post, "_tell", never)
        await built.house.ticker.once()
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(says.ids) == 1
        for task in built.house.outbox._running.values():
            task.cancel()
    async with open_house(world=world) as again:
        await again.ring()
        assert len(says.ids) == 2
        assert len(set(says.ids)) == 1, "one Message-ID"
        assert len([kind for kind in await again.kinds(customer.id) if kind == "MailAccepted"]) == 1


async def test_that_a_letter_that_takes_long_is_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    goes, says = asyncio.Event(), Says()
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        send = built.house.world.outbound.mail.send

        async def slowly(letter: Letter) -> Receipt:
            await goes.wait()
            return await send(letter)

        monkeypatch.setattr(built.house.world.outbound.mail, "send", slowly)
        await at_night(built)
        for _ in range(3):
            await built.house.ticker.once()
            built.clock.forward(MINUTE)  # past the lease
        goes.set()
        await built.settle()
        assert len(says.ids) == 1


async def test_that_mail_that_does_not_leave_at_all_is_noticed_and_is_over_when_it_does() -> None:
    says = Says(LATER)
    world, _, _ = parts(mail=MemoryMail(says))
    async with open_house(world=world) as built:
        for _ in range(3):
            await at_night(built)
        await built.ring()
        assert built.house.post.trouble == "451"
        says.receipt = ACCEPTED
        await built.pass_time(HOUR)
        assert built.house.post.trouble == ""


async def test_that_a_window_is_told_as_people_say_it(built: Built) -> None:
    customer = await at_night(built)
    state = await built.house.recorder.state(ConversationId(customer.id))
    fact = next(fact for fact in await built.facts(customer.id) if isinstance(fact.event, e.PromiseMade))
    start = state.record.due_at
    assert start is not None
    record = replace(
        state.record, promise_kind=PromiseKind.CALLBACK, window_start=type(start)(start - HOUR), due_at=start
    )
    subject = Subject(fact, None, replace(state, record=record))
    letter = to_customer(built.house.policy, LetterKind.PROMISE, subject, TO, "https://chat.example")
    assert "belt u dinsdag 24 november tussen 16.00 en 17.00 uur" in letter.text
