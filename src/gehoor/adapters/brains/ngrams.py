"""Character n-grams of the plain wording as numbers: how much two texts look alike on paper, misspellings included.

A text becomes all runs of 2 to 5 characters within its words, each weighted by how rare it is among the texts that
were learned from (TF-IDF), then folded into a fixed number of columns by a signed hash (so that collisions cancel
out instead of adding up). Everything is numpy on whole batches: no loop over characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gehoor.core.knowledge.wording import plain_wording

SHORTEST, LONGEST = 2, 5
BUCKETS = 1 << 18  # distinct n-grams that can be told apart
COLUMNS = 4096
_TOGETHER = 1024  # texts counted at a time: what is in between takes a hundred times their letters

_SPACE = ord(" ")
_BASE = np.uint64(1_000_003)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, without pattern (the golden ratio in 64 bits)

Floats = npt.NDArray[np.float32]
_Hashes = npt.NDArray[np.uint64]
_Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NgramTable:
    """How rare each n-gram is. ``rarity`` has one number per bucket."""

    rarity: Floats
    columns: int = COLUMNS

    @classmethod
    def learn(cls, texts: Sequence[str], columns: int = COLUMNS) -> NgramTable:
        """Count in how many texts each n-gram occurs."""
        seen = np.zeros(BUCKETS, dtype=np.int64)
        for start in range(0, len(texts), _TOGETHER):
            seen += np.bincount(_counted(texts[start : start + _TOGETHER])[1], minlength=BUCKETS)
        rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
        return cls(rarity.astype(np.float32), columns)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, columns), each row of length 1 (all zeros for a text without letters)."""
        row, bucket, count = _counted(texts)
        weight = (1 + np.log(count)) * self.rarity[bucket]
        mixed = (bucket.astype(np.uint64) + np.uint64(1)) * _MIX
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX
        column = (mixed >> np.uint64(40)).astype(np.int64) % self.columns
        sign = np.where((mixed >> np.uint64(39)) & np.uint64(1), 1.0, -1.0)
        size = len(texts) * self.columns
        folded = np.bincount(row * self.columns + column, weights=sign * weight, minlength=size)
        return unit_rows(folded.reshape(len(texts), self.columns).astype(np.float32))


def unit_rows(matrix: Floats) -> Floats:
    """Each row scaled to length 1; a row of zeros stays."""
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(length > 0, length, 1), dtype=np.float32)


def _counted(texts: Sequence[str]) -> tuple[_Whole, _Whole, _Whole]:
    """Which n-gram occurs how often in which text: three arrays (row, bucket, count) sorted by row, then bucket."""
    padded = [f" {plain_wording(text)} " for text in texts]
    characters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(padded), dtype=np.int64), [len(text) for text in padded])
    keys = [_keys(characters, row, n) for n in range(SHORTEST, LONGEST + 1)]
    unique, count = np.unique(np.concatenate(keys), return_counts=True)
    return unique // BUCKETS, unique % BUCKETS, count.astype(np.int64)


def _keys(characters: _Hashes, row: _Whole, n: int) -> _Whole:
    """row * BUCKETS + bucket for each n-gram that lies within one word of one text (its ends may be the spaces)."""
    places = len(characters) - n + 1
    if places <= 0:
        return np.zeros(0, dtype=np.int64)
    hashed = np.full(places, np.uint64(n))
    # Between two texts stand two spaces, so that what holds no space inside lies within one text as well.
    inside = np.ones(places, dtype=np.bool_)
    for offset in range(n):
        here = characters[offset : offset + places]
        hashed = (hashed * _BASE) ^ here
        if 0 < offset < n - 1:
            inside &= here != _SPACE
    if n == SHORTEST:  # two spaces between two texts are no n-gram
        inside &= ~((characters[:places] == _SPACE) & (characters[1:] == _SPACE))
    bucket = ((hashed * _MIX) >> np.uint64(64 - 18)).astype(np.int64)
    return np.asarray((row[:places] * BUCKETS + bucket)[inside], dtype=np.int64)
