"""The rules over what was heard. The hearing itself is an adapter's work."""

from __future__ import annotations

from enum import Enum
from typing import Final

from gehoor.core.conversation.model import Heard, Signal
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


def offer_reason(heard: Heard) -> str | None:
    """Why the reply should carry a person in one click, or None. A maybe costs a click, never a loop."""
    if heard.urgent is Signal.MAYBE:
        return "urgent_maybe"
    if heard.needs_support is not Signal.NO:
        return "support"
    if Signal.MAYBE in (heard.wants_human, heard.stuck, heard.complaint, heard.formal_objection):
        return "words_maybe"
    return None


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


_HOLDING: Final = frozenset(
    [
        "een",
        "ogenblik",
        "ogenblikje",
        "moment",
        "momentje",
        "geduld",
        "alstublieft",
        "aub",
        "graag",
        "even",
        "ik",
        "ga",
        "het",
        "uit",
        "na",
        "kijk",
        "zoek",
        "voor",
        "u",
        "jou",
        "je",
        "zo",
        "bij",
        "ben",
        "kom",
        "terug",
        "goedemorgen",
        "goedemiddag",
        "goedenavond",
        "goedendag",
        "hallo",
        "hoi",
        "dag",
        "welkom",
        "beste",
        "meneer",
        "mevrouw",
        "bedankt",
        "dank",
        "wel",
        "uw",
        "jouw",
        "bericht",
        "vraag",
        "wachten",
        "het",
        "duurt",
        "iets",
        "langer",
        "u",
        "spreekt",
        "met",
        "waarmee",
        "kan",
        "helpen",
        "de",
        "dat",
        "one",
        "please",
        "hold",
        "on",
        "moment",
        "just",
        "a",
        "i",
        "will",
        "am",
        "look",
        "looking",
        "into",
        "it",
        "for",
        "you",
        "be",
        "with",
        "right",
        "back",
        "hello",
        "hi",
        "good",
        "morning",
        "afternoon",
        "evening",
        "welcome",
        "thank",
        "thanks",
        "your",
        "message",
        "how",
        "can",
        "help",
    ]
)


def is_hold_line(text: str) -> bool:
    """Whether a person's message only greets or asks for patience, so that it answers nothing (CLOCK, KEEP).

    Every word of it is a greeting or a word of holding, and it is short. A name after "u spreekt met" is allowed one
    word. When in doubt it is an answer: the agent's own mark (a canned line) decides first.
    """
    words = tokens(normalise(text))
    if not words or len(words) > 20:
        return not words
    strange = [word for word in words if word not in _HOLDING]
    introduces = "spreekt" in words or "name" in words
    return len(strange) <= (1 if introduces else 0) and len(words) > 0
