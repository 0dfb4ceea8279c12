"""Alarms for supervisors, at once and after a reload; the night's handover for everybody of the organisation itself."""

from dataclasses import replace
from typing import Any

import pytest

from gehoor.core.ids import TeamId
from gehoor.core.policy import Team
from gehoor.flows.alarms import AlarmKind
from tests.world import AT_NIGHT, Agent, Built, Customer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def supervisor(built: Built) -> Agent:
    return await built.agent("teamleider", available=False)


async def alarms(agent: Agent) -> list[dict[str, Any]]:
    answer = await agent.client.get("/api/v1/staff/alarms")
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["alarms"]
    return told


async def test_that_a_supervisor_reads_which_alarms_stand_in_words(built: Built, supervisor: Agent) -> None:
    assert await alarms(supervisor) == []
    await built.house.alarms.ring(AlarmKind.PROMISE_BROKEN, "x", reference="572-118-404")
    told = (await alarms(supervisor))[0]
    assert told["kind"] == "promise_broken"
    assert told["what"] == "Belofte niet op tijd gehouden: nummer 572-118-404"
    assert told["action"].startswith("Zorg dat iemand deze klant")
    assert told["since"] == "2026-11-23T09:00:00.000Z"


async def test_that_a_supervisors_desk_shows_alarms_when_it_opens_and_when_they_change(
    built: Built, supervisor: Agent
) -> None:
    assert supervisor.desk is not None
    await built.house.alarms.ring(AlarmKind.POLICY_REDUCED)
    told = await supervisor.desk.next("alarms")
    assert [one["kind"] for one in told.data["alarms"]] == ["policy_reduced"]
    again = built.stream("/api/v1/staff/desk/stream", supervisor.cookie)
    async with again:
        assert [one["kind"] for one in (await again.next("snapshot")).data["alarms"]] == ["policy_reduced"]
    await built.house.alarms.clear(AlarmKind.POLICY_REDUCED)
    assert (await supervisor.desk.next("alarms")).data == {"alarms": []}


async def test_that_an_agent_sees_no_alarms(built: Built, agent: Agent) -> None:
    assert (await agent.client.get("/api/v1/staff/alarms")).status_code == 403
    assert (await built.client().get("/api/v1/staff/alarms")).status_code == 401
    again = built.stream("/api/v1/staff/desk/stream", agent.cookie)
    async with again:
        assert "alarms" not in (await again.next("snapshot")).data


async def handed_over(agent: Agent, since: str = "") -> dict[str, Any]:
    answer = await agent.client.get("/api/v1/staff/handover", params={"since": since} if since else {})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_that_the_morning_reads_what_the_night_left(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.wants_a_person(phone="06 12 34 56 78")
    agent = await built.agent(available=False)
    told = await handed_over(agent)
    assert told["since"] == "2026-11-23T16:00:00.000Z", "the close of this working day"
    assert [one["id"] for one in told["came_in"]] == [customer.id]
    item = told["promised"][0]
    assert (item["danger"], item["partner"], item["mail_failed"]) == ("none", "", False)
    assert item["due_at"] == "2026-11-24T16:00:00.000Z"
    assert item["reference"]
    assert item["code"] == f"K-{customer.id[-4:]}"
    assert [one["id"] for one in told["open"]] == [customer.id]
    assert (told["done"], told["broken"], told["not_reached"]) == ([], [], [])
    assert "06 12" not in str(told)


@pytest.mark.parametrize("since", ["gisteren", "2026-11-23", "2026-11-23T17:00:00", "9" * 30, "2026-10-20T00:00:00Z"])
async def test_that_a_moment_without_its_zone_or_long_ago_is_refused_by_name(agent: Agent, since: str) -> None:
    answer = await agent.client.get("/api/v1/staff/handover", params={"since": since})
    assert (answer.status_code, answer.json()["field"]) == (422, "since")


async def test_that_a_partners_people_at_our_desk_see_neither(built: Built, supervisor: Agent) -> None:
    policy = built.house.policy
    built.house.policy = replace(policy, teams=(Team(TeamId("Klantcontact"), restricted=True),))
    for path in ("alarms", "handover"):
        assert (await supervisor.client.get(f"/api/v1/staff/{path}")).status_code == 403


async def test_that_strangers_get_no_handover(built: Built, customer: Customer) -> None:
    assert (await built.client().get("/api/v1/staff/handover")).status_code == 401
    answer = await customer.client.get("/api/v1/staff/handover", headers=customer.headers)
    assert answer.status_code == 401
