"""Passages that say the same twice, and sentences that say something else about the same thing.

Words are weighed by how few sentences have them: "opzegtermijn" tells more of a topic than "woning". Nothing here knows
what a sentence means; it finds what a writer should look at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.claims import Bound, Claim, Kind, claims, numbers_in
from gehoor.core.knowledge.sentences import split
from gehoor.core.text import normalise, tokens

SAME: Final = 0.6
"""The share of runs of four words that two passages have in common, from which they are one text."""
ABOUT_THE_SAME: Final = 0.55
"""The share of the weight of the words of the shorter sentence, from which both are about one thing."""
_FEWEST_WORDS: Final = 25
_RUN: Final = 4
_MOST_HOLDERS: Final = 40
"""A run or a word that more have tells nothing, and would make this slow."""
_TELLING: Final = 0.9
"""The least weight that must be shared, as a share of that of a word in two sentences: "antwoord" is no subject."""

_LONG_WORD: Final = 10
_COMPOUND: Final = 1.3
"""A long word is mostly a compound, and says more of the subject than its neighbours do."""

_SMALL_WORDS: Final = """
    de het een en of u uw uzelf wij we ons onze is zijn was waren wordt worden kan kunt kunnen mag mogen
    moet moeten wil wilt heeft hebt hebben had dan dat die dit deze er hier daar als om te tot van voor na
    in op aan bij met zonder door uit over naar niet geen wel ook nog al maar want dus krijgt krijgen geeft
    geef doet doe doen gaat gaan staat staan the a an and or you your we us our it its is are was be been
    can may must will has have had that this these those there here if to of for after in on at by with
    without from not no also still but so get gets give do does per elke elk each every minimaal maximaal
    minstens hoogstens binnen uiterlijk within least most up about ongeveer
    schriftelijk schriftelijke antwoord antwoordt antwoorden bevestiging writing answer answers confirmation
"""
_SMALL: Final = frozenset(_SMALL_WORDS.split())
_LINK: Final = re.compile(r"\]\([^)\s]+\)")
_PLURAL: Final = re.compile(r"(?<=\w{4})(?:en|s|e|t)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of an article, or with ``sentence`` -1 a passage; both counted from 0."""

    slug: str
    language: str
    passage: int
    sentence: int
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places, and what differs between them ("" and "" where they say the same)."""

    one: Place
    other: Place
    says: str = ""
    says_other: str = ""


class Shelf:
    """All passages and sentences of some articles, so that one article can be held against the others quickly."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._passages: list[tuple[Place, frozenset[int]]] = []
        self._runs: dict[int, list[int]] = {}
        self._sentences: list[tuple[Place, frozenset[str], tuple[Claim, ...]]] = []
        self._holders: dict[tuple[str, str], list[int]] = {}
        self._count: dict[tuple[str, str], int] = {}
        self._every: dict[str, int] = {}
        for article in articles:
            self._add(article)

    def _add(self, article: Article) -> None:
        for place, runs in _passages(article):
            for run in runs:
                self._runs.setdefault(run, []).append(len(self._passages))
            self._passages.append((place, runs))
        for place, words, figures in _sentences(article):
            for word in words:
                self._count[article.language, word] = self._count.get((article.language, word), 0) + 1
            self._every[article.language] = self._every.get(article.language, 0) + 1
            if figures:
                for word in words:
                    self._holders.setdefault((article.language, word), []).append(len(self._sentences))
                self._sentences.append((place, words, figures))

    def overlaps(self, article: Article) -> tuple[Pair, ...]:
        """Passages of this article that other articles in its language have as well, nearly word for word."""
        pairs = []
        for place, runs in _passages(article):
            met: dict[int, int] = {}
            for run in runs:
                holders = self._runs.get(run, ())
                if len(holders) <= _MOST_HOLDERS:
                    for number in holders:
                        met[number] = met.get(number, 0) + 1
            for number, shared in met.items():
                other, theirs = self._passages[number]
                elsewhere = other.slug != place.slug and other.language == place.language
                if elsewhere and shared >= SAME * min(len(runs), len(theirs)):
                    pairs.append(Pair(place, other))
        return tuple(sorted(pairs, key=_order))

    def contradictions(self, article: Article) -> tuple[Pair, ...]:
        """Sentences of this article with another figure than a sentence about the same thing, here or elsewhere.

        What the shelf holds of this very article is left out: it may be the version before.
        """
        own = _sentences(article)
        pairs = []
        for at, (place, words, figures) in enumerate(own):
            if not figures:
                continue
            others = [self._sentences[number] for number in self._met(place.language, words)]
            others = [one for one in others if (one[0].slug, one[0].language) != (place.slug, place.language)]
            for other, theirs, their_figures in [*others, *own[at + 1 :]]:
                said = _differ(place.text, figures, other.text, their_figures)
                if said is not None and self._one_thing(place.language, words, theirs):
                    pairs.append(Pair(place, other, *said))
        return tuple(sorted(pairs, key=_order))

    def _met(self, language: str, words: Iterable[str]) -> set[int]:
        met: set[int] = set()
        for word in words:
            holders = self._holders.get((language, word), ())
            if len(holders) <= _MOST_HOLDERS:
                met.update(holders)
        return met

    def _one_thing(self, language: str, one: frozenset[str], other: frozenset[str]) -> bool:
        shared = self._weight(language, one & other)
        if shared < _TELLING * math.log(1 + self._every.get(language, 0) / 3):
            return False
        lighter = min(self._weight(language, one), self._weight(language, other))
        return shared > 0 and shared >= ABOUT_THE_SAME * lighter

    def _weight(self, language: str, words: Iterable[str]) -> float:
        every = self._every.get(language, 0)
        return sum(
            math.log(1 + every / (1 + self._count.get((language, word), 0)))
            * (_COMPOUND if len(word) >= _LONG_WORD else 1.0)
            for word in words
        )


