"""Two conversations beside each other: who was taken, while who waited."""

import pytest

from gehoor.core.ids import ConversationId
from gehoor.prove.turns import passed_over, turns_of
from tests.promises.told import facts_of

FIRST, SECOND = ConversationId("first"), ConversationId("second")
STARTED = "ConversationStarted | DisclosureShown"


def passed(first: list[str], second: list[str]) -> list[str]:
    told = ((FIRST, first), (SECOND, second))
    turns = [turn for id, lines in told for turn in turns_of(id, facts_of(lines))]
    return [id for id, _ in passed_over(turns)]


ASKS_FIRST = [STARTED, "HumanRequested"]
ASKS_LATER = [STARTED, "after=10m HumanRequested"]


@pytest.mark.parametrize("taken", ["after=20m Offered agent=anna", "after=20m HumanJoined agent=anna"])
def test_that_who_asked_later_and_was_taken_first_is_found(taken: str) -> None:
    assert passed(ASKS_FIRST, [*ASKS_LATER, taken]) == [SECOND]


def test_that_who_waits_longest_and_is_taken_first_is_right() -> None:
    assert passed([*ASKS_FIRST, "after=20m Offered agent=anna"], ASKS_LATER) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ASKS_FIRST, [STARTED, "after=10m HumanRequested danger=DAMAGE", "after=1m Offered"]),  # another class
        ([STARTED, "HumanRequested skill=huur"], [*ASKS_LATER, "after=1m Offered"]),  # another need
        (["ConversationStarted language=en | DisclosureShown", "HumanRequested"], [*ASKS_LATER, "after=1m Offered"]),
        ([*ASKS_FIRST, "Offered", "OfferDeclined"], [*ASKS_LATER, "after=1m Offered"]),  # this agent had declined
        ([*ASKS_FIRST, "PromiseMade window_start=+4h"], [*ASKS_LATER, "after=1m Offered"]),  # the window is not open
        ([*ASKS_FIRST, "Offered agent=bram"], [*ASKS_LATER, "after=1m Offered"]),  # somebody is looking at it
        (["ConversationStarted channel=probe | DisclosureShown", "HumanRequested"], [*ASKS_LATER, "after=1m Offered"]),
        ([*ASKS_FIRST, "RequestWithdrawn"], [*ASKS_LATER, "after=1m Offered"]),
    ],
)
def test_that_what_the_rules_of_the_queue_explain_is_not_found(first: list[str], second: list[str]) -> None:
    assert passed(first, second) == []


def test_that_who_came_back_into_the_line_this_moment_may_not_have_been_seen() -> None:
    back = [*ASKS_FIRST, "Offered agent=bram", "after=17m OfferTimedOut agent=bram"]
    assert passed(back, [*ASKS_LATER, "after=9m Offered"]) == []
    assert passed(back, [*ASKS_LATER, "after=10m Offered"]) == [SECOND]


def test_that_who_is_taken_right_after_went_beside_it() -> None:
    taken = [*ASKS_LATER, "after=10m Offered agent=anna"]
    assert passed([*ASKS_FIRST, "after=1141s Offered agent=bram"], taken) == []
    assert passed([*ASKS_FIRST, "after=1150s Offered agent=bram"], taken) == [SECOND]
