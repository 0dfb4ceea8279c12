"""Which clock runs, and when it rings, under a policy."""

from __future__ import annotations

from gehoor.core.conversation.model import Danger, PromiseKind
from gehoor.core.hours import end_of_working_day, next_part_of_day
from gehoor.core.policy import Link, Policy, Profile
from gehoor.core.time import DAY, HOUR, Instant, later


def bot_answers_by(policy: Policy, now: Instant) -> Instant:
    """When the AI must have answered, before the customer goes on to a person."""
    return later(now, policy.clocks.bot_answers)


def offer_expires_at(policy: Policy, now: Instant) -> Instant:
    """When an offer to an agent has waited long enough."""
    return later(now, policy.clocks.offer)


def wait_until(policy: Policy, now: Instant, danger: Danger = Danger.NONE) -> Instant:
    """How long a customer waits in the queue before the house makes a dated promise as well; in danger, before it
    shows the number to call and asks the night chain."""
    return later(now, policy.clocks.wait_before_promise if danger is Danger.NONE else policy.clocks.danger)


def agent_answers_by(policy: Policy, now: Instant) -> Instant:
    """When the agent who has the floor must have answered, before the customer goes back to the front."""
    return later(now, policy.clocks.agent_answers)


def idle_at(policy: Policy, now: Instant) -> Instant:
    """When a conversation in which nobody waits for anything is closed; writing opens it again."""
    return later(now, policy.clocks.idle)


def no_hurry(policy: Policy, now: Instant) -> Instant:
    """When a conversation is closed whose customer asked for more time: a week at the least."""
    return later(now, max(policy.clocks.idle, 7 * DAY))


def promise_due(policy: Policy, now: Instant, kind: PromiseKind) -> Instant:
    """The end of the working day by which a person answers: today while people are there, else the next one.

    The ceiling is that of nl-corporatie: the end of the next working day (guarantees.md, REACH).
    """
    terms = policy.promises
    days = {PromiseKind.CALLBACK: terms.callback_days, PromiseKind.EMAIL: terms.email_days}.get(kind, terms.answer_days)
    # A policy without an opening in 53 weeks is refused when it is saved; a day keeps the function total.
    return end_of_working_day(policy.hours, now, days) or later(now, DAY)


def days_of(profile: Profile, kind: PromiseKind) -> int:
    """How many days of the calendar a promise may take at the most: those of the profile for one working day, and one
    more for each further working day that the kind may take."""
    working = {PromiseKind.CALLBACK: profile.callback_days, PromiseKind.EMAIL: profile.email_days}
    return profile.most_days + max(0, working.get(kind, profile.answer_days) - 1)


def try_again_at(policy: Policy, now: Instant) -> Instant:
    """The next part (morning, afternoon) of a working day: KEEP asks for tries on different parts of two days."""
    return next_part_of_day(policy.hours, now) or later(now, 12 * HOUR)


def remind_at(policy: Policy, now: Instant, due: Instant, window_start: Instant | None) -> Instant:
    """When the owner of a promise is reminded: when its window opens, else some time before it is due."""
    return max(now, later(due, -policy.promises.remind) if window_start is None else window_start)


def acknowledge_by(link: Link, now: Instant) -> Instant:
    """When a link of the night chain must have said that it goes to the customer, before the next one is asked."""
    return later(now, link.answer_within)


def contact_by(link: Link, now: Instant) -> Instant:
    """When a link that acknowledged must have spoken to the customer, before the next one is asked."""
    return later(now, link.contact_within)
