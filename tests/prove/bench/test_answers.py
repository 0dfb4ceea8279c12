"""What finding an answer costs is measured on a real library. How much it is, is not tested."""

from datetime import date

import pytest

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.lines import lines_of
from gehoor.prove.bench.answers import Forgetful, many
from gehoor.prove.bench.bars import BARS
from gehoor.prove.bench.kit import Wanted
from gehoor.prove.bench.measure import measure
from gehoor.settings import DEMO


class Reading:
    """A language model that knows what it was given."""

    available = True
    version = "reading-1"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: list[str]) -> None:
        self.read += texts


@pytest.mark.model
def test_each_library_is_measured_beside_the_model_alone() -> None:
    measured = measure(Wanted(runs=1, seconds=0.1, only=("answers",), articles=(0, 30)), lambda _: None)
    assert measured.faults == []
    for name in ("answers.demo", "answers.30"):
        found = measured.figures[f"{name}.p50_ms"]
        assert found.floor is not None
        assert 0 < found.value <= measured.figures[f"{name}.p99_ms"].value
        assert measured.figures[f"{name}.count"].value > 300
    assert {bar.figure for bar in BARS} >= {"answers.demo.p50_ms", "answers.demo.p99_ms", "answers.20000.p50_ms"}


def test_the_many_articles_differ_are_in_force_and_cannot_be_learned() -> None:
    demo, _ = read_articles(DEMO / "knowledge")
    library = many(200, demo)
    assert len({article.answer for article in library.articles}) == 200
    assert library.articles == many(200, demo).articles
    assert all(article.in_force(date(2026, 11, 26)) for article in library.articles)
    assert lines_of(library).topics == ()


def test_a_model_that_forgets_reads_the_same_question_anew() -> None:
    reading = Reading()
    forgetful = Forgetful(reading)  # type: ignore[arg-type]
    forgetful.encode(["lekkage"])
    forgetful.encode(["lekkage"])
    assert len(set(reading.read)) == 2
    assert all(text.startswith("lekkage") for text in reading.read)
