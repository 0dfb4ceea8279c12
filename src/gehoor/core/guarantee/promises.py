"""The guarantees as named predicates over facts (guarantees.md).

Each looks at one step: the state before, the facts of one commit with the state after each. ``gehoor check`` runs them
over every reachable step, ``gehoor audit`` over what is stored. A predicate returns what is wrong, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import evolve
from gehoor.core.conversation.model import ActorKind, Danger, Phase, Reached, Signal, State, Timer


@dataclass(frozen=True, slots=True)
class Step:
    """One fact: the state it found and the state it made."""

    before: State
    fact: e.Fact
    after: State


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, at which fact, against which guarantee."""

    guarantee: str
    seq: int
    sentence: str


Predicate = Callable[[Step], str | None]
_AI_SPEAKS: Final = (e.BotReplied, e.BotSuggested, e.BotAbstained, e.IdentityTold)
_ENDS_REQUEST: Final = (e.RequestWithdrawn, e.PromiseNotReached, e.Delivered, e.CallRecorded)


def disclosed(step: Step) -> str | None:
    """DISCLOSED: nothing from a customer before the disclosure."""
    wrote = isinstance(step.fact.event, e.MessageReceived | e.HumanRequested)
    return "A customer's message was taken before the disclosure." if wrote and not _told(step) else None


def _told(step: Step) -> bool:
    return step.before.control.disclosed


def silence(step: Step) -> str | None:
    """SILENCE: after a request for a person the AI says nothing until a person or the customer gives it the floor."""
    control = step.before.control
    if isinstance(step.fact.event, _AI_SPEAKS) and (control.requested or control.phase is not Phase.AI):
        return "The AI spoke while the customer waits for or talks to a person."
    return None


def one_voice(step: Step) -> str | None:
    """ONE-VOICE: a message is by the party that has the floor."""
    event, before = step.fact.event, step.before
    if isinstance(event, _AI_SPEAKS) and before.control.phase is not Phase.AI:
        return "The AI wrote in a conversation that it does not have."
    if isinstance(event, e.AgentWrote):
        if before.control.phase is not Phase.HUMAN:
            return "An agent wrote without having the floor."
        if event.agent != before.record.agent:
            return "An agent wrote in a colleague's conversation."
    if isinstance(event, e.HumanJoined) and before.control.phase not in (Phase.WAITING, Phase.OFFERED):
        return "An agent took a conversation that was not waiting."
    return None


def honest(step: Step) -> str | None:
    """HONEST: only a signed-in person writes as a person, only the AI as the AI."""
    event, actor = step.fact.event, step.fact.actor
    if isinstance(event, e.AgentWrote) and (actor.kind is not ActorKind.HUMAN or actor.id != event.agent):
        return "A person's message was not written by that person."
    if isinstance(event, e.BotReplied | e.BotSuggested | e.BotAbstained) and actor.kind is not ActorKind.AI:
        return "An answer of the AI is not marked as the AI's."
    if isinstance(event, e.MessageReceived) and actor.kind is not ActorKind.CUSTOMER:
        return "A customer's message was not written by the customer."
    return None


def keep(step: Step) -> str | None:
    """KEEP: a request for a person ends only in a person who reached the customer, the customer's withdrawal, or
    three tries."""
    before, after, event = step.before.control, step.after.control, step.fact.event
    if not before.requested or after.requested:
        return None
    if not isinstance(event, _ENDS_REQUEST):
        return f"A request for a person ended by {type(event).__name__}."
    if isinstance(event, e.Delivered):
        return _delivered_rightly(step, event)
    if isinstance(event, e.CallRecorded) and not event.answered:
        return "A call that nobody answered ended a request."
    if isinstance(event, e.PromiseNotReached) and before.tries < 3:
        return "A customer counts as not reached after fewer than three tries."
    return None


def _delivered_rightly(step: Step, event: e.Delivered) -> str | None:
    if step.before.control.reached is not Reached.TRIED:
        return "A request ended on a delivery without a person's answer."
    if event.upto < step.before.record.last_human_seq:
        return "A request ended before the person's answer was delivered."
    return None


def clock(step: Step) -> str | None:
    """CLOCK: nothing but an answer that reached the customer stops the time to a person, and nothing resets it."""
    before, after, event = step.before, step.after, step.fact.event
    if isinstance(event, e.AgentWrote) and event.hold_line and after.control.reached is not before.control.reached:
        return "A greeting or hold line changed the clock of the time to a person."
    started = before.record.first_requested_at
    still_waits = before.control.requested and after.control.requested
    if still_waits and started is not None and after.record.first_requested_at != started:
        return "The clock of the time to a person was reset."
    if after.control.reached is Reached.REACHED and before.control.reached is not Reached.REACHED:
        answered = isinstance(event, e.Delivered) or (isinstance(event, e.CallRecorded) and event.answered)
        return None if answered else "A customer counts as reached without an answer that was delivered."
    return None


