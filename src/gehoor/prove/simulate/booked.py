"""Who had which window for calling back, from the facts: none may ever be promised to more customers than it has room
for (NO-DEAD-END)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import PromiseKind, Window
from gehoor.core.guarantee.windows import capacity
from gehoor.core.policy import Policy
from gehoor.core.time import Instant

_PROMISES: Final = (e.PromiseMade, e.PromiseMoved)
_ENDS: Final = (e.PromiseKept, e.PromiseBroken, e.PromiseNotReached, e.RequestWithdrawn, e.Resolved, e.HandedBack)


@dataclass(frozen=True, slots=True)
class Booked:
    """A window that one customer had. ``until`` None: to the end."""

    window: Window
    since: Instant
    until: Instant | None


def booked(facts: Sequence[e.Fact], moments: Sequence[Instant]) -> Iterator[Booked]:
    """The windows that the customer of a conversation had, one after another; ``moments``: of each fact."""
    now: tuple[Window, Instant] | None = None
    for fact, at in zip(facts, moments, strict=True):
        event = fact.event
        if not isinstance(event, _PROMISES + _ENDS):
            continue
        if now is not None:
            yield Booked(*now, at)
            now = None
        if isinstance(event, _PROMISES) and event.kind is PromiseKind.CALLBACK and event.window_start is not None:
            now = Window(event.window_start, event.due_at), at
    if now is not None:
        yield Booked(*now, None)


def oversold(policy: Policy, every: Iterable[Booked]) -> list[str]:
    """Each window that at some moment more customers had than it has room for."""
    by_window: dict[Window, list[tuple[Instant, int]]] = {}
    for one in every:
        moments = by_window.setdefault(one.window, [])
        moments.append((one.since, 1))
        if one.until is not None:
            moments.append((one.until, -1))
    found = []
    for window, moments in sorted(by_window.items(), key=lambda both: both[0].start):
        most, now = 0, 0
        for _, change in sorted(moments):
            now += change
            most = max(most, now)
        if most > capacity(policy, window):
            found.append(f"the window from {window.start} had {most} customers and room for {capacity(policy, window)}")
    return found
