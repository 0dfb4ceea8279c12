"""The order of waiting customers: fair, with a stated bound on overtaking (guarantee TURN).

Everybody waits from the first request. Danger to life goes first, always. Everybody else stands in the order of a
virtual moment: when they asked, less the head start of their class. So within a class the longest waiting goes first,
and nobody is ever overtaken by somebody who asked more than ``HEAD_START[DAMAGE]`` (60 minutes) later, except by danger
to life and by customers whose agent dropped out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import MINUTE, Instant


class WaitingClass(StrEnum):
    """Why a customer stands where they stand."""

    LIFE = "life"
    DAMAGE = "damage"
    DISCOMFORT = "discomfort"
    RETURNED = "returned"
    NORMAL = "normal"


HEAD_START: Final = {
    WaitingClass.DAMAGE: 60 * MINUTE,
    WaitingClass.DISCOMFORT: 30 * MINUTE,
    WaitingClass.NORMAL: 0,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One customer in the queue. ``since``: the request that counts (nothing resets it)."""

    id: ConversationId
    since: Instant
    danger: Danger = Danger.NONE
    returned: bool = False
    wanted: StaffId | None = None
    declined: tuple[StaffId, ...] = ()
    offered_to: StaffId | None = None

    @property
    def waiting_class(self) -> WaitingClass:
        """The class that decides the place."""
        if self.danger is Danger.LIFE:
            return WaitingClass.LIFE
        if self.returned:
            return WaitingClass.RETURNED
        if self.danger is Danger.DAMAGE:
            return WaitingClass.DAMAGE
        return WaitingClass.DISCOMFORT if self.danger is Danger.DISCOMFORT else WaitingClass.NORMAL


def place_key(waiting: Waiting) -> tuple[int, int, str]:
    """The sort key of a place: band (life, returned to the front by danger, everybody else), virtual moment, id."""
    kind = waiting.waiting_class
    if kind is WaitingClass.RETURNED:
        return Danger.LIFE - waiting.danger, waiting.since, waiting.id
    if kind is WaitingClass.LIFE:
        return 0, waiting.since, waiting.id
    return Danger.LIFE + 1, waiting.since - HEAD_START[kind], waiting.id


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The queue, first one first."""
    return sorted(waiting, key=place_key)
