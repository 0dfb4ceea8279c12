"""The guarantees as named predicates over facts (guarantees.md).

Three kinds: over one fact with the states around it, over the state in which a commit leaves a conversation, and over
the facts of one commit together. ``gehoor check`` runs them over every reachable step, ``gehoor audit`` over what is
stored. A predicate returns what is wrong, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import MOST_TRIES, MOST_UNHELPFUL
from gehoor.core.conversation.model import ActorKind, Danger, Phase, Reached, Signal, Source, State, Timer
from gehoor.core.guarantee import hearing, outside, recalled
from gehoor.core.guarantee.hearing import heard_in, with_person
from gehoor.core.guarantee.step import Commit, Predicate, Step

_BRAIN_SPEAKS: Final = (e.BotReplied, e.BotSuggested, e.BotAbstained)
_AI_SPEAKS: Final = (*_BRAIN_SPEAKS, e.IdentityTold)
_BY_THE_PERSON: Final = (e.HumanJoined, e.AgentWrote, e.NoteWritten, e.CallRecorded, e.HandedBack, e.OfferDeclined)
_BY_THE_OWNER: Final = (e.AgentWrote, e.CallRecorded, e.HandedBack, e.Parked, e.HumanLeft)
_BY_THE_CUSTOMER: Final = (
    *(e.ConversationStarted, e.MessageReceived, e.FeedbackGiven, e.ContactLeft, e.PromiseMoved, e.RequestWithdrawn),
    e.SupportChosen,
)
_ENDS_REQUEST: Final = (
    *(e.RequestWithdrawn, e.PromiseNotReached, e.Delivered, e.CallRecorded, e.MailAccepted, e.PartnerReached),
)
_IN_QUEUE: Final = (Phase.WAITING, Phase.OFFERED, Phase.PARKED)

# -- one fact --------------------------------------------------------------------------------------------------------


def disclosed(step: Step) -> str | None:
    """DISCLOSED: nothing from a customer, and nothing from the AI, before the disclosure in the customer's language."""
    event, before = step.fact.event, step.before
    if isinstance(event, e.DisclosureShown) and event.template.language != before.record.language:
        return "The disclosure was shown in another language than the customer's."
    if before.control.disclosed:
        return None
    if isinstance(event, e.MessageReceived | e.HumanRequested):
        return "A customer's message was taken before the disclosure."
    return "The AI spoke before the disclosure." if isinstance(event, _AI_SPEAKS) else None


def silence(step: Step) -> str | None:
    """SILENCE: after a request for a person the AI says nothing until a person or the customer gives it the floor."""
    control = step.before.control
    if isinstance(step.fact.event, _AI_SPEAKS) and (control.requested or control.phase is not Phase.AI):
        return "The AI spoke while the customer waits for or talks to a person."
    return None


def one_voice(step: Step) -> str | None:
    """ONE-VOICE: a message is by the party that has the floor, and nobody takes it from who has it."""
    event, before = step.fact.event, step.before
    if isinstance(event, _AI_SPEAKS) and before.control.phase is not Phase.AI:
        return "The AI wrote in a conversation that it does not have."
    if isinstance(event, e.AgentWrote) and before.control.phase is not Phase.HUMAN:
        return "An agent wrote without having the floor."
    if isinstance(event, _BY_THE_OWNER) and event.agent != before.record.agent:
        return "An agent acted in a colleague's conversation."
    if isinstance(event, e.Offered) and before.control.phase is not Phase.WAITING:
        return "A conversation was offered to an agent while another has it."
    if isinstance(event, e.HumanJoined):
        if before.control.phase not in (Phase.WAITING, Phase.OFFERED):
            return "An agent took a conversation that was not waiting."
        if before.record.offered_to not in (None, event.agent):
            return "An agent took a conversation that was offered to a colleague."
    return hearing.one_voice(step)


def honest(step: Step) -> str | None:
    """HONEST: only a signed-in person writes as a person, only the AI as the AI, and the AI does nothing else."""
    event, actor = step.fact.event, step.fact.actor
    if isinstance(event, _BY_THE_PERSON) and (actor.kind is not ActorKind.HUMAN or actor.id != event.agent):
        return "What a person did was not done by that person."
    if isinstance(event, _BRAIN_SPEAKS) is not (actor.kind is ActorKind.AI):
        return "An answer of the AI is not marked as the AI's, or the AI did more than answer."
    if isinstance(event, e.IdentityTold) and actor.kind is not ActorKind.HOUSE:
        return "What the AI is was not told by the house."
    if isinstance(event, _BY_THE_CUSTOMER) and actor.kind is not ActorKind.CUSTOMER:
        return "What a customer did was not done by the customer."
    return outside.honest(step) or hearing.honest(step) or recalled.honest(step)


