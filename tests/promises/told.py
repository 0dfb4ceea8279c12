"""Traces as data: one line is one commit, in words short enough to write a hundred by hand.

``"MessageReceived wants_human=yes | house BotTurnDue"`` is a commit of two facts. A fact may begin with who did it
(customer, ai, house, human:anna); without it, it is who does such things. What a line leaves out has a sensible value.
Instants are given from the fact's own: ``due_at=+1d``. ``after=2h`` in front says when the commit came (else a minute
after the one before). ``begin waiting`` puts the lines of that beginning in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, Heard, Source
from gehoor.core.ids import CommandId
from gehoor.core.policy import Template
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant

FOLDER = Path(__file__).parent / "traces"
MONDAY_MORNING = Instant(1_795_424_400_000_000)
"""Monday 23 November 2026, 10:00 in Amsterdam."""

EVENTS = {kind.__name__: kind for kind in get_args(e.Event)}
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_HEARD = {one.name for one in fields(Heard)}
_BY_CUSTOMER = (
    *(e.ConversationStarted, e.MessageReceived, e.HumanRequested, e.ContactLeft, e.FeedbackGiven, e.RequestWithdrawn),
    *(e.PromiseMoved, e.SupportChosen),
)
_BY_AI = (e.BotReplied, e.BotSuggested, e.BotAbstained)
_BY_HOUSE = (e.HumanLeft, e.Parked)
_HAS_WORDS = (e.MessageReceived, e.AgentWrote, e.NoteWritten, e.ModelConsulted, e.CorrectionGiven, *_BY_AI)

BEGINNINGS = {
    "new": (),
    "ai": ("ConversationStarted | DisclosureShown",),
    "asked": ("begin ai", "MessageReceived | BotTurnDue"),
    "waiting": ("begin ai", "HumanRequested"),
    "danger": (
        "begin ai",
        "MessageReceived urgent=yes danger=LIFE | SafetyShown danger=LIFE | HumanRequested danger=LIFE",
    ),
    "offered": ("begin waiting", "Offered"),
    "human": ("begin waiting", "HumanJoined"),
    "written": ("begin human", "AgentWrote"),
    "reached": ("begin written", "Delivered"),
    "parked": ("begin written", "PromiseTried | Parked"),
    "resolved": ("begin reached", "Resolved"),
    "promised": ("begin waiting", "PromiseMade"),
    "called_out": ("begin danger", "CallNowShown | PartnerAsked"),
    "mailed": ("begin human", "AgentWrote by_mail=yes", "MailAccepted"),
    "promised_human": ("begin promised", "HumanJoined"),
    "answered": ("begin asked", "BotReplied"),
    "corrected": ("begin answered", "CorrectionGiven | HumanOffered"),
    "promised_written": ("begin promised_human", "AgentWrote"),
}


@dataclass
class _Telling:
    """What was told so far: later lines refer to it."""

    facts: list[e.Fact] = field(default_factory=list)
    at: Instant = MONDAY_MORNING
    commits: int = 0
    wrote: int = 0
    answered: int = 0
    tries: int = 0
    gave: int = 0
    corrected: int = 0


_SPANS = {"idle_at": DAY, "wait_until": 10 * MINUTE, "due_at": DAY, "try_at": 4 * HOUR, "expires_at": 45 * SECOND}
_SPANS |= {"contact_by": 15 * MINUTE}
_ANSWER_BY = {e.BotTurnDue: 8 * SECOND, e.HumanJoined: 30 * MINUTE, e.PartnerAsked: MINUTE}
_PLAIN: dict[str, object] = {
    "channel": "web",
    "language": "nl",
    "client_id": "c",
    "how": "button",
    "preference": "none",
    "danger": "NONE",
    "template": "said",
    "kind": "chat",
    "kinds": "phone",
    "reference": "123-456-784",
    "reason": "answered",
    "helped": "no",
    "score": "none",
    "source": "huur@1",
    "sources": "huur@1",
    "unseen": "none",
    "also": "",
    "computed": "none",
    "sentences": "",
    "phrases": "",
    "model": "model",
    "outcome": "chose",
    "tokens": "700",
    "brain": "brain/1",
    "agent": "anna",
    "offer": "o1",
    "why": "first in line",
    "hold_line": "no",
    "draft": "no",
    "answered": "yes",
    "wanted": "none",
    "skill": "",
    "owner": "",
    "window_start": "none",
    "remind_at": "none",
    "by_mail": "no",
    "link": "1",
    "partner": "night",
    "letter": "answer",
    "bounced": "no",
    "reopens": "no",
    "code": "",
    "topic": "complaint",
    "offers": "call",
    "recall": "r1",
    "article": "huur",
    "version": "1",
}
_OWN: dict[tuple[type, str], str] = {
    (e.SafetyShown, "wait_until"): "none",  # only who waits already waits no longer than that
    (e.IdentityTold, "turn"): "none",
    (e.DangerAsked, "kind"): "overig",
    (e.SupportChosen, "offer"): "call",
    (e.SupportChosen, "language"): "none",
    (e.SupportChosen, "idle_at"): "none",
    (e.AgentWrote, "sources"): "",
}
"""Where a field of one kind of fact says something else than that of others."""


def facts_of(lines: Iterable[str]) -> list[e.Fact]:
    """The facts of a trace."""
    telling = _Telling()
    for line in unfolded(lines):
        _commit(telling, line)
    return telling.facts


def unfolded(lines: Iterable[str]) -> Iterator[str]:
    """The lines with every beginning written out."""
    for line in lines:
        if line.startswith("begin "):
            yield from unfolded(BEGINNINGS[line.removeprefix("begin ")])
        else:
            yield line


def _commit(telling: _Telling, line: str) -> None:
    span = MINUTE
    if line.startswith("after="):
        first, _, line = line.partition(" ")
        span = _span(first.removeprefix("after="))
    telling.at = Instant(telling.at + span)
    telling.commits += 1
    for part in line.split("|"):
        telling.facts.append(_fact(telling, part.split()))


def _fact(telling: _Telling, words: list[str]) -> e.Fact:
    by = None if words[0] in EVENTS else words.pop(0)
    kind = EVENTS[words.pop(0)]
    given = dict(word.split("=", 1) for word in words)
    seq = len(telling.facts) + 1
    digest = given.pop("digest", "digest" if kind in _HAS_WORDS else "")
    moment = Instant(telling.at + _span(given.pop("dated", "0s")))
    if kind is e.MessageReceived:
        telling.wrote = seq
    event = kind(**{name: _value(telling, kind, name, given) for name in _hints(kind)})
    assert not given, f"{kind.__name__} has no {', '.join(given)}"
    if kind is e.AgentWrote and not event.hold_line:
        telling.answered = seq
    telling.gave = seq if kind is e.BotReplied else telling.gave
    telling.corrected = seq if kind is e.CorrectionGiven else telling.corrected
    telling.tries = event.count if kind is e.PromiseTried else telling.tries
    cause = CommandId(f"command-{telling.commits}")
    return e.Fact(seq, moment, False, _actor(by, event), cause, 1, digest, event)


def _actor(by: str | None, event: Any) -> Actor:
    if by is not None:
        kind, _, id = by.partition(":")
        return Actor(ActorKind(kind), id)
    if isinstance(event, _BY_CUSTOMER):
        return Actor(ActorKind.CUSTOMER)
    if isinstance(event, _BY_AI):
        return Actor(ActorKind.AI, "brain/1")
    staff = hasattr(event, "agent") and not isinstance(event, (*_BY_HOUSE, e.Offered, e.OfferTimedOut))
    return Actor(ActorKind.HUMAN, event.agent) if staff else Actor(ActorKind.HOUSE)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(telling: _Telling, kind: type, name: str, given: dict[str, str]) -> object:
    if name == "heard":
        heard: dict[str, Any] = {one: _read(_hints(Heard)[one], given.pop(one)) for one in _HEARD & given.keys()}
        return Heard(**heard)
    text = given.pop(name, None)
    if text is not None:
        hint = _hints(kind)[name]
        return Instant(telling.at + _span(text)) if text[:1] in ("+", "-") else _read(hint, text)
    if (kind, name) in _OWN:
        return _read(_hints(kind)[name], _OWN[kind, name])
    if name == "given" or (kind is e.CorrectionSeen and name == "upto"):
        return telling.gave if name == "given" else telling.corrected
    if name in ("turn", "upto", "count"):
        return {"turn": telling.wrote, "upto": telling.answered, "count": telling.tries + 1}[name]
    if name == "answer_by":
        return Instant(telling.at + _ANSWER_BY[kind]) if kind in _ANSWER_BY else None
    if name in _SPANS:
        return Instant(telling.at + _SPANS[name])
    return _read(_hints(kind)[name], str(_PLAIN[name]))


def _span(text: str) -> int:
    return int(text[:-1]) * _UNITS[text[-1]]


def _read(hint: Any, text: str) -> object:
    kinds = get_args(hint) or (hint,)
    if text == "none" and type(None) in kinds:
        return None
    wanted = next((one for one in kinds if one is not type(None)), str)
    if hint == tuple[Source, ...]:
        return tuple(_source(one) for one in text.split(",") if one)
    if hint == tuple[str, ...]:
        return tuple(one for one in text.split(",") if one)
    if wanted is Source:
        return _source(text)
    if wanted is Template:
        id, _, language = text.partition("/")
        return Template(id, "1", language or "nl")
    if wanted is bool:
        return {"yes": True, "no": False}[text]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted[text.upper()]
    return int(text) if wanted is int else text


def _source(text: str) -> Source:
    article, _, version = text.partition("@")
    return Source(article, version, article, "nl")


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace: what the story is, and whether it breaks the guarantee."""

    guarantee: str
    story: str
    lines: tuple[str, ...]
    breaks: bool


def traces() -> list[Trace]:
    """Every trace that is written down."""
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        for kind in ("breaks", "holds"):
            found += [
                Trace(read["guarantee"], story, tuple(lines), kind == "breaks") for story, lines in read[kind].items()
            ]
    return found
