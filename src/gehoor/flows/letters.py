"""The letters of the house: what each one says, as one table, in plain text and in HTML that say the same.

Composing is pure. A letter is kept as it was sent and never composed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from gehoor.core.errors import Invalid
from gehoor.core.policy import Policy, Template
from gehoor.core.text import clean
from gehoor.flows.letter_page import Block, Heading, Labelled, Link, Paragraph, as_html, as_text


class Kind(Enum):
    """What a letter is for. To a customer: PROMISE, MOVED, BROKEN (with the new time), NOT_REACHED, ANSWER (a person's
    words), CORRECTION (an answer was wrong), CODE (six digits, the second proof). To staff: ALARM (supervisors), DUTY
    (danger, to who is on duty)."""

    PROMISE = "promise"
    MOVED = "moved"
    BROKEN = "broken"
    NOT_REACHED = "not_reached"
    ANSWER = "answer"
    CORRECTION = "correction"
    CODE = "code"
    ALARM = "alarm"
    DUTY = "duty"


HOWS: Final = ("callback", "window", "email", "chat")
"""How a promise is kept. For "window" ``due`` is the window ("dinsdag 24 november tussen 10.00 en 12.00 uur")."""

_PROMISED: Final = frozenset({"how", "due", "reference", "chat_url"})
NEEDS: Final[dict[Kind, frozenset[str]]] = {
    Kind.PROMISE: _PROMISED,
    Kind.MOVED: _PROMISED,
    Kind.BROKEN: _PROMISED,
    Kind.NOT_REACHED: frozenset({"tries", "reference", "chat_url"}),
    Kind.ANSWER: frozenset({"name", "answer", "reference", "chat_url"}),
    Kind.CORRECTION: frozenset({"correction", "reference", "chat_url"}),
    Kind.CODE: frozenset({"code", "minutes"}),
    Kind.ALARM: frozenset({"what", "since", "action", "desk_url"}),
    Kind.DUTY: frozenset({"danger", "since", "reference", "url", "seconds"}),
}
"""What goes into a letter of each kind, all as people read it; ``*url`` are whole addresses. ``answer``: the agent's
text. ``correction``: what was wrong and what is right. ``name``: the agent's own name. ``what``: the alarm in a few
words. ``action``: what a supervisor does now."""

_NOT_IN_A_FACT: Final = frozenset(
    {"name", "answer", "correction", "code", "what", "action", "chat_url", "desk_url", "url"}
)


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter's words. ``template`` is for the record; it holds nothing personal and no secret."""

    template: Template
    subject: str
    text: str
    html: str
    automatic: bool


class _Words:
    """The sentences of one letter."""

    def __init__(self, policy: Policy, language: str, given: Mapping[str, str]) -> None:
        self.policy = policy
        self.language = language
        self.given = given

    def __call__(self, id: str, *names: str, **more: str) -> str:
        """The sentence ``mail_<id>``, filled in with the given values of these names."""
        params = {name: self.given[name] for name in names} | more
        name = params.pop("name", "")
        return self.policy.wording.say(f"mail_{id}", self.language, name, **params).text

    @property
    def organisation(self) -> str:
        return self.policy.contact.organisation


def compose(kind: Kind, policy: Policy, language: str, given: Mapping[str, str]) -> Composed:
    """A letter of this kind, in this language if the organisation speaks it.

    Raises:
        Invalid: something that goes into it is missing or too much, or cannot be used; names the field.
        PolicyFault: the wording lacks a sentence.
    """
    wrong = NEEDS[kind] ^ given.keys()
    if wrong:
        raise Invalid("A letter takes exactly what NEEDS says.", field=min(wrong))
    if given.get("how", HOWS[0]) not in HOWS:
        raise Invalid(f"This must be one of {', '.join(HOWS)}.", field="how")
    spoken = policy.language(language)
    words = _Words(policy, spoken, {name: clean(value) for name, value in given.items()})
    subject, blocks = _subject(kind, words), _blocks(kind, words)
    params = tuple(sorted((name, value) for name, value in words.given.items() if name not in _NOT_IN_A_FACT))
    template = Template(f"mail_{kind.value}", policy.wording.version, spoken, params)
    return Composed(template, subject, as_text(blocks), as_html(subject, spoken, blocks), kind is not Kind.ANSWER)


def _subject(kind: Kind, words: _Words) -> str:
    match kind:
        case Kind.CODE:
            return words("code_subject", organisation=words.organisation)
        case Kind.ALARM:
            return words("alarm_subject", "what")
        case _:
            return words(f"{kind.value}_subject", "reference")


