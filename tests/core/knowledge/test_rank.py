import itertools
import math

import pytest

from gehoor.core.knowledge.rank import (
    Calibration,
    Costs,
    Limits,
    Outcome,
    calibrated,
    logit,
    posterior,
    sigmoid,
    thresholds_from_costs,
    thresholds_within,
)


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


def test_calibration_that_changes_nothing_is_the_posterior() -> None:
    scores = [0.9, 0.2, 0.5, 0.1]
    assert calibrated(scores, Calibration(7.0)) == pytest.approx(posterior(scores, 7.0))


def test_calibration_lowers_what_is_too_sure_and_gives_the_rest_to_the_others() -> None:
    raw, better = posterior([0.9, 0.2, 0.1], 8.0), calibrated([0.9, 0.2, 0.1], Calibration(8.0, offset=-1.0))
    assert better[0] < raw[0]
    assert better[1] > raw[1]
    assert better[1] / better[2] == pytest.approx(raw[1] / raw[2])


def test_calibrated_numbers_are_probabilities_in_the_same_order_whatever_the_calibration() -> None:
    numbers = (-3.0, 0.0, 0.4)
    for scores in itertools.product((0.0, 0.3, 0.31, 2.0), repeat=3):
        for offset, slope, margin_slope in itertools.product(numbers, repeat=3):
            found = calibrated(scores, Calibration(9.0, offset, slope, margin_slope))
            assert sum(found) == pytest.approx(1)
            assert all(0 <= p <= 1 for p in found)
            assert found[scores.index(max(scores))] == pytest.approx(max(found))


def test_the_best_stays_before_the_second_however_near_they_are() -> None:
    sober = Calibration(9.0, offset=-3.0)
    for number in range(1, 500):
        scores = [0.5, 0.5 + number * 1e-9, number / 500]
        if scores[1] > scores[2]:
            found = calibrated(scores, sober)
            assert found[1] > found[0]


def outcome(best: float, kind: str) -> Outcome:
    """``kind``: right, near (in the three), wrong, or none (no article answers it)."""
    return Outcome(best, best, kind == "right", kind in ("right", "near"), kind != "none")


def test_the_answer_threshold_is_the_lowest_that_keeps_both_limits() -> None:
    limits = Limits(wrong=0.25, unanswerable=0.5)
    known = [outcome(0.9, "right"), outcome(0.8, "wrong"), outcome(0.7, "right"), outcome(0.6, "wrong")]
    nothing = [outcome(0.1, "none"), outcome(0.05, "none")]
    assert thresholds_within(limits, [*known, *nothing]).answer == 0.7  # one wrong of four is allowed, two are not
    assert thresholds_within(limits, [*known, outcome(0.85, "none"), outcome(0.75, "none")]).answer == 0.8


def test_equal_scores_are_answered_together_or_not_at_all() -> None:
    known = [outcome(0.9, "right"), outcome(0.5, "right"), outcome(0.5, "wrong")]
    assert thresholds_within(Limits(), known).answer == 0.9


def test_nothing_is_answered_when_the_surest_is_wrong_or_nothing_is_known() -> None:
    assert thresholds_within(Limits(), [outcome(0.9, "wrong"), outcome(0.8, "right")]).answer > 1
    assert thresholds_within(Limits(), []).answer > 1
    assert thresholds_within(Limits(), []).suggest > 1


def test_the_suggestion_threshold_is_where_the_gain_is_greatest() -> None:
    limits = Limits(wrong=0, unanswerable=0, useful=0.5)
    known = [outcome(0.9, "wrong"), outcome(0.8, "near"), outcome(0.7, "near"), outcome(0.6, "none")]
    assert thresholds_within(limits, known).suggest == 0.7


def test_thresholds_follow_from_what_each_end_costs() -> None:
    found = thresholds_from_costs(Costs(wrong_answer=9, to_a_person=1, right_suggestion=0.5))
    assert found.answer == pytest.approx(0.9)
    assert found.suggest == pytest.approx(0.5)
    assert thresholds_from_costs(Costs(0, 0, 0)).answer in (0, 1)
    assert not math.isnan(thresholds_from_costs(Costs(0, 0, 0)).suggest)
