"""An article's text as approved sentences: what may be said by itself, and what only together with its neighbour.

A sentence is a stretch of the approved text, never a copy that was touched. In doubt two sentences stay one, and a
sentence is taken to need its neighbour: saying a word more is harmless, saying half of a rule is not (norms COR-1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gehoor.core.knowledge.article import Article


@dataclass(frozen=True, slots=True)
class Sentence:
    """One approved sentence, or one item of a list.

    ``passage`` and ``number`` count from 0; ``start`` and ``end`` are places in the passage's text. ``leans``: it may
    not be said without the sentence before it. ``holds``: it may not be said without the one after it.
    """

    passage: int
    number: int
    start: int
    end: int
    text: str
    leans: bool = False
    holds: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Its passage and its number in it."""
        return self.passage, self.number


def sentence_id(article: Article, place: tuple[int, int]) -> str:
    """The name of a sentence for the record: article, version, passage, sentence. Another version has other names."""
    return f"{article.slug}@{article.version}:{place[0]}.{place[1]}"


def sentences(article: Article) -> tuple[tuple[Sentence, ...], ...]:
    """The sentences of each passage of an article, in order."""
    return tuple(split(p.text, number, article.language) for number, p in enumerate(article.passages))


@lru_cache(maxsize=1024)
def split(text: str, passage: int = 0, language: str = "nl") -> tuple[Sentence, ...]:
    """The sentences of one passage. What lies between two of them is white space and nothing else."""
    cuts = list(_stretches(text))
    words = [text[start:end] for start, end in cuts]
    bound = [_bound(text, cuts, words, i, language) for i in range(len(cuts))]
    return tuple(
        Sentence(passage, i, start, end, words[i], bound[i][0], i + 1 < len(cuts) and bound[i + 1][1])
        for i, (start, end) in enumerate(cuts)
    )


def closed(of: Sequence[Sentence], chosen: Iterable[int]) -> frozenset[int]:
    """The numbers that were chosen with all that they may not be said without."""
    whole: set[int] = set()
    waiting = [number for number in chosen if 0 <= number < len(of)]
    while waiting:
        number = waiting.pop()
        if number in whole:
            continue
        whole.add(number)
        if of[number].leans and number > 0:
            waiting.append(number - 1)
        if of[number].holds and number + 1 < len(of):
            waiting.append(number + 1)
    return frozenset(whole)


# -- where a sentence ends -------------------------------------------------------------------------------------------

_LINE: Final = re.compile(r"[^\n]+")
_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+\S")
_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)")
_LAST_WORD: Final = re.compile(r"[^\s(\[\"'“‘]*$")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.)+|(?:\w\.){2,}")
_SHORTENED: Final = frozenset(
    """
    aanh. afd. afk. alg. art. bc. bijv. blz. bv. b.v. ca. cf. co. dhr. dr. drs. ds. e.d. e.g. eng. enz. etc. evt.
    excl. fam. fig. gem. i.e. incl. ing. ir. jl. jr. lic. m.n. max. mej. mevr. min. mr. mrs. ms. mw. nl. no. nr. nrs.
    ong. p. par. pag. prof. resp. st. str. t.a.v. tel. toel. v.a. vb. verg. vgl. vlgs. vnl. wo. zgn.
    jan. feb. mrt. apr. jun. jul. aug. sep. sept. okt. oct. nov. dec. mar. approx. dept. est. vs.
    """.split()  # noqa: SIM905  so that it can be read
)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence. Nothing goes over the end of a line, and an item of a list is not divided."""
    for line in _LINE.finditer(text):
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        end = line.start() + len(line[0].rstrip())
        if start >= end:
            continue
        if not _ITEM.match(line[0]):
            for found in _END.finditer(text, start, end):
                if _is_end(text, start, found):
                    yield start, found.end()
                    start = found.end() + len(text[found.end() : end]) - len(text[found.end() : end].lstrip())
        yield start, end


def _is_end(text: str, start: int, found: re.Match[str]) -> bool:
    after = text[found.end() :].lstrip(" \t")
    if not after or after[0].islower():
        return False
    if found[0] != ".":
        return True
    last = _LAST_WORD.search(text, start, found.start())
    word = f"{last[0]}." if last else "."
    if word == "No." or word == "Nr.":
        return word == "No." and not after[0].isdigit()  # "No. You may not.", but "No. 12"
    return word.casefold() not in _SHORTENED and not _INITIALS.fullmatch(word)


# -- what it may not be said without ----------------------------------------------------------------------------------

_LEANS_FIRST: Final = {
    "nl": r"""dat dit die deze dan daar\w* hier\w* zo ook maar want anders toch echter bovendien verder dus wel niet
        nee ja zij ze hij hem haar hun het er\w{0,5} beide allebei zelf vervolgens tenzij behalve alleen pas en of soms
        meestal in\s(?:dat|dit)\sgeval tot\sdie voor\s(?:dat|die)""",
    "en": r"""that this those these then there\w* here\w* so also but otherwise still however moreover it its they them
        he she his her their both not no yes only unless except and or even sometimes usually such if\s(?:so|not)
        in\s(?:that|this)\scase""",
}
_LEANS_ANYWHERE: Final = {
    "nl": r"""deze dit die dezelfde hetzelfde diens zij ze hij hem hen hun dan dat haar
        daar(?:door|mee|voor|na|naar|om|van|bij|over|op|in|uit|aan|toe|tegen)?
        er(?:van|voor|mee|bij|over|op|in|uit|aan|toe|tegen|naar|om|door|tussen|na)
        hier(?:door|mee|voor|na|van|bij|over|in)""",
    "en": "this these those that they them their he she him his hers? it its then there both",
}
_LIMITS: Final = {
    "nl": r"""niet niets niemand nooit geen alleen behalve tenzij uitgezonderd uitzondering\w* echter hoogstens maar
        anders zonder pas toch mits""",
    "en": r"""not nothing nobody never no only except exceptions? unless however but otherwise without until provided
        cannot \w+n['’]t""",
}


def _word(words: str, first: bool) -> re.Pattern[str]:
    pattern = "|".join(words.split())
    return re.compile(rf"{'^[^a-zA-Z0-9]*' if first else ''}\b(?:{pattern})\b", re.IGNORECASE)


_FIRST: Final = {language: _word(pattern, first=True) for language, pattern in _LEANS_FIRST.items()}
_ANYWHERE: Final = {language: _word(pattern, first=False) for language, pattern in _LEANS_ANYWHERE.items()}
_LIMITING: Final = {language: _word(pattern, first=False) for language, pattern in _LIMITS.items()}


def _bound(
    text: str, cuts: Sequence[tuple[int, int]], words: Sequence[str], i: int, language: str
) -> tuple[bool, bool]:
    """Whether sentence ``i`` leans on the one before it, and whether that one may not be said without it."""
    if i == 0:
        return False, False
    before, here = words[i - 1], words[i]
    if _ITEM.match(here) and "\n\n" not in text[cuts[i - 1][1] : cuts[i][0]]:
        return True, True  # a list is said whole, with the line that it hangs under
    if before.rstrip(")\"'”’»").endswith(("?", ":")):
        return True, True  # "Huurt u samen?" is a condition of what comes after it, or its heading
    if language not in _FIRST:
        return True, True  # no words are known here that would tell
    leans = bool(_FIRST[language].search(here) or _ANYWHERE[language].search(here))
    return leans, bool(_LIMITING[language].search(here))
