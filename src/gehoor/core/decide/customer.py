"""What a customer may do, and what follows. Never a refusal of a request for a person (REACH)."""

from __future__ import annotations

from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import (
    Danger,
    Heard,
    Phase,
    Preference,
    PromiseKind,
    Reached,
    Timer,
    Window,
)
from gehoor.core.decide import signals
from gehoor.core.decide.case import HOUSE, Case, Told, by_house
from gehoor.core.decide.request import back_in_queue, offer_person, reopen, request
from gehoor.core.errors import NotNow
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.fallback import fallback, terms
from gehoor.core.guarantee.heard import Course, course, without_support
from gehoor.core.ids import ClientId

_IN_QUEUE = (Phase.WAITING, Phase.OFFERED, Phase.PARKED)


def start(case: Case, command: c.StartConversation) -> list[Told]:
    """A conversation begins with the disclosure, before anything can be written (DISCLOSED)."""
    if case.floor is not Phase.NEW:
        raise NotNow("This conversation has begun already.")
    shown = "disclosure" if case.policy.ai else "disclosure_no_ai"
    said = case.policy.wording.say(shown, command.language, organisation=case.policy.contact.organisation)
    idle = deadlines.idle_at(case.policy, case.now)
    started = e.ConversationStarted(command.channel, command.language, idle)
    return [Told(started), by_house(e.DisclosureShown(said.template), said)]


def write(case: Case, command: c.WriteMessage) -> list[Told]:
    """The customer's words, and what they ask for, in one commit."""
    _refuse_before_disclosure(case)
    told = [reopen(case)] if case.floor is Phase.RESOLVED else []
    starts_clock = case.floor is Phase.HUMAN and Timer.AGENT not in case.control.armed
    answer_by = deadlines.agent_answers_by(case.policy, case.now) if starts_clock else None
    heard, what = command.heard, course(command.heard)
    received = e.MessageReceived(command.client_id, without_support(heard), answer_by)
    told.append(Told(received, command.text, command.masked))
    turn = case.record.seq + len(told)
    told += signals.perhaps_danger(case, heard)
    if what is Course.DANGER:
        told += signals.danger(case, heard)
    elif case.floor in _IN_QUEUE:
        told += _while_waiting(case, what)
    elif case.floor is not Phase.HUMAN:
        told += _to_the_ai(case, heard, what, turn)
    return [*told, *signals.beside(case, heard)]


def _refuse_before_disclosure(case: Case) -> None:
    if not case.control.disclosed:
        raise NotNow("Start the conversation first: the customer must have been told that this is an AI.")


def _while_waiting(case: Case, what: Course) -> list[Told]:
    """After a request the AI says nothing (SILENCE); only the customer's own words end the request."""
    if what is Course.WITHDRAWAL:
        return [_withdrawn(case, "words")]
    return [back_in_queue(case, "customer_back")] if case.floor is Phase.PARKED else []


def _to_the_ai(case: Case, heard: Heard, what: Course, turn: int) -> list[Told]:
    if what is Course.PERSON or what is Course.TOPIC:
        return [request(case, what.value, language=heard.language)]
    if not case.policy.ai:
        return [request(case, "no_ai")]
    if what is Course.IDENTITY:
        idle = None if Timer.BOT in case.control.armed else deadlines.idle_at(case.policy, case.now)
        return [signals.identity(case, idle, heard.language), *signals.perhaps(case, heard)]
    due = e.BotTurnDue(turn, deadlines.bot_answers_by(case.policy, case.now))
    return [*signals.perhaps(case, heard), by_house(due)]


def ask_for_human(case: Case, command: c.AskForHuman) -> list[Told]:
    """One action, from every state, with no confirmation; asking twice is one request (REACH)."""
    _refuse_before_disclosure(case)
    left = [Told(e.ContactLeft(command.leaves, command.client_id))] if command.leaves else []
    if case.floor in (Phase.AI, Phase.RESOLVED):
        opened = [reopen(case)] if case.floor is Phase.RESOLVED else []
        asked = request(case, "button", case.control.danger, command.preference, command.client_id)
        return [*opened, asked, *left, *_chosen(case, command)]
    back = [back_in_queue(case, "customer_back")] if case.floor is Phase.PARKED else []
    return [*back, *left, *(_chosen(case, command) if case.floor in _IN_QUEUE else [])]


def _chosen(case: Case, command: c.AskForHuman) -> list[Told]:
    """What was chosen with the request is promised at once; danger never becomes a dated promise."""
    if case.control.danger is not Danger.NONE:
        return []
    if command.preference is Preference.EMAIL and "email" in command.leaves:
        return [_promised(case, PromiseKind.EMAIL, None, command.client_id)]
    if command.preference is not Preference.CALLBACK or "phone" not in command.leaves:
        return []
    window = command.window if command.room else None
    return [_promised(case, PromiseKind.CALLBACK, window, command.client_id)]


def _promised(case: Case, kind: PromiseKind, window: Window | None, client_id: ClientId) -> Told:
    """The promise as the customer chose it: made, or moved when one ran already."""
    if window is not None and not _can_be_kept(case, window):
        window = None
    if not case.control.promised or (window is None and kind is PromiseKind.CALLBACK):
        event, said = fallback(case.policy, case.record, Danger.NONE, kind, case.order.reference, case.now, window)
        return by_house(event, said)
    due = deadlines.promise_due(case.policy, case.now, kind)
    moved = terms(case.policy, case.record, kind, due, window, case.order.reference, case.now)
    fact = e.PromiseMoved(
        kind,
        moved.due_at,
        moved.reference,
        moved.window_start,
        moved.owner,
        moved.remind_at,
        moved.said.template,
        client_id,
    )
    return Told(fact, moved.said.text)


def _can_be_kept(case: Case, window: Window) -> bool:
    """Whether a window is still to come, and within the ceiling of the legal profile."""
    return case.now < window.end <= deadlines.promise_due(case.policy, case.now, PromiseKind.CALLBACK)


_KINDS: Final = {
    Preference.CALLBACK: PromiseKind.CALLBACK,
    Preference.EMAIL: PromiseKind.EMAIL,
    Preference.LIVE: PromiseKind.CHAT,
}


def choose_promise(case: Case, command: c.ChoosePromise) -> list[Told]:
    """The customer chooses how and when, or moves what was promised. The promise that stands stays when it cannot."""
    if case.floor not in _IN_QUEUE:
        raise NotNow("no_request")
    if case.control.danger is not Danger.NONE:
        raise NotNow("danger_no_date")
    if not command.able:
        raise NotNow("contact_needed", field="contact")
    if command.window is not None and not (command.room and _can_be_kept(case, command.window)):
        raise NotNow("window_gone", field="window")
    left = [Told(e.ContactLeft(command.leaves, command.client_id))] if command.leaves else []
    back = [back_in_queue(case, "customer_back")] if case.floor is Phase.PARKED else []
    return [*back, *left, _promised(case, _KINDS[command.preference], command.window, command.client_id)]


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
    if not command.helped and case.floor is Phase.AI:
        told.append(offer_person(case, "two_turns" if case.control.unhelpful else "not_helped"))
    return told


def mark_delivered(case: Case, command: c.MarkDelivered) -> list[Told]:
    """A person's answer went out on a stream that the customer has open: only now was the customer reached (KEEP). So
    did a correction, if there was one."""
    told = [by_house(e.CorrectionSeen(recall, seq)) for recall, seq in case.situation.seen]
    if case.control.reached is not Reached.TRIED or not case.situation.current:
        return told
    told.append(Told(e.Delivered(command.upto), actor=HOUSE))
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
