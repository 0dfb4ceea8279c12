"""What follows from a fact: one table, read top to bottom.

Clocks come from ``conversation/timers.py``. ``AskBrain`` and the clocks are rows of the job table, written in the same
commit as the fact; ``Assign`` only wakes the one place that assigns, which looks at the whole queue when it starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve
from gehoor.core.conversation.model import LetterKind, Phase, State, Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.ids import ConversationId
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
        case e.CorrectionGiven(by_mail=True):
            return (*effects, SendMail(LetterKind.CORRECTION, seq))
        case e.PromiseMade() | e.PromiseMoved() if event.remind_at is not None:
            effects = (*effects, RemindAt(event.remind_at))
        case _:
            pass
    letter = _LETTERS.get(type(event))
    if letter is not None:
        effects = (*effects, SendMail(letter, seq))
    return (*effects, Assign()) if isinstance(event, _ASSIGNS) else effects


# -- what is still to be done ----------------------------------------------------------------------------------------

Owed = tuple[Effect, Instant]
"""An effect that is not done yet, and when the fact was made that it follows from."""


@dataclass(slots=True)
class Outstanding:
    """A conversation, and what is still to be done because of its facts.

    ``owed``: the effects without which it would stand still. ``perhaps``: letters and calls to a partner of which the
    facts do not tell what became. They may have been left undone for a good reason (nobody to send it to), which
    whoever carries them out finds again.
    """

    state: State
    owed: list[Owed] = field(default_factory=list)
    perhaps: list[Owed] = field(default_factory=list)


def outstanding(id: ConversationId, facts: Iterable[e.Fact]) -> Outstanding:
    """What a conversation is and what is still to be done, from its facts alone (``gehoor db rebuild``)."""
    state = begin(id)
    followed: dict[tuple[str, int], Owed] = {}
    for fact in facts:
        state = evolve(state, fact)
        for effect in consequences(fact.event, fact.seq):
            key = _key(effect)
            if key is not None:
                followed[key] = effect, fact.at
        followed.pop(_settled(fact.event), None)
        if not state.control.promised:
            followed.pop(_REMINDER, None)
    owed: list[Owed] = [(StartTimer(timer, at), at) for timer, at in state.record.rings]
    turns = [("turn", turn) for turn in state.record.turns if state.control.phase is Phase.AI]
    owed += [followed[key] for key in (*turns, _REMINDER) if key in followed]
    return Outstanding(state, owed, [one for one in followed.values() if isinstance(one[0], SendMail | AskPartner)])


_REMINDER: Final = ("remind", 0)


def _key(effect: Effect) -> tuple[str, int] | None:
    """Under which name an effect waits; None for one that does not, or that the state knows itself."""
    match effect:
        case RemindAt():
            return _REMINDER
        case AskBrain():
            return "turn", effect.turn
        case SendMail():
            return effect.letter.value, effect.seq
        case AskPartner():
            return "partner", effect.link
        case _:
            return None


def _settled(event: e.Event) -> tuple[str, int]:
    """The effect that an event says is done."""
    match event:
        case e.MailAccepted() | e.MailFailed():
            return event.letter.value, event.upto
        case e.PartnerAcknowledged() | e.PartnerSilent() | e.PartnerReached():
            return "partner", event.link
        case e.PromiseReminded():
            return _REMINDER
        case _:
            return "", 0
