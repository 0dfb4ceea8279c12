"""Which article a customer was given, in which version, by whom: what a recall and a sample of answers start from.

A list of titles gives nothing: only the words of an article do, sent by the AI or in a person's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Source
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant


class By(StrEnum):
    """Who gave it: the AI itself, or a person who used what was proposed."""

    AI = "ai"
    AGENT = "agent"


class Given(NamedTuple):
    """One article in one fact. Ids and versions only: nothing of the customer."""

    conversation: ConversationId
    seq: int
    at: Instant
    article: str
    language: str
    version: str
    by: By


GIVES: Final = (e.BotReplied, e.AgentWrote)
"""The kinds of fact that may give an article."""


def sources_given(event: e.Event) -> tuple[Source, ...]:
    """The articles whose words the event brought to the customer."""
    if isinstance(event, e.BotReplied):
        return (event.source,)
    return event.sources if isinstance(event, e.AgentWrote) else ()


def given(id: ConversationId, facts: Iterable[e.Fact]) -> Iterator[Given]:
    """Everything that the facts of a conversation gave, in order; an article twice in one fact counts once."""
    for fact in facts:
        if type(fact.event) not in GIVES:
            continue
        by = By.AI if isinstance(fact.event, e.BotReplied) else By.AGENT
        told = {(one.article, one.version): one.language for one in sources_given(fact.event)}
        for (article, version), language in told.items():
            yield Given(id, fact.seq, fact.at, article, language, version, by)
