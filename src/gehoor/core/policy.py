"""What one organisation has chosen: how to reach it, its hours, what it promises, its wording.

A policy is stored and versioned; every fact names the version under which it was decided. It is data: reading it from
a file or a database is an adapter's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import OpeningHours, is_open, next_open
from gehoor.core.time import MINUTE, SECOND, Instant


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
    """How long each step may take, in microseconds. None of them can switch a guarantee off: they end at a person."""

    bot_answers: int = 8 * SECOND
    offer: int = 45 * SECOND
    wait_before_promise: int = 10 * MINUTE
    agent_answers: int = 30 * MINUTE
    agent_lost: int = 20 * SECOND
    idle: int = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """The ceilings of the legal profile nl-corporatie, in working days (guarantees.md, REACH)."""

    answer_days: int = 1
    callback_days: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that an organisation decides about a conversation."""

    version: int
    contact: Contact
    hours: OpeningHours
    wording: Wording
    languages: tuple[str, ...] = ("nl", "en")
    clocks: Clocks = field(default_factory=Clocks)
    promises: PromiseTerms = field(default_factory=PromiseTerms)
    chats_per_agent: int = 3
    origins: tuple[str, ...] = ()

    def language(self, wanted: str | None) -> str:
        """The language in which this organisation answers someone who wants ``wanted``."""
        short = (wanted or "").lower().split("-")[0]
        return short if short in self.languages else self.languages[0]

    def open_now(self, at: Instant) -> bool:
        """Whether people are there at the instant."""
        return is_open(self.hours, at)


def check(policy: Policy, at: Instant) -> None:
    """Refuses a policy under which a customer could not reach a person.

    Raises:
        PolicyFault: names the field and how to mend it.
    """
    for name in ("phone", "emergency_phone", "email", "address"):
        if not getattr(policy.contact, name).strip():
            raise PolicyFault("This must be filled in: it is the way to a person when all else fails.", field=name)
    if next_open(policy.hours, at) is None:
        raise PolicyFault("Nobody is there in the next 53 weeks. Add a block to at least one day.", field="hours")
    if policy.promises.answer_days > 1 or policy.promises.callback_days > 1:
        raise PolicyFault("The ceiling of nl-corporatie is the end of the next working day.", field="promises")
    if policy.chats_per_agent < 1:
        raise PolicyFault("An agent must be able to have at least one conversation.", field="chats_per_agent")
