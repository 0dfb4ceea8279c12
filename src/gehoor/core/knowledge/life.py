"""The life of an article: draft, review, approved by someone else than the writer, in force, stale or withdrawn.

Pure rules over what was done with one topic. ``refuse`` says whether a step may be taken, ``after`` what has become of
the topic; the steps themselves are kept in the house ledger (``flows/knowledge.py``). One edition per language is being
written at a time. An edition that came in force is never changed: another one takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from gehoor.core.errors import Invalid, NotAllowed, NotNow
from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.ladder import RUNGS, UNSEEN, Figures, Rung, Severity, climbed
from gehoor.core.time import Instant

WRITER: Final = "writer"
SUPERVISOR: Final = "supervisor"
HOUSE: Final = "house"
"""Who steps down by itself when too much goes wrong."""
FILE: Final = ""
"""Who wrote what stands in the organisation's folder: approved by the organisation before it came here."""
IMPORT: Final = "import"
"""Who wrote what was imported: nobody of staff, so whoever looks at it first may approve it."""
_WRITERS: Final = frozenset({WRITER, SUPERVISOR})
_LONGEST_REASON: Final = 1000


class Stage(StrEnum):
    """What people did with an edition."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """What an edition is on a day. ``WAITING``: approved, and not in force yet. ``STALE``: its review date passed.
    ``ENDED``: it was to hold until a day that passed. ``REPLACED``: a later one counts instead."""

    DRAFT = "draft"
    REVIEW = "review"
    WAITING = "waiting"
    IN_FORCE = "in_force"
    STALE = "stale"
    ENDED = "ended"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Edition:
    """One text of a topic in one language.

    ``number`` counts within the language, from 1. ``writers``: everybody who wrote on it; nobody: the organisation's
    folder. ``at``: when it came to its stage; ``why``: what was said then. ``approved_on`` and ``withdrawn_on`` are
    days where the organisation is. ``wrong``: it was taken back because it was not right, and ``harm`` is what that
    can do.
    """

    number: int
    article: Article
    stage: Stage
    writers: tuple[str, ...]
    at: Instant
    approver: str = ""
    approved_on: date = date.max
    why: str = ""
    withdrawn_on: date | None = None
    wrong: bool = False
    harm: Severity | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still being written or reviewed."""
        return self.stage in (Stage.DRAFT, Stage.REVIEW)

    @property
    def begins(self) -> date:
        """The day from which it counts: its first day, or that of its approval when that was later; of what was not
        approved, the end of days."""
        return max(self.article.valid_from, self.approved_on)

    def has_begun(self, on: date) -> bool:
        """Whether it came in force on this day or before. What was withdrawn before its first day never did."""
        last = on if self.withdrawn_on is None else min(on, self.withdrawn_on)
        return self.begins <= last


@dataclass(frozen=True)
class Topic:
    """What became of a topic. ``rung_since``: when it came on its rung; what was shown before does not count for it."""

    slug: str
    editions: tuple[Edition, ...] = ()
    rung: Rung = Rung.ANSWERS
    rung_since: Instant = Instant(0)
    moved: bool = False
    """Whether somebody put it on its rung."""
    severity: Severity = Severity.ORDINARY
    silenced: bool = False
    last: int = 0
    """The number of its last line in the ledger: who writes says up to where they saw it."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language in which there is an edition, in order of appearance."""
        return tuple(dict.fromkeys(one.article.language for one in self.editions))

    def being_written(self, language: str) -> Edition | None:
        """The edition that is being written or reviewed."""
        return next((one for one in self._in(language) if one.is_open), None)

    def edition(self, language: str, number: int) -> Edition | None:
        """One edition."""
        return next((one for one in self._in(language) if one.number == number), None)

    def counting(self, language: str, on: date) -> Edition | None:
        """The edition that counts on a day: the newest that has begun, also when it is stale or was withdrawn since,
        for then nothing is said; an older one never comes back by itself."""
        begun = [one for one in self._in(language) if one.has_begun(on)]
        return max(reversed(begun), key=lambda one: one.begins, default=None)

    def upcoming(self, language: str, on: date) -> Edition | None:
        """The first approved edition that begins later, if any."""
        later = [one for one in self._in(language) if one.stage is Stage.APPROVED and not one.has_begun(on)]
        return min(reversed(later), key=lambda one: one.begins, default=None)

    def standing(self, edition: Edition, on: date) -> Standing:
        """What an edition is on a day."""
        if edition.stage is not Stage.APPROVED:
            return Standing(edition.stage.value)
        if not edition.has_begun(on):
            return Standing.WAITING
        if self.counting(edition.article.language, on) is not edition:
            return Standing.REPLACED
        if edition.article.in_force(on):
            return Standing.IN_FORCE
        return Standing.STALE if edition.article.review_by < on else Standing.ENDED

    def _in(self, language: str) -> list[Edition]:
        return [one for one in self.editions if one.article.language == language]


