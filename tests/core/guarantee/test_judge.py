"""The predicates together, over the facts of one commit."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Phase, State
from gehoor.core.conversation.transcript import sources
from gehoor.core.guarantee.judge import judged, steps, violations
from gehoor.core.guarantee.promises import COMMIT_PREDICATES, STEP_PREDICATES, at_rest
from gehoor.core.guarantee.step import Commit, Step, Violation
from tests.core.conversation.examples import FACTS
from tests.core.situations import ID, after
from tests.promises.told import BEGINNINGS, facts_of

STATES = {beginning: after(f"begin {beginning}") for beginning in BEGINNINGS}
GIVEN = frozenset(source.article for fact in FACTS for source in sources(fact.event))


def test_that_each_step_has_the_states_around_its_fact() -> None:
    facts = facts_of(["begin written"])
    walked = list(steps(begin(ID), facts))
    assert [one.fact for one in walked] == facts
    assert walked[0].before == begin(ID)
    assert all(one.after is two.before for one, two in pairwise(walked))
    assert walked[-1].after == fold(begin(ID), facts)


def test_that_no_facts_break_nothing_and_change_nothing() -> None:
    state = after("begin waiting")
    assert violations(state, []) == (state, [])


def test_that_a_violation_names_guarantee_fact_and_sentence() -> None:
    facts = facts_of(["begin waiting", "BotReplied turn=1"])
    state, found = violations(fold(begin(ID), facts[:3]), facts[3:])
    assert state.record.seq == 4
    assert Violation("SILENCE", 4, "The AI spoke while the customer waits for or talks to a person.") in found


def test_that_no_predicate_fails_on_any_fact_in_any_state() -> None:
    for beginning in BEGINNINGS:
        for fact in FACTS:
            violations(after(f"begin {beginning}"), [fact])


@pytest.mark.parametrize("phase", Phase)
def test_that_a_predicate_finds_nothing_in_the_facts_that_are_not_shown_to_it(phase: Phase) -> None:
    """The table of what each is about saves most of the looking, and hides nothing."""
    for beginning, event in product(BEGINNINGS, [fact.event for fact in FACTS]):
        state = State(replace(STATES[beginning].record, given=GIVEN), STATES[beginning].control)
        made = State(state.record, replace(state.control, phase=phase, requested=not state.control.requested))
        step = Step(state, replace(FACTS[0], seq=state.record.seq + 1, event=event), made)
        everything = [
            *((name, wrong) for name, looks in STEP_PREDICATES.items() if (wrong := looks(step))),
            *at_rest(step.after),
            *((name, wrong) for name, looks in COMMIT_PREDICATES if (wrong := looks(_alone(step)))),
        ]
        _, found = judged(step.before, (step.fact,), [step])
        assert [(one.guarantee, one.sentence) for one in found] == everything


def _alone(step: Step) -> Commit:
    return Commit(step.before, (step.fact,), step.after)
