"""How long a customer will probably wait, from how long conversations lately took; and how wrong that was.

The estimate is (customers who must be helped first) x (mean length of a conversation) / (conversations at once). The
mean is the time that conversations took, those that still run included, divided by how many of them ended: leaving the
running ones out would count only the short ones in the first hour of a day (the estimate for censored exponential
spans; see docs/decisions/0007.md). When too little was seen, or nobody is there, it is not known, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.time import MINUTE

ENOUGH: Final = 5
"""Fewer conversations than this that ended say nothing."""
RECENT: Final = 30
"""How many of the newest ended conversations count."""
STEPS: Final = tuple(MINUTE * minutes for minutes in (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120))
"""What is told: never finer than this, for it is not known finer."""


def mean_span(ended: Sequence[int], running: Iterable[int]) -> int | None:
    """The mean length of a conversation; None when too few ended.

    Args:
        ended: how long the newest ended conversations took, in microseconds.
        running: how long those that run have taken up to now.
    """
    if len(ended) < ENOUGH:
        return None
    return (sum(ended) + sum(running)) // len(ended)


def estimate(ahead: int, room: int, slots: int, mean: int | None) -> int | None:
    """How long it will take until this customer is offered, in microseconds; None when it is not known.

    Args:
        ahead: customers who will be offered first.
        room: how many conversations the agents who are there could begin this moment.
        slots: how many conversations they can have at once.
    """
    if slots < 1:
        return None
    if ahead < room:
        return 0
    if mean is None:
        return None
    return (ahead - room + 1) * mean // slots


def told(wait: int) -> int:
    """The wait as it is told: the nearest step upwards, the last step for everything longer."""
    return next((step for step in STEPS if wait <= step), STEPS[-1])


@dataclass(frozen=True, slots=True)
class Guess:
    """One estimate and what came of it. ``hour``: of the day, when it was told. ``told`` None: it was not known.

    ``happened``: how long it took until a person had the conversation, in microseconds.
    """

    hour: int
    told: int | None
    happened: int


@dataclass(frozen=True, slots=True)
class HourError:
    """How good the estimates of one hour of the day are.

    ``bias``: told less happened, on average (above 0: we said too long); ``median_error``: of the sizes; both in
    microseconds. ``close``: how many of ``count`` lay between half and double what happened (or within two minutes).
    ``unknown``: how often nothing could be said.
    """

    hour: int
    count: int
    bias: int
    median_error: int
    close: int
    unknown: int


def errors(guesses: Iterable[Guess]) -> tuple[HourError, ...]:
    """The error of the estimates, by hour of the day."""
    by_hour: dict[int, list[Guess]] = {}
    for guess in guesses:
        by_hour.setdefault(guess.hour, []).append(guess)
    return tuple(_error(hour, by_hour[hour]) for hour in sorted(by_hour))


def _error(hour: int, guesses: list[Guess]) -> HourError:
    known = [(one.told, one.happened) for one in guesses if one.told is not None]
    unknown = len(guesses) - len(known)
    if not known:
        return HourError(hour, 0, 0, 0, 0, unknown)
    off = [said - happened for said, happened in known]
    close = sum(_is_close(said, happened) for said, happened in known)
    middle = sorted(map(abs, off))[len(off) // 2]
    return HourError(hour, len(off), sum(off) // len(off), middle, close, unknown)


def _is_close(said: int, happened: int) -> bool:
    return abs(said - happened) <= 2 * MINUTE or happened <= 2 * said <= 4 * happened
