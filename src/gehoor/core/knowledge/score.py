"""How good a brain is on questions whose right topic is known: shares with their intervals, and how well it separates.

A share comes with its Wilson 95% interval, because a share of few questions says little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # 95%, two-sided


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: the right topic (None when no article answers it) and what the brain made of it.

    ``ranking`` has the topics best first; ``shown`` what a customer would see (one topic when ``answered``, up to
    three as a suggestion, none); ``answerable`` how probable it was thought that there is an article, from 0 to 1.
    """

    truth: str | None
    ranking: tuple[str, ...]
    shown: tuple[str, ...]
    answered: bool
    answerable: float


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total``; ``share``, ``low`` and ``high`` from 0 to 1 (0 to 1 wide when there is no case)."""

    count: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of ``gehoor evaluate answers``. ``auroc`` is None when one of the two kinds has no question."""

    first_right: Share
    in_three: Share
    answered: Share
    answered_wrong: Share
    suggested_right: Share
    unanswerable_answered: Share
    abstained_right: Share
    auroc: float | None


def wilson(count: int, total: int) -> Share:
    """The share with its Wilson 95% interval."""
    if total == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    p, z2 = count / total, _Z * _Z
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * math.sqrt(p * (1 - p) / total + z2 / (4 * total * total))
    return Share(count, total, p, max(0.0, middle - half), min(1.0, middle + half))


def figures(judged: Sequence[Judged]) -> Figures:
    """All figures. First right, in three, answered and answered wrong are shares of the answerable questions."""
    known = [j for j in judged if j.truth is not None]
    none = [j for j in judged if j.truth is None]
    return Figures(
        first_right=wilson(sum(j.ranking[:1] == (j.truth,) for j in known), len(known)),
        in_three=wilson(sum(j.truth in j.ranking[:3] for j in known), len(known)),
        answered=wilson(sum(j.answered for j in known), len(known)),
        answered_wrong=wilson(sum(j.answered and j.shown[:1] != (j.truth,) for j in known), len(known)),
        suggested_right=wilson(sum(not j.answered and j.truth in j.shown for j in known), len(known)),
        unanswerable_answered=wilson(sum(j.answered for j in none), len(none)),
        abstained_right=wilson(sum(not j.shown for j in none), len(none)),
        auroc=auroc([j.answerable for j in known], [j.answerable for j in none]),
    )


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """How often a case of the first kind scores higher than one of the second; a tie counts half."""
    if not higher or not lower:
        return None
    ranked = sorted([(score, True) for score in higher] + [(score, False) for score in lower])
    total = 0.0
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        middle = (start + 1 + end) / 2  # the mean rank of equal scores
        total += middle * sum(is_higher for _, is_higher in ranked[start:end])
        start = end
    n, m = len(higher), len(lower)
    return (total - n * (n + 1) / 2) / (n * m)
