"""Wishes: imperative, frozen, one closed union, grouped by who can have them.

Whatever a rule cannot make itself (ids, references, what was heard, what a policy's clock says) comes in with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from gehoor.core.conversation.model import Actor, Channel, Heard, Preference, Source, Timer
from gehoor.core.ids import ClientId, CommandId, OfferId, StaffId

# -- the customer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartConversation:
    channel: Channel
    language: str


@dataclass(frozen=True, slots=True)
class WriteMessage:
    client_id: ClientId
    heard: Heard
    text: str
    masked: str


@dataclass(frozen=True, slots=True)
class AskForHuman:
    """``leaves``: the kinds of contact (phone, email) that came with the request and are stored with the person."""

    client_id: ClientId
    preference: Preference | None = None
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    client_id: ClientId


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    client_id: ClientId
    helped: bool
    score: int | None = None
    text: str = ""
    masked: str = ""


@dataclass(frozen=True, slots=True)
class MarkDelivered:
    """A stream that the customer has open carried everything up to ``upto``."""

    upto: int


# -- the AI ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BotAnswered:
    turn: int
    source: Source
    text: str
    brain: str


@dataclass(frozen=True, slots=True)
class BotSuggests:
    turn: int
    sources: tuple[Source, ...]
    brain: str


@dataclass(frozen=True, slots=True)
class BotDoesNotKnow:
    """``fault``: something broke, timed out or came back empty, so the customer goes on to a person."""

    turn: int
    reason: str
    brain: str
    fault: bool = False


# -- staff -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """``first_in_line``: nobody else may go before this conversation with this agent (TURN)."""

    agent: StaffId
    name: str
    first_in_line: bool


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    agent: StaffId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendReply:
    agent: StaffId
    client_id: ClientId
    text: str
    masked: str
    hold_line: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class WriteNote:
    agent: StaffId
    client_id: ClientId
    text: str
    masked: str


@dataclass(frozen=True, slots=True)
class RecordCall:
    agent: StaffId
    answered: bool


@dataclass(frozen=True, slots=True)
class TransferTo:
    agent: StaffId
    to: StaffId | None


@dataclass(frozen=True, slots=True)
class HandBack:
    agent: StaffId


@dataclass(frozen=True, slots=True)
class Park:
    agent: StaffId


@dataclass(frozen=True, slots=True)
class Resolve:
    """``seen``: the last seq that the agent's desk shows, if it says so."""

    agent: StaffId
    seen: int | None = None


# -- the house -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferToAgent:
    agent: StaffId
    offer: OfferId
    why: str


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """No agent is present: the request becomes a dated promise, or, in danger, the number to call now."""


@dataclass(frozen=True, slots=True)
class LoseAgent:
    agent: StaffId


@dataclass(frozen=True, slots=True)
class RingTimer:
    timer: Timer


CustomerCommand = StartConversation | WriteMessage | AskForHuman | WithdrawRequest | GiveFeedback | MarkDelivered
BotCommand = BotAnswered | BotSuggests | BotDoesNotKnow
StaffCommand = AcceptOffer | DeclineOffer | SendReply | WriteNote | RecordCall | TransferTo | HandBack | Park | Resolve
HouseCommand = OfferToAgent | NobodyFree | LoseAgent | RingTimer
Command = CustomerCommand | BotCommand | StaffCommand | HouseCommand


@dataclass(frozen=True, slots=True)
class Order:
    """A command with who gave it, its own id, and a fresh reference should a promise be made."""

    command: Command
    actor: Actor
    id: CommandId
    reference: str
