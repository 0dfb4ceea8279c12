"""What a writer should look at in an article: what passed, what is said twice or otherwise elsewhere, what is hard.

A warning changes nothing by itself and nothing here decides: it names a place and what is there, and the sentence for
the writer is a text by its code (``warn_<code>`` in the texts). What only the outside can tell (addresses that are
gone, sources that changed) comes in as data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from gehoor.core.knowledge.alike import Pair, Shelf, translation_gaps
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE, Article, Library
from gehoor.core.knowledge.claims import Kind, claims, day_of
from gehoor.core.knowledge.instructions import instructions, instructions_in_name
from gehoor.core.knowledge.plain import EASY, Hurdle, hurdles, reading_ease
from gehoor.core.knowledge.sentences import split

SOON: Final = timedelta(days=60)
"""So long before an article becomes stale or ends, its owner hears of it."""
_A_YEAR: Final = timedelta(days=365)
_YEARS_BACK: Final = 10
"""A year longer ago is history ("gebouwd in 1990") and does not pass."""
_MOST_SHOWN: Final = 160


class Code(StrEnum):
    """What is the matter. The value is part of the id of the text."""

    STALE = "stale"
    STALE_SOON = "stale_soon"
    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    DATE_PASSED = "date_passed"
    YEAR_PASSED = "year_passed"
    AMOUNT_OLD = "amount_old"
    CONTRADICTION = "contradiction"
    OVERLAP = "overlap"
    TRANSLATION_DIFFERS = "translation_differs"
    NO_TRANSLATION = "no_translation"
    DEAD_LINK = "dead_link"
    INSTRUCTION = "instruction"
    LONG = "long"
    LONG_WORD = "long_word"
    HARD_WORD = "hard_word"
    STIFF = "stiff"
    PASSIVE = "passive"
    HARD_TEXT = "hard_text"
    SOURCE_CHANGED = "source_changed"
    SOURCE_GONE = "source_gone"
    SOURCE_UNREADABLE = "source_unreadable"

    @property
    def is_fault(self) -> bool:
        """Whether a customer may be told something that is not so. The others are advice."""
        return self in _FAULTS


_FAULTS: Final = frozenset(
    {
        *(Code.STALE, Code.ENDED, Code.DATE_PASSED, Code.YEAR_PASSED, Code.AMOUNT_OLD, Code.CONTRADICTION),
        *(Code.TRANSLATION_DIFFERS, Code.DEAD_LINK, Code.INSTRUCTION),
        *(Code.SOURCE_CHANGED, Code.SOURCE_GONE, Code.SOURCE_UNREADABLE),
    }
)


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to look at. ``passage`` and ``sentence`` count from 0, -1 where it is about the whole.

    ``quote`` is the sentence as it stands there, shortened. ``data`` fills in the text of the code.
    """

    code: Code
    article: str
    language: str
    passage: int = -1
    sentence: int = -1
    quote: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def told(self, texts: Mapping[str, str]) -> str:
        """The sentence for the writer, from the texts of one language by their ids."""
        return texts[f"warn_{self.code}"].format(**self.data)


