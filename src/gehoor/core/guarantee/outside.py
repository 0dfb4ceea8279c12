"""The guarantees over what comes from outside the house: letters by e-mail and the night chain.

What the outside reports is a claim. A letter counts as an answer only when it carried a person's newest words and the
receiver's server took it; a partner counts only when it was asked and no other link was asked since.
"""

from __future__ import annotations

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import ActorKind, Danger, LetterKind, Phase, Reached, State, Timer
from gehoor.core.guarantee.step import Commit, Step

_REPORTS = (
    *(e.MailAccepted, e.MailFailed, e.PartnerAsked, e.PartnerAcknowledged, e.PartnerSilent, e.PartnerReached),
    e.PromiseReminded,
)


def carries_the_answer(before: State, event: e.MailAccepted | e.MailFailed) -> bool:
    """Whether the letter carries the newest words of a person."""
    newest = before.record.last_human_seq
    return event.letter is LetterKind.ANSWER and newest > 0 and event.upto >= newest


def was_asked(before: State, event: e.PartnerAcknowledged | e.PartnerSilent | e.PartnerReached) -> bool:
    """Whether the link of the night chain that reports is the one that was asked last."""
    return Timer.PARTNER in before.control.armed and 0 < event.link == before.control.link


def keep(step: Step) -> str | None:
    """KEEP: a letter or a partner ends a request only when a person's words arrived, and a letter that comes back
    opens it again."""
    before, after, event = step.before.control, step.after.control, step.fact.event
    ended = before.requested and not after.requested
    if isinstance(event, e.MailAccepted) and ended:
        if before.reached is not Reached.TRIED or not carries_the_answer(step.before, event):
            return "A request ended on a letter that carried no answer of a person."
        if not after.mailed:
            return "A request ended on a letter, and nothing says that it may come back."
    if isinstance(event, e.PartnerReached) and not was_asked(step.before, event):
        return "A night partner that had not been asked ended a request."
    if isinstance(event, e.MailFailed) and ended:
        return "A letter that failed ended a request."
    if isinstance(event, e.Resolved | e.HandedBack) and before.mailed and not after.mailed:
        return "An answer by letter may still come back, and that was forgotten at the end."
    came_back = isinstance(event, e.MailFailed) and event.bounced and carries_the_answer(step.before, event)
    if came_back and before.mailed and not after.requested:
        return "An answer came back, and the request was not opened again."
    return None


def clock(step: Step) -> str | None:
    """CLOCK: a letter that came back does not begin the time to a person anew."""
    event, before, after = step.fact.event, step.before, step.after
    if not isinstance(event, e.MailFailed) or before.record.first_requested_at is None:
        return None
    moved = after.record.first_requested_at != before.record.first_requested_at
    return "A letter that came back began the time to a person anew." if moved else None


def turn(step: Step) -> str | None:
    """TURN: who was answered by a letter that came back goes to the front."""
    after = step.after.control
    reopened = isinstance(step.fact.event, e.MailFailed) and step.fact.event.reopens
    in_front = after.returned and after.phase is Phase.WAITING
    return "A customer whose answer came back does not wait in front." if reopened and not in_front else None


def honest(step: Step) -> str | None:
    """HONEST: what the outside reports is recorded by the house; nobody says in its place that somebody was reached."""
    if isinstance(step.fact.event, _REPORTS) and step.fact.actor.kind is not ActorKind.HOUSE:
        return "What a partner or the post reports was not recorded by the house."
    return None


def urgent(step: Step) -> str | None:
    """URGENT: the night chain is asked in danger only, link after link, and only while nobody has the customer."""
    event, before = step.fact.event, step.before.control
    if isinstance(event, e.PartnerAcknowledged) and not was_asked(step.before, event):
        return "A link of the night chain counts as acknowledged that was not asked."
    if not isinstance(event, e.PartnerAsked):
        return None
    if before.danger is Danger.NONE or before.phase not in (Phase.WAITING, Phase.OFFERED):
        return "The night chain was asked without danger, or for somebody who has a person."
    if Timer.PARTNER in before.armed:
        return "A link of the night chain was asked while another still has time to answer."
    return None if event.link in (1, before.link + 1) else "A link of the night chain was passed over unasked."


def moved(step: Step) -> str | None:
    """NO-DEAD-END: a promise is moved by the customer only, to a time to come, under the same reference."""
    event, before = step.fact.event, step.before
    if not isinstance(event, e.PromiseMoved):
        return None
    if step.fact.actor.kind is not ActorKind.CUSTOMER:
        return "A promise was moved by somebody else than the customer."
    if before.control.danger is not Danger.NONE or not before.control.requested:
        return "A promise was moved in danger, or for somebody who waits for nobody."
    past = event.due_at <= step.fact.at and not step.fact.stepped  # held: dated later than it was decided
    if past or (event.window_start is not None and event.window_start >= event.due_at):
        return "A promise was moved to a time that is past, or to a window without length."
    return None if event.reference and event.reference == before.record.reference else "A promise lost its reference."


def passed_on(commit: Commit) -> str | None:
    """URGENT: a link of the night chain that does not do it leads to the next, or to the number to call."""
    kinds = {type(fact.event) for fact in commit.facts}
    if e.PartnerSilent in kinds and not kinds & {e.PartnerAsked, e.CallNowShown}:
        return "A link of the night chain did not do it, and nothing followed."
    return None
