"""An answer was wrong: how each who was given it can be told, what each gets, and what came of it.

Pure and total: every recipient has a way, every way and harm say what is done, and the facts say what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import RECALL
from gehoor.core.conversation.model import LetterKind, Phase
from gehoor.core.errors import Invalid, NotAllowed, NotNow
from gehoor.core.knowledge.ladder import Severity
from gehoor.core.text import clean, fault

LONGEST: Final = 600
"""The most characters in which a correction says what was wrong, and in which it says what is right."""
FIRST_LANGUAGE: Final = "nl"
"""In this language a correction is always worded: whoever has none of their own reads it."""
_WITH_PEOPLE: Final = (Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED)
_WORDS: Final = frozenset({"writer", "supervisor"})
"""The roles that may word a correction, and approve one that somebody else worded."""


class Way(StrEnum):
    """How somebody who was given a wrong answer can be told.

    STREAM: the conversation is open before their eyes. MAIL: they left an address. PERSON: a person has the
    conversation or is waited for, and reads the correction there. CALL: they left a telephone number. CODE: they can
    come back and read it. NOTHING: they left nothing. ERASED: their words were erased, and nothing can be said to them
    any more. PROBE: nobody: it was the house trying its own door.
    """

    STREAM = "stream"
    MAIL = "mail"
    PERSON = "person"
    CALL = "call"
    CODE = "code"
    NOTHING = "nothing"
    ERASED = "erased"
    PROBE = "probe"


class Came(StrEnum):
    """What came of it.

    DUE: not told yet. UNDER_WAY: a letter is. TASK: a person must call, or look who it was. SENT: it was seen, a server
    took the letter, or a person told it. KEPT: it stands in the conversation, for when they come back. NOT_REACHED: it
    could not be done. LEFT_OUT: erased, or nobody.
    """

    DUE = "due"
    UNDER_WAY = "under_way"
    TASK = "task"
    SENT = "sent"
    KEPT = "kept"
    NOT_REACHED = "not_reached"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of how a customer can be reached. ``code``: a code to come back with that still opens something."""

    phase: Phase
    listens: bool = False
    mail: bool = False
    phone: bool = False
    code: bool = False
    erased: bool = False
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Gets:
    """What is done for one recipient. ``look``: a person looks in the conversation who it was."""

    notice: bool
    call: bool
    look: bool


def way(reach: Reach) -> Way:
    """The best way to tell somebody."""
    if reach.probe:
        return Way.PROBE
    if reach.erased:
        return Way.ERASED
    if reach.listens:
        return Way.STREAM
    if reach.mail:
        return Way.MAIL
    if reach.phase in _WITH_PEOPLE:
        return Way.PERSON
    if reach.phone:
        return Way.CALL
    return Way.CODE if reach.code else Way.NOTHING


def gets(by: Way, harm: Severity) -> Gets:
    """What is done. Everybody has it in the conversation; who left a telephone number is called; who left nothing is
    looked for by a person, unless the error cost at most some time."""
    told = by not in (Way.ERASED, Way.PROBE)
    unknown = by in (Way.CODE, Way.NOTHING)
    return Gets(notice=told, call=by is Way.CALL, look=unknown and harm is not Severity.ORDINARY)


# -- what came of it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What the facts say came of one correction. ``seq``: its fact; 0: it was not given."""

    seq: int = 0
    by_mail: bool = False
    seen: bool = False
    taken: bool = False
    came_back: bool = False
    called: bool = False
    spoken: bool = False
    gave_up: bool = False


