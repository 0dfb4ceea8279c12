"""Whether what was sent was taken: an answer counts as delivered only to a reader who was still there (KEEP)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Delivered(Response):
    """Another response, after which ``was_read`` runs if its reader took the whole of it.

    A HEAD request has no body and delivers nothing; a reader who hung up in the middle has not read.
    """

    def __init__(self, response: Response, was_read: Callable[[], Awaitable[None]]) -> None:
        super().__init__(response.body, response.status_code, media_type=response.media_type)
        self.raw_headers = response.raw_headers
        self._was_read = was_read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the body, looks whether the reader is there, and only then ends."""
        if scope["method"] != "GET":
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        reader = Request(scope, receive)
        await reader.is_disconnected()  # takes the message that holds the request's own, empty body
        gone = await reader.is_disconnected()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if not gone:
            await self._was_read()
