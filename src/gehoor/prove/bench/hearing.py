"""What hearing costs, in this process and without a server: the tables, the classifier beside them, the longest text.

The floor of the tables and of the longest text is the least that anybody does who looks words up: the same texts put in
lower case without accents and split into words. That of the classifier is one matrix product.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from statistics import fmean, median
from time import perf_counter
from typing import Final, Literal
from zipfile import BadZipFile

import msgspec
import numpy as np

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, Floats, SentenceEncoder
from gehoor.adapters.brains.threads import use_one_thread
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.hearing.language import get_ready
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.adapters.hearing.meaning import read_meaning
from gehoor.core.errors import GehoorError
from gehoor.core.text import normalise, tokens
from gehoor.prove.bench.kit import Kit, Values
from gehoor.prove.bench.parts import Pair, in_turn
from gehoor.prove.bench.shapes import SHAPES, text_of
from gehoor.prove.bench.tally import quantile
from gehoor.settings import DEMO

_LANGUAGE: Final = "nl"
_WORDS: Final = 25
_MOST_TIMES: Final = 3
"""So many texts of a shape, when there is time for them."""
_LOADED_S: Final = 60.0
_ROWS, _INNER, _COLUMNS = 43, 1280, 256
"""The product that the language model does most: 43 pieces of words are some 25 words."""

Work = Callable[[str], object]
_ready: Final = cache(get_ready)


@cache
def questions() -> tuple[str, ...]:
    """What customers ask in ordinary words: the examples in the demo's Dutch articles, some in other languages."""
    library, _ = read_articles(DEMO / "knowledge")
    return tuple(way for article in library.articles if article.language == _LANGUAGE for way in article.ways)


# -- tables ----------------------------------------------------------------------------------------------------------


def tables(kit: Kit, flip: bool) -> Pair:
    """Every question by the tables, loading them, and the longest texts."""
    _ready()  # as a server does when it has started; without it other languages cost less, and are not told
    hearing, seconds, length = TableHearing(), kit.wanted.seconds, kit.wanted.longest

    def listen(text: str) -> object:
        return hearing.listen(text, _LANGUAGE)

    kit.tell("loading the tables of the hearing")
    loaded = in_turn(flip, lambda: _loaded("floor", seconds), lambda: _loaded("hearing", seconds))
    kit.tell(f"hearing {len(questions()):,} questions")
    asked = in_turn(flip, lambda: _asked(_split, seconds), lambda: _asked(listen, seconds))
    kit.tell(f"hearing {length:,} characters")
    longest = in_turn(flip, lambda: _longest(_split, length, seconds), lambda: _longest(listen, length, seconds))
    return Pair(loaded.ours | asked.ours | longest.ours, loaded.base | asked.base | longest.base)


def _split(text: str) -> object:
    return tokens(normalise(text))


def _asked(work: Work, seconds: float) -> Values:
    """Whole passes over the questions, after one that does not count."""
    times: list[float] = []
    _pass(work)
    until = perf_counter() + seconds
    while not times or perf_counter() < until:
        times += _pass(work)
    name = "hearing.tables"
    percentiles = {f"{name}.{one}_us": quantile(times, part) * 1e3 for one, part in (("p50", 0.5), ("p99", 0.99))}
    return {f"{name}.mean_us": fmean(times) * 1e6, **percentiles, f"{name}.count": float(len(times))}


def _pass(work: Work) -> list[float]:
    return [_timed(work, question) for question in questions()]


def _timed(work: Work, text: str) -> float:
    begun = perf_counter()
    work(text)
    return perf_counter() - begun


# -- the longest -----------------------------------------------------------------------------------------------------


def _longest(work: Work, length: int, seconds: float) -> Values:
    """Of each shape the median of some texts, none of which was met before: what words cost is remembered."""
    chance = Random(length)  # noqa: S311  chance that can be repeated
    name = "hearing.longest"
    found: Values = {}
    for shape in SHAPES:
        times: list[float] = []
        while not times or (len(times) < _MOST_TIMES and sum(times) < seconds / len(SHAPES)):
            times.append(_timed(work, text_of(shape, length, chance, questions())))
        found[f"{name}.{shape}_ms"] = median(times) * 1e3
    return found | {f"{name}.worst_ms": max(found.values())}


# -- loading ---------------------------------------------------------------------------------------------------------