class Watch:
    """Looks at articles against the others of a library, on one day.

    ``dead`` are addresses of which somebody asked and that are gone. The shelf of what is said where is made at the
    first question, in about 2 ms an article.
    """

    def __init__(self, library: Library, today: date, *, dead: Collection[str] = ()) -> None:
        self._library = library
        self._today = today
        self._dead = frozenset(dead)
        self._languages: dict[str, set[str]] = {}
        for article in library.articles:
            self._languages.setdefault(article.slug, set()).add(article.language)

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._library.articles)

    def everything(self, told: Callable[[int, int], None] = lambda _done, _all: None) -> tuple[Warned, ...]:
        """The warnings of all articles, by article. ``told`` hears how many of how many are done."""
        articles = sorted(self._library.articles, key=lambda article: (article.slug, article.language))
        found: list[Warned] = []
        for number, article in enumerate(articles, 1):
            found += self.of(article)
            told(number, len(articles))
        return tuple(found)

    def of(self, article: Article) -> tuple[Warned, ...]:
        """The warnings of one article, which may be a draft that is not in the library: faults first, then by place."""
        found = [
            *self._dates(article),
            *self._sentences(article),
            *self._links(article),
            *self._alike(article),
            *self._translations(article),
            *self._instructions(article),
        ]
        return tuple(sorted(found, key=lambda one: (not one.code.is_fault, one.passage, one.sentence, one.code)))

    # -- what passed -------------------------------------------------------------------------------------------------

    def _dates(self, article: Article) -> Iterator[Warned]:
        ends = article.valid_until
        if ends is not None and ends < self._today:
            yield _whole(Code.ENDED, article, day=_said(ends))
        elif article.review_by < self._today:
            yield _whole(Code.STALE, article, day=_said(article.review_by))
        elif ends is not None and ends <= self._today + SOON:
            yield _whole(Code.ENDS_SOON, article, day=_said(ends))
        elif article.review_by <= self._today + SOON:
            yield _whole(Code.STALE_SOON, article, day=_said(article.review_by))

    def _passed(self, text: str) -> Iterator[tuple[Code, str]]:
        """Dates and years in a sentence that are over, and amounts that belong to them."""
        figures = claims(text)
        has_amount = any(claim.kind is Kind.MONEY for claim in figures)
        dated: list[tuple[int, int]] = []
        for claim in figures:
            day = day_of(claim)
            if claim.kind is Kind.DATE:
                dated.append((claim.start, claim.end))
            if day is not None and day < self._today and day.year >= self._today.year - _YEARS_BACK:
                words = text[claim.start : claim.end].strip()
                new = day > self._today - _A_YEAR
                if has_amount and not new:
                    yield Code.AMOUNT_OLD, words
                elif not _still_counts(text, claim.start, new=new):
                    yield Code.DATE_PASSED, words
        for found in _YEAR.finditer(text):
            if any(start <= found.start() < end for start, end in dated):
                continue
            if not self._today.year - _YEARS_BACK <= int(found[0]) < self._today.year:
                continue
            if has_amount:
                yield Code.AMOUNT_OLD, found[0]
            elif not _still_counts(text, found.start()):
                yield Code.YEAR_PASSED, found[0]

    # -- sentence by sentence ----------------------------------------------------------------------------------------

    def _sentences(self, article: Article) -> Iterator[Warned]:
        for number, passage in enumerate(article.passages):
            parts = [
                (sentence.number, part)
                for sentence in split(passage.text, number, article.language)
                for part in _SENTENCE_END.split(sentence.text)
            ]
            for at, text in parts:
                for code, words in self._passed(text):
                    yield _placed(code, article, number, at, text, words=words)
                for hurdle in hurdles(text, article.language):
                    code = _HURDLES[hurdle.hurdle]
                    yield _placed(code, article, number, at, text, words=hurdle.words, instead=hurdle.instead)
            ease = reading_ease([text for _, text in parts]) if article.language == DEFAULT_LANGUAGE else None
            if ease is not None and ease < EASY:
                yield _placed(
                    Code.HARD_TEXT, article, number, -1, passage.text, score=f"{ease:.0f}", least=f"{EASY:.0f}"
                )

    # -- links -------------------------------------------------------------------------------------------------------

    def _links(self, article: Article) -> Iterator[Warned]:
        for number, passage in enumerate(article.passages):
            for target in links(passage.text):
                if target in self._dead or self._leads_nowhere(target, article):
                    yield _placed(Code.DEAD_LINK, article, number, -1, passage.text, target=target)

    def _leads_nowhere(self, target: str, article: Article) -> bool:
        """Whether a link inside the house, or one that is no address at all, cannot be followed."""
        if target.startswith("/"):
            page = _OWN_PAGE.match(target)
            if page is None:
                return target.split("#")[0].split("?")[0] not in _OWN_PAGES
            slug = page["slug"]
            if not (slug in self._languages or slug == article.slug):
                return True
            language = page["language"]
            found = self._library.find_in_force(slug, language or article.language, self._today)
            return found is None and slug != article.slug
        if target.startswith("mailto:"):
            return _MAIL.fullmatch(target) is None
        if target.startswith("tel:"):
            return _TELEPHONE.fullmatch(target) is None
        return _WEB.fullmatch(target) is None

    # -- against the others ------------------------------------------------------------------------------------------

    def _alike(self, article: Article) -> Iterator[Warned]:
        for pair in self._shelf.contradictions(article):
            yield _paired(Code.CONTRADICTION, article, pair)
        for pair in self._shelf.overlaps(article):
            yield _paired(Code.OVERLAP, article, pair)

    def _translations(self, article: Article) -> Iterator[Warned]:
        others = self._languages.get(article.slug, set()) - {article.language}
        if article.language != DEFAULT_LANGUAGE:
            if DEFAULT_LANGUAGE not in others:
                yield _whole(Code.NO_TRANSLATION, article, missing=DEFAULT_LANGUAGE)
            return
        for language in sorted({one for some in self._languages.values() for one in some} - {article.language}):
            if language not in others:
                yield _whole(Code.NO_TRANSLATION, article, missing=language)
                continue
            translation = self._library.find(article.slug, language)
            gaps = translation_gaps(article, translation) if translation is not None else ((), ())
            if any(gaps):
                told = {"missing": language, "here": ", ".join(gaps[0]) or "-", "there": ", ".join(gaps[1]) or "-"}
                yield _whole(Code.TRANSLATION_DIFFERS, article, **told)

    def _instructions(self, article: Article) -> Iterator[Warned]:
        for number, passage in enumerate(article.passages):
            for words in instructions(f"{passage.heading}\n{passage.text}"):
                yield _placed(Code.INSTRUCTION, article, number, -1, passage.text, words=words)
        for words in (*instructions("\n".join((article.title, *article.ways))), *instructions_in_name(article.source)):
            yield _whole(Code.INSTRUCTION, article, words=words)


