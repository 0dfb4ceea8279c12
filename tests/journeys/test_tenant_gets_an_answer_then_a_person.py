"""The path of the product: an answer with its source, a request in the tenant's own words, a person, the end."""

import pytest

from tests.world import OPZEGGEN, Agent, open_house
from tests.world import answer_from as answers

pytestmark = pytest.mark.anyio


async def test_the_story() -> None:
    async with open_house([answers(OPZEGGEN)]) as built:
        agent: Agent = await built.agent()
        assert agent.desk is not None
        tenant = await built.customer()
        async with tenant.listens() as page:
            assert "AI-assistent" in (await page.next("fact")).data["text"], "told before anything else"

            await tenant.writes("Hoe zeg ik mijn huur op?")
            answer = (await page.until("message"))[-1]
            while answer["author"]["kind"] != "ai":
                answer = (await page.until("message"))[-1]
            assert answer["text"] == OPZEGGEN.answer
            assert answer["sources"][0]["title"] == OPZEGGEN.title

            await tenant.writes("Dank u. Ik wil toch graag een medewerker spreken.")
            requested = (await page.until("human_requested"))[-1]
            assert requested["how"] == "words"
            assert "De AI-assistent zegt niets meer" in requested["text"]

            # The desk shows who waits, and why; the agent takes over with everything read.
            lists = (await agent.desk.next("queue")).data
            while not lists["queue"] or not lists["queue"][0]["offered_to_me"]:
                lists = (await agent.desk.next("queue")).data
            assert lists["queue"][0]["why"]
            await agent.takes(tenant.id)
            assert (await page.until("human_joined"))[-1]["name"] == "Noor"
            read = await agent.reads(tenant.id)
            assert read["summary"][0] == "Vraag: Hoe zeg ik mijn huur op?"
            assert read["articles"][0]["title"] == OPZEGGEN.title

            # The agent is seen typing, writes, and the tenant reads it as from a person with a name.
            await agent.does("typing", tenant.id)
            assert (await page.next("typing")).id is None
            await agent.writes(tenant.id, "Stuur de brief naar ons kantoor. Dan regel ik het.")
            said = (await page.until("message"))[-1]
            assert said["author"] == {"kind": "human", "name": "Noor"}

            # The tenant writes back; the agent's desk shows it at once.
            await tenant.writes("Dat doe ik. Dank u wel!")
            fact = await agent.desk.next("fact")
            while fact.data.get("text") != "Dat doe ik. Dank u wel!":
                fact = await agent.desk.next("fact")
            assert fact.data["conversation"] == tenant.id

            assert (await agent.does("resolve", tenant.id)).status_code == 200
            assert (await page.until("resolved"))[-1]["reason"] == "answered"

        # From the first word to the last, one voice at a time.
        speakers = [
            event["author"]["kind"]
            for event in await tenant.looks()
            if event["type"] == "message" and event["author"]["kind"] != "notice"
        ]
        assert speakers == ["customer", "ai", "customer", "human", "customer"]
