"""Receipts that customers hold, against what is stored (PROOF).

A receipt says: at that position of my conversation the chain had that head. It is a line of JSON, either
``{"conversation", "position", "hash"}`` or the whole copy that a customer saved, which holds it. A fact that was
changed, dropped or put in another place gives another head.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Wrong = tuple[str, int, str]
"""The conversation, the position, and what is wrong."""


def wrong_receipts(lines: Sequence[str], chains: Mapping[str, Sequence[bytes]]) -> Iterator[Wrong]:
    """What is wrong with receipts; a line that cannot be read is told as such, and the rest goes on.

    Args:
        chains: the heads of each conversation after each of its facts.
    """
    for number, line in enumerate(lines, 1):
        try:
            conversation, position, head = _read(line)
        except (ValueError, KeyError, TypeError, AttributeError):  # whatever somebody put in the file
            yield "receipts", number, f"Line {number} of the receipts cannot be read."
            continue
        heads = chains.get(conversation)
        if heads is None:
            yield conversation, position, "A customer has a receipt of a conversation that is not here."
        elif not 0 < position <= len(heads):
            yield conversation, position, "A customer has a receipt of a fact that is not here."
        elif heads[position - 1] != head:
            yield conversation, position, "A customer's receipt does not fit what is stored."


def _read(line: str) -> tuple[str, int, bytes]:
    told: dict[str, Any] = json.loads(line)
    receipt = told.get("receipt", told)
    return str(told["conversation"]), int(receipt["position"]), bytes.fromhex(receipt["hash"])
