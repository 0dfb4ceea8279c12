"""Passages that say the same twice, and sentences that say something else about the same thing.

Words are weighed by how few sentences have them: "opzegtermijn" tells more of a topic than "woning". Nothing here knows
what a sentence means; it finds what a writer should look at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import Final, TypeAlias, TypeVar

from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.claims import Bound, Claim, Kind, claims, numbers_in
from gehoor.core.knowledge.sentences import split
from gehoor.core.text import normalise, tokens

SAME: Final = 0.6
"""The share of runs of four words that two passages have in common, from which they are one text."""
ABOUT_THE_SAME: Final = 0.55
"""The share of the weight of the words of the shorter sentence, from which both are about one thing."""
_FEWEST_WORDS: Final = 25
_KEPT: Final = 6
"""So many runs of a passage are kept, those with the smallest numbers: of two passages that are the same for the most
part, hardly ever none of them is shared (bottom-k sketch, Broder 1997)."""
_MOST_LOOKED_AT: Final = 50
_MOST_PASSAGES: Final = 256
_MOST_SENTENCES: Final = 256
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
    """What some articles say where, so that one article can be held against the others quickly.

    Only numbers are kept, and of a passage only some of its runs. What is met is read again in the articles, which are
    there anyhow.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = tuple(articles)
        self._numbers: dict[str, int] = {}
        self._runs: dict[int, int | list[int]] = {}
        self._holders: dict[tuple[str, str], int | list[int]] = {}
        self._count: dict[tuple[str, str], int] = {}
        self._every: dict[str, int] = {}
        for at, article in enumerate(self._articles):
            self._add(at, article)

    def _add(self, at: int, article: Article) -> None:
        language = article.language
        for number, passage in enumerate(article.passages[:_MOST_PASSAGES]):
            words = tokens(normalise(_LINK.sub("]", passage.text)))
            for run in self._sample(self._all_runs(words)):
                _put(self._runs, run, at << 16 | number << 8)
            self._every[language] = self._every.get(language, 0) + 1
            for word in _content(words):
                self._count[language, word] = self._count.get((language, word), 0) + 1
            if not claims(passage.text):
                continue
            for sentence, about, figures in _sentences(article, number):
                if figures and sentence < _MOST_SENTENCES:
                    for word in about:
                        _put(self._holders, (language, word), at << 16 | number << 8 | sentence)

    def overlaps(self, article: Article) -> tuple[Pair, ...]:
        """Passages of this article that other articles in its language have as well, nearly word for word."""
        pairs = []
        for number, passage in enumerate(article.passages):
            runs = self._all_runs(tokens(normalise(_LINK.sub("]", passage.text))))
            for packed in _met(self._runs, self._sample(runs)):
                other = self._articles[packed >> 16]
                if other.slug == article.slug or other.language != article.language:
                    continue
                there = packed >> 8 & 0xFF
                theirs = self._all_runs(tokens(normalise(_LINK.sub("]", other.passages[there].text))))
                if len(runs & theirs) >= SAME * min(len(runs), len(theirs)):
                    pairs.append(Pair(_place(article, number), _place(other, there)))
        return tuple(sorted(pairs, key=_order))

    def contradictions(self, article: Article) -> tuple[Pair, ...]:
        """Sentences of this article with another figure than a sentence about the same thing, here or elsewhere.

        What the shelf holds of this very article is left out: it may be the version before.
        """
        own = [
            (_place(article, number, sentence), words, figures)
            for number in range(len(article.passages))
            for sentence, words, figures in _sentences(article, number)
            if figures
        ]
        pairs = []
        for at, (place, words, figures) in enumerate(own):
            for other, theirs, their_figures in [*self._near(article, words), *own[at + 1 :]]:
                said = _differ(place.text, figures, other.text, their_figures)
                if said is not None and self._one_thing(place.language, words, theirs):
                    pairs.append(Pair(place, other, *said))
        return tuple(sorted(pairs, key=_order))

    def _near(self, article: Article, words: frozenset[str]) -> Iterator[_Said]:
        """Sentences with figures, of other articles in the language, that share most words with these."""
        for packed in _met(self._holders, ((article.language, word) for word in words)):
            other, number, sentence = self._articles[packed >> 16], packed >> 8 & 0xFF, packed & 0xFF
            if (other.slug, other.language) != (article.slug, article.language):
                place = _place(other, number, sentence)
                yield place, *_about(place.text)

    def _all_runs(self, words: Sequence[str]) -> frozenset[int]:
        """Every run of four words of a passage of some length, as a number that is the same wherever it stands."""
        if len(words) < _FEWEST_WORDS:
            return frozenset()
        known = [self._numbers.setdefault(word, len(self._numbers)) for word in words]
        return frozenset(hash(tuple(known[i : i + _RUN])) for i in range(len(known) - _RUN + 1))

    @staticmethod
    def _sample(runs: Iterable[int]) -> list[int]:
        return nsmallest(_KEPT, runs)

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


_Said: TypeAlias = "tuple[Place, frozenset[str], tuple[Claim, ...]]"
_Key = TypeVar("_Key")


def _put(kept: dict[_Key, int | list[int]], key: _Key, packed: int) -> None:
    held = kept.setdefault(key, packed)
    if isinstance(held, int):
        if held != packed:  # a list only where there are two: most have one, and there are many
            kept[key] = [held, packed]
    elif len(held) <= _MOST_HOLDERS:  # one more than counts, so that it is seen that there are more
        held.append(packed)


def _met(kept: Mapping[_Key, int | list[int]], keys: Iterable[_Key]) -> list[int]:
    """Where most of these keys are held, the most first."""
    times: dict[int, int] = {}
    for key in keys:
        held = kept.get(key, [])
        holders = [held] if isinstance(held, int) else held
        if len(holders) <= _MOST_HOLDERS:
            for packed in holders:
                times[packed] = times.get(packed, 0) + 1
    return sorted(times, key=lambda packed: (-times[packed], packed))[:_MOST_LOOKED_AT]


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


def _place(article: Article, passage: int, sentence: int = -1) -> Place:
    text = article.passages[passage].text
    if sentence >= 0:
        text = split(text, passage, article.language)[sentence].text
    return Place(article.slug, article.language, passage, sentence, text)


def _sentences(article: Article, passage: int) -> list[tuple[int, frozenset[str], tuple[Claim, ...]]]:
    """The sentences of a passage: number, what each is about, and its figures."""
    cut = split(article.passages[passage].text, passage, article.language)
    return [(sentence.number, *_about(sentence.text)) for sentence in cut]


@lru_cache(maxsize=4096)
def _about(sentence: str) -> tuple[frozenset[str], tuple[Claim, ...]]:
    """What a sentence is about, and its figures."""
    text, figures = sentence, claims(sentence)
    for claim in reversed(figures):
        text = text[: claim.start] + " " + text[claim.end :]
    return _content(tokens(normalise(_LINK.sub("]", text)))), figures


def _content(words: Iterable[str]) -> frozenset[str]:
    """The words that say what a text is about: without small words, numbers and endings."""
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