def keep(step: Step) -> str | None:
    """KEEP: a request for a person ends only in a person who reached the customer, the customer's withdrawal, or
    three tries; and a promise is kept only by a person who reached the customer."""
    before, after, event = step.before.control, step.after.control, step.fact.event
    if isinstance(event, e.PromiseKept) and before.reached is not Reached.REACHED:
        return "A promise counts as kept, and no person reached the customer."
    if isinstance(event, e.PromiseTried) and event.count != before.tries + 1:
        return "The tries to reach a customer are not counted one by one."
    if not before.requested or after.requested:
        return outside.keep(step)
    if not isinstance(event, _ENDS_REQUEST):
        return f"A request for a person ended by {type(event).__name__}."
    if isinstance(event, e.Delivered) and not _is_answer(step.before, event):
        return "A request ended on a delivery without a person's answer, or before it."
    if isinstance(event, e.CallRecorded) and not event.answered:
        return "A call that nobody answered ended a request."
    if isinstance(event, e.RequestWithdrawn) and step.fact.actor.kind is not ActorKind.CUSTOMER:
        return "A request was withdrawn by somebody else than the customer."
    if isinstance(event, e.PromiseNotReached) and before.tries < MOST_TRIES:
        return "A customer counts as not reached after fewer than three tries."
    return outside.keep(step)


def clock(step: Step) -> str | None:
    """CLOCK: nothing but an answer that reached the customer stops the time to a person, and nothing resets it."""
    before, after, event = step.before, step.after, step.fact.event
    if isinstance(event, e.AgentWrote) and event.hold_line and after.control != before.control:
        return "A greeting or hold line changed the clock of the time to a person."
    if isinstance(event, e.Delivered) and not _is_answer(before, event):
        return "A delivery counts, and no answer of a person was delivered."
    if isinstance(event, e.HumanRequested) and before.control.requested:
        return "A second request would begin the time to a person anew."
    if isinstance(event, e.MessageReceived) and event.answer_by is not None and Timer.AGENT in before.control.armed:
        return "Writing on gave the agent more time to answer."
    started = before.record.first_requested_at
    still_waits = before.control.requested and after.control.requested
    if still_waits and started is not None and after.record.first_requested_at != started:
        return "The clock of the time to a person was reset."
    if after.control.reached is Reached.REACHED and before.control.reached is not Reached.REACHED:
        return None if _reaches(before, event) else "A customer counts as reached without an answer that was delivered."
    return outside.clock(step)


def _reaches(before: State, event: e.Event) -> bool:
    """Whether a person's words came to the customer by this: on the page, in a call, by letter, or by the partner."""
    match event:
        case e.CallRecorded():
            return event.answered
        case e.MailAccepted():
            return outside.carries_the_answer(before, event)
        case e.PartnerReached():
            return outside.was_asked(before, event)
        case _:
            return isinstance(event, e.Delivered)


def _is_answer(before: State, event: e.Delivered) -> bool:
    return before.control.reached is Reached.TRIED and event.upto >= before.record.last_human_seq


def turn(step: Step) -> str | None:
    """TURN: who loses the person they had goes to the front; one offer at a time, answered by whom it was made to."""
    event, before, after = step.fact.event, step.before, step.after.control
    if isinstance(event, e.HumanLeft) and not (after.returned and after.phase is Phase.WAITING):
        return "A customer whose agent dropped out does not wait in front."
    if isinstance(event, e.HumanLeft) and before.control.phase is not Phase.HUMAN:
        return "A customer goes to the front without having lost a person."
    if isinstance(event, e.Offered) and before.control.phase is not Phase.WAITING:
        return "A customer was offered to two agents at once."
    if not isinstance(event, e.OfferDeclined | e.OfferTimedOut):
        return outside.turn(step)
    if before.control.phase is not Phase.OFFERED or before.record.offered_to != event.agent:
        return "An offer was passed on by somebody who did not have it."
    if (after.returned, after.danger) != (before.control.returned, before.control.danger):
        return "An offer that was not taken changed the customer's place."
    return None


