"""What every answer carries: a strict content policy, and for the widget the right to be used from other sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OURS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EVERYWHERE: Final = (
    (b"content-security-policy", _OURS.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_LENT: Final = ("/widget.js", "/static/")
_API: Final = ("/api/v1/conversations", "/api/v1/contact", "/api/v1/return")


class Headers:
    """Adds headers, and answers the browser's question whether another site's page may call (CORS).

    The widget's own files may be loaded by any site. The customer's calls may be made from the origins of the policy,
    with a bearer token and never with a cookie.
    """

    def __init__(self, app: ASGIApp, origins: Callable[[], tuple[str, ...]]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        more = self._more(scope)
        if scope["method"] == "OPTIONS" and scope["path"].startswith(_API):
            await send({"type": "http.response.start", "status": 204, "headers": list(more)})
            await send({"type": "http.response.body", "body": b""})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, with_headers)

    def _more(self, scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
        path: str = scope["path"]
        if path.startswith(_LENT):
            lent = ((b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin"))
            return (*_EVERYWHERE, *lent)
        if not path.startswith(_API):
            return _EVERYWHERE
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if origin.decode("latin-1") not in self._origins():
            return _EVERYWHERE
        return (
            *_EVERYWHERE,
            (b"access-control-allow-origin", origin),
            (b"vary", b"Origin"),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", b"Authorization, Content-Type"),
            (b"access-control-max-age", b"600"),
            (b"access-control-expose-headers", b"Retry-After"),
        )
