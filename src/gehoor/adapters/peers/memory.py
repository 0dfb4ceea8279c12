"""Several houses in one process, over one store, as if each were a process: for tests and measurements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from gehoor.ports.peers import Attended, Leads, Missed, Word

PATIENCE_S: Final = 2.0


class Street:
    """Where the houses stand that hear each other."""

    def __init__(self) -> None:
        self.houses: list[MemoryPeers] = []
        self.locks: dict[str, asyncio.Lock] = {}
        self.rows: dict[tuple[str, str], Attended] = {}

    def peers(self, process: str) -> MemoryPeers:
        """One more process."""
        return MemoryPeers(self, process)

    def leaves(self, peers: MemoryPeers) -> None:
        """A process is gone; the next one leads."""
        led = peers.leads()
        if peers in self.houses:
            self.houses.remove(peers)
        self.rows = {key: replace(row, here=row.here and key[1] != peers.process) for key, row in self.rows.items()}
        if led and self.houses:
            self.houses[0].heard(Leads())


class MemoryPeers:
    """One house among the others. Made by ``Street.peers``.

    ``deaf``: what is told does not arrive, as when a line broke and nobody noticed yet.
    """

    alone: Final = False

    def __init__(self, street: Street, process: str) -> None:
        self._street = street
        self._hear: Callable[[Word], None] | None = None
        self.process = process
        self.deaf = False

    def leads(self) -> bool:
        """Who came first leads."""
        return bool(self._street.houses) and self._street.houses[0] is self

    def tell(self, words: Iterable[Word]) -> None:
        """The others hear it when they are at their turn."""
        said = tuple(words)
        for other in self._street.houses:
            if other is not self:
                for word in said:
                    asyncio.get_running_loop().call_soon(other.heard, word)

    def heard(self, word: Word) -> None:
        """Something was told by another one, or happened on the street."""
        if self._hear is not None and not self.deaf:
            self._hear(word)

    async def start(self, hear: Callable[[Word], None]) -> None:
        """Begins to listen."""
        self._hear = hear
        self._street.houses.append(self)

    async def run(self) -> None:
        """Everything comes by itself."""

    def look(self) -> None:
        """What a real line says from time to time, and when it was broken."""
        if self._hear is not None:
            self._hear(Missed())

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[bool]:
        """One house at a time."""
        lock = self._street.locks.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await lock.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    async def attend(self, rows: Sequence[Attended]) -> None:
        """Keeps what this process knows of staff."""
        for row in rows:
            self._street.rows[row.staff, self.process] = row

    async def attended(self) -> list[Attended]:
        """What the others know of staff."""
        return [row for row in self._street.rows.values() if row.process != self.process]

    async def close(self) -> None:
        """Leaves."""
        self._street.leaves(self)
        self._hear = None
