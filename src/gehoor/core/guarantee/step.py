"""What a guarantee is checked over: one fact with the states around it, or the facts of one commit together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import State


@dataclass(frozen=True, slots=True)
class Step:
    """One fact: the state it found and the state it made."""

    before: State
    fact: e.Fact
    after: State


@dataclass(frozen=True, slots=True)
class Commit:
    """The facts of one command, and the states around them."""

    before: State
    facts: tuple[e.Fact, ...]
    after: State

    def has(self, *kinds: type) -> bool:
        """Whether one of the facts is of one of the kinds."""
        return any(isinstance(fact.event, kinds) for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, at which fact, against which guarantee."""

    guarantee: str
    seq: int
    sentence: str


Predicate = Callable[[Step], str | None]
