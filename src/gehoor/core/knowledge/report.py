"""Everything that an evaluation says of a brain, whole and by topic, language and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gehoor.core.knowledge.reliability import Point, Reliability, curve, reliability
from gehoor.core.knowledge.score import Figures, Judged, figures, figures_by


@dataclass(frozen=True, slots=True)
class Report:
    """The figures; how far the probabilities can be believed; what every threshold would bring. A question that no
    article answers has no topic, so ``by_topic`` is of the others."""

    figures: Figures
    reliability: Reliability
    curve: tuple[Point, ...]
    by_topic: Mapping[str, Figures]
    by_language: Mapping[str, Figures]
    by_kind: Mapping[str, Figures]
    expected_wrong: float | None = None
    """The share of its answers that would be wrong if its own probabilities were right; None without an answer."""


def report(judged: Sequence[Judged]) -> Report:
    """The report over these questions."""
    return Report(
        figures(judged),
        reliability(judged),
        curve(judged),
        figures_by([one for one in judged if one.truth is not None], lambda one: one.truth or ""),
        figures_by([one for one in judged if one.language], lambda one: one.language),
        figures_by([one for one in judged if one.kind], lambda one: one.kind),
        _expected_wrong(judged),
    )


def _expected_wrong(judged: Sequence[Judged]) -> float | None:
    doubts = [1.0 - one.score for one in judged if one.answered]
    return sum(doubts) / len(doubts) if doubts else None


def as_data(told: Report) -> dict[str, Any]:
    """The report as plain data: the figures at the top, the rest under their names."""
    rest = asdict(told)
    whole: dict[str, Any] = rest.pop("figures")
    return whole | rest
