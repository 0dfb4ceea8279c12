"""Reached means delivered: what counts as an answer that a customer got, and what does not (KEEP, CLOCK)."""

import pytest

from gehoor.core.conversation.model import Phase, Reached
from tests.world import Agent, Built, Customer

pytestmark = pytest.mark.anyio


async def test_that_a_head_request_delivers_nothing(built: Built, agent: Agent, helped: Customer) -> None:
    await agent.writes(helped.id, "U kunt per brief opzeggen.")
    answer = await helped.client.head(f"{helped.path}/events", headers={"authorization": f"Bearer {helped.token}"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await built.view(helped.id)).reached is Reached.TRIED
    await helped.looks()
    assert (await built.view(helped.id)).reached is Reached.REACHED


async def test_that_a_greeting_answers_nothing_even_when_it_was_read(
    built: Built, agent: Agent, helped: Customer
) -> None:
    await agent.writes(helped.id, "Goedemiddag! Waar kan ik u mee helpen?")
    await helped.looks()
    assert (await built.view(helped.id)).requested
    refused = await agent.does("resolve", helped.id)
    assert (refused.status_code, refused.json()["can"]) == (409, "reply")


async def test_that_a_stream_that_resumes_behind_the_answer_says_that_it_arrived(
    built: Built, agent: Agent, helped: Customer
) -> None:
    seq = await agent.writes(helped.id, "U kunt per brief opzeggen.")
    assert (await built.view(helped.id)).reached is Reached.TRIED
    async with helped.listens(after=seq) as stream:
        await stream.next("state")
    await built.settle()
    assert (await built.view(helped.id)).reached is Reached.REACHED


async def test_that_a_question_that_is_open_goes_along_when_the_floor_goes_back(
    built: Built, agent: Agent, helped: Customer
) -> None:
    await agent.writes(helped.id, "U kunt per brief opzeggen.")
    await helped.looks()
    await helped.writes("En wanneer moet ik betalen?")
    assert (await agent.does("hand-back", helped.id)).status_code == 200
    await built.settle()
    said = [event for event in await helped.looks() if event["author"]["kind"] == "ai"]
    assert said, "the AI must answer what the customer asked before the floor came back"


async def test_that_words_that_the_agent_has_not_seen_keep_a_conversation_open(
    built: Built, agent: Agent, helped: Customer
) -> None:
    seen = await agent.writes(helped.id, "U kunt per brief opzeggen.")
    await helped.looks()
    await helped.writes("Wacht, nog iets!")
    refused = await agent.does("resolve", helped.id, last_seq=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")
    assert (await built.view(helped.id)).phase is Phase.HUMAN
    newest = (await agent.reads(helped.id))["last_seq"]
    assert (await agent.does("resolve", helped.id, last_seq=newest)).status_code == 200


async def test_that_the_reason_of_a_decline_is_one_of_a_few_and_no_story(built: Built, customer: Customer) -> None:
    one = await built.agent()
    await customer.wants_a_person()
    refused = await one.does("decline", customer.id, reason="mevrouw Jansen 0612345678 is boos")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")


async def test_that_a_telephone_number_is_on_no_list(built: Built, customer: Customer) -> None:
    await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
    other = await built.agent("agent2", available=False)
    async with await other.opens_desk() as desk:
        told = await desk.next("snapshot")
    assert told.data["queue"]
    assert "12 34 56" not in str(told.data)


async def test_that_who_reads_along_is_on_record(built: Built, helped: Customer) -> None:
    colleague = await built.agent("agent2")
    before = len(await built.house.world.store.ledger(kind="read"))
    assert (await colleague.client.get(f"/api/v1/staff/conversations/{helped.id}/events")).status_code == 200
    assert len(await built.house.world.store.ledger(kind="read")) == before + 1


async def test_that_a_colleague_who_is_away_gets_no_customers(built: Built, agent: Agent, helped: Customer) -> None:
    refused = await agent.does("transfer", helped.id, to="demo-agent2")
    assert (refused.status_code, refused.json()["field"]) == (409, "to")
    himself = await agent.does("transfer", helped.id, to=(await built.view(helped.id)).agent)
    assert himself.status_code == 409


async def test_that_passwords_cannot_be_guessed_without_end(built: Built) -> None:
    client = built.client()
    wrong = {"login": "agent1", "password": "geraden"}
    codes = [(await client.post("/api/v1/staff/session", json=wrong)).status_code for _ in range(12)]
    assert codes == [401] * 10 + [429] * 2
    other = {"login": "agent2", "password": "geraden"}
    assert (await client.post("/api/v1/staff/session", json=other)).status_code == 401
