"""Judging, correcting and measuring over HTTP: who may, and what a judge is never told."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.report import Report, report
from gehoor.core.knowledge.score import Judged
from gehoor.core.time import DAY
from gehoor.flows.grown import EVALUATION
from gehoor.flows.measured import Measurements, Meter
from tests.world import BORG, LIBRARY, OPZEGGEN, Agent, Built, Customer, answer_from, open_house, policy_with

pytestmark = pytest.mark.anyio

PATH = "/api/v1/staff"


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI answers once."""
    async with open_house([answer_from()]) as one:
        yield one


async def signed_in(built: Built, login: str) -> Agent:
    agent = Agent(built, built.client())
    await agent.signs_in(login)
    return agent


async def gets(agent: Agent, path: str) -> dict[str, Any]:
    answer = await agent.client.get(PATH + path)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def drawn(built: Built) -> Customer:
    """Somebody got an answer last week, and it is to be judged."""
    customer = await built.customer()
    await customer.writes("Ik ben Piet. Hoe zeg ik mijn huur op?")
    built.clock.forward(8 * DAY)
    await built.house.judging.draw_due()
    return customer


async def test_that_a_judge_gets_the_question_the_answer_and_its_source(built: Built) -> None:
    await drawn(built)
    told = await gets(await signed_in(built, "agent1"), "/judging")
    assert "huur op?" in told["question"]
    assert told["answer"].startswith("U zegt uw huur op")
    assert (told["source"]["title"], told["left"]) == (OPZEGGEN.title, 1)
    assert told["source"]["passages"][1]["heading"] == "Meer weten"


async def test_that_nothing_tells_a_judge_who_gave_it_or_what_another_found(built: Built) -> None:
    customer = await drawn(built)
    first, second = await signed_in(built, "agent1"), await signed_in(built, "agent2")
    before = await gets(second, "/judging")
    answer = await first.client.post(PATH + "/judging", json={"item": before["item"], "verdict": "harmful"})
    assert answer.json() == {"item": None, "left": 0}
    after = await gets(second, "/judging")
    assert after == before
    assert set(after) == {"item", "question", "earlier", "answer", "source", "language", "left"}
    assert customer.id not in json.dumps(after)
    for word in ("harmful", '"ai"', "shadow", "agent"):
        assert word not in json.dumps(after)


async def test_that_a_judge_cannot_say_it_twice(built: Built) -> None:
    await drawn(built)
    agent = await signed_in(built, "agent1")
    item = (await gets(agent, "/judging"))["item"]
    for status in (200, 409):
        answer = await agent.client.post(PATH + "/judging", json={"item": item, "verdict": "right"})
        assert answer.status_code == status, answer.text


async def test_that_a_supervisor_sees_the_error_rate_and_an_agent_does_not(built: Built) -> None:
    await drawn(built)
    for login in ("agent1", "agent2"):
        agent = await signed_in(built, login)
        item = (await gets(agent, "/judging"))["item"]
        await agent.client.post(PATH + "/judging", json={"item": item, "verdict": "wrong"})
        assert (await agent.client.get(PATH + "/quality")).status_code == 403
    told = await gets(await signed_in(built, "teamleider"), "/quality")
    assert (told["all"]["live"]["wrong"]["count"], told["all"]["live"]["wrong"]["total"]) == (1, 1)
    assert told["all"]["live"]["wrong"]["low"] < 1 == told["all"]["agreement"]["share"]["count"]
    assert told["all"]["by_topic"][OPZEGGEN.slug]["wrong"]["count"] == 1
    assert [one["week"] for one in told["weeks"]] == ["2026-W48"]


async def corrected(built: Built, agent: Agent, customer: Customer, topic: str | None) -> tuple[int, dict[str, Any]]:
    spoken = [fact.seq for fact in await built.facts(customer.id) if type(fact.event).__name__ == "BotReplied"]
    answer = await agent.does("corrections", customer.id, seq=spoken[-1], topic=topic)
    return answer.status_code, answer.json()


