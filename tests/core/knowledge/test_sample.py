import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.errors import Invalid
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.sample import (
    MOST,
    MOST_A_TOPIC,
    MOST_FOLLOWED,
    Case,
    Giver,
    draw,
    number_of,
    span_of,
    week_of,
)
from gehoor.core.time import Instant, instant

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = "2026-W48"


def case(number: int, by: Giver = Giver.AI, article: str = "borg", followed: bool = False) -> Case:
    return Case(ConversationId(f"c{number}"), 4, article, "v1", "nl", by, followed)


def test_a_week_begins_on_monday_where_the_organisation_is() -> None:
    since, until = span_of(WEEK, AMSTERDAM)
    assert since == instant(datetime(2026, 11, 22, 23, tzinfo=UTC))
    assert (week_of(since, AMSTERDAM), week_of(Instant(since - 1), AMSTERDAM)) == (WEEK, "2026-W47")
    assert (week_of(Instant(until - 1), AMSTERDAM), week_of(until, AMSTERDAM)) == (WEEK, "2026-W49")


def test_a_week_in_which_the_clock_changes_is_an_hour_shorter_or_longer() -> None:
    hours = {week: (span_of(week, AMSTERDAM)[1] - span_of(week, AMSTERDAM)[0]) // 3_600_000_000 for week in
             ("2026-W13", "2026-W43", "2026-W48")}  # fmt: skip
    assert hours == {"2026-W13": 167, "2026-W43": 169, "2026-W48": 168}


def test_the_days_between_the_years_belong_to_one_week() -> None:
    assert week_of(instant(datetime(2027, 1, 1, 12, tzinfo=UTC)), AMSTERDAM) == "2026-W53"


@pytest.mark.parametrize("week", ["", "2026", "2026-48", "2026-W54", "2026-W0", "x-W1", "2026-W48-1"])
def test_what_names_no_week_is_refused(week: str) -> None:
    with pytest.raises(Invalid):
        span_of(week, AMSTERDAM)


def test_anybody_can_draw_the_number_again() -> None:
    assert number_of(WEEK, "c1", 4) == hashlib.sha256(b"2026-W48 c1 4").hexdigest()


def test_the_lowest_numbers_are_the_sample_in_whatever_order_they_come() -> None:
    cases = [case(number) for number in range(1_000)]
    expected = sorted(cases, key=lambda one: number_of(WEEK, one.conversation, one.seq))[:MOST]
    assert draw(WEEK, cases).chosen == tuple(expected)
    assert draw(WEEK, reversed(cases)).chosen == tuple(expected)
    assert draw(WEEK, cases).answers == 1_000
    assert set(draw("2026-W49", cases).chosen) != set(expected)


def test_every_answer_that_a_request_followed_is_judged_and_none_twice() -> None:
    cases = [case(number, followed=number % 10 == 0) for number in range(1_000)]
    found = draw(WEEK, cases)
    followed = [one for one in cases if one.followed]
    assert set(followed) <= set(found.chosen) | set(found.followed)
    assert len(set(found.cases)) == len(found.cases)
    assert found.more_followed == 0


def test_a_week_in_which_everybody_wants_a_person_stays_bounded_and_says_so() -> None:
    many = MOST_FOLLOWED + MOST + 500
    found = draw(WEEK, (case(number, followed=True) for number in range(many)))
    assert len(found.followed) == MOST_FOLLOWED
    assert found.more_followed == 500


def test_of_what_is_compared_for_the_ladder_each_topic_has_its_share() -> None:
    shadow = [case(number, Giver.SHADOW) for number in range(100)]
    agents = [case(number, Giver.AGENT, "sleutel") for number in range(5)]
    found = draw(WEEK, [*shadow, *agents])
    assert (found.answers, found.chosen) == (0, ())
    assert sum(one.by is Giver.SHADOW for one in found.compared) == MOST_A_TOPIC
    assert sum(one.article == "sleutel" for one in found.compared) == 5


def test_a_case_that_is_told_twice_is_judged_once() -> None:
    shadow = [case(number, Giver.SHADOW) for number in range(3)]
    assert sorted(one.conversation for one in draw(WEEK, [*shadow, *shadow]).compared) == ["c0", "c1", "c2"]