def grounded(step: Step) -> str | None:
    """GROUNDED: what the AI states names an article and its version."""
    event = step.fact.event
    if isinstance(event, e.BotReplied) and not (event.source.article and event.source.version):
        return "The AI answered without a source."
    if isinstance(event, e.BotReplied) and not step.fact.digest:
        return "The AI's answer has no words on record."
    return None


def no_loop(step: Step) -> str | None:
    """NO-LOOP: never the same answer twice; never the same "I do not know" twice running."""
    event, record = step.fact.event, step.before.record
    if isinstance(event, e.BotReplied) and event.source.article in record.given:
        return "The AI gave the same answer twice."
    return None


def no_dead_end(step: Step) -> str | None:
    """NO-DEAD-END, per fact: nothing is promised after the end."""
    if isinstance(step.fact.event, e.PromiseMade) and step.before.control.danger is not Danger.NONE:
        return "Danger ended in a dated promise."
    if isinstance(step.fact.event, e.PromiseMade) and step.before.control.phase is Phase.RESOLVED:
        return "A promise was made in a conversation that had ended."
    return None


STEP_PREDICATES: Final[dict[str, Predicate]] = {
    "DISCLOSED": disclosed,
    "SILENCE": silence,
    "ONE-VOICE": one_voice,
    "HONEST": honest,
    "KEEP": keep,
    "CLOCK": clock,
    "GROUNDED": grounded,
    "NO-LOOP": no_loop,
    "NO-DEAD-END": no_dead_end,
}

_LIVE: Final[dict[Phase, frozenset[Timer]]] = {
    Phase.AI: frozenset({Timer.IDLE, Timer.BOT}),
    Phase.WAITING: frozenset({Timer.WAIT, Timer.PROMISE}),
    Phase.OFFERED: frozenset({Timer.OFFER}),
    Phase.HUMAN: frozenset({Timer.AGENT, Timer.IDLE}),
    Phase.PARKED: frozenset({Timer.TRY}),
}


def at_rest(state: State) -> Iterator[tuple[str, str]]:
    """What must hold in every state after a commit: (guarantee, what is wrong)."""
    control, record = state.control, state.record
    live = _LIVE.get(control.phase)
    if live is not None and not (live & control.armed):
        yield "NO-DEAD-END", f"In {control.phase} no clock runs that leads on."
    if control.phase is Phase.RESOLVED and (control.requested or control.armed):
        yield "KEEP", "The conversation ended with a request or a clock open."
    if control.phase is Phase.HUMAN and record.agent is None:
        yield "NO-DEAD-END", "A person has the floor, but nobody is named."
    if control.phase in (Phase.WAITING, Phase.OFFERED, Phase.PARKED) and not control.requested:
        yield "KEEP", "A customer waits without a request that is kept."
    if control.phase is Phase.AI and control.requested:
        yield "REACH", "A request for a person stands, and the AI has the floor."
    if control.promised != (Timer.PROMISE in control.armed):
        yield "NO-DEAD-END", "A promise without its clock, or a clock without its promise."


def urgent(facts: Iterable[e.Fact], after: State) -> str | None:
    """URGENT and REACH over one commit: danger brings the safety text and a person; a clear request brings a person."""
    facts = tuple(facts)
    for fact in facts:
        if not isinstance(fact.event, e.MessageReceived):
            continue
        heard = fact.event.heard
        with_person = after.control.requested or after.control.phase is Phase.HUMAN
        if heard.urgent is Signal.YES:
            if not any(isinstance(other.event, e.SafetyShown) for other in facts):
                return "Danger was heard and the safety text was not shown."
            if not with_person:
                return "Danger was heard and no person was asked."
        if heard.wants_human is Signal.YES and heard.withdraws is not Signal.YES and not with_person:
            return "A request for a person in words was not kept."
    return None


def steps(before: State, facts: Iterable[e.Fact]) -> Iterator[Step]:
    """Each fact with the states around it."""
    for fact in facts:
        after = evolve(before, fact)
        yield Step(before, fact, after)
        before = after


def violations(before: State, facts: Iterable[e.Fact]) -> tuple[State, list[Violation]]:
    """Everything that is wrong in the facts of one commit, and the state after it."""
    facts = tuple(facts)
    found: list[Violation] = []
    after = before
    for step in steps(before, facts):
        after = step.after
        for name, predicate in STEP_PREDICATES.items():
            wrong = predicate(step)
            if wrong:
                found.append(Violation(name, step.fact.seq, wrong))
    if facts:
        last = facts[-1].seq
        found += [Violation(name, last, wrong) for name, wrong in at_rest(after)]
        wrong = urgent(facts, after)
        if wrong:
            found.append(Violation("URGENT", last, wrong))
    return after, found
