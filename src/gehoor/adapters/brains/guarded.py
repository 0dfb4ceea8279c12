"""The guard around every brain: what is late, broken, unsourced or not approved becomes an honest don't-know.

The guard does not trust the brain's word: it looks the article up itself and compares what would be said with what
was approved (guarantee GROUNDED), and it refuses to say the same twice (NO-LOOP).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from gehoor.adapters.brains.around import Around
from gehoor.core.knowledge.answer import MOST_SUGGESTIONS, is_title
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library
from gehoor.core.knowledge.saying import QUESTIONS, Statement, compose, is_sound
from gehoor.ports.brain import Answer, Brain, DontKnow, Question, Said, Suggestion, Suggestions, suggestion_of

TIME_LIMIT_S = 4.0


class GuardedBrain(Around):
    """Wraps a brain so that ``answer`` always returns within the limit and never raises.

    ``library`` gives the articles as they are now, so that a change in the knowledge counts at once.
    ``time_limit_s`` is in seconds. ``phrases`` gives the fixed phrases by language and id.
    """

    def __init__(
        self,
        brain: Brain,
        library: Callable[[], Library],
        *,
        time_limit_s: float = TIME_LIMIT_S,
        phrases: Callable[[], Mapping[str, Mapping[str, str]]] = dict,
    ) -> None:
        super().__init__(brain)
        self._library = library
        self._phrases = phrases
        self._time_limit_s = time_limit_s

    async def answer(self, question: Question, today: date) -> Said:
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

    def _checked(self, said: object, question: Question, today: date) -> Said:
        if isinstance(said, DontKnow):
            return replace(said, unseen=None)  # what is on trial is told here, and nowhere else
        if isinstance(said, Answer):
            return self._checked_answer(said, question, today)
        if isinstance(said, Suggestions):
            kept = self._may_suggest(said.items, question, today)
            if not kept:
                unseen = self._unseen(said.items, question, today)
                return DontKnow("on_trial" if unseen else "nothing_to_suggest", said.consulted, unseen)
            asks = said.question in QUESTIONS and not question.clarified
            return Suggestions(kept, said.question if asks else "", said.consulted)
        return DontKnow("not_understood")

    def _checked_answer(self, said: Answer, question: Question, today: date) -> Said:
        if not said.text.strip():
            return DontKnow("empty", said.consulted)
        article = self._library().exactly(said.slug, said.version)
        if article is None or article.language != said.language:
            return DontKnow("no_source", said.consulted)
        fault = self._fault_of_answer(said, article, question, today)
        if fault:
            unseen = self._unseen([suggestion_of(article)], question, today) if fault == "not_allowed" else None
            return DontKnow("on_trial" if unseen else fault, said.consulted, unseen)
        # What is shown and said beside the text comes from the article itself.
        also = self._may_suggest((one for one in said.also if one.slug != said.slug), question, today)
        return replace(said, valid_from=article.valid_from, also=also, computes=article.computes)

    def _fault_of_answer(self, said: Answer, article: Article, question: Question, today: date) -> str:
        if not self._library().in_force(article, today):
            return "not_in_force"
        policy = self._library().policy(article.slug)
        chosen = policy == ArticlePolicy.MAY_SUGGEST and is_title(question.text, article.title)
        if not policy.answers and not chosen:
            return "not_allowed"
        if said.slug in question.given:
            return "already_given"
        # The source that is shown is as much a statement as the text.
        shown = (said.title, said.url_path) == (article.title, article.url_path)
        return "" if shown and self._is_approved(said, article, policy) else "not_approved"

    def _is_approved(self, said: Answer, article: Article, policy: ArticlePolicy) -> bool:
        """Whether the text is what the article itself gives for these sentences, and these may be said."""
        if not said.places and not said.phrases:
            return said.text == article.answer
        statement = Statement(said.places, said.phrases)
        if not is_sound(article, statement, fixed=policy == ArticlePolicy.FIXED_TEXT):
            return False
        phrases = self._phrases().get(article.language, {})
        known = all(not one or one in phrases for one in said.phrases)
        return known and said.text == compose(article, statement, phrases)

    def _unseen(self, items: Iterable[Suggestion], question: Question, today: date) -> Suggestion | None:
        """The first that would be shown if its topic had climbed; no customer sees it."""
        trial = [one for one in items if self._library().on_trial(one.slug)]
        return next(iter(self._may_suggest(trial, question, today, self._library().as_if_climbed())), None)

    def _may_suggest(
        self, items: Iterable[Suggestion], question: Question, today: date, given: Library | None = None
    ) -> tuple[Suggestion, ...]:
        """Those that may be shown, as their articles are now."""
        library = given or self._library()
        kept = []
        for item in items:
            article = library.exactly(item.slug, item.version)
            if (
                article is not None
                and article.title == item.title
                and library.in_force(article, today)
                and item.slug not in question.given
                and library.policy(item.slug) != ArticlePolicy.PEOPLE_ONLY
            ):
                kept.append(suggestion_of(article))
        return tuple(kept[:MOST_SUGGESTIONS])


async def _asked(brain: Brain, question: Question, today: date) -> Said:
    # A coroutine of ours around the guest's: also what it raises before its first await ends in the task.
    return await brain.answer(question, today)


def _forget(task: asyncio.Task[Any]) -> None:
    """Read what a late task ended with, so that asyncio does not report it as never read."""
    if not task.cancelled():
        task.exception()
