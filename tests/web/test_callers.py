"""Limits by visitor and by address: 429 with a plain sentence and when to come back, and never for a request for a
person."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from limits import RateLimitItem

from gehoor.settings import Settings
from gehoor.web.callers import MESSAGES_A_DAY, WRONG_PASSWORDS_IN_ALL
from tests.web.test_error_shape import check_page, check_problem
from tests.world import Built, Customer, new_id, open_house

SCHOOL = "203.0.113.5"
OURS = ("127.0.0.1", "192.0.2.0/24")
TOLD = Settings(limit_conversations="3 per hour", limit_messages="4 per minute", unlimited=OURS)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house(told=TOLD) as one:
        yield one


async def begins(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/api/v1/conversations", json=body)


async def used_up(built: Built) -> httpx.AsyncClient:
    """A client from an address that has begun as many conversations as it may."""
    client = built.client(SCHOOL)
    for _ in range(3):
        assert (await begins(client)).status_code == 201
    return client


def counted(built: Built, one: RateLimitItem, who: str, count: int) -> None:
    """As if it had been done so often already."""
    windows = built.app.state.doors.callers.rates.windows
    assert windows.acquire_sliding_window_entry(one.key_for(who), one.amount, one.get_expiry(), count)


def asks() -> dict[str, Any]:
    return {"client_id": new_id(), "preference": "callback", "phone": "0612345678"}


async def test_that_an_address_begins_so_many_conversations(built: Built) -> None:
    client = await used_up(built)
    answer = await begins(client)
    body = check_problem(answer, 429, "too_often")
    assert "info@voorbeeldstad.example" in body["title"]
    assert int(answer.headers["retry-after"]) > 60
    assert (await begins(built.client("203.0.113.6"))).status_code == 201, "a neighbour is somebody else"
    built.clock.forward(int(answer.headers["retry-after"]) * 1_000_000)
    assert (await begins(client)).status_code == 201


async def test_that_the_plain_page_says_so_too(built: Built) -> None:
    client = await used_up(built)
    page = await client.post("/chat/start", data={"form_token": "start"})
    check_page(page, 429)
    assert "retry-after" in page.headers


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.77", "::ffff:192.0.2.77"])
async def test_that_our_own_addresses_are_left_alone(built: Built, address: str) -> None:
    client = built.client(address)
    opened = [await begins(client) for _ in range(10)]
    assert {answer.status_code for answer in opened} == {201}
    customer = Customer(built, client, opened[0].json())
    assert {(await customer.writes(f"Regel {n}")).status_code for n in range(10)} == {201}


async def test_that_who_asks_for_a_person_is_let_in_from_an_address_that_used_up_its_limit(built: Built) -> None:
    client = await used_up(built)
    asked = [await begins(client, human=asks()) for _ in range(20)]
    assert {answer.status_code for answer in asked} == {201}
    told = asked[-1].json()
    assert told["route"]["kind"] in ("queue", "promise", "live")
    assert told["return_code"]
    view = await built.view(told["id"])
    assert view.requested or view.due_at is not None
    seen = await client.get(f"/api/v1/conversations/{told['id']}/events", headers=bearer(told))
    assert "human_requested" in [event["type"] for event in seen.json()["events"]]


def bearer(opened: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {opened['token']}"}


async def test_that_asking_with_the_start_and_again_with_the_same_id_is_one_request(built: Built) -> None:
    client, wish = built.client(SCHOOL), asks()
    opened = (await begins(client, human=wish)).json()
    again = await client.post(f"/api/v1/conversations/{opened['id']}/human", json=wish, headers=bearer(opened))
    assert (again.status_code, again.json()["seq"]) == (200, opened["seq"])
    assert (await built.kinds(opened["id"])).count("HumanRequested") == 1


async def test_that_the_plain_form_asks_for_a_person_past_every_limit(built: Built) -> None:
    await used_up(built)
    browser = built.client(SCHOOL)
    asked = await browser.post("/chat/human", data={"form_token": "start", "client_id": new_id()})
    assert asked.status_code == 303
    page = await browser.get("/chat")
    assert page.status_code == 200


async def test_that_a_customer_writes_so_much_and_is_told_when_to_go_on(built: Built) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    assert [(await customer.writes(f"Regel {n}")).status_code for n in range(6)] == [201] * 4 + [429] * 2
    other = Customer(built, client, (await begins(client)).json())
    assert (await other.writes("Hallo")).status_code == 201, "somebody else behind the same address"
    answer = await customer.writes("Nog een")
    check_problem(answer, 429, "too_often")
    built.clock.forward(int(answer.headers["retry-after"]) * 1_000_000)
    assert (await customer.writes("Nog een")).status_code == 201


async def test_that_a_conversation_does_not_grow_for_ever(built: Built) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    counted(built, MESSAGES_A_DAY, f"day:{customer.id}", 1999)
    assert [(await customer.writes("Regel")).status_code for _ in range(2)] == [201, 429]
    assert (await customer.posts("human")).status_code == 201


@pytest.mark.parametrize("words", ["Ik wil een medewerker spreken", "Ik ruik gas in de keuken"])
async def test_that_words_that_ask_for_a_person_are_never_too_many(built: Built, words: str) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    while (await customer.writes("Regel")).status_code == 201:
        pass
    assert (await customer.writes(words)).status_code == 201
    assert "HumanRequested" in await built.kinds(customer.id)


async def test_that_the_button_is_never_pressed_too_often(built: Built) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    while (await customer.writes("Regel")).status_code == 201:
        pass
    assert {(await customer.posts("human")).status_code for _ in range(50)} == {201}


async def test_that_wrong_tokens_end_and_the_right_one_goes_on_from_the_same_address(built: Built) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    wrong = {"authorization": "Bearer mis"}
    path = f"{customer.path}/events"
    codes = [(await client.get(path, headers=wrong)).status_code for _ in range(302)]
    assert codes == [404] * 300 + [429] * 2
    assert (await customer.writes("Hallo")).status_code == 201
    assert (await customer.posts("human")).status_code == 201


async def test_that_reading_again_and_again_ends(built: Built) -> None:
    client = built.client(SCHOOL)
    customer = Customer(built, client, (await begins(client)).json())
    path = f"{customer.path}/events"
    codes = [(await client.get(path, headers=customer.headers)).status_code for _ in range(302)]
    assert codes == [200] * 300 + [429] * 2


async def test_that_who_guesses_a_password_does_not_shut_out_the_agent(built: Built) -> None:
    wrong, right = ({"login": "agent1", "password": word} for word in ("geraden", "demo-agent1"))
    guesser = built.client(SCHOOL)
    codes = [(await guesser.post("/api/v1/staff/session", json=wrong)).status_code for _ in range(12)]
    assert codes == [401] * 10 + [429] * 2
    assert (await built.client("198.51.100.7").post("/api/v1/staff/session", json=right)).status_code == 201


async def test_that_an_account_is_not_guessed_at_from_many_addresses_without_end(built: Built) -> None:
    counted(built, WRONG_PASSWORDS_IN_ALL, "account:agent1", 98)
    wrong = {"login": "agent1", "password": "geraden"}
    clients = [built.client(f"203.0.113.{n}") for n in range(4)]
    codes = [(await client.post("/api/v1/staff/session", json=wrong)).status_code for client in clients]
    assert codes == [401] * 2 + [429] * 2
