"""The classifier behind the retrieval brain: kernel ridge regression with a class "no article".

Each topic is a class, learned from its ways, title and passages; "no article" is one more. The kernel of two texts is

    exp(SHARPNESS * (cos of their sentence embeddings - 1)) + NGRAM_WEIGHT * cos of their character n-grams

(the second alone when there is no language model). Of the embeddings only the directions count in which the lines
differ most: a quarter of the memory and half the time, for five questions of 706 that no longer come first (653 of
658). Ridge regression has two gifts here: training is one Cholesky factorisation, and the score that every text would
have had if it had not been learned from (leave-one-out) follows in closed form; probabilities are fitted on those too.
What else was tried on the same lines, and was no better, stands in decision 0025.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
Classes = npt.NDArray[np.int64]

SHARPNESS: Final = 4.0
NGRAM_WEIGHT: Final = 0.5
RIDGE: Final = 0.6
RIDGE_WITHOUT_MODEL: Final = 1.0
DIRECTIONS: Final = 128
_BLOCK: Final = 512
"""Rows worked on at a time: what is beside the one large matrix stays small."""


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

    ``centre`` (512) and ``project`` (512, directions) take an embedding to its ``places``, of which each learned text
    has a row; with ``weights`` (learned texts, classes) they serve the first half of the kernel. The second half is
    linear, so that it needs no texts: ``ngram_weights`` (columns, classes). ``squares``: of the places, half their
    squared length, reckoned once because it costs a tenth of a question.
    """

    centre: Floats
    project: Floats
    places: Floats
    weights: Floats
    ngram_weights: Floats
    squares: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "squares", _half_squares(self.places))

    @property
    def with_model(self) -> bool:
        """Whether the language model takes part."""
        return bool(self.places.shape[1] > 0)

    def there(self, embeddings: Floats) -> Floats:
        """The places of embeddings: shape (texts, directions)."""
        return np.asarray((embeddings - self.centre) @ self.project, dtype=np.float32)

    def scores(self, features: Features) -> Floats:
        """Shape (texts, classes): about 1 for the class of a text that was learned, about 0 for the others."""
        scores = features.ngrams @ self.ngram_weights
        if self.with_model:
            scores = scores + _nearness(self.there(features.embeddings), self.places, self.squares) @ self.weights
        return np.asarray(scores, dtype=np.float32)


def train(features: Features, classes: Classes, count: int) -> tuple[Classifier, Floats]:
    """Learn ``count`` classes. Returns the classifier and the leave-one-out scores (texts, classes).

    The time grows with the cube of the texts (some two minutes of one core for 12,000), the memory with their square
    (4 bytes each: 600 MB for 12,000).
    """
    target = np.zeros((len(classes), count), dtype=np.float32)
    target[np.arange(len(classes)), classes] = 1
    centre, project = _directions(features.embeddings)
    apart = np.asarray((features.embeddings - centre) @ project, dtype=np.float32)
    places, ngrams = coarse_places(apart), features.ngrams
    matrix, ridge = (_kernel(places, ngrams), RIDGE) if features.with_model else (_gram(ngrams), RIDGE_WITHOUT_MODEL)
    matrix[np.diag_indices_from(matrix)] += ridge
    _factorise(matrix)
    if features.with_model:
        weights = _solve(matrix, target)
        # The known identity: what was predicted for a text without it = target - weight / (diagonal of the inverse).
        left_out = np.asarray(target - weights / _inverse_diagonal(matrix)[:, None], dtype=np.float32)
        ngram_weights = np.ascontiguousarray(NGRAM_WEIGHT * (ngrams.T @ weights))
        return Classifier(centre, project, places, weights, ngram_weights), left_out
    # The same regression, seen from the columns: there are fewer of them than texts, and all is linear.
    ngram_weights = _solve(matrix, ngrams.T @ target)
    leverage = _leverage(matrix, ngrams)[:, None]
    left_out = np.asarray((ngrams @ ngram_weights - leverage * target) / (1 - leverage), dtype=np.float32)
    return Classifier(centre, project, places, target[:, :0], ngram_weights), left_out


def _directions(embeddings: Floats) -> tuple[Floats, Floats]:
    """The middle of the embeddings, and the directions in which they differ most (principal components)."""
    count, size = embeddings.shape
    centre = np.asarray(embeddings.mean(axis=0) if count else np.zeros(size), dtype=np.float32)
    if not size:
        return centre, np.zeros((0, 0), dtype=np.float32)
    apart = embeddings - centre
    _, vectors = np.linalg.eigh(apart.T @ apart)  # the largest last
    return centre, np.ascontiguousarray(vectors[:, ::-1][:, :DIRECTIONS], dtype=np.float32)


