"""Customers over HTTP who remember what was acknowledged to them, and what stands against it afterwards."""

from __future__ import annotations

import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx

from tests.web.browser.house import Server

PHONE: Final = "088 000 01 00"
"""The demo organisation's telephone number, as its sentences give it."""
GONE: Final = None
"""The server ended before it answered: what the page makes of that stands in tests/web/browser."""


@dataclass(slots=True)
class Visitor:
    """One customer: what they sent, and what of it was acknowledged.

    Attributes:
        acknowledged: seq by text, of what the server said that it keeps.
    """

    client: httpx.Client
    id: str
    token: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def writes(self, text: str) -> httpx.Response | None:
        """Sends words, again under the same id when they were sent before. None: the server went away."""
        return self._posts("messages", text, {"text": text})

    def wants_a_person(self) -> httpx.Response | None:
        """Asks for a person, as often as needed under one id."""
        return self._posts("human", "(een medewerker)", {})

    def reads(self) -> httpx.Response:
        """The whole conversation."""
        return self.client.get(f"/api/v1/conversations/{self.id}/events?after=0", headers=self._headers)

    def shown(self) -> dict[str, int]:
        """The customer's own words that the server shows, each with its seq.

        Raises:
            AssertionError: words stand there twice, or it shows nothing.
        """
        answer = self.reads()
        assert answer.status_code == 200, answer.text
        own = [one for one in answer.json()["events"] if one["author"]["kind"] == "customer" and "text" in one]
        assert len({one["text"] for one in own}) == len(own), "words stand there twice"
        return {one["text"]: one["seq"] for one in own}

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _posts(self, call: str, key: str, body: dict[str, str]) -> httpx.Response | None:
        client_id = self._ids.setdefault(key, str(uuid.uuid4()))
        path = f"/api/v1/conversations/{self.id}/{call}"
        try:
            answer = self.client.post(path, json={"client_id": client_id, **body}, headers=self._headers)
        except httpx.TransportError:
            return GONE
        if answer.is_success:
            seq = answer.json().get("seq", 0)
            assert self.acknowledged.setdefault(key, seq) == seq, "another place than the first time"
        return answer


class Visitors:
    """Customers of one server.

    Args:
        timeout_s: how long one of them waits for an answer.
    """

    def __init__(self, server: Server, timeout_s: float = 10.0) -> None:
        self.client = httpx.Client(base_url=server.url, timeout=timeout_s)
        self.all: list[Visitor] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def begins(self) -> Visitor:
        """A new conversation."""
        answer = self.client.post("/api/v1/conversations", json={})
        assert answer.status_code == 201, answer.text
        begun = answer.json()
        self.all.append(Visitor(self.client, begun["id"], begun["token"]))
        return self.all[-1]

    def miss_nothing(self) -> None:
        """Everything that was acknowledged is shown, in its place, once."""
        for one in self.all:
            shown = one.shown()
            kept = {text: seq for text, seq in one.acknowledged.items() if not text.startswith("(")}
            assert {text: shown.get(text) for text in kept} == kept


def sends_elsewhere(answer: httpx.Response | None, code: str = "") -> None:
    """A refusal holds a plain sentence with the telephone number, and the other ways to a person.

    Args:
        code: of the error; empty: any.
    """
    assert answer is not None, "the server went away instead of answering"
    assert answer.status_code == 503, answer.text
    told: dict[str, Any] = answer.json()
    assert told["code"] == (code or told["code"])
    assert PHONE in told["title"]
    assert told["contact"]["phone"] == PHONE
    assert told["contact"]["email"]


def clean(folder: Path) -> None:
    """``gehoor audit`` finds nothing."""
    done = audit(folder)
    assert done.returncode == 0, done.stdout + done.stderr


def audit(folder: Path) -> subprocess.CompletedProcess[str]:
    """``gehoor audit`` over what a server left."""
    command = [sys.executable, "-m", "gehoor", "audit", "--data", str(folder / "data"), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
