"""Sealing: every personal value is ciphertext under a data key; destroying the key erases the value everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gehoor.core.time import Instant


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whose key was destroyed, and when."""

    owner: str
    at: Instant


class Keys(Protocol):
    """Data keys by owner (a conversation or a person), in a store of their own that no backup of the store includes.

    Sealing is AES-256-GCM with a fresh nonce; ``owner`` and ``name`` are authenticated with it, so that a value cannot
    be moved to another place.
    """

    def create(self, owner: str) -> None:
        """A new key. It may be used at once; nothing sealed with it may be acknowledged before ``settle``."""
        ...

    async def settle(self) -> None:
        """Makes every new key durable."""
        ...

    def seal(self, owner: str, name: str, text: str) -> bytes:
        """The ciphertext of a text.

        Raises:
            Unknown: the owner has no key (never had one, or it was destroyed).
        """
        ...

    def open(self, owner: str, name: str, sealed: bytes) -> str | None:
        """The text again; None when the key was destroyed.

        Raises:
            StoreFault: the ciphertext is not the one that was sealed here.
        """
        ...

    def digest(self, owner: str, text: str) -> str:
        """A keyed digest (hex, 32 characters): equal texts of one owner have equal digests, and without the key
        nobody can guess the text."""
        ...

    def blind_index(self, kind: str, value: str) -> bytes:
        """A keyed index under which equal values of a kind can be found without storing them."""
        ...

    def forget(self, owner: str) -> None:
        """Another process destroyed the key: nothing of it stays in memory here."""
        ...

    async def destroy(self, owner: str, at: Instant) -> None:
        """Erases: after this nothing of the owner can be opened again.

        The erasure ledger, which no backup of the store includes either, tells it durably before the key goes. Keys
        that are put back from an older copy are destroyed again when they are opened.
        """
        ...

    async def erased(self) -> list[Erasure]:
        """The erasure ledger, oldest first."""
        ...

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that have no key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The house's Ed25519 signature (the key lies outside the database)."""
        ...

    def public_key(self) -> bytes:
        """The key with which anybody checks a signature (32 bytes)."""
        ...

    async def close(self) -> None:
        """Lets go of files."""
        ...
