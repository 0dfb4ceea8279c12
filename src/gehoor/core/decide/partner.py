"""The night chain: who is asked when there is danger and nobody at our desk takes it.

A request counts as routed only when a link said that a person goes to the customer. One that keeps silent, is down, or
says so and does nothing is passed over; after the last one the number to call now is shown again, and a new round
begins when the clock WAIT rings.
"""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Answered, Timer
from gehoor.core.decide.case import Case, Told, by_house
from gehoor.core.decide.customer import promise_kept
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.fallback import fallback
from gehoor.core.policy import Link


def ask(case: Case, link: int) -> list[Told]:
    """Asks link ``link`` (from 1) of the chain; nothing when the chain is shorter."""
    if link > len(case.policy.night):
        return []
    asked = case.policy.night[link - 1]
    said = case.say("partner_asked", partner=asked.name, phone=case.policy.contact.emergency_phone)
    answer_by = deadlines.acknowledge_by(asked, case.now)
    return [by_house(e.PartnerAsked(link, asked.id, answer_by, said.template), said)]


def silent(case: Case, why: str) -> list[Told]:
    """The link that was asked does not do it: the next one, or the number to call now once more."""
    link = case.control.link
    passed = by_house(e.PartnerSilent(link, _name(case, link), why))
    following = ask(case, link + 1)
    if following:
        return [passed, *following]
    event, said = fallback(case.policy, case.record, case.control.danger, None, case.order.reference, case.now)
    return [passed, by_house(event, said)]


def told(case: Case, command: c.PartnerTold) -> list[Told]:
    """What the link's own system reports. What comes late, or about a link that was passed over, changes nothing."""
    if not _is_asked(case, command.link):
        return []
    match command.answered:
        case Answered.ACKNOWLEDGED:
            return [] if case.control.acknowledged else [_acknowledged(case, case.policy.night[command.link - 1])]
        case Answered.REACHED:
            return _reached(case)
        case Answered.NOT_REACHED:
            return silent(case, "not_reached")


def down(case: Case, command: c.PartnerDown) -> list[Told]:
    """The link could not be asked at all: no need to wait for its clock."""
    waits = _is_asked(case, command.link) and not case.control.acknowledged
    return silent(case, "down") if waits else []


def _is_asked(case: Case, link: int) -> bool:
    """Whether this link was asked last and still has time; the chain may have been shortened since."""
    asked = Timer.PARTNER in case.control.armed and case.control.link == link
    return asked and link <= len(case.policy.night)


def _acknowledged(case: Case, link: Link) -> Told:
    said = case.say("partner_acknowledged", partner=link.name)
    contact_by = deadlines.contact_by(link, case.now)
    return by_house(e.PartnerAcknowledged(case.control.link, link.id, contact_by, said.template), said)


def _reached(case: Case) -> list[Told]:
    """A person of the partner spoke to the customer: the request is over."""
    link = case.policy.night[case.control.link - 1]
    said = case.say("partner_reached", partner=link.name)
    reached = by_house(e.PartnerReached(case.control.link, link.id, said.template), said)
    kept = [promise_kept(case)] if case.control.promised else []
    ended = case.say("resolved")
    return [reached, *kept, by_house(e.Resolved("answered", ended.template), ended)]


def _name(case: Case, link: int) -> str:
    return case.policy.night[link - 1].id if link <= len(case.policy.night) else ""