# Not a postcode ("2011 AB"), nor part of a longer number.
_YEAR: Final = re.compile(r"(?<![\d€.,/-])(?<!\d )(?:19|20)\d\d(?![\d.,/-]\d| ?[A-Z]{2}\b|\d)")
# From this day on, or before it: a border that stays true when it passed.
_BORDER: Final = re.compile(
    r"(?:sinds|vanaf|na|vóór|voor|tussen|en|van|since|from|after|before|between|and|"
    r"in force on|ingegaan op|getekend op)(?: (?:de|het|the|[a-z]{3,9}))? $",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(r"\b(?:per|ingaande|as of|with effect from) $", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ])")
# In Markdown, as an answer writes it ("de pagina (https://...)"), and bare.
_LINK: Final = re.compile(
    r"\]\(\s*([^)\s]+)\s*\)|\(((?:https?://|mailto:|tel:|/)[^)\s]+)\)|(?<![\w(/])(https?://[^\s()<>]+[^\s()<>.,;:!?])"
)
_OWN_PAGE: Final = re.compile(r"^/kennis/(?:(?P<language>[a-z]{2})/)?(?P<slug>[a-z0-9-]+)/?(?:[?#].*)?$")
_OWN_PAGES: Final = frozenset({"/", "/chat", "/chat/"})
_MAIL: Final = re.compile(r"mailto:[^\s@/?]+@[^\s@/?]+\.[a-z]{2,}(?:\?\S*)?", re.IGNORECASE)
_TELEPHONE: Final = re.compile(r"tel:\+?[\d().-]{3,20}")
_WEB: Final = re.compile(r"https?://(?:[\w-]+\.)+[a-z][\w-]+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_HURDLES: Final = {
    Hurdle.LONG: Code.LONG,
    Hurdle.LONG_WORD: Code.LONG_WORD,
    Hurdle.HARD_WORD: Code.HARD_WORD,
    Hurdle.PASSIVE: Code.PASSIVE,
    Hurdle.STIFF: Code.STIFF,
}


def links(text: str) -> tuple[str, ...]:
    """Every address that a text links to or names, each once."""
    return tuple(dict.fromkeys(found[1] or found[2] or found[3] for found in _LINK.finditer(text)))


def web_links(articles: Iterable[Article]) -> tuple[str, ...]:
    """Every address on the web that articles name, each once: what somebody may ask whether it is still there."""
    texts = (passage.text for article in articles for passage in article.passages)
    return tuple(dict.fromkeys(link for text in texts for link in links(text) if link.startswith("http")))


def _still_counts(text: str, start: int, *, new: bool = False) -> bool:
    """Whether the date that begins here is a border, or (``new``) the beginning of what holds for a year or so."""
    before = text[max(0, start - 24) : start]
    return _BORDER.search(before) is not None or (new and _SINCE.search(before) is not None)


def _said(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def _shown(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_SHOWN else plain[: _MOST_SHOWN - 1].rstrip() + "…"


def _whole(code: Code, article: Article, **data: str) -> Warned:
    return Warned(code, article.slug, article.language, data=data)


def _placed(code: Code, article: Article, passage: int, sentence: int, text: str, **data: str) -> Warned:
    return Warned(code, article.slug, article.language, passage, sentence, _shown(text), data)


def _paired(code: Code, article: Article, pair: Pair) -> Warned:
    data = {"other": pair.other.slug, "theirs": _shown(pair.other.text), "here": pair.says, "there": pair.says_other}
    return _placed(code, article, pair.one.passage, pair.one.sentence, pair.one.text, **data)
