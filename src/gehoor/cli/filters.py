"""Filters: lines in, lines out. ``gehoor ask``.

A filter keeps the order, answers a bad line with ``{"id", "error": {...}}`` and goes on, and says at the end whether
there was one. Lines that arrive together are worked on together, but nothing waits for more to come.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

import gehoor
from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, SentenceEncoder
from gehoor.adapters.brains.finding import Decided, Wanted
from gehoor.adapters.brains.index import Ranking
from gehoor.adapters.brains.passages import Fits
from gehoor.adapters.brains.retrieval import TRAINED, finding_of
from gehoor.core.errors import GehoorError, Invalid
from gehoor.core.knowledge.answer import Answering, Candidate, Situation, Suggesting, Verdict, ranked
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE, ArticlePolicy
from gehoor.core.knowledge.costs import stricter
from gehoor.core.knowledge.ladder import Severity
from gehoor.core.knowledge.questions import line_object, text_of
from gehoor.core.knowledge.saying import compose, state

DEMO_KNOWLEDGE = Path(gehoor.__file__).parent / "demo" / "voorbeeldstad" / "knowledge"
MOST_CANDIDATES = 5

_TOGETHER = 64  # lines encoded at a time
_CHUNK = 1 << 16  # bytes
_DIGITS = 4

Read = TypeVar("Read")


class Asker:
    """A library that can be asked outside any conversation, on one day.

    ``encoder`` is the language model; ``cache`` a folder for what was trained. ``faults`` are the articles that could
    not be used.
    """

    def __init__(
        self, knowledge: Path, today: date, *, encoder: Encoder | None = None, cache: Path | None = None
    ) -> None:
        self._library, self.faults = read_articles(knowledge)
        self._encoder = SentenceEncoder() if encoder is None else encoder
        self._finding = finding_of(self._library, self._encoder, cache, knowledge / TRAINED)
        self._fits = Fits(self._finding)
        self._situation = Situation(self._library, today, DEFAULT_LANGUAGE)

    def decide(self, texts: Sequence[str]) -> list[Decided]:
        """The ranking of all topics and the verdict, for each text."""
        return self._finding.decide([Wanted(text, self._situation) for text in texts])

    @property
    def thresholds(self) -> dict[str, float]:
        """From which probability it answers, by what a wrong answer can do, and from which it suggests."""
        usual = self._finding.thresholds
        answers = {f"answer_{one}": stricter(usual.answer, one) for one in Severity}
        return {**answers, "suggest": usual.suggest, "wrong_answer_costs": self._library.costs.wrong_answer}

    def answer_lines(self, lines: Sequence[bytes]) -> list[dict[str, object]]:
        """One answer per line, in order."""
        read = [identified(line, text_of) for line in lines]
        texts = [line[1] for line in read if isinstance(line[1], str)]
        decided = iter(self.decide(texts)) if texts else iter(())
        return [
            self._shown(identity, found, *next(decided)) if isinstance(found, str) else bad_line(identity, found)
            for identity, found in read
        ]

    def _shown(self, identity: object, asked: str, ranking: Ranking, verdict: Verdict) -> dict[str, object]:
        best = ranked(ranking.candidates)[:MOST_CANDIDATES]
        shown: dict[str, object] = {
            "id": identity,
            "decision": "abstain",
            "topic": None,
            "candidates": _as_data(best),
            "text": None,
        }
        if isinstance(verdict, Answering):
            shown |= {"decision": "answer", "topic": verdict.slug, "text": self._said(verdict.slug, asked)}
        elif isinstance(verdict, Suggesting):
            # What may be shown, and no more: an article for people only is not among the candidates of a suggestion.
            kept = [c for c in ranked(ranking.candidates) if c.slug in verdict.slugs]
            shown |= {"decision": "suggest", "topic": verdict.slugs[0], "candidates": _as_data(kept)}
        return shown

    def _said(self, slug: str, asked: str) -> str | None:
        """The passage that answers, as in a conversation."""
        article = self._library.find_in_force(slug, self._situation.language, self._situation.today)
        if article is None:
            return None
        whole = self._library.policy(slug) != ArticlePolicy.MAY_ANSWER
        return compose(article, state(article, self._fits.of(article, asked), fixed=whole), {})


def ask(batches: Iterable[Sequence[bytes]], asker: Asker) -> Iterator[dict[str, object]]:
    """Answer batches of JSON lines ``{"id", "text"}``, one answer per line that is not empty, in order."""
    return answers(batches, asker.answer_lines)


Answers = Callable[[Sequence[bytes]], Sequence[dict[str, object]]]


def answers(batches: Iterable[Sequence[bytes]], answer: Answers) -> Iterator[dict[str, object]]:
    """What a filter answers to batches of lines: one answer per line that is not empty, in order."""
    for batch in batches:
        lines = [line for line in batch if line.strip()]
        for start in range(0, len(lines), _TOGETHER):
            yield from answer(lines[start : start + _TOGETHER])


def run_filter(stdin: BinaryIO, stdout: TextIO, answer: Answers) -> int:
    """Lines in, lines out. Returns the exit status: 1 when a line could not be answered."""
    bad = False
    for one in answers(batches_of_lines(stdin), answer):
        bad = bad or "error" in one
        stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
        stdout.flush()
    return int(bad)


def opened(knowledge_dir: Path, today: date | None, encoder: Encoder | None, cache: Path | None) -> Asker:
    """The library, ready to be asked; what is left out of it is told on the error stream."""
    asker = Asker(knowledge_dir, today or date.today(), encoder=encoder, cache=cache)
    for left_out in asker.faults:
        print(f"gehoor: left out: {left_out.sentence}", file=sys.stderr)
    return asker


def run_ask(
    stdin: BinaryIO,
    stdout: TextIO,
    knowledge_dir: Path = DEMO_KNOWLEDGE,
    *,
    today: date | None = None,
    encoder: Encoder | None = None,
    cache: Path | None = None,
) -> int:
    """``gehoor ask``. Returns the exit status: 1 when a line could not be answered."""
    return run_filter(stdin, stdout, opened(knowledge_dir, today, encoder, cache).answer_lines)


def batches_of_lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The complete lines that each read brought. A read returns what is there, and waits only when nothing is."""
    read = getattr(stream, "read1", stream.read)
    rest: list[bytes] = []
    while chunk := read(_CHUNK):
        *lines, last = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join([*rest, lines[0]])
            rest = []
            yield lines
        rest.append(last)
    yield [b"".join(rest)]


def identified(line: bytes, read: Callable[[dict[str, object]], Read]) -> tuple[object, Read | Invalid]:
    """The id, and what was read or what is wrong with the line."""
    identity: object = None
    try:
        fields = line_object(line)
        found = fields.get("id")
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise Invalid("The id must be text or a whole number.", field="id")
        identity = found
        return identity, read(fields)
    except Invalid as error:
        return identity, error


def bad_line(identity: object, error: Invalid) -> dict[str, object]:
    """The answer to a line that cannot be used."""
    return {"id": identity, "error": details(error)}


def details(error: GehoorError) -> dict[str, object]:
    """What is wrong, as it stands in an answer."""
    field = error.data.get("field")
    return {"code": error.code, "detail": error.sentence} | ({"field": field} if field else {})


def _as_data(candidates: Sequence[Candidate]) -> list[dict[str, object]]:
    return [{"topic": c.slug, "score": round(c.score, _DIGITS)} for c in candidates]