def heard(recall: str, facts: Iterable[e.Fact]) -> Heard:
    """What became of the correction of a recall in one conversation."""
    seq, by_mail, seen, taken, back, called, spoken, gave_up = 0, False, False, False, False, False, False, False
    for fact in facts:
        event = fact.event
        if isinstance(event, e.CorrectionGiven) and event.recall == recall:
            seq, by_mail = fact.seq, event.by_mail
        elif not seq:
            continue
        elif isinstance(event, e.CorrectionSeen) and event.recall == recall:
            seen = True
        elif isinstance(event, e.MailAccepted | e.MailFailed):
            if event.letter is LetterKind.CORRECTION and event.upto == seq:
                taken, back = isinstance(event, e.MailAccepted), isinstance(event, e.MailFailed)
        elif isinstance(event, e.HumanRequested):
            called, gave_up = called or event.how == RECALL, False
        elif isinstance(event, e.CallRecorded):
            # Whoever calls has the correction before their eyes.
            spoken = spoken or event.answered
        elif isinstance(event, e.PromiseNotReached):
            gave_up = True
    return Heard(seq, by_mail, seen, taken, back, called, spoken, gave_up)


def came(by: Way, harm: Severity, found: Heard, looked: bool | None = None) -> Came:
    """What came of it.

    Args:
        looked: whether a person who looked who it was reached them; None: nobody looked yet.
    """
    if found.seen or found.spoken or (found.taken and not found.came_back) or looked:
        return Came.SENT
    if by in (Way.ERASED, Way.PROBE):
        return Came.LEFT_OUT
    if not found.seq:
        return Came.DUE
    if looked is False or found.gave_up:
        return Came.NOT_REACHED
    if found.by_mail and not found.came_back:
        return Came.UNDER_WAY
    if found.called or by is Way.CALL:
        return Came.TASK
    if found.came_back and by is not Way.PERSON:  # no number to call them on: a person looks for another way
        return Came.TASK
    return Came.TASK if gets(by, harm).look else Came.KEPT


def wants_call(by: Way, found: Heard, phone: bool) -> bool:
    """Whether a person must call now: the telephone is the way, or the letter did not arrive."""
    told = found.seen or found.spoken or found.taken
    open_way = by is Way.CALL or (found.came_back and phone and by is not Way.PERSON)
    return bool(found.seq) and open_way and not (told or found.called)


# -- the words ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """A correction in one language: what was wrong, and what is right."""

    language: str
    wrong: str
    right: str


def worded(wordings: Sequence[Wording]) -> tuple[Wording, ...]:
    """The wordings as they can be kept.

    Raises:
        Invalid: one says nothing or too much, or the first language is missing; names the field.
    """
    kept = tuple(Wording(one.language, clean(one.wrong), clean(one.right)) for one in wordings)
    if FIRST_LANGUAGE not in {one.language for one in kept}:
        raise Invalid("Schrijf de rechtzetting ook in het Nederlands.", field="wordings")
    for place, one in enumerate(kept):
        for field, text in (("wrong", one.wrong), ("right", one.right)):
            if not text:
                said = "Schrijf op wat er fout was." if field == "wrong" else "Schrijf op wat wel klopt."
                raise Invalid(said, field=f"wordings[{place}].{field}")
            if fault(text, LONGEST):
                raise Invalid(f"Houd het kort: hooguit {LONGEST} tekens.", field=f"wordings[{place}].{field}")
    return kept


def spoken_in(wordings: Sequence[Wording], language: str) -> Wording:
    """The wording in the language of the answer; in the first language where there is none."""
    found = {one.language: one for one in wordings}
    return found.get(language) or found[FIRST_LANGUAGE]


def refuse_to_word(role: str, approved: bool) -> None:
    """Whether somebody with this role may word a correction.

    Raises:
        NotAllowed: this role may not.
        NotNow: it was approved already, and is being told.
    """
    if role not in _WORDS:
        raise NotAllowed("Dit is voor schrijvers en leidinggevenden.")
    if approved:
        raise NotNow("De rechtzetting is al goedgekeurd en wordt verstuurd.")


def refuse_to_approve(role: str, by: str, writer: str, approved: bool) -> None:
    """Whether somebody may approve a correction that ``writer`` worded (empty: nobody did).

    Raises:
        NotAllowed: this role may not, or it is their own text.
        NotNow: there is nothing to approve, or it was approved already.
    """
    refuse_to_word(role, approved)
    if not writer:
        raise NotNow("Er is nog geen tekst om goed te keuren.")
    if by == writer:
        raise NotAllowed("U schreef deze tekst zelf. Iemand anders moet hem goedkeuren.", field="approver")
