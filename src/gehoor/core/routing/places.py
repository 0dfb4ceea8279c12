"""Why a customer stands further back than a moment ago: a place never goes up without a reason that can be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.routing.queue import Waiting, WaitingClass, place_key


class Later(StrEnum):
    """Why a place went up. ``EARLIER``: somebody who asked before waits again; ``MOVED``: the customer's own choice."""

    DANGER = "danger"
    RETURNED = "returned"
    WINDOW = "window"
    EARLIER = "earlier"
    MOVED = "moved"


_BY_CLASS: Final = {
    WaitingClass.LIFE: Later.DANGER,
    WaitingClass.DAMAGE: Later.DANGER,
    WaitingClass.DISCOMFORT: Later.DANGER,
    WaitingClass.RETURNED: Later.RETURNED,
    WaitingClass.WINDOW: Later.WINDOW,
    WaitingClass.NORMAL: Later.EARLIER,
}
_WEIGHT: Final = {reason: weight for weight, reason in enumerate(Later)}


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody came into the line, or got another place in it. ``before`` None: they did not stand in it."""

    before: Waiting | None
    after: Waiting


def why_later(moves: Iterable[Move], mine: Waiting) -> Later | None:
    """The weightiest reason for which ``mine`` stands further back after the moves; None when nobody went before.

    Args:
        moves: everything that happened since the place was told last.
        mine: the customer as they wait now.
    """
    key = place_key(mine)
    reasons = []
    for move in moves:
        if move.after.id == mine.id:
            reasons.append(Later.MOVED)
        elif place_key(move.after) < key and (move.before is None or place_key(move.before) > key):
            reasons.append(_BY_CLASS[move.after.waiting_class])
    return min(reasons, key=_WEIGHT.__getitem__, default=None)
