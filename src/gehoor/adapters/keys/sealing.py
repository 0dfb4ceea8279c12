"""One data key: AES-256-GCM for texts, and a key derived from it for digests."""

from __future__ import annotations

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gehoor.core.errors import StoreFault

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_DIGESTS: Final = b"gehoor digest v1"
_BLIND_INDEXES: Final = b"gehoor blind index v1"


class DataKey:
    """The key of one owner.

    Args:
        owner: whose key; authenticated with each text.
        raw: 32 random bytes.
    """

    __slots__ = ("_decrypt", "_digest_key", "_encrypt", "_owner")

    def __init__(self, owner: str, raw: bytes) -> None:
        cipher = AESGCM(raw)
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt
        self._owner = owner
        self._digest_key = hmac.digest(raw, _DIGESTS, "sha256")

    def seal(self, name: str, text: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._encrypt(nonce, text.encode(), f"{self._owner}:{name}".encode())

    def open(self, name: str, sealed: bytes) -> str:
        """The text again.

        Raises:
            StoreFault: it was not sealed here, with this key and under this name.
        """
        try:
            nonce = sealed[:NONCE_BYTES]
            return self._decrypt(nonce, sealed[NONCE_BYTES:], f"{self._owner}:{name}".encode()).decode()
        except (InvalidTag, ValueError) as fault:
            raise StoreFault(
                "A sealed text is not the one that was sealed here.", owner=self._owner, name=name
            ) from fault

    def digest(self, text: str) -> str:
        """32 hexadecimal characters."""
        return hmac.digest(self._digest_key, text.encode(), "sha256").hex()[:32]


def index_key(master: bytes) -> bytes:
    """The key of all blind indexes, made from the master key."""
    return hmac.digest(master, _BLIND_INDEXES, "sha256")


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """Equal for equal values of one kind; 32 bytes."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")
