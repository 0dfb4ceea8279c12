"""What finding an answer costs, in this process and without a server: with the demo's articles, and with very many.

The floor is the language model alone, reading the same question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from time import perf_counter
from typing import Final

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, Floats, SentenceEncoder
from gehoor.adapters.brains.finding import Finding, Wanted
from gehoor.adapters.brains.retrieval import TRAINED, finding_of
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.core.errors import GehoorError
from gehoor.core.knowledge.answer import Situation
from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage
from gehoor.core.knowledge.wording import plain_wording
from gehoor.prove.bench.hearing import Around
from gehoor.prove.bench.kit import Kit, Values
from gehoor.prove.bench.parts import Pair, in_turn
from gehoor.prove.bench.tally import quantile
from gehoor.settings import DEMO

_FIRST, _LAST = date(2020, 1, 1), date(2099, 12, 31)
_BEGIN: Final = 5
"""Questions that do not count."""
_KNOWLEDGE: Final = DEMO / "knowledge"

Look = Callable[[str], object]


class Forgetful(Around):
    """A language model that reads every text anew, as of a customer whom it has not met."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder)
        self._read = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        """As the model does, of texts that end in another number each time: one token more."""
        self._read += 1
        return self._encoder.encode([f"{text} {self._read}" for text in texts])


def answers(kit: Kit, flip: bool) -> Pair:
    """Questions of the demo's question set, one after another, at each size of library.

    Raises:
        GehoorError: the language model is not installed; without it everything would be told as very quick.
    """
    encoder = Forgetful(SentenceEncoder())
    if not encoder.available:
        raise GehoorError("Finding answers was not measured: the language model is not installed.")
    use_one_thread()
    demo, _ = read_articles(_KNOWLEDGE)
    asked = [one.text for one in demo.known]
    pair = Pair({}, {})
    for count in kit.wanted.articles:
        kit.tell(f"finding answers among {count or len(demo.slugs)} articles")
        library = many(count, demo) if count else demo
        finding = finding_of(library, encoder, None, None if count else _KNOWLEDGE / TRAINED)
        name = f"answers.{count or 'demo'}"
        one = in_turn(
            flip,
            lambda name=name: _timed(name, lambda text: encoder.encode([plain_wording(text)]), asked),  # type: ignore[misc]
            lambda name=name, finding=finding: _timed(name, _looks(finding), asked),  # type: ignore[misc]
        )
        pair.ours.update(one.ours)
        pair.base.update(one.base)
    return pair


def _looks(finding: Finding) -> Look:
    situation = Situation(finding.library, _FIRST)
    return lambda text: finding.decide([Wanted(text, situation)])


def _timed(name: str, look: Look, asked: Sequence[str]) -> Values:
    times: list[float] = []
    for number, text in enumerate(asked):
        begun = perf_counter()
        look(text)
        if number >= _BEGIN:
            times.append(perf_counter() - begun)
    found = {f"{name}.p50_ms": quantile(times, 0.5), f"{name}.p99_ms": quantile(times, 0.99)}
    return {**found, f"{name}.count": float(len(times))}


def many(count: int, demo: Library) -> Library:
    """So many articles of words that the demo's use, each with one way of asking: none can be learned."""
    chance = Random(count)  # noqa: S311  chance that can be repeated
    words = sorted({word for a in demo.articles for p in a.passages for word in p.text.split() if word.isalpha()})

    def some(length: int) -> str:
        return " ".join(chance.choices(words, k=length))

    def passage(heading: str) -> Passage:
        return Passage(heading, f"{some(30).capitalize()}.")

    return Library(
        tuple(
            Article(
                slug=f"onderwerp-{number}",
                language="nl",
                title=f"{some(5).capitalize()}?",
                owner="Team",
                valid_from=_FIRST,
                review_by=_LAST,
                policy=ArticlePolicy.MAY_ANSWER,
                passages=(passage(""), passage(some(3)), passage(some(3))),
                ways=(some(6),),
            )
            for number in range(count)
        )
    )
