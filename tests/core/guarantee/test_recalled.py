"""What may be said of a correction; the stories stand in tests/promises/traces."""

from dataclasses import replace

import pytest

from gehoor.core.conversation import events as e
from gehoor.core.guarantee.judge import violations
from gehoor.core.guarantee.recalled import a_click_away, called_in_time, grounded, honest, no_loop
from gehoor.core.guarantee.step import Commit, Step
from gehoor.core.policy import Template
from tests.core.situations import AI, CUSTOMER, HOUSE, after, taken
from tests.promises.told import facts_of

SAID = Template("correction", "1", "nl")
GIVEN = e.CorrectionGiven("r1", "huur", "1", 5, False, SAID)


def told(story: str, event: e.Event, digest: str = "digest") -> Step:
    step = taken(after(f"begin {story}"), event)
    return replace(step, fact=replace(step.fact, digest=digest))


@pytest.mark.parametrize("by", [AI, CUSTOMER])
def test_that_only_the_house_corrects_and_calls_about_it(by: object) -> None:
    asked = next(fact.event for fact in facts_of(["HumanRequested how=recall"]))
    for event in (GIVEN, e.CorrectionSeen("r1", 6), asked):
        assert honest(taken(after("begin corrected"), event, by)) is not None  # type: ignore[arg-type]
        assert honest(taken(after("begin corrected"), event, HOUSE)) is None
    button = next(fact.event for fact in facts_of(["HumanRequested"]))
    assert honest(taken(after("begin corrected"), button, CUSTOMER)) is None


@pytest.mark.parametrize(
    ("story", "event", "digest"),
    [
        ("asked", GIVEN, "digest"),
        ("answered", replace(GIVEN, version="2"), "digest"),
        ("answered", replace(GIVEN, article="gas"), "digest"),
        ("answered", replace(GIVEN, given=0), "digest"),
        ("answered", replace(GIVEN, given=99), "digest"),
        ("answered", replace(GIVEN, recall=""), "digest"),
        ("answered", GIVEN, ""),
    ],
)
def test_that_a_correction_is_about_what_was_given_here(story: str, event: e.Event, digest: str) -> None:
    assert grounded(told(story, event, digest)) is not None
    assert grounded(told("answered", GIVEN)) is None


def test_that_it_is_given_once_and_seen_after_that() -> None:
    assert no_loop(told("corrected", GIVEN)) is not None
    assert no_loop(told("corrected", replace(GIVEN, recall="r2"))) is None
    assert no_loop(told("corrected", e.CorrectionSeen("r1", 6))) is None
    assert no_loop(told("corrected", e.CorrectionSeen("r1", 5))) is not None
    assert no_loop(told("answered", e.CorrectionSeen("r1", 6))) is not None


def commit(*lines: str) -> Commit:
    """The last line of a story."""
    before, facts = after(*lines[:-1]), facts_of(lines)
    last = tuple(fact for fact in facts if fact.seq > before.record.seq)
    return Commit(before, last, after(*lines))


def test_that_who_has_no_person_is_offered_one_with_it() -> None:
    assert a_click_away(commit("begin answered", "CorrectionGiven")) is not None
    assert a_click_away(commit("begin answered", "CorrectionGiven | HumanOffered")) is None
    assert a_click_away(commit("begin answered", "HumanRequested", "CorrectionGiven")) is None


def test_that_a_call_about_it_has_a_date_and_something_to_be_about() -> None:
    call = "house HumanRequested how=recall"
    assert called_in_time(commit("begin corrected", call)) is not None
    assert called_in_time(commit("begin answered", f"{call} | PromiseMade")) is not None
    assert called_in_time(commit("begin corrected", f"{call} | PromiseMade")) is None
    assert called_in_time(commit("begin answered", "HumanRequested")) is None


def test_that_the_judge_asks_all_of_it() -> None:
    facts = facts_of(["begin answered", "ai CorrectionGiven version=2 digest="])
    _, found = violations(after("begin answered"), facts[-1:])
    assert {one.guarantee for one in found} == {"GROUNDED", "HONEST", "REACH"}
