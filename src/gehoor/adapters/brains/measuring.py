"""Asking a brain a question set: every question gets what a customer would be shown, and the truth beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from gehoor.adapters.brains.finding import Decided, Finding, Wanted, leans
from gehoor.adapters.brains.index import Ranking
from gehoor.core.knowledge.answer import Answering, Situation, Suggesting, Verdict, ranked
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE, Library
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.report import Report, report
from gehoor.core.knowledge.score import Judged

Decide = Callable[[Sequence[str]], Sequence[Decided]]
"""The ranking of all topics and the verdict, for each text."""

_TOGETHER: Final = 64  # questions decided at a time
_BEST: Final = 5


def judged_of(questions: Sequence[Asked], decide: Decide) -> list[Judged]:
    """What was made of each question, in order."""
    found: list[Judged] = []
    for start in range(0, len(questions), _TOGETHER):
        batch = questions[start : start + _TOGETHER]
        found += [judged(one, *decided) for one, decided in zip(batch, in_context(batch, decide), strict=True)]
    return found


def in_context(batch: Sequence[Asked], decide: Decide) -> list[Decided]:
    """As the brain does it: a short question that says too little is looked at together with the one before, and what
    that brings is at most a suggestion."""
    decided = list(decide([one.text for one in batch]))
    lean = [
        place
        for place, (one, (_, verdict)) in enumerate(zip(batch, decided, strict=True))
        if leans(one.text, one.turns, verdict)
    ]
    if lean:
        again = decide([f"{batch[place].turns[-1]} {batch[place].text}" for place in lean])
        for place, (ranking, verdict) in zip(lean, again, strict=True):
            decided[place] = ranking, Suggesting((verdict.slug,)) if isinstance(verdict, Answering) else verdict
    return decided


def judged(asked: Asked, ranking: Ranking, verdict: Verdict) -> Judged:
    """A question beside what was made of it."""
    shown: tuple[str, ...] = ()
    if isinstance(verdict, Answering):
        shown = (verdict.slug,)
    elif isinstance(verdict, Suggesting):
        shown = verdict.slugs
    best = ranked(ranking.candidates)[:_BEST]
    return Judged(
        asked.topic,
        tuple(c.slug for c in best),
        shown,
        isinstance(verdict, Answering),
        1.0 - ranking.no_article,
        best[0].score if best else 0.0,
        asked.also,
        asked.language,
        asked.kind,
    )


def measurer(find: Callable[[Library], Finding]) -> Callable[[Library, Sequence[Asked], date], Report]:
    """What measures a library while a house runs, without waiting until it was learned.

    Args:
        find: what would be found in a library that came in force now.
    """

    def measure(library: Library, questions: Sequence[Asked], today: date) -> Report:
        finding, situation = find(library), Situation(library, today, DEFAULT_LANGUAGE)

        def decide(texts: Sequence[str]) -> list[Decided]:
            return finding.decide([Wanted(text, situation) for text in texts])

        return report(judged_of(questions, decide))

    return measure
