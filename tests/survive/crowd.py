"""Thirty-two people who talk with the product while it, or its database, is killed again and again.

Customers and agents do what their pages do: they send until it is acknowledged, each time with the same id; they hold a
stream, and go on from their own cursor when it breaks. Everything that they were told is remembered, and compared with
what the store has at the end (``ledger.py``). The moments of the kills are drawn from a seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

CLIENTS: Final = 32
AGENTS: Final = ("agent1", "agent2", "teamleider")
PATIENCE_S: Final = 120.0
"""How long one message may take until it is acknowledged, whatever happens to the server."""
PER_CONVERSATION: Final = 40
"""Messages after which a customer begins another conversation."""
_AGAIN_S: Final = 0.05


@dataclass(slots=True)
class Talk:
    """One conversation as its customer saw it: what was acknowledged, and what the stream showed.

    ``sent``: client id, seq and text of each message that was acknowledged, in the order in which it was sent.
    ``shown``: seq and prev of each event of the stream. ``asked``: the seq of the acknowledged request for a person.
    """

    id: str
    token: str
    sent: list[tuple[str, int, str]] = field(default_factory=list)
    answered: list[tuple[str, int, str]] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    asked: int = 0
    email: str = ""

    @property
    def last(self) -> int:
        """The cursor."""
        return self.shown[-1][0] if self.shown else 0


@dataclass(slots=True)
class Told:
    """What everybody was told."""

    talks: dict[str, Talk] = field(default_factory=dict)
    resent: int = 0
    refused: int = 0
    broken_streams: int = 0

    @property
    def acknowledged(self) -> int:
        """Messages of customers and of agents."""
        return sum(len(one.sent) + len(one.answered) for one in self.talks.values())


class Crowd:
    """Everybody at once.

    Args:
        url: of the server.
        messages: how many must be acknowledged.
        seed: draws what they do.
        at_night: nobody is at the desk, and each customer says that there is a fire.
    """

    def __init__(self, url: str, messages: int, seed: int, at_night: bool = False) -> None:
        self._url = url
        self._wanted = messages
        self._at_night = at_night
        self._seed = seed
        self.told = Told()
        self.done = asyncio.Event()

    async def run(self) -> Told:
        """Returns when enough was acknowledged, and every page has shown what its conversation holds."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CLIENTS * 3)
        async with httpx.AsyncClient(base_url=self._url, limits=limits, timeout=15.0) as client:
            agents = [asyncio.create_task(self._agent(login)) for login in (() if self._at_night else AGENTS)]
            customers = (self._customer(client, number) for number in range(CLIENTS - len(agents)))
            await asyncio.gather(*customers)
            self.done.set()
            for one in agents:
                one.cancel()
            await asyncio.gather(*agents, return_exceptions=True)
        return self.told

    async def reaches(self, count: int) -> bool:
        """Waits until so many messages were acknowledged; False when the crowd is done before."""
        while self.told.acknowledged < count:
            if self.done.is_set():
                return False
            await asyncio.sleep(0.002)
        return True

    def _enough(self) -> bool:
        return self.told.acknowledged >= self._wanted

    # -- customers ---------------------------------------------------------------------------------------------------

    async def _customer(self, client: httpx.AsyncClient, number: int) -> None:
        drawn = random.Random(f"{self._seed}:{number}")
        while not self._enough():
            begun = await self._until_acknowledged(client, "/api/v1/conversations", {}, {})
            talk = self.told.talks[begun["id"]] = Talk(begun["id"], begun["token"])
            reading = asyncio.create_task(self._read(client, talk))
            try:
                await self._talk(client, talk, drawn)
                await self._until_shown(talk)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    async def _talk(self, client: httpx.AsyncClient, talk: Talk, drawn: random.Random) -> None:
        headers, path = {"Authorization": f"Bearer {talk.token}"}, f"/api/v1/conversations/{talk.id}"
        asks_at = drawn.randrange(4)
        for count in range(PER_CONVERSATION):
            if count == asks_at:
                talk.email = f"klant-{talk.id.lower()}@voorbeeld.example"
                wish = {"client_id": uuid.uuid4().hex, "email": talk.email, "phone": "0612345678"}
                talk.asked = (await self._until_acknowledged(client, f"{path}/human", wish, headers))["seq"]
            text = f"Bericht {count} over de lekkende kraan {drawn.randrange(10**6)}"
            if self._at_night and count == asks_at + 1:
                text = f"Er is brand in het trappenhuis! {drawn.randrange(10**6)}"
            client_id = uuid.uuid4().hex
            body = {"client_id": client_id, "text": text}
            answer = await self._until_acknowledged(client, f"{path}/messages", body, headers)
            talk.sent.append((client_id, answer["seq"], text))
            if self._enough():
                return

    async def _read(self, client: httpx.AsyncClient, talk: Talk) -> None:
        headers = {"Authorization": f"Bearer {talk.token}"}
        while True:
            path = f"/api/v1/conversations/{talk.id}/stream?after={talk.last}"
            with contextlib.suppress(httpx.HTTPError):
                async with client.stream("GET", path, headers=headers, timeout=httpx.Timeout(15.0)) as answer:
                    if answer.status_code == 200:
                        async for event in _events(answer):
                            talk.shown.append((event["seq"], event["prev"]))
            self.told.broken_streams += 1
            await asyncio.sleep(_AGAIN_S)

    async def _until_shown(self, talk: Talk) -> None:
        """The page shows everything that was acknowledged, however often its stream broke."""
        last = max([seq for _, seq, _ in talk.sent] + [talk.asked])
        end = time.monotonic() + PATIENCE_S
        while talk.last < last:
            assert time.monotonic() < end, f"{talk.id} shows {talk.last} of {last}"
            await asyncio.sleep(_AGAIN_S)

    # -- agents ------------------------------------------------------------------------------------------------------

    async def _agent(self, login: str) -> None:
        async with httpx.AsyncClient(base_url=self._url, timeout=15.0) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError, AssertionError):
                    await self._at_the_desk(client, login)
                await asyncio.sleep(_AGAIN_S)

    async def _at_the_desk(self, client: httpx.AsyncClient, login: str) -> None:
        body = {"login": login, "password": f"demo-{login}"}
        await self._until_acknowledged(client, "/api/v1/staff/session", body, {})
        async with client.stream("GET", "/api/v1/staff/desk/stream", timeout=httpx.Timeout(30.0)) as desk:
            assert desk.status_code == 200
            await client.post("/api/v1/staff/presence", json={"status": "available"})
            beat = asyncio.create_task(self._works(client))
            try:
                async for _ in desk.aiter_bytes():
                    pass
            finally:
                beat.cancel()
                await asyncio.gather(beat, return_exceptions=True)

    async def _works(self, client: httpx.AsyncClient) -> None:
        """Takes whoever is offered, answers, and resolves what was answered three times."""
        answers: dict[str, int] = {}
        while True:
            await client.post("/api/v1/staff/alive", json={})
            for id in list(self.told.talks)[-200:]:
                talk = self.told.talks[id]
                if not talk.asked or answers.get(id, 0) >= 3:
                    continue
                if id not in answers:
                    taken = await client.post(f"/api/v1/staff/conversations/{id}/accept", json={})
                    if taken.status_code != 200:
                        continue
                    answers[id] = 0
                client_id, text = uuid.uuid4().hex, f"Antwoord {answers[id]} aan u"
                body = {"client_id": client_id, "text": text}
                answer = await self._until_acknowledged(client, f"/api/v1/staff/conversations/{id}/messages", body, {})
                talk.answered.append((client_id, answer["seq"], text))
                answers[id] += 1
                if answers[id] == 3:
                    await client.post(f"/api/v1/staff/conversations/{id}/resolve", json={})
            await asyncio.sleep(_AGAIN_S)

    # -- until acknowledged ------------------------------------------------------------------------------------------

    async def _until_acknowledged(
        self, client: httpx.AsyncClient, path: str, body: dict[str, str], headers: dict[str, str]
    ) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                self.told.resent += 1
                await asyncio.sleep(_AGAIN_S)
                continue
            if answer.status_code in (200, 201):
                told: dict[str, Any] = answer.json()
                return told
            self.told.refused += 1
            assert answer.status_code in (429, 503), f"{path}: {answer.status_code} {answer.text}"
            assert answer.json()["contact"]["phone"], "a refusal without another way to a person"
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody acknowledged {path}")


async def _events(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """The facts of a stream; a block that a kill cut off is none."""
    block: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            block[name] = value
            continue
        if block.get("event") == "fact":
            told: dict[str, Any] = json.loads(block["data"])
            yield told
        block = {}
