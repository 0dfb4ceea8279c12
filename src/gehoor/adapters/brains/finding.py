"""From a question to a verdict: the classifier, what lies near by its texts, earlier turns, two questions in one.

A finding knows one library, one index and one language model, and never changes: threads may share it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.adapters.brains.embedding import Encoder
from gehoor.adapters.brains.index import Index, Ranking, features_of
from gehoor.adapters.brains.nearby import Nearby, Nearness, probability
from gehoor.core.knowledge.answer import (
    MOST_SUGGESTIONS,
    Abstaining,
    Answering,
    Candidate,
    Reason,
    Situation,
    Suggesting,
    Verdict,
    judge,
)
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.costs import Thresholds, thresholds_of
from gehoor.core.knowledge.parts import questions_in

_FEW_WORDS: Final = 6
"""A question of so few words may lean on the one before it ("en in het weekend?")."""
_POINTS: Final = re.compile(
    r"^(?:en|and|und|et) |\b(?:dat|die|dit|daar\w*|dan|erna|erbij|ervoor|that|those|it|then|das|dafür|ça)\b",
    re.IGNORECASE,
)
"""A word that points back at what was said before ("wie betaalt dat?")."""
_NEVER: Final = 2.0  # a threshold that no probability reaches

Decided = tuple[Ranking, Verdict]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked, in which situation; ``turns``: what the customer said before, oldest first."""

    text: str
    situation: Situation
    turns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Decides about questions. ``thresholds`` follow from what the organisation holds of a wrong answer."""

    library: Library
    index: Index
    nearby: Nearby
    encoder: Encoder

    @property
    def thresholds(self) -> Thresholds:
        """Where it answers and suggests."""
        return thresholds_of(self.library.costs)

    def rank(self, texts: Sequence[str]) -> list[Ranking]:
        """All topics of each text."""
        features = features_of(texts, self.index.table, self.encoder, with_model=self._with_model)
        learned = self.index.rank(features)
        return [
            _together(one, near, with_model=self.nearby.with_model)
            for one, near in zip(learned, self.nearby.look(features), strict=True)
        ]

    def decide(self, batch: Sequence[Wanted]) -> list[Decided]:
        """The ranking and the verdict of each question, in order."""
        decided = self._judged(batch, [one.text for one in batch], self.thresholds)
        self._look_back(batch, decided)
        self._take_apart(batch, decided)
        return decided

    @property
    def _with_model(self) -> bool:
        return (self.index.with_model or self.nearby.with_model) and self.encoder.available

    def _judged(self, batch: Sequence[Wanted], texts: Sequence[str], limits: Thresholds) -> list[Decided]:
        rankings = self.rank(texts)
        return [
            (ranking, judge(ranking.candidates, ranking.no_article, one.situation, limits))
            for ranking, one in zip(rankings, batch, strict=True)
        ]

    def _look_back(self, batch: Sequence[Wanted], decided: list[Decided]) -> None:
        """A short question that says too little is looked at together with the one before. That one was answered to
        already: what it brings is only ever a suggestion."""
        lean = [i for i, one in enumerate(batch) if leans(one.text, one.turns, decided[i][1])]
        if not lean:
            return
        limits = Thresholds(_NEVER, self.thresholds.suggest)
        texts = [f"{batch[i].turns[-1]} {batch[i].text}" for i in lean]
        for i, one in zip(lean, self._judged([batch[i] for i in lean], texts, limits), strict=True):
            decided[i] = one

    def _take_apart(self, batch: Sequence[Wanted], decided: list[Decided]) -> None:
        """Of two questions in one message, of which each has an answer, the customer chooses: one answer alone would
        leave the other question without one."""
        parts = [(i, part) for i, one in enumerate(batch) for part in questions_in(one.text)]
        if not parts:
            return
        answered: dict[int, dict[str, None]] = {}
        judged = self._judged([batch[i] for i, _ in parts], [part for _, part in parts], self.thresholds)
        for (i, _), (_, verdict) in zip(parts, judged, strict=True):
            if isinstance(verdict, Answering):
                answered.setdefault(i, {})[verdict.slug] = None
        for i, slugs in answered.items():
            if len(slugs) > 1:
                decided[i] = decided[i][0], Suggesting(tuple(slugs)[:MOST_SUGGESTIONS])


def leans(text: str, turns: Sequence[str], verdict: Verdict) -> bool:
    """Whether a question is looked at together with the one before it: it says too little, or it points back and only
    titles were found for it."""
    if not turns or len(text.split()) > _FEW_WORDS:
        return False
    if isinstance(verdict, Suggesting):
        return _POINTS.search(text) is not None
    return isinstance(verdict, Abstaining) and verdict.reason in (Reason.NOT_SURE, Reason.NO_ARTICLE)


def _together(learned: Ranking, near: Sequence[Nearness], *, with_model: bool) -> Ranking:
    """What lies near takes its part of what the classifier left to "no article"; the surer it is, the more of the rest
    as well, because the classifier does not know what it did not learn."""
    if not near:
        return learned
    sure = probability(near, with_model=with_model)
    part = sure * (learned.no_article + (1.0 - learned.no_article) * sure * sure)
    scores = {one.slug: one.score * (1.0 - part) for one in learned.candidates}
    scores[near[0].slug] = scores.get(near[0].slug, 0.0) + part
    left = learned.no_article * (1.0 - part)
    for place, other in enumerate(near[1:MOST_SUGGESTIONS], 1):
        share = min(probability(near[place:], with_model=with_model), sure) * left / (MOST_SUGGESTIONS * 2)
        scores[other.slug] = scores.get(other.slug, 0.0) + share
        left -= share
    return Ranking(tuple(Candidate(slug, score) for slug, score in scores.items()), left)