def _blocks(kind: Kind, words: _Words) -> list[Block]:
    title = Heading(words(f"{kind.value}_title", *(("what",) if kind is Kind.ALARM else ())), level=1)
    body = _BODIES[kind](words)
    if kind in (Kind.ALARM, Kind.DUTY):
        return [title, *body, Paragraph(words("staff_automatic", organisation=words.organisation))]
    opening: list[Block] = [title, Paragraph(words("greeting"))]
    if kind is Kind.ANSWER:
        return [*opening, *body, *_contact(words)]
    by_house = "correction_automatic" if kind is Kind.CORRECTION else "automatic"
    automatic = Paragraph(words(by_house, organisation=words.organisation))
    return [*opening, *body, *_contact(words), _signed(words, words.organisation), automatic]


def _promise(words: _Words) -> list[Block]:
    return [Paragraph(words("promise")), *_promised(words)]


def _moved(words: _Words) -> list[Block]:
    return [Paragraph(words("moved")), *_promised(words)]


def _broken(words: _Words) -> list[Block]:
    return [Paragraph(words("broken")), Heading(words("broken_new_title")), *_promised(words)]


def _promised(words: _Words) -> list[Block]:
    return [
        Paragraph(words(f"how_{words.given['how']}", "due")),
        *_reference(words),
        Heading(words("change_title")),
        Paragraph(words("change")),
        Link(words("chat"), words.given["chat_url"]),
    ]


def _reference(words: _Words) -> list[Block]:
    return [Labelled(words("reference"), words.given["reference"]), Paragraph(words("keep_number"))]


def _not_reached(words: _Words) -> list[Block]:
    return [
        Paragraph(words("not_reached", "tries")),
        *_reference(words),
        Heading(words("not_reached_next_title")),
        Paragraph(words("not_reached_next")),
        Link(words("chat"), words.given["chat_url"]),
    ]


def _answer(words: _Words) -> list[Block]:
    return [
        *(Paragraph(part) for part in words.given["answer"].split("\n\n") if part.strip()),
        _signed(words, words.given["name"]),
        Paragraph(words("by_person", "name", organisation=words.organisation)),
        Heading(words("answer_reply_title")),
        Paragraph(words("answer_reply")),
        *_reference(words),
        Link(words("chat"), words.given["chat_url"]),
    ]


def _correction(words: _Words) -> list[Block]:
    return [
        *(Paragraph(part) for part in words.given["correction"].splitlines() if part.strip()),
        Heading(words("correction_reply_title")),
        Paragraph(words("correction_reply")),
        *_reference(words),
        Link(words("chat"), words.given["chat_url"]),
    ]


def _code(words: _Words) -> list[Block]:
    return [
        Paragraph(words("code", organisation=words.organisation)),
        Labelled(words("code_label"), words.given["code"]),
        Paragraph(words("code_valid", "minutes")),
        Paragraph(words("code_secret")),
        Paragraph(words("code_not_you")),
    ]


def _alarm(words: _Words) -> list[Block]:
    return [
        Paragraph(words("alarm_since", "since")),
        Heading(words("alarm_do_title")),
        Paragraph(words.given["action"]),
        Link(words("alarm_desk"), words.given["desk_url"]),
    ]


def _duty(words: _Words) -> list[Block]:
    """What the danger is and where to take it. Nothing of the customer: that stands behind the button."""
    return [
        Paragraph(words("duty", "danger", "since")),
        Labelled(words("duty_reference"), words.given["reference"]),
        Paragraph(words("duty_do")),
        Link(words("duty_link"), words.given["url"]),
        Paragraph(words("duty_next", "seconds")),
    ]


def _contact(words: _Words) -> list[Block]:
    contact = words.policy.contact
    hours = contact.hours.get(words.language)
    return [
        Paragraph(words("contact", phone=contact.phone)),
        *([Paragraph(words("hours", hours=hours))] if hours else []),
        Paragraph(words("danger", phone=contact.emergency_phone)),
    ]


def _signed(words: _Words, by: str) -> Block:
    return Paragraph(f"{words('regards')}\n{by}")


_BODIES: Final[dict[Kind, Callable[[_Words], list[Block]]]] = {
    Kind.PROMISE: _promise,
    Kind.MOVED: _moved,
    Kind.BROKEN: _broken,
    Kind.NOT_REACHED: _not_reached,
    Kind.ANSWER: _answer,
    Kind.CORRECTION: _correction,
    Kind.CODE: _code,
    Kind.ALARM: _alarm,
    Kind.DUTY: _duty,
}
