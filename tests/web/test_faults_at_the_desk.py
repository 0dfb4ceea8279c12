"""Faults as the people at the desk meet them: two who accept at once, a line that breaks, words sent meanwhile."""

import asyncio
from typing import Any

import pytest

from gehoor.core.conversation.model import Phase
from gehoor.core.time import SECOND
from tests.world import NOOR, SAM, Agent, Built, Customer, new_id

pytestmark = pytest.mark.anyio


async def test_that_of_two_who_accept_at_once_one_has_it_and_the_other_reads_who(
    built: Built, customer: Customer
) -> None:
    await customer.wants_a_person()
    one, other = await built.agent(available=False), await built.agent("agent2", available=False)
    path = f"/api/v1/staff/conversations/{customer.id}/accept"
    answers = await asyncio.gather(one.client.post(path, json={}), other.client.post(path, json={}))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409).json()
    winner = "Noor" if answers[0].status_code == 200 else "Sam"
    assert refused["code"] == "not_yours"
    assert refused["detail"] == f"{winner} heeft dit gesprek."
    joined = [event for event in await customer.looks() if event["type"] == "human_joined"]
    assert [event["name"] for event in joined] == [winner]


async def test_that_an_offer_that_went_to_another_is_refused_in_words(
    built: Built, customer: Customer, agent: Agent
) -> None:
    await customer.wants_a_person()
    other = await built.agent("agent2")
    assert (await built.view(customer.id)).offered_to == NOOR
    refused = await other.does("accept", customer.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_yours")
    assert (await agent.does("accept", customer.id)).status_code == 200


async def test_that_an_agent_whose_line_is_gone_finds_the_customer_with_a_colleague(
    built: Built, customer: Customer, agent: Agent
) -> None:
    await customer.wants_a_person()
    await agent.takes(customer.id)
    await agent.is_there("away")
    await agent.closes_desk()
    await built.house.floor._lose(NOOR)  # the lease ran out; its clock is the loop's own
    other = await built.agent("agent2")
    await other.takes(customer.id)
    built.clock.forward(SECOND)
    late = await agent.does("messages", customer.id, client_id=new_id(), text="Daar ben ik weer.")
    assert (late.status_code, late.json()["detail"]) == (409, "Sam heeft dit gesprek.")
    told = await customer.looks()
    assert "weggevallen" in next(event["text"] for event in told if event["type"] == "human_left")
    assert "Daar ben ik weer" not in str(told)


async def test_that_words_sent_twice_because_the_line_broke_stand_once(agent: Agent, helped: Customer) -> None:
    id = new_id()
    first = await agent.does("messages", helped.id, client_id=id, text="Ik zoek het uit voor u.")
    again = await agent.does("messages", helped.id, client_id=id, text="Ik zoek het uit voor u.")
    assert first.json() == again.json()
    assert str(await helped.looks()).count("Ik zoek het uit voor u.") == 1


async def test_that_what_a_customer_sends_while_being_transferred_is_read_by_the_colleague(
    built: Built, agent: Agent, helped: Customer
) -> None:
    other = await built.agent("agent2")
    transfer = agent.client.post(f"/api/v1/staff/conversations/{helped.id}/transfer", json={"to": SAM})
    words = [helped.posts("messages", text=f"Nog iets, nummer {n}") for n in range(5)]
    answers = await asyncio.gather(words[0], words[1], transfer, *words[2:])
    await built.settle()
    assert {answer.status_code for answer in answers} == {200, 201}
    await other.takes(helped.id)
    read = [event.get("text", "") for event in (await other.reads(helped.id))["events"]]
    assert [sum(f"Nog iets, nummer {n}" in text for text in read) for n in range(5)] == [1] * 5
    assert (await built.view(helped.id)).phase is Phase.HUMAN
    await other.writes(helped.id, "Ik heb alles gelezen.")
    assert "Ik heb alles gelezen." in str(await helped.looks())


async def test_that_what_comes_in_during_a_transfer_shows_on_the_colleagues_desk_without_a_gap(
    built: Built, agent: Agent, helped: Customer
) -> None:
    other = await built.agent("agent2")
    assert (await agent.does("transfer", helped.id, to=SAM)).status_code == 200
    await helped.writes("Bent u er nog?")
    await other.takes(helped.id)
    assert other.desk is not None
    loaded = await other.reads(helped.id)
    await helped.writes("Hallo?")
    fact: dict[str, Any] = (await other.desk.next("fact")).data
    while fact["seq"] <= loaded["last_seq"]:
        fact = (await other.desk.next("fact")).data
    assert fact["prev"] == loaded["last_seq"]
    assert fact["text"] == "Hallo?"
