import itertools

import pytest

from gehoor.core.knowledge.rank import PLAIN, Calibration, calibrated, curve, evidence, logit, posterior, sigmoid

NEVER_SURE = Calibration(9.0, (2.0, 0.0, 0.0, 0.0), (-3.0, 0.0, 0.0, 0.0))


def test_a_posterior_sums_to_one_and_keeps_the_order() -> None:
    found = posterior([0.9, 0.1, 0.5], 5.0)
    assert sum(found) == pytest.approx(1)
    assert found[0] > found[2] > found[1]
    assert posterior([], 5.0) == ()
    assert sum(posterior([1000.0, -1000.0], 60.0)) == pytest.approx(1)


def test_logit_and_sigmoid_undo_each_other_and_are_finite_at_the_ends() -> None:
    for p in (0.0, 1e-6, 0.3, 0.5, 0.999, 1.0):
        assert sigmoid(logit(p)) == pytest.approx(p, abs=1e-8)
    assert sigmoid(-1e6) == 0
    assert sigmoid(1e6) == 1


def test_the_evidence_is_the_best_its_distance_to_the_second_and_no_article() -> None:
    assert evidence([0.2, 0.9, 0.5], 0.1) == pytest.approx((1.0, 0.9, 0.4, 0.1))
    assert evidence([0.7], 0.0) == pytest.approx((1.0, 0.7, 0.7, 0.0))
    assert evidence([0.4, 0.4], 0.0)[2] == 0


def test_the_best_gets_what_its_curve_says_and_no_article_what_the_other_curve_leaves() -> None:
    scores, none = [0.9, 0.2, 0.1], 0.1
    calibration = Calibration(5.0, (0.0, 4.0, 0.0, 0.0), (0.0, 2.0, 0.0, 0.0))
    topics, nothing = calibrated(scores, none, calibration)
    assert topics[0] == pytest.approx(sigmoid(1.8))
    assert nothing == pytest.approx(1 - curve(calibration.answerable, evidence(scores, none)))
    assert topics[1] / topics[2] == pytest.approx(posterior([0.2, 0.1], 5.0)[0] / posterior([0.2, 0.1], 5.0)[1])


def test_calibrated_numbers_are_probabilities_in_the_same_order_whatever_the_calibration() -> None:
    numbers = (-3.0, 0.0, 4.0)
    for scores in itertools.product((0.0, 0.3, 0.31, 2.0), repeat=3):
        for one, two in itertools.product(itertools.product(numbers, repeat=2), repeat=2):
            calibration = Calibration(9.0, (one[0], one[1], 0.5, -1.0), (two[0], two[1], 0.5, -1.0))
            topics, none = calibrated(scores, 0.2, calibration)
            assert sum(topics) + none == pytest.approx(1)
            assert all(0 <= p <= 1 for p in (*topics, none))
            assert topics[scores.index(max(scores))] == pytest.approx(max(topics))


def test_the_best_stays_before_the_second_however_near_they_are() -> None:
    for number in range(1, 500):
        scores = [0.5, 0.5 + number * 1e-9, number / 500]
        if scores[1] > scores[2]:
            topics, _ = calibrated(scores, 0.0, NEVER_SURE)
            assert topics[1] > topics[0]


def test_without_topics_there_is_no_article_for_sure_and_one_topic_stands_alone() -> None:
    assert calibrated([], 0.3, PLAIN) == ((), 1.0)
    (only,), none = calibrated([0.9], 0.0, PLAIN)
    assert 0.5 < only <= 1 - none