# -- steps -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filed:
    """The organisation's folder has another text than it had: approved outside, and in force from its first day."""

    article: Article
    on: date


@dataclass(frozen=True)
class Drafted:
    """Somebody wrote a text, in a new edition or in the one that is open."""

    article: Article
    by: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The draft is ready to be looked at by somebody else."""

    language: str
    by: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """It must be written on; ``why`` says what is missing."""

    language: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Approved:
    """Somebody else than the writers takes responsibility for the text. ``worse``: the evaluation gets worse by it;
    then ``why`` is the reason."""

    language: str
    by: str
    on: date
    why: str = ""
    worse: bool = False
    effect: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A text that was approved is told no more, from now on. ``on``: the day where the organisation is."""

    language: str
    number: int
    by: str
    on: date
    why: str
    wrong: bool = False
    harm: Severity | None = None


@dataclass(frozen=True, slots=True)
class Switched:
    """The kill switch of the topic: the AI is silent about it, or may speak again."""

    silenced: bool
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The topic is on another rung."""

    rung: Rung
    by: str
    why: str = ""
    shown: Figures = UNSEEN
    """What the rung that it left had shown."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a wrong answer about this topic can do was judged anew."""

    severity: Severity
    by: str


Step: TypeAlias = Filed | Drafted | Submitted | SentBack | Approved | Withdrawn | Switched | Moved | Weighed


def refuse(topic: Topic, step: Step, role: str) -> None:
    """Whether a step may be taken by somebody with this role.

    Raises:
        NotAllowed: this role may not, or who wrote the text may not approve it.
        NotNow: the topic is not in a state in which this can be done.
        Invalid: something is missing; names the field.
    """
    _refuse_role(topic, step, role)
    if isinstance(step, Drafted):
        _refuse_draft(topic, step)
    elif isinstance(step, (Submitted, SentBack, Approved)):
        _refuse_review(topic, step)
    elif isinstance(step, Withdrawn):
        _refuse_withdrawal(topic, step)
    elif isinstance(step, Switched):
        if step.silenced == topic.silenced:
            raise NotNow("Dit onderwerp staat al zo.", field="silenced")
        _need(step.why, "Zeg waarom.")
    elif isinstance(step, Moved) and step.rung is topic.rung:
        raise NotNow("Dit onderwerp staat al op deze trede.", field="rung")


def _refuse_role(topic: Topic, step: Step, role: str) -> None:
    if role == HOUSE and isinstance(step, (Filed, Moved)):
        return
    up = isinstance(step, Moved) and RUNGS.index(step.rung) > RUNGS.index(topic.rung)
    # Whatever makes the AI say less is open to all who write; whatever lets it say more is for who supervises.
    supervising = up or isinstance(step, (Switched, Weighed))
    if supervising and role != SUPERVISOR:
        raise NotAllowed("Dit is voor leidinggevenden.")
    if role not in _WRITERS:
        raise NotAllowed("Dit is voor schrijvers en leidinggevenden.")


def _refuse_draft(topic: Topic, step: Drafted) -> None:
    article = step.article
    being = topic.being_written(article.language)
    if being is not None and being.stage is Stage.REVIEW:
        raise NotNow("Deze tekst wordt nagekeken. Haal hem eerst terug.", field="stage")
    if not article.answer.strip():
        raise Invalid("Schrijf eerst het antwoord.", field="answer")
    if article.slug != topic.slug:
        raise Invalid("Dit is een tekst van een ander onderwerp.", field="slug")


def _refuse_review(topic: Topic, step: Submitted | SentBack | Approved) -> None:
    being = topic.being_written(step.language)
    wanted = Stage.DRAFT if isinstance(step, Submitted) else Stage.REVIEW
    if being is None or being.stage is not wanted:
        told = "Er is geen concept om aan te bieden." if wanted is Stage.DRAFT else "Er is geen tekst om na te kijken."
        raise NotNow(told, field="stage")
    if isinstance(step, SentBack):
        _need(step.why, "Zeg wat er anders moet.")
    if isinstance(step, Approved):
        if step.by in being.writers:
            raise NotAllowed("U schreef zelf aan deze tekst. Iemand anders moet hem goedkeuren.", field="approver")
        if step.worse:
            _need(step.why, "De AI antwoordt slechter met deze tekst. Zeg waarom hij toch moet gelden.")
        taken_back = [one for one in topic.editions if one.wrong and one.article.version == being.article.version]
        if taken_back:
            raise NotNow("Precies deze tekst is ingetrokken omdat hij fout was. Wijzig hem eerst.", field="stage")


