"""The house on PostgreSQL: what customers notice of a database that restarts or is away, and what lies in it."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from gehoor.boot import Running, build
from gehoor.core.errors import StoreFault
from gehoor.settings import Settings
from gehoor.web.app import create_app
from tests.postgres_server import PASSWORD, PostgresServer

pytestmark = pytest.mark.anyio

MARK = "zeldzaamwoordzonderweerga"


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of our own, which may be killed."""
    with PostgresServer() as server:
        yield server


@asynccontextmanager
async def open_house(folder: Path, url: str, keys: str = "") -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    address = folder / "address"
    address.touch(0o600)
    address.write_text(f"{url}\n")
    settings = Settings(
        database_file=str(address),
        key_database=keys,
        data=folder / "store",
        keys=folder / "keys",
        cache=folder / "cache",
        language_model=False,
        probe=False,
    )
    running = build(settings, lambda fault: pytest.fail(f"the store broke: {fault}"))
    app = create_app(running.house, lambda: running.library, start=running.start, stop=running.stop)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield running, client


async def begin(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    begun = (await client.post("/api/v1/conversations", json={})).json()
    return f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}


def message(text: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "text": text}


async def patiently(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The first answer that is not: come back later."""
    for _ in range(150):
        answer = await call()
        if answer.status_code != 503:
            return answer
        await anyio.sleep(0.2)
    raise AssertionError("the database did not come back")


async def texts(client: httpx.AsyncClient, one: str, token: dict[str, str]) -> list[str]:
    events = (await client.get(f"{one}/events?after=0", headers=token)).json()["events"]
    return [event["text"] for event in events if event["author"]["kind"] == "customer" and "text" in event]


async def test_that_customers_are_told_when_the_database_is_away_and_nothing_is_lost_or_doubled(
    server: PostgresServer, tmp_path: Path
) -> None:
    url = server.database()
    async with open_house(tmp_path, url) as (_, client):
        one, token = await begin(client)
        assert (await client.post(f"{one}/messages", json=message("eerste"), headers=token)).status_code == 201
        server.kill()
        second = message("tweede")
        refused = await client.post(f"{one}/messages", json=second, headers=token)
        assert (refused.status_code, refused.json()["code"]) == (503, "store_away")
        assert int(refused.headers["retry-after"]) > 0
        told = refused.json()
        assert told["contact"]["phone"] in told["title"]
        assert told["contact"]["email"]
        asked = await client.post(f"{one}/human", json={"client_id": str(uuid.uuid4())}, headers=token)
        assert (asked.status_code, asked.json()["contact"]["phone"]) == (503, told["contact"]["phone"])
        server.start()
        kept = await patiently(lambda: client.post(f"{one}/messages", json=second, headers=token))
        again = await client.post(f"{one}/messages", json=second, headers=token)
        assert (kept.status_code, again.status_code, again.json()) == (201, 200, kept.json())
        assert await texts(client, one, token) == ["eerste", "tweede"]
    async with open_house(tmp_path, url) as (_, client):
        assert await texts(client, one, token) == ["eerste", "tweede"], "and a restart of the house keeps all"


async def test_that_no_words_can_be_read_in_the_database_and_no_password_in_the_log(
    server: PostgresServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    url = server.database()
    async with open_house(tmp_path, url) as (_, client):
        one, token = await begin(client)
        await client.post(f"{one}/messages", json=message(f"Mijn {MARK} is stuk"), headers=token)
        assert len(await texts(client, one, token)) == 1
        server.kill()
        await client.post(f"{one}/messages", json=message("hoort u mij"), headers=token)
        server.start()
        await patiently(lambda: client.get(f"{one}/events?after=0", headers=token))
    dumped = (await anyio.run_process([str(server.programs / "pg_dump"), "--data-only", url])).stdout
    assert b"MessageReceived" in dumped
    for written in (MARK.encode(), MARK.encode().hex().encode()):
        assert written not in dumped
    told = "".join(capfd.readouterr())
    assert "the database is away" in told
    assert PASSWORD not in told
    assert "odd%20%40characters" not in told


async def test_that_the_keys_can_be_in_a_database_of_their_own_and_survive_a_restart(
    server: PostgresServer, tmp_path: Path
) -> None:
    url, keys = server.database(), server.database()
    async with open_house(tmp_path, url, keys) as (_, client):
        one, token = await begin(client)
        await client.post(f"{one}/messages", json=message("eerste"), headers=token)
    assert not (tmp_path / "keys" / "keys.db").exists()
    async with open_house(tmp_path, url, keys) as (_, client):
        assert await texts(client, one, token) == ["eerste"]
    with pytest.raises(StoreFault, match="everything would read as erased"):
        async with open_house(tmp_path, url, server.database()):
            pass
    with pytest.raises(StoreFault, match="database of the store"):
        async with open_house(tmp_path, url, url):
            pass
