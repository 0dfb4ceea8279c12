"""Fits the calibration on questions whose truth is known: a question set, and the ways that were learned from.

For the ways count leave-one-out scores: what the classifier says of a way of asking when it has not learned that one.
Ways are written to differ from each other, so they are harder than what customers ask, and a set is believed more; it
may be easier than what customers ask, so it is not believed alone.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.core.knowledge.rank import Calibration, Four

Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]

LEFT_OUT_WORTH: Final = 130.0
"""All ways together count as so many questions of a set: much beside a small one, little beside a large one."""
_SHARPEST, _BLUNTEST = 60.0, 3.0
_STEPS = 40
_LEAST = 1e-9
_PULL = 0.1  # weak: scores lie between 0 and 1, so that weights of ten and more are honest


def fit(left_out: Scores, classes: Classes, known: Scores, truth: Classes) -> Calibration:
    """The calibration that makes the truth of these questions most likely.

    Args:
        left_out, classes: leave-one-out scores of the ways and their classes; shape (ways, topics + 1), the last class
            is "no article".
        known, truth: the same of a question set; it may be empty.
    """
    scores = np.concatenate([left_out, known]).astype(np.float64)
    right_class = np.concatenate([classes, truth])
    share = LEFT_OUT_WORTH / len(left_out) if len(known) and len(left_out) else 1.0
    weight = np.concatenate([np.full(len(left_out), min(share, 1.0)), np.ones(len(known))])
    none = scores.shape[1] - 1
    columns = _evidence(scores)
    answerable = (right_class != none).astype(np.float64)
    right = (scores[:, :none].argmax(axis=1) == right_class).astype(np.float64)
    return Calibration(
        _sharpness(scores, right_class), _logistic(columns, answerable, weight), _logistic(columns, right, weight)
    )


def _evidence(scores: Floats) -> Floats:
    """core/knowledge/rank.evidence for all questions at once."""
    two = -np.sort(-scores[:, :-1], axis=1)[:, :2]
    second = two[:, 1] if two.shape[1] > 1 else np.zeros(len(two))
    return np.stack([np.ones(len(two)), two[:, 0], two[:, 0] - second, scores[:, -1]], axis=1)


def _sharpness(scores: Floats, classes: Classes) -> float:
    """By golden section over its logarithm: the least surprise at which topic was right, where one was."""
    known = classes != scores.shape[1] - 1
    topics, truth = scores[known, :-1], classes[known]
    if not len(truth):
        return _BLUNTEST
    low, high = math.log(_BLUNTEST), math.log(_SHARPEST)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(_STEPS // 2):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if _surprise(topics, truth, math.exp(left)) < _surprise(topics, truth, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def _surprise(scores: Floats, classes: Classes, sharpness: float) -> float:
    powers = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    chosen = powers[np.arange(len(classes)), classes] / powers.sum(axis=1)
    return float(-np.log(np.maximum(chosen, _LEAST)).mean())


def _logistic(columns: Floats, right: Floats, weight: Floats) -> Four:
    """Logistic regression of four columns, with a little pull towards nothing.

    Newton's method with steps that are halved until the loss falls: without that it can run away from a far start.
    """
    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        p = 0.5 * (1 + np.tanh(0.5 * (columns @ weights)))  # the logistic curve, without overflow
        slope = columns.T @ (weight * (p - right)) + _PULL * weights
        bend = columns.T @ (columns * (weight * p * (1 - p))[:, None]) + _PULL * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        now, size = _loss(columns, right, weight, weights), 1.0
        while size > _LEAST and _loss(columns, right, weight, weights - size * step) > now:
            size /= 2
        weights = weights - size * step
        if size <= _LEAST or np.abs(size * step).max() < _LEAST:
            break
    first, second, third, fourth = (float(weight) for weight in weights)
    return first, second, third, fourth


def _loss(columns: Floats, right: Floats, weight: Floats, weights: Floats) -> float:
    z = columns @ weights
    return float((weight * (np.logaddexp(0, z) - right * z)).sum() + _PULL / 2 * (weights**2).sum())
