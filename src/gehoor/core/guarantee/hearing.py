"""The guarantees over what was heard: a yes was acted on at once, a maybe costs one click, and nobody is labelled.

They hold for what the tables heard in a message, and for what the language model raised in the AI's turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import BY_A_PERSON, OTHER_DANGER, SUPPORT, ActorKind, Heard, Phase, Signal, State
from gehoor.core.guarantee.heard import offer_reason
from gehoor.core.guarantee.receipts import topics
from gehoor.core.guarantee.step import Commit, Step
from gehoor.core.policy import LONGEST_TERMS
from gehoor.core.time import DAY

_NOTICES: Final = (e.SignalsRaised, e.DangerAsked, e.ReceiptGiven, e.SupportOffered)


def heard_in(commit: Commit) -> Iterator[tuple[int, Heard]]:
    """What was heard, with the place of the fact that says so."""
    for place, fact in enumerate(commit.facts):
        if isinstance(fact.event, e.MessageReceived | e.SignalsRaised):
            yield place, fact.event.heard


def with_person(state: State) -> bool:
    """Whether a person has the customer, or was asked to."""
    return state.control.requested or state.control.phase is Phase.HUMAN


# -- one fact --------------------------------------------------------------------------------------------------------


def private(step: Step) -> str | None:
    """PRIVATE: a fact says which easier way was offered and which was chosen, never what somebody is."""
    event = step.fact.event
    if not isinstance(event, e.MessageReceived | e.SignalsRaised):
        return None
    labelled = event.heard.needs_support is not Signal.NO or event.heard.support
    return "A fact says that somebody needs support." if labelled else None


def honest(step: Step) -> str | None:
    """HONEST: what was heard, and what the house says of it, is recorded by the house."""
    if isinstance(step.fact.event, _NOTICES) and step.fact.actor.kind is not ActorKind.HOUSE:
        return "What was heard or answered by the house was recorded by somebody else."
    return None


def one_voice(step: Step) -> str | None:
    """ONE-VOICE: signals are raised only in a turn that is the AI's still."""
    event, before = step.fact.event, step.before
    if not isinstance(event, e.SignalsRaised):
        return None
    due = before.control.phase is Phase.AI and event.turn in before.record.turns
    return None if due else "Signals were raised in a turn that the AI does not have."


def no_loop(step: Step) -> str | None:
    """NO-LOOP: the same easier way is offered once."""
    event = step.fact.event
    if isinstance(event, e.SupportOffered) and step.before.record.supports.intersection(event.offers):
        return "The same easier way was offered twice."
    return None


def no_dead_end(step: Step) -> str | None:
    """NO-DEAD-END: a receipt can be kept and stands once; an easier way is one that there is."""
    event, record = step.fact.event, step.before.record
    if isinstance(event, e.SupportOffered) and not (event.offers and set(event.offers) <= set(SUPPORT)):
        return "An easier way was offered that leads nowhere."
    if isinstance(event, e.SupportChosen) and event.offer not in SUPPORT:
        return "An easier way was chosen that leads nowhere."
    if not isinstance(event, e.ReceiptGiven):
        return None
    if event.topic in record.receipts:
        return "A topic got a second receipt."
    if not event.reference:
        return "A receipt has no reference."
    most: int = getattr(LONGEST_TERMS, event.topic)
    # The term ends with a day, and the clock may be moved on the way to it.
    if not 0 < event.due_at - step.fact.at <= (most + 2) * DAY and not step.fact.stepped:
        return "A receipt names a term that is past, or above what the law allows."
    return None


# -- one commit ------------------------------------------------------------------------------------------------------


def asked_about_danger(commit: Commit) -> str | None:
    """URGENT: perhaps danger costs one click: whoever wrote is asked, with the number to call."""
    asked = {fact.event.kind for fact in commit.facts if isinstance(fact.event, e.DangerAsked)}
    for _, heard in heard_in(commit):
        if heard.urgent is Signal.MAYBE and (heard.urgent_kind or OTHER_DANGER) not in asked:
            return "Perhaps danger was heard, and nobody asked about it."
    return None


def a_click_away(commit: Commit) -> str | None:
    """REACH: perhaps a wish for a person, and the AI goes on: a person is one click away."""
    if not _ai_goes_on(commit):
        return None
    offered = commit.has(e.HumanOffered) or commit.before.record.offered_seq > _turn(commit)
    wanted = any(offer_reason(heard) for _, heard in heard_in(commit))
    return "Perhaps a person was wanted, and none was offered." if wanted and not offered else None


def told_what_it_is(commit: Commit) -> str | None:
    """HONEST: who asks, or perhaps asks, whether this is a person is told."""
    asked = any(heard.asks_identity is not Signal.NO for _, heard in heard_in(commit))
    if asked and _ai_goes_on(commit) and not commit.has(e.IdentityTold):
        return "Somebody asked whether this is a person, and was not told."
    return None


def received(commit: Commit) -> str | None:
    """NO-DEAD-END: a complaint, an objection or a privacy request has its receipt in the same commit."""
    for _, heard in heard_in(commit):
        if not commit.after.record.receipts.issuperset(topics(heard)):
            return "A complaint, an objection or a privacy request got no receipt."
    return None


def led_to(commit: Commit) -> str | None:
    """NO-DEAD-END: an easier way that only a person can give leads to one."""
    for fact in commit.facts:
        event = fact.event
        if not isinstance(event, e.SupportChosen) or event.language is not None:
            continue
        if event.offer in BY_A_PERSON and not with_person(commit.after):
            return "An easier way was chosen that only a person can give, and no person was asked."
    return None


def _ai_goes_on(commit: Commit) -> bool:
    answered = commit.has(e.BotTurnDue, e.IdentityTold, e.SignalsRaised)
    return answered and commit.after.control.phase is Phase.AI


def _turn(commit: Commit) -> int:
    """The turn in which something was raised; else a number beyond every fact."""
    raised = [fact.event.turn for fact in commit.facts if isinstance(fact.event, e.SignalsRaised)]
    return raised[0] if raised else commit.facts[-1].seq