async def test_that_an_agent_says_under_an_answer_which_topic_was_meant(built: Built) -> None:
    agent, customer = await built.agent(), await built.customer()
    await customer.writes("Mijn borg?")
    await customer.wants_a_person()
    assert BORG.slug in [one["slug"] for one in (await gets(agent, "/quality/topics"))["topics"]]
    status, told = await corrected(built, agent, customer, BORG.slug)
    assert (status, told) == (201, {"topic": BORG.slug})
    (line,) = await built.store.ledger(kind=EVALUATION)
    assert json.loads(line.body)["topic"] == BORG.slug
    assert (await gets(await signed_in(built, "teamleider"), "/quality/measured"))["questions"] == 1


async def test_that_who_may_not_read_a_conversation_cannot_correct_in_it(built: Built) -> None:
    agent, customer = await built.agent(), await built.customer()
    await customer.writes("Mijn borg?")  # the AI has it
    assert (await corrected(built, agent, customer, None))[0] == 403
    assert await built.store.ledger(kind=EVALUATION) == []


async def test_that_a_partners_people_judge_and_correct_nothing() -> None:
    policy = policy_with()
    teams = tuple(replace(team, restricted=True) for team in policy.teams)
    async with open_house([answer_from()], policy=replace(policy, teams=teams)) as built:
        customer = await built.customer()
        await customer.writes("Mijn borg?")
        agent = await signed_in(built, "agent1")
        assert (await agent.client.get(PATH + "/judging")).status_code == 403
        assert (await corrected(built, agent, customer, None))[0] == 404
        assert (await agent.client.get("/desk/beoordelen", follow_redirects=False)).headers["location"] == "/desk"


def found_right(_library: Library, questions: Sequence[Asked], _today: date) -> Report:
    return report([Judged(one.topic, ("borg",), ("borg",), True, 0.9, 0.8, language="nl") for one in questions])


async def test_that_a_supervisor_measures_the_knowledge_and_sees_it_drawn(built: Built) -> None:
    questions = (Asked("Mijn borg?", "borg"), Asked("Peru?", None))
    house = built.house
    meter = Meter(found_right, questions)
    house.measurements = Measurements(house.world, lambda: LIBRARY, lambda: date(2026, 11, 23), meter)
    supervisor = await signed_in(built, "teamleider")
    before = await gets(supervisor, "/quality/measured")
    assert before == {"busy": False, "questions": 2, "last": None}
    assert (await supervisor.client.get("/desk/kennis/metingen.svg")).status_code == 404
    begun = await supervisor.client.post(PATH + "/quality/measured", json={})
    assert (begun.status_code, begun.json()) == (202, {"busy": True})
    await house.measurements.idle()
    last = (await gets(supervisor, "/quality/measured"))["last"]
    assert (last["first_right"]["count"], last["wrong_of_answers"]["count"], last["by"]) == (1, 1, "Kim")
    assert last["same_library"]
    assert "zelf beantwoord" in last["words"]
    drawn = await supervisor.client.get("/desk/kennis/metingen.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "<script" not in drawn.text
    assert last["words"] in drawn.text


async def test_that_only_supervisors_measure(built: Built) -> None:
    agent = await signed_in(built, "agent1")
    for call in (agent.client.get(PATH + "/quality/measured"), agent.client.post(PATH + "/quality/measured", json={})):
        assert (await call).status_code == 403
    assert (await agent.client.get("/desk/kennis/metingen.svg")).status_code == 403
    page = await agent.client.get("/desk/kennis/metingen", follow_redirects=False)
    assert page.headers["location"] == "/desk"


async def test_that_the_pages_are_there_for_whom_they_are(built: Built) -> None:
    agent, supervisor = await signed_in(built, "agent1"), await signed_in(built, "teamleider")
    assert "Antwoorden beoordelen" in (await agent.client.get("/desk/beoordelen")).text
    assert "Wat klanten echt kregen" in (await supervisor.client.get("/desk/kennis/metingen")).text
    stranger = await built.client().get("/desk/beoordelen", follow_redirects=False)
    assert stranger.headers["location"] == "/desk/login?return_to=/desk/beoordelen"
