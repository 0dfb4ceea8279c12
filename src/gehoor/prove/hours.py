"""``gehoor check`` on an organisation's real policy, hour by hour: what would be said to who asks for a person then.

The ceiling is counted anew here, in days of the calendar, so that a mistake in the arithmetic of hours is no excuse.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, PromiseKind, Record
from gehoor.core.guarantee.cover import SHIFT_DAYS, WARN_DAYS, gaps, warnings
from gehoor.core.guarantee.deadlines import days_of
from gehoor.core.guarantee.fallback import fallback
from gehoor.core.guarantee.windows import capacity, windows
from gehoor.core.hours import HORIZON_DAYS
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, HOUR, MINUTE, Instant, later, local

_SOMEBODY: Final = Record(ConversationId("conversation"))
_REFERENCE: Final = "999-999-990"
_QUARTER: Final = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Hours:
    """What was looked at, and what was found.

    ``hours``: hours of 53 weeks, each with every way to promise; ``furthest``: the most days of the calendar that
    anybody waits, and ``furthest_on`` the first day of asking; ``quarters``: quarters of an hour in which we are open
    in the next 14 days, each with somebody on shift; ``windows``: windows that were looked at, with room for ``calls``.
    """

    hours: int
    furthest: int
    furthest_on: date
    quarters: int
    windows: int
    calls: int
    links: int
    warnings: tuple[str, ...]
    found: tuple[str, ...]
    seconds: float


def check_hours(policy: Policy, at: Instant, staff: Collection[StaffId] | None = None) -> Hours:
    """Every hour of 53 weeks from ``at`` on, and every quarter of an hour of the next 14 days."""
    started = time.monotonic()
    found = [one.fault().sentence for one in gaps(policy, at, staff)]
    furthest, furthest_on = 0, local(at, policy.hours.zone).date()
    for ahead in range(HORIZON_DAYS * 24):
        now = later(at, ahead * HOUR)
        today = local(now, policy.hours.zone).date()
        for kind in PromiseKind:
            days, wrong = _promise(policy, now, today, kind)
            found += [wrong] if wrong else []
            furthest, furthest_on = (days, today) if days > furthest else (furthest, furthest_on)
    quarters, alone = _shifts(policy, at)
    bookable, calls, wrongs = _windows(policy, at)
    found += [*alone, *_danger(policy, at), *wrongs]
    soon = tuple(one.fault().sentence for one in warnings(policy, at))
    return Hours(
        hours=HORIZON_DAYS * 24,
        furthest=furthest,
        furthest_on=furthest_on,
        quarters=quarters,
        windows=bookable,
        calls=calls,
        links=len(policy.night),
        warnings=soon,
        found=tuple(dict.fromkeys(found)),
        seconds=time.monotonic() - started,
    )


def told(figures: Hours) -> list[str]:
    """The figures for a reader."""
    lines = [
        f"hours         {figures.hours:>9,}   of 53 weeks; a promise of each kind in each, within the ceiling",
        f"furthest      {figures.furthest:>9,}   days to a promise at the most, asked for on {figures.furthest_on}",
        f"on shift      {figures.quarters:>9,}   open quarters of an hour in {SHIFT_DAYS} days, each with a person",
        f"windows       {figures.windows:>9,}   to call back in, of {SHIFT_DAYS} days; room for {figures.calls:,}",
        f"night chain   {figures.links:>9,}   links, for danger when nobody is at the desk",
        f"warnings      {len(figures.warnings):>9,}   for days {SHIFT_DAYS + 1} to {WARN_DAYS}",
        f"violations    {len(figures.found):>9,}   of the policy",
        f"time          {figures.seconds:>9.1f} s",
    ]
    return [*lines, *(f"  {one}" for one in (*figures.found, *figures.warnings))]


def _promise(policy: Policy, now: Instant, today: date, kind: PromiseKind) -> tuple[int, str]:
    """How many days it takes what the house would promise now, and what is wrong with that."""
    event, _ = fallback(policy, _SOMEBODY, Danger.NONE, kind, _REFERENCE, now)
    if not isinstance(event, e.PromiseMade) or event.due_at <= now:
        return 0, f"Who asks at {_spoken(policy, now)} is promised nothing."
    due = local(later(event.due_at, -1), policy.hours.zone).date()
    days, most = (due - today).days, days_of(policy.profile, kind)
    if due > _last_day(policy, today, kind) or days > most:
        return days, f"Who asks on {today} is promised {kind.value} on {due}: above the ceiling."
    return days, ""


def _last_day(policy: Policy, today: date, kind: PromiseKind) -> date:
    """The last working day on which the profile lets a promise be due, counted one by one."""
    profile = policy.profile
    left = {PromiseKind.EMAIL: profile.email_days, PromiseKind.CALLBACK: profile.callback_days}.get(
        kind, profile.answer_days
    )
    day = today
    for _ in range(HORIZON_DAYS):
        day += timedelta(days=1)
        left -= bool(policy.hours.blocks(day))
        if left <= 0:
            break
    return day


def _shifts(policy: Policy, at: Instant) -> tuple[int, list[str]]:
    quarters, alone = 0, []
    for ahead in range(0, SHIFT_DAYS * DAY, _QUARTER):
        now = later(at, ahead)
        if not policy.open_now(now):
            continue
        quarters += 1
        if not any(duty.people and not duty.on_call for duty in policy.duties(now, later(now, 1))):
            alone.append(f"Nobody is on shift at {_spoken(policy, now)}, and we are open.")
    return quarters, alone[:1]


def _danger(policy: Policy, at: Instant) -> Iterator[str]:
    """At no hour a date instead of the number to call; and at every hour somebody who can be asked."""
    for ahead in range(SHIFT_DAYS * 24):
        now = later(at, ahead * HOUR)
        event, _ = fallback(policy, _SOMEBODY, Danger.LIFE, None, _REFERENCE, now)
        if not isinstance(event, e.CallNowShown):
            yield f"Who is in danger at {_spoken(policy, now)} is given a date."
            return
        there = any(duty.people and not duty.on_call for duty in policy.duties(now, later(now, 1)))
        if not there and not policy.night:
            yield f"Who is in danger at {_spoken(policy, now)} finds nobody."
            return


def _windows(policy: Policy, at: Instant) -> tuple[int, int, list[str]]:
    """Every window that can be booked in the next days: open all through, with hands, and within the ceiling."""
    seen, calls, wrong = set(), 0, []
    for ahead in range(SHIFT_DAYS * 24):
        now = later(at, ahead * HOUR)
        last = _last_day(policy, local(now, policy.hours.zone).date(), PromiseKind.CALLBACK)
        for window in windows(policy, now):
            if local(later(window.end, -1), policy.hours.zone).date() > last:
                wrong.append(f"At {_spoken(policy, now)} a window is offered that is above the ceiling.")
            if window in seen:
                continue
            seen.add(window)
            calls += capacity(policy, window)
            if not all(policy.open_now(Instant(moment)) for moment in range(window.start, window.end, _QUARTER)):
                wrong.append(f"The window at {_spoken(policy, window.start)} is not within the hours.")
    return len(seen), calls, wrong[:3]


def _spoken(policy: Policy, at: Instant) -> str:
    return local(at, policy.hours.zone).strftime("%Y-%m-%d %H:%M")
