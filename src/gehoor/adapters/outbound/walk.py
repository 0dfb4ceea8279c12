"""The customer's path over HTTP, to the server's own address."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

import httpx

from gehoor.ports.outbound import Walked

HEADER: Final = "x-gehoor-probe"
"""Carries the secret by which the server knows its own probe."""
TIME_LIMIT_S: Final = 10.0
_ASKS: Final = "Dit is een proef van het huis zelf."


class HttpWalk:
    """Walks.

    Args:
        client: makes a client whose base is the server's own address; closed after each walk.
        secret: what the server knows its own probe by.
    """

    def __init__(self, client: Callable[[], httpx.AsyncClient], secret: str) -> None:
        self._client = client
        self._secret = secret

    async def walk(self) -> Walked:
        """Walks once, step after step; the first one that fails ends it."""
        one = _Walk()
        try:
            async with self._client() as client:
                await one.take(client, self._secret)
        except Exception as fault:  # whatever comes back, it is what a customer would have got
            # Never the words of an answer or an address: only what kind of thing went wrong.
            what = str(fault) if isinstance(fault, _Wrong) else type(fault).__name__
            return Walked(one.id, one.step, what)
        return Walked(one.id)


class _Wrong(Exception):
    """An answer that is not what a customer needs."""


class _Walk:
    """One walk: which step it is at, and the conversation that it made."""

    def __init__(self) -> None:
        self.step = "contact"
        self.id = ""
        self._headers: dict[str, str] = {}

    async def take(self, client: httpx.AsyncClient, secret: str) -> None:
        """Every step."""
        contact = await self._call(client, "GET", "/api/v1/contact")
        _must(bool(contact["phone"]), "no telephone number")
        self.step = "start"
        self._headers = {HEADER: secret}
        begun = await self._call(client, "POST", "/api/v1/conversations", {"channel": "probe", "language": "nl"})
        self.id, self._headers = str(begun["id"]), {"authorization": f"Bearer {begun['token']}"}
        _must(bool(begun["events"]), "no disclosure")
        self.step = "message"
        await self._post(client, "messages", text=_ASKS)
        self.step = "events"
        seen = await self._call(client, "GET", f"/api/v1/conversations/{self.id}/events")
        _must(any(event.get("text") == _ASKS for event in seen["events"]), "the message is not there")
        self.step = "human"
        route = (await self._post(client, "human"))["route"]
        _must(route["kind"] in ("live", "queue", "promise") and bool(route["text"]), "no route")
        _must(route["kind"] != "promise" or bool(route["due_at"] and route["reference"]), "a promise without a date")
        self.step = "withdraw"
        await self._post(client, "withdraw")
        seen = await self._call(client, "GET", f"/api/v1/conversations/{self.id}/events")
        _must(any(event["type"] == "withdrawn" for event in seen["events"]), "the request still stands")

    async def _post(self, client: httpx.AsyncClient, what: str, **body: str) -> Any:
        path = f"/api/v1/conversations/{self.id}/{what}"
        return await self._call(client, "POST", path, {"client_id": str(uuid.uuid4()), **body})

    async def _call(self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        answer = await client.request(method, path, json=body, headers=self._headers)
        _must(answer.is_success, f"status {answer.status_code}")
        return answer.json()


def _must(well: bool, otherwise: str) -> None:
    if not well:
        raise _Wrong(otherwise)
