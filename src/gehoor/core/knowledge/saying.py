"""What is said of an article: whole approved sentences of one version, in its own order, and nothing else.

The brain that finds, the model that chooses and the guard that checks all make the text here, so that there is one
answer to "is this what was approved?" (guarantee GROUNDED).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.article import Article
from gehoor.core.knowledge.sentences import Sentence, closed, sentences

MOST_SENTENCES: Final = 5
"""A question that is the condition of what follows ("Huurt u samen?") is half a sentence, and does not count. A piece
that may not be broken is said whole, also where it is longer than this."""
MOST_CHARACTERS: Final = 700
LEAST_BETTER: Final = 0.01
"""How much higher (of 1) another passage must score than the answer itself before it is said instead. The opening
answers a third of the questions that an article answers, so that it is not preferred by more than a tie is worth
(tests/adapters/test_answer_quality.py)."""
PHRASES: Final = ("connect_here", "connect_also", "connect_see")
"""The fixed phrases that may stand before a piece: ids of texts, which say nothing about any subject."""
QUESTIONS: Final = ("clarify_which", "clarify_more", "clarify_what_first")
"""The fixed questions that may stand above suggestions: ids of texts."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is to be said: places of sentences in order, and the id of the fixed phrase before each piece, if any."""

    places: tuple[Place, ...]
    phrases: tuple[str, ...] = ()


def pick_passage(scores: Sequence[float]) -> int:
    """The passage that answers: the answer itself (0), or the one that fits the question better.

    Args:
        scores: how well each passage fits, from 0 to 1, in the article's order; none: nothing is known.
    """
    known = [score if math.isfinite(score) else 0.0 for score in scores]
    best = max(range(len(known)), key=lambda i: (known[i], -i), default=0)
    return best if best and known[best] >= known[0] + LEAST_BETTER else 0


def state(article: Article, scores: Sequence[float] = (), fixed: bool = False) -> Statement:
    """What answers: at most a few whole sentences of one passage, from its beginning.

    Args:
        scores: of the passages, for ``pick_passage``.
        fixed: the whole answer and nothing else may be said of this article.
    """
    passages = sentences(article)
    if not passages:
        return Statement(())
    if fixed:
        return Statement(tuple(one.place for one in passages[0]))
    chosen = pick_passage(scores[: len(passages)])
    said = _beginning(passages[chosen])
    if not said or (chosen and not fits(article, said)):
        said = _beginning(passages[0])
    return Statement(said)


def _beginning(of: Sequence[Sentence]) -> tuple[Place, ...]:
    """As many sentences from the start as are few, and may be said without what comes after them. The answer itself is
    one paragraph that was approved as such, so that only its length counts."""
    most = MOST_SENTENCES if of and of[0].passage else len(of)
    said: frozenset[int] = frozenset()
    for one in of:
        more = closed(of, said | {one.number})
        length = of[max(more)].end - of[min(more)].start
        if said and (_count(of[number] for number in more) > most or length > MOST_CHARACTERS):
            break
        said = more
    return tuple(of[number].place for number in sorted(said))


def completed(article: Article, places: Iterable[Place]) -> tuple[Place, ...]:
    """The sentences that were chosen, once each and in the article's order, with all that they may not be said without.
    Places that are not there are left out."""
    passages = sentences(article)
    chosen: dict[int, set[int]] = {}
    for passage, number in places:
        if 0 <= passage < len(passages):
            chosen.setdefault(passage, set()).add(number)
    whole = {passage: closed(passages[passage], numbers) for passage, numbers in chosen.items()}
    return tuple((passage, number) for passage in sorted(whole) for number in sorted(whole[passage]))


def fits(article: Article, places: Sequence[Place]) -> bool:
    """Whether so much may be said at once."""
    text = compose(article, Statement(tuple(places)), {})
    of = sentences(article)
    few = _count(of[passage][number] for passage, number in places) <= MOST_SENTENCES
    return bool(places) and len(text) <= MOST_CHARACTERS and (few or _unbroken(of, places))


def _count(said: Iterable[Sentence]) -> int:
    return sum(not one.text.endswith("?") for one in said)


def _unbroken(of: Sequence[Sequence[Sentence]], places: Sequence[Place]) -> bool:
    """Whether it is a single piece, which none of its sentences could be left out of."""
    passage = places[0][0]
    numbers = frozenset(number for _, number in places)
    return {one for one, _ in places} == {passage} and any(closed(of[passage], {one}) == numbers for one in numbers)


def compose(article: Article, said: Statement, phrases: Mapping[str, str]) -> str:
    """The text of a statement, from the article alone.

    Sentences keep what stood between them. A passage that has a heading is said under it, because it was approved
    under it; a phrase stands on its own line before its piece. The whole answer comes out as it was approved.

    Args:
        phrases: the words of the fixed phrases by id, in the language of the article.

    Raises:
        LookupError: a place or a phrase is not there.
    """
    passages = sentences(article)
    pieces: list[str] = []
    for index, passage in enumerate(dict.fromkeys(passage for passage, _ in said.places)):
        chosen = [passages[passage][number] for one, number in said.places if one == passage]
        phrase = said.phrases[index] if index < len(said.phrases) else ""
        heading = article.passages[passage].heading
        body = _joined(article.passages[passage].text, chosen)
        pieces.append("\n".join(part for part in (phrases[phrase] if phrase else "", heading, body) if part))
    return "\n\n".join(pieces)


def _joined(text: str, chosen: Sequence[Sentence]) -> str:
    parts: list[str] = []
    for number, one in enumerate(chosen):
        if number:
            between = text[chosen[number - 1].end : one.start]
            parts.append("\n\n" if "\n\n" in between else "\n" if "\n" in between else " ")
        parts.append(one.text)
    return "".join(parts)


def is_sound(article: Article, said: Statement, fixed: bool = False) -> bool:
    """Whether a statement may be said of this article: it is there, whole, in order, little enough, and no more."""
    if not said.places or len(said.phrases) > len({passage for passage, _ in said.places}):
        return False
    if any(phrase and phrase not in PHRASES for phrase in said.phrases):
        return False
    passages = sentences(article)
    answer = tuple(one.place for one in passages[0]) if passages else ()
    if fixed:
        return said == Statement(answer)
    if said.places == answer and not said.phrases:
        return True  # approved as the answer, whatever its length
    return said.places == completed(article, said.places) and (
        fits(article, said.places) or said.places == _beginning(passages[0])
    )
