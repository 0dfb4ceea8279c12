"""How the classifier behind the answers does on public question sets, beside a plain control on the same lines.

    .cache/learn/bin/python scripts/public_figures.py        (make learn makes that environment)

CLINC150 (Larson and others, 2019) and Banking77-OOS (Zhang and others, 2022) lie in $GEHOOR_SHARED/data. What is chosen
(ridge, sharpness, how the two models are mixed, which number tells what is out of scope) is chosen on a part of the
training lines; the lines that are measured on are looked at once, at the end. The control is word and character n-grams
with a linear support vector machine, as in the baselines that these figures are held against.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from gehoor.adapters.brains import classifier as ours
from gehoor.adapters.brains.classifier import Features
from gehoor.adapters.brains.embedding import SentenceEncoder
from gehoor.adapters.brains.ngrams import NgramTable
from gehoor.core.knowledge.score import auroc, wilson
from gehoor.core.knowledge.wording import plain_wording

Floats = npt.NDArray[np.float64]
Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Task:
    """Lines to learn from, lines to measure on, and lines that belong nowhere, by kind."""

    name: str
    learned: Lines
    measured: Lines
    outside: dict[str, list[str]]


def clinc(data: Path) -> Task:
    """CLINC150: its test part is kept elsewhere, so its validation part is measured on. Nothing out of scope is
    learned from."""
    told = json.loads((data / "clinc150" / "data_dev.json").read_text(encoding="utf-8"))
    pairs = {name: [(text, intent) for text, intent in lines] for name, lines in told.items()}
    outside = {"out of scope": [text for text, _ in pairs["oos_val"]]}
    return Task("CLINC150", pairs["train"], pairs["val"], outside)


def banking(data: Path) -> Task:
    """Banking77-OOS: questions about banking that no intent is left for, and questions about other things."""
    folder = data / "banking77_oos"

    def read(name: str) -> Lines:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return [(one["text"], one["label"]) for one in map(json.loads, lines)]

    outside = {
        "near, out of scope": [text for text, _ in read("id-oos_valid.jsonl")],
        "far, out of scope": [text for text, _ in read("ood-oos_valid.jsonl")],
    }
    return Task("Banking77-OOS", read("train.jsonl"), read("valid.jsonl"), outside)


class Maker:
    """Makes scores of one kind of model: learn from lines, then give (texts, classes) for other texts."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def embedded(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Each text is read once, however often it is learned from."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(new), 256):
            batch = new[start : start + 256]
            for text, row in zip(batch, self._encoder.encode([plain_wording(one) for one in batch]), strict=True):
                self._known[text] = row
        return np.stack([self._known[text] for text in texts])

    def ours(self, learned: Lines, texts: Sequence[str], classes: Sequence[str]) -> Floats:
        """The product's classifier, as it is."""
        place = {name: number for number, name in enumerate(classes)}
        table = NgramTable.learn([text for text, _ in learned])
        words = [text for text, _ in learned]
        features = Features(self.embedded(words), table.encode(words))
        labels = np.array([place[name] for _, name in learned], dtype=np.int64)
        trained, _ = ours.train(features, labels, len(classes))
        scores = [
            trained.scores(
                Features(self.embedded(texts[start : start + 500]), table.encode(texts[start : start + 500]))
            )
            for start in range(0, len(texts), 500)
        ]
        return np.concatenate(scores).astype(np.float64)


def control(learned: Lines, texts: Sequence[str], classes: Sequence[str]) -> Floats:
    """Word and character n-grams with a linear support vector machine."""
    word = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    character = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    words = [text for text, _ in learned]
    place = {name: number for number, name in enumerate(classes)}
    machine = LinearSVC(C=0.7)
    machine.fit(
        hstack([word.fit_transform(words), character.fit_transform(words)]).tocsr(), [place[n] for _, n in learned]
    )
    found = np.full((len(texts), len(classes)), -9.0)
    found[:, machine.classes_] = machine.decision_function(
        hstack([word.transform(texts), character.transform(texts)]).tocsr()
    )
    return found


Outside = Callable[[Floats], Floats]
"""One number for each text: the higher, the more it belongs to some class."""


def highest(scores: Floats) -> Floats:
    """The best score."""
    return scores.max(axis=1)


def margin(scores: Floats) -> Floats:
    """How far the best is before the second."""
    two = np.sort(scores, axis=1)[:, -2:]
    return two[:, 1] - two[:, 0]


def both(scores: Floats) -> Floats:
    """The best score and half of the margin."""
    return highest(scores) + 0.5 * margin(scores)


WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the control in the mixture."""
SIGNS: dict[str, Outside] = {"highest": highest, "margin": margin, "both": both}


def standard(scores: Floats, by: Floats) -> Floats:
    """On one scale: mean and spread of the best scores of lines that were held out."""
    best = highest(by)
    return (scores - best.mean()) / best.std()


def parts(learned: Lines, share: float = 0.2) -> tuple[Lines, Lines, list[str]]:
    """What is chosen on: lines to learn from, lines held out, and all lines of some intents as if they were out of
    scope. The same each time."""

    def chance(words: str) -> float:
        return int(hashlib.sha256(words.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF

    away = {name for name in {name for _, name in learned} if chance(name) < share / 2}
    inside = [one for one in learned if one[1] not in away]
    held = [one for one in inside if chance(one[0]) < share]
    kept = [one for one in inside if chance(one[0]) >= share]
    return kept, held, [text for text, name in learned if name in away and chance(text) < share]


def right(scores: Floats, lines: Lines, classes: Sequence[str]) -> int:
    """How many have their class first."""
    place = {name: number for number, name in enumerate(classes)}
    return int((scores.argmax(axis=1) == np.array([place[name] for _, name in lines])).sum())


def measure(task: Task, maker: Maker) -> dict[str, Any]:
    """Chooses on a part of the training lines, then measures once."""
    began = time.perf_counter()
    kept, held, away = parts(task.learned)
    names = sorted({name for _, name in kept})
    texts = [text for text, _ in held] + away
    mine, theirs = maker.ours(kept, texts, names), control(kept, texts, names)
    mixes = {
        weight: mixed(mine, theirs, mine[: len(held)], theirs[: len(held)], weight)
        for weight in (0.0, 0.25, 0.5, 0.75, 1.0)
    }
    weight = max(mixes, key=lambda one: right(mixes[one][: len(held)], held, names))
    signs = {
        name: auroc([*sign(mixes[weight])[: len(held)]], [*sign(mixes[weight])[len(held) :]])
        for name, sign in SIGNS.items()
    }
    sign = max(signs, key=lambda one: signs[one] or 0.0)
    chosen = {"weight of the control": weight, "sign": sign, "held out": len(held), "signs": signs}
    chosen["accuracy held out"] = {str(w): right(m[: len(held)], held, names) / len(held) for w, m in mixes.items()}

    classes = sorted({name for _, name in task.learned})
    measured = [text for text, _ in task.measured]
    every = measured + [text for some in task.outside.values() for text in some]
    all_mine, all_theirs = maker.ours(task.learned, every, classes), control(task.learned, every, classes)
    blend = mixed(all_mine, all_theirs, mine[: len(held)], theirs[: len(held)], weight)
    found: dict[str, Any] = {"task": task.name, "lines": len(measured), "chosen": chosen}
    for name, scores, one in (
        ("ours", all_mine, SIGNS[sign]),
        ("ours, best score", all_mine, highest),
        ("mixed", blend, SIGNS[sign]),
        ("control", all_theirs, highest),
    ):
        found[name] = told(scores, one, task, classes)
    return found | {"seconds": round(time.perf_counter() - began, 1)}


def mixed(mine: Floats, theirs: Floats, held_mine: Floats, held_theirs: Floats, weight: float) -> Floats:
    """Both on one scale, ``weight`` of it the control."""
    return (1.0 - weight) * standard(mine, held_mine) + weight * standard(theirs, held_theirs)


def told(scores: Floats, sign: Outside, task: Task, classes: Sequence[str]) -> dict[str, Any]:
    """Accuracy with its interval, and how well each kind of line out of scope is told apart."""
    count = len(task.measured)
    share = wilson(right(scores[:count], task.measured, classes), count)
    belongs, begin, apart = sign(scores), count, {}
    for kind, some in task.outside.items():
        apart[kind] = auroc([*belongs[:count]], [*belongs[begin : begin + len(some)]])
        begin += len(some)
    return {"accuracy": round(share.share, 4), "from": round(share.low, 4), "to": round(share.high, 4), "auroc": apart}


def main() -> None:
    """Measures and tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="banking,clinc", help="banking,clinc")
    parser.add_argument("--few", type=int, default=0, help="learn from so many lines only: a try, no figure")
    chosen = parser.parse_args()
    data = Path(os.environ["GEHOOR_SHARED"]) / "data"
    maker = Maker(SentenceEncoder())
    for name, make in (("banking", banking), ("clinc", clinc)):
        if name in chosen.only.split(","):
            task = make(data)
            if chosen.few:
                task = Task(
                    task.name, task.learned[:: max(len(task.learned) // chosen.few, 1)], task.measured, task.outside
                )
            print(json.dumps(measure(task, maker), indent=1), flush=True)


if __name__ == "__main__":
    main()
