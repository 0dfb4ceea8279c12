"""The guard around every brain: what is late, broken, unsourced or not approved becomes an honest don't-know.

The guard does not trust the brain's word: it looks the article up itself and compares what would be said with what
was approved (guarantee GROUNDED), and it refuses to say the same twice (NO-LOOP).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from gehoor.core.knowledge.answer import MOST_SUGGESTIONS, is_title
from gehoor.core.knowledge.article import ArticlePolicy, Library
from gehoor.ports.brain import Answer, Brain, DontKnow, Question, Suggestion, Suggestions

TIME_LIMIT_S = 4.0


class GuardedBrain:
    """Wraps a brain so that ``answer`` always returns within the limit and never raises.

    ``library`` gives the articles as they are now, so that a change in the knowledge counts at once.
    ``time_limit_s`` is in seconds.
    """

    def __init__(self, brain: Brain, library: Callable[[], Library], *, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._brain = brain
        self._library = library
        self._time_limit_s = time_limit_s

    @property
    def name(self) -> str:
        """The name of the brain inside."""
        return self._brain.name

    @property
    def version(self) -> str:
        """The version of the brain inside."""
        return self._brain.version

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:
        """What the brain inside proposes, if it may be said; else DontKnow with the reason."""
        task = asyncio.get_running_loop().create_task(_asked(self._brain, question, today))
        try:
            # Not wait_for: that would wait for a guest that ignores being cancelled.
            await asyncio.wait({task}, timeout=self._time_limit_s)
        finally:
            task.cancel()
        if not task.done():
            task.add_done_callback(_forget)
            return DontKnow("too_slow")
        try:
            return self._checked(task.result(), question, today)
        except (Exception, asyncio.CancelledError):
            return DontKnow("brain_failed")

    def _checked(self, said: object, question: Question, today: date) -> Answer | Suggestions | DontKnow:
        if isinstance(said, DontKnow):
            return said
        if isinstance(said, Answer):
            fault = self._fault_of_answer(said, question, today)
            return DontKnow(fault) if fault else said
        if isinstance(said, Suggestions):
            kept = tuple(i for i in said.items if self._may_suggest(i, question, today))[:MOST_SUGGESTIONS]
            return Suggestions(kept) if kept else DontKnow("nothing_to_suggest")
        return DontKnow("not_understood")

    def _fault_of_answer(self, said: Answer, question: Question, today: date) -> str:
        if not said.text.strip():
            return "empty"
        library = self._library()
        article = library.exactly(said.slug, said.version)
        if article is None or article.language != said.language:
            return "no_source"
        if not library.in_force(article, today):
            return "not_in_force"
        policy = library.policy(article.slug)
        chosen = policy == ArticlePolicy.MAY_SUGGEST and is_title(question.text, article.title)
        if not policy.answers and not chosen:
            return "not_allowed"
        if said.slug in question.given:
            return "already_given"
        # The source that is shown is as much a statement as the text.
        approved = (article.answer, article.title, article.url_path)
        return "" if (said.text, said.title, said.url_path) == approved else "not_approved"

    def _may_suggest(self, item: Suggestion, question: Question, today: date) -> bool:
        library = self._library()
        article = library.exactly(item.slug, item.version)
        return (
            article is not None
            and article.title == item.title
            and library.in_force(article, today)
            and item.slug not in question.given
            and library.policy(item.slug) != ArticlePolicy.PEOPLE_ONLY
        )


async def _asked(brain: Brain, question: Question, today: date) -> Answer | Suggestions | DontKnow:
    # A coroutine of ours around the guest's: also what it raises before its first await ends in the task.
    return await brain.answer(question, today)


def _forget(task: asyncio.Task[Any]) -> None:
    """Read what a late task ended with, so that asyncio does not report it as never read."""
    if not task.cancelled():
        task.exception()
