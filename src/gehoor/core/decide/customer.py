"""What a customer may do, and what follows. Never a refusal of a request for a person (REACH)."""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Phase, Preference, PromiseKind, Reached, Timer
from gehoor.core.decide.case import HOUSE, Case, Told, by_house
from gehoor.core.decide.request import back_in_queue, offer_person, reopen, request
from gehoor.core.errors import NotNow
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.fallback import fallback
from gehoor.core.guarantee.heard import Course, course, offer_reason

_IN_QUEUE = (Phase.WAITING, Phase.OFFERED, Phase.PARKED)


def start(case: Case, command: c.StartConversation) -> list[Told]:
    """A conversation begins with the disclosure, before anything can be written (DISCLOSED)."""
    if case.floor is not Phase.NEW:
        raise NotNow("This conversation has begun already.")
    said = case.policy.wording.say("disclosure", command.language, organisation=case.policy.contact.organisation)
    idle = deadlines.idle_at(case.policy, case.now)
    started = e.ConversationStarted(command.channel, command.language, idle)
    return [Told(started), by_house(e.DisclosureShown(said.template), said)]


def write(case: Case, command: c.WriteMessage) -> list[Told]:
    """The customer's words, and what they ask for, in one commit."""
    _refuse_before_disclosure(case)
    told = [reopen(case)] if case.floor is Phase.RESOLVED else []
    starts_clock = case.floor is Phase.HUMAN and Timer.AGENT not in case.control.armed
    answer_by = deadlines.agent_answers_by(case.policy, case.now) if starts_clock else None
    told.append(Told(e.MessageReceived(command.client_id, command.heard, answer_by), command.text, command.masked))
    turn = case.record.seq + len(told)
    what = course(command.heard)
    if what is Course.DANGER:
        told += _danger(case, command.heard)
    elif case.floor in _IN_QUEUE:
        told += _while_waiting(case, what)
    elif case.floor is not Phase.HUMAN:
        told += _to_the_ai(case, command.heard, what, turn)
    return told


def _refuse_before_disclosure(case: Case) -> None:
    if case.floor is Phase.NEW or not case.control.disclosed:
        raise NotNow("Start the conversation first: the customer must have been told that this is an AI.")


def _danger(case: Case, heard: Heard) -> list[Told]:
    """The fixed safety text, then a person, before any other step; never a dated promise (URGENT)."""
    kind = heard.urgent_kind or "overig"
    danger = max(heard.danger, Danger.DISCOMFORT)
    # A kind of danger for which there is no text of its own must not end in an error.
    written = kind if case.policy.wording.has(f"safety_{kind}") else "overig"
    said = case.say(f"safety_{written}", phone=case.policy.contact.emergency_phone)
    told = [by_house(e.SafetyShown(kind, danger, said.template), said)]
    if case.floor is Phase.HUMAN:
        return told
    if not case.control.requested:
        return [*told, request(case, "danger", danger)]
    if case.floor is Phase.PARKED:
        told.append(back_in_queue(case, "danger"))
    if case.control.promised:
        event, call_now = fallback(case.policy, case.record, danger, None, case.order.reference, case.now)
        told.append(by_house(event, call_now))
    return told


def _while_waiting(case: Case, what: Course) -> list[Told]:
    """After a request the AI says nothing (SILENCE); only the customer's own words end the request."""
    if what is Course.WITHDRAWAL:
        return [_withdrawn(case, "words")]
    return [back_in_queue(case, "customer_back")] if case.floor is Phase.PARKED else []


def _to_the_ai(case: Case, heard: Heard, what: Course, turn: int) -> list[Told]:
    if what is Course.PERSON or what is Course.TOPIC:
        return [request(case, what.value)]
    if what is Course.IDENTITY:
        said = case.say("identity", organisation=case.policy.contact.organisation)
        idle = None if Timer.BOT in case.control.armed else deadlines.idle_at(case.policy, case.now)
        return [by_house(e.IdentityTold(idle, said.template), said)]
    reason = offer_reason(heard)
    offered = [offer_person(case, reason)] if reason else []
    due = e.BotTurnDue(turn, deadlines.bot_answers_by(case.policy, case.now))
    return [*offered, by_house(due)]


def ask_for_human(case: Case, command: c.AskForHuman) -> list[Told]:
    """One action, from every state, with no confirmation; asking twice is one request (REACH)."""
    _refuse_before_disclosure(case)
    left = [Told(e.ContactLeft(command.leaves, command.client_id))] if command.leaves else []
    if case.floor in (Phase.AI, Phase.RESOLVED):
        opened = [reopen(case)] if case.floor is Phase.RESOLVED else []
        asked = request(case, "button", case.control.danger, command.preference, command.client_id)
        return [*opened, asked, *left, *_call_back(case, command)]
    back = [back_in_queue(case, "customer_back")] if case.floor is Phase.PARKED else []
    return [*back, *left, *(_call_back(case, command) if case.floor in _IN_QUEUE else [])]


def _call_back(case: Case, command: c.AskForHuman) -> list[Told]:
    """A call-back that was chosen is promised at once; danger never becomes a dated promise."""
    chosen = command.preference is Preference.CALLBACK and "phone" in command.leaves
    if not chosen or case.control.danger is not Danger.NONE:
        return []
    kind = PromiseKind.CALLBACK
    event, said = fallback(case.policy, case.record, Danger.NONE, kind, case.order.reference, case.now)
    return [by_house(event, said)]


def withdraw(case: Case, command: c.WithdrawRequest) -> list[Told]:
    """The customer needs no person any more, in so many words or by the button that says so."""
    if case.floor in _IN_QUEUE:
        return [_withdrawn(case, "button", command)]
    if case.floor is Phase.HUMAN:
        raise NotNow("U praat al met een medewerker. Die kan het gesprek afronden.")
    return []


def _withdrawn(case: Case, how: str, command: c.WithdrawRequest | None = None) -> Told:
    said = case.say("withdrawn")
    idle = deadlines.idle_at(case.policy, case.now)
    return Told(e.RequestWithdrawn(how, idle, said.template, command.client_id if command else None), said.text)


def feedback(case: Case, command: c.GiveFeedback) -> list[Told]:
    """Helped or not. Not helped carries a person in one click; after two, that is said aloud (HUM-4, NO-LOOP)."""
    _refuse_before_disclosure(case)
    told = [Told(e.FeedbackGiven(command.client_id, command.helped, command.score), command.text, command.masked)]
    if not command.helped and case.floor is Phase.AI and not case.control.requested:
        told.append(offer_person(case, "two_turns" if case.control.unhelpful else "not_helped"))
    return told


def mark_delivered(case: Case, command: c.MarkDelivered) -> list[Told]:
    """A person's answer went out on a stream that the customer has open: only now was the customer reached (KEEP)."""
    if case.control.reached is not Reached.TRIED or not case.situation.current:
        return []
    told = [Told(e.Delivered(command.upto), actor=HOUSE)]
    if case.control.promised:
        told.append(promise_kept(case))
    if case.floor in _IN_QUEUE:
        said = case.say("resolved")
        told.append(by_house(e.Resolved("answered", said.template), said))
    return told


def promise_kept(case: Case) -> Told:
    """The promise ends well."""
    said = case.say("promise_kept")
    return by_house(e.PromiseKept(said.template), said)
