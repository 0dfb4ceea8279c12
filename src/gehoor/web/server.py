"""The server: uvicorn with our connections, which stops in good order.

On SIGTERM readiness says no, streams are handed over within a short time (each reader is told when to come back, which
is to another process or to the next one), what is in hand is finished, and only then the house stops. A second signal
hurries: nobody waits any more, and what was acknowledged is kept all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette

from gehoor.settings import Settings
from gehoor.web.callers import Callers, networks, within
from gehoor.web.connections import Connections

OTHER_FILES: Final = 200
"""Open files that are no connection: the store, its readers, pages, pipes."""
_SPREAD_S: Final = 2.5
_EACH_S: Final = 0.001


def room_for(settings: Settings, open_files: int) -> int:
    """How many connections fit, of those that the settings ask for."""
    return max(1, min(settings.most_connections, open_files - OTHER_FILES))


def counted_alone(settings: Settings, callers: Callers) -> Callable[[str], bool]:
    """Says of an address whether its connections are one caller's: those of a proxy or of our own offices are not."""
    proxies, everybody = networks(settings.proxies), "*" in settings.proxies

    def counted(address: str) -> bool:
        shared = everybody or not address or address in settings.proxies or within(address, proxies)
        return not shared and not callers.is_unlimited(address)

    return counted


class Server(uvicorn.Server):
    """One process that serves.

    Args:
        app: made by ``create_app``.
        most_connections: see ``room_for``.
    """

    def __init__(self, app: Starlette, settings: Settings, most_connections: int) -> None:
        callers: Callers = app.state.doors.callers
        self._connections = Connections(most_connections, counted_alone(settings, callers))
        self._app = app
        self._stop_s = settings.stop_seconds
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                loop="uvloop",
                http=self._connections.protocol(),
                ws="none",
                access_log=False,
                log_config=None,
                proxy_headers=bool(settings.proxies),
                forwarded_allow_ips=list(settings.proxies),
                timeout_graceful_shutdown=settings.stop_seconds,
                timeout_keep_alive=75,
                backlog=2048,
                server_header=False,
            )
        )

    async def main_loop(self) -> None:
        """Until it is told to stop."""
        looking = asyncio.get_running_loop().create_task(self._connections.run())
        try:
            await super().main_loop()
        finally:
            looking.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hands over, finishes, and stops the house, also when it is hurried."""
        looking = asyncio.get_running_loop().create_task(self._connections.run())  # slow readers hold nobody up
        self._app.state.health.stopping = True
        if sockets:  # shared with other processes, which take who comes now
            for server in self.servers:
                server.close()
        crowd = self._app.state.crowd
        handing_over = asyncio.get_running_loop().create_task(
            crowd.leave(min(_SPREAD_S, _EACH_S * len(crowd.places), self._stop_s / 3))
        )
        while not handing_over.done() and not self.force_exit:
            await asyncio.wait({handing_over}, timeout=0.1)
        handing_over.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await super().shutdown(sockets)
        looking.cancel()
        if self.force_exit:  # uvicorn would leave the house running
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  (uvicorn's own method)
        """The first signal stops, the second hurries. Neither is raised again: to stop when told is no failure."""
        self.force_exit = self.should_exit
        self.should_exit = True
