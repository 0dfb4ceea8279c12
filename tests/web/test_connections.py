"""Connections end: those that ask too slowly, read too slowly or say too much; and one that does nothing makes room."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from gehoor.web.connections import GRACE_S, MOST_HEAD, MOST_HEADERS, MOST_PIPELINED, REQUEST_S, SLOW_S, Connections
from gehoor.web.crowd import LATE

pytestmark = pytest.mark.anyio
GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
HOLD = GET.replace(b"/ ", b"/hold ", 1)
FLOOD = GET.replace(b"/ ", b"/flood ", 1)
SLOWLY = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12"


@dataclass(slots=True)
class Site:
    """A server whose answers a test decides."""

    all: Connections
    port: int = 0
    asked: list[Any] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    made: list[asyncio.StreamWriter] = field(default_factory=list)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """GET / answers, /hold waits until it may, /flood goes on while anybody is there; POST / is read first."""
        self.asked.append(scope)
        if (scope["method"], scope["path"]) == ("POST", "/"):
            while (message := await receive())["type"] == "http.request" and message["more_body"]:
                pass
        if scope["path"] == "/hold":
            await self.hold.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while scope["path"] == "/flood" and self.all.open:
            await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
        self.ended.set()
        await send({"type": "http.response.body", "body": b"ok"})

    async def asks(self, what: bytes = GET) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A client that sent something, read by the server."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**16)
        self.made.append(writer)
        writer.write(what)
        await asyncio.sleep(0.01)
        return reader, writer

    def look(self, later_s: float) -> None:
        """The look that comes so much later."""
        self.all.look(asyncio.get_running_loop().time() + later_s)

    async def stuck(self) -> Any:
        """The one connection, when its reader has so much waiting that the answer waits too."""
        async with asyncio.timeout(5):
            while not (connection := next(iter(self.all.open))).flow.write_paused:  # noqa: ASYNC110  (uvicorn wakes nobody)
                await asyncio.sleep(0.001)
        return connection

    def late(self) -> list[bool]:
        """Of each request, whether it came when there was room only for who asks for a person."""
        return [LATE in scope["state"] for scope in self.asked]


async def status(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(5):
        return int((await reader.readuntil(b"\r\n\r\n")).split()[1])


async def closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(5):
        try:
            while await reader.read(65536):
                pass
        except ConnectionError:
            pass
    return True


@asynccontextmanager
async def site(**limits: Any) -> AsyncIterator[Site]:
    one = Site(Connections(**limits))
    config = uvicorn.Config(
        one.app,
        http=one.all.protocol(),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        one.port = listening.getsockname()[1]
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:  # noqa: ASYNC110  (uvicorn wakes nobody)
            await asyncio.sleep(0.001)
        yield one
        one.hold.set()
        server.should_exit = server.force_exit = True
        await running
        for writer in one.made:
            writer.close()
        await asyncio.sleep(0)


# -- too slow --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\nx: ", SLOWLY])
async def test_that_a_request_that_does_not_come_ends(what: bytes) -> None:
    async with site() as one:
        reader, _ = await one.asks(what)
        one.look(REQUEST_S - 1)
        assert len(one.all.open) == 1
        one.look(REQUEST_S + 1)
        assert await status(reader) == 408
        assert await closed(reader)


async def test_that_who_is_answered_early_does_not_go_on_sending_for_ever() -> None:
    async with site() as one:
        reader, writer = await one.asks(SLOWLY.replace(b"POST /", b"POST /refuse"))
        assert await status(reader) == 200
        writer.write(b"3")
        one.look(REQUEST_S + 1)
        assert await closed(reader)


async def test_that_a_quick_request_is_not_ended_however_long_its_answer_takes() -> None:
    async with site() as one:
        reader, _ = await one.asks(HOLD)
        one.look(1000.0)
        one.hold.set()
        assert await status(reader) == 200


async def test_that_a_reader_who_does_not_read_is_closed_and_little_is_kept_for_them() -> None:
    async with site() as one:
        _, writer = await one.asks(FLOOD)
        connection = await one.stuck()
        assert connection.transport.get_write_buffer_size() < 200_000
        one.look(SLOW_S - 1)
        assert len(one.all.open) == 1
        one.look(SLOW_S + 1)
        async with asyncio.timeout(5):
            await one.ended.wait()
        assert len(one.all.open) == 0
        writer.close()


async def test_that_a_slow_reader_who_reads_goes_on() -> None:
    async with site() as one:
        reader, _ = await one.asks(FLOOD)
        connection = await one.stuck()
        stuck_at = connection.took
        while connection.took == stuck_at:
            await reader.read(65536)
        await one.stuck()
        connection.look(stuck_at + SLOW_S + 0.001)
        assert len(one.all.open) == 1
        connection.transport.abort()


# -- too much --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        b"GET /" + b"x" * MOST_HEAD + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        b"GET / HTTP/1.1\r\nlong: " + b"x" * MOST_HEAD + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x" * MOST_HEAD + b": b\r\n\r\n",
        b"GET / HTTP/1.1\r\na: b\r\nwithout-an-end: " + b"x" * MOST_HEAD,
        b"GET /without-an-end" + b"x" * MOST_HEAD,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MOST_HEADERS + 2),
    ],
)
async def test_that_too_much_before_the_body_is_refused(what: bytes) -> None:
    async with site() as one:
        reader, _ = await one.asks(what)
        assert await status(reader) == 431
        assert await closed(reader)
        assert one.asked == []


async def test_that_a_large_body_is_no_large_head() -> None:
    body = b"x" * (MOST_HEAD * 2)
    async with site() as one:
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
        reader, writer = await one.asks(head + body + GET)
        assert [await status(reader), await reader.readuntil(b"0\r\n\r\n"), await status(reader)][::2] == [200, 200]
        await reader.readuntil(b"0\r\n\r\n")
        writer.write(head)
        await asyncio.sleep(0.01)
        writer.write(body)
        assert await status(reader) == 200


async def test_that_what_cannot_be_read_is_refused_as_before() -> None:
    async with site() as one:
        reader, _ = await one.asks(b"what is this\r\n\r\n")
        assert await status(reader) == 400


async def test_that_many_requests_in_one_go_are_refused() -> None:
    async with site() as one:
        reader, _ = await one.asks(HOLD + GET * (MOST_PIPELINED + 2))
        assert len(one.asked) == 1
        assert await closed(reader)


async def test_that_requests_one_after_the_other_are_answered() -> None:
    async with site() as one:
        reader, _ = await one.asks(GET * 3)
        for _ in range(3):
            assert await status(reader) == 200
            await reader.readuntil(b"0\r\n\r\n")
        assert len(one.asked) == 3


# -- too many --------------------------------------------------------------------------------------------------------


async def test_that_who_is_idle_longest_makes_room() -> None:
    async with site(most=20) as one:
        idle = [await one.asks() for _ in range(one.all.soft)]
        for reader, _ in idle:
            assert await status(reader) == 200
        reader, _ = await one.asks()
        assert await status(reader) == 200
        assert await closed(idle[0][0])
        assert len(one.all.open) == one.all.soft
        assert not any(one.late())


async def test_that_when_all_are_at_work_the_last_tenth_is_for_who_asks_for_a_person() -> None:
    async with site(most=20) as one:
        for _ in range(20):
            await one.asks(HOLD)
        assert one.late() == [False] * 18 + [True] * 2
        reader, _ = await one.asks(HOLD)
        assert await closed(reader)
        assert len(one.asked) == 20


async def test_that_slow_requests_do_not_keep_others_out() -> None:
    async with site(most=20) as one:
        slow = [await one.asks(SLOWLY) for _ in range(20)]
        for connection in one.all.open:
            connection.began -= GRACE_S + 1
        reader, _ = await one.asks()
        assert await status(reader) == 200
        assert await closed(slow[0][0])


async def test_that_one_address_has_a_quarter_at_most() -> None:
    async with site(most=40, counts=lambda _: True) as one:
        for _ in range(12):
            await one.asks(HOLD)
        assert one.late() == [False] * 9 + [True] * 3


async def test_that_everything_is_forgotten_of_who_is_gone() -> None:
    async with site(most=20) as one:
        for _ in range(3):
            reader, writer = await one.asks()
            assert await status(reader) == 200
            writer.close()
        await asyncio.sleep(0.05)
        assert (one.all.open, one.all.waiting, dict(one.all.by_address)) == ({}, {}, {})
