"""Promises as the desk shows them: what is due first on top, who owns it, and how often the customer was tried."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gehoor.adapters.scripted import MONDAY_MORNING
from gehoor.core.ids import TeamId
from gehoor.core.time import HOUR, MINUTE
from tests.world import AT_NIGHT, ROBIN, Agent, Built, Customer, account, open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house at night."""
    async with open_house() as one:
        one.clock.forward(AT_NIGHT - MONDAY_MORNING)
        yield one


async def listed(agent: Agent) -> list[dict[str, Any]]:
    """The promises on a desk that is opened now."""
    async with agent.built.stream("/api/v1/staff/desk/stream", agent.cookie) as stream:
        promises: list[dict[str, Any]] = (await stream.next("snapshot")).data["promises"]
    return promises


async def test_that_the_morning_shift_sees_what_is_due_first_on_top(built: Built) -> None:
    by_mail = await built.customer()
    await by_mail.wants_a_person(preference="email", email="piet@voorbeeld.example")
    by_phone = await built.customer()
    await by_phone.wants_a_person(preference="callback", phone="06 12 34 56 78")
    built.clock.forward(10 * HOUR)
    promises = await listed(await built.agent(available=False))
    assert [one["id"] for one in promises] == [by_phone.id, by_mail.id]
    first = promises[0]
    assert (first["kind"], first["whose"], first["tries"]) == ("callback", "team", 0)
    assert first["due_at"] < promises[1]["due_at"]
    assert first["reference"]


async def test_that_no_number_and_no_words_are_on_the_list_of_promises(built: Built, customer: Customer) -> None:
    await customer.writes("Mijn buurman is jarig")
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    promises = await listed(await built.agent(available=False))
    assert "jarig" not in str(promises)
    assert "12 34" not in str(promises)


async def test_that_a_promise_in_hand_is_mine_and_says_when_the_next_try_would_be(
    built: Built, customer: Customer
) -> None:
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    built.clock.forward(10 * HOUR)  # tuesday, 9.00
    agent = await built.agent()
    await agent.takes(customer.id)
    assert [(one["id"], one["whose"], one["agent"]) for one in await listed(agent)] == [(customer.id, "mine", "Noor")]
    promise = (await agent.reads(customer.id))["card"]["promise"]
    assert promise["phone"] == "06 12 34 56 78"
    assert promise["next_try_at"].startswith("2026-11-24T1"), "another part of the same day"
    assert (await agent.does("call", customer.id, answered=False)).status_code == 200
    tried = (await listed(agent))[0]
    assert (tried["tries"], tried["phase"], tried["whose"]) == (1, "parked", "team")


async def test_that_a_promise_that_is_kept_leaves_the_list(built: Built, customer: Customer) -> None:
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    built.clock.forward(10 * HOUR)
    agent = await built.agent()
    await agent.takes(customer.id)
    assert (await agent.does("call", customer.id, answered=True)).status_code == 200
    assert await listed(agent) == []


async def test_that_who_is_given_a_customer_reads_why(built: Built, customer: Customer) -> None:
    await customer.wants_a_person()
    agent = await built.agent()
    other = await built.agent("agent2", available=False)
    assert (await agent.reads(customer.id))["card"]["chosen"]
    assert (await other.reads(customer.id))["card"]["chosen"] == ""


async def test_that_a_promise_that_comes_up_is_told_on_every_desk_of_its_team(built: Built, customer: Customer) -> None:
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    promise = (await built.view(customer.id)).due_at
    assert promise is not None
    built.clock.forward(promise - built.clock.now() - 2 * HOUR)
    agent = await built.agent(available=False)
    other = await built.agent("agent2", available=False)
    stranger = replace(account(ROBIN), team=TeamId("Elders"))
    await built.house.world.people.put_staff(stranger)
    elsewhere = await built.agent("agent3", available=False)
    await built.pass_time(61 * MINUTE)
    for one in (agent, other):
        assert one.desk is not None
        fact = (await one.desk.next("fact")).data
        assert (fact["type"], fact["conversation"]) == ("promise_reminded", customer.id)
    await elsewhere.client.delete("/api/v1/staff/session")
    assert elsewhere.desk is not None
    assert not [sent for sent in await elsewhere.desk.rest() if sent.kind == "fact"]


async def test_that_an_agent_reads_beforehand_that_an_answer_goes_by_mail_too(built: Built, customer: Customer) -> None:
    await customer.wants_a_person(preference="email", email="piet@voorbeeld.example")
    built.clock.forward(10 * HOUR)
    agent = await built.agent()
    await agent.takes(customer.id)
    promise = (await agent.reads(customer.id))["card"]["promise"]
    assert (promise["by_mail"], promise["email"]) == (True, "piet@voorbeeld.example")
    by_phone = await built.customer()
    await by_phone.wants_a_person(preference="callback", phone="06 12 34 56 78")
    await agent.takes(by_phone.id)
    assert (await agent.reads(by_phone.id))["card"]["promise"]["by_mail"] is False


async def test_that_a_number_is_read_back_digit_by_digit_to_who_has_the_conversation(
    built: Built, customer: Customer
) -> None:
    await customer.wants_a_person(preference="callback", phone="+31 6 1234 5678")
    built.clock.forward(10 * HOUR)
    agent = await built.agent()
    await agent.takes(customer.id)
    promise = (await agent.reads(customer.id))["card"]["promise"]
    assert promise["phone_shown"] == "06 - 12 34 56 78"
    assert promise["phone_spoken"] == "nul zes, een twee, drie vier, vijf zes, zeven acht"
