"""A night partner's system on loopback that takes every call, and remembers how often each came."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from pathlib import Path
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.browser.house import free_port


class Receiver:
    """It honours the id of a call: a repeated one is the same call, and is counted apart.

    Args:
        certificate: of its name, with its key (tests/certificate.py).
    """

    def __init__(self, certificate: Path) -> None:
        self.port = free_port()
        self.calls: Counter[str] = Counter()
        app = Starlette(routes=[Route("/oproep", self._take, methods=["POST"])])
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off", ssl_certfile=certificate
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)

    async def _take(self, request: Request) -> Response:
        told = await request.json()
        self.calls[told["id"]] += 1
        return Response(status_code=202)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            pass
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
