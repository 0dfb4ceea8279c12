"""Keys that end with the process: for tests and the demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from gehoor.adapters.keys.ring import MOST_CACHED, Ring
from gehoor.adapters.keys.sealing import KEY_BYTES
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure


class MemoryKeys(Ring):
    """Data keys in memory, with the cryptography of the real ones. They stay new: nobody makes them durable."""

    def __init__(self) -> None:
        super().__init__(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES), "memory", MOST_CACHED)
        self._erased: list[Erasure] = []

    async def settle(self) -> None:
        """There is nothing to make durable."""

    async def destroy(self, owner: str, at: Instant) -> None:
        """Erases."""
        self._erased.append(Erasure(owner, at))
        super().forget(owner)

    async def erased(self) -> list[Erasure]:
        """The erasures, oldest first."""
        return list(self._erased)

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that have no key."""
        return {owner for owner in owners if owner not in self._new}

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _stored(self, owner: str) -> bytes | None:  # noqa: ARG002  nothing is kept elsewhere
        return None

    def _hear(self) -> None:
        """Nobody else destroys a key."""