def translation_gaps(article: Article, translation: Article) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Figures that only the article has, and those that only its translation has; as they are written there.

    Only the number must be there, for a language may have no word beside it ("18 jaar", "18 or older"). One of a unit
    is left out: "een maand" and "a month" are often no figure ("per month").
    """
    return _missing(article, translation), _missing(translation, article)


def _missing(of: Article, there: Article) -> tuple[str, ...]:
    dates, numbers = set(), set()
    for passage in there.passages:
        numbers |= numbers_in(passage.text)
        dates |= {claim.value for claim in claims(passage.text) if claim.kind is Kind.DATE}
    found: dict[str, None] = {}
    for passage in of.passages:
        for claim in claims(passage.text):
            known = dates if claim.kind is Kind.DATE else numbers
            if claim.value not in known and (claim.value != "1" or claim.kind in (Kind.MONEY, Kind.PERCENT)):
                found[passage.text[claim.start : claim.end].strip()] = None
    return tuple(found)


def _order(pair: Pair) -> tuple[object, ...]:
    return (pair.one.passage, pair.one.sentence, pair.other.slug, pair.other.passage, pair.other.sentence, pair.says)


def _passages(article: Article) -> list[tuple[Place, frozenset[int]]]:
    found = []
    for number, passage in enumerate(article.passages):
        words = tokens(normalise(passage.text))
        if len(words) >= _FEWEST_WORDS:
            runs = frozenset(hash(tuple(words[i : i + _RUN])) for i in range(len(words) - _RUN + 1))
            found.append((Place(article.slug, article.language, number, -1, passage.text), runs))
    return found


def _sentences(article: Article) -> list[tuple[Place, frozenset[str], tuple[Claim, ...]]]:
    found = []
    for number, passage in enumerate(article.passages):
        for sentence in split(passage.text, number, article.language):
            figures = claims(sentence.text)
            place = Place(article.slug, article.language, number, sentence.number, sentence.text)
            found.append((place, _content(sentence.text, figures), figures))
    return found


def _content(text: str, figures: Sequence[Claim]) -> frozenset[str]:
    """The words that say what a sentence is about: without its figures, small words and endings."""
    for claim in reversed(figures):
        text = text[: claim.start] + " " + text[claim.end :]
    words = tokens(normalise(_LINK.sub("]", text)))
    return frozenset(
        _PLURAL.sub("", word) for word in words if word not in _SMALL and not word.isdigit() and len(word) > 2
    )


def _differ(text: str, ours: Sequence[Claim], other: str, theirs: Sequence[Claim]) -> tuple[str, str] | None:
    """The figures of one kind that both give and that have nothing in common, as they are written."""
    for kind in Kind:
        mine = [claim for claim in ours if claim.kind is kind]
        yours = [claim for claim in theirs if claim.kind is kind]
        if not mine or not yours or {c.value for c in mine} & {c.value for c in yours}:
            continue
        bounds = {c.bound for c in mine}, {c.bound for c in yours}
        if bounds in _BOTH_TRUE:
            continue
        return _shown(text, mine), _shown(other, yours)
    return None


# At least one month, and at most three.
_BOTH_TRUE: Final = (({Bound.LEAST}, {Bound.MOST}), ({Bound.MOST}, {Bound.LEAST}))


def _shown(text: str, figures: Sequence[Claim]) -> str:
    return ", ".join(text[claim.start : claim.end].strip() for claim in figures)
