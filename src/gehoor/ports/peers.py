"""The other processes that serve the same organisation on the same store.

What is told here only wakes, and may be lost: the store is the truth, and every process looks there by itself now and
then. Who leads may be two for a moment: what a leader does is decided over what is stored, like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import Instant
from gehoor.ports.feed import Passing


@dataclass(frozen=True, slots=True)
class Rung:
    """Another process wrote the facts ``first`` to ``last``. ``open``: people have the conversation or are waited for,
    or it was so until now; what the AI does alone concerns nobody who does not listen to it."""

    conversation: ConversationId
    first: int
    last: int
    open: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Something passing, for whoever listens to the topic in any process."""

    topic: str
    item: Passing


@dataclass(frozen=True, slots=True)
class Heeded:
    """The open conversations that somebody listens to in a process: all of them, told anew now and then. ``more``:
    beside those that it told just before."""

    process: str
    conversations: tuple[ConversationId, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class HouseChanged:
    """A line of the house ledger that every process follows: the policy, or an alarm."""


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """A desk was opened or closed, or somebody is available or away."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Something may not have been heard since the last look: look now."""


@dataclass(frozen=True, slots=True)
class Leads:
    """This process leads from now on."""


Word: TypeAlias = Rung | Said | Heeded | HouseChanged | StaffChanged | Missed | Leads


@dataclass(frozen=True, slots=True)
class Attended:
    """What one process knows of one member of staff.

    ``streams``: the desks that are open there. ``available``, since ``said_at``; ``free_since``, ``acted_at`` and
    ``alive_at`` as in flows/presence.py. ``here``: the process still lives; a dead one has no desks, and what was said
    to it stands.
    """

    staff: StaffId
    process: str
    streams: int
    available: bool
    said_at: Instant
    free_since: Instant
    acted_at: Instant
    alive_at: Instant
    here: bool = True


class Peers(Protocol):
    """This process among the others."""

    @property
    def alone(self) -> bool:
        """Whether there are never others: then nothing needs to be told, asked or looked up."""
        ...

    @property
    def process(self) -> str:
        """The name of this process, which no other one has or had."""
        ...

    def leads(self) -> bool:
        """Whether this process does what one at a time does: assigning, checkpoints, the probe, looking around."""
        ...

    def tell(self, words: Iterable[Word]) -> None:
        """Tells the others, soon. Never waits, never fails; may be lost."""
        ...

    async def start(self, hear: Callable[[Word], None]) -> None:
        """Begins to listen. What others tell from here on is heard in order, or ``Missed`` is.

        Raises:
            StoreFault: the others cannot be reached.
        """
        ...

    async def run(self) -> None:
        """Listens and stands for leader, until cancelled; a line that breaks is made again."""
        ...

    def lock(self, name: str, /) -> AbstractAsyncContextManager[bool]:
        """What one process at a time may do. False: it could not be had in time, and nothing is held."""
        ...

    async def attend(self, rows: Sequence[Attended]) -> None:
        """Keeps what this process knows of staff, instead of what it knew before."""
        ...

    async def attended(self) -> list[Attended]:
        """What every process knows of staff, this one left out."""
        ...

    async def close(self) -> None:
        """Leaves: its desks are gone, and another one leads."""
        ...
