"""The classifier behind the retrieval brain: kernel ridge regression with a class "no article".

Each topic is a class, learned from its ways, title and passages; "no article" is one more. The kernel of two texts is

    exp(SHARPNESS * (cos of their sentence embeddings - 1)) + NGRAM_WEIGHT * cos of their character n-grams

(the second alone when there is no language model). Ridge regression has two gifts here: training is one Cholesky
factorisation, and the score that every text would have had if it had not been learned from (leave-one-out) follows in
closed form; probabilities and thresholds are fitted on those. In cross-validation it was as good as softmax
regression on the same features (first right .43 against .42, in three .65 against .64); the mean of the three
nearest ways was clearly worse (.32 and .55).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]

SHARPNESS = 2.0
NGRAM_WEIGHT = 0.25
RIDGE = 0.5
RIDGE_WITHOUT_MODEL = 1.0
_BLOCK = 256  # below this size a triangle is inverted at once


@dataclass(frozen=True, slots=True)
class Features:
    """Texts as numbers. ``embeddings`` has shape (texts, 0) without the language model."""

    embeddings: Floats
    ngrams: Floats

    @property
    def with_model(self) -> bool:
        """Whether the language model took part."""
        return bool(self.embeddings.shape[1] > 0)


@dataclass(frozen=True, slots=True)
class Classifier:
    """What was learned.

    ``embeddings`` (learned texts, 512) and ``weights`` (learned texts, classes) serve the first half of the kernel;
    the second half is linear, so that it needs no texts: ``ngram_weights`` (columns, classes).
    """

    embeddings: Floats
    weights: Floats
    ngram_weights: Floats

    def scores(self, features: Features) -> Floats:
        """Shape (texts, classes): about 1 for the class of a text that was learned, about 0 for the others."""
        scores = features.ngrams @ self.ngram_weights
        if self.embeddings.shape[1]:
            scores = scores + _nearness(features.embeddings, self.embeddings) @ self.weights
        return np.asarray(scores, dtype=np.float32)


def train(features: Features, classes: Classes, count: int) -> tuple[Classifier, Floats]:
    """Learn ``count`` classes. Returns the classifier and the leave-one-out scores (texts, classes).

    For 4,700 texts on one core: 2.5 s with the language model (the cube of the texts), 1 s without.
    """
    target = np.zeros((len(classes), count), dtype=np.float32)
    target[np.arange(len(classes)), classes] = 1
    return _train_with_model(features, target) if features.with_model else _train_on_ngrams(features, target)


def _train_with_model(features: Features, target: Floats) -> tuple[Classifier, Floats]:
    kernel = _nearness(features.embeddings, features.embeddings)
    kernel += NGRAM_WEIGHT * (features.ngrams @ features.ngrams.T)
    kernel[np.diag_indices_from(kernel)] += RIDGE
    inverse_factor = _inverted_triangle(np.linalg.cholesky(kernel))
    weights = inverse_factor.T @ (inverse_factor @ target)
    # The known identity: what was predicted for a text without it = target - weight / (diagonal of the inverse).
    left_out = target - weights / np.einsum("ij,ij->j", inverse_factor, inverse_factor)[:, None]
    ngram_weights = np.ascontiguousarray(NGRAM_WEIGHT * (features.ngrams.T @ weights))
    return Classifier(features.embeddings, weights, ngram_weights), left_out


def _train_on_ngrams(features: Features, target: Floats) -> tuple[Classifier, Floats]:
    """The same regression, seen from the columns: there are fewer of them than texts, and all is linear."""
    ngrams = features.ngrams
    gram = ngrams.T @ ngrams
    gram[np.diag_indices_from(gram)] += RIDGE_WITHOUT_MODEL
    inverse_factor = _inverted_triangle(np.linalg.cholesky(gram))
    ngram_weights = inverse_factor.T @ (inverse_factor @ (ngrams.T @ target))
    reach = ngrams @ inverse_factor.T
    leverage = np.einsum("ij,ij->i", reach, reach)[:, None]
    left_out = (ngrams @ ngram_weights - leverage * target) / (1 - leverage)
    nothing = np.zeros((len(ngrams), 0), dtype=np.float32)
    return Classifier(nothing, target[:, :0], ngram_weights), left_out


def _nearness(one: Floats, other: Floats) -> Floats:
    near = one @ other.T
    near -= 1
    near *= SHARPNESS
    return np.asarray(np.exp(near, out=near), dtype=np.float32)


def _inverted_triangle(lower: Floats) -> Floats:
    """The inverse of a lower triangular matrix, by halves: numpy alone has no routine that uses the zeros."""
    size = len(lower)
    if size <= _BLOCK:
        return np.asarray(np.linalg.inv(lower), dtype=np.float32)
    half = size // 2
    first, last = _inverted_triangle(lower[:half, :half]), _inverted_triangle(lower[half:, half:])
    inverse = np.zeros_like(lower)
    inverse[:half, :half] = first
    inverse[half:, half:] = last
    inverse[half:, :half] = -(last @ (lower[half:, :half] @ first))
    return inverse
