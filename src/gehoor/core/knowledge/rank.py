"""How scores of topics become calibrated probabilities.

All of it is arithmetic on a few numbers. What was learned from data comes in as data: ``Calibration``. Two things are
asked of the scores of a question: is it about an article at all, and is the best topic the right one? Each gets a
logistic curve (Platt, 1999) over the same four numbers (``evidence``), fitted on questions whose truth is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LEAST: Final = 1e-9  # keeps logarithms finite; far below any probability that decides something

Four = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns raw scores into probabilities.

    ``answerable`` and ``right`` are weights of the ``evidence``; ``sharpness`` multiplies the scores before the
    softmax by which the other topics share what the best one leaves.
    """

    sharpness: float
    answerable: Four
    right: Four


PLAIN: Final = Calibration(8.0, (-1.0, 6.0, 0.0, -6.0), (-3.0, 6.0, 3.0, -4.0))
"""What holds roughly for any library, where nothing is known to fit it on."""


def posterior(scores: Sequence[float], sharpness: float) -> tuple[float, ...]:
    """Softmax: numbers that sum to 1, in the order of ``scores``. Empty for no scores."""
    if not scores:
        return ()
    highest = max(scores)
    weights = [math.exp(sharpness * (score - highest)) for score in scores]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def evidence(topics: Sequence[float], none: float) -> Four:
    """1, the best score, how far it is before the second, and the score of "no article"."""
    first = max(topics)
    rest = list(topics)
    rest.remove(first)
    second = max(rest, default=0.0)
    return 1.0, first, first - second, none


def logit(probability: float) -> float:
    """Log odds, finite for 0 and 1."""
    bounded = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(bounded / (1.0 - bounded))


def sigmoid(log_odds: float) -> float:
    """The inverse of ``logit``, without overflow."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


def curve(weights: Four, seen: Four) -> float:
    """The logistic curve over the evidence."""
    return sigmoid(sum(weight * one for weight, one in zip(weights, seen, strict=True)))


def calibrated(topics: Sequence[float], none: float, calibration: Calibration) -> tuple[tuple[float, ...], float]:
    """The probability of each topic, in the order of ``topics``, and that of "no article"; together 1.

    The best topic stays the best: no other gets more.
    """
    if not topics:
        return (), 1.0
    seen = evidence(topics, none)
    answerable = curve(calibration.answerable, seen)
    best = min(curve(calibration.right, seen), answerable)
    place = topics.index(max(topics))
    shares = posterior([score for i, score in enumerate(topics) if i != place], calibration.sharpness)
    left = answerable - best
    # With the largest share s of what is left, the second gets s * left: it may not pass the best.
    largest = max(shares, default=0.0)
    if largest * left > best:
        best = answerable * largest / (1.0 + largest)
        left = answerable - best
    below = math.nextafter(best, 0.0)
    others = [min(share * left, below) for share in shares]
    others.insert(place, best)
    return tuple(others), 1.0 - answerable
