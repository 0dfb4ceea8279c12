"""The house walks its own customers' path: every step, marked as a probe, left out of what people see; or an alarm."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gehoor.adapters.outbound.walk import HEADER, HttpWalk
from gehoor.core.conversation.model import Channel, Phase
from gehoor.core.time import DAY, HOUR, MINUTE
from gehoor.flows import probe
from gehoor.flows.overview import handover
from gehoor.flows.probe import LINE, Probe
from gehoor.ports.outbound import Walked
from gehoor.prove.audit import audit
from tests.world import AT_NIGHT, SITE, Built, open_house

pytestmark = pytest.mark.anyio

SECRET = "the house's own"


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house(probe_secret=SECRET) as one:
        yield one


def probe_of(built: Built, transport: httpx.AsyncBaseTransport | None = None, secret: str = SECRET) -> Probe:
    """A probe that comes in by the front door of the application."""
    way = transport or httpx.ASGITransport(built.app, raise_app_exceptions=False)
    walk = HttpWalk(lambda: httpx.AsyncClient(transport=way, base_url=SITE), secret)
    return Probe(built.house, walk, 15 * MINUTE)


async def alarms(built: Built) -> list[dict[str, str]]:
    await built.settle()
    return [dict(one.data) for one in built.house.alarms.standing() if one.kind.value == "probe_failed"]


async def only_one(built: Built) -> str:
    ids = await built.store.all_ids()
    assert len(ids) == 1
    return ids[0]


@pytest.mark.parametrize("by_night", [False, True])
async def test_that_a_walk_takes_every_step_and_leaves_nothing_behind(built: Built, by_night: bool) -> None:
    if by_night:
        built.clock.set(AT_NIGHT)
    assert await probe_of(built).once()
    id = await only_one(built)
    await built.settle()
    kinds = await built.kinds(id)
    assert [kind for kind in kinds if kind in ("MessageReceived", "HumanRequested", "RequestWithdrawn")] == [
        "MessageReceived",
        "HumanRequested",
        "RequestWithdrawn",
    ]
    assert ("PromiseMade" in kinds) is True, "nobody is there"
    view = await built.view(id)
    assert (view.channel, view.phase, view.requested) == (Channel.PROBE, Phase.AI, False)
    assert await alarms(built) == []
    assert await built.store.ledger(kind=LINE) == []


async def test_that_no_agent_is_ever_offered_a_probe_and_no_list_shows_it(built: Built) -> None:
    agent = await built.agent()
    assert await probe_of(built).once()
    await built.settle()
    kinds = await built.kinds(await only_one(built))
    assert not {"Offered", "HumanJoined"} & set(kinds)
    opened = built.stream("/api/v1/staff/desk/stream", agent.cookie)
    async with opened:
        snapshot = (await opened.next("snapshot")).data
        assert (snapshot["queue"], snapshot["mine"], snapshot["promises"]) == ([], [], [])


async def test_that_a_walk_that_was_cut_short_is_ended_by_the_next_and_counted_nowhere(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    client = built.client()
    opened = (await client.post("/api/v1/conversations", json={"channel": "probe"}, headers={HEADER: SECRET})).json()
    held = {"authorization": f"Bearer {opened['token']}"}
    path = f"/api/v1/conversations/{opened['id']}"
    await client.post(f"{path}/human", json={"client_id": "7" * 32}, headers=held)
    await built.settle()
    assert (await built.view(opened["id"])).due_at is not None
    agent = await built.agent("teamleider", available=False)
    listed = built.stream("/api/v1/staff/desk/stream", agent.cookie)
    async with listed:
        assert (await listed.next("snapshot")).data["promises"] == []
    night = await handover(built.house.world, built.clock.now())
    assert (night.came_in, night.promised, night.open) == ((), (), ())
    built.clock.forward(DAY)
    await built.ring()
    assert "PromiseBroken" in await built.kinds(opened["id"])
    assert [one for one in built.house.alarms.standing() if one.kind.value == "promise_broken"] == []
    assert await probe_of(built).once()
    assert not (await built.view(opened["id"])).requested
    copy = (await client.get(f"{path}/export", headers=held)).json()
    assert copy["channel"] == "probe"
    assert (await audit(built.store)).probes == 2


async def test_that_nobody_else_can_make_a_probe(built: Built) -> None:
    for headers in ({}, {HEADER: "made up"}, {HEADER: ""}):
        answer = await built.client().post("/api/v1/conversations", json={"channel": "probe"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert await built.store.all_ids() == []


async def test_that_a_house_without_a_secret_takes_no_probe_at_all() -> None:
    async with open_house() as built:
        assert not await probe_of(built, secret="").once()
        assert await alarms(built) == [{"step": "start", "what": "status 403"}]


# -- a step that fails -----------------------------------------------------------------------------------------------


class Breaking(httpx.AsyncBaseTransport):
    """The way to the application, on which one call goes wrong."""

    def __init__(self, built: Built, path: str, answer: httpx.Response | Exception) -> None:
        self._way = httpx.ASGITransport(built.app, raise_app_exceptions=False)
        self._path = path
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        if request.url.path.endswith(self._path):
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer
        return await self._way.handle_async_request(request)


NO_ROUTE: dict[str, Any] = {"seq": 7, "route": {"kind": "nowhere", "text": "x"}}
NO_DATE: dict[str, Any] = {"seq": 7, "route": {"kind": "promise", "text": "x", "due_at": None, "reference": "1"}}
FAULTS: list[tuple[str, httpx.Response | Exception, str, str]] = [
    # the call, what goes wrong with it, the step that is named, and what is said of it
    ("/contact", httpx.Response(503), "contact", "status 503"),
    ("/contact", httpx.ConnectError("no"), "contact", "ConnectError"),
    ("/contact", httpx.Response(200, json={"phone": ""}), "contact", "no telephone number"),
    ("/conversations", httpx.Response(500), "start", "status 500"),
    ("/conversations", httpx.Response(200, json=[]), "start", "TypeError"),
    ("/messages", httpx.ReadTimeout("slow"), "message", "ReadTimeout"),
    ("/messages", httpx.Response(201, text="<html>"), "message", "JSONDecodeError"),
    ("/events", httpx.Response(200, json={"events": []}), "events", "the message is not there"),
    ("/human", httpx.Response(404), "human", "status 404"),
    ("/human", httpx.Response(201, json=NO_ROUTE), "human", "no route"),
    ("/human", httpx.Response(201, json=NO_DATE), "human", "a promise without a date"),
    ("/withdraw", httpx.Response(409), "withdraw", "status 409"),
]


@pytest.mark.parametrize(("path", "answer", "step", "what"), FAULTS, ids=[f"{one[2]}-{one[3]}" for one in FAULTS])
async def test_that_a_step_that_fails_is_an_incident_with_its_step_and_what_happened(
    built: Built, path: str, answer: httpx.Response | Exception, step: str, what: str
) -> None:
    assert not await probe_of(built, Breaking(built, path, answer)).once()
    assert await alarms(built) == [{"step": step, "what": what}]
    told = json.loads((await built.store.ledger(kind=LINE))[0].body)
    assert (told["step"], told["what"]) == (step, what)
    assert await probe_of(built).once()
    assert await alarms(built) == [], "over with the first walk that goes well"


async def test_that_two_walks_that_fail_are_one_alarm_and_two_lines(built: Built) -> None:
    for _ in range(2):
        assert not await probe_of(built, Breaking(built, "/human", httpx.Response(503))).once()
        built.clock.forward(HOUR)
    assert len(await alarms(built)) == 1
    assert len(await built.store.ledger(kind=LINE)) == 2


class Odd:
    """A walk that does what no walk may do: it raises, the first time."""

    def __init__(self, walked: asyncio.Event) -> None:
        self._walked = walked
        self._times = 0

    async def walk(self) -> Walked:
        """Once it fails by itself."""
        self._times += 1
        if self._times == 1:
            raise LookupError
        self._walked.set()
        return Walked()


async def test_that_a_probe_that_fails_by_itself_walks_again(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "FIRST", 0)
    walked = asyncio.Event()
    built.house.keep_running(Probe(built.house, Odd(walked), 1000).run())
    async with asyncio.timeout(5):
        await walked.wait()
