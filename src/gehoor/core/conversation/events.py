"""Facts: what happened, in the past tense, frozen, listed in one closed union.

Why this file is long: it is the one list of everything that can happen, and a reader looks a fact up in one place.

A fact carries ids, kinds, instants and versions; never a text. The words themselves are sealed beside it
(``Fact.digest`` is a keyed digest of them). What a fact sets in motion later carries its own instant, so that folding
old facts under a new policy gives the old state.
"""

from __future__ import annotations

from dataclasses import dataclass

from gehoor.core.conversation.model import Actor, Channel, Danger, Heard, LetterKind, Preference, PromiseKind, Source
from gehoor.core.ids import ClientId, CommandId, OfferId, StaffId
from gehoor.core.policy import Template
from gehoor.core.time import Instant

# -- the customer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    """A customer opened a conversation."""

    channel: Channel
    language: str
    idle_at: Instant


@dataclass(frozen=True, slots=True)
class DisclosureShown:
    """The customer was told that it is an AI, what it can do and how to reach a person (TRA-1, DISCLOSED)."""

    template: Template


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The customer wrote. ``answer_by``: when the agent who has the floor must have answered, if that clock starts."""

    client_id: ClientId
    heard: Heard
    answer_by: Instant | None = None


@dataclass(frozen=True, slots=True)
class HumanRequested:
    """A request for a person; it ends only as KEEP allows. ``how``: button, words, danger, topic, support, fault,
    no_ai or recall. ``skill``: what who takes it should know of; empty for nothing in particular."""

    how: str
    preference: Preference | None
    danger: Danger
    wait_until: Instant
    template: Template
    client_id: ClientId | None = None
    skill: str = ""


@dataclass(frozen=True, slots=True)
class ContactLeft:
    """The customer left a telephone number or an e-mail address (a row of the person; not in the fact)."""

    kinds: tuple[str, ...]
    client_id: ClientId | None = None


@dataclass(frozen=True, slots=True)
class PromiseMoved:
    """The customer chose another way or another time for the promise."""

    kind: PromiseKind
    due_at: Instant
    reference: str
    window_start: Instant | None
    owner: str
    remind_at: Instant
    template: Template
    client_id: ClientId | None = None


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """The customer said in so many words that no person is needed any more."""

    how: str
    idle_at: Instant
    template: Template
    client_id: ClientId | None = None


@dataclass(frozen=True, slots=True)
class SupportChosen:
    """The customer chose an easier way. ``language``: the conversation goes on in it; None: in the one that it had.
    ``idle_at``: until when a conversation without a request stays open, when that is another moment now."""

    client_id: ClientId
    offer: str
    language: str | None
    idle_at: Instant | None
    template: Template


@dataclass(frozen=True, slots=True)
class ReturnedToQueue:
    """A customer whose case was parked is back, or it is time for a new try: waiting again, in front."""

    reason: str
    wait_until: Instant | None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A person's words up to ``upto`` went out on a stream that the customer has open."""

    upto: int


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """The customer said whether it helped. ``score`` is 1 to 5; a remark is sealed beside the fact."""

    client_id: ClientId
    helped: bool
    score: int | None


@dataclass(frozen=True, slots=True)
class Reopened:
    """The customer went on after the end: a new engagement, with the AI unless a person is asked for."""

    idle_at: Instant
    template: Template


# -- the AI ----------------------------------------------------------------------------------------------------------
# ``idle_at`` is None while another turn of the AI is due: its clock goes on.


@dataclass(frozen=True, slots=True)
class BotTurnDue:
    """The AI has the floor and must answer message ``turn`` by ``answer_by``."""

    turn: int
    answer_by: Instant


@dataclass(frozen=True, slots=True)
class BotReplied:
    """The AI gave an approved answer, with its source. ``brain``: name and version of tables and model.

    ``sentences``: which of the version's, as "passage.number"; none: the whole answer. ``phrases``: ids of the fixed
    phrases before its pieces. ``also``: the next best, should it not help. ``computed``: the fixed sentence before the
    answer, with what was worked out from the policy at that moment.
    """

    turn: int
    source: Source
    brain: str
    idle_at: Instant | None
    sentences: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    also: tuple[Source, ...] = ()
    computed: Template | None = None


@dataclass(frozen=True, slots=True)
class BotSuggested:
    """The AI was less sure and asked "do you mean ...?", at most three."""

    turn: int
    sources: tuple[Source, ...]
    brain: str
    idle_at: Instant | None
    template: Template


