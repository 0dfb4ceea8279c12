"""Tells systemd that the server is ready, that it stops, and that its event loop still comes round (sd_notify(3)).

A process that hangs holds its port and answers nobody: with ``WatchdogSec`` in the unit, systemd starts it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Final

_MICROSECONDS: Final = 1_000_000


class Notifier:
    """The messages of one process.

    Args:
        environment: where systemd says to which socket (NOTIFY_SOCKET) and how often (WATCHDOG_USEC); without them
            nothing is told.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        given = environment.get("WATCHDOG_USEC", "")
        self._every_s = int(given) / _MICROSECONDS / 2 if given.isascii() and given.isdigit() else 0.0

    def tell(self, state: str) -> None:
        """One message: READY=1, STOPPING=1 or WATCHDOG=1. That nobody takes it is no reason to serve nobody."""
        if not self._address:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(state.encode(), self._address)

    async def run(self) -> None:
        """Ready now; then a sign of life in time, until cancelled."""
        self.tell("READY=1")
        while self._every_s:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self._every_s)
