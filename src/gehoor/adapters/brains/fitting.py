"""Fits the calibration and the thresholds on leave-one-out scores: what the classifier says of texts it has not seen.

Only ways and unanswerable questions count: customers do not ask in the words of titles and passages.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from gehoor.core.knowledge.answer import Thresholds
from gehoor.core.knowledge.rank import Calibration, Limits, Outcome, calibrated, thresholds_within

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]

_SHARPEST, _BLUNTEST = 60.0, 3.0
_STEPS = 40
_LEAST = 1e-9
_PULL = 1.0  # as strong as one observation


def fit(scores: npt.NDArray[np.float32], classes: Classes) -> Calibration:
    """The calibration that makes the truth most likely."""
    exact = scores.astype(np.float64)
    sharpness = _best_sharpness(exact, classes)
    probability = _softmax(exact, sharpness)
    two = -np.sort(-probability, axis=1)[:, :2]
    best = np.clip(two[:, 0], _LEAST, 1 - _LEAST)
    columns = np.stack(
        [np.ones(len(best)), np.log(best / (1 - best)), np.log(best / np.maximum(two[:, 1], _LEAST))], axis=1
    )
    right = probability.argmax(axis=1) == classes
    offset, slope, margin_slope = _logistic(columns, right.astype(np.float64))
    return Calibration(sharpness, offset, slope, margin_slope)


def outcomes(
    scores: npt.NDArray[np.float32], classes: Classes, none: int, calibration: Calibration
) -> tuple[Outcome, ...]:
    """What would have been said of each known question. ``none`` is the class "no article"."""
    return tuple(
        _outcome(np.asarray(calibrated(row, calibration)), int(truth), none)
        for row, truth in zip(scores.astype(np.float64).tolist(), classes, strict=True)
    )


def fit_thresholds(known: tuple[Outcome, ...], limits: Limits) -> Thresholds:
    """The thresholds that keep the limits on the known questions."""
    return thresholds_within(limits, known)


def _outcome(probability: Floats, truth: int, none: int) -> Outcome:
    order = [int(i) for i in np.argsort(-probability, kind="stable") if i != none][:3]
    return Outcome(
        best=float(probability[order[0]]),
        best_three=float(probability[order].sum()),
        right=order[0] == truth,
        in_three=truth in order,
        answerable=truth != none,
    )


def _best_sharpness(scores: Floats, classes: Classes) -> float:
    """Golden-section search for the least negative log likelihood, over the logarithm of the sharpness."""
    low, high = math.log(_BLUNTEST), math.log(_SHARPEST)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(_STEPS // 2):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if _surprise(scores, classes, math.exp(left)) < _surprise(scores, classes, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def _surprise(scores: Floats, classes: Classes, sharpness: float) -> float:
    chosen = _softmax(scores, sharpness)[np.arange(len(classes)), classes]
    return float(-np.log(np.maximum(chosen, _LEAST)).mean())


def _softmax(scores: Floats, sharpness: float) -> Floats:
    powers = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _logistic(columns: Floats, right: Floats) -> tuple[float, float, float]:
    """Logistic regression of three columns, with a little pull towards (0, 1, 0).

    Newton's method with steps that are halved until the loss falls: without that it can run away from a far start.
    """
    start = np.array([0.0, 1.0, 0.0])
    weights = start.copy()
    for _ in range(_STEPS):
        p = 0.5 * (1 + np.tanh(0.5 * (columns @ weights)))  # the logistic curve, without overflow
        slope = columns.T @ (p - right) + _PULL * (weights - start)
        curve = columns.T @ (columns * (p * (1 - p))[:, None]) + _PULL * np.eye(3)
        step = np.linalg.solve(curve, slope)
        now, size = _loss(columns, right, weights, start), 1.0
        while size > _LEAST and _loss(columns, right, weights - size * step, start) > now:
            size /= 2
        weights = weights - size * step
        if size <= _LEAST or np.abs(size * step).max() < _LEAST:
            break
    return float(weights[0]), float(weights[1]), float(weights[2])


def _loss(columns: Floats, right: Floats, weights: Floats, start: Floats) -> float:
    z = columns @ weights
    return float((np.logaddexp(0, z) - right * z).sum() + _PULL / 2 * ((weights - start) ** 2).sum())
