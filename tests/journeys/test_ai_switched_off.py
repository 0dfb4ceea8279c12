"""With the AI switched off the whole product works as a desk: who writes gets a person, and nothing speaks of an AI."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from tests.world import Browser, Built, Customer, open_house, policy_with

pytestmark = pytest.mark.anyio
AI = re.compile(r"\bAI\b")


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house without an AI."""
    async with open_house(policy=replace(policy_with(), ai=False)) as one:
        yield one


async def test_that_who_writes_gets_a_person_and_never_reads_of_an_ai(built: Built) -> None:
    customer = await built.customer()
    agent = await built.agent()
    assert not AI.search(str(customer.opened))
    assert customer.opened["disclosure"]["id"] == "disclosure_no_ai"
    await customer.writes("Hoe zeg ik mijn huur op?")
    await agent.takes(customer.id)
    await agent.writes(customer.id, "U zegt uw huur op met een brief.")
    await customer.looks()
    assert (await agent.does("resolve", customer.id)).status_code == 200
    await customer.writes("Nog een vraag.")
    await agent.takes(customer.id)
    told = await customer.looks()
    assert [event["how"] for event in told if event["type"] == "human_requested"] == ["no_ai", "no_ai"]
    assert not AI.search(str(told))
    assert not any(event["author"]["kind"] == "ai" for event in told)
    assert not AI.search(str((await agent.reads(customer.id))["summary"]))


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_that_nothing_speaks_of_an_ai_whichever_way_a_person_is_asked_for(built: Built, language: str) -> None:
    ways = [
        "ik wil een mens spreken",
        "ben je een robot?",
        "ik ruik gas",
        "ik heb een klacht",
        "I want to talk to a human",
    ]
    for words in ways:
        customer = await built.customer(language=language)
        await customer.writes(words)
        assert not AI.search(str(await customer.looks())), words
        assert (await built.view(customer.id)).requested, words
        await customer.posts("withdraw")
        assert not AI.search(str(await customer.looks())), words
    pressed = await built.customer(language=language)
    await pressed.wants_a_person()
    assert not AI.search(str(await pressed.looks()))


async def test_that_the_brain_is_never_asked(built: Built, customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.posts("withdraw")
    await customer.writes("En de borg?")
    assert built.brain.asked == []
    assert not any(isinstance(fact.event, e.BotTurnDue) for fact in await built.facts(customer.id))


async def test_that_an_agent_hands_nobody_to_an_ai_that_is_not_there(built: Built, customer: Customer) -> None:
    agent = await built.agent()
    await customer.wants_a_person()
    await agent.takes(customer.id)
    await agent.writes(customer.id, "Dit is het antwoord op uw vraag.")
    await customer.looks()
    refused = await agent.does("hand-back", customer.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")


async def test_that_the_page_without_javascript_speaks_of_no_ai(built: Built) -> None:
    browser = Browser(built.client())
    assert not AI.search(re.sub(r"<script.*?</script>", "", await browser.opens(), flags=re.DOTALL))
    page = await browser.sends("/chat/start")
    assert "Hier antwoordt een medewerker" in page
    assert not AI.search(page)


async def test_that_a_reduced_mode_is_said_to_customers_and_at_the_desk() -> None:
    async with open_house(policy=replace(policy_with(), ai=False, reduced=True)) as built:
        contact = (await built.client().get("/api/v1/contact")).json()
        assert "088 000 01 00" in contact["notice"]
        assert contact["notice"] in (await built.client().get("/chat", headers={"accept-language": "nl"})).text
        agent = await built.agent(available=False)
        assert "Beperkte stand" in (await agent.client.get("/desk")).text
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert (await built.view(customer.id)).requested


async def test_that_nothing_is_said_of_it_otherwise(built: Built) -> None:
    assert (await built.client().get("/api/v1/contact")).json()["notice"] == ""
    agent = await built.agent(available=False)
    assert "Beperkte stand" not in (await agent.client.get("/desk")).text


@pytest.fixture
async def customer(built: Built) -> Customer:
    """A customer who has opened a conversation."""
    return await built.customer()
