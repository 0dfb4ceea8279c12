"""Topics found by their texts: those with too few ways to be learned from, and what was changed since the training.

Each article, way and section is a row: where its question and its answer lie by meaning, six parts to four (measured
best of the mixtures on forty questions and answers), and the character n-grams of its words. All rows are gone through
with one multiplication; the best hundreds are then looked at closely.
"""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.adapters.brains.classifier import Features, Floats
from gehoor.adapters.brains.embedding import DIMENSIONS, Encoder
from gehoor.adapters.brains.index import features_of, replaced
from gehoor.adapters.brains.lines import key_of
from gehoor.adapters.brains.ngrams import NgramTable, unit_rows
from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.rank import sigmoid

TITLE_PART: Final = 0.6
MOST_ROWS: Final = 30_000
"""With more, an article is one row, of its title and its answer: 77 MB, and some ten milliseconds a question."""
_ROUGH: Final = 128  # columns of n-grams for the first look
_FINE: Final = 1024  # and for the close one
_CLOSELY: Final = 300  # rows
_TOGETHER: Final = 64  # articles read at a time: less than a second


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a topic's nearest row is: 0 for nothing in common, 2 for the same words."""

    slug: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """The rows of all topics that are found by their texts. ``slugs`` names the topic of each row, ``keys`` the text of
    the article that it was made of (``key_of``), ``made`` by what: the table of n-grams, the model, how many rows."""

    slugs: tuple[str, ...]
    keys: tuple[str, ...]
    rough: Floats
    fine: npt.NDArray[np.int8]
    scale: Floats
    with_model: bool
    made: str = ""

    def look(self, features: Features, most: int = 5) -> list[list[Nearness]]:
        """The nearest topics of each text, best first."""
        if not self.slugs:
            return [[] for _ in features.ngrams]
        asked = _rough_of(features, self.with_model)
        near = asked @ self.rough.T
        fine = folded(features.ngrams, _FINE)
        return [self._closely(near[i], asked[i], fine[i], most) for i in range(len(near))]

    def _closely(self, near: Floats, asked: Floats, fine: Floats, most: int) -> list[Nearness]:
        count = min(_CLOSELY, len(near))
        best = np.argpartition(-near, count - 1)[:count]
        meaning = self.rough[best, :DIMENSIONS] @ asked[:DIMENSIONS] if self.with_model else np.zeros(count)
        exact = meaning + (self.fine[best].astype(np.float32) @ fine) * self.scale[best]
        found: dict[str, float] = {}
        for place in np.argsort(-exact, kind="stable"):
            found.setdefault(self.slugs[best[place]], float(exact[place]))
            if len(found) == most:
                break
        return [Nearness(slug, nearness) for slug, nearness in found.items()]


NOTHING_NEARBY: Final = Nearby(
    (),
    (),
    np.zeros((0, 0), dtype=np.float32),
    np.zeros((0, 0), dtype=np.int8),
    np.zeros(0, dtype=np.float32),
    with_model=False,
)


def nearby_of(
    articles: Sequence[Article],
    table: NgramTable,
    encoder: Encoder,
    *,
    with_model: bool,
    before: Nearby = NOTHING_NEARBY,
    go_on: Callable[[], None] = lambda: None,
) -> Nearby:
    """The rows of these articles. Some 3 ms an article with the language model; what was read ``before`` is taken
    over, so that one new article among twenty thousand is found at once. ``go_on`` is called about every second, and
    may raise to end it."""
    if not articles:
        return NOTHING_NEARBY
    more = sum(len(a.passages) + len(a.ways) for a in articles) <= MOST_ROWS
    counted = hashlib.sha256(table.rarity.tobytes()).hexdigest()[:8]
    made = f"{counted} {encoder.version if with_model else ''} {more} {_CODE}"
    known: dict[str, list[int]] = {}
    if before.made == made:
        for place, key in enumerate(before.keys):
            known.setdefault(key, []).append(place)
    old = [(a, known[key_of(a)]) for a in articles if key_of(a) in known]
    new = [a for a in articles if key_of(a) not in known]
    places = np.array([place for _, rows in old for place in rows], dtype=np.int64)
    slugs = [a.slug for a, rows in old for _ in rows]
    keys = [before.keys[place] for place in places]
    parts = [(before.rough[places], before.fine[places], before.scale[places])] if len(places) else []
    for start in range(0, len(new), _TOGETHER):
        go_on()
        batch = new[start : start + _TOGETHER]
        asked, answers, owners = _rows(batch, more)
        slugs += [batch[i].slug for i in owners]
        keys += [key_of(batch[i]) for i in owners]
        front = features_of(asked, table, encoder, with_model=with_model)
        back = features_of(answers, table, encoder, with_model=with_model)
        parts.append(_stored(front, back, with_model))
    rough, fine, scale = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return Nearby(tuple(slugs), tuple(keys), rough, fine, scale, with_model, made)