def _loaded(which: Literal["hearing", "floor"], seconds: float) -> Values:
    """Medians of some processes that do nothing else."""
    found: list[Values] = []
    until = perf_counter() + seconds
    while not found or perf_counter() < until:
        found.append(_loaded_once(which))
    return {f"hearing.load.{name}": median(one[name] for one in found) for name in found[0]}


def _loaded_once(which: str) -> Values:
    command = [sys.executable, "-m", "gehoor.prove.bench.hearing_load", which]
    try:
        told = subprocess.run(command, capture_output=True, check=True, timeout=_LOADED_S)  # noqa: S603  our own program
        return msgspec.json.decode(told.stdout, type=Values)
    except (subprocess.SubprocessError, msgspec.DecodeError) as fault:
        raise GehoorError("The tables of the hearing could not be loaded by themselves.") from fault


# -- the classifier --------------------------------------------------------------------------------------------------


class Around:
    """A language model, with something around it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def available(self) -> bool:
        """As the model says."""
        return self._encoder.available

    @property
    def version(self) -> str:
        """As the model says."""
        return self._encoder.version


class Timed(Around):
    """A language model that knows how long it was at work."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder)
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> Floats:
        """As the model does."""
        begun = perf_counter()
        try:
            return self._encoder.encode(texts)
        finally:
            self.seconds += perf_counter() - begun


def classifier(kit: Kit, flip: bool) -> Pair:
    """The classifier on texts that the language model has not read.

    Raises:
        GehoorError: the language model is not installed, or what was learned cannot be read. Then the tables hear
            alone, which would be told as a very quick classifier.
    """
    if True not in kit.wanted.models:
        return Pair({}, {})
    kit.tell(f"hearing texts of {_WORDS} words by the classifier")
    encoder = Timed(SentenceEncoder())
    if not encoder.available:
        raise GehoorError("The classifier was not measured: the language model is not installed.")
    try:
        read_meaning()
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as fault:
        raise GehoorError(f"The classifier was not measured: what was learned cannot be read ({fault!r}).") from fault
    use_one_thread()
    seconds = kit.wanted.seconds
    return in_turn(flip, lambda: _multiplied(seconds), lambda: _deepened(encoder, seconds))


def _deepened(encoder: Timed, seconds: float) -> Values:
    hearing = FullHearing(encoder)
    whole: list[float] = []
    model: list[float] = []
    until = 0.0
    for number, text in enumerate(texts(_WORDS)):
        heard = hearing.listen(text, _LANGUAGE)
        encoder.seconds = 0.0
        begun = perf_counter()
        hearing.deepen(text, heard)
        ended = perf_counter()
        if number == 0:  # the first one reads what was learned
            until = ended + seconds
            continue
        whole.append(ended - begun)
        model.append(encoder.seconds)
        if ended >= until:
            break
    rest = [all - part for all, part in zip(whole, model, strict=True)]
    name = "hearing.classifier"
    return {
        f"{name}.p50_ms": quantile(whole, 0.5),
        f"{name}.p99_ms": quantile(whole, 0.99),
        f"{name}.model_ms": quantile(model, 0.5),
        f"{name}.rest_ms": quantile(rest, 0.5),
        f"{name}.count": float(len(whole)),
    }


def _multiplied(seconds: float) -> Values:
    chance = np.random.default_rng(_ROWS)
    left = chance.random((_ROWS, _INNER), dtype=np.float32)
    right = chance.random((_INNER, _COLUMNS), dtype=np.float32)
    times: list[float] = []
    _ = left @ right
    until = perf_counter() + seconds
    while not times or perf_counter() < until:
        begun = perf_counter()
        _ = left @ right
        times.append(perf_counter() - begun)
    name = "hearing.classifier"
    return {f"{name}.p50_ms": quantile(times, 0.5), f"{name}.p99_ms": quantile(times, 0.99)}


def texts(words: int) -> Iterator[str]:
    """Texts of so many words without an end, none of them twice: the questions one after another, in any order."""
    chance = Random(words)  # noqa: S311  chance that can be repeated
    asked, met = list(questions()), set[str]()
    while True:
        chance.shuffle(asked)
        some: list[str] = []
        for question in asked:
            some += question.split()
            if len(some) >= words:
                text, some = " ".join(some[:words]), []
                if text not in met:
                    met.add(text)
                    yield text
