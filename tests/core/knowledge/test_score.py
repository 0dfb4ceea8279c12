import pytest

from gehoor.core.knowledge.score import Judged, auroc, figures, wilson


def test_wilson_gives_the_known_interval() -> None:
    found = wilson(8, 10)
    assert (found.share, round(found.low, 3), round(found.high, 3)) == (0.8, 0.49, 0.943)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


@pytest.mark.parametrize(
    ("higher", "lower", "expected"),
    [([0.9, 0.8], [0.1], 1), ([0.1], [0.9], 0), ([0.5], [0.5], 0.5), ([0.9, 0.4], [0.6, 0.4], 0.625), ([], [1], None)],
)
def test_auroc_is_how_often_the_first_kind_scores_higher(
    higher: list[float], lower: list[float], expected: float | None
) -> None:
    assert auroc(higher, lower) == expected


def test_the_figures_count_each_question_where_it_belongs() -> None:
    judged = [
        Judged("a", ("a", "b"), ("a",), True, 0.9),  # answered right
        Judged("a", ("b", "a"), ("b",), True, 0.8),  # answered wrong
        Judged("a", ("b", "c", "a"), ("b", "c", "a"), False, 0.7),  # suggested, right
        Judged("a", ("b", "c", "d", "a"), (), False, 0.6),  # abstained
        Judged(None, ("a",), ("a",), True, 0.65),  # unanswerable, answered
        Judged(None, ("a",), (), False, 0.1),  # unanswerable, abstained
    ]
    found = figures(judged)
    counts = {name: getattr(found, name).count for name in found.__dataclass_fields__ if name != "auroc"}
    assert counts == {
        "first_right": 1,
        "in_three": 3,
        "answered": 2,
        "answered_wrong": 1,
        "suggested_right": 1,
        "unanswerable_answered": 1,
        "abstained_right": 1,
    }
    assert found.first_right.total == 4
    assert found.abstained_right.total == 2
    assert found.auroc == 7 / 8
