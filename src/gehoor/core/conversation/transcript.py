"""What each audience may read of a conversation, and under which name.

Every read names its audience; there is no other way to read one. A line is one fact; ``prev`` is the last seq before it
that the same audience may see, so that a fact that is hidden from them is not a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience, Source


class AuthorKind(StrEnum):
    """Who speaks in a line (guarantee HONEST)."""

    CUSTOMER = "customer"
    AI = "ai"
    HUMAN = "human"
    NOTICE = "notice"


@dataclass(slots=True)
class Line:
    """One fact as an audience sees it. ``type`` is promised to the outside (interfaces.md)."""

    fact: e.Fact
    prev: int
    type: str
    author: AuthorKind


_C, _AI, _H, _N = AuthorKind.CUSTOMER, AuthorKind.AI, AuthorKind.HUMAN, AuthorKind.NOTICE

_EVERYBODY: Final[dict[type, tuple[str, AuthorKind]]] = {
    e.DisclosureShown: ("message", _N),
    e.MessageReceived: ("message", _C),
    e.BotReplied: ("message", _AI),
    e.BotSuggested: ("message", _AI),
    e.BotAbstained: ("message", _AI),
    e.IdentityTold: ("message", _AI),
    e.AgentWrote: ("message", _H),
    e.SafetyShown: ("message", _N),
    e.CallNowShown: ("message", _N),
    e.CorrectionGiven: ("message", _N),
    e.DangerAsked: ("danger_asked", _N),
    e.ReceiptGiven: ("receipt_given", _N),
    e.SupportOffered: ("support_offered", _N),
    e.SupportChosen: ("support_chosen", _N),
    e.HumanOffered: ("human_offered", _N),
    e.HumanRequested: ("human_requested", _N),
    e.RequestWithdrawn: ("withdrawn", _N),
    e.ReturnedToQueue: ("back_in_queue", _N),
    e.HumanJoined: ("human_joined", _N),
    e.HumanLeft: ("human_left", _N),
    e.HandedBack: ("handed_back", _N),
    e.PromiseMade: ("promise_made", _N),
    e.PromiseMoved: ("promise_moved", _N),
    e.PromiseKept: ("promise_kept", _N),
    e.PromiseBroken: ("promise_broken", _N),
    e.PromiseNotReached: ("promise_not_reached", _N),
    e.PromiseTried: ("promise_tried", _N),
    e.PartnerAsked: ("partner_asked", _N),
    e.PartnerAcknowledged: ("partner_acknowledged", _N),
    e.PartnerReached: ("partner_reached", _N),
    e.MailFailed: ("mail_failed", _N),
    e.FeedbackGiven: ("feedback", _C),
    e.ContactLeft: ("contact_left", _C),
    e.Resolved: ("resolved", _N),
    e.Reopened: ("reopened", _N),
}

_STAFF_ONLY: Final[dict[type, tuple[str, AuthorKind]]] = {
    e.ConversationStarted: ("started", _N),
    e.SignalsRaised: ("signals_raised", _N),
    e.ModelConsulted: ("model_consulted", _N),
    e.Delivered: ("delivered", _N),
    e.Offered: ("offer_made", _N),
    e.OfferDeclined: ("offer_declined", _N),
    e.OfferTimedOut: ("offer_timed_out", _N),
    e.NoteWritten: ("note", _H),
    e.CallRecorded: ("call_recorded", _N),
    e.Parked: ("parked", _N),
    e.PromiseReminded: ("promise_reminded", _N),
    e.PartnerSilent: ("partner_silent", _N),
    e.MailAccepted: ("mail_accepted", _N),
    e.CorrectionSeen: ("correction_seen", _N),
}
_SEES: Final = {**dict.fromkeys(_STAFF_ONLY, (Audience.STAFF,)), **dict.fromkeys(_EVERYBODY, tuple(Audience))}
# ``BotTurnDue`` is shown to nobody: it is the house's own bookkeeping.


def shown(event: e.Event, audience: Audience) -> tuple[str, AuthorKind] | None:
    """The type and author under which the audience sees the event, or None when it does not."""
    kind = type(event)
    found = _EVERYBODY.get(kind)
    return found if found is not None or audience is Audience.CUSTOMER else _STAFF_ONLY.get(kind)


def audiences(event: e.Event) -> tuple[Audience, ...]:
    """Everybody who sees the event."""
    return _SEES.get(type(event), ())


def lines(facts: Iterable[e.Fact], audience: Audience, prev: int = 0) -> Iterator[Line]:
    """The facts that the audience may see, each with the seq of the one before it."""
    for fact in facts:
        seen = shown(fact.event, audience)
        if seen is not None:
            yield Line(fact, prev, *seen)
            prev = fact.seq


def sources(event: e.Event) -> tuple[Source, ...]:
    """The articles that an answer or a suggestion names."""
    if isinstance(event, e.BotReplied):
        return (event.source,)
    return event.sources if isinstance(event, e.BotSuggested) else ()
