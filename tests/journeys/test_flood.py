"""A flood on a real server: others wait, who asks for a person is taken, and memory stays what it was."""

import asyncio
import contextlib
import os
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.rough import Answer, Line, bearer, dial, hang_up, request
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio
MEGABYTE = 1024 * 1024
API = "/api/v1/conversations"


@asynccontextmanager
async def served(folder: Path, program: str = "gehoor", **settings: str) -> AsyncIterator[Server]:
    server = Server(folder, settings=settings, program=program)
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await hang_up()
        await asyncio.to_thread(server.kill)
    assert "Traceback" not in server.complaints(), server.complaints()


async def begins(line: Line, **headers: str) -> dict[str, Any]:
    answer = await line.call("POST", API, {}, **headers)
    assert answer.status == 201, answer.body
    return answer.told


def asks() -> dict[str, str]:
    return {"client_id": str(uuid.uuid4())}


def writes(opened: Mapping[str, Any], text: str = "Hoe zeg ik mijn huur op?") -> bytes:
    return request("POST", f"{API}/{opened['id']}/messages", asks() | {"text": text}, bearer(opened))


async def test_that_in_a_flood_and_past_every_limit_who_asks_for_a_person_is_taken(tmp_path: Path) -> None:
    others, wanting = 200, 8
    async with served(tmp_path, GEHOOR_MOST_REQUESTS="40", GEHOOR_LIMIT_CONVERSATIONS="5 per hour") as server:
        await an_address_that_used_up_its_limit_gets_a_person(server)
        lines = [await dial(server.port) for _ in range(others + wanting)]
        chats = [await begins(lines[n % 10]) for n in range(20)]
        got: Counter[int] = Counter()
        persons: Counter[int] = Counter()
        for turn in range(12):
            for n, line in enumerate(lines):
                chat = chats[n % len(chats)]
                if n % (others // wanting + 1):
                    line.sends(writes(chat))
                elif turn % 2:
                    line.sends(request("POST", API, {"human": asks()}))
                else:
                    line.sends(request("POST", f"{API}/{chat['id']}/human", asks(), bearer(chat)))
            for n, line in enumerate(lines):
                answer = await line.answer()
                (got if n % (others // wanting + 1) else persons)[answer.status] += 1
                if answer.status == 503:
                    check_busy(answer)
        assert set(persons) == {201}, persons
        assert set(got) == {201, 503}, got
        assert got[503] > 200, "there was a flood"


def check_busy(answer: Answer) -> None:
    assert answer.told["code"] == "busy"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.told["contact"]["phone"] in answer.told["title"]


async def an_address_that_used_up_its_limit_gets_a_person(server: Server) -> None:
    line, school = await dial(server.port), {"x-forwarded-for": "203.0.113.5"}
    for _ in range(5):
        await begins(line, **school)
    refused = await line.call("POST", API, {}, **school)
    assert (refused.status, refused.told["code"]) == (429, "too_often")
    assert int(refused.headers["retry-after"]) > 0
    for _ in range(20):
        asked = await line.call("POST", API, {"human": asks()}, **school)
        assert asked.status == 201
        assert asked.told["route"]["text"]
    # Somebody who is not a proxy of ours cannot pretend to call from elsewhere: the last address counts.
    liar = {"x-forwarded-for": "198.51.100.1, 203.0.113.5"}
    assert (await line.call("POST", API, {}, **liar)).status == 429


async def test_that_connections_that_do_nothing_keep_nobody_out(tmp_path: Path) -> None:
    async with served(tmp_path, GEHOOR_MOST_CONNECTIONS="100") as server:
        idle = [await dial(server.port) for _ in range(150)]
        for line in idle[100:]:
            line.sends(b"POST / HTTP/1.1\r\nhost: x\r\n")
        await asyncio.sleep(3.2)  # from then on an unfinished request makes room
        for _ in range(30):
            line = await dial(server.port)
            asked = await line.call("POST", API, {"human": asks()})
            assert asked.status == 201
        for line in idle:
            line.close()


# -- memory ----------------------------------------------------------------------------------------------------------


def memory(server: Server) -> float:
    """Megabytes that the server has in memory now."""
    pages = int(Path(f"/proc/{server.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


async def large_bodies(server: Server, count: int) -> None:
    """Bodies that say how large they are, and bodies that do not."""
    head = f"POST {API} HTTP/1.1\r\nhost: x\r\n".encode()

    async def says() -> None:
        line = await dial(server.port)
        line.sends(head + b"content-length: 1000000000\r\n\r\n")
        assert (await line.answer()).status == 413
        line.close()

    async def goes_on() -> None:
        line = await dial(server.port)
        line.sends(head + b"transfer-encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError, TimeoutError):
            for _ in range(50):
                line.sends(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                async with asyncio.timeout(1):
                    await line.writer.drain()
        assert (await line.answer()).status == 413
        line.close()

    for _ in range(count):
        await asyncio.gather(*(call() for call in (says, goes_on) * 10))


async def long_heads(server: Server, count: int) -> None:
    """Headers without end."""

    async def one() -> None:
        line = await dial(server.port)
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                line.sends(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 1000)
                await line.writer.drain()
        await line.ended()
        line.close()

    for _ in range(count):
        await asyncio.gather(*(one() for _ in range(20)))


async def slow_requests(server: Server, count: int) -> None:
    """Requests that never come whole."""
    lines = [await dial(server.port) for _ in range(count)]
    for line in lines:
        line.sends(f"POST {API} HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n".encode() + b" " * 50_000)
    for line in lines:
        await line.ended()
        line.close()


async def deaf_readers(server: Server, texts: int) -> int:
    """Streams that nobody reads, while much is said in them; how many the server ended."""
    talker = await dial(server.port)
    opened = await begins(talker)
    lines = [await dial(server.port, receives=4096) for _ in range(20)]
    for line in lines:
        line.sends(request("GET", f"{API}/{opened['id']}/stream", headers=bearer(opened)))
    for _ in range(texts):
        talker.sends(writes(opened, "é" * 3900))
        assert (await talker.answer()).status == 201
    await asyncio.sleep(3.0)  # longer than the server waits for a reader here
    ended = 0
    for line in lines:
        with contextlib.suppress(TimeoutError):
            await line.ended(5.0)
            ended += 1
        line.close()
    await resumes(server, opened, texts)
    talker.close()
    return ended


async def resumes(server: Server, opened: dict[str, Any], texts: int) -> None:
    """Who was cut off comes back for all of it."""
    line = await dial(server.port)
    line.sends(request("GET", f"{API}/{opened['id']}/stream?after=0", headers=bearer(opened)))
    seen = 0
    async with asyncio.timeout(30):
        while seen < texts:
            seen += (await line.reader.readuntil(b"\n")).count(b'"kind":"customer"')
    line.close()


async def strangers(server: Server, count: int) -> None:
    """Ever other addresses, each with a token that does not fit."""
    lines = [await dial(server.port) for _ in range(20)]
    for start in range(0, count, len(lines)):
        for n, line in enumerate(lines):
            at = start + n
            headers = {"authorization": "Bearer mis", "x-forwarded-for": f"203.{at >> 16}.{at >> 8 & 255}.{at & 255}"}
            line.sends(request("GET", f"{API}/{at:026d}/events", headers=headers))
        for line in lines:
            assert (await line.answer()).status == 404
    for line in lines:
        line.close()


async def flood(server: Server, size: int) -> None:
    await large_bodies(server, size)
    await long_heads(server, size)
    await slow_requests(server, 200)
    await strangers(server, 1000 * size)
    assert await deaf_readers(server, 100) == 20


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.soak)])
async def test_that_memory_stays_what_it_was(tmp_path: Path, rounds: int) -> None:
    async with served(tmp_path, "tests.journeys.rough") as server:
        await flood(server, 1)  # what is filled once stays: caches, the heap
        before, highest = memory(server), 0.0
        for _ in range(rounds):
            await flood(server, 2)
            highest = max(highest, memory(server))
        print(f"memory: {before:.0f} MB before, {highest:.0f} MB at most after {rounds} rounds")
        assert highest < before + 40
