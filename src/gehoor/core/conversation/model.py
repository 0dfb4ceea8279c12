"""A conversation as the rules see it: ``State`` = ``Control`` + ``Record``.

``Control`` is finite and hashable, so that every state of it can be visited (``gehoor check``). ``Record`` is
everything else. The rules branch on Control only; a test in tests/house refuses a branch on Record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from typing import Final

from gehoor.core.ids import ConversationId, OfferId, StaffId
from gehoor.core.time import Instant


class Channel(StrEnum):
    """How the customer reaches us. ``PROBE``: nobody does; the house tries its own door (left out of every figure)."""

    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    DESK = "desk"
    LETTER = "letter"
    VISIT = "visit"
    OTHER = "other"
    PROBE = "probe"


class ActorKind(StrEnum):
    """Who can want something."""

    CUSTOMER = "customer"
    AI = "ai"
    HUMAN = "human"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wanted it: the kind, and for a human the id of the member of staff."""

    kind: ActorKind
    id: str = ""


class Audience(StrEnum):
    """For whom a conversation is read. There is no reading without a reader."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Phase(StrEnum):
    """Who has the floor."""

    NEW = "new"
    AI = "ai"
    WAITING = "waiting"
    OFFERED = "offered"
    HUMAN = "human"
    PARKED = "parked"
    RESOLVED = "resolved"


class Danger(IntEnum):
    """How urgent: what is threatened, worst highest (guarantee URGENT)."""

    NONE = 0
    DISCOMFORT = 1
    DAMAGE = 2
    LIFE = 3


OTHER_DANGER: Final = "overig"
"""The kind of a danger of which nothing more is known."""


class Reached(StrEnum):
    """Whether a person's answer reached the customer since the request (guarantee KEEP)."""

    NONE = "none"
    TRIED = "tried"
    REACHED = "reached"


class PromiseKind(StrEnum):
    """How a promise is to be kept."""

    CHAT = "chat"
    CALLBACK = "callback"
    EMAIL = "email"


class Timer(StrEnum):
    """The clocks that can run on a conversation; at most one of each."""

    BOT = "bot"
    OFFER = "offer"
    WAIT = "wait"
    AGENT = "agent"
    PROMISE = "promise"
    TRY = "try"
    IDLE = "idle"
    PARTNER = "partner"


class Signal(IntEnum):
    """How sure the hearing is. Yes acts; maybe makes the reply carry an offer; no does nothing."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in one message of a customer (computed by the hearing port, never by a rule).

    ``support``: which offers would make it easier for who wrote this (``SUPPORT``). Neither that nor ``needs_support``
    is ever part of a fact: a fact says what was offered and what was chosen, never what somebody is (PRIVATE).
    """

    language: str = "nl"
    wants_human: Signal = Signal.NO
    withdraws: Signal = Signal.NO
    asks_identity: Signal = Signal.NO
    urgent: Signal = Signal.NO
    urgent_kind: str | None = None
    danger: Danger = Danger.NONE
    needs_support: Signal = Signal.NO
    support: tuple[str, ...] = ()
    complaint: Signal = Signal.NO
    formal_objection: Signal = Signal.NO
    privacy_request: Signal = Signal.NO
    stuck: Signal = Signal.NO
    version: str = ""


NOTHING_HEARD = Heard()

SUPPORT: Final = ("simple_words", "other_language", "call", "more_time", "helper")
"""What can be offered to who finds the ordinary way hard. Each leads to something that works."""
BY_A_PERSON: Final = frozenset({"simple_words", "other_language", "call"})
"""Of these, what only a person can give; another language only when the house itself does not speak it."""


@dataclass(frozen=True, slots=True)
class Source:
    """An approved article that an answer rests on. ``date``: since when this version is in force, as 2026-01-01."""

    article: str
    version: str
    title: str
    language: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Consulted:
    """A language model was asked in this turn. ``outcome``: a short code; ``words``: what was sent and what it said, as
    JSON, masked; ``model``: its name."""

    model: str
    outcome: str
    tokens: int
    words: str


