"""Chats that are ready to be written in, and desks that listen: made over HTTP, as browsers do it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, Final

from gehoor.prove.bench.client import Answered, Caller, Heard, Listener, dial, listen, request_head, with_body
from gehoor.prove.bench.plan import PER_DESK, Agent, Plan
from gehoor.prove.bench.tally import ID_START, Tally
from gehoor.prove.bench.texts import TEXTS

_PATIENCE_S: Final = 10.0
_PAUSE_S: Final = 0.05
API: Final = "/api/v1"


class Unfit(Exception):
    """The server did not do what the measurement needs."""


@dataclass(slots=True)
class Chat:
    """One customer: a request up to its Content-Length, and the connection of one point.

    Servers hang up on who says nothing for some seconds, so each point begins with new connections.
    """

    head: bytes
    caller: Caller = field(default_factory=Caller)

    async def dial(self, port: int) -> None:
        """A connection of its own."""
        self.caller = await dial(port)

    def send(self, number: int, answered: Answered) -> None:
        """Sends a message now."""
        self.caller.send(self.request(number), answered)

    def request(self, number: int) -> bytes:
        """A message; each one has the next text."""
        before, after = _BODIES[number % len(_BODIES)]
        return self.head + before + b"%012x" % number + after


def _body(text: str) -> tuple[bytes, bytes]:
    """A request after its head, before and after the twelve digits."""
    mark = b"#" * 12
    before, _, after = with_body(
        b'{"client_id":"' + ID_START + mark + b'","text":' + json.dumps(text).encode() + b"}"
    ).partition(mark)
    return before, after


_BODIES: Final = tuple(_body(text) for text in TEXTS)


@dataclass(slots=True)
class Desk:
    """One agent with an open desk: their connection and their cookie."""

    caller: Caller
    cookie: str

    async def be(self, presence: str) -> None:
        """Says whether the agent is there for customers.

        Raises:
            Unfit: the server refused it.
        """
        status, _, _ = await self.caller.call("POST", f"{API}/staff/presence", {"status": presence}, self.cookie)
        _expect(status, 200, f"be {presence}")

    async def accept(self, id: str) -> tuple[int, Any]:
        """Takes the offer of a customer. Returns the status and what was told."""
        status, _, told = await self.caller.call("POST", f"{API}/staff/conversations/{id}/accept", {}, self.cookie)
        return status, told

    async def take(self, id: str, pause: float = _PAUSE_S) -> None:
        """Takes a customer as soon as it is offered.

        Raises:
            Unfit: that was never.
        """
        until = perf_counter() + _PATIENCE_S
        status, told = await self.accept(id)
        while status != 200 and perf_counter() < until:
            await asyncio.sleep(pause)
            status, told = await self.accept(id)
        if status == 200:
            return
        raise Unfit(f"An agent could not accept a conversation: status {status}, {_code(told)}.")


@dataclass(slots=True)
class Crew:
    """All chats, those of one desk beside each other. The floor has streams and no agents behind them."""

    chats: list[Chat] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)

    def close(self) -> None:
        """Hangs up everything."""
        for listener in self.listeners:
            listener.close()
        for caller in (*self.callers, *(chat.caller for chat in self.chats)):
            caller.close()


async def make_crew(plan: Plan, tally: Tally) -> Crew:
    """As many chats as the largest point needs.

    Raises:
        Unfit: the server refused a step.
    """
    size = max((point.chats for point in plan.points if point.kind in ("closed", "paced")), default=0)
    crew = Crew()
    for number in range(-(-size // PER_DESK)):
        chats = min(PER_DESK, size - number * PER_DESK)
        if plan.target == "floor":
            await _floor_desk(crew, plan, tally, number, chats)
        else:
            await _desk(crew, plan, tally, number, chats)
    return crew


async def _floor_desk(crew: Crew, plan: Plan, tally: Tally, number: int, chats: int) -> None:
    stream = _get(f"/desks/{number}/stream")
    crew.listeners.append(await listen(plan.port, stream, partial(tally.heard, number), tally.stream_closed))
    for chat in range(chats):
        crew.chats.append(Chat(floor_head(number, f"{number}-{chat}")))


def floor_head(desk: int, chat: str) -> bytes:
    """The head of a message to the floor."""
    return request_head("POST", f"/desks/{desk}/chats/{chat}/messages")


async def _desk(crew: Crew, plan: Plan, tally: Tally, number: int, chats: int) -> None:
    """One agent with open desk and this many conversations.

    Agents become available one after another, so that each of them is offered as many as they should have.
    """
    desk = await sign_in(plan.port, plan.agents[number])
    crew.callers.append(desk.caller)
    crew.desks.append(desk)
    crew.listeners.append(await open_desk(plan.port, desk, partial(tally.heard, number), tally.stream_closed))
    await desk.be("available")
    customer = await dial(plan.port)
    crew.callers.append(customer)
    for _ in range(chats):
        id, token = await begin(customer)
        owner = f"Authorization: Bearer {token}"
        asked = {"client_id": str(uuid.uuid4())}
        status, _, _ = await customer.call("POST", f"{API}/conversations/{id}/human", asked, owner)
        _expect(status, 201, "ask for a person")
        await desk.take(id)
        crew.chats.append(Chat(request_head("POST", f"{API}/conversations/{id}/messages", owner)))
    await desk.be("away")


async def sign_in(port: int, agent: Agent) -> Desk:
    """An agent with a session, and no desk yet.

    Raises:
        Unfit: the server refused it.
    """
    caller = await dial(port)
    asked = {"login": agent.login, "password": agent.password}
    status, head, _ = await caller.call("POST", f"{API}/staff/session", asked)
    _expect(status, 201, "sign in")
    return Desk(caller, "Cookie: " + head.partition("set-cookie: ")[2].partition(";")[0])


async def open_desk(port: int, desk: Desk, heard: Heard, ended: Callable[[], None]) -> Listener:
    """The stream of an agent's desk."""
    return await listen(port, _get(f"{API}/staff/desk/stream", desk.cookie), heard, ended)


async def begin(customer: Caller) -> tuple[str, str]:
    """A new conversation: its id and its token."""
    status, _, told = await customer.call("POST", f"{API}/conversations", {"language": "nl"})
    _expect(status, 201, "begin a conversation")
    return told["id"], told["token"]


async def open_stream(port: int, id: str, token: str, heard: Heard, ended: Callable[[], None]) -> Listener:
    """The customer's own stream."""
    path = f"{API}/conversations/{id}/stream?after=0"
    return await listen(port, _get(path, f"Authorization: Bearer {token}"), heard, ended)


def _get(path: str, *headers: str) -> bytes:
    return request_head("GET", path, *headers) + b"\r\n"


def _expect(status: int, expected: int, step: str) -> None:
    if status != expected:
        raise Unfit(f"The server did not let us {step}: status {status}.")


def _code(told: Any) -> str:
    return str(told.get("code", "")) if isinstance(told, dict) else ""
