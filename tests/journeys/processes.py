"""Real server processes on one PostgreSQL, customers and agents who talk to a given one of them, over HTTP."""

import asyncio
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from tests.web.browser.house import Server

PATIENCE_S: Final = 20.0


@contextmanager
def servers(folder: Path, url: str, count: int = 2) -> Iterator[list[Server]]:
    """Servers on ports of their own that share everything else, as on several machines. The first one leads."""
    made: list[Server] = []
    shared: dict[str, str] = {"GEHOOR_DATABASE": url, "GEHOOR_PROBE": "off"}
    try:
        for number in range(count):
            place = folder / f"server-{number}"
            place.mkdir()
            if number == 0:
                shared |= {
                    "GEHOOR_DATA": str(place / "data"),
                    "GEHOOR_KEYS": str(place / "keys"),
                    "GEHOOR_ORGANISATION": str(place / "organisation.yaml"),
                }
            server = Server(place, settings=shared)
            made.append(server)
            server.start(patience_s=60)
        yield made
    finally:
        for server in made:
            server.kill()


class Person:
    """Somebody at a server: who they are is the same at every server."""

    def __init__(self, client: httpx.AsyncClient, server: Server) -> None:
        self.client = client
        self.base = server.url

    def at(self, server: Server) -> None:
        """From now on their requests come to another server."""
        self.base = server.url

    async def posts(self, path: str, body: Mapping[str, object], **headers: str) -> Any:
        """What the server answers, when it does what was asked."""
        answer = await self.client.post(f"{self.base}{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    @asynccontextmanager
    async def stream(self, path: str, **headers: str) -> AsyncIterator["Events"]:
        """An open stream."""
        patience = httpx.Timeout(10, read=None)
        async with self.client.stream("GET", f"{self.base}{path}", headers=headers, timeout=patience) as answer:
            assert answer.status_code == 200
            yield Events(answer)


class Customer(Person):
    """A customer with a conversation."""

    async def begins(self) -> "Customer":
        begun = await self.posts("/api/v1/conversations", {})
        self.id: str = begun["id"]
        self.headers = {"authorization": f"Bearer {begun['token']}"}
        return self

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    async def writes(self, text: str, client_id: str = "") -> int:
        body = {"client_id": client_id or str(uuid.uuid4()), "text": text}
        return int((await self.posts(f"{self.path}/messages", body, **self.headers))["seq"])

    async def wants_a_person(self) -> None:
        await self.posts(f"{self.path}/human", {"client_id": str(uuid.uuid4())}, **self.headers)

    async def texts(self) -> list[str]:
        answer = await self.client.get(f"{self.base}{self.path}/events", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return [event["text"] for event in answer.json()["events"] if event.get("text")]


class Agent(Person):
    """Somebody of staff, signed in."""

    async def signs_in(self, login: str = "agent1") -> "Agent":
        await self.posts("/api/v1/staff/session", {"login": login, "password": f"demo-{login}"})
        return self

    async def is_there(self) -> None:
        await self.posts("/api/v1/staff/presence", {"status": "available"})

    async def does(self, what: str, id: str, **body: object) -> Any:
        return await self.posts(f"/api/v1/staff/conversations/{id}/{what}", body)

    async def writes(self, id: str, text: str) -> None:
        await self.does("messages", id, client_id=str(uuid.uuid4()), text=text)


class Events:
    """What comes on a stream, in order."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self, kind: str, **wanted: object) -> dict[str, Any]:
        """The next event of the kind of which these fields have these values."""
        async with asyncio.timeout(PATIENCE_S):
            name = ""
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == kind:
                    told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    if wanted.items() <= told.items():
                        return told
        raise AssertionError(f"the stream ended before {kind} {wanted} came")


async def clean(server: Server) -> None:
    """``gehoor audit`` finds nothing in what is stored."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "gehoor", "audit", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=server.environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["findings"] == []
