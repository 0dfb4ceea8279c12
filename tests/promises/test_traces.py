"""Stories that break each guarantee, and stories that look like it but do not, read by the audit alone."""

from collections import Counter

import pytest

from gehoor.core.guarantee.promises import COMMIT_PREDICATES, STEP_PREDICATES
from gehoor.core.ids import ConversationId
from gehoor.prove.audit import audit_facts
from tests.promises.told import Trace, facts_of, traces

STORY = ConversationId("story")
TRACES = traces()
GUARANTEES = {*STEP_PREDICATES, *(name for name, _ in COMMIT_PREDICATES)}


def named(trace: Trace) -> str:
    return f"{trace.guarantee}: {trace.story}"


@pytest.mark.parametrize("trace", [one for one in TRACES if one.breaks], ids=named)
def test_that_a_story_that_breaks_a_guarantee_is_found(trace: Trace) -> None:
    found = audit_facts(STORY, facts_of(trace.lines))
    assert trace.guarantee in {one.guarantee for one in found}, found


@pytest.mark.parametrize("trace", [one for one in TRACES if not one.breaks], ids=named)
def test_that_a_story_that_only_looks_like_it_is_not_found(trace: Trace) -> None:
    assert audit_facts(STORY, facts_of(trace.lines)) == []


def test_that_every_guarantee_about_a_conversation_has_five_stories_of_each_kind() -> None:
    told = Counter((one.guarantee, one.breaks) for one in TRACES)
    assert {
        (name, kind): told[name, kind] for name in GUARANTEES for kind in (True, False) if told[name, kind] < 5
    } == {}
