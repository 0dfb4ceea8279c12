"""Windows for calling back: which can be booked, how many calls fit in one, and whether all that was promised fits.

A call-back takes ``handling``; ``share`` percent of the time of the people who are on shift is for call-backs. Whoever
shows windows, books one or counts what is left asks here, so that the three never differ (NO-DEAD-END: what is promised
fits the hands that the rota has at that time).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gehoor.core.conversation.model import PromiseKind, Window
from gehoor.core.guarantee.cover import overdue
from gehoor.core.guarantee.deadlines import promise_due
from gehoor.core.hours import next_open, openings
from gehoor.core.ids import StaffId
from gehoor.core.policy import Policy
from gehoor.core.rota import Duty
from gehoor.core.time import Instant, later


@dataclass(frozen=True, slots=True)
class Shortage:
    """``people`` more are needed from ``since`` up to ``until``, or ``promises`` of those due by then break."""

    people: int
    since: Instant
    until: Instant
    promises: int


def windows(policy: Policy, now: Instant) -> tuple[Window, ...]:
    """Every window that can be booked, full ones too: within the hours and the shifts, after the lead, and over
    before the last moment to which a call-back may be promised."""
    earliest, length = later(now, policy.promises.lead), policy.promises.window
    latest = promise_due(policy, now, PromiseKind.CALLBACK)
    if overdue(policy, now, PromiseKind.CALLBACK):
        return ()
    desks = Desks(policy.duties(now, latest))
    found: list[Window] = []
    for opening in openings(policy.hours, now):
        if opening.start >= latest:
            break
        starts = range(opening.start, min(opening.end, latest) - length + 1, length)
        within = (Window(Instant(start), Instant(start + length)) for start in starts if start >= earliest)
        found += [window for window in within if _calls(policy, desks, window) > 0]
    return tuple(found)


def capacity(policy: Policy, window: Window) -> int:
    """How many call-backs the people on shift can make in the window."""
    return _calls(policy, Desks(policy.duties(window.start, window.end)), window)


def room(policy: Policy, window: Window, booked: Iterable[Instant]) -> int:
    """How many call-backs still fit in the window; never below 0.

    Args:
        booked: when the windows of the open promises begin, this customer's own left out. One that overlaps the window
            takes room too: the hours may have changed since it was booked.
    """
    length = policy.promises.window
    taken = sum(1 for start in booked if start < window.end and start + length > window.start)
    return max(0, capacity(policy, window) - taken)


def shortage(policy: Policy, due: Iterable[Instant], now: Instant, booked: Iterable[Window] = ()) -> Shortage | None:
    """How many people are short to keep all open promises, by the first due time at which it does not fit; or None.

    Each promise takes one handling, and those that are due first are kept first. A stretch of time is too full when
    more has to be done within it than the people on shift then can.

    Args:
        due: when promises without a window are due; work on them can begin now. One that is over is work too, but
            has nothing left to break.
        booked: the windows of the promises that have one; work on them begins when it opens.
    """
    # How many promises are due at each moment; and of those with a window the starts that are still to come.
    work, waits = dict[Instant, int](), dict[Instant, list[Instant]]()
    for end in due:
        work[end] = work.get(end, 0) + 1
    for one in booked:
        work[one.end] = work.get(one.end, 0) + 1
        if one.start > now:
            waits.setdefault(one.end, []).append(one.start)
    over = sum(count for end, count in work.items() if end <= now)
    ends = sorted(end for end in work if end > now)
    if not ends:
        return None
    desks = Desks(policy.duties(now, ends[-1]), _open_within(policy, Window(now, ends[-1])))
    starts: list[Instant] = []
    total = over
    for end in ends:
        total += work[end]
        starts = sorted(starts + waits[end]) if end in waits else starts
        # From now on everything has to be done, from a later start what begins then or after it.
        demands = [(now, total), *((start, len(starts) - bisect_left(starts, start)) for start in sorted(set(starts)))]
        found = [_short(policy, desks, Window(start, end), demand) for start, demand in demands if start < end]
        worst = max((one for one in found if one is not None), key=lambda one: one.people, default=None)
        if worst is not None:
            return worst
    return None


def _short(policy: Policy, desks: Desks, span: Window, demand: int) -> Shortage | None:
    terms = policy.promises
    missing = demand - _calls(policy, desks, span)
    if missing <= 0:
        return None
    # What one more person, there all the time that we are open, could do; at least one call.
    open_for = sum(one.end - one.start for one in _open_within(policy, span))
    spare = max(open_for * terms.share, 100 * terms.handling)
    people = -(-missing * 100 * terms.handling // spare)
    since = next_open(policy.hours, span.start)
    return Shortage(people, span.start if since is None else min(since, span.end), span.end, missing)


def _open_within(policy: Policy, span: Window) -> list[Window]:
    found: list[Window] = []
    for opening in openings(policy.hours, span.start):
        if opening.start >= span.end:
            break
        found.append(Window(max(opening.start, span.start), min(opening.end, span.end)))
    return found


def _calls(policy: Policy, desks: Desks, window: Window) -> int:
    terms = policy.promises
    return desks.within(window) * terms.share // (100 * terms.handling)


class Desks:
    """How many people are at a desk when; who is on two shifts at once counts once.

    Args:
        open_for: only their time within these counts, which do not overlap; None: all of it.
    """

    def __init__(self, on_shift: Iterable[Duty], open_for: Sequence[Window] | None = None) -> None:
        stretches: dict[StaffId, list[tuple[int, int]]] = {}
        for duty in on_shift:
            if not duty.on_call:
                for person in duty.people:
                    stretches.setdefault(person, []).append((duty.start, duty.end))
        changes: dict[int, int] = {}
        for start, end in (one for found in stretches.values() for one in _apart(sorted(found))):
            for first, last in [(start, end)] if open_for is None else _both(start, end, open_for):
                changes[first] = changes.get(first, 0) + 1
                changes[last] = changes.get(last, 0) - 1
        self._moments, self._there, self._sums = sorted(changes), [0], [0]
        for before, at in pairwise([0, *self._moments]):
            self._sums.append(self._sums[-1] + self._there[-1] * (at - before))
            self._there.append(self._there[-1] + changes[at])

    def within(self, window: Window) -> int:
        """The time that people are at a desk within the window, added up."""
        return max(self._until(window.end) - self._until(window.start), 0)

    def _until(self, at: int) -> int:
        place = bisect_right(self._moments, at)
        return self._sums[place] + self._there[place] * (at - self._moments[place - 1]) if place else 0


def _both(start: int, end: int, open_for: Sequence[Window]) -> Iterator[tuple[int, int]]:
    for one in open_for:
        if max(start, one.start) < min(end, one.end):
            yield max(start, one.start), min(end, one.end)


def _apart(stretches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches in order of their start, without what was in one before."""
    done = 0
    for start, end in stretches:
        if end > max(start, done):
            yield max(start, done), end
        done = max(done, end)
