"""The server is told to stop while everybody writes: nothing acknowledged is lost, everybody goes on afterwards."""

import asyncio
import json
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.killing import audit
from tests.journeys.rough import dial, hang_up, request
from tests.web.browser.house import Server

pytestmark = pytest.mark.anyio
API = "/api/v1/conversations"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    one = Server(tmp_path, settings={"GEHOOR_STOP_SECONDS": "20"})
    one.start()
    yield one
    one.kill()
    assert "Traceback" not in one.complaints(), one.complaints()


class Chat:
    """One customer: writes until it is acknowledged, and reads a stream that is opened again whenever it ends."""

    def __init__(self, client: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.client = client
        self.path = f"{API}/{opened['id']}"
        self.headers = {"authorization": f"Bearer {opened['token']}"}
        self.acknowledged: list[str] = []
        self.seen: list[dict[str, Any]] = []
        self.retries: list[int] = []
        self.cut = 0
        self.open = asyncio.Event()

    async def writes(self, count: int) -> None:
        """One message after the other."""
        for number in range(count):
            body = {"client_id": str(uuid.uuid4()), "text": f"Regel {number}"}
            while not await self._sent(body):  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # as a page waits before it sends again
            self.acknowledged.append(body["text"])
            await asyncio.sleep(0.01)

    async def _sent(self, body: dict[str, str]) -> bool:
        try:
            answer = await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)
        except httpx.HTTPError:
            return False
        assert answer.status_code in (200, 201, 503), answer.text
        return answer.status_code != 503

    async def reads(self) -> None:
        """Until cancelled."""
        while True:
            after = self.seen[-1]["seq"] if self.seen else 0
            try:
                await self._one_stream(after)
            except httpx.RemoteProtocolError:
                self.cut += 1
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)  # as a page waits before it connects again

    async def _one_stream(self, after: int) -> None:
        params = {"after": after}
        async with self.client.stream("GET", f"{self.path}/stream", params=params, headers=self.headers) as answer:
            if answer.status_code != 200:
                return
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "retry":
                    self.retries.append(int(value))
                elif name == "data":
                    self.open.set()
                    told = json.loads(value)
                    if "seq" in told:
                        self.seen.append(told)


async def test_that_nothing_is_lost_when_the_server_is_told_to_stop(server: Server, tmp_path: Path) -> None:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=20.0) as client:
        chats = [Chat(client, (await client.post(API, json={})).json()) for _ in range(8)]
        reading = [asyncio.create_task(chat.reads()) for chat in chats]
        for chat in chats:
            await chat.open.wait()
        writing = [asyncio.create_task(chat.writes(40)) for chat in chats]
        while min(len(chat.acknowledged) for chat in chats) < 5:  # noqa: ASYNC110  (everybody is at it)
            await asyncio.sleep(0.01)
        began = time.monotonic()
        ended = await asyncio.to_thread(server.stops)
        assert ended == 0
        assert time.monotonic() - began < 20.0
        await asyncio.to_thread(server.start)
        await asyncio.gather(*writing)
        async with asyncio.timeout(30):
            while not all(texts(chat) == chat.acknowledged for chat in chats):  # noqa: ASYNC110  (streams catch up)
                await asyncio.sleep(0.05)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    assert {chat.cut for chat in chats} == {0}, "each stream ended in good order"
    assert all(any(500 <= one <= 2500 and one != 1000 for one in chat.retries) for chat in chats)
    for chat in chats:
        seqs = [event["seq"] for event in chat.seen]
        assert seqs == sorted(set(seqs)), "nothing came twice"
    assert await asyncio.to_thread(server.stops) == 0
    audited = await asyncio.to_thread(audit, tmp_path)
    assert audited.returncode == 0, audited.stdout


def texts(chat: Chat) -> list[str]:
    return [event["text"] for event in chat.seen if event.get("author", {}).get("kind") == "customer"]


async def test_that_a_second_signal_hurries(server: Server) -> None:
    slow, asking = await dial(server.port), await dial(server.port)
    opened = (await asking.call("POST", API, {})).told
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": "Hallo"}).encode()
    head = request("POST", f"{API}/{opened['id']}/messages", None, {"authorization": f"Bearer {opened['token']}"})
    slow.sends(head.replace(b"content-length: 0", b"content-length: %d" % len(body)))  # and the body does not come
    await asyncio.sleep(0.2)
    server.signals(signal.SIGTERM)
    await asyncio.sleep(1.0)
    assert server.runs(), "what is in hand may still end"
    began = time.monotonic()
    server.signals(signal.SIGTERM)
    assert await asyncio.to_thread(server.wait, 30) == 0
    assert time.monotonic() - began < 10.0
    await hang_up()


async def test_that_an_answer_that_was_begun_is_finished(server: Server) -> None:
    """A request whose body comes late is still answered, though the server was told to stop before."""
    slow, asking = await dial(server.port), await dial(server.port)
    opened = (await asking.call("POST", API, {})).told
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": "Hallo"}).encode()
    head = request("POST", f"{API}/{opened['id']}/messages", None, {"authorization": f"Bearer {opened['token']}"})
    slow.sends(head.replace(b"content-length: 0", b"content-length: %d" % len(body)))
    await asyncio.sleep(0.2)
    server.signals(signal.SIGTERM)
    await asyncio.sleep(0.5)
    slow.sends(body)
    assert (await slow.answer()).status == 201
    assert await asyncio.to_thread(server.wait, 30) == 0
    await hang_up()
