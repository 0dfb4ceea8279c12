"""The rules over what was heard. The hearing itself is an adapter's work."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from gehoor.core.conversation.model import OTHER_DANGER, SUPPORT, Danger, Heard, Signal
from gehoor.core.text import normalise, tokens


class Course(Enum):
    """What one message asks for, before anything else is considered."""

    DANGER = "danger"
    PERSON = "words"
    TOPIC = "topic"
    IDENTITY = "identity"
    WITHDRAWAL = "withdrawal"
    ANSWER = "answer"


def course(heard: Heard) -> Course:
    """What a message asks for: danger before a person, a person before everything else (URGENT, HUM-2, CMP-3)."""
    if heard.urgent is Signal.YES:
        return Course.DANGER
    if heard.wants_human is Signal.YES or heard.stuck is Signal.YES:
        return Course.PERSON
    if Signal.YES in (heard.complaint, heard.formal_objection, heard.privacy_request):
        return Course.TOPIC
    if heard.asks_identity is Signal.YES:
        return Course.IDENTITY
    if heard.withdraws is Signal.YES:
        return Course.WITHDRAWAL
    return Course.ANSWER


def asks_for_a_person(heard: Heard) -> bool:
    """Whether a message is a request for a person, which no limit and no full queue refuses."""
    return course(heard) in (Course.DANGER, Course.PERSON)


def ends_turn(heard: Heard) -> bool:
    """Whether what was heard in the AI's turn is an end of it: it does not go on to the brain."""
    return course(heard) in (Course.DANGER, Course.PERSON, Course.TOPIC, Course.IDENTITY)


def offer_reason(heard: Heard) -> str | None:
    """Why the reply should carry a person in one click, or None. A maybe costs a click, never a loop."""
    if heard.urgent is Signal.MAYBE:
        return "urgent_maybe"
    topics = (heard.complaint, heard.formal_objection, heard.privacy_request)
    return "words_maybe" if Signal.MAYBE in (heard.wants_human, heard.stuck, *topics) else None


_USUAL_SUPPORT: Final = ("simple_words", "call", "helper")


def easier_ways(heard: Heard) -> tuple[str, ...]:
    """What to offer to who finds the ordinary way hard, in a fixed order. Surely or perhaps: it is only offered."""
    usual = _USUAL_SUPPORT if heard.needs_support is not Signal.NO else ()
    return tuple(offer for offer in SUPPORT if offer in (heard.support or usual))


def without_support(heard: Heard) -> Heard:
    """What a fact may keep of what was heard: a fact says what was offered, never what somebody is (PRIVATE)."""
    if heard.needs_support is Signal.NO and not heard.support:
        return heard
    return replace(heard, needs_support=Signal.NO, support=())


def confirmed(heard: Heard) -> Heard:
    """What was heard in a message that is the fixed "yes" to our own question whether there is danger."""
    return replace(heard, urgent=Signal.YES, urgent_kind=OTHER_DANGER, danger=max(heard.danger, Danger.DISCOMFORT))


# Whether a person is no longer needed is heard by the tables alone: that takes something away.
_CAN_RISE: Final = (
    *("wants_human", "asks_identity", "urgent", "needs_support", "complaint", "formal_objection", "privacy_request"),
    "stuck",
)


def raised(heard: Heard, more: Heard) -> Heard:
    """What was heard twice over: each signal as high as it was heard, the surest danger and then the worst."""
    signals: dict[str, Any] = {name: max(getattr(heard, name), getattr(more, name)) for name in _CAN_RISE}
    surest = max((heard, more), key=lambda one: (one.urgent, one.danger))
    support = tuple(offer for offer in SUPPORT if offer in heard.support or offer in more.support)
    return replace(
        heard,
        **signals,
        urgent_kind=surest.urgent_kind,
        danger=surest.danger,
        support=support,
        version=more.version or heard.version,
    )


def rise(heard: Heard, after: Heard) -> Heard | None:
    """What is higher in ``after`` than before, alone; None when nothing is."""
    higher: dict[str, Any] = {
        name: getattr(after, name) for name in _CAN_RISE if getattr(after, name) > getattr(heard, name)
    }
    if "urgent" in higher:
        higher |= {"urgent_kind": after.urgent_kind, "danger": after.danger}
    support = tuple(offer for offer in after.support if offer not in heard.support)
    if not higher and not support:
        return None
    return Heard(language=heard.language, version=after.version, support=support, **higher)