def grounded(step: Step) -> str | None:
    """GROUNDED: what the AI states names an article and its version, and its words are on record."""
    event = step.fact.event
    if isinstance(event, e.BotReplied) and not _names(event.source):
        return "The AI answered without a source."
    if isinstance(event, e.BotSuggested) and not (1 <= len(event.sources) <= 3 and all(map(_names, event.sources))):
        return "The AI suggested something else than one to three articles."
    if isinstance(event, _BRAIN_SPEAKS) and not step.fact.digest:
        return "The AI's answer has no words on record."
    return recalled.grounded(step)


def _names(source: Source) -> bool:
    return bool(source.article and source.version)


def no_loop(step: Step) -> str | None:
    """NO-LOOP: never the same answer twice; never the same "I do not know" twice running."""
    event, before = step.fact.event, step.before
    if isinstance(event, e.BotReplied) and event.source.article in before.record.given:
        return "The AI gave the same answer twice."
    if isinstance(event, e.BotAbstained) and event.template.id == f"abstain_{before.control.abstained}":
        return 'The AI said "I do not know" in the same words twice running.'
    return hearing.no_loop(step) or recalled.no_loop(step)


def no_dead_end(step: Step) -> str | None:
    """NO-DEAD-END, per fact: what is promised can be kept, and a promise that stands is not put off."""
    event, before = step.fact.event, step.before
    if not isinstance(event, e.PromiseMade):
        return outside.moved(step) or hearing.no_dead_end(step)
    if before.control.danger is not Danger.NONE:
        return "Danger ended in a dated promise."
    if before.control.phase not in _IN_QUEUE and not (before.control.phase is Phase.HUMAN and before.control.requested):
        return "A promise was made to somebody who waits for nobody."
    due = before.record.due_at
    # A fact that was held because the clock stepped back is dated later than the moment it was decided at.
    if due is None and event.due_at <= step.fact.at and not step.fact.stepped:
        return "A promise was due when it was made."
    if before.control.promised and before.control.phase is not Phase.PARKED and due is not None and event.due_at > due:
        return "A promise was put off that was neither kept nor broken."
    return None if event.reference else "A promise has no reference."


STEP_PREDICATES: Final[dict[str, Predicate]] = {
    "DISCLOSED": disclosed,
    "SILENCE": silence,
    "ONE-VOICE": one_voice,
    "HONEST": honest,
    "KEEP": keep,
    "CLOCK": clock,
    "TURN": turn,
    "GROUNDED": grounded,
    "NO-LOOP": no_loop,
    "NO-DEAD-END": no_dead_end,
    "URGENT": outside.urgent,
    "PRIVATE": hearing.private,
}

# -- the state after a commit ----------------------------------------------------------------------------------------

_LIVE: Final[dict[Phase, frozenset[Timer]]] = {
    Phase.AI: frozenset({Timer.IDLE, Timer.BOT}),
    Phase.WAITING: frozenset({Timer.WAIT, Timer.PROMISE}),
    Phase.OFFERED: frozenset({Timer.OFFER}),
    Phase.HUMAN: frozenset({Timer.AGENT, Timer.IDLE}),
    Phase.PARKED: frozenset({Timer.TRY}),
}


def at_rest(state: State) -> Iterator[tuple[str, str]]:
    """What must hold in every state after a commit: (guarantee, what is wrong)."""
    control, record, phase = state.control, state.record, state.control.phase
    live = _LIVE.get(phase)
    if live is not None and not (live & control.armed):
        yield "NO-DEAD-END", f"In {phase} no clock runs that leads on."
    if phase is Phase.RESOLVED and (control.requested or control.armed):
        yield "KEEP", "The conversation ended with a request or a clock open."
    if (record.agent is not None) is not (phase is Phase.HUMAN):
        yield "ONE-VOICE", "A person has the floor and nobody is named, or is named without the floor."
    if (record.offered_to is not None) is not (phase is Phase.OFFERED):
        yield "NO-DEAD-END", "An offer stands without an agent, or keeps a customer who waits out of the queue."
    if phase in _IN_QUEUE and not control.requested:
        yield "KEEP", "A customer waits without a request that is kept."
    if phase is Phase.AI and control.requested:
        yield "REACH", "A request for a person stands, and the AI has the floor."
    if phase is Phase.AI and record.turns and Timer.BOT not in control.armed:
        yield "NO-DEAD-END", "A turn of the AI is due, and no clock leads to a person when it does not come."
    if control.requested and record.first_requested_at is None:
        yield "CLOCK", "A request for a person stands without the moment at which it was made."
    if not control.promised == (Timer.PROMISE in control.armed) == (record.due_at is not None):
        yield "NO-DEAD-END", "A promise without its clock, or a clock without its promise."
    calls_out = {Timer.WAIT, Timer.PARTNER} & control.armed
    if control.danger is not Danger.NONE and phase in (Phase.WAITING, Phase.OFFERED) and not calls_out:
        yield "URGENT", "Somebody in danger waits, and no clock leads to the number to call and the night chain."
    if control.acknowledged and Timer.PARTNER not in control.armed:
        yield "NO-DEAD-END", "A night partner said that it goes, and no clock looks whether it does."
    if control.mailed and control.requested:
        yield "KEEP", "A request is open, and counts as answered by letter."


