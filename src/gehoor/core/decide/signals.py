"""What a signal does, whether the tables heard it in the path of the message or the language model in the AI's turn.

A yes acts at once: danger shows what to do and whom to call, a wish for a person is a request, a complaint gets a
receipt. A maybe costs one click: whoever wrote is asked, or offered a person. Who finds the ordinary way hard is
offered an easier one, and nothing says why.
"""

from __future__ import annotations

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import OTHER_DANGER, Danger, Heard, Phase, Signal
from gehoor.core.decide.case import Case, Told, by_house
from gehoor.core.decide.request import back_in_queue, offer_person, request
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.heard import Course, course, number_to_call, offer_reason
from gehoor.core.guarantee.receipts import receipt
from gehoor.core.time import Instant


def danger(case: Case, heard: Heard) -> list[Told]:
    """The fixed safety text, then a person, before any other step; never a dated promise (URGENT)."""
    kind = heard.urgent_kind or OTHER_DANGER
    degree = max(heard.danger, Danger.DISCOMFORT)
    if heard.urgent_kind == OTHER_DANGER:  # a yes to our own question: it is about what was asked
        kind, degree = case.record.asked_kind, max(degree, case.record.asked_danger)
    # A kind of danger for which there is no text of its own must not end in an error.
    written = kind if case.policy.wording.has(f"safety_{kind}") else OTHER_DANGER
    said = case.say(f"safety_{written}", language=heard.language, phone=case.policy.contact.emergency_phone)
    sooner = case.floor in (Phase.WAITING, Phase.OFFERED) and case.control.danger is Danger.NONE
    wait_until = deadlines.wait_until(case.policy, case.now, degree) if sooner else None
    told = [by_house(e.SafetyShown(kind, degree, said.template, wait_until), said)]
    if case.floor is Phase.HUMAN:
        return told
    if not case.control.requested:
        return [*told, request(case, "danger", degree, kind=kind, language=heard.language)]
    if case.floor is Phase.PARKED:
        told.append(back_in_queue(case, "danger", degree))
    return told


def perhaps_danger(case: Case, heard: Heard) -> list[Told]:
    """Is there danger now? The number to call, and one click for yes; whoever has the floor."""
    if heard.urgent is not Signal.MAYBE:
        return []
    kind = heard.urgent_kind or OTHER_DANGER
    said = case.say(
        "ask_danger", language=heard.language, phone=number_to_call(kind, case.policy.contact.emergency_phone)
    )
    return [by_house(e.DangerAsked(kind, heard.danger, said.template), said)]


def perhaps(case: Case, heard: Heard) -> list[Told]:
    """What a maybe brings where the AI has the floor: a person in one click, or the truth about what the AI is."""
    reason = offer_reason(heard)
    offered = [offer_person(case, reason, heard.language)] if reason and not case.situation.offered else []
    asked = heard.asks_identity is Signal.MAYBE
    return [*([identity(case, None, heard.language)] if asked else []), *offered]


def identity(case: Case, idle: Instant | None, language: str, turn: int | None = None) -> Told:
    """What the AI is, in fixed words that are always true, in the language of the question.

    Args:
        turn: the turn that this ends.
    """
    said = case.say("identity", language=language, organisation=case.policy.contact.organisation)
    return by_house(e.IdentityTold(idle, said.template, turn), said)


def beside(case: Case, heard: Heard) -> list[Told]:
    """What comes beside whatever else is done: receipts, and easier ways."""
    return [*_receipts(case), *_easier_ways(case, heard)]


def _receipts(case: Case) -> list[Told]:
    given = [
        receipt(case.policy, case.record, topic, case.order.reference, case.now) for topic in case.situation.topics
    ]
    return [by_house(event, said) for event, said in given]


def _easier_ways(case: Case, heard: Heard) -> list[Told]:
    """Not in danger, and not beside a person: they hear it themselves."""
    offers = case.situation.offers
    if not offers or case.floor is Phase.HUMAN or course(heard) is Course.DANGER:
        return []
    phone = case.policy.contact.phone
    sentences = " ".join(case.say(f"support_{offer}", phone=phone).text for offer in offers)
    said = case.say("support_offered", offers=sentences)
    return [by_house(e.SupportOffered(offers, said.template), said)]
