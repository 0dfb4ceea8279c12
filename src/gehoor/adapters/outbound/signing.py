"""Signatures between this house and a partner's system: HMAC-SHA256 over the time and the body (docs/partner.md)."""

from __future__ import annotations

import hmac
from typing import Final

VERSION: Final = "v1="
SIGNED_AT: Final = "gehoor-signed-at"
"""The header with the time of signing, in whole seconds since 1970 (UTC)."""
SIGNATURE: Final = "gehoor-signature"
"""The header with the signature."""
CALL_ID: Final = "idempotency-key"
"""The header with the id of the call: a repeat carries the same."""


def signature(secret: bytes, signed_at: str, body: bytes) -> str:
    """ "v1=" and the HMAC, in hexadecimal, over the time, a full stop and the body."""
    return VERSION + hmac.digest(secret, signed_at.encode() + b"." + body, "sha256").hex()


def fits(secret: bytes, signed_at: str, body: bytes, given: str) -> bool:
    """Whether the signature was made with the secret; takes as long when it was not."""
    return given.isascii() and hmac.compare_digest(signature(secret, signed_at, body), given)