def _refuse_withdrawal(topic: Topic, step: Withdrawn) -> None:
    edition = topic.edition(step.language, step.number)
    if edition is None or edition.stage is not Stage.APPROVED:
        raise NotNow("Alleen een goedgekeurde tekst kan worden ingetrokken.", field="stage")
    _need(step.why, "Zeg waarom de tekst weg moet.")
    if step.wrong and step.harm is None:
        raise Invalid("Zeg hoe erg het is dat deze tekst fout was.", field="harm")


def _need(why: str, sentence: str) -> None:
    if not why.strip():
        raise Invalid(sentence, field="why")
    if len(why) > _LONGEST_REASON:
        raise Invalid(f"Houd het kort: hooguit {_LONGEST_REASON} tekens.", field="why")


def move_up(topic: Topic, by: str, shown: Figures) -> Moved:
    """One rung up, if the figures of this one speak for it.

    Raises:
        NotNow: they do not.
    """
    return Moved(climbed(topic.rung, topic.severity, shown), by, "", shown)


def after(topic: Topic | None, step: Step, slug: str, at: Instant, number: int) -> Topic:
    """The topic after a step. A topic that first appears at the desk begins with the AI off; one of the organisation's
    files is answered from. ``number``: of the line of the ledger."""
    if topic is None:
        topic = Topic(slug, rung=Rung.OFF, rung_since=at) if isinstance(step, Drafted) else Topic(slug)
    topic = replace(topic, last=number)
    if isinstance(step, Switched):
        return replace(topic, silenced=step.silenced)
    if isinstance(step, Weighed):
        return replace(topic, severity=step.severity)
    if isinstance(step, Moved):
        return replace(topic, rung=step.rung, rung_since=at, moved=True)
    waits = topic.rung is Rung.OFF and not topic.moved and all(one.is_open for one in topic.editions)
    if isinstance(step, Filed) and waits:
        # A draft that waited at the desk, and that the organisation approved itself by putting it in its folder.
        topic = replace(topic, rung=Rung.ANSWERS, rung_since=at)
    return replace(topic, editions=_editions(topic, step, at))


def _editions(
    topic: Topic, step: Filed | Drafted | Submitted | SentBack | Approved | Withdrawn, at: Instant
) -> tuple[Edition, ...]:
    if isinstance(step, Filed):
        filed = replace(_new(topic, step.article, FILE, at), stage=Stage.APPROVED, approved_on=step.on)
        return (*topic.editions, filed)
    if isinstance(step, Withdrawn):
        old = topic.edition(step.language, step.number)
        changed = old and replace(
            old, stage=Stage.WITHDRAWN, at=at, why=step.why, withdrawn_on=step.on, wrong=step.wrong, harm=step.harm
        )
        return _with(topic, old, changed)
    language = step.article.language if isinstance(step, Drafted) else step.language
    being = topic.being_written(language)
    if isinstance(step, Drafted):
        if being is None:
            return (*topic.editions, _new(topic, step.article, step.by, at))
        writers = tuple(dict.fromkeys((*being.writers, step.by)))
        return _with(topic, being, replace(being, article=step.article, stage=Stage.DRAFT, writers=writers, at=at))
    if being is None:
        return topic.editions
    if isinstance(step, Submitted):
        return _with(topic, being, replace(being, stage=Stage.REVIEW, at=at, why=""))
    if isinstance(step, SentBack):
        return _with(topic, being, replace(being, stage=Stage.DRAFT, at=at, why=step.why))
    approved = replace(being, stage=Stage.APPROVED, at=at, approver=step.by, approved_on=step.on, why=step.why)
    # Last: of what begins on one day that counts which was approved last.
    return (*(one for one in topic.editions if one is not being), approved)


def _new(topic: Topic, article: Article, by: str, at: Instant) -> Edition:
    number = 1 + max((one.number for one in topic.editions if one.article.language == article.language), default=0)
    return Edition(number, article, Stage.DRAFT, (by,) if by else (), at)


def _with(topic: Topic, old: Edition | None, new: Edition | None) -> tuple[Edition, ...]:
    return tuple(new if one is old and new is not None else one for one in topic.editions)
