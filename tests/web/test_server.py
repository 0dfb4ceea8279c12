"""One process that serves: how much fits, and how it stops."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from gehoor.adapters.scripted import FixedClock
from gehoor.cli import serve
from gehoor.settings import Settings
from gehoor.web.app import create_app
from gehoor.web.callers import Callers
from gehoor.web.server import OTHER_FILES, Server, counted_alone, room_for
from tests.web.browser.house import free_port
from tests.world import Built, open_house

pytestmark = pytest.mark.anyio
MANY = Settings(most_connections=5_000)


def test_that_as_many_connections_fit_as_files_may_be_open() -> None:
    assert room_for(MANY, 1_000_000) == 5_000
    assert room_for(MANY, 1_024) == 1_024 - OTHER_FILES


def test_that_too_few_open_files_are_said_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "raise_open_files", lambda: 1_000_000)
    assert serve._room(MANY) == 5_000
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(serve, "raise_open_files", lambda: 1_024)
    assert serve._room(MANY) == 824
    said = capsys.readouterr().err
    assert "only 1024 open files" in said
    assert "GEHOOR_MOST_CONNECTIONS" in said


@pytest.mark.parametrize(
    ("proxies", "address", "alone"),
    [
        (("10.0.0.0/8",), "10.1.2.3", False),
        (("10.0.0.0/8",), "203.0.113.5", True),
        (("10.1.2.3", "proxy.example"), "10.1.2.3", False),
        (("*",), "203.0.113.5", False),
        ((), "127.0.0.1", False),
        ((), "", False),
        ((), "203.0.113.5", True),
    ],
)
def test_that_a_proxy_is_not_one_caller(proxies: tuple[str, ...], address: str, alone: bool) -> None:
    settings = Settings(proxies=proxies)
    assert counted_alone(settings, Callers(FixedClock(), settings))(address) is alone


@asynccontextmanager
async def serving(built: Built) -> AsyncIterator[tuple[Server, "asyncio.Task[None]"]]:
    """A server over a house that runs already."""
    settings = replace(Settings(), port=free_port(), stop_seconds=5)
    server = Server(create_app(built.house, lambda: built.app.state.doors.library(), settings=settings), settings, 50)
    running = asyncio.create_task(server._serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110  (uvicorn wakes nobody)
            await asyncio.sleep(0.01)
        yield server, running
        await running


async def test_that_readiness_says_no_while_streams_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house() as built, serving(built) as (server, running):
        app = server._app
        handing_over = asyncio.Event()

        async def leave(_spread_s: float) -> None:
            app.state.crowd.leaving = True
            await handing_over.wait()

        monkeypatch.setattr(type(app.state.crowd), "leave", lambda _, spread_s: leave(spread_s))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.config.port}") as client:
            assert (await client.get("/health/ready")).status_code == 200
            server.handle_exit(signal.SIGTERM, None)
            while not app.state.health.stopping:  # noqa: ASYNC110  (uvicorn looks ten times a second)
                await asyncio.sleep(0.01)
            assert (await client.get("/health/ready")).status_code == 503
            begun = (await client.post("/api/v1/conversations", json={})).json()
            assert begun["id"], "what is no stream goes on"
            path, token = f"/api/v1/conversations/{begun['id']}/stream", {"authorization": f"Bearer {begun['token']}"}
            refused = await client.get(path, headers=token)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        handing_over.set()
        await running


async def test_that_a_second_signal_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house() as built, serving(built) as (server, running):
        monkeypatch.setattr(type(server._app.state.crowd), "leave", lambda *_: asyncio.sleep(1000))
        server.handle_exit(signal.SIGTERM, None)
        await asyncio.sleep(0.3)
        assert not running.done()
        server.handle_exit(signal.SIGTERM, None)
        async with asyncio.timeout(3):
            await running
