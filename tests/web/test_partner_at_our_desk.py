"""A partner's people at our desk see only who is offered to them or theirs, and only from the request on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gehoor.core.ids import TeamId
from gehoor.core.policy import Team
from gehoor.core.time import HOUR, MINUTE
from gehoor.ports.feed import Passing
from gehoor.ports.people import Staff
from gehoor.web.desk_live import DESKS
from tests.world import OPZEGGEN, SAM, Agent, Built, Customer, account, answer_from, new_id, open_house, policy_with

pytestmark = pytest.mark.anyio

NIGHT = TeamId("Nachtdienst")
SECRET = "Mijn buurman van nummer 12 is jarig"
CALLS: list[tuple[str, str, dict[str, object] | None]] = [
    ("GET", "", None),
    ("GET", "/events", None),
    ("POST", "/accept", {}),
    ("POST", "/decline", {}),
    ("POST", "/messages", {"client_id": new_id(), "text": "Ik lees mee"}),
    ("POST", "/notes", {"client_id": new_id(), "text": "Ik was hier"}),
    ("POST", "/transfer", {}),
    ("POST", "/transfer", {"to": None, "note": "Ik was hier"}),
    ("POST", "/call", {"answered": True}),
    ("POST", "/hand-back", {}),
    ("POST", "/park", {}),
    ("POST", "/resolve", {}),
    ("POST", "/typing", {}),
]


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house in which Sam is of the night partner."""
    policy = replace(policy_with(), teams=(Team(TeamId("Klantcontact")), Team(NIGHT, restricted=True)))
    async with open_house([answer_from(OPZEGGEN)], policy=policy) as one:
        await one.house.world.people.put_staff(replace(account(SAM), team=NIGHT))
        yield one


@pytest.fixture
async def partner(built: Built) -> Agent:
    """The partner's agent at our desk, away."""
    return await built.agent("agent2", available=False)


@pytest.fixture
async def agent(built: Built) -> Agent:
    """One of our own agents, available."""
    return await built.agent()


async def as_phase(built: Built, customer: Customer, phase: str) -> None:
    """Brings the customer somewhere that is not with the partner."""
    await customer.writes(SECRET)
    if phase == "ai":
        return
    await customer.wants_a_person(phone="06 12 34 56 78")
    own = await built.agent() if phase != "waiting" else None
    if phase in ("human", "parked") and own is not None:
        await own.takes(customer.id)
        if phase == "parked":
            await own.writes(customer.id, "Dit is het antwoord.")
            assert (await own.does("park", customer.id)).status_code == 200


@pytest.mark.parametrize("phase", ["ai", "waiting", "offered", "human", "parked"])
async def test_that_what_is_not_theirs_looks_like_nothing(
    built: Built, customer: Customer, partner: Agent, phase: str
) -> None:
    await as_phase(built, customer, phase)
    assert (await built.view(customer.id)).phase.value == phase
    before = len(await built.facts(customer.id))
    for method, what, body in CALLS:
        path = "/api/v1/staff/conversations/{}" + what
        there = await partner.client.request(method, path.format(customer.id), json=body)
        nowhere = await partner.client.request(method, path.format("0000"), json=body)
        assert there.status_code == nowhere.status_code == 404, what
        assert there.json() == nowhere.json(), what
    assert len(await built.facts(customer.id)) == before


async def test_that_their_desk_has_no_lists(built: Built, partner: Agent) -> None:
    waiting = await built.customer()
    await waiting.writes(SECRET)
    await waiting.wants_a_person(phone="06 12 34 56 78")
    assert partner.desk is not None
    built.feed.publish(DESKS, Passing("queue", b""))
    built.feed.publish(DESKS, Passing("end", b"{}"))
    seen = [(sent := await partner.desk.next()).data]
    while sent.kind != "end":
        seen.append((sent := await partner.desk.next()).data)
    await partner.closes_desk()
    stream = await built.agent("agent2", available=False)
    assert stream.desk is not None
    again = built.stream("/api/v1/staff/desk/stream", stream.cookie)
    async with again:
        seen.append((await again.next("snapshot")).data)
    for told in seen:
        assert told.get("queue", []) == told.get("mine", []) == told.get("promises", []) == []
        assert "jarig" not in str(told)
        assert waiting.id not in str(told)
        assert {one["name"] for one in told.get("staff", [])} <= {"Sam"}


