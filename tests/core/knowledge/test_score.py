import pytest

from gehoor.core.knowledge.score import Judged, auroc, figures, figures_by, wilson


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
        "answered_right": 1,
        "answered_wrong": 1,
        "suggested_right": 1,
        "suggested_wrong": 0,
        "abstained": 1,
        "helped": 2,
        "wrong_of_answers": 2,
        "unanswerable_answered": 1,
        "unanswerable_suggested": 0,
        "abstained_right": 1,
    }
    assert found.first_right.total == 4
    assert found.abstained_right.total == 2
    assert found.wrong_of_answers.total == 3
    assert found.auroc == 7 / 8


def test_another_topic_that_would_be_right_too_is_no_mistake() -> None:
    found = figures([Judged("a", ("b",), ("b",), True, 0.9, also=frozenset({"b"}))])
    assert (found.first_right.count, found.answered_right.count, found.answered_wrong.count) == (1, 1, 0)


def test_where_no_article_answers_nothing_is_right_and_a_suggestion_is_counted_apart() -> None:
    found = figures([Judged(None, ("a",), ("a", "b"), False, 0.5), Judged(None, ("a",), ("a",), True, 0.9)])
    assert (found.unanswerable_suggested.count, found.unanswerable_answered.count) == (1, 1)
    assert (found.wrong_of_answers.count, found.wrong_of_answers.total) == (1, 1)
    assert found.helped.total == 0


def test_each_group_has_its_own_figures() -> None:
    judged = [
        Judged("a", ("a",), ("a",), True, 0.9, language="nl"),
        Judged("a", ("b",), (), False, 0.4, language="tr"),
        Judged("b", ("b",), (), False, 0.4, language="tr"),
    ]
    found = figures_by(judged, lambda one: one.language)
    assert list(found) == ["nl", "tr"]
    assert (found["tr"].first_right.count, found["tr"].first_right.total) == (1, 2)
