"""Two real processes on one PostgreSQL: customer and agent on different ones, and one that dies."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.processes import Agent, Customer, clean, servers
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio

FEW_SECONDS = 8.0
"""How long a lease, a beat and a busy machine may take together."""


@pytest.fixture
def two(tmp_path: Path, postgres: str) -> Iterator[list[Server]]:
    with servers(tmp_path, postgres) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20) as made:
        yield made


async def test_that_customer_and_agent_on_two_processes_talk_and_one_of_these_may_die(
    two: list[Server], client: httpx.AsyncClient
) -> None:
    first, second = two
    customer = await Customer(client, first).begins()
    agent = await Agent(httpx.AsyncClient(timeout=20), second).signs_in()
    async with agent.stream("/api/v1/staff/desk/stream") as desk:
        await desk.next("snapshot")
        await agent.is_there()
        async with customer.stream(f"{customer.path}/stream", **customer.headers) as page:
            await customer.wants_a_person()
            # The first process leads: it offers the customer to an agent whose desk and clicks are at the second.
            await until_offered(agent, customer.id)
            await agent.does("accept", customer.id)
            await agent.writes(customer.id, "Waarmee kan ik helpen?")
            await page.next("fact", text="Waarmee kan ik helpen?")
            await customer.writes("Mijn sleutel is weg")
            await desk.next("fact", text="Mijn sleutel is weg")
            numbers = [f"{n}" for n in range(20)]
            customer_there = Customer(client, second)
            customer_there.id, customer_there.headers = customer.id, customer.headers
            seqs = await asyncio.gather(
                *((customer, customer_there)[n % 2].writes(text) for n, text in enumerate(numbers))
            )
            assert len(set(seqs)) == len(numbers)
            for _ in numbers:
                await desk.next("fact")
        # Whoever led is gone without a word; a customer who asks now waits a few seconds at most.
        first.kill()
        other = await Customer(client, second).begins()
        began = time.monotonic()
        await other.wants_a_person()
        await until_offered(agent, other.id)
        assert time.monotonic() - began < FEW_SECONDS
        customer.at(second)
        assert (await customer.texts()).count("Mijn sleutel is weg") == 1
        assert sorted(text for text in await customer.texts() if text.isdigit()) == sorted(numbers)
    await clean(second)


async def until_offered(agent: Agent, id: str) -> None:
    """The desk's list says that the customer is offered to this agent."""
    async with asyncio.timeout(2 * FEW_SECONDS):
        while True:
            async with agent.stream("/api/v1/staff/desk/stream") as desk:
                queue = (await desk.next("snapshot"))["queue"]
            if any(card["id"] == id and card["offered_to_me"] for card in queue):
                return
            await asyncio.sleep(0.05)


def test_that_a_parent_keeps_its_processes_running_and_stops_them(tmp_path: Path, postgres: str) -> None:
    settings = {"GEHOOR_DATABASE": postgres, "GEHOOR_PROCESSES": "2", "GEHOOR_PROBE": "off"}
    server = Server(tmp_path, settings=settings)
    server.start(patience_s=60)
    parent = server.pid
    try:
        until(lambda: len(children(parent)) == 2)
        killed = children(parent)[0]
        os.kill(killed, signal.SIGKILL)
        end = time.monotonic() + FEW_SECONDS
        while time.monotonic() < end and (killed in children(parent) or len(children(parent)) < 2):
            assert httpx.post(f"{server.url}/api/v1/conversations", json={}, timeout=20).status_code == 201
        assert len(children(parent)) == 2
        left = children(parent)
        os.kill(parent, signal.SIGTERM)
        assert server.wait(40) == 0
        assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]
    finally:
        server.kill()
    said = server.complaints()
    assert "Traceback" not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    for told in ("this process leads from now on", "a process ended and is started again"):
        assert {line.get("process") for line in lines if line["event"] == told} & {1, 2}, "which of them it was"


def test_that_processes_end_when_their_parent_is_killed(tmp_path: Path, postgres: str) -> None:
    settings = {"GEHOOR_DATABASE": postgres, "GEHOOR_PROCESSES": "2", "GEHOOR_PROBE": "off"}
    server = Server(tmp_path, settings=settings)
    server.start(patience_s=60)
    until(lambda: len(children(server.pid)) == 2)
    left = children(server.pid)
    server.kill()
    until(lambda: not [pid for pid in left if Path(f"/proc/{pid}").exists()])


def test_that_several_processes_on_sqlite_are_refused_in_plain_words(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gehoor", "serve", "--processes", "2"]
    environment = {name: value for name, value in os.environ.items() if not re.match("GEHOOR_", name)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert done.returncode == 1
    assert "On SQLite exactly one process may work." in done.stderr
    assert not any(tmp_path.iterdir())


def children(parent: int) -> list[int]:
    return sorted(map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
