import pytest

from gehoor.core.knowledge.costs import USUAL_COSTS, Costs, stricter, thresholds_of
from gehoor.core.knowledge.ladder import Severity


def expected(costs: Costs, right: float, three: float) -> dict[str, float]:
    """What each end is expected to cost, written out."""
    return {
        "answer": (1 - right) * costs.wrong_answer,
        "suggest": three * costs.chosen_suggestion + (1 - three) * (1 + costs.idle_suggestion),
        "person": 1.0,
    }


@pytest.mark.parametrize("costs", [USUAL_COSTS, Costs(5, 0.3, 0.1), Costs(200, 1.0, 0.5)])
def test_at_each_threshold_it_costs_as_much_as_a_person_and_above_it_less(costs: Costs) -> None:
    found = thresholds_of(costs)
    at = expected(costs, found.answer, found.suggest)
    assert at["answer"] == pytest.approx(1)
    assert at["suggest"] == pytest.approx(1)
    above = expected(costs, found.answer + 0.01, found.suggest + 0.01)
    assert above["answer"] < 1
    assert above["suggest"] < 1


def test_who_fears_wrong_answers_more_answers_less() -> None:
    bold, careful = thresholds_of(Costs(5, 0.5, 0.2)), thresholds_of(Costs(50, 0.5, 0.2))
    assert careful.answer > bold.answer
    assert thresholds_of(Costs(5, 2.0, 0.2)).suggest > bold.suggest


def test_costs_that_make_no_sense_still_give_thresholds() -> None:
    for costs in (Costs(0, 0, 0), Costs(1, 0, 3), Costs(0.5, 100, 100)):
        found = thresholds_of(costs)
        assert 0 <= found.answer <= 1
        assert 0 <= found.suggest <= 1


def test_where_errors_are_worse_the_same_probability_no_longer_suffices() -> None:
    usual = thresholds_of(USUAL_COSTS).answer
    serious, grave = stricter(usual, Severity.SERIOUS), stricter(usual, Severity.GRAVE)
    assert stricter(usual, Severity.ORDINARY) == pytest.approx(usual)
    assert usual < serious < grave < 1
    times_five = Costs(5 * USUAL_COSTS.wrong_answer, USUAL_COSTS.idle_suggestion, USUAL_COSTS.chosen_suggestion)
    assert serious == pytest.approx(thresholds_of(times_five).answer)
