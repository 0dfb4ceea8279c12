"""A database as an operator's command uses it: the same few things on both engines.

SQL has its values as $1, $2. One command is one session, which belongs to nobody else and may take its time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Row = Sequence[Any]


class Session(Protocol):
    """One connection. Every method that touches the database raises ``StoreFault`` with a sentence for the operator."""

    @property
    def engine(self) -> str:
        """sqlite or postgresql."""
        ...

    @property
    def place(self) -> str:
        """Which database, without account and password."""
        ...

    async def begin(self, *, writes: bool) -> None:
        """Begins a transaction; one that only reads sees the database as it was at its first look."""
        ...

    async def commit(self) -> None:
        """Ends it, durably."""
        ...

    async def roll_back(self) -> None:
        """Ends it without a trace."""
        ...

    async def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of a statement."""
        ...

    def stream(self, sql: str, *values: object) -> AsyncIterator[list[Row]]:
        """The rows of a statement, some at a time."""
        ...

    async def change(self, sql: str, *values: object) -> None:
        """Carries out a statement that gives no rows."""
        ...

    async def many(self, sql: str, rows: Sequence[Row]) -> None:
        """Carries out a statement for each row of values."""
        ...

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what may fail: after its ``StoreFault`` the transaction goes on as if it had not been tried."""
        ...

    async def tables(self) -> dict[str, dict[str, type]]:
        """Our tables by name, with the type of value in each column, in order."""
        ...

    async def integrity(self) -> list[str]:
        """What the engine itself finds wrong with its files; empty: nothing."""
        ...

    async def lock(self, ids: Sequence[str]) -> None:
        """Keeps others from writing to these conversations until the transaction ends."""
        ...

    async def close(self) -> None:
        """Lets go of it."""
        ...
