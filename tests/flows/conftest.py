"""A house in memory, and a store that counts commits and can be told to fail."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from gehoor.adapters.stores.memory import MemoryStore
from gehoor.ports.store import Append
from tests.world import Built, open_house


class WatchedStore(MemoryStore):
    """Keeps the batches that it was given; ``fault`` gives the error that a batch ends with, if any."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[tuple[Append, ...]] = []
        self.tried: list[tuple[Append, ...]] = []
        self.fault: Callable[[Sequence[Append]], Exception | None] = lambda _: None

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing."""
        self.tried.append(tuple(batch))
        fault = self.fault(batch)
        if fault is not None:
            raise fault
        heads = await super().commit(batch)
        self.batches.append(tuple(batch))
        return heads


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI knows nothing."""
    async with open_house() as one:
        yield one
