"""The order of waiting customers: fair, with a stated bound on overtaking (guarantee TURN).

Everybody waits from the first request. Danger to life goes first, always; then who was sent back to the front; then
whose window for calling back has opened. Everybody else stands in the order of a virtual moment: when they asked, less
the head start of their class. So within a class the longest waiting goes first, and nobody is ever overtaken by
somebody who asked more than ``HEAD_START[DAMAGE]`` (60 minutes) later, with four exceptions, each bounded itself:

* danger to life;
* customers whose agent dropped out, who came back, or to whom a promise was broken: only what went wrong before;
* a window that has opened: only ``PromiseTerms.share`` percent of the hands may be promised to windows, so windows put
  off nobody for longer than that share of the time;
* a need (a language, a skill) that nobody with room meets: it passes a customer over for ``Widening`` at most, counted
  from the request, and in danger not at all.
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
    RETURNED = "returned"
    WINDOW = "window"
    DAMAGE = "damage"
    DISCOMFORT = "discomfort"
    NORMAL = "normal"


HEAD_START: Final = {
    WaitingClass.DAMAGE: 60 * MINUTE,
    WaitingClass.DISCOMFORT: 30 * MINUTE,
    WaitingClass.NORMAL: 0,
}

_BY_DANGER: Final = {
    Danger.NONE: WaitingClass.NORMAL,
    Danger.DISCOMFORT: WaitingClass.DISCOMFORT,
    Danger.DAMAGE: WaitingClass.DAMAGE,
    Danger.LIFE: WaitingClass.LIFE,
}

Key = tuple[int, int, int, ConversationId]
"""A place: band, virtual moment, request, id."""


class NeedKind(StrEnum):
    """What a customer may need of an agent."""

    LANGUAGE = "language"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that who helps this customer should have. ``until``: when it widens, and anybody will do."""

    kind: NeedKind
    name: str
    until: Instant


@dataclass(frozen=True, slots=True)
class Waiting:
    """One customer in the queue.

    ``since``: the request that counts (nothing resets it). ``not_before``: when the window that they chose begins.
    ``probe``: nobody waits; the house tries its own door.
    """

    id: ConversationId
    since: Instant
    danger: Danger = Danger.NONE
    returned: bool = False
    wanted: StaffId | None = None
    declined: tuple[StaffId, ...] = ()
    offered_to: StaffId | None = None
    needs: tuple[Need, ...] = ()
    not_before: Instant | None = None
    probe: bool = False

    @property
    def waiting_class(self) -> WaitingClass:
        """The class that decides the place."""
        if self.danger is Danger.LIFE:
            return WaitingClass.LIFE
        if self.returned:
            return WaitingClass.RETURNED
        if self.not_before is not None and self.danger is Danger.NONE:
            return WaitingClass.WINDOW
        return _BY_DANGER[self.danger]

    def in_line(self, now: Instant) -> bool:
        """Whether they stand in the line: not a probe, nor somebody whose window has not opened. Danger opens it."""
        opened = self.not_before is None or self.not_before <= now or self.danger is not Danger.NONE
        return opened and not self.probe


def place_key(waiting: Waiting) -> Key:
    """The sort key of a place. Bands: life; returned to the front, by danger; an open window; everybody else."""
    kind = waiting.waiting_class
    if kind is WaitingClass.LIFE:
        return 0, waiting.since, waiting.since, waiting.id
    if kind is WaitingClass.RETURNED:
        return Danger.LIFE - waiting.danger, waiting.since, waiting.since, waiting.id
    if kind is WaitingClass.WINDOW:
        return Danger.LIFE + 1, waiting.not_before or 0, waiting.since, waiting.id
    return Danger.LIFE + 2, waiting.since - HEAD_START[kind], waiting.since, waiting.id


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The queue, first one first."""
    return sorted(waiting, key=place_key)