@dataclass(frozen=True, slots=True)
class BotAbstained:
    """The AI said that it does not know. ``unseen``: the article that it would have answered with, of a topic that has
    not climbed far enough; it is compared with what people said, and no customer sees it."""

    turn: int
    reason: str
    brain: str
    idle_at: Instant | None
    template: Template
    unseen: Source | None = None


@dataclass(frozen=True, slots=True)
class ModelConsulted:
    """A language model was asked what to choose for message ``turn``. What was sent and what it said, both masked, are
    sealed beside the fact and go with the conversation's key. ``outcome``: what became of it."""

    turn: int
    model: str
    outcome: str
    tokens: int


@dataclass(frozen=True, slots=True)
class IdentityTold:
    """The AI was asked whether it is a person, and said no (TRA-4, fixed text). ``turn``: the turn that this ends, when
    one was due already."""

    idle_at: Instant | None
    template: Template
    turn: int | None = None


# -- the house -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignalsRaised:
    """The language model heard more in message ``turn`` than the tables did. ``heard`` holds only what it raised."""

    turn: int
    heard: Heard


@dataclass(frozen=True, slots=True)
class DangerAsked:
    """Perhaps danger was heard: the customer was asked, with the number to call, and says yes with one click."""

    kind: str
    danger: Danger
    template: Template


@dataclass(frozen=True, slots=True)
class ReceiptGiven:
    """A complaint, an objection or a privacy request was received: under which reference, and by when an answer must be
    there (CMP-2, Awb 7:10, GDPR 12(3)). Once for each topic."""

    topic: str
    reference: str
    due_at: Instant
    template: Template


@dataclass(frozen=True, slots=True)
class SupportOffered:
    """Easier ways were offered, each of them once in a conversation. It does not say why."""

    offers: tuple[str, ...]
    template: Template


@dataclass(frozen=True, slots=True)
class HumanOffered:
    """A person was offered without being asked for (HUM-4)."""

    reason: str
    template: Template


@dataclass(frozen=True, slots=True)
class SafetyShown:
    """Danger was heard: the fixed safety text with the number to call now (VUL-3, HOU-1). ``wait_until``: somebody who
    waited already now waits for our desk no longer than this."""

    kind: str
    danger: Danger
    template: Template
    wait_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class CallNowShown:
    """Danger, and nobody took it yet: the number to call now, again. Never a dated promise."""

    wait_until: Instant
    template: Template


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Nobody is there: a dated promise, with a reference that can be spoken.

    ``window_start``: when the window in which the customer is called back begins, ``due_at`` being its end; None when
    no window was chosen. ``owner``: the team that is there then and knows of it. ``remind_at``: when it hears so again.
    """

    kind: PromiseKind
    due_at: Instant
    reference: str
    template: Template
    window_start: Instant | None = None
    owner: str = ""
    remind_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class PromiseReminded:
    """The owner of a promise heard that it comes up."""

    owner: str


@dataclass(frozen=True, slots=True)
class PromiseTried:
    """An attempt to reach the customer that did not. ``count``: which one it was, from 1. ``how``: call or chat."""

    count: int
    how: str


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """The promise was kept: a person reached the customer."""

    template: Template


@dataclass(frozen=True, slots=True)
class PromiseBroken:
    """The due time passed without a person. It climbs to the supervisor, and a new promise follows."""

    template: Template


@dataclass(frozen=True, slots=True)
class PromiseNotReached:
    """Three tries on different parts of two working days and a written message: counted apart."""

    template: Template


@dataclass(frozen=True, slots=True)
class PartnerAsked:
    """Danger, and nobody at our desk: link ``link`` of the night chain was asked. ``partner``: the link's own id."""

    link: int
    partner: str
    answer_by: Instant
    template: Template


@dataclass(frozen=True, slots=True)
class PartnerAcknowledged:
    """A link of the night chain said that a person goes to the customer, by ``contact_by``."""

    link: int
    partner: str
    contact_by: Instant
    template: Template


@dataclass(frozen=True, slots=True)
class PartnerSilent:
    """A link of the night chain did not do it. ``why``: silent, down, nothing_done or not_reached."""

    link: int
    partner: str
    why: str


@dataclass(frozen=True, slots=True)
class PartnerReached:
    """A person of the night partner spoke to the customer."""

    link: int
    partner: str
    template: Template


