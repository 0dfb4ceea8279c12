"""The hash chains, and the checkpoints over them (guarantee PROOF).

Facts are chained per conversation, the house ledger is one chain. A checkpoint is a signed Merkle root over all heads
and lengths: who holds one can show a later change, drop or reordering of anything before it. Hashing is SHA-256; the
tree is that of RFC 9162 (leaf and node prefixes keep one from passing for the other).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

GENESIS: Final = b"\x00" * 32
"""The head of a chain without links."""


def link(head: bytes, canonical: bytes) -> bytes:
    """The head after one more record: 32 bytes. ``canonical`` is the record's canonical JSON."""
    return sha256(head + canonical).digest()


def chain(records: Iterable[bytes], head: bytes = GENESIS) -> bytes:
    """The head after all records."""
    for canonical in records:
        head = link(head, canonical)
    return head


def leaf(name: str, length: int, head: bytes) -> bytes:
    """The leaf of one chain in a checkpoint: its name, its length and its head."""
    return sha256(b"\x00" + f"{name}:{length}:".encode() + head).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order; of none, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]


def checkpoint_bytes(number: int, at: int, chains: int, root: bytes, previous: bytes) -> bytes:
    """What is signed: the number, the instant, how many chains, the root, and the hash of the checkpoint before."""
    return f"gehoor-checkpoint-v1\n{number}\n{at}\n{chains}\n{root.hex()}\n{previous.hex()}\n".encode()
