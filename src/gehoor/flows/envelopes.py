"""Letters ready to send: which words, under which id, and how an answer or a bounce finds its way back.

Everything here is worked out from what stands in the store, so that the same letter comes out in every try.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import MOST_TRIES
from gehoor.core.conversation.model import LetterKind, PromiseKind, Reached, State
from gehoor.core.guarantee.fallback import spoken_moment, spoken_window
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Link, Policy
from gehoor.core.time import MINUTE, SECOND, Instant
from gehoor.flows.alarms import Alarm
from gehoor.flows.letters import Composed, Kind, compose
from gehoor.ports.outbound import Letter, PartnerCall

_STAFF: Final = "nl"
"""The language of letters to staff."""
_NO_BOUNCE: Final = "HOUSE.0"
"""The token of a letter whose bounce changes nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a letter to a customer is about: the fact, the one before it, and how the conversation stands now.

    ``answer`` and ``name``: for the letter with a person's answer, their words and their name; for the letter about a
    wrong answer, the words of the correction.
    """

    fact: e.Fact
    before: e.Fact | None
    state: State
    answer: str = ""
    name: str = ""


def worth_sending(kind: LetterKind, subject: Subject) -> bool:
    """Whether the letter still tells what is so. A promise that was moved since is told by the letter about that."""
    event, record, control = subject.fact.event, subject.state.record, subject.state.control
    match kind:
        case LetterKind.PROMISE | LetterKind.MOVED:
            # The letter about what went wrong tells the new time as well.
            after_another = isinstance(subject.before.event if subject.before else None, e.PromiseBroken | e.MailFailed)
            stands = isinstance(event, e.PromiseMade | e.PromiseMoved) and event.due_at == record.due_at
            return control.promised and stands and not after_another
        case LetterKind.BROKEN:
            return control.promised
        case LetterKind.ANSWER:
            return control.reached is Reached.TRIED
        case LetterKind.CORRECTION:
            # Who saw it on the open page meanwhile need not read it twice.
            return any(seq == subject.fact.seq for _, seq in record.unseen)
        case LetterKind.NOT_REACHED:
            return True


def to_customer(policy: Policy, kind: LetterKind, subject: Subject, to: str, public_url: str) -> Letter:
    """The letter about a fact."""
    id, seq = subject.state.record.id, subject.fact.seq
    given = {"chat_url": f"{public_url}/chat", "reference": _reference(subject)}
    if kind is LetterKind.ANSWER:
        given |= {"answer": subject.answer, "name": subject.name}
    elif kind is LetterKind.CORRECTION:
        given |= {"correction": subject.answer}
    elif kind is LetterKind.NOT_REACHED:
        given |= {"tries": str(MOST_TRIES)}
    else:
        given |= _promised(policy, subject.state)
    words = compose(Kind(kind.value), policy, subject.state.record.language, given)
    # Only a reference that is a promise's can stand in an address; the code of a conversation finds nothing.
    reference = subject.state.record.reference
    return _letter(policy, words, f"{id}:mail:{seq}", f"{id}.{seq}", to, subject.fact.at, reference)


def _reference(subject: Subject) -> str:
    """What the customer calls it by when phoning."""
    event, record = subject.fact.event, subject.state.record
    named = event.reference if isinstance(event, e.PromiseMade | e.PromiseMoved) else record.reference
    return named or spoken_code(record.id)


def spoken_code(id: ConversationId) -> str:
    """The short code of a conversation, as desks show it."""
    return "K-" + id[-4:].upper()


def _promised(policy: Policy, state: State) -> dict[str, str]:
    """How and by when, as the promise stands now."""
    record = state.record
    due = record.at if record.due_at is None else record.due_at
    if record.window_start is not None:
        return {"how": "window", "due": spoken_window(policy, record.window_start, due, record.language)}
    kind = record.promise_kind or PromiseKind.CHAT
    return {"how": kind.value, "due": spoken_moment(policy, due, record.language)}


def about_alarm(policy: Policy, alarm: Alarm, to: str, number: int, public_url: str) -> Letter:
    """The letter to a supervisor. ``number``: which address it is, so that two letters are not one."""
    what, action = alarm_words(policy, alarm, _STAFF)
    since = spoken_moment(policy, alarm.since, _STAFF)
    given = {"what": what, "since": since, "action": action, "desk_url": f"{public_url}/desk"}
    words = compose(Kind.ALARM, policy, _STAFF, given)
    kind, which = alarm.kind.value.replace("_", "-"), sha256(alarm.about.encode()).hexdigest()[:12]
    return _letter(policy, words, f"alarm:{kind}:{which}:{alarm.since}:{number}", _NO_BOUNCE, to, alarm.since)


def alarm_words(policy: Policy, alarm: Alarm, language: str) -> tuple[str, str]:
    """What is wrong, and what a supervisor does now."""
    say, id = policy.wording.say, f"alarm_{alarm.kind.value}"
    return say(id, language, **alarm.data).text, say(f"{id}_do", language, **alarm.data).text


def with_proof(policy: Policy, id: str, number: str, span: int, to: str, language: str, at: Instant) -> Letter:
    """The letter with the number that opens the words. ``id``: the letter's own; ``span``: how long it fits."""
    words = compose(Kind.CODE, policy, language, {"code": number, "minutes": str(span // MINUTE)})
    return _letter(policy, words, id, _NO_BOUNCE, to, at)


def to_duty(policy: Policy, call: PartnerCall, link: Link) -> Letter:
    """The letter that calls who is on duty. Nothing of the customer is in it: that stands behind the button."""
    given = {
        "danger": policy.wording.say(f"danger_{call.danger}", _STAFF).text,
        "since": spoken_moment(policy, call.waiting_since, _STAFF),
        "reference": call.reference,
        "url": call.page,
        "seconds": str(link.answer_within // SECOND),
    }
    words = compose(Kind.DUTY, policy, _STAFF, given)
    return _letter(policy, words, call.id, _NO_BOUNCE, link.address, call.waiting_since)


def _letter(policy: Policy, words: Composed, id: str, token: str, to: str, at: Instant, reference: str = "") -> Letter:
    return Letter(
        id=id,
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=words.template.language,
        at=at,
        token=token,
        sender=policy.contact.organisation,
        reference=reference,
        automatic=words.automatic,
    )
