"""When as much is in hand as can be: 503 with when to come back, and a request for a person is taken all the same."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gehoor.web.crowd import MOST_STREAMS_EACH, Crowd
from tests.web.test_error_shape import check_page, check_problem
from tests.world import Agent, Built, Customer, new_id, open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house() as one:
        yield one


def crowd_of(built: Built) -> Crowd:
    crowd: Crowd = built.app.state.crowd
    return crowd


async def test_that_everything_else_gets_503_while_a_request_for_a_person_is_taken(built: Built) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    crowd.requests = crowd.most_requests
    for refused in (
        await customer.posts("messages", text="Hallo"),
        await customer.posts("feedback", helped=True),
        await customer.client.get(f"{customer.path}/events", headers=customer.headers),
        await customer.client.get(f"{customer.path}/export", headers=customer.headers),
        await customer.client.post("/api/v1/conversations", json={}),
    ):
        check_problem(refused, 503, "busy")
    assert (await customer.posts("human")).status_code == 201
    asked = await customer.client.post("/api/v1/conversations", json={"human": {"client_id": new_id()}})
    assert (asked.status_code, asked.json()["route"]["kind"]) == (201, "promise")
    assert crowd.requests == crowd.most_requests, "what was done is counted no longer"


async def test_that_the_plain_page_can_ask_too(built: Built) -> None:
    crowd, browser = crowd_of(built), built.client()
    crowd.requests = crowd.most_requests
    check_page(await browser.post("/chat/start", data={"form_token": "start"}), 503)
    asked = await browser.post("/chat/human", data={"form_token": "start", "client_id": new_id()})
    assert asked.status_code == 303
    assert (await browser.get("/chat")).status_code == 200, "the page on which it is seen"


@pytest.mark.parametrize(
    "path", ["/chat", "/widget.js", "/api/v1/contact", "/health", "/static/chat.css", "/desk/login"]
)
async def test_that_the_way_to_the_button_stays_open(built: Built, path: str) -> None:
    crowd = crowd_of(built)
    crowd.requests = crowd.most_requests
    assert (await built.client().get(path)).status_code == 200
    crowd.requests = crowd.most_requests + crowd.reserved // 2
    assert (await built.client().get(path)).status_code == 503


async def test_that_agents_go_on_while_customers_wait(built: Built) -> None:
    agent, crowd = await built.agent(), crowd_of(built)
    crowd.requests = crowd.most_requests
    assert (await agent.client.post("/api/v1/staff/alive", headers={"origin": "http://gehoor.test"})).status_code == 204


async def test_that_the_reserved_places_are_counted_as_well(built: Built) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    crowd.requests = crowd.most_requests + crowd.reserved
    check_problem(await customer.posts("human"), 503, "busy")


async def test_that_a_refusal_can_be_read_from_another_site(built: Built) -> None:
    crowd = crowd_of(built)
    crowd.requests = crowd.most_requests
    answer = await built.client().get("/api/v1/conversations/x/events", headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 503
    assert "content-security-policy" in answer.headers


async def test_that_an_error_gives_its_place_back(built: Built) -> None:
    client, crowd = built.client(), crowd_of(built)
    for path in ("/api/v1/conversations/x/events", "/nergens"):
        await client.get(path)
    await client.post("/api/v1/conversations", content=b"{")
    assert crowd.requests == 0


# -- streams ---------------------------------------------------------------------------------------------------------


async def test_that_an_open_stream_takes_no_place_of_a_request(
    built: Built,
) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    async with customer.listens() as stream:
        await stream.next("state")
        assert (crowd.requests, len(crowd.places), crowd.streams[customer.id]) == (0, 1, 1)
    await built.settle()
    assert (len(crowd.places), len(crowd.streams)) == (0, 0)


async def test_that_customers_streams_end_somewhere_and_the_desks_do_not(built: Built) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    crowd.most_streams = 1
    async with customer.listens() as first:
        await first.next("state")
        check_problem(await opens(customer), 503, "busy")
        agent = Agent(built, built.client())
        await agent.signs_in()
        async with built.stream("/api/v1/staff/desk/stream", agent.cookie) as desk:
            assert (await desk.next()).kind == "snapshot"


async def opens(customer: Customer, address: str = "127.0.0.1") -> httpx.Response:
    """A stream that is expected to be refused."""
    client = customer.built.client(address)
    return await client.get(f"{customer.path}/stream", headers=customer.headers)


async def test_that_one_conversation_has_so_many_streams(built: Built) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    crowd.streams[customer.id] = MOST_STREAMS_EACH
    refused = await opens(customer, "203.0.113.5")
    check_problem(refused, 429, "too_often")
    async with customer.listens() as stream:  # from this machine itself
        await stream.next("state")


async def test_that_who_leaves_tells_each_reader_when_to_come_back(built: Built) -> None:
    customer, crowd = await built.customer(), crowd_of(built)
    agent = await built.agent()
    assert agent.desk is not None
    async with customer.listens() as stream:
        await stream.next("state")
        await crowd.leave(0.0)
        rest = [sent.raw async for sent in blocks(stream)]
        assert len(rest) == 1
        assert 500 <= int(rest[0].removeprefix("retry: ")) <= 2500
        check_problem(await opens(customer), 503, "busy")
        assert (await customer.writes("Nog net")).status_code == 201, "what is no stream goes on"
    await built.settle()
    assert crowd.places == {}


async def blocks(stream: Any) -> AsyncIterator[Any]:
    while (block := await stream.block()) is not None:
        yield block


async def test_that_many_streams_are_handed_over_one_after_the_other(built: Built) -> None:
    customers = [await built.customer() for _ in range(3)]
    crowd = crowd_of(built)
    streams = [await customer.listens().open() for customer in customers for _ in range(40)]
    for stream in streams:
        await stream.next("state")
    assert len(crowd.places) == 120
    await crowd.leave(0.05)
    for stream in streams:
        assert await stream.block() is not None
        assert await stream.block() is None
        await stream.close()
    await built.settle()
    assert crowd.places == {}