# Whom to call first, by kind of danger: the emergency number, the grid operators' gas number, the suicide line. For any
# other kind it is the organisation's own round-the-clock number.
_FIRST_NUMBER: Final = {
    "gas": "0800-9009",
    "koolmonoxide": "112",
    "brand": "112",
    "instorting": "112",
    "inbraak_deur": "112",
    "geweld_huiselijk": "112",
    "bedreiging": "112",
    "medisch": "112",
    "overig": "112",
    "zelfbeschadiging": "113",
}


def number_to_call(kind: str, own: str) -> str:
    """The first number to call in a kind of danger (URGENT). ``own``: the organisation's round-the-clock number."""
    return _FIRST_NUMBER.get(kind, own)


_CLAUSE_ENDS: Final = re.compile(r"[.!?;:,\n]+")
_PLEASE: Final = r"(?: (?:geduld|graag|hoor|nog|even|aub|a u b|svp|alstublieft|alsjeblieft|please))*"
_TITLE: Final = r"(?: (?:meneer|mevrouw|heer|mr|mrs|ms)(?: \w+){0,3})?"
_LOOKING: Final = (
    r"het|dit|dat|er|even|heel|zo|voor|u|je|naar|na|uit|op|aan|bij|terug|bezig|meteen|straks|uw|vraag|dossier"
    r"|uitzoeken|nakijken|kijken|navragen"
)
_PHRASES: Final = re.compile(
    "|".join(
        (
            # greetings and offers of help
            rf"(?:goede?n? ?(?:morgen|middag|avond|dag)|hallo|hoi|hi|hello|dag|beste|geachte|dear){_TITLE}(?: \w+)?",
            rf"good (?:morning|afternoon|evening){_TITLE}(?: \w+)?",
            r"welkom(?: bij(?: \w+){1,3})?|welcome(?: to(?: \w+){1,3})?",
            r"(?:u|je) spreekt met(?: \w+){1,3}",
            r"(?:waar|waarmee|hoe) (?:kan|mag) ik (?:u|je)(?: ergens)?(?: mee)? (?:helpen|van dienst zijn)",
            r"how (?:can|may) i help(?: you)?|ik help (?:u|je) (?:graag|zo)(?: verder)?",
            # asking for patience
            rf"(?:(?:een|nog een|heel een) )?(?:klein )?(?:ogenblik|moment|minuut)(?:je)?{_PLEASE}{_TITLE}",
            rf"(?:(?:even|heel even|nog even|graag) )?(?:geduld|wachten){_PLEASE}{_TITLE}",
            rf"wacht(?:t u|en)?(?: u)? (?:even|een moment|een ogenblik){_PLEASE}",
            rf"ik (?:ga|zoek|kijk|vraag|bekijk|ben|kom|controleer|pak|moet|zal)(?: (?:{_LOOKING}))+",
            r"(?:het|dit) duurt (?:iets|wat|even)(?: langer)?",
            r"(?:bedankt|dank (?:u|je)(?: wel)?)(?: voor (?:uw|je) (?:bericht|vraag|geduld))?",
            r"(?:one|just a|a) (?:moment|minute|second)(?: please)?",
            r"(?:please )?(?:hold on|wait|bear with me)(?: a moment| please)?",
            r"(?:i am|i'm|i will|let me|i'll) (?:look|looking|check|checking|find out|see)(?: \w+){0,5}",
            r"thank(?:s| you)(?: for (?:your|the) \w+)?",
        )
    )
)
# Says nothing by itself, and may stand beside a phrase: a courtesy, or who is speaking.
_BESIDE: Final = re.compile(
    r"aub|a u b|svp|alstublieft|alsjeblieft|please|hoor|(?:meneer|mevrouw)(?: \w+){0,3}"
    r"|(?:ik ben|met|mijn naam is|my name is|i am|i'm)(?: \w+){1,2}"
)


def is_hold_line(text: str) -> bool:
    """Whether a person's message only greets or asks for patience, so that it answers nothing (CLOCK, KEEP).

    Every clause of it must be a greeting, a phrase of holding or something beside one. When in doubt it is an answer:
    the agent's own mark (a canned line) decides first.
    """
    normal = re.sub(r"a\.u\.b", "aub", normalise(text))
    clauses = [" ".join(tokens(clause)) for clause in _CLAUSE_ENDS.split(normal)]
    clauses = [clause for clause in clauses if clause]
    if not clauses:
        return True
    phrases = [clause for clause in clauses if _PHRASES.fullmatch(clause)]
    return bool(phrases) and all(clause in phrases or _BESIDE.fullmatch(clause) for clause in clauses)
