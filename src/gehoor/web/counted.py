"""Counts each request by the route it took, never by its address: that may hold an id or a token."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAM = b"text/event-stream"
ELSEWHERE = "elsewhere"
"""What took none of the routes: a file of a page, or an address that does not exist."""


class Watcher(Protocol):
    """Who counts. ``answered``: seconds, and the route, method and status. ``streams``: how many are open, by route."""

    @property
    def streams(self) -> Counter[str]:
        """How many are open, by route."""
        ...

    def answered(self, seconds: float, call: str, method: str, status: str) -> None:
        """A request was answered."""
        ...

    def span(self, name: str) -> AbstractContextManager[object]:
        """Around one request."""
        ...


class Counted:
    """Watches every request."""

    def __init__(self, app: ASGIApp, watcher: Watcher, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._watcher = watcher
        self._calls: dict[Callable[..., object], str] = {
            one.endpoint: one.path for one in routes if isinstance(one, Route)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, stream = time.perf_counter(), 500, ""

        async def watched(message: Message) -> None:
            nonlocal status, stream
            if message["type"] == "http.response.start":
                status = message["status"]
                if any(name == b"content-type" and value.startswith(_STREAM) for name, value in message["headers"]):
                    stream = self._call(scope)
                    self._watcher.streams[stream] += 1
            await send(message)

        try:
            with self._watcher.span("request"):
                await self._app(scope, receive, watched)
        finally:
            if stream:
                self._watcher.streams[stream] -= 1
            else:
                spent = time.perf_counter() - began
                self._watcher.answered(spent, self._call(scope), scope["method"], str(status))

    def _call(self, scope: Scope) -> str:
        endpoint = scope.get("endpoint")
        return self._calls.get(endpoint, ELSEWHERE) if endpoint is not None else ELSEWHERE
