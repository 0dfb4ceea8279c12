"""How scores of topics become one calibrated probability, and where the thresholds come from.

All of it is arithmetic on a few numbers. What was learned from data comes in as data: ``Calibration``, ``Thresholds``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gehoor.core.knowledge.answer import Thresholds

_LEAST = 1e-9  # keeps logarithms finite; far below any probability that decides something
_NEVER = 2.0  # a threshold that no probability reaches


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns raw scores into probabilities.

    ``sharpness`` multiplies the scores before the softmax: how decided the scores are on average. The softmax is then
    still too sure of its best topic, because neighbouring topics overlap; a logistic curve corrects that:
    ``offset + slope * logit(best) + margin_slope * log(best / second)``.
    """

    sharpness: float
    offset: float = 0.0
    slope: float = 1.0
    margin_slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the calibrated scores said of one known question: the best score, the sum of the best three, and the truth.

    ``right`` and ``in_three`` are False for a question that no article answers (``answerable`` False).
    """

    best: float
    best_three: float
    right: bool
    in_three: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What the thresholds may cost, as shares from 0 to 1.

    ``wrong``: wrong answers, of the answerable questions. ``unanswerable``: answered ones, of the unanswerable
    questions. ``useful``: how probable it must be that the right one is among the three suggested.
    """

    wrong: float = 0.03
    unanswerable: float = 0.03
    useful: float = 0.55


@dataclass(frozen=True, slots=True)
class Costs:
    """What each end of a question costs, in one unit (say, minutes of a person). A right answer costs nothing."""

    wrong_answer: float
    to_a_person: float
    right_suggestion: float


def posterior(scores: Sequence[float], sharpness: float) -> tuple[float, ...]:
    """Softmax: numbers that sum to 1, in the order of ``scores``. Empty for no scores."""
    if not scores:
        return ()
    highest = max(scores)
    weights = [math.exp(sharpness * (score - highest)) for score in scores]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def margin(best: float, second: float) -> float:
    """How far the best is before the next, as a logarithm of their ratio; 0 for a tie."""
    return math.log(max(best, _LEAST) / max(second, _LEAST))


def logit(probability: float) -> float:
    """Log odds, finite for 0 and 1."""
    bounded = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(bounded / (1.0 - bounded))


def calibrated(scores: Sequence[float], calibration: Calibration) -> tuple[float, ...]:
    """Probabilities, in the order of ``scores``: the best is corrected, the others share what is left.

    The best stays the best: the correction never lowers it below what the second then gets.
    """
    raw = posterior(scores, calibration.sharpness)
    if len(raw) < 2:
        return raw
    order = sorted(range(len(raw)), key=lambda i: (-raw[i], i))
    best, second = order[0], order[1]
    features = calibration.slope * logit(raw[best]) + calibration.margin_slope * margin(raw[best], raw[second])
    corrected = sigmoid(calibration.offset + features)
    rest = max(1.0 - raw[best], _LEAST)
    # With share s of the rest, the second gets s * (1 - best): best must be at least s / (1 + s).
    share = min(raw[second] / rest, 1.0)
    corrected = min(max(corrected, share / (1.0 + share)), 1.0)
    scale = (1.0 - corrected) / rest
    # Rounding must not turn the two around, or a question's neighbours in a batch would decide their order.
    below = math.nextafter(corrected, 0.0)
    return tuple(corrected if i == best else min(p * scale, below) for i, p in enumerate(raw))


def sigmoid(log_odds: float) -> float:
    """The inverse of ``logit``, without overflow."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


def thresholds_within(limits: Limits, outcomes: Iterable[Outcome]) -> Thresholds:
    """The thresholds that, on these outcomes, keep the limits and bring the most.

    Answers: the lowest threshold that keeps both limits; when even the surest outcome breaks one, nothing is ever
    answered (a threshold above 1). Suggestions: of what is not answered, the threshold with the greatest gain, where
    a suggestion with the right one among the three gains ``1 - useful`` and another one loses ``useful``.
    """
    known = tuple(outcomes)
    answer = _answer_threshold(limits, known)
    rest = [(o.best_three, (1.0 if o.in_three else 0.0) - limits.useful) for o in known if o.best < answer]
    return Thresholds(answer=answer, suggest=_most_gain(rest))


def _answer_threshold(limits: Limits, known: Sequence[Outcome]) -> float:
    order = sorted(known, key=lambda o: -o.best)
    most_wrong = limits.wrong * max(1, sum(o.answerable for o in order))
    most_passed = limits.unanswerable * max(1, sum(not o.answerable for o in order))
    wrong = passed = 0
    threshold = _NEVER
    for outcome, following in zip_longest(order, order[1:]):
        wrong += outcome.answerable and not outcome.right
        passed += not outcome.answerable
        if wrong > most_wrong or passed > most_passed:
            break
        # Only between two different scores: equal ones are answered together or not at all.
        if following is None or following.best < outcome.best:
            threshold = outcome.best
    return threshold


def _most_gain(scored: Sequence[tuple[float, float]]) -> float:
    """The threshold on the first number of each pair for which the second numbers above it sum to the most."""
    order = sorted(scored, reverse=True)
    gain, best_gain, threshold = 0.0, 0.0, _NEVER
    for (score, value), following in zip_longest(order, order[1:]):
        gain += value
        if gain > best_gain and (following is None or following[0] < score):
            best_gain, threshold = gain, score
    return threshold


def thresholds_from_costs(costs: Costs) -> Thresholds:
    """The thresholds at which answering, or suggesting, is expected to cost as much as going to a person at once.

    A suggestion that is not right costs nothing but the person who was needed anyway, and what reading it cost.
    """
    answer = 1.0 - costs.to_a_person / max(costs.wrong_answer + costs.to_a_person, _LEAST)
    suggest = costs.right_suggestion / max(costs.to_a_person, _LEAST)
    return Thresholds(answer=min(max(answer, 0.0), 1.0), suggest=min(max(suggest, 0.0), 1.0))
