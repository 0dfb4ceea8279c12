"""How good a brain is on questions whose right topic is known: shares with their intervals, and how well it separates.

A share comes with its Wilson 95% interval, because a share of few questions says little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # 95%, two-sided


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: the right topic (None when no article answers it) and what the brain made of it.

    ``ranking`` has the topics best first; ``shown`` what a customer would see (one topic when ``answered``, up to
    three as a suggestion, none); ``answerable`` how probable it was thought that there is an article, from 0 to 1, and
    ``score`` how probable that the best topic is the right one. ``also``: other topics whose answer would be right.
    ``kind``: what sort of question it is, in the words of who made the set.
    """

    truth: str | None
    ranking: tuple[str, ...]
    shown: tuple[str, ...]
    answered: bool
    answerable: float
    score: float = 0.0
    also: frozenset[str] = frozenset()
    language: str = ""
    kind: str = ""

    def is_right(self, slug: str) -> bool:
        """Whether an answer about this topic would be right."""
        return self.truth is not None and (slug == self.truth or slug in self.also)

    @property
    def first_right(self) -> bool:
        """Whether the best topic is right."""
        return any(map(self.is_right, self.ranking[:1]))

    @property
    def in_three(self) -> bool:
        """Whether a right topic is among the best three."""
        return any(map(self.is_right, self.ranking[:3]))

    @property
    def shown_right(self) -> bool:
        """Whether a right topic is among what the customer sees."""
        return any(map(self.is_right, self.shown))


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
    """The figures of ``gehoor evaluate answers``. ``auroc`` is None when one of the two kinds has no question.

    Of the answerable questions: ``first_right`` to ``abstained``; each ends in one of ``answered_right``,
    ``answered_wrong``, ``suggested_right``, ``suggested_wrong`` and ``abstained``, and ``helped`` is the first and the
    third together. Of the unanswerable ones: ``unanswerable_answered``, ``unanswerable_suggested`` and
    ``abstained_right``. ``wrong_of_answers``: of all that was answered, also where no article answers.
    """

    first_right: Share
    in_three: Share
    answered: Share
    answered_right: Share
    answered_wrong: Share
    suggested_right: Share
    suggested_wrong: Share
    abstained: Share
    helped: Share
    wrong_of_answers: Share
    unanswerable_answered: Share
    unanswerable_suggested: Share
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
    """All figures over these questions."""
    known = [j for j in judged if j.truth is not None]
    none = [j for j in judged if j.truth is None]
    told = [j for j in judged if j.answered]
    return Figures(
        first_right=_share(known, lambda j: j.first_right),
        in_three=_share(known, lambda j: j.in_three),
        answered=_share(known, lambda j: j.answered),
        answered_right=_share(known, lambda j: j.answered and j.shown_right),
        answered_wrong=_share(known, lambda j: j.answered and not j.shown_right),
        suggested_right=_share(known, lambda j: not j.answered and j.shown_right),
        suggested_wrong=_share(known, lambda j: not j.answered and bool(j.shown) and not j.shown_right),
        abstained=_share(known, lambda j: not j.shown),
        helped=_share(known, lambda j: j.shown_right),
        wrong_of_answers=_share(told, lambda j: not j.shown_right),
        unanswerable_answered=_share(none, lambda j: j.answered),
        unanswerable_suggested=_share(none, lambda j: not j.answered and bool(j.shown)),
        abstained_right=_share(none, lambda j: not j.shown),
        auroc=auroc([j.answerable for j in known], [j.answerable for j in none]),
    )


def figures_by(judged: Sequence[Judged], group: Callable[[Judged], str]) -> Mapping[str, Figures]:
    """The figures of each group, in alphabetical order."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(group(one), []).append(one)
    return {name: figures(groups[name]) for name in sorted(groups)}


def _share(judged: Sequence[Judged], counts: Callable[[Judged], bool]) -> Share:
    return wilson(sum(map(counts, judged)), len(judged))


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
