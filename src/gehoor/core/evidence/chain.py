"""The hash chains, and the checkpoints over them (guarantee PROOF).

Facts are chained per conversation, the house ledger is one chain. A checkpoint is a signed Merkle root over all heads
and lengths: who holds one can show a later change, drop or reordering of anything before it. Hashing is SHA-256; the
tree is that of RFC 9162 (leaf and node prefixes keep one from passing for the other).
"""

from __future__ import annotations

from collections.abc import Iterable
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


class Tree:
    """A Merkle tree that grows leaf by leaf and keeps no more than one hash for each of its levels."""

    def __init__(self) -> None:
        self.leaves = 0
        self._whole: list[bytes] = []  # the roots of whole subtrees, the largest first

    def add(self, leaf: bytes) -> None:
        """One more leaf, after all others."""
        self.leaves += 1
        self._whole.append(leaf)
        count = self.leaves
        while count % 2 == 0:  # two subtrees of one size are one
            right, left = self._whole.pop(), self._whole.pop()
            self._whole.append(_node(left, right))
            count //= 2

    def root(self) -> bytes:
        """The root over all leaves; of none, the hash of nothing."""
        if not self._whole:
            return sha256(b"").digest()
        root = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            root = _node(left, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves in their order."""
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


def checkpoint_bytes(number: int, at: int, chains: int, root: bytes, previous: bytes) -> bytes:
    """What is signed: the number, the instant, how many chains, the root, and the hash of the checkpoint before."""
    return f"gehoor-checkpoint-v1\n{number}\n{at}\n{chains}\n{root.hex()}\n{previous.hex()}\n".encode()