# -- one commit ------------------------------------------------------------------------------------------------------


def urgent(commit: Commit) -> str | None:
    """URGENT: danger brings the safety text first, and a person, and the place that it asks for."""
    for place, heard in heard_in(commit):
        if heard.urgent is not Signal.YES:
            continue
        following = commit.facts[place + 1 :]
        if not following or not isinstance(following[0].event, e.SafetyShown):
            return "Danger was heard and the safety text was not shown first."
        if not with_person(commit.after):
            return "Danger was heard and no person was asked."
        if commit.after.control.danger < max(heard.danger, Danger.DISCOMFORT):
            return "Danger was heard and the customer waits as if there were none."
    return None


def reach(commit: Commit) -> str | None:
    """REACH: a request for a person in words is one, at once; who loses hope with the AI goes on to a person."""
    asked = (heard for _, heard in heard_in(commit) if Signal.YES in (heard.wants_human, heard.stuck))
    if any(asked) and not with_person(commit.after):
        return "A request for a person in words was not kept."
    return None


def people_only(commit: Commit) -> str | None:
    """GROUNDED: complaints, objections and privacy requests are for people; who gets no answer is offered one."""
    for _, heard in heard_in(commit):
        topics = (heard.complaint, heard.formal_objection, heard.privacy_request)
        if Signal.YES in topics and not with_person(commit.after):
            return "A topic that is for people only was left to the AI."
    if commit.has(e.BotAbstained) and not commit.has(e.HumanOffered):
        return "The AI did not know and offered no person."
    return None


def offers_a_person(commit: Commit) -> str | None:
    """NO-LOOP: after two turns that did not help, a person is offered without being asked for."""
    stuck = commit.after.control.phase is Phase.AI and commit.after.control.unhelpful >= MOST_UNHELPFUL
    said = commit.has(e.BotSuggested, e.BotAbstained)
    complained = any(isinstance(fact.event, e.FeedbackGiven) and not fact.event.helped for fact in commit.facts)
    if stuck and (said or complained) and not commit.has(e.HumanOffered):
        return "Two turns did not help, and no person was offered."
    return None


def led_on(commit: Commit) -> str | None:
    """NO-DEAD-END: what a customer writes is answered, or on its way to an answer."""
    unanswered = Timer.AGENT in commit.before.control.armed
    if unanswered and commit.has(e.HandedBack) and not commit.has(e.BotTurnDue):
        return "A question was handed back to the AI, and nothing will answer it."
    if not commit.has(e.MessageReceived):
        return None
    after = commit.after.control
    if after.phase is Phase.AI and not commit.has(e.BotTurnDue, e.IdentityTold, e.RequestWithdrawn):
        return "A customer wrote to the AI, and nothing will answer."
    if after.phase is Phase.HUMAN and Timer.AGENT not in after.armed:
        return "A customer wrote to a person, and no clock leads on when they do not answer."
    return "A customer wrote, and the conversation ended." if after.phase is Phase.RESOLVED else None


COMMIT_PREDICATES: Final[tuple[tuple[str, Callable[[Commit], str | None]], ...]] = (
    ("URGENT", urgent),
    ("REACH", reach),
    ("GROUNDED", people_only),
    ("NO-LOOP", offers_a_person),
    ("NO-DEAD-END", led_on),
    ("URGENT", outside.passed_on),
    ("URGENT", hearing.asked_about_danger),
    ("REACH", hearing.a_click_away),
    ("HONEST", hearing.told_what_it_is),
    ("NO-DEAD-END", hearing.received),
    ("NO-DEAD-END", hearing.led_to),
    ("REACH", recalled.a_click_away),
    ("NO-DEAD-END", recalled.called_in_time),
)