class Preference(Enum):
    """How the customer would like to be helped by a person."""

    LIVE = "live"
    CALLBACK = "callback"
    EMAIL = "email"


class LetterKind(StrEnum):
    """What a letter by e-mail to a customer is about."""

    PROMISE = "promise"
    MOVED = "moved"
    BROKEN = "broken"
    ANSWER = "answer"
    NOT_REACHED = "not_reached"
    CORRECTION = "correction"


class Posted(StrEnum):
    """What became of a letter: the receiver's server took it, refused it, or sent it back later."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    BOUNCED = "bounced"


class Answered(StrEnum):
    """What the system of a night partner reports of a call for help."""

    ACKNOWLEDGED = "acknowledged"
    REACHED = "reached"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which somebody is called back: from ``start`` up to ``end``."""

    start: Instant
    end: Instant


@dataclass(frozen=True)  # no slots: copies.py copies it by its fields at once
class Control:
    """The finite part of a conversation.

    ``requested``: a request for a person is open. ``unhelpful`` counts turns of the AI that did not help, up to two.
    ``abstained`` says which of the three wordings of "I do not know" came last, so that it is never the same one
    twice running. ``tries`` counts the attempts to reach a customer who is away, up to three. ``link`` is the link of
    the night chain that was asked last, from 1; 0 when none is. ``acknowledged``: that link said that it goes to the
    customer. ``mailed``: that a person reached the customer rests on a letter that may still come back.
    """

    phase: Phase = Phase.NEW
    disclosed: bool = False
    requested: bool = False
    danger: Danger = Danger.NONE
    returned: bool = False
    reached: Reached = Reached.NONE
    promised: bool = False
    offered_person: bool = False
    unhelpful: int = 0
    abstained: int = 0
    tries: int = 0
    link: int = 0
    acknowledged: bool = False
    mailed: bool = False
    armed: frozenset[Timer] = frozenset()


@dataclass(frozen=True)
class Record:
    """Everything else that a conversation knows about itself. No personal data.

    ``offered_seq``: the fact that last offered a person. ``asked_kind``, ``asked_danger``: the danger that was asked
    about last. ``receipts``: the topics that have one. ``supports``: the offers that were made.
    ``told``: which articles were given, each with its version. ``corrected``: the recalls of which the correction was
    given; ``unseen``: those whose correction was not seen yet, with its fact; ``called_about``: those for which a
    person calls.
    """

    id: ConversationId
    channel: Channel = Channel.WEB
    language: str = "nl"
    seq: int = 0
    at: Instant = Instant(0)
    started_at: Instant = Instant(0)
    first_requested_at: Instant | None = None
    queued_since: Instant | None = None
    request_seq: int = 0
    turns: tuple[int, ...] = ()
    agent: StaffId | None = None
    offered_to: StaffId | None = None
    offer: OfferId | None = None
    declined: tuple[StaffId, ...] = ()
    wanted: StaffId | None = None
    given: frozenset[str] = frozenset()
    offered_seq: int = 0
    asked_kind: str = OTHER_DANGER
    asked_danger: Danger = Danger.NONE
    receipts: frozenset[str] = frozenset()
    supports: frozenset[str] = frozenset()
    told: frozenset[tuple[str, str]] = frozenset()
    corrected: frozenset[str] = frozenset()
    unseen: tuple[tuple[str, int], ...] = ()
    called_about: frozenset[str] = frozenset()
    last_human_seq: int = 0
    last_customer_seq: int = 0
    due_at: Instant | None = None
    reference: str = ""
    promise_kind: PromiseKind | None = None
    window_start: Instant | None = None
    owner: str = ""
    skill: str = ""
    rings: tuple[tuple[Timer, Instant], ...] = ()

    def rings_at(self, timer: Timer) -> Instant | None:
        """When an armed timer rings."""
        for kind, at in self.rings:
            if kind is timer:
                return at
        return None


@dataclass(frozen=True, slots=True)
class State:
    """One conversation after some number of facts."""

    record: Record
    control: Control = field(default_factory=Control)
