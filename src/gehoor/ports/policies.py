"""The documents in which an organisation writes down its policy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from gehoor.core.errors import PolicyFault
from gehoor.core.ids import StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant


@dataclass(frozen=True, slots=True)
class Understood:
    """What a document says. ``notes``: what is worth mending but keeps nobody from a person."""

    policy: Policy
    notes: tuple[PolicyFault, ...] = ()


class Documents(Protocol):
    """Reads and numbers documents; it takes tens of milliseconds and waits for nothing."""

    def read(self, document: str, staff: Collection[StaffId], at: Instant) -> Understood:
        """What a document says, whether or not it leaves a moment without a person.

        Args:
            staff: who has an account; shifts name them.
            at: public holidays are known from its year on.

        Raises:
            PolicyFault: it cannot be read; names field and rule.
        """
        ...

    def of_file(self, text: str) -> str:
        """The document in an organisation's file, which may hold accounts as well.

        Raises:
            PolicyFault: it cannot be read.
        """
        ...

    def numbered(self, document: str, version: int) -> str:
        """The document with this version in it."""
        ...

    def reduced(self, documents: Sequence[str], at: Instant) -> Policy:
        """The policy when none can be used, from what can still be read; the best document first."""
        ...