async def test_that_they_are_offered_a_customer_and_read_from_the_request_on(
    customer: Customer, partner: Agent
) -> None:
    await customer.writes(SECRET)
    await partner.is_there()
    await customer.writes("ik ruik gas in de gang")
    queue = await offered(partner)
    assert [card["id"] for card in queue] == [customer.id]
    assert "gas" in queue[0]["last_text"]
    told = await partner.reads(customer.id)
    texts = [event.get("text", "") for event in told["events"]]
    assert "ik ruik gas in de gang" in texts
    assert "jarig" not in str(told)
    assert OPZEGGEN.title not in str(told)
    await partner.takes(customer.id)
    after = await partner.client.get(f"/api/v1/staff/conversations/{customer.id}/events?after=0")
    assert "jarig" not in after.text
    await partner.writes(customer.id, "Ga naar buiten. Ik bel de storingsdienst.")
    assert (await customer.looks())[-1]["author"]["name"] == "Sam"


async def offered(partner: Agent) -> list[dict[str, Any]]:
    """The queue on the partner's desk, once there is somebody in it."""
    assert partner.desk is not None
    while not (queue := (await partner.desk.next("queue")).data["queue"]):
        continue
    cards: list[dict[str, Any]] = queue
    return cards


async def test_that_a_card_shows_no_words_from_before_the_request(customer: Customer, partner: Agent) -> None:
    await customer.writes(SECRET)
    await partner.is_there()
    await customer.wants_a_person()
    assert (await offered(partner))[0]["last_text"] == ""


async def test_that_a_note_of_an_earlier_request_stays_with_our_own_people(
    customer: Customer, agent: Agent, partner: Agent
) -> None:
    await customer.wants_a_person()
    await agent.takes(customer.id)
    await agent.does("notes", customer.id, client_id=new_id(), text="Mevrouw is jarig")
    await agent.writes(customer.id, "Dit is het antwoord op uw vraag.")
    await customer.looks()
    assert (await agent.does("resolve", customer.id)).status_code == 200
    await agent.is_there("away")
    await partner.is_there()
    await customer.wants_a_person()
    await partner.takes(customer.id)
    told = await partner.reads(customer.id)
    assert "jarig" not in str(told)
    assert "het antwoord op uw vraag" not in str(told)


async def test_that_what_they_gave_up_is_closed_to_them_again(customer: Customer, partner: Agent) -> None:
    await partner.is_there()
    await customer.wants_a_person()
    await partner.takes(customer.id)
    await partner.is_there("away")
    assert (await partner.does("transfer", customer.id)).status_code == 200
    assert (await partner.client.get(f"/api/v1/staff/conversations/{customer.id}")).status_code == 404
    await customer.writes("Mijn zoon heet Piet")
    assert partner.desk is not None
    await partner.client.delete("/api/v1/staff/session")
    assert "Piet" not in str(await partner.desk.rest())


async def test_that_a_supervisor_of_the_partner_reads_no_more_than_its_agents(built: Built, customer: Customer) -> None:
    chief: Staff = replace(account(SAM), team=NIGHT, role="supervisor")
    await built.house.world.people.put_staff(chief)
    signed_in = await built.agent("agent2", available=False)
    await customer.writes(SECRET)
    answer = await signed_in.client.get(f"/api/v1/staff/conversations/{customer.id}")
    assert answer.status_code == 404


async def test_that_they_hear_of_no_promise_that_is_not_in_their_hands() -> None:
    policy = replace(policy_with(), teams=(Team(NIGHT, restricted=True),), shifts=())
    async with open_house(policy=policy) as built:
        await built.house.world.people.put_staff(replace(account(SAM), team=NIGHT))
        customer = await built.customer()
        await customer.wants_a_person(preference="callback", phone="06 12 34 56 78")
        view = await built.view(customer.id)
        assert (view.owner, view.due_at is not None) == (NIGHT, True)
        assert view.due_at is not None
        built.clock.forward(view.due_at - built.clock.now() - 2 * HOUR)
        partner = await built.agent("agent2", available=False)
        await built.pass_time(61 * MINUTE)
        assert "PromiseReminded" in await built.kinds(customer.id)
        assert partner.desk is not None
        await partner.client.delete("/api/v1/staff/session")
        assert customer.id not in str(await partner.desk.rest())
