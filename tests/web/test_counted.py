"""Requests are counted by their route: an address may hold an id or a token."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager

import pytest

from gehoor.adapters.instruments import Instruments
from gehoor.adapters.tracing import no_spans
from gehoor.web.counted import ELSEWHERE
from tests.world import Built, open_house

pytestmark = pytest.mark.anyio


class _Watcher:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.streams: Counter[str] = Counter()
        self.seen: list[tuple[str, str, str]] = []

    def answered(self, seconds: float, call: str, method: str, status: str) -> None:
        assert seconds >= 0
        self.seen.append((call, method, status))

    def span(self, name: str) -> AbstractContextManager[object]:
        return no_spans(name)


@pytest.fixture
def watcher() -> _Watcher:
    return _Watcher()


@pytest.fixture
async def built(watcher: _Watcher) -> AsyncIterator[Built]:
    async with open_house(watcher=watcher) as one:
        yield one


async def test_that_a_call_is_counted_by_its_route_and_never_by_its_address(built: Built, watcher: _Watcher) -> None:
    customer = await built.customer()
    await customer.writes("hallo")
    assert watcher.seen[-1] == ("/api/v1/conversations/{id}/messages", "POST", "201")
    assert not any(customer.id in call for call, _, _ in watcher.seen)


async def test_that_an_address_that_does_not_exist_has_no_name_of_its_own(built: Built, watcher: _Watcher) -> None:
    async with built.client() as client:
        await client.get("/wp-login.php")
    assert watcher.seen == [(ELSEWHERE, "GET", "404")]


async def test_that_an_open_stream_is_counted_while_it_is_open(built: Built, watcher: _Watcher) -> None:
    customer = await built.customer()
    stream = customer.listens()
    async with stream:
        await stream.next("fact")
        assert watcher.streams["/api/v1/conversations/{id}/stream"] == 1
    assert watcher.streams["/api/v1/conversations/{id}/stream"] == 0
    assert not any(call.endswith("/stream") for call, _, _ in watcher.seen)


async def test_that_what_nobody_foresaw_is_counted_as_a_fault(
    built: Built, watcher: _Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gehoor.flows.read.read", None)
    monkeypatch.setattr("gehoor.web.widget.read", None)
    customer = await built.client().post("/api/v1/conversations", json={})
    assert customer.status_code == 500
    assert watcher.seen[-1] == ("/api/v1/conversations", "POST", "500")


def test_that_the_instruments_can_watch() -> None:
    one = Instruments("0.1", "memory", no_spans)
    one.answered(0.01, "/", "GET", "200")
    assert 'gehoor_request_seconds_count{call="/",method="GET",status="200"} 1.0' in one.text()
