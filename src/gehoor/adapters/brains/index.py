"""What was learned of a library: a classifier over its topics, with its calibration.

Building is arithmetic on the lines that are learned from (``lines``): the same lines, code and model give the same
index. It is kept on disk as plain arrays (never pickled objects) under a name that holds the hash of all three, so
that what was trained once is read in a moment; an organisation's folder may bring it along.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from gehoor.adapters.brains import classifier as classifier_module
from gehoor.adapters.brains import fitting, ngrams
from gehoor.adapters.brains.classifier import Classifier, Features, Floats, train, whole_places
from gehoor.adapters.brains.embedding import DIMENSIONS, Encoder
from gehoor.adapters.brains.lines import Lines
from gehoor.adapters.brains.ngrams import NgramTable
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.core.knowledge import rank, wording
from gehoor.core.knowledge.answer import Candidate
from gehoor.core.knowledge.rank import Calibration
from gehoor.core.knowledge.wording import plain_wording

_BATCH: Final = 64  # texts encoded at a time, so that other threads get their turn
_FORM: Final = "4"  # of the file


@dataclass(frozen=True, slots=True)
class Ranking:
    """All topics with their probability, in no order, and the probability that no article is about the question."""

    candidates: tuple[Candidate, ...]
    no_article: float


@dataclass(frozen=True, slots=True)
class Index:
    """A trained library. ``topics`` are the classes in order; after them comes "no article". ``learned``: the keys of
    the articles that it was learned from."""

    topics: tuple[str, ...]
    table: NgramTable
    classifier: Classifier
    calibration: Calibration
    version: str
    learned: frozenset[str] = frozenset()

    @property
    def with_model(self) -> bool:
        """Whether the language model takes part."""
        return self.classifier.with_model

    def rank(self, features: Features) -> list[Ranking]:
        """One ranking for each row."""
        if not self.topics:
            return [Ranking((), 1.0) for _ in features.ngrams]
        scores = self.classifier.scores(features).astype(np.float64)
        return [self._ranking(row) for row in scores.tolist()]

    def _ranking(self, scores: list[float]) -> Ranking:
        topics, none = rank.calibrated(scores[:-1], scores[-1], self.calibration)
        return Ranking(tuple(map(Candidate, self.topics, topics)), none)


def features_of(texts: Sequence[str], table: NgramTable, encoder: Encoder, *, with_model: bool) -> Features:
    """Texts as numbers. About 1 ms a text with the language model, half in batches; a tenth of it without."""
    embeddings = np.zeros((len(texts), DIMENSIONS if with_model else 0), dtype=np.float32)
    if with_model:
        plain = [plain_wording(text) for text in texts]
        batches = [encoder.encode(plain[start : start + _BATCH]) for start in range(0, len(plain), _BATCH)]
        embeddings = np.concatenate(batches) if batches else embeddings
    return Features(embeddings, table.encode(texts))


def nothing_learned(texts: Sequence[str]) -> Index:
    """An index without topics. ``texts``: what its table of n-grams counts in."""
    nothing = np.zeros((0, 0), dtype=np.float32)
    nobody = Classifier(np.zeros(0, dtype=np.float32), nothing, nothing, nothing, nothing)
    return Index((), NgramTable.learn(texts), nobody, rank.PLAIN, "none")


def train_index(lines: Lines, encoder: Encoder) -> Index:
    """Learns. Two minutes of one core for 13,000 lines with the language model.

    ``encoder`` may be unavailable: then the index works on the look of words alone.
    """
    use_one_thread()
    version = version_of(lines, encoder)
    if not lines.topics:
        return nothing_learned(())
    table = NgramTable(_coarse(NgramTable.learn(lines.texts).rarity))
    features = features_of(lines.texts, table, encoder, with_model=encoder.available)
    classes, asked = lines.targets(), np.array(lines.asked, dtype=np.bool_)
    exact, left_out = train(features, classes, len(lines.topics) + 1)
    learned = replace(exact, weights=_coarse(exact.weights), ngram_weights=_coarse(exact.ngram_weights))
    known = features_of([text for text, _ in lines.known], table, encoder, with_model=encoder.available)
    truth = np.array([place for _, place in lines.known], dtype=np.int64)
    calibration = fitting.fit(left_out[asked], classes[asked], learned.scores(known), truth)
    return Index(lines.topics, table, learned, calibration, version, frozenset(lines.keys))


def version_of(lines: Lines, encoder: Encoder) -> str:
    """Eight hexadecimal digits over the code and the model that an index depends on, and 16 over what it learned."""
    return f"{_made_by(encoder)}-{lines.digest}"


def _made_by(encoder: Encoder) -> str:
    digest = hashlib.sha256(f"{_FORM} {encoder.version}".encode())
    for module in (classifier_module, fitting, ngrams, rank, wording):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:8]


# -- on disk -----------------------------------------------------------------------------------------------------------


def find_index(lines: Lines, encoder: Encoder, folders: Iterable[Path]) -> Index | None:
    """What was trained on these lines before, from the first folder that has it. A broken file counts as none."""
    version = version_of(lines, encoder)
    for folder in folders:
        try:
            with (folder / file_name(version)).open("rb") as stream:
                found = read_index(stream)
        except OSError:
            continue
        if found is not None and found.version == version:
            return found
    return None


def find_older(lines: Lines, encoder: Encoder, folders: Iterable[Path]) -> Index | None:
    """The newest index that this code and model can use and that was learned from most of these articles: with it an
    answer is found at once, while what changed since is found by its texts and then learned."""
    pattern = file_name(f"{_made_by(encoder)}-*")
    files = [(file.stat().st_mtime, file) for folder in folders for file in folder.glob(pattern)]
    for _, file in sorted(files, reverse=True):
        with contextlib.suppress(OSError), file.open("rb") as stream:
            found = read_index(stream)
            if found is not None and 2 * len(found.learned.intersection(lines.keys)) >= len(lines.keys):
                return found
    return None


def file_name(version: str) -> str:
    """The name of an index in its folder."""
    return f"index-{version}.npz"


def keep_index(index: Index, folder: Path) -> None:
    """Writes it there; a folder that cannot be written is not a fault: it is trained again another time."""
    with contextlib.suppress(OSError), replaced(folder / file_name(index.version)) as stream:
        write_index(index, stream)


@contextlib.contextmanager
def replaced(file: Path) -> Iterator[BinaryIO]:
    """A file that is written beside it and then renamed: another process never reads half of it.

    Raises:
        OSError: the folder cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(temporary).replace(file)
    finally:
        Path(temporary).unlink(missing_ok=True)


