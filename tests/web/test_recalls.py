"""Recalls at the desk, over HTTP: who sees them, what is told, and what is not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gehoor.core.knowledge.ladder import Severity
from gehoor.core.time import MINUTE
from gehoor.flows.recall import SETTLED
from tests.world import KIM, Agent, Built, Customer, account, answer_from, open_house

pytestmark = pytest.mark.anyio

WORDS = {"wordings": [{"language": "nl", "wrong": "U kunt per dag opzeggen.", "right": "Een maand."}]}


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house([answer_from()] * 20) as one:
        yield one


async def given(built: Built, **contact: str) -> Customer:
    customer = await built.customer()
    await customer.writes("Hoe zeg ik mijn huur op?")
    if contact:
        await customer.wants_a_person(**contact)
    return customer


@pytest.fixture
async def recalled(built: Built) -> list[Customer]:
    customers = [await given(built), await given(built, email="jan@example.nl"), await given(built, phone="0612345678")]
    await built.house.knowledge.withdraw(
        "huur-opzeggen", "nl", 1, "De termijn klopt niet.", account(KIM), wrong=True, harm=Severity.SERIOUS
    )
    await built.house.recalls.look()
    built.clock.forward(SETTLED)
    await built.house.recalls.look()
    return customers


async def told(agent: Agent, path: str = "") -> Any:
    answer = await agent.client.get(f"/api/v1/staff/recalls{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_that_a_supervisor_sees_what_was_wrong_and_how_many_were_given_it(
    built: Built, recalled: list[Customer]
) -> None:
    kim = await built.agent("teamleider", available=False)
    (one,) = (await told(kim))["recalls"]
    assert (one["title"], one["harm"], one["why"]) == (
        "Hoe zeg ik mijn huur op?",
        "serious",
        "De termijn klopt niet.",
    )
    assert one["listed"]["recipients"] == len(recalled)
    assert one["listed"]["seconds"] <= 60
    assert one["may_word"]
    assert not one["may_approve"]


async def test_that_recipients_are_codes_and_ways_and_nothing_of_who_they_are(
    built: Built, recalled: list[Customer]
) -> None:
    kim = await built.agent("teamleider", available=False)
    (one,) = (await told(kim))["recalls"]
    answer = await told(kim, f"/{one['id']}/recipients")
    assert answer["total"] == 3
    assert answer["ways"] == {"nothing": 1, "mail": 1, "person": 1}
    assert {each["conversation"] for each in answer["recipients"]} == {each.id for each in recalled}
    assert all(each["code"].startswith("K-") for each in answer["recipients"])
    for secret in ("jan@", "0612345678", "06 12", "huur op"):
        assert secret not in str(answer)
    assert (await told(kim, f"/{one['id']}/recipients?came=sent"))["recipients"] == []
    assert (await told(kim, f"/{one['id']}/recipients?after=2"))["shown"] == 3
    bad = await kim.client.get(f"/api/v1/staff/recalls/{one['id']}/recipients?came=perhaps")
    assert (bad.status_code, bad.json()["field"]) == (422, "came")


@pytest.mark.usefixtures("recalled")
async def test_that_the_words_are_approved_by_somebody_else_and_told(built: Built) -> None:
    kim, writer = await built.agent("teamleider", available=False), await built.agent("schrijver", available=False)
    (one,) = (await told(kim))["recalls"]
    path = f"/api/v1/staff/recalls/{one['id']}"
    worded = (await writer.client.post(f"{path}/wording", json=WORDS)).json()
    assert (worded["may_approve"], worded["wordings"][0]["right"]) == (False, "Een maand.")
    assert "Onze excuses" in worded["previews"][0]["text"]
    refused = await writer.client.post(f"{path}/approve", json={"wording": worded["wording"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    approved = (await kim.client.post(f"{path}/approve", json={"wording": worded["wording"]})).json()
    assert approved["approved_by"] == "Kim"
    built.clock.forward(MINUTE)
    await built.house.recalls.look()
    await built.ring()
    built.clock.forward(MINUTE)
    answer = await told(kim, f"/{one['id']}/recipients")
    assert answer["came"] == {"task": 1, "sent": 1, "kept": 1}
    (look,) = [each for each in answer["recipients"] if each["look"]]
    done = await kim.client.post(f"{path}/looked", json={"conversation": look["conversation"], "reached": False})
    assert done.status_code == 200
    assert (await told(kim, f"/{one['id']}/recipients"))["came"] == {"sent": 1, "kept": 1, "not_reached": 1}


async def test_that_agents_and_strangers_see_no_recalls(built: Built, recalled: list[Customer]) -> None:
    assert recalled
    agent = await built.agent()
    for path in ("", "/r1", "/r1/recipients"):
        answer = await agent.client.get(f"/api/v1/staff/recalls{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path
        assert (await built.client().get(f"/api/v1/staff/recalls{path}")).status_code == 401
    assert (await agent.client.get("/desk/terugroepen")).status_code == 303


async def test_that_a_recall_that_is_not_there_is_unknown(built: Built) -> None:
    kim = await built.agent("teamleider", available=False)
    assert (await told(kim)) == {"recalls": []}
    answer = await kim.client.get("/api/v1/staff/recalls/r9")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
    page = await kim.client.get("/desk/terugroepen")
    assert page.status_code == 200
    assert "Foute antwoorden terugroepen" in page.text
