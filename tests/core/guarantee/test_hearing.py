"""Each predicate over what was heard by itself: what no story brings. The stories stand in tests/promises/traces."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.guarantee import hearing
from gehoor.core.guarantee.step import Commit
from gehoor.core.time import DAY, later
from tests.core.conversation.examples import one
from tests.core.situations import HOUSE, ID, after, taken
from tests.promises.told import facts_of


def commit(*story: str) -> Commit:
    """The last line of a story as a commit."""
    facts = facts_of(story)
    cause = facts[-1].cause
    before = fold(begin(ID), [fact for fact in facts if fact.cause != cause])
    together = tuple(fact for fact in facts if fact.cause == cause)
    return Commit(before, together, fold(before, together))


def test_that_what_was_heard_is_read_from_messages_and_from_the_turn() -> None:
    found = list(hearing.heard_in(commit("begin ai", "MessageReceived stuck=maybe | HumanOffered | BotTurnDue")))
    assert [place for place, _ in found] == [0]
    assert len(list(hearing.heard_in(commit("begin asked", "SignalsRaised stuck=yes")))) == 1
    assert list(hearing.heard_in(commit("begin asked", "BotReplied"))) == []


@pytest.mark.parametrize(("beginning", "has"), [("ai", False), ("waiting", True), ("human", True), ("reached", True)])
def test_that_a_person_is_there_or_was_asked(beginning: str, has: bool) -> None:
    assert hearing.with_person(after(f"begin {beginning}")) is has


@pytest.mark.parametrize(("days", "wrong"), [(28, False), (42, False), (44, False), (45, True), (0, True), (-1, True)])
def test_that_a_term_is_within_the_law(days: int, wrong: bool) -> None:
    state = after("begin waiting")
    receipt = replace(one(e.ReceiptGiven), due_at=later(state.record.at, days * DAY))
    assert (hearing.no_dead_end(taken(state, receipt, HOUSE)) is not None) is wrong


def test_that_a_fact_that_was_held_may_be_dated_after_its_term() -> None:
    state = after("begin waiting")
    step = taken(state, replace(one(e.ReceiptGiven), due_at=state.record.at), HOUSE)
    assert hearing.no_dead_end(step) is not None
    assert hearing.no_dead_end(replace(step, fact=replace(step.fact, stepped=True))) is None


def test_that_a_maybe_beside_a_withdrawal_needs_no_offer() -> None:
    assert hearing.a_click_away(commit("begin waiting", "MessageReceived stuck=maybe | RequestWithdrawn")) is None


def test_that_a_language_that_the_house_speaks_needs_no_person() -> None:
    assert hearing.led_to(commit("begin ai", "SupportChosen offer=other_language language=en")) is None
    assert hearing.led_to(commit("begin ai", "SupportChosen offer=other_language")) is not None
    assert hearing.led_to(commit("begin ai", "SupportChosen offer=helper")) is None
