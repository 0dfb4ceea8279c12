"""From ranked candidates to a decision: answer, suggest, or an honest don't-know.

The rule is total: whatever the scores (NaN, ties, topics that are gone), it gives exactly one verdict and never
raises. All numbers are probabilities from 0 to 1. Leaning is always towards a person.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

from gehoor.core.knowledge.article import ArticlePolicy, Library, title_key
from gehoor.core.knowledge.costs import Thresholds, stricter

MOST_SUGGESTIONS = 3

# An article that was very likely and did not help leaves a person, not its neighbours: what remains after taking it
# out is scaled up at most by this factor.
_MOST_SCALING = 2.0

# A suggestion this much less likely than the best one is noise on the customer's screen.
_LEAST_SHARE_OF_BEST = 0.05


class Reason(StrEnum):
    """Why nothing was said."""

    NO_ARTICLE = "no_article"  # probably no article is about this
    NOT_SURE = "not_sure"  # an article may be, but too little is known about which
    PEOPLE_ONLY = "people_only"  # the organisation keeps this topic for people
    ALREADY_GIVEN = "already_given"  # it would be the same answer again (NO-LOOP)
    NOT_IN_FORCE = "not_in_force"  # the article is stale, or not valid yet


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic, and the calibrated probability that it is the right one."""

    slug: str
    score: float


@dataclass(frozen=True, slots=True)
class Answering:
    """State the approved answer of this article."""

    slug: str


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Show the titles of these articles, best first, at most three."""

    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abstaining:
    """Say that it is not known, and offer a person."""

    reason: str


Verdict = Answering | Suggesting | Abstaining


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rule must know beside the scores: the articles, the day, and what was given in this conversation."""

    library: Library
    today: date
    language: str = "nl"
    given: Collection[str] = ()


def ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Best first; equal scores by slug, so that the same scores always give the same order. Drops NaN."""
    return tuple(sorted((c for c in candidates if math.isfinite(c.score)), key=lambda c: (-c.score, c.slug)))


def judge(candidates: Sequence[Candidate], no_article: float, situation: Situation, thresholds: Thresholds) -> Verdict:
    """Decide what to say. ``no_article`` is the probability that no article is about the question."""
    order = ranked(candidates)
    none = no_article if math.isfinite(no_article) else 1.0
    if not order or none >= _total(order[:MOST_SUGGESTIONS]):
        return Abstaining(Reason.NO_ARTICLE)
    best = order[0]
    hindrance = _hindrance(best.slug, situation)
    if hindrance == Reason.PEOPLE_ONLY:
        return Abstaining(hindrance)
    may_answer = situation.library.policy(best.slug).answers
    least = stricter(thresholds.answer, situation.library.severity(best.slug))
    if hindrance is None and may_answer and best.score >= least:
        return Answering(best.slug)
    shown = _suggestions(order, situation)
    if shown and _total(shown) * _scale(order, situation) >= thresholds.suggest:
        return Suggesting(tuple(c.slug for c in shown))
    return Abstaining(hindrance or Reason.NOT_SURE)


def is_title(text: str, title: str) -> bool:
    """Whether a customer's text is the title itself: a suggestion that was chosen."""
    return title_key(text) == title_key(title)


def chosen(text: str, situation: Situation) -> Answering | None:
    """The article whose very title the text is, when it may be shown at all.

    The choice is the customer's, so it is an answer also for a topic that may only be suggested; else the same
    suggestion would come again (NO-LOOP).
    """
    for article in situation.library.titled(text):
        if _hindrance(article.slug, situation) is None:
            return Answering(article.slug)
    return None


def _hindrance(slug: str, situation: Situation) -> Reason | None:
    """What forbids showing this article at all, if anything."""
    library = situation.library
    if library.policy(slug) == ArticlePolicy.PEOPLE_ONLY:
        return Reason.PEOPLE_ONLY
    if slug in situation.given:
        return Reason.ALREADY_GIVEN
    if library.find_in_force(slug, situation.language, situation.today) is None:
        return Reason.NOT_IN_FORCE
    return None


def _suggestions(order: Sequence[Candidate], situation: Situation) -> tuple[Candidate, ...]:
    free = list(islice((c for c in order if _hindrance(c.slug, situation) is None), MOST_SUGGESTIONS))
    return tuple(c for c in free if c.score >= _LEAST_SHARE_OF_BEST * free[0].score)


def _scale(order: Sequence[Candidate], situation: Situation) -> float:
    """How much likelier the rest became because what was given before did not help."""
    taken = _total([c for c in order if c.slug in situation.given])
    return 1.0 / max(1.0 - taken, 1.0 / _MOST_SCALING)


def _total(candidates: Sequence[Candidate]) -> float:
    return sum(c.score for c in candidates)