@dataclass(frozen=True, slots=True)
class MailAccepted:
    """The server of the customer's address took the letter about fact ``upto``."""

    letter: LetterKind
    upto: int


@dataclass(frozen=True, slots=True)
class MailFailed:
    """A letter about fact ``upto`` was refused, or came back later. ``bounced``: it had been accepted before.
    ``reopens``: the request that had ended on it is open again, and the customer waits."""

    letter: LetterKind
    upto: int
    bounced: bool
    reopens: bool
    code: str
    template: Template


@dataclass(frozen=True, slots=True)
class CorrectionGiven:
    """The customer was told that an answer was wrong, and what is right. ``recall``: which recall it belongs to;
    ``given``: the fact that gave the wrong ``version`` of the article. ``by_mail``: it goes by e-mail as well."""

    recall: str
    article: str
    version: str
    given: int
    by_mail: bool
    template: Template


@dataclass(frozen=True, slots=True)
class CorrectionSeen:
    """The correction, fact ``upto``, went out on a page or a stream that the customer has open."""

    recall: str
    upto: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The conversation was offered to an agent. ``why``: the reason of the choice, for the record."""

    agent: StaffId
    offer: OfferId
    expires_at: Instant
    why: str


@dataclass(frozen=True, slots=True)
class OfferTimedOut:
    """The agent did not answer the offer in time."""

    agent: StaffId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class Resolved:
    """It ended. ``reason``: answered, idle or not_reached."""

    reason: str
    template: Template | None


# -- staff -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """The agent passed the offer on."""

    agent: StaffId
    offer: OfferId
    reason: str


@dataclass(frozen=True, slots=True)
class HumanJoined:
    """A person has the floor."""

    agent: StaffId
    answer_by: Instant
    template: Template


@dataclass(frozen=True, slots=True)
class AgentWrote:
    """A person wrote. A hold line ("one moment please") does not stop the clock. ``draft``: the AI drafted it.
    ``by_mail``: it goes by e-mail as well. ``sources``: the articles that were proposed and used in it."""

    agent: StaffId
    client_id: ClientId
    hold_line: bool
    draft: bool
    idle_at: Instant
    by_mail: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A note for colleagues; customers never see it."""

    agent: StaffId
    client_id: ClientId


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """An agent recorded a call. ``answered``: the customer was spoken to."""

    agent: StaffId
    answered: bool
    idle_at: Instant


@dataclass(frozen=True, slots=True)
class HumanLeft:
    """The person lost the floor: lost, silent or transferred. The customer goes to the front."""

    agent: StaffId
    reason: str
    wait_until: Instant | None
    wanted: StaffId | None
    template: Template


@dataclass(frozen=True, slots=True)
class Parked:
    """The answer is written but the customer has not seen it; tried again at ``try_at``."""

    agent: StaffId
    try_at: Instant


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The person gave the floor back to the AI."""

    agent: StaffId
    idle_at: Instant
    template: Template


Event = (
    ConversationStarted
    | DisclosureShown
    | MessageReceived
    | HumanRequested
    | ContactLeft
    | PromiseMoved
    | RequestWithdrawn
    | SupportChosen
    | ReturnedToQueue
    | Delivered
    | FeedbackGiven
    | Reopened
    | BotTurnDue
    | BotReplied
    | BotSuggested
    | BotAbstained
    | ModelConsulted
    | IdentityTold
    | SignalsRaised
    | DangerAsked
    | ReceiptGiven
    | SupportOffered
    | HumanOffered
    | SafetyShown
    | CallNowShown
    | PromiseMade
    | PromiseReminded
    | PromiseTried
    | PromiseKept
    | PromiseBroken
    | PromiseNotReached
    | PartnerAsked
    | PartnerAcknowledged
    | PartnerSilent
    | PartnerReached
    | MailAccepted
    | MailFailed
    | CorrectionGiven
    | CorrectionSeen
    | Offered
    | OfferTimedOut
    | Resolved
    | OfferDeclined
    | HumanJoined
    | AgentWrote
    | NoteWritten
    | CallRecorded
    | HumanLeft
    | Parked
    | HandedBack
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One event with everything that evidence needs.

    ``seq`` counts the facts of the conversation from 1. ``at`` is never before the fact before it; ``stepped`` says
    that the clock went back and ``at`` was held. ``digest`` is a keyed digest of the sealed words, or empty.
    """

    seq: int
    at: Instant
    stepped: bool
    actor: Actor
    cause: CommandId
    policy: int
    digest: str
    event: Event
