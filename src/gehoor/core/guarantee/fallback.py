"""Which human route is open when nobody is free, and what the house promises then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gehoor.core.conversation.events import CallNowShown, Event, PromiseMade
from gehoor.core.conversation.model import Danger, PromiseKind, Record, Window
from gehoor.core.guarantee.deadlines import promise_due, remind_at, wait_until
from gehoor.core.hours import next_open
from gehoor.core.policy import Policy, Said
from gehoor.core.time import SECOND, Instant, later, local

_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def spoken_moment(policy: Policy, at: Instant, language: str) -> str:
    """A moment as people say it: "dinsdag 24 november 17.00 uur"."""
    return spoken(local(at, policy.hours.zone), language)


def spoken_date(policy: Policy, at: Instant, language: str) -> str:
    """A day as people say it: "dinsdag 24 november"."""
    return spoken_day(local(at, policy.hours.zone), language)


def spoken(moment: datetime, language: str) -> str:
    """A local moment as people say it, in Dutch unless the language is one that is known here."""
    return f"{spoken_day(moment, language)} {spoken_time(moment, language)}"


def spoken_day(day: date, language: str) -> str:
    """A day as people say it, in Dutch unless the language is one that is known here."""
    known = language if language in _DAYS else "nl"
    return f"{_DAYS[known][day.weekday()]} {day.day} {_MONTHS[known][day.month - 1]}"


def spoken_time(moment: datetime, language: str) -> str:
    """The time on the clock as people say it: "17.00 uur"."""
    return f"{moment:%H:%M}" if language in _DAYS and language != "nl" else f"{moment.hour}.{moment.minute:02d} uur"


def spoken_window(policy: Policy, start: Instant, end: Instant, language: str) -> str:
    """A stretch of one day as people say it: "dinsdag 24 november tussen 10.00 en 11.00 uur"."""
    first, last = local(start, policy.hours.zone), local(end, policy.hours.zone)
    known = language if language in _DAYS else "nl"
    day = spoken_day(first, known)
    if known == "nl":
        return f"{day} tussen {first.hour}.{first.minute:02d} en {last.hour}.{last.minute:02d} uur"
    return f"{day} between {first:%H:%M} and {last:%H:%M}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promise comes down to: how, by when, under which reference, owned by whom, reminded of when."""

    kind: PromiseKind
    due_at: Instant
    reference: str
    window_start: Instant | None
    owner: str
    remind_at: Instant
    said: Said


def terms(
    policy: Policy, record: Record, kind: PromiseKind, due: Instant, window: Window | None, fresh: str, now: Instant
) -> Terms:
    """The terms of a promise, with the sentence that tells them.

    Args:
        window: when the customer is called back; its end is when the promise is due.
        fresh: the reference to give when none was given for this request; a customer keeps the first.
    """
    language, reference = record.language, record.reference or fresh
    start = None if window is None else window.start
    due = due if window is None else window.end
    if start is None:
        told = {"due": spoken_moment(policy, due, language)}
    else:
        told = {"window": spoken_window(policy, start, due, language)}
    sentence = f"promise_{kind}" if start is None else "promise_window"
    said = policy.wording.say(sentence, language, reference=reference, **told)
    owner = policy.team_on(later(due, -SECOND))
    return Terms(kind, due, reference, start, owner, remind_at(policy, now, due, start), said)


def fallback(
    policy: Policy,
    record: Record,
    danger: Danger,
    kind: PromiseKind | None,
    fresh: str,
    now: Instant,
    window: Window | None = None,
) -> tuple[Event, Said]:
    """What the house says when nobody is free: a dated promise; in danger never one, but the number to call now.

    Args:
        kind: how the customer chose that it is kept; it never puts off a promise that runs. None keeps the way of the
            promise that runs, else it is an answer in this conversation.
        fresh: the reference to give when none was given for this request; a customer keeps the first.
        window: the window that the customer chose.
    """
    running = record.due_at if kind is not None else None
    kind = kind or record.promise_kind or PromiseKind.CHAT
    if danger is not Danger.NONE:
        said = policy.wording.say("call_now", record.language, phone=policy.contact.emergency_phone)
        return CallNowShown(wait_until(policy, now), said.template), said
    due = promise_due(policy, now, kind)
    due = due if running is None else min(due, running)
    made = terms(policy, record, kind, due, window, fresh, now)
    event = PromiseMade(
        kind, made.due_at, made.reference, made.said.template, made.window_start, made.owner, made.remind_at
    )
    return event, made.said


def opens_at(policy: Policy, now: Instant) -> Instant | None:
    """When people are there again; None while they are."""
    return None if policy.open_now(now) else next_open(policy.hours, now)
