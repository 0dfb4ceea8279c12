"""Routes and the application without guards that stand twice.

Starlette guards every endpoint, and the whole application two times more, against faults; each guard is a function
more around every piece of an answer. Here ``Faults`` alone does that, for everything (measured side by side in one
process: 3 to 4 percent of the CPU of a message).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


class Way(Route):
    """A route to an endpoint. What the endpoint raises goes on to ``Faults``."""

    def __init__(self, path: str, endpoint: Endpoint, *, methods: list[str]) -> None:
        super().__init__(path, endpoint, methods=methods)

        async def bare(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = bare


class Application(Starlette):
    """The routes inside the middleware that was given, and inside nothing else."""

    def build_middleware_stack(self) -> ASGIApp:
        """The outermost first."""
        app: ASGIApp = self.router
        for cls, args, kwargs in reversed(self.user_middleware):
            app = cls(app, *args, **kwargs)
        return app
