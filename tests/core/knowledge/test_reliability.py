import pytest

from gehoor.core.knowledge.reliability import MOST_POINTS, curve, reliability
from gehoor.core.knowledge.score import Judged


def asked(truth: str | None, first: str, score: float) -> Judged:
    return Judged(truth, (first,), (), False, score, score)


def test_who_says_nine_in_ten_and_is_right_nine_in_ten_can_be_believed() -> None:
    honest = [asked("a", "a", 0.9)] * 9 + [asked("a", "b", 0.9)]
    found = reliability(honest)
    assert found.error == pytest.approx(0.0)
    (only,) = found.bins
    assert (only.low, only.high, only.right.count, only.right.total) == (0.9, 1.0, 9, 10)


def test_the_error_is_how_far_what_was_said_is_from_what_was_right_weighted_by_questions() -> None:
    boaster = [asked("a", "b", 0.95)] * 3 + [asked("a", "a", 0.05)]
    # Three questions are 0.95 off, one is 0.95 off the other way.
    assert reliability(boaster).error == pytest.approx(0.95)
    mixed = [asked("a", "b", 0.8)] + [asked("a", "a", 1.0)] * 3
    assert reliability(mixed).error == pytest.approx(0.2)


def test_where_no_article_answers_no_topic_is_right() -> None:
    assert reliability([asked(None, "a", 1.0)]).error == pytest.approx(1.0)
    assert reliability([]).error is None


def test_a_probability_outside_its_range_still_has_a_bin() -> None:
    found = reliability([asked("a", "a", 1.0), asked("a", "b", -0.1)])
    assert [one.low for one in found.bins] == [0.0, 0.9]


def test_the_curve_tells_what_each_threshold_would_bring() -> None:
    points = curve([asked("a", "a", 0.9), asked(None, "a", 0.8), asked("a", "b", 0.7), asked("b", "b", 0.7)])
    told = [(one.threshold, one.coverage.count, one.precision.count, one.precision.total) for one in points]
    # Equal probabilities are answered together; the unanswerable one lowers the precision and is not coverage.
    assert told == [(0.9, 1, 1, 1), (0.8, 1, 1, 2), (0.7, 3, 2, 4)]
    assert points[-1].coverage.total == 3


def test_a_long_curve_is_thinned_out_and_keeps_both_its_ends() -> None:
    points = curve([asked("a", "a", number / 1000) for number in range(1000)])
    assert len(points) == MOST_POINTS
    assert (points[0].threshold, points[-1].threshold) == (0.999, 0.0)
    assert curve([]) == ()
