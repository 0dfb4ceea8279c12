"""Two real processes on one PostgreSQL: what must not be said any more is not said in the other one within five
seconds, and is not said after a restart."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.journeys.processes import Agent, Customer, clean, servers
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio

LIMIT_S: Final = 5.0
TOPIC: Final = "huur-opzeggen"
PATH: Final = f"/api/v1/staff/knowledge/{TOPIC}"
QUESTION: Final = "Hoe zeg ik mijn huur op?"


@pytest.fixture
def two(tmp_path: Path, postgres: str) -> Iterator[list[Server]]:
    with servers(tmp_path, postgres) as running:
        yield running


@pytest.fixture
async def clients() -> AsyncIterator[list[httpx.AsyncClient]]:
    """Browsers: of a customer, a supervisor and a writer."""
    async with AsyncExitStack() as closing:
        yield [await closing.enter_async_context(httpx.AsyncClient(timeout=20)) for _ in range(3)]


async def is_answered(client: httpx.AsyncClient, server: Server, words: str = "") -> bool:
    """Whether the AI answers a customer at this server, with these words."""
    customer = await Customer(client, server).begins()
    seq = await customer.writes(QUESTION)
    async with asyncio.timeout(10):
        while True:
            answer = await client.get(f"{server.url}{customer.path}/events", headers=customer.headers)
            said = [one for one in answer.json()["events"] if one["seq"] > seq and one["author"]["kind"] == "ai"]
            if said:
                return any(one.get("sources") and words in one["text"] for one in said)
            await asyncio.sleep(0.05)


async def becomes(wanted: bool, look: Callable[[], Awaitable[bool]]) -> float:
    """How long it took, in seconds."""
    began = time.monotonic()
    while await look() is not wanted:
        assert time.monotonic() - began < LIMIT_S
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_that_a_switch_and_a_withdrawal_act_in_the_other_process_and_outlive_a_restart(
    two: list[Server], clients: list[httpx.AsyncClient]
) -> None:
    here, there = two
    client, leads, writes = clients
    lead = await Agent(leads, here).signs_in("teamleider")
    assert await is_answered(client, there)

    await lead.posts(f"{PATH}/switch", {"silenced": True, "why": "Klachten"})
    await becomes(False, lambda: is_answered(client, there))
    await lead.posts(f"{PATH}/switch", {"silenced": False, "why": "Nagekeken"})
    await becomes(True, lambda: is_answered(client, there))

    await lead.posts("/api/v1/staff/knowledge/switch", {"silenced": True, "why": "Rare antwoorden"})
    await becomes(False, lambda: is_answered(client, there))
    await lead.posts("/api/v1/staff/knowledge/switch", {"silenced": False, "why": "Weer goed"})
    await becomes(True, lambda: is_answered(client, there))

    body = {"language": "nl", "number": 1, "why": "Termijn fout", "wrong": True, "harm": "serious"}
    await lead.posts(f"{PATH}/withdraw", body)
    await becomes(False, lambda: is_answered(client, there))
    assert (await client.get(f"{there.url}/kennis/{TOPIC}")).status_code == 404

    # A new text, written at one process and approved at the other, is told again. Both processes are stopped hard.
    writer = await Agent(writes, there).signs_in("schrijver")
    editions = (await lead.client.get(f"{here.url}{PATH}")).json()["editions"]
    before = next(one for one in editions if one["number"] == 1 and one["language"] == "nl")
    draft = {name: before[name] for name in ("language", "title", "owner", "valid_from", "review_by", "policy", "ways")}
    draft |= {"text": "U zegt de huur op met het formulier."}
    seen = (await lead.client.get(f"{there.url}{PATH}")).json()["last"]
    told = await writer.posts(f"{PATH}/draft", draft | {"seen": seen})
    told = await writer.posts(f"{PATH}/submit", {"language": "nl", "seen": told["last"]})
    approval = {"language": "nl", "seen": told["last"], "why": "Er is een formulier"}
    unmeasured = await lead.client.post(f"{here.url}{PATH}/approve", json=approval)
    assert unmeasured.json()["field"] == "effect"
    await writer.posts(f"{PATH}/effect", {"language": "nl"})
    async with asyncio.timeout(60):
        while (await lead.client.get(f"{here.url}{PATH}")).json()["effects"]["nl"]["figures"] is None:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    await lead.posts(f"{PATH}/approve", approval)
    await becomes(True, lambda: is_answered(client, there, "U zegt de huur op met het formulier."))
    for server in two:
        server.kill()
    for server in two:
        server.start(patience_s=60)
    page = await client.get(f"{there.url}/kennis/{TOPIC}")
    assert "U zegt de huur op met het formulier." in page.text
    history = (await lead.client.get(f"{there.url}{PATH}")).json()["history"]
    assert [one["what"] for one in history][:4] == ["approve", "submit", "draft", "withdraw"]
    await clean(here)