def whole_places(places: Floats) -> tuple[Bytes, Floats]:
    """Places as whole numbers up to 127, and a scale for each row: as they are kept."""
    scale = np.abs(places).max(axis=1, keepdims=True, initial=1e-9) / 127
    return np.rint(places / scale).astype(np.int8), scale.astype(np.float32)


def coarse_places(places: Floats) -> Floats:
    """Places as they are kept, so that what was read says the same as what was trained."""
    whole, scale = whole_places(places)
    return np.asarray(whole.astype(np.float32) * scale, dtype=np.float32)


def _kernel(places: Floats, ngrams: Floats) -> Floats:
    kernel = _nearness(places, places, _half_squares(places))
    for start in range(0, len(kernel), _BLOCK):
        rows = slice(start, start + _BLOCK)
        kernel[rows] += NGRAM_WEIGHT * (ngrams[rows] @ ngrams.T)
    return kernel


def _gram(ngrams: Floats) -> Floats:
    return np.asarray(ngrams.T @ ngrams, dtype=np.float32)


def _half_squares(places: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", places, places) / 2, dtype=np.float32)


def _nearness(one: Floats, other: Floats, squares: Floats) -> Floats:
    """exp(s * (cos - 1)) = exp(-s/2 * squared distance), for embeddings of length 1."""
    near = one @ other.T
    near -= squares
    near -= _half_squares(one)[:, None]
    near *= SHARPNESS
    return np.asarray(np.exp(near, out=near), dtype=np.float32)


def _factorise(matrix: Floats) -> None:
    """Cholesky in place, by blocks: the lower triangle becomes the factor. The inverse of each diagonal block takes the
    place of the block itself, because that is what solving needs; what stands above the diagonal blocks is left."""
    for start in range(0, len(matrix), _BLOCK):
        here, below = slice(start, start + _BLOCK), slice(start + _BLOCK, None)
        inverse = np.linalg.inv(np.linalg.cholesky(matrix[here, here]))
        matrix[here, here] = inverse
        column = matrix[below, here] @ inverse.T
        matrix[below, here] = column
        for first in range(start + _BLOCK, len(matrix), _BLOCK):
            rows = slice(first, first + _BLOCK)
            offset = first - start - _BLOCK
            matrix[rows, start + _BLOCK : first + _BLOCK] -= (
                column[offset : offset + _BLOCK] @ column[: offset + _BLOCK].T
            )


def _forward(factor: Floats, right: Floats, start: int = 0) -> Floats:
    """What multiplied by the factor gives ``right``, whose rows before ``start`` are zero; in place."""
    for first in range(start, len(factor), _BLOCK):
        rows = slice(first, first + _BLOCK)
        right[rows] -= factor[rows, start:first] @ right[start:first]
        right[rows] = factor[rows, rows] @ right[rows]
    return right


def _solve(factor: Floats, right: Floats) -> Floats:
    """What multiplied by the whole matrix gives ``right``."""
    found = _forward(factor, right.copy())
    for first in range((len(factor) - 1) // _BLOCK * _BLOCK, -1, -_BLOCK):
        rows, below = slice(first, first + _BLOCK), slice(first + _BLOCK, None)
        found[rows] -= factor[below, rows].T @ found[below]
        found[rows] = factor[rows, rows].T @ found[rows]
    return found


def _inverse_diagonal(factor: Floats) -> Floats:
    """The diagonal of the inverse of the whole matrix: column by column of the factor's inverse, squared and summed."""
    diagonal = np.zeros(len(factor), dtype=np.float32)
    for first in range(0, len(factor), _BLOCK):
        size = min(_BLOCK, len(factor) - first)
        columns = np.zeros((len(factor), size), dtype=np.float32)
        columns[first : first + size] = np.eye(size, dtype=np.float32)
        found = _forward(factor, columns, first)
        diagonal[first : first + size] = np.einsum("ij,ij->j", found, found)
    return diagonal


def _leverage(factor: Floats, rows: Floats) -> Floats:
    """For each row x: x times the inverse of the whole matrix times x."""
    leverage = np.zeros(len(rows), dtype=np.float32)
    for first in range(0, len(rows), _BLOCK):
        found = _forward(factor, np.ascontiguousarray(rows[first : first + _BLOCK].T))
        leverage[first : first + _BLOCK] = np.einsum("ij,ij->j", found, found)
    return leverage
