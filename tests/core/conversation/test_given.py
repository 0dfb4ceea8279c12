"""What gives an article to a customer, and what only names one."""

from typing import get_args

from gehoor.core.conversation import events as e
from gehoor.core.conversation.given import GIVES, By, Given, given, sources_given
from gehoor.core.conversation.model import Source
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.core.policy import Template
from tests.adapters.golden_facts import sample
from tests.contracts.conversations import NOW, ONE, at, fact, started, wrote

SOURCE = Source("opzeggen", "v1", "Huur opzeggen", "nl")
OTHER = Source("opzeggen", "v2", "Huur opzeggen", "en")
REPLIED = e.BotReplied(2, SOURCE, "brain", None)


def agent(*sources: Source) -> e.Event:
    return e.AgentWrote(StaffId("anna"), ClientId("c"), False, bool(sources), at(9), sources=sources)


def test_that_the_ai_gives_what_it_answers_with() -> None:
    assert list(given(ONE, [fact(1, started()), fact(2, wrote()), fact(3, REPLIED, at(1))])) == [
        Given(ONE, 3, at(1), "opzeggen", "nl", "v1", By.AI)
    ]


def test_that_a_person_gives_what_they_used_of_a_proposal_once() -> None:
    assert list(given(ConversationId("x"), [fact(7, agent(SOURCE, OTHER, SOURCE))])) == [
        Given(ConversationId("x"), 7, NOW, "opzeggen", "nl", "v1", By.AGENT),
        Given(ConversationId("x"), 7, NOW, "opzeggen", "en", "v2", By.AGENT),
    ]
    assert list(given(ONE, [fact(7, agent())])) == []


def test_that_titles_that_were_only_shown_are_not_given() -> None:
    suggested = e.BotSuggested(2, (SOURCE,), "brain", None, Template("suggest", "1", "nl"))
    assert list(given(ONE, [fact(3, suggested)])) == []


def test_that_no_other_kind_of_fact_gives_anything() -> None:
    """``GIVES`` is what the stores look at; a kind that gives and is not in it would be missing from every recall."""
    assert {kind for kind in get_args(e.Event) if sources_given(sample(kind))} == set(GIVES)
