"""Figures: medians over runs, each with what it is compared with in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from gehoor.prove.bench.kit import Values, Wanted
from gehoor.prove.bench.machine import Conditions
from gehoor.prove.bench.parts import Pair


@dataclass(frozen=True, slots=True)
class Figure:
    """A median over runs. ``floor``: of what it is compared with, which is the floor, or the same with less stored or
    without the AI. ``ratio``: the median of each run's ratio to it."""

    value: float
    floor: float | None
    ratio: float | None
    runs: tuple[float, ...]
    floor_runs: tuple[float, ...]


@dataclass(slots=True)
class Measured:
    """Everything: figures by dotted name, under which conditions, and what went wrong on the way."""

    conditions: Conditions
    wanted: Wanted
    figures: dict[str, Figure] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def figures_of(runs: Sequence[Pair]) -> dict[str, Figure]:
    """The figures of every name, in the order in which they were found."""
    return {name: _figure(name, runs) for name in dict.fromkeys(name for pair in runs for name in pair.ours)}


def _figure(name: str, runs: Sequence[Pair]) -> Figure:
    values = tuple(pair.ours[name] for pair in runs if name in pair.ours)
    bases = tuple(pair.base[name] for pair in runs if name in pair.ours and name in pair.base)
    if len(bases) < len(values):
        return Figure(median(values), None, None, values, ())
    ratios = [value / base for value, base in zip(values, bases, strict=True) if base]
    return Figure(median(values), median(bases), median(ratios) if ratios else None, values, bases)


def joined(pairs: Sequence[Pair]) -> Pair:
    """All parts of one run."""
    whole = Pair(Values(), Values())
    for pair in pairs:
        whole.ours.update(pair.ours)
        whole.base.update(pair.base)
    return whole
