"""What nobody gets who holds no key: another's conversation looks the same as none, and the desk is closed."""

import pytest

from tests.world import Agent, Built, Customer, new_id

pytestmark = pytest.mark.anyio

OF_A_CUSTOMER = [
    ("POST", "messages", {"client_id": new_id(), "text": "Hallo"}),
    ("POST", "human", {"client_id": new_id()}),
    ("POST", "withdraw", {"client_id": new_id()}),
    ("POST", "feedback", {"client_id": new_id(), "helped": True}),
    ("GET", "events", None),
    ("GET", "stream", None),
    ("GET", "export", None),
]
OF_STAFF = [
    ("DELETE", "/staff/session", None),
    ("POST", "/staff/presence", {"status": "available"}),
    ("GET", "/staff/desk/stream", None),
    ("GET", "/staff/conversations/{id}", None),
    ("GET", "/staff/conversations/{id}/events", None),
    ("POST", "/staff/conversations/{id}/accept", {}),
    ("POST", "/staff/conversations/{id}/decline", {}),
    ("POST", "/staff/conversations/{id}/messages", {"client_id": new_id(), "text": "Ik ben een mens"}),
    ("POST", "/staff/conversations/{id}/notes", {"client_id": new_id(), "text": "x"}),
    ("POST", "/staff/conversations/{id}/transfer", {}),
    ("POST", "/staff/conversations/{id}/call", {"answered": True}),
    ("POST", "/staff/conversations/{id}/hand-back", {}),
    ("POST", "/staff/conversations/{id}/park", {}),
    ("POST", "/staff/conversations/{id}/resolve", {}),
    ("POST", "/staff/conversations/{id}/typing", {}),
]


def wrong_keys(customer: Customer, other: Customer) -> list[dict[str, str]]:
    """Headers that are not those of this customer."""
    return [
        {},
        {"authorization": ""},
        {"authorization": "Bearer "},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Bearer {other.token}"},  # a real token of another conversation
        {"authorization": f"Bearer {customer.token[:-1]}"},
        {"authorization": f"Basic {customer.token}"},
        {"cookie": f"gehoor={customer.id}.{other.token}"},
        {"cookie": f"gehoor={other.id}.{other.token}"},
        {"cookie": f"gehoor={customer.token}"},
    ]


@pytest.mark.parametrize(("method", "what", "body"), OF_A_CUSTOMER)
async def test_that_another_customers_conversation_looks_like_none(
    built: Built, customer: Customer, method: str, what: str, body: dict[str, object] | None
) -> None:
    await customer.writes("Mijn geheim")
    before = len(await built.facts(customer.id))
    other = await built.customer()
    for headers in wrong_keys(customer, other):
        client = built.client(headers=headers)
        there = await client.request(method, f"{customer.path}/{what}", json=body)
        nowhere = await client.request(method, f"/api/v1/conversations/0000/{what}", json=body)
        assert there.status_code == nowhere.status_code == 404, headers
        assert there.json() == nowhere.json(), "nobody can find out which conversations exist"
        assert there.json()["code"] == "unknown"
        assert there.json()["contact"]["phone"]
    assert len(await built.facts(customer.id)) == before
    await customer.still_works()


@pytest.mark.parametrize(("method", "path", "body"), OF_STAFF)
async def test_that_the_desk_is_closed_to_strangers_and_to_customers(
    built: Built, customer: Customer, method: str, path: str, body: dict[str, object] | None
) -> None:
    await customer.wants_a_person()
    before = len(await built.facts(customer.id))
    keys = [
        {},
        {"cookie": "gehoor-desk=nonsense"},
        {"authorization": f"Bearer {customer.token}"},
        {"cookie": f"gehoor-desk={customer.token}"},
    ]
    for headers in keys:
        client = built.client(headers=headers)
        answer = await client.request(method, "/api/v1" + path.format(id=customer.id), json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), headers
    assert len(await built.facts(customer.id)) == before


async def test_that_a_sign_in_is_no_bearer_token(built: Built, agent: Agent, customer: Customer) -> None:
    """Only an interactive session writes as a human: the secret of the cookie opens nothing as a token (HONEST)."""
    await customer.wants_a_person()
    secret = agent.client.cookies["gehoor-desk"]
    client = built.client(headers={"authorization": f"Bearer {secret}"})
    answer = await client.post(f"/api/v1/staff/conversations/{customer.id}/accept", json={})
    assert answer.status_code == 401


async def test_that_the_desks_page_asks_to_sign_in(built: Built) -> None:
    client = built.client()
    answer = await client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login")
    page = await client.post("/desk/login", data={"login": "agent1", "password": "fout"})
    assert page.status_code == 401
    assert "klopt niet" in page.text
    answer = await client.post("/desk/login", data={"login": "agent1", "password": "demo-agent1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert (await client.get("/desk")).status_code == 200
