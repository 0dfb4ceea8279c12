"""One process and no other: it leads, and has nobody to tell anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from gehoor.ports.peers import Attended, Word


class Alone:
    """No others. Nothing here takes any time."""

    alone: Final = True
    process: Final = "alone"

    def leads(self) -> bool:
        """There is nobody else."""
        return True

    def tell(self, words: Iterable[Word]) -> None:
        """Nobody hears it."""

    async def start(self, hear: Callable[[Word], None]) -> None:
        """There is nothing to hear."""

    async def run(self) -> None:
        """There is nothing to do."""

    @asynccontextmanager
    async def lock(self, _name: str) -> AsyncIterator[bool]:
        """One process does one thing at a time by itself: its event loop sees to it (flows/windows.py)."""
        yield True

    async def attend(self, rows: Sequence[Attended]) -> None:
        """What this process knows, it knows."""

    async def attended(self) -> list[Attended]:
        """Nobody else knows anything."""
        return []

    async def close(self) -> None:
        """There is nothing to let go of."""
