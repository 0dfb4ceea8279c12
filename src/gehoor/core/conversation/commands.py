"""Wishes: imperative, frozen, one closed union, grouped by who can have them.

Whatever a rule cannot make itself (ids, references, what was heard, what a policy's clock says) comes in with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gehoor.core.conversation.model import (
    Actor,
    Answered,
    Channel,
    Consulted,
    Heard,
    LetterKind,
    Posted,
    Preference,
    Source,
    Timer,
    Window,
)
from gehoor.core.ids import ClientId, CommandId, OfferId, StaffId
from gehoor.core.policy import Template

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
    """``leaves``: the kinds of contact (phone, email) that came with the request and are stored with the person.

    ``window``: when the customer would like to be called back; ``room``: whether that window still has room, a verdict
    of the one place that keeps the windows.
    """

    client_id: ClientId
    preference: Preference | None = None
    leaves: tuple[str, ...] = ()
    window: Window | None = None
    room: bool = True


@dataclass(frozen=True, slots=True)
class ChoosePromise:
    """Who waits, or has a promise, chooses how and when: a window to be called back in, an answer by e-mail, or an
    answer in this conversation. ``room``: see ``AskForHuman``; ``able``: there is a number or an address for it."""

    client_id: ClientId
    preference: Preference
    leaves: tuple[str, ...] = ()
    window: Window | None = None
    room: bool = True
    able: bool = True


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    client_id: ClientId


@dataclass(frozen=True, slots=True)
class ChooseSupport:
    """The customer chooses an easier way (``model.SUPPORT``). ``language``: one that the house speaks, if the customer
    would rather go on in it."""

    client_id: ClientId
    offer: str
    language: str | None = None


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
    """``sentences``: which of the version's ("passage.number"), none for the whole answer; ``phrases``: ids of the
    fixed phrases before its pieces; ``also``: the next best, should it not help; ``says_open``: first, whether people
    can be reached: now, or on ``day``, the one that was plainly asked about."""

    turn: int
    source: Source
    text: str
    brain: str
    sentences: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    also: tuple[Source, ...] = ()
    consulted: Consulted | None = None
    says_open: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True)
class BotSuggests:
    """``question``: the id of a fixed question to ask above them, other than the usual one."""

    turn: int
    sources: tuple[Source, ...]
    brain: str
    question: str = ""
    consulted: Consulted | None = None


@dataclass(frozen=True, slots=True)
class BotDoesNotKnow:
    """``fault``: something broke, timed out or came back empty, so the customer goes on to a person. ``unseen``: see
    ``BotAbstained``."""

    turn: int
    reason: str
    brain: str
    fault: bool = False
    consulted: Consulted | None = None
    unseen: Source | None = None


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
    """``sources``: the articles whose proposed answer the agent used, as it was or changed."""

    agent: StaffId
    client_id: ClientId
    text: str
    masked: str
    hold_line: bool = False
    draft: bool = False
    by_mail: bool = False
    sources: tuple[Source, ...] = ()


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
class RaiseSignals:
    """The language model heard more in message ``turn``. ``heard`` holds only what it raised (``heard.rise``)."""

    turn: int
    heard: Heard


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


@dataclass(frozen=True, slots=True)
class Remind:
    """A promise comes up: whoever owns it hears so, and a customer whose window opens may be offered."""


@dataclass(frozen=True, slots=True)
class PostTold:
    """What became of the letter about fact ``upto``. ``code``: the answer of the server, such as 5.1.1."""

    letter: LetterKind
    upto: int
    posted: Posted
    code: str = ""


@dataclass(frozen=True, slots=True)
class GiveCorrection:
    """An answer that was given here was wrong. ``given``: the fact that gave it; ``text``: what the customer reads, as
    a person approved it, around which ``template`` stands."""

    recall: str
    article: str
    version: str
    given: int
    text: str
    template: Template
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class TellByPhone:
    """A correction that no page and no letter can bring: a person calls the customer about it."""

    recall: str


@dataclass(frozen=True, slots=True)
class PartnerTold:
    """What the system of a night partner reports, about the link that was asked."""

    link: int
    answered: Answered


@dataclass(frozen=True, slots=True)
class PartnerDown:
    """A night partner could not be asked at all: its system is down or refuses."""

    link: int


CustomerCommand = (
    StartConversation
    | WriteMessage
    | AskForHuman
    | ChoosePromise
    | WithdrawRequest
    | ChooseSupport
    | GiveFeedback
    | MarkDelivered
)
BotCommand = BotAnswered | BotSuggests | BotDoesNotKnow
StaffCommand = AcceptOffer | DeclineOffer | SendReply | WriteNote | RecordCall | TransferTo | HandBack | Park | Resolve
HouseCommand = (
    RaiseSignals
    | OfferToAgent
    | NobodyFree
    | LoseAgent
    | RingTimer
    | Remind
    | PostTold
    | PartnerTold
    | PartnerDown
    | GiveCorrection
    | TellByPhone
)
Command = CustomerCommand | BotCommand | StaffCommand | HouseCommand


@dataclass(frozen=True, slots=True)
class Order:
    """A command with who gave it, its own id, and a fresh reference should a promise be made or a receipt given."""

    command: Command
    actor: Actor
    id: CommandId
    reference: str
