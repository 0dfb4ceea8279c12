"""What hearing costs is measured on texts that are what they are said to be. How much it is, is not tested."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

import numpy as np
import pytest

from gehoor.adapters.brains.embedding import DIMENSIONS, Floats, NoEncoder
from gehoor.core.conversation.model import Heard
from gehoor.core.errors import GehoorError
from gehoor.core.text import LONGEST_MESSAGE
from gehoor.prove.bench import hearing
from gehoor.prove.bench.figures import Measured
from gehoor.prove.bench.hearing import Timed, classifier, questions, texts
from gehoor.prove.bench.kit import Kit, Wanted
from gehoor.prove.bench.measure import measure
from gehoor.prove.bench.parts import Pair
from gehoor.prove.bench.report import as_json, as_text
from gehoor.prove.bench.shapes import SHAPES, text_of

CANARY = Wanted(runs=1, seconds=0.2, only=("hearing",), models=(False,), longest=400)


@pytest.fixture(scope="module")
def measured() -> Measured:
    """One short run, without the language model."""
    return measure(CANARY, lambda _: None)


class Slow:
    """A language model that takes two milliseconds a text, and knows what it read."""

    available = True
    version = "slow-1"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats:
        self.read += texts
        sleep(0.002)
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)


class Deepening:
    """A hearing with a language model, whose own part takes a millisecond; the first time, when it reads, far more."""

    def __init__(self, encoder: Timed) -> None:
        self._encoder = encoder
        self._ready = False

    def listen(self, _text: str, language: str) -> Heard:
        return Heard(language=language)

    def deepen(self, text: str, heard: Heard) -> Heard:
        self._encoder.encode([text])
        sleep(0.001 if self._ready else 0.2)
        self._ready = True
        return heard


def kit_of(wanted: Wanted, folder: Path) -> Kit:
    return Kit(wanted, folder, lambda _: None, [], ExitStack())


def with_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: object) -> Pair:
    """What the classifier of a hearing with this language model is found to cost."""
    monkeypatch.setattr(hearing, "SentenceEncoder", lambda: model)
    monkeypatch.setattr(hearing, "FullHearing", Deepening)
    return classifier(kit_of(Wanted(1, 0.3, ("hearing",)), tmp_path), False)


@pytest.mark.bench
def test_that_every_figure_of_the_tables_is_found_with_its_floor(measured: Measured) -> None:
    assert measured.faults == []
    assert [name for name, figure in measured.figures.items() if figure.value <= 0] == []
    without = {name for name, figure in measured.figures.items() if figure.floor is None}
    assert without == {"hearing.load.import_s"}  # a part of what has one


@pytest.mark.bench
def test_that_the_keys_of_the_document_stay(measured: Measured) -> None:
    document: dict[str, Any] = json.loads(as_json(measured))
    found = document["figures"]["hearing"]
    assert {room: sorted(figures) for room, figures in found.items()} == {
        "load": ["import_s", "ready_s", "tables_s"],
        "tables": ["count", "mean_us", "p50_us", "p99_us"],
        "longest": sorted(["worst_ms", *(f"{shape}_ms" for shape in SHAPES)]),
    }
    assert [(bar["figure"], bar["bound"]) for bar in document["bars"]] == [
        ("hearing.tables.mean_us", 250),
        ("hearing.tables.p99_us", 1000),
        ("hearing.load.ready_s", 0.2),
        ("hearing.longest.worst_ms", 50),
    ]


@pytest.mark.bench
def test_that_whole_passes_count_and_the_worst_shape_is_told_first(measured: Measured) -> None:
    count = measured.figures["hearing.tables.count"].value
    assert count >= len(questions())
    assert count % len(questions()) == 0
    longest = {name: one.value for name, one in measured.figures.items() if name.startswith("hearing.longest.")}
    assert longest.pop("hearing.longest.worst_ms") == max(longest.values())
    worst = max(longest, key=lambda name: longest[name]).rpartition(".")[2].removesuffix("_ms")
    told = [line[:64].split()[-1] for line in as_text(measured).splitlines() if "of the shape" in line]
    assert told[0] == worst
    assert sorted(told) == sorted(SHAPES)


def test_that_the_language_model_is_told_apart_from_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hearing, "read_meaning", lambda: None)
    model = Slow()
    pair = with_model(monkeypatch, tmp_path, model)
    found = {name.rpartition(".")[2]: value for name, value in pair.ours.items()}
    assert found["model_ms"] >= 2
    assert found["rest_ms"] >= 1
    assert found["p50_ms"] >= 3
    assert found["count"] == len(model.read) - 1  # the first one, in which it reads what was learned, does not count
    assert len(set(model.read)) == len(model.read)
    assert sorted(pair.base) == ["hearing.classifier.p50_ms", "hearing.classifier.p99_ms"]


def test_that_tables_alone_are_never_told_as_a_quick_classifier(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(GehoorError, match="not installed"):
        with_model(monkeypatch, tmp_path, NoEncoder())

    def nothing_learned() -> None:
        raise KeyError("limits")

    monkeypatch.setattr(hearing, "read_meaning", nothing_learned)
    with pytest.raises(GehoorError, match="limits"):
        with_model(monkeypatch, tmp_path, Slow())


def test_that_without_the_language_model_the_classifier_is_no_part_of_it(tmp_path: Path) -> None:
    assert classifier(kit_of(CANARY, tmp_path), False) == Pair({}, {})


def test_that_a_process_that_cannot_load_is_a_fault_and_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "hearing_load")

    monkeypatch.setattr(subprocess, "run", fails)
    measured = measure(CANARY, lambda _: None)
    assert measured.figures == {}
    assert measured.faults == ["hearing: The tables of the hearing could not be loaded by themselves."]


def test_that_loading_counts_nothing_that_is_there_already() -> None:
    code = (
        "import sys; from gehoor.prove.bench import hearing_load;"
        "from importlib import import_module; [import_module(one) for one in hearing_load._NEEDED];"
        "print([one for one in sys.modules if one.startswith('gehoor.adapters')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert told.stdout.strip() == "[]"


def test_that_the_classifier_reads_texts_of_as_many_words_none_of_them_twice() -> None:
    some = list(islice(texts(25), 3000))
    assert {len(text.split()) for text in some} == {25}
    assert len(set(some)) == len(some)


def test_that_the_questions_are_what_customers_ask() -> None:
    assert len(questions()) > 1000
    assert max(map(len, questions())) < LONGEST_MESSAGE


@pytest.mark.parametrize("shape", SHAPES)
def test_that_a_text_of_a_shape_is_as_long_as_asked_and_another_one_each_time(shape: str) -> None:
    chance = Random(1)
    one, other = (text_of(shape, 4001, chance, questions()) for _ in range(2))
    assert len(one) == len(other) == 4001
    assert one != other
    assert text_of(shape, 4001, Random(1), questions()) == one
