"""What a command in one state may bring, and what it must: beside the predicates over facts, which a trace has too."""

from __future__ import annotations

from collections.abc import Iterator

from gehoor.adapters.stores.codec import decode, encode
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import fold
from gehoor.core.conversation.model import Danger, Phase, PromiseKind, State, Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.policy import Policy
from gehoor.prove.model import ceiling, has, new_conversation
from gehoor.prove.moves import Move, is_ring

Fault = tuple[str, str]
"""The guarantee that is broken, and what is wrong."""


def refused_rightly(state: State, move: Move, fault: Fault | str) -> Iterator[Fault]:
    """What may be refused, and what never."""
    if isinstance(fault, tuple):
        yield fault
    if isinstance(move.order.command, c.AskForHuman) and state.control.phase is not Phase.NEW:
        yield "REACH", "A request for a person was refused."
    if isinstance(move.order.command, c.WriteMessage) and state.control.phase is not Phase.NEW:
        yield "REACH", "A customer's message was refused."


def took_rightly(state: State, move: Move, facts: tuple[e.Fact, ...], after: State, policy: Policy) -> Iterator[Fault]:
    """What a command that was taken must have brought."""
    command = move.order.command
    with_person = after.control.requested or after.control.phase is Phase.HUMAN
    if isinstance(command, c.AskForHuman) and not with_person:
        yield "REACH", "A request for a person brought none."
    if move.by == "impostor" and facts:
        yield "HONEST", "Somebody acted in the name of a colleague."
    if isinstance(command, c.Resolve) and command.seen is not None and command.seen < state.record.last_customer_seq:
        yield "NO-DEAD-END", "A conversation was resolved over words that its agent had not read."
    if isinstance(command, c.LoseAgent) and command.agent in (after.record.agent, after.record.offered_to):
        yield "TURN", "An agent dropped out, and the customer was left with them."
    if isinstance(command, c.NobodyFree | c.RingTimer) and has(facts, e.CallNowShown):
        yield from _called_out(state, facts, after, policy)
    yield from _chain_goes_on(state, command, facts, policy)
    if isinstance(command, c.RingTimer):
        yield from _rang(state, move, command.timer, facts, after)
    for fact in facts:
        yield from instants(state, fact, policy)


def _called_out(state: State, facts: tuple[e.Fact, ...], after: State, policy: Policy) -> Iterator[Fault]:
    """Danger, nobody at our desk, and the chain not yet running: its first link is asked."""
    idle = Timer.PARTNER not in state.control.armed and state.control.phase is Phase.WAITING
    in_danger = after.control.danger is not Danger.NONE
    if policy.night and idle and in_danger and not has(facts, e.PartnerAsked, e.PromiseBroken):
        yield "URGENT", "Danger, and nobody at our desk: the night chain was not asked."


def _chain_goes_on(state: State, command: c.Command, facts: tuple[e.Fact, ...], policy: Policy) -> Iterator[Fault]:
    """The night chain: begun when nobody is there, link after link, and no report of another link is believed."""
    control = state.control
    in_danger = control.danger is not Danger.NONE and control.phase is Phase.WAITING
    if isinstance(command, c.NobodyFree) and in_danger and not has(facts, e.CallNowShown):
        yield "URGENT", "Danger, nobody at our desk, and the number to call was not shown."
    more = control.link < len(policy.night)
    if has(facts, e.PartnerSilent) and more and not has(facts, e.PartnerAsked):
        yield "URGENT", "A link of the night chain did not do it, and the next one was not asked."
    if isinstance(command, c.PartnerTold | c.PartnerDown) and command.link != control.link and facts:
        yield "KEEP", "A link of the night chain was believed that was not asked last."


def _rang(state: State, move: Move, timer: Timer, facts: tuple[e.Fact, ...], after: State) -> Iterator[Fault]:
    if not is_ring(move):
        if facts:
            yield "NO-DEAD-END", f"The clock {timer} had an effect before it rang."
        return
    if not facts or after.record.rings_at(timer) == state.record.rings_at(timer):
        yield "NO-DEAD-END", f"The clock {timer} rings for ever without effect."
    if timer is Timer.BOT and not after.control.requested:
        yield "REACH", "The AI kept silent, and the customer was not passed on to a person."


def instants(state: State, fact: e.Fact, policy: Policy) -> Iterator[Fault]:
    """Clocks are set to moments that are still to come, promises within the ceiling."""
    event, standing = fact.event, state.record.due_at
    for timer, at in changes(event):
        if at is not None and at <= fact.at and at != standing:
            yield "NO-DEAD-END", f"The clock {timer} was set to a moment that is past."
    if isinstance(event, e.PromiseMade | e.PromiseMoved):
        allowed = policy.profile.email_days if event.kind is PromiseKind.EMAIL else policy.profile.answer_days
        if event.due_at > ceiling(policy.hours, fact.at, allowed):
            yield "REACH", "A promise is later than the ceiling of the legal profile."


def may_do_nothing(move: Move) -> bool:
    """Whether the move must have no effect: a clock that is not due, or somebody in the name of a colleague."""
    early = isinstance(move.order.command, c.RingTimer) and not is_ring(move)
    return early or move.by == "impostor"


def has_a_window(move: Move) -> bool:
    return getattr(move.order.command, "window", None) is not None


def survives_a_restart(state: State, facts: tuple[e.Fact, ...]) -> bool:
    """Whether a process that is killed and starts again finds the same conversation in what was stored."""
    return fold(new_conversation(), (decode(encode(fact)) for fact in facts)) == state
