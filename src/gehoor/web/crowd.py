"""What is in hand in this process, and who is let in when that is as much as it can be.

A request for a person has places of its own, on every step of its way: connections, requests in hand, the writer's
queue. So has what is needed to make one: the page with the button, and opening the conversation. Everybody else gets
503 and when to come back (docs/limits.md).
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gehoor.core.errors import Busy, TooOften
from gehoor.settings import Settings

MOST_STREAMS_EACH: Final = 20
"""Streams of one conversation: as many tabs."""
RETRY_S: Final = 2
LATE: Final = "late"
"""In the state of a request: its connection came when there was room only for who asks for a person."""
_BACK_AFTER_MS: Final = (500, 2500)
"""When who read a stream of a process that stops comes back: not everybody in the same moment."""
_SSE: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_ASKS: Final = re.compile(r"/api/v1/conversations(?:/[^/]+/human)?|/chat/human")
_WAY: Final = re.compile(
    r"/api/v1/(?:contact|staff/.*)|/chat|/widget\.js|/(?:static|dienst|hooks)/.*|/desk.*|/health.*"
)
"""The way to the button, and the people who answer: our own, and the night partners."""


@dataclass(slots=True, eq=False)
class Place:
    """One open stream: who writes it, and whether it was told to end."""

    task: asyncio.Task[None]
    leaving: bool = False

    def leave(self) -> None:
        """Ends it in good order: its reader is told when to come back."""
        self.leaving = True
        self.task.cancel()


@dataclass(slots=True)
class Crowd:
    """The counts, and how high they may go.

    ``most_requests``: in hand, without streams; ``reserved`` more for who asks for a person. ``most_streams``: of
    customers. ``leaving``: this process stops, and takes no new streams.
    """

    most_requests: int = 2_000
    reserved: int = 500
    most_streams: int = 8_000
    leaving: bool = False
    requests: int = 0
    places: dict[Place, None] = field(default_factory=dict)
    streams: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Before something that is no request for a person, where only the body tells.

        Raises:
            Busy: as much is in hand as can be.
        """
        if self.requests > self.most_requests:
            raise Busy(retry_after_s=RETRY_S)

    def check_desk(self) -> None:
        """Before a desk's stream begins: agents are let in as long as this process goes on.

        Raises:
            Busy: it stops.
        """
        if self.leaving:
            raise Busy(retry_after_s=RETRY_S)

    def check_stream(self, conversation: str, unlimited: bool) -> None:
        """Before a customer's stream begins.

        Args:
            unlimited: who calls may open as many as they like of one conversation.

        Raises:
            Busy: as many streams are open as can be, or this process stops.
            TooOften: this conversation has too many open.
        """
        if self.leaving or len(self.places) >= self.most_streams:
            raise Busy(retry_after_s=RETRY_S)
        if not unlimited and self.streams[conversation] >= MOST_STREAMS_EACH:
            raise TooOften(retry_after_s=30)

    @contextmanager
    def stream(self, owner: str, task: asyncio.Task[None]) -> Iterator[Place]:
        """The place of an open stream, of a conversation or of a desk."""
        place = Place(task)
        self.places[place] = None
        self.streams[owner] += 1
        try:
            yield place
        finally:
            del self.places[place]
            self.streams[owner] -= 1
            if not self.streams[owner]:
                del self.streams[owner]

    async def leave(self, spread_s: float) -> None:
        """Takes no more streams, and ends those that are open, one after the other within ``spread_s`` seconds."""
        self.leaving = True
        places = list(self.places)
        for number, place in enumerate(places):
            if number % 50 == 0 and number:
                await asyncio.sleep(spread_s * 50 / len(places))
            place.leave()


class Stream(StreamingResponse):
    """An open stream, that can be told to end when this process stops."""

    def __init__(self, chunks: AsyncIterable[bytes], crowd: Crowd, owner: str) -> None:
        super().__init__(chunks, headers=_SSE, media_type="text/event-stream")
        self._crowd = crowd
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, ended when its reader is gone. As Starlette does it, in two tasks instead of three and a group:
        that is an eighth of the memory of an idle stream."""
        if scope["asgi"].get("spec_version", "2.0") >= "2.4":  # then sending says that the reader is gone
            await super().__call__(scope, receive, send)
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (this is a coroutine)
        listening = asyncio.get_running_loop().create_task(self.listen_for_disconnect(receive))

        def gone(listened: asyncio.Task[None]) -> None:
            if not listened.cancelled():
                task.cancel()

        listening.add_done_callback(gone)
        try:
            await self.stream_response(send)
        except asyncio.CancelledError:
            if not listening.done() or listening.cancelled():
                raise
            task.uncancel()
        finally:
            listening.remove_done_callback(gone)
            listening.cancel()

    async def stream_response(self, send: Send) -> None:
        """Sends until there is no more, the reader is gone, or this process stops."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (this is a coroutine)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with self._crowd.stream(self._owner, task) as place:
            try:
                async for chunk in self.body_iterator:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except asyncio.CancelledError:
                if not place.leaving:
                    raise
                task.uncancel()
                again = b"retry: %d\n\n" % random.randint(*_BACK_AFTER_MS)  # noqa: S311  (no secret: only not all at once)
                await send({"type": "http.response.body", "body": again, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def crowd_of(settings: Settings, most_connections: int) -> Crowd:
    """How much this process takes in hand. ``most_connections``: as the settings say, or fewer when there are not
    enough open files."""
    most = settings.most_requests
    return Crowd(most, max(4, most // 4), most_connections * 8 // 10)


class Gate:
    """Lets in, or answers 503 before anything is read or done."""

    def __init__(self, app: ASGIApp, crowd: Crowd, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app = app
        self._crowd = crowd
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        crowd = self._crowd
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        late = LATE in scope.get("state", ())
        if (late or crowd.requests >= crowd.most_requests) and not self._lets_in(scope, late):
            response = await self._answer(Request(scope), Busy(retry_after_s=RETRY_S))
            if late:
                response.headers["connection"] = "close"
            await response(scope, receive, send)
            return
        if scope["path"].endswith("/stream"):  # open for as long as somebody looks: counted apart
            await self._app(scope, receive, send)
            return
        crowd.requests += 1
        try:
            await self._app(scope, receive, send)
        finally:
            crowd.requests -= 1

    def _lets_in(self, scope: Scope, late: bool) -> bool:
        crowd, path = self._crowd, scope["path"]
        beyond = crowd.requests - crowd.most_requests
        if scope["method"] == "POST" and _ASKS.fullmatch(path):
            return beyond < crowd.reserved
        return not late and beyond < crowd.reserved // 2 and _WAY.fullmatch(path) is not None
