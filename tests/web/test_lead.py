"""What a supervisor sees: people against the rota, promises against the people, windows; and nobody else sees it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from gehoor.core.ids import TeamId
from gehoor.core.policy import Policy, PromiseTerms, Team
from gehoor.core.rota import Shift
from gehoor.core.time import HOUR, MINUTE
from tests.world import KIM, NOOR, SAM, Agent, Built, account, open_house, policy_with

pytestmark = pytest.mark.anyio

TEAM = TeamId("Klantcontact")
WEEK = frozenset(range(5))


def staffed() -> Policy:
    """Noor and Sam on every working day; one call-back an hour each."""
    shift = Shift(TEAM, (NOOR, SAM), WEEK, time(8), time(17))
    terms = PromiseTerms(handling=30 * MINUTE, share=50)
    return replace(policy_with(), teams=(Team(TEAM),), shifts=(shift,), promises=terms)


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house with a rota; it is Monday, 10.00."""
    async with open_house(policy=staffed()) as one:
        yield one


@pytest.fixture
async def supervisor(built: Built) -> Agent:
    """The team leader, at the desk but not for customers."""
    return await built.agent("teamleider", available=False)


async def lead(supervisor: Agent) -> dict[str, Any]:
    """What the page shows."""
    answer = await supervisor.client.get("/api/v1/staff/lead")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def calls_back(built: Built, many: int) -> None:
    """So many customers ask to be called, and nobody takes them."""
    for n in range(many):
        customer = await built.customer()
        await customer.wants_a_person(preference="callback", phone=f"06 12 34 56 {n:02d}")


async def test_that_the_rota_says_who_is_there_and_who_is_not(built: Built, supervisor: Agent) -> None:
    await built.agent()
    await built.agent("agent2", available=False)
    duty = (await lead(supervisor))["rota"][0]
    assert (duty["team"], duty["now"]) == (TEAM, True)
    assert [(one["name"], one["there"]) for one in duty["people"]] == [("Noor", True), ("Sam", False)]
    assert (await lead(supervisor))["now"]["available"] == 1
    assert (await lead(supervisor))["now"]["present"] == 3


async def test_that_windows_show_what_is_left(built: Built, supervisor: Agent) -> None:
    before = (await lead(supervisor))["windows"]
    assert before[0]["room"] == before[0]["capacity"] == 2
    assert before[-1]["end"].startswith("2026-11-24"), "up to the end of tomorrow"
    assert built.house.floor.views == {}


async def test_that_people_who_are_short_are_told_before_a_promise_breaks(built: Built, supervisor: Agent) -> None:
    assert (await lead(supervisor))["short"] is None
    await calls_back(built, 40)
    short = (await lead(supervisor))["short"]
    assert short["people"] >= 1
    assert short["promises"] >= 1
    assert short["since"] < short["until"]


async def test_that_who_waits_is_counted_from_the_first_request(built: Built, supervisor: Agent) -> None:
    customer = await built.customer()
    await customer.wants_a_person()
    built.clock.forward(HOUR)
    now = (await lead(supervisor))["now"]
    assert (now["waiting"], now["longest"]) == (1, "2026-11-23T09:00:00.000Z")


PAGES = ["/desk/leiding", "/desk/beleid", "/desk/overdracht"]


@pytest.mark.parametrize("path", PAGES)
async def test_that_a_supervisor_opens_every_page(supervisor: Agent, path: str) -> None:
    page = await supervisor.client.get(path)
    assert page.status_code == 200
    assert f'href="{path}" aria-current="page"' in page.text


@pytest.mark.parametrize("path", PAGES)
async def test_that_who_is_not_signed_in_comes_back_to_the_page_after_it(built: Built, path: str) -> None:
    client = built.client()
    away = await client.get(path)
    assert (away.status_code, away.headers["location"]) == (303, f"/desk/login?return_to={path}")
    form = {"login": "teamleider", "password": "demo-teamleider", "return_to": path}
    back = await client.post("/desk/login", data=form)
    assert (back.status_code, back.headers["location"]) == (303, path)


async def test_that_an_agent_sees_the_handover_and_nothing_of_a_supervisor(built: Built) -> None:
    agent = await built.agent(available=False)
    assert (await agent.client.get("/api/v1/staff/lead")).status_code == 403
    for path in PAGES[:2]:
        assert (await agent.client.get(path)).headers["location"] == "/desk"
    page = await agent.client.get("/desk/overdracht")
    assert page.status_code == 200
    assert "/desk/leiding" not in page.text


async def test_that_a_partners_people_see_none_of_the_pages_whatever_their_role(built: Built) -> None:
    built.house.policy = replace(built.house.policy, teams=(Team(TEAM, restricted=True),))
    await built.house.world.people.put_staff(replace(account(KIM), role="supervisor"))
    chief = await built.agent("teamleider", available=False)
    assert (await chief.client.get("/api/v1/staff/lead")).status_code == 403
    for path in PAGES:
        assert (await chief.client.get(path)).headers["location"] == "/desk"
    assert "/desk/leiding" not in (await chief.client.get("/desk")).text


async def test_that_the_told_wait_is_measured_against_what_happened(built: Built, supervisor: Agent) -> None:
    agent = await built.agent()
    customer = await built.customer()
    await customer.wants_a_person()
    built.clock.forward(MINUTE)
    await agent.takes(customer.id)
    measured = (await lead(supervisor))["estimates"]
    assert [(one["hour"], one["count"] + one["unknown"]) for one in measured] == [(10, 1)]
