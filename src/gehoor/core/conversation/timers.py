"""Which clocks a fact starts and which it stops.

One table, read by ``evolve`` (the state knows what is armed) and by ``consequences`` (the job table rings it), so the
two can never disagree. An instant stands in the fact itself; None stops the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Timer
from gehoor.core.time import Instant

Change = tuple[Timer, Instant | None]
_NOTHING: Final[tuple[Change, ...]] = ()
_STOP_ALL: Final[tuple[Change, ...]] = tuple((timer, None) for timer in Timer)


def _stop(*timers: Timer) -> tuple[Change, ...]:
    return tuple((timer, None) for timer in timers)


def _spoken(idle_at: Instant | None) -> tuple[Change, ...]:
    return _NOTHING if idle_at is None else ((Timer.BOT, None), (Timer.IDLE, idle_at))


_CHANGES: Final[dict[type, Callable[[Any], tuple[Change, ...]]]] = {
    e.ConversationStarted: lambda f: ((Timer.IDLE, f.idle_at),),
    e.MessageReceived: lambda f: _NOTHING if f.answer_by is None else ((Timer.IDLE, None), (Timer.AGENT, f.answer_by)),
    e.HumanRequested: lambda f: (*_stop(Timer.IDLE, Timer.BOT), (Timer.WAIT, f.wait_until)),
    e.RequestWithdrawn: lambda f: (*_STOP_ALL, (Timer.IDLE, f.idle_at)),
    e.ReturnedToQueue: lambda f: ((Timer.TRY, None), (Timer.WAIT, f.wait_until)),
    e.Reopened: lambda f: (*_STOP_ALL, (Timer.IDLE, f.idle_at)),
    e.BotTurnDue: lambda f: ((Timer.IDLE, None), (Timer.BOT, f.answer_by)),
    e.BotReplied: lambda f: _spoken(f.idle_at),
    e.BotSuggested: lambda f: _spoken(f.idle_at),
    e.BotAbstained: lambda f: _spoken(f.idle_at),
    e.IdentityTold: lambda f: _spoken(f.idle_at),
    e.SupportChosen: lambda f: _NOTHING if f.idle_at is None else ((Timer.IDLE, f.idle_at),),
    e.CallNowShown: lambda f: ((Timer.WAIT, f.wait_until),),
    e.SafetyShown: lambda f: _NOTHING if f.wait_until is None else ((Timer.WAIT, f.wait_until),),
    e.PromiseMade: lambda f: ((Timer.WAIT, None), (Timer.PROMISE, f.due_at)),
    e.PromiseMoved: lambda f: ((Timer.WAIT, None), (Timer.PROMISE, f.due_at)),
    e.PromiseKept: lambda f: _stop(Timer.PROMISE, Timer.TRY),
    e.PromiseBroken: lambda f: _stop(Timer.PROMISE),
    e.PromiseNotReached: lambda f: _stop(Timer.PROMISE, Timer.TRY),
    e.PartnerAsked: lambda f: ((Timer.PARTNER, f.answer_by),),
    e.PartnerAcknowledged: lambda f: ((Timer.PARTNER, f.contact_by),),
    e.PartnerSilent: lambda f: _stop(Timer.PARTNER),
    e.PartnerReached: lambda f: _stop(Timer.PARTNER),
    e.MailFailed: lambda f: _stop(Timer.IDLE, Timer.BOT) if f.reopens else _NOTHING,
    e.Offered: lambda f: ((Timer.OFFER, f.expires_at),),
    e.OfferTimedOut: lambda f: _stop(Timer.OFFER),
    e.OfferDeclined: lambda f: _stop(Timer.OFFER),
    e.HumanJoined: lambda f: (*_stop(Timer.OFFER, Timer.WAIT, Timer.IDLE, Timer.PARTNER), (Timer.AGENT, f.answer_by)),
    e.AgentWrote: lambda f: _NOTHING if f.hold_line else ((Timer.AGENT, None), (Timer.IDLE, f.idle_at)),
    e.CallRecorded: lambda f: ((Timer.AGENT, None), (Timer.IDLE, f.idle_at)) if f.answered else _NOTHING,
    e.HumanLeft: lambda f: (*_stop(Timer.AGENT, Timer.IDLE), (Timer.WAIT, f.wait_until)),
    e.Parked: lambda f: (*_stop(Timer.AGENT, Timer.IDLE), (Timer.TRY, f.try_at)),
    e.HandedBack: lambda f: (*_STOP_ALL, (Timer.IDLE, f.idle_at)),
    e.Resolved: lambda f: _STOP_ALL,
}


def changes(event: e.Event) -> tuple[Change, ...]:
    """The clocks that the event starts (with the instant at which they ring) or stops (None)."""
    found = _CHANGES.get(type(event))
    return found(event) if found is not None else _NOTHING
