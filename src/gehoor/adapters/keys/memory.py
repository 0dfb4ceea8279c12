"""Keys that end with the process: for tests and the demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gehoor.adapters.keys.sealing import KEY_BYTES, DataKey, blind_index, index_key
from gehoor.core.errors import Unknown
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure


class MemoryKeys:
    """Data keys in memory, with the cryptography of the real ones."""

    def __init__(self) -> None:
        self._keys: dict[str, DataKey] = {}
        self._erased: list[Erasure] = []
        self._index_key = index_key(secrets.token_bytes(KEY_BYTES))
        self._signing = Ed25519PrivateKey.generate()

    def create(self, owner: str) -> None:
        """A new key; an owner who has one keeps it."""
        if owner not in self._keys:
            self._keys[owner] = DataKey(owner, secrets.token_bytes(KEY_BYTES))

    async def settle(self) -> None:
        """There is nothing to make durable."""

    def seal(self, owner: str, name: str, text: str) -> bytes:
        """The ciphertext of a text.

        Raises:
            Unknown: the owner has no key.
        """
        return self._key(owner).seal(name, text)

    def open(self, owner: str, name: str, sealed: bytes) -> str | None:
        """The text again; None when the key was destroyed.

        Raises:
            StoreFault: the ciphertext is not the one that was sealed here.
        """
        key = self._keys.get(owner)
        return None if key is None else key.open(name, sealed)

    def digest(self, owner: str, text: str) -> str:
        """A keyed digest of a text.

        Raises:
            Unknown: the owner has no key.
        """
        return self._key(owner).digest(text)

    def blind_index(self, kind: str, value: str) -> bytes:
        """A keyed index of a value."""
        return blind_index(self._index_key, kind, value)

    def forget(self, owner: str) -> None:
        """The key was destroyed."""
        self._keys.pop(owner, None)

    async def destroy(self, owner: str, at: Instant) -> None:
        """Erases."""
        self._erased.append(Erasure(owner, at))
        self._keys.pop(owner, None)

    async def erased(self) -> list[Erasure]:
        """The erasures, oldest first."""
        return list(self._erased)

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that have no key."""
        return {owner for owner in owners if owner not in self._keys}

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature."""
        return self._signing.sign(message)

    def public_key(self) -> bytes:
        """The key with which anybody checks a signature (32 bytes)."""
        return self._signing.public_key().public_bytes_raw()

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _key(self, owner: str) -> DataKey:
        key = self._keys.get(owner)
        if key is None:
            raise Unknown("There is no key for this owner.", owner=owner)
        return key
