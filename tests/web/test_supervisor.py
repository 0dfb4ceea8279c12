"""What a supervisor may do beyond an agent: reading. Nothing else is wider."""

import pytest

from tests.world import Agent, Built, Customer, new_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def supervisor(built: Built) -> Agent:
    """The team leader, signed in."""
    return await built.agent("teamleider", available=False)


async def test_that_a_supervisor_is_known_as_one(built: Built) -> None:
    told = await Agent(built, built.client()).signs_in("teamleider")
    assert (told["name"], told["role"]) == ("Kim", "supervisor")


async def test_that_a_supervisor_reads_what_the_ai_has_and_it_is_on_record(
    supervisor: Agent, customer: Customer
) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    told = await supervisor.reads(customer.id)
    assert told["card"]["phase"] == "ai"
    read = [entry for entry in await supervisor.built.store.ledger() if entry.kind == "read"]
    assert "demo-teamleider" in read[-1].body


async def test_that_a_supervisor_reads_what_is_finished(agent: Agent, supervisor: Agent, helped: Customer) -> None:
    await agent.writes(helped.id, "Het antwoord.")
    await helped.looks()
    await agent.does("resolve", helped.id)
    assert (await supervisor.reads(helped.id))["events"][-1]["type"] == "resolved"
    agents_own = await agent.client.get(f"/api/v1/staff/conversations/{helped.id}")
    assert agents_own.status_code == 403


async def test_that_a_supervisor_does_not_write_in_anybodys_conversation(supervisor: Agent, helped: Customer) -> None:
    answer = await supervisor.does("messages", helped.id, client_id=new_id(), text="Even tussendoor")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_yours")
    assert "tussendoor" not in str(await helped.looks())


async def test_that_a_supervisor_can_take_conversations_as_an_agent_does(supervisor: Agent, customer: Customer) -> None:
    await supervisor.is_there()
    await customer.wants_a_person()
    await supervisor.takes(customer.id)
    await supervisor.writes(customer.id, "Met Kim.")
    assert (await customer.looks())[-1]["author"]["name"] == "Kim"
