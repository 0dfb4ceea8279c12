"""Data keys in memory, and how they are wrapped where they are kept."""

from __future__ import annotations

import hmac
import os
import secrets
from collections import OrderedDict
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gehoor.adapters.keys.sealing import KEY_BYTES, NONCE_BYTES, DataKey, blind_index, index_key
from gehoor.core.errors import StoreFault, Unknown

MOST_CACHED: Final = 8192
_FINGERPRINT: Final = b"gehoor master key v1"


def fingerprint(master: bytes) -> bytes:
    """By which a keeper knows the master key again."""
    return hmac.digest(master, _FINGERPRINT, "sha256")


class Ring:
    """What every keeper of wrapped keys does in the same way. Keepers add where keys are kept.

    Args:
        master: wraps the data keys, and makes the blind indexes.
        signing: the signing key.
        place: where the keys are kept, for sentences.
        most_cached: how many data keys stay in memory.
    """

    def __init__(self, master: bytes, signing: bytes, place: str, most_cached: int) -> None:
        self._place = place
        self._most_cached = most_cached
        self._new: dict[str, bytes] = {}
        self._cache: OrderedDict[str, DataKey] = OrderedDict()
        self._wrapping = AESGCM(master)
        self._index_key = index_key(master)
        self._signing = Ed25519PrivateKey.from_private_bytes(signing)

    def create(self, owner: str) -> None:
        """A new key; an owner who has one keeps it."""
        if self._find(owner) is None:
            raw = self._new[owner] = secrets.token_bytes(KEY_BYTES)
            self._remember(owner, DataKey(owner, raw))

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
        key = self._find(owner)
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

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature."""
        return self._signing.sign(message)

    def public_key(self) -> bytes:
        """The key with which anybody checks a signature (32 bytes)."""
        return self._signing.public_key().public_bytes_raw()

    def forget(self, owner: str) -> None:
        """Another process destroyed the key: nothing of it stays in memory here."""
        self._new.pop(owner, None)
        self._cache.pop(owner, None)

    # -- what a keeper adds ------------------------------------------------------------------------------------------

    def _stored(self, owner: str) -> bytes | None:
        """The wrapped key as it is kept."""
        raise NotImplementedError

    def _hear(self) -> None:
        """Forgets what another process destroyed. Called at every use, so it must be quick."""
        raise NotImplementedError

    # -- one key -----------------------------------------------------------------------------------------------------

    def _key(self, owner: str) -> DataKey:
        key = self._find(owner)
        if key is None:
            raise Unknown("There is no key for this owner.", owner=owner)
        return key

    def _find(self, owner: str) -> DataKey | None:
        self._hear()
        key = self._cache.get(owner)
        if key is not None:
            self._cache.move_to_end(owner)
            return key
        raw = self._new.get(owner)
        if raw is None:
            wrapped = self._stored(owner)
            if wrapped is None:
                return None
            raw = self._unwrapped(owner, wrapped)
        key = DataKey(owner, raw)
        self._remember(owner, key)
        return key

    def _remember(self, owner: str, key: DataKey) -> None:
        self._cache[owner] = key
        while len(self._cache) > self._most_cached:
            self._cache.popitem(last=False)

    def _wrapped(self, owner: str, raw: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, raw, owner.encode())

    def _unwrapped(self, owner: str, wrapped: bytes) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
        except (InvalidTag, ValueError) as fault:
            raise StoreFault(f"A data key is damaged. File: {self._place}", file=self._place, owner=owner) from fault
