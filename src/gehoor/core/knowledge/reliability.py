"""Whether the probabilities can be believed, and what every threshold would bring.

Sources: expected calibration error, Naeini and others, AAAI 2015; a reliability table is what it is the summary of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.score import Judged, Share, wilson

BINS: Final = 10
"""Of equal width, from 0 to 1."""
MOST_POINTS: Final = 50
"""A curve of more points says no more to an eye."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose best topic had a probability from ``low`` to ``high``: ``said`` is the mean probability,
    ``right`` how many of them had the right topic first."""

    low: float
    high: float
    said: float
    right: Share


@dataclass(frozen=True, slots=True)
class Reliability:
    """``error``: the mean distance between what was said and what was right, weighted by questions; None without
    any. Bins without questions are left out."""

    error: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """If everything with at least this probability were answered: ``coverage`` is the share of the answerable
    questions that would be, ``precision`` the right ones of all that would be, also where no article answers."""

    threshold: float
    coverage: Share
    precision: Share


def reliability(judged: Sequence[Judged]) -> Reliability:
    """Over all questions: where no article answers, no topic is the right one."""
    kept: list[list[Judged]] = [[] for _ in range(BINS)]
    for one in judged:
        kept[min(int(max(one.score, 0.0) * BINS), BINS - 1)].append(one)
    bins = [
        Bin(
            number / BINS,
            (number + 1) / BINS,
            sum(one.score for one in inside) / len(inside),
            wilson(sum(one.first_right for one in inside), len(inside)),
        )
        for number, inside in enumerate(kept)
        if inside
    ]
    if not bins:
        return Reliability(None, ())
    apart = sum(one.right.total * abs(one.said - one.right.share) for one in bins)
    return Reliability(apart / len(judged), tuple(bins))


def curve(judged: Sequence[Judged]) -> tuple[Point, ...]:
    """From the highest threshold to the lowest, at most ``MOST_POINTS`` points; the last one answers everything."""
    order = sorted(judged, key=lambda one: -one.score)
    answerable = sum(one.truth is not None for one in order)
    points: list[Point] = []
    right = known = 0
    for number, one in enumerate(order, 1):
        right += one.first_right
        known += one.truth is not None
        # Equal probabilities are answered together or not at all.
        if number == len(order) or order[number].score < one.score:
            points.append(Point(one.score, wilson(known, answerable), wilson(right, number)))
    if len(points) <= MOST_POINTS:
        return tuple(points)
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return tuple(points[round(place * step)] for place in range(MOST_POINTS))
