"""What the retrieval brain knows: a library made into a trained classifier with its calibration and thresholds.

Building is pure arithmetic on the library: the same library, code and model give the same index. It is kept on disk as
plain arrays (never pickled objects) under a name that holds the hash of all three.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gehoor.adapters.brains import classifier as classifier_module
from gehoor.adapters.brains import fitting, ngrams
from gehoor.adapters.brains.classifier import Classifier, Features, train
from gehoor.adapters.brains.embedding import Encoder
from gehoor.adapters.brains.ngrams import NgramTable
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.core.knowledge import rank, wording
from gehoor.core.knowledge.answer import Candidate, Thresholds
from gehoor.core.knowledge.article import Article, Library
from gehoor.core.knowledge.rank import Calibration, Limits
from gehoor.core.knowledge.wording import plain_wording

_BATCH = 64  # texts encoded at a time, so that other threads get their turn


@dataclass(frozen=True, slots=True)
class Ranking:
    """All topics with their probability, in no order, and the probability that no article is about the question."""

    candidates: tuple[Candidate, ...]
    no_article: float


@dataclass(frozen=True, slots=True)
class Index:
    """A trained library. ``topics`` are the classes in order; after them comes "no article"."""

    topics: tuple[str, ...]
    table: NgramTable
    classifier: Classifier
    calibration: Calibration
    thresholds: Thresholds
    version: str

    def rank(self, texts: Sequence[str], encoder: Encoder) -> list[Ranking]:
        """One ranking per text. 3 ms a text with the language model, 1 ms without."""
        if not self.topics:
            return [Ranking((), 1.0) for _ in texts]
        features = _features(texts, self.table, encoder, with_model=self.classifier.embeddings.shape[1] > 0)
        scores = self.classifier.scores(features).astype(np.float64)
        return [self._ranking(row) for row in scores.tolist()]

    def _ranking(self, scores: list[float]) -> Ranking:
        *topics, none = rank.calibrated(scores, self.calibration)
        return Ranking(tuple(map(Candidate, self.topics, topics)), none)


def build_index(library: Library, encoder: Encoder, cache: Path | None = None, limits: Limits | None = None) -> Index:
    """Train on the library, or read what was trained on it before from the folder ``cache``.

    ``encoder`` may be unavailable: then the index works on the look of words alone. A cache that is broken, or that
    cannot be written, is not a fault.
    """
    use_one_thread()
    chosen = limits or Limits()
    version = _version(library, encoder, chosen)
    file = cache / f"index-{version}.npz" if cache else None
    found = _read(file, library, version) if file else None
    if found is not None:
        return found
    index = _train(library, encoder, version, chosen)
    if file:
        _write(file, index)
    return index


def _train(library: Library, encoder: Encoder, version: str, limits: Limits) -> Index:
    topics = library.slugs
    texts, classes, asked = _examples(library, topics)
    table = NgramTable.learn(texts)
    if not topics:
        nothing = np.zeros((0, 0), dtype=np.float32)
        return Index((), table, Classifier(nothing, nothing, nothing), Calibration(1.0), Thresholds(2.0, 2.0), version)
    features = _features(texts, table, encoder, with_model=encoder.available)
    classifier, left_out = train(features, classes, len(topics) + 1)
    scores, truth = left_out[asked], classes[asked]
    calibration = fitting.fit(scores, truth)
    known = fitting.outcomes(scores, truth, len(topics), calibration)
    return Index(topics, table, classifier, calibration, fitting.fit_thresholds(known, limits), version)


def _examples(library: Library, topics: tuple[str, ...]) -> tuple[list[str], fitting.Classes, npt.NDArray[np.bool_]]:
    """Texts, their classes, and which of them are what customers ask (the others are the articles' own words)."""
    number = {slug: i for i, slug in enumerate(topics)}
    rows: dict[tuple[str, int], bool] = {}
    for article in library.articles:
        for way in article.ways:
            rows[way, number[article.slug]] = True
    for question in library.unanswerable:
        rows[question, len(topics)] = True
    for article in library.articles:
        for text in _own_words(article):
            rows.setdefault((text, number[article.slug]), False)
    texts = [text for text, _ in rows]
    classes = np.array([label for _, label in rows], dtype=np.int64)
    return texts, classes, np.array(list(rows.values()), dtype=np.bool_)


def _own_words(article: Article) -> list[str]:
    """What the article says in its title and passages; headings also alone, because they are short questions."""
    headings = [p.heading for p in article.passages if p.heading]
    return [article.title, *headings, *(f"{p.heading} {p.text}".strip() for p in article.passages)]


def _features(texts: Sequence[str], table: NgramTable, encoder: Encoder, *, with_model: bool) -> Features:
    embeddings = np.zeros((len(texts), 0), dtype=np.float32)
    if with_model:
        plain = [plain_wording(text) for text in texts]
        batches = [encoder.encode(plain[start : start + _BATCH]) for start in range(0, len(plain), _BATCH)]
        embeddings = np.concatenate(batches) if batches else embeddings
    return Features(embeddings, table.encode(texts))


def _version(library: Library, encoder: Encoder, limits: Limits) -> str:
    """16 hexadecimal digits over the knowledge, the model, and the code that an index depends on."""
    digest = hashlib.sha256(f"{library.version} {encoder.version} {limits}".encode())
    for file in (
        classifier_module.__file__,
        fitting.__file__,
        ngrams.__file__,
        rank.__file__,
        wording.__file__,
        __file__,
    ):
        digest.update(Path(str(file)).read_bytes())
    return digest.hexdigest()[:16]


def _write(file: Path, index: Index) -> None:
    c, t = index.calibration, index.thresholds
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it and then renamed: another process never reads half a file.
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                np.savez(
                    stream,
                    rarity=index.table.rarity,
                    embeddings=index.classifier.embeddings,
                    weights=index.classifier.weights,
                    ngram_weights=index.classifier.ngram_weights,
                    numbers=np.array([c.sharpness, c.offset, c.slope, c.margin_slope, t.answer, t.suggest]),
                )
            Path(temporary).replace(file)
        finally:
            Path(temporary).unlink(missing_ok=True)


def _read(file: Path, library: Library, version: str) -> Index | None:
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            numbers = [float(x) for x in found["numbers"]]
            classifier = Classifier(found["embeddings"], found["weights"], found["ngram_weights"])
            table = NgramTable(found["rarity"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if len(numbers) != 6 or classifier.ngram_weights.shape[-1:] != (len(library.slugs) + 1,):
        return None
    return Index(library.slugs, table, classifier, Calibration(*numbers[:4]), Thresholds(*numbers[4:]), version)
