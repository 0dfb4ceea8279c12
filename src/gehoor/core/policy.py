"""What one organisation has chosen: how to reach it, its hours, what it promises, its wording.

A policy is stored and versioned; every fact names the version under which it was decided. It is data: reading it from
a file or a database is an adapter's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import OpeningHours, is_open
from gehoor.core.ids import TeamId
from gehoor.core.rota import Duty, Shift, duties
from gehoor.core.time import MINUTE, SECOND, Instant, later


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer reaches the organisation without this product (BW 6:230m; norms HUM-8, VUL-2)."""

    organisation: str
    short_name: str
    phone: str
    emergency_phone: str
    hours: Mapping[str, str]
    email: str
    address: str
    visit_hours: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """Which approved wording was used. ``params`` holds nothing personal."""

    id: str
    version: str
    language: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A wording as it is sent: the template for the record, the sentence for the reader."""

    template: Template
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences that customers read, by language and id. ``version`` changes with any of them."""

    version: str
    sentences: Mapping[str, Mapping[str, str]]
    default: str = "nl"

    def has(self, id: str) -> bool:
        """Whether the sentence can be said, in the default language at least."""
        return id in self.sentences.get(self.default, {})

    def is_said(self, id: str, text: str) -> bool:
        """Whether a text is the sentence, in one of its languages."""
        return any(spoken.get(id) == text for spoken in self.sentences.values())

    def speaks(self, language: str, id: str) -> bool:
        """Whether the sentence can be said in the language."""
        return id in self.sentences.get(language, {})

    def say(self, id: str, language: str, name: str = "", **params: str) -> Said:
        """The sentence in the language, or in the default one.

        Args:
            name: a member of staff's own name; it goes into the sentence, never into the record of the template.

        Raises:
            PolicyFault: no language has the sentence.
        """
        spoken = language if id in self.sentences.get(language, {}) else self.default
        sentence = self.sentences.get(spoken, {}).get(id)
        if sentence is None:
            raise PolicyFault(f"The wording has no sentence {id!r}.", field=f"texts.{id}")
        template = Template(id, self.version, spoken, tuple(sorted(params.items())))
        return Said(template, sentence.format(name=name, **params) if name or params else sentence)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each step may take, in microseconds. None of them can switch a guarantee off: they end at a person.
    ``danger``: how long somebody in danger waits for our desk before the night chain is asked as well."""

    bot_answers: int = 8 * SECOND
    offer: int = 45 * SECOND
    wait_before_promise: int = 10 * MINUTE
    agent_answers: int = 30 * MINUTE
    agent_lost: int = 20 * SECOND
    idle: int = 24 * 60 * MINUTE
    danger: int = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Profile:
    """What a legal profile allows at the most (guarantees.md, REACH; norms.md).

    ``answer_days``, ``callback_days``, ``email_days`` are working days of the organisation; ``most_days`` are days of
    the calendar, whatever the organisation calls a working day. ``source``: where the ceiling comes from, in words;
    ``law``: it is law, not an own norm.
    """

    id: str
    answer_days: int
    callback_days: int
    email_days: int
    most_days: int
    source: str
    law: bool


NL_CORPORATIE: Final = Profile(
    id="nl-corporatie",
    answer_days=1,
    callback_days=1,
    email_days=2,
    most_days=5,
    source="own norm of the profile nl-corporatie, after ACM/AP 2025 and BW 6:230m (direct and effective contact)",
    law=False,
)
"""Most days: an Easter or Christmas with one closing day beside it; longer is no answer any more."""


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """What may be promised. Days are working days; spans are microseconds.

    ``window``: how long a window for calling back is; ``lead``: how soon the first one begins at the earliest;
    ``handling``: how long one call-back takes; ``share``: how many percent of the hands on shift are for call-backs;
    ``remind``: how long before the due time the owner is reminded of a promise without a window.
    """

    answer_days: int = 1
    callback_days: int = 1
    email_days: int = 2
    window: int = 60 * MINUTE
    lead: int = 30 * MINUTE
    handling: int = 10 * MINUTE
    share: int = 50
    remind: int = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class AnswerTerms:
    """Days of the calendar within which a person must have answered, by what was asked."""

    complaint: int = 28
    objection: int = 42
    privacy: int = 30


LONGEST_TERMS: Final = AnswerTerms(complaint=42, objection=42, privacy=30)
"""The most that the law allows (Awb 9:11 and 7:10: six weeks; GDPR 12(3): one month)."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who do the same work. ``restricted``: a partner's people at our desk, who see only what
    they were given."""

    id: TeamId
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the night chain: who is asked when there is danger and nobody at our desk takes it.

    ``how``: webhook (``address`` is a registered https address) or mail (an e-mail address). ``answer_within``: until
    when it must acknowledge; ``contact_within``: until when a person must have spoken to the customer after that.
    """

    id: str
    name: str
    how: str
    address: str
    answer_within: int = 60 * SECOND
    contact_within: int = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Widening:
    """After how long a need no longer keeps a customer from an agent who is free. In danger it never does."""

    language: int = 5 * MINUTE
    skill: int = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that an organisation decides about a conversation.

    ``skills``: which skill a request asks for, by what it is about (a kind of danger, "topic", "no_ai" ...).
    ``alarm_mail``: where alarms go beside the desks of supervisors. ``ai`` False: the product is a desk. ``reduced``:
    no policy could be used; telephone, e-mail and promises work, and an alarm stands.
    """

    version: int
    contact: Contact
    hours: OpeningHours
    wording: Wording
    languages: tuple[str, ...] = ("nl", "en")
    clocks: Clocks = field(default_factory=Clocks)
    promises: PromiseTerms = field(default_factory=PromiseTerms)
    terms: AnswerTerms = field(default_factory=AnswerTerms)
    chats_per_agent: int = 3
    origins: tuple[str, ...] = ()
    profile: Profile = NL_CORPORATIE
    teams: tuple[Team, ...] = ()
    shifts: tuple[Shift, ...] = ()
    night: tuple[Link, ...] = ()
    skills: Mapping[str, str] = field(default_factory=dict)
    widening: Widening = field(default_factory=Widening)
    alarm_mail: tuple[str, ...] = ()
    ai: bool = True
    reduced: bool = False

    def language(self, wanted: str | None) -> str:
        """The language in which this organisation answers someone who wants ``wanted``."""
        short = (wanted or "").lower().split("-")[0]
        return short if short in self.languages else self.languages[0]

    def open_now(self, at: Instant) -> bool:
        """Whether people are there at the instant."""
        return is_open(self.hours, at)

    def skill_for(self, how: str, kind: str = "") -> str:
        """The skill that a request asks for, by the kind of danger or else by what brought it; empty for none."""
        return self.skills.get(kind) or self.skills.get(how, "")

    def team_on(self, at: Instant) -> str:
        """The team that is on shift at the instant, or else the first one that there is: who owns what is due then."""
        on = next((duty.team for duty in self.duties(at, later(at, 1)) if not duty.on_call), None)
        return on or (self.teams[0].id if self.teams else "")

    def duties(self, since: Instant, until: Instant) -> tuple[Duty, ...]:
        """The shifts that overlap the span, in the order in which they begin."""
        return duties(self.shifts, self.hours.zone, since, until)
