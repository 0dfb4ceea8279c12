"""What a language model may choose from, and what its words come to: ids on a list, nothing else (guarantee GROUNDED).

Whatever a model writes, it comes to one of four things: whole approved sentences of the one article that the brain that
finds would answer with, another order of the titles that it would suggest, a fixed question above those titles, or
silence. So who chooses every word of a model's output gains nothing (decision 0021).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.saying import (
    PHRASES,
    QUESTIONS,
    Place,
    Statement,
    completed,
    fits,
    is_sound,
    pick_passage,
)
from gehoor.core.knowledge.sentences import Sentence, sentences

LONGEST_OUTPUT: Final = 4000
"""Characters of a model's output that are looked at: a choice needs a hundredth of it."""
HARDLY_LESS: Final = 0.1
"""How much lower (of 1) a passage may score than the one that would be said, to be on the list beside it."""
_MOST_CHOSEN: Final = 20
_OBJECT: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Offered:
    """One sentence on the list, under the number by which it can be chosen."""

    number: int
    article: Article
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Menu:
    """What may be chosen from. ``answers``: the article that may be answered with, None where only titles may be shown;
    ``titles``: the articles that may be suggested, best first. ``asks``: a fixed question may be asked now."""

    sentences: tuple[Offered, ...]
    answers: Article | None
    titles: tuple[Article, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class Say:
    """These sentences of the article that may be answered with."""

    article: Article
    statement: Statement


@dataclass(frozen=True, slots=True)
class Show:
    """These titles, in this order, under a fixed question or ("") the usual one."""

    titles: tuple[Article, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing of it answers the question."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """It comes to nothing, so that what would be said without a model is said. ``why`` is a short code."""

    why: str


Chosen = Say | Show | Silence | Unusable


def menu_to_answer(article: Article, scores: Sequence[float], also: Sequence[Article], *, asks: bool) -> Menu:
    """The list where the brain that finds would answer: the passage that it would say, and those that fit hardly less.

    Args:
        scores: how well the passages fit; none: only the answer itself is on the list.
        also: what may be suggested beside the article, should a question be asked.
    """
    passages = sentences(article)
    own = pick_passage(scores[: len(passages)])
    known = {i: score for i, score in enumerate(scores[: len(passages)]) if score == score}
    near = {i for i, score in known.items() if score > 0 and score >= known.get(own, 0.0) - HARDLY_LESS}
    kept = [one for i, passage in enumerate(passages) if i == own or i in near for one in passage]
    return Menu(_numbered([(article, one) for one in kept]), article, (article, *also), asks)


def menu_to_suggest(titles: Sequence[Article], closed: Sequence[Article], *, asks: bool) -> Menu:
    """The list where the brain that finds would suggest: the answers, to tell which of the titles fits best.

    Args:
        closed: titles whose texts no model may see; they are shown after the others.
    """
    kept = [(article, one) for article in titles if article not in closed for one in sentences(article)[0]]
    return Menu(_numbered(kept), None, tuple(titles), asks)


def _numbered(kept: Sequence[tuple[Article, Sentence]]) -> tuple[Offered, ...]:
    return tuple(Offered(number, article, one) for number, (article, one) in enumerate(kept, 1))


def chosen(output: str, menu: Menu) -> Chosen:
    """What a model's output comes to. Total: it never raises, whatever is in it."""
    said = _read(output)
    if said is None:
        return Unusable("no_choice")
    if "choose" in said:
        return _sentences(said, menu)
    if "ask" in said:
        return _question(said["ask"], menu)
    return Silence() if said.get("abstain") is True else Unusable("no_choice")


def _read(output: str) -> Mapping[str, object] | None:
    """The one object in it. Words around it are dropped; of two objects it is not known which one is meant."""
    found = _OBJECT.findall(output[:LONGEST_OUTPUT])
    if len(found) != 1:
        return None
    try:
        said = json.loads(found[0])
    except (ValueError, RecursionError):
        return None
    named = [name for name in ("choose", "ask", "abstain") if name in said] if isinstance(said, dict) else []
    return said if len(named) == 1 else None


def _sentences(said: Mapping[str, object], menu: Menu) -> Chosen:
    numbers = said["choose"]
    if not isinstance(numbers, list) or not 0 < len(numbers) <= _MOST_CHOSEN:
        return Unusable("no_choice")
    known = {one.number: one for one in menu.sentences}
    # True is 1 in Python, and no number on a list.
    if any(type(one) is not int or one not in known for one in numbers):
        return Unusable("not_offered")
    picked = [known[one] for one in numbers]
    if menu.answers is None:
        first = tuple(dict.fromkeys(one.article for one in picked))
        return Show((*first, *(one for one in menu.titles if one not in first)))
    places = completed(menu.answers, [one.sentence.place for one in picked])
    if not fits(menu.answers, places):
        return Unusable("too_much")
    statement = Statement(places, _phrases(said.get("connect"), places))
    return Say(menu.answers, statement) if is_sound(menu.answers, statement) else Unusable("not_sound")


def _phrases(connect: object, places: Sequence[Place]) -> tuple[str, ...]:
    """The fixed phrases before the pieces; what is no such phrase is dropped, with all the others."""
    pieces = len({passage for passage, _ in places})
    given = connect if isinstance(connect, list) else []
    return tuple(given) if len(given) <= pieces and all(one in PHRASES for one in given) else ()


def _question(asked: object, menu: Menu) -> Chosen:
    if not menu.asks or not isinstance(asked, str) or asked not in QUESTIONS or not menu.titles:
        return Unusable("may_not_ask")
    return Show(menu.titles, asked)