def write_index(index: Index, stream: BinaryIO) -> None:
    """As plain arrays, rounded as they were learned with."""
    learned, c = index.classifier, index.calibration
    places, scale = whole_places(learned.places)
    np.savez_compressed(
        stream,
        rarity=index.table.rarity.astype(np.float16),
        places=places,
        scale=scale,
        weights=learned.weights.astype(np.float16),
        ngram_weights=learned.ngram_weights.astype(np.float16),
        centre=learned.centre,
        project=learned.project,
        numbers=np.array([c.sharpness, *c.answerable, *c.right]),
        version=np.array(index.version),
        topics=np.array(index.topics),
        learned=np.array(sorted(index.learned)),
    )


def read_index(stream: BinaryIO) -> Index | None:
    """What ``write_index`` wrote; None for something else."""
    try:
        with np.load(stream, allow_pickle=False) as found:
            numbers = [float(x) for x in found["numbers"]]
            places = np.asarray(found["places"].astype(np.float32) * found["scale"], dtype=np.float32)
            centre, project = found["centre"], found["project"]
            weights, ngram_weights = found["weights"].astype(np.float32), found["ngram_weights"].astype(np.float32)
            table, version = NgramTable(found["rarity"].astype(np.float32)), str(found["version"])
            topics, keys = tuple(found["topics"].tolist()), frozenset(found["learned"].tolist())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if len(numbers) != 9 or ngram_weights.shape[-1:] != (len(topics) + 1,):
        return None
    sharpness, a, b, c, d, e, f, g, h = numbers
    calibration = Calibration(sharpness, (a, b, c, d), (e, f, g, h))
    learned = Classifier(centre, project, places, weights, ngram_weights)
    return Index(topics, table, learned, calibration, version, keys)


def _coarse(numbers: Floats) -> Floats:
    """Rounded as it is kept, so that an index that was read says the same as the one that was trained."""
    return numbers.astype(np.float16).astype(np.float32)
