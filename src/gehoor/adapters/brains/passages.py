"""How well each passage of an article fits a question: by meaning and by letters, in equal parts, and a little by its
heading. Without the language model by letters alone. The letters are those of the index's own table, so that what is
rare among all articles counts most.

Who asks in a few words asks in general ("sleutel kwijt"), and that is what an opening was written for; a story asks for
something particular. Measured on 298 questions whose passage two readers chose, half of them each
(tests/data/answers/passages.jsonl; how passages are picked was chosen by it): a passage that answers is said to 0.79.
The opening alone would answer 0.69 of the short ones and 0.31 of the others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from gehoor.adapters.brains.classifier import Floats
from gehoor.adapters.brains.finding import Finding
from gehoor.adapters.brains.index import features_of
from gehoor.adapters.brains.nearby import folded
from gehoor.core.knowledge.article import Article

MOST_READ: Final = 128
"""Articles whose passages are remembered: some 50 kB each."""
_COLUMNS: Final = 1024
_HEADING: Final = 0.2
"""What nearness to a heading counts beside nearness to the whole passage."""
_FEW_WORDS: Final = 6
_GENERAL: Final = 0.12
"""How much better (of 1) another passage must fit a question of few words than the opening."""


class _Read(NamedTuple):
    """Texts as numbers: where they lie by meaning, (texts, 512) or (texts, 0), and their letters, (texts, columns)."""

    meaning: Floats
    letters: npt.NDArray[np.float16]


class Fits:
    """Compares questions with passages; what it read of an article it still knows. Without a finding nothing is
    known."""

    def __init__(self, finding: Finding | None = None) -> None:
        self._finding = finding
        self._known: dict[str, _Read] = {}

    def of(self, article: Article, asked: str) -> tuple[float, ...]:
        """From 0 to 1 for each passage, in the article's order; empty when nothing is known. Some 5 ms for a new
        article, else 1 ms."""
        if self._finding is None or len(article.passages) < 2:
            return ()
        passages = self._known.get(article.version)
        if passages is None:
            texts = [f"{p.heading} {p.text}".strip() for p in article.passages]
            # The title stands above the opening.
            texts += [article.title, *(p.heading for p in article.passages[1:])]
            passages = self._known[article.version] = _read(texts, self._finding)
            while len(self._known) > MOST_READ:
                del self._known[next(iter(self._known))]
        question, count = _read([asked], self._finding), len(article.passages)
        near = passages.letters[:count].astype(np.float32) @ question.letters[0].astype(np.float32)
        if question.meaning.shape[1]:
            meaning = passages.meaning @ question.meaning[0]
            near = (near + meaning[:count] + _HEADING * meaning[count:]) / (2 + _HEADING)
        if len(asked.split()) <= _FEW_WORDS:
            near[0] += _GENERAL
        return tuple(min(max(float(fit), 0.0), 1.0) for fit in near)


def _read(texts: list[str], finding: Finding) -> _Read:
    found = features_of(texts, finding.index.table, finding.encoder, with_model=finding.encoder.available)
    return _Read(found.embeddings, folded(found.ngrams, _COLUMNS).astype(np.float16))
