"""What follows from a fact: one table, read top to bottom.

Clocks come from ``conversation/timers.py``. ``AskBrain`` and the clocks are rows of the job table, written in the same
commit as the fact; ``Assign`` only wakes the one place that assigns, which looks at the whole queue when it starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.time import Instant


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Ring at the instant."""

    timer: Timer
    at: Instant


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Do not ring."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class AskBrain:
    """Let the brain answer message ``turn``."""

    turn: int


@dataclass(frozen=True, slots=True)
class Assign:
    """Somebody waits, or hands came free."""


Effect = StartTimer | StopTimer | AskBrain | Assign

_ASSIGNS: Final = (
    e.HumanRequested,
    e.SafetyShown,
    e.CallNowShown,
    e.ReturnedToQueue,
    e.HumanLeft,
    e.OfferDeclined,
    e.OfferTimedOut,
    e.RequestWithdrawn,
    e.HandedBack,
    e.Parked,
    e.Resolved,
)


def consequences(event: e.Event) -> tuple[Effect, ...]:
    """Everything that must happen because of the event."""
    effects: tuple[Effect, ...] = tuple(
        StopTimer(timer) if at is None else StartTimer(timer, at) for timer, at in changes(event)
    )
    if isinstance(event, e.BotTurnDue):
        return (*effects, AskBrain(event.turn))
    return (*effects, Assign()) if isinstance(event, _ASSIGNS) else effects