def probability(nearest: Sequence[Nearness], *, with_model: bool) -> float:
    """How probable it is that the nearest topic is the right one: a logistic curve over how near it is, and how much
    nearer than the next."""
    if not nearest:
        return 0.0
    usual = _USUAL if with_model else _USUAL_OF_WORDS
    second = max([usual, *(one.nearness for one in nearest[1:2])])
    offset, slope, margin = _CURVE if with_model else _CURVE_OF_WORDS
    return sigmoid(offset + slope * nearest[0].nearness + margin * (nearest[0].nearness - second))


_USUAL: Final = 0.35
_USUAL_OF_WORDS: Final = 0.15
"""How near something is that has nothing to do with a question: where there is no second topic, it stands for one."""
_CURVE: Final = (-2.8, 2.4, 6.0)
_CURVE_OF_WORDS: Final = (-3.7, 8.0, 6.5)
"""Fitted on the question set of the demo, its articles found by their texts and three ways each (docs/answers.md)."""


def _rows(articles: Sequence[Article], more: bool) -> tuple[list[str], list[str], list[int]]:
    """What is asked in each row, what answers it, and which article a row belongs to."""
    asked, answers, owners = [], [], []
    for i, article in enumerate(articles):
        rows = [(article.title, f"{article.title} {article.answer}")]
        if more:
            rows += [(way, article.answer) for way in article.ways]
            rows += [(f"{article.title} {p.heading}", p.text) for p in article.passages[1:]]
        for question, answer in rows:
            asked.append(question)
            answers.append(answer)
            owners.append(i)
    return asked, answers, owners


def _stored(front: Features, back: Features, with_model: bool) -> tuple[Floats, npt.NDArray[np.int8], Floats]:
    ngrams = unit_rows(front.ngrams + back.ngrams)
    meaning = front.embeddings
    if with_model:
        meaning = TITLE_PART * front.embeddings + (1 - TITLE_PART) * back.embeddings
    rough = _rough_of(Features(meaning, ngrams), with_model)
    fine = folded(ngrams, _FINE)
    scale = np.abs(fine).max(axis=1, initial=1e-9) / 127
    return rough, np.rint(fine / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def _rough_of(features: Features, with_model: bool) -> Floats:
    ngrams = folded(features.ngrams, _ROUGH)
    return np.concatenate([features.embeddings, ngrams], axis=1) if with_model else ngrams


def folded(ngrams: Floats, columns: int) -> Floats:
    """Fewer columns, by adding those that are as far apart: signs are hashed, so that collisions cancel out."""
    return np.asarray(ngrams.reshape(len(ngrams), -1, columns).sum(axis=1), dtype=np.float32)


def changed(articles: Iterable[Article], before: frozenset[str]) -> list[Article]:
    """The articles of which this text was not there before."""
    return [article for article in articles if key_of(article) not in before]


# -- on disk -----------------------------------------------------------------------------------------------------------

LEAST_KEPT: Final = 500
"""Fewer rows are read again sooner than they are worth a file."""
_CODE: Final = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]


def kept_nearby(folder: Path, *, with_model: bool) -> Nearby:
    """What ``keep_nearby`` wrote there; nothing when that cannot be read."""
    try:
        with (folder / _file(with_model)).open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            slugs, keys = tuple(found["slugs"].tolist()), tuple(found["keys"].tolist())
            rough = found["rough"].astype(np.float32)
            return Nearby(slugs, keys, rough, found["fine"], found["scale"], with_model, str(found["made"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return NOTHING_NEARBY


def keep_nearby(nearby: Nearby, folder: Path) -> None:
    """Writes it there, when there is much of it; a folder that cannot be written is not a fault."""
    if len(nearby.slugs) < LEAST_KEPT:
        return
    with contextlib.suppress(OSError), replaced(folder / _file(nearby.with_model)) as stream:
        np.savez(
            stream,
            slugs=np.array(nearby.slugs),
            keys=np.array(nearby.keys),
            rough=nearby.rough.astype(np.float16),
            fine=nearby.fine,
            scale=nearby.scale,
            made=np.array(nearby.made),
        )


def _file(with_model: bool) -> str:
    return f"nearby-{'model' if with_model else 'words'}.npz"
