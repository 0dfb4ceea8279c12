"""Everything that a flow may touch: ten doors and no more (decision 0012 made the tenth; another one needs its own)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gehoor.core.time import Instant
from gehoor.ports.brain import Brain
from gehoor.ports.feed import Feed
from gehoor.ports.hearing import Hears
from gehoor.ports.keys import Keys
from gehoor.ports.outbound import Outbound
from gehoor.ports.peers import Peers
from gehoor.ports.people import People
from gehoor.ports.store import Store


class Clock(Protocol):
    """The time."""

    def now(self) -> Instant:
        """The instant."""
        ...


class Ids(Protocol):
    """Chance: ids, tokens and references that nobody can guess."""

    def new(self) -> str:
        """A new id: 26 characters, in the order of their making."""
        ...

    def token(self) -> str:
        """A secret of 256 bits."""
        ...

    def reference(self) -> str:
        """A reference that can be spoken, with a check digit (core/ids.py)."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """Pure code never receives it."""

    store: Store
    people: People
    brain: Brain
    hearing: Hears
    keys: Keys
    feed: Feed
    clock: Clock
    ids: Ids
    outbound: Outbound
    peers: Peers
