"""What follows from a fact: one table, read top to bottom.

Clocks come from ``conversation/timers.py``. ``AskBrain`` and the clocks are rows of the job table, written in the same
commit as the fact; ``Assign`` only wakes the one place that assigns, which looks at the whole queue when it starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import LetterKind, Timer
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
class SendMail:
    """Send a letter about fact ``seq``, as far as the customer left an address and letters can be sent."""

    letter: LetterKind
    seq: int


@dataclass(frozen=True, slots=True)
class AskPartner:
    """Ask link ``link`` of the night chain."""

    link: int


@dataclass(frozen=True, slots=True)
class RemindAt:
    """Remind the owner of the promise at the instant."""

    at: Instant


@dataclass(frozen=True, slots=True)
class Assign:
    """Somebody waits, or hands came free."""


Effect = StartTimer | StopTimer | AskBrain | SendMail | AskPartner | RemindAt | Assign

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
    e.PromiseReminded,
    e.MailFailed,
)

_STOPS: Final = {timer: StopTimer(timer) for timer in Timer}

_LETTERS: Final[dict[type, LetterKind]] = {
    e.PromiseMade: LetterKind.PROMISE,
    e.PromiseMoved: LetterKind.MOVED,
    e.PromiseBroken: LetterKind.BROKEN,
    e.PromiseNotReached: LetterKind.NOT_REACHED,
}
"""Which facts go to the customer as a letter as well, when an address was left."""


def consequences(event: e.Event, seq: int) -> tuple[Effect, ...]:
    """Everything that must happen because of the event, which is fact ``seq``."""
    effects: tuple[Effect, ...] = tuple(
        [_STOPS[timer] if at is None else StartTimer(timer, at) for timer, at in changes(event)]
    )
    match event:
        case e.BotTurnDue():
            return (*effects, AskBrain(event.turn))
        case e.PartnerAsked():
            return (*effects, AskPartner(event.link))
        case e.AgentWrote(by_mail=True):
            return (*effects, SendMail(LetterKind.ANSWER, seq))
        case e.PromiseMade() | e.PromiseMoved() if event.remind_at is not None:
            effects = (*effects, RemindAt(event.remind_at))
        case _:
            pass
    letter = _LETTERS.get(type(event))
    if letter is not None:
        effects = (*effects, SendMail(letter, seq))
    return (*effects, Assign()) if isinstance(event, _ASSIGNS) else effects
