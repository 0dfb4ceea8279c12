"""What the house does by itself: offers, clocks that ring, agents that drop out, nobody there."""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Phase, Timer
from gehoor.core.decide import partner
from gehoor.core.decide.case import Case, Told, by_house
from gehoor.core.decide.request import back_in_queue, failed_over
from gehoor.core.decide.staff import left, offer_of, parked
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.fallback import fallback
from gehoor.core.guarantee.standing import Standing
from gehoor.core.ids import StaffId


def offer(case: Case, command: c.OfferToAgent) -> list[Told]:
    """Offer a waiting customer to an agent."""
    if case.floor is not Phase.WAITING:
        return []
    expires = deadlines.offer_expires_at(case.policy, case.now)
    return [Told(e.Offered(command.agent, command.offer, expires, command.why))]


def nobody_free(case: Case, _command: c.NobodyFree) -> list[Told]:
    """No agent is present: a dated promise, or in danger the number to call now (REACH)."""
    promised = case.control.promised and case.control.danger is Danger.NONE
    return [] if case.floor is not Phase.WAITING or promised else _told_on(case)


def _told_on(case: Case) -> list[Told]:
    """A dated promise; in danger the number to call now, and a new round of the night chain unless one runs."""
    promise = _promise(case)
    calls_out = case.control.danger is not Danger.NONE and Timer.PARTNER not in case.control.armed
    return [promise, *(partner.ask(case, 1) if calls_out and case.floor is Phase.WAITING else [])]


def _promise(case: Case) -> Told:
    event, said = fallback(case.policy, case.record, case.control.danger, None, case.order.reference, case.now)
    return by_house(event, said)


def lose_agent(case: Case, command: c.LoseAgent) -> list[Told]:
    """An agent dropped out: their customers go to the front, an offer goes on to the next."""
    if case.situation.standing is Standing.OWNER:
        return [left(case, command.agent, "lost")]
    if case.situation.standing is Standing.OFFERED:
        return [Told(e.OfferTimedOut(command.agent, offer_of(case)))]
    return []


def ring(case: Case, command: c.RingTimer) -> list[Told]:
    """A clock rang. One that was stopped or set anew in the meantime does nothing."""
    if not case.situation.current:
        return []
    match command.timer:
        case Timer.BOT:
            return failed_over(case)
        case Timer.OFFER:
            return [Told(e.OfferTimedOut(_offered_to(case), offer_of(case)))]
        case Timer.WAIT:
            return _told_on(case)
        case Timer.PARTNER:
            return partner.silent(case, "nothing_done" if case.control.acknowledged else "silent")
        case Timer.AGENT:
            return [left(case, _owner(case), "silent")]
        case Timer.PROMISE:
            return _promise_due(case)
        case Timer.TRY:
            return [back_in_queue(case, "try_again")]
        case Timer.IDLE:
            return _idle(case)


def _promise_due(case: Case) -> list[Told]:
    """A promise came due. While a person's answer stands ready unseen it is moved; else it is broken, and renewed."""
    if case.floor is Phase.PARKED and case.control.danger is Danger.NONE:
        return [_promise(case)]
    said = case.say("promise_broken")
    broken = by_house(e.PromiseBroken(said.template), said)
    # In danger the number to call now follows instead of a new date; the queue keeps its clock either way.
    return [broken, _promise(case)] if _still_owed(case) else [broken]


def _still_owed(case: Case) -> bool:
    return case.control.danger is Danger.NONE or case.floor in (Phase.WAITING, Phase.OFFERED)


def _idle(case: Case) -> list[Told]:
    """Nobody wants anything: the end, which writing undoes. An answer that was not seen is parked instead."""
    if case.control.requested:
        return parked(case, _owner(case), "chat")
    said = case.say("idle")
    return [by_house(e.Resolved("idle", said.template), said)]


def _owner(case: Case) -> StaffId:
    return _named(case.record.agent)


def _offered_to(case: Case) -> StaffId:
    return _named(case.record.offered_to)


def _named(agent: StaffId | None) -> StaffId:
    return StaffId("") if agent is None else agent


def remind(case: Case, _command: c.Remind) -> list[Told]:
    """A promise comes up: whoever owns it hears so."""
    return [by_house(e.PromiseReminded(case.record.owner))] if case.control.promised else []
