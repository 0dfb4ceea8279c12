"""The ladder: one rung at a time, on evidence; down at once."""

import pytest

from gehoor.core.errors import NotNow
from gehoor.core.knowledge.ladder import (
    RUNGS,
    Figures,
    Rung,
    Severity,
    Verdict,
    above,
    below,
    climbed,
    figures_of,
    missing,
    slips,
    worse,
)

ORDINARY = Severity.ORDINARY


def test_that_the_rungs_stand_in_order_and_each_has_one_above_and_one_below() -> None:
    assert RUNGS == (Rung.OFF, Rung.SHADOW, Rung.HELPS_AGENTS, Rung.SUGGESTS, Rung.ANSWERS)
    assert [above(one) for one in RUNGS] == [*RUNGS[1:], None]
    assert [below(one) for one in RUNGS] == [Rung.OFF, *RUNGS[:-1]]


def test_that_the_shadow_asks_for_nothing_because_no_customer_sees_it() -> None:
    assert climbed(Rung.OFF, Severity.GRAVE, Figures()) is Rung.SHADOW


@pytest.mark.parametrize(
    ("rung", "shown", "climbs"),
    [
        (Rung.SHADOW, Figures(right=49), False),  # too few, however good
        (Rung.SHADOW, Figures(right=50), True),
        (Rung.HELPS_AGENTS, Figures(right=48, wrong=2), True),  # surely 0.865 right
        (Rung.HELPS_AGENTS, Figures(right=47, wrong=3), False),  # surely 0.838 right
        (Rung.HELPS_AGENTS, Figures(right=47, incomplete=3), False),  # incomplete is not right
        (Rung.HELPS_AGENTS, Figures(right=500, harmful=1), False),  # one harmful answer stops a topic
        (Rung.SUGGESTS, Figures(right=50), False),  # fifty right ones are surely 0.929 right
        (Rung.SUGGESTS, Figures(right=72), False),
        (Rung.SUGGESTS, Figures(right=73), True),  # surely 0.95 right
        (Rung.SUGGESTS, Figures(right=197, wrong=3), True),
        (Rung.SUGGESTS, Figures(right=196, wrong=4), False),
    ],
)
def test_that_a_topic_climbs_on_fifty_cases_of_which_enough_were_surely_right(
    rung: Rung, shown: Figures, climbs: bool
) -> None:
    if climbs:
        assert climbed(rung, ORDINARY, shown) is above(rung)
    else:
        with pytest.raises(NotNow):
            climbed(rung, ORDINARY, shown)


def test_that_the_top_is_the_top() -> None:
    with pytest.raises(NotNow):
        climbed(Rung.ANSWERS, ORDINARY, Figures(right=1000))


def test_that_what_is_missing_is_said_in_numbers() -> None:
    with pytest.raises(NotNow, match="nog 20 vergeleken"):
        climbed(Rung.SHADOW, ORDINARY, Figures(right=30))
    with pytest.raises(NotNow, match="1 schadelijke"):
        climbed(Rung.SHADOW, ORDINARY, Figures(right=30, harmful=1))
    with pytest.raises(NotNow, match=r"83%.*85%"):
        climbed(Rung.SHADOW, ORDINARY, Figures(right=47, wrong=3))


def test_that_a_graver_topic_must_show_more() -> None:
    shown = Figures(right=73)
    assert missing(Rung.ANSWERS, Severity.ORDINARY, shown).nothing
    assert not missing(Rung.ANSWERS, Severity.SERIOUS, shown).nothing
    assert not missing(Rung.ANSWERS, Severity.GRAVE, Figures(right=190)).nothing


@pytest.mark.parametrize(
    ("severity", "shown", "down"),
    [
        (ORDINARY, Figures(), False),
        (ORDINARY, Figures(right=1000, harmful=1), True),  # harm counts at once
        (ORDINARY, Figures(right=9, wrong=1), False),  # one of ten says little
        (ORDINARY, Figures(right=5, wrong=3), True),  # three of eight says enough
        (ORDINARY, Figures(right=95, wrong=5), False),  # at the limit
        (ORDINARY, Figures(right=94, wrong=6), True),  # above it
        (ORDINARY, Figures(right=90, incomplete=10), False),  # incomplete is no error
        (Severity.SERIOUS, Figures(right=96, wrong=4), True),
        (Severity.GRAVE, Figures(right=98, wrong=2), True),
    ],
)
def test_that_a_topic_steps_down_by_itself_above_its_limit_of_errors(
    severity: Severity, shown: Figures, down: bool
) -> None:
    assert slips(severity, shown) is down


def test_that_the_worse_of_two_verdicts_counts() -> None:
    assert worse(Verdict.RIGHT, Verdict.INCOMPLETE) is Verdict.INCOMPLETE
    assert worse(Verdict.HARMFUL, Verdict.WRONG) is Verdict.HARMFUL


def test_that_figures_count_one_verdict_a_case() -> None:
    shown = figures_of([Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG, Verdict.INCOMPLETE, Verdict.HARMFUL])
    assert shown == Figures(right=2, incomplete=1, wrong=1, harmful=1)
    assert (shown.cases, shown.right_share.count, shown.wrong_share.count) == (5, 2, 2)
