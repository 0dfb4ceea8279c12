"""Filters: lines in, lines out. ``gehoor ask`` and the figures of ``gehoor evaluate answers``.

A filter keeps the order, answers a bad line with ``{"id", "error": {...}}`` and goes on, and says at the end whether
there was one. Lines that arrive together are worked on together, but nothing waits for more to come.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

import gehoor
from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, SentenceEncoder
from gehoor.adapters.brains.index import Ranking, build_index
from gehoor.core.errors import GehoorError, Invalid
from gehoor.core.knowledge.answer import Answering, Candidate, Situation, Suggesting, Verdict, judge, ranked
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE
from gehoor.core.knowledge.score import Figures, Judged, Share, figures
from gehoor.core.text import clean, fault

DEMO_KNOWLEDGE = Path(gehoor.__file__).parent / "demo" / "voorbeeldstad" / "knowledge"
MOST_CANDIDATES = 5

_TOGETHER = 64  # lines encoded at a time
_CHUNK = 1 << 16  # bytes
_DIGITS = 4

Answered = tuple[Ranking, Verdict]
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
        self._index = build_index(self._library, self._encoder, cache)
        self._situation = Situation(self._library, today, DEFAULT_LANGUAGE)

    def decide(self, texts: Sequence[str]) -> list[Answered]:
        """The ranking of all topics and the verdict, for each text."""
        rankings = self._index.rank(texts, self._encoder)
        return [(r, judge(r.candidates, r.no_article, self._situation, self._index.thresholds)) for r in rankings]

    def answer_lines(self, lines: Sequence[bytes]) -> list[dict[str, object]]:
        """One answer per line, in order."""
        read = [identified(line, _text) for line in lines]
        texts = [line[1] for line in read if isinstance(line[1], str)]
        decided = iter(self.decide(texts)) if texts else iter(())
        return [
            self._shown(identity, *next(decided)) if isinstance(found, str) else bad_line(identity, found)
            for identity, found in read
        ]

    def _shown(self, identity: object, ranking: Ranking, verdict: Verdict) -> dict[str, object]:
        best = ranked(ranking.candidates)[:MOST_CANDIDATES]
        shown: dict[str, object] = {
            "id": identity,
            "decision": "abstain",
            "topic": None,
            "candidates": _as_data(best),
            "text": None,
        }
        if isinstance(verdict, Answering):
            article = self._library.find_in_force(verdict.slug, self._situation.language, self._situation.today)
            shown |= {"decision": "answer", "topic": verdict.slug, "text": article.answer if article else None}
        elif isinstance(verdict, Suggesting):
            # What may be shown, and no more: an article for people only is not among the candidates of a suggestion.
            kept = [c for c in ranked(ranking.candidates) if c.slug in verdict.slugs]
            shown |= {"decision": "suggest", "topic": verdict.slugs[0], "candidates": _as_data(kept)}
        return shown


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


def _opened(knowledge_dir: Path, today: date | None, encoder: Encoder | None, cache: Path | None) -> Asker:
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
    return run_filter(stdin, stdout, _opened(knowledge_dir, today, encoder, cache).answer_lines)


def run_evaluate_answers(
    file: Path,
    stdout: TextIO,
    knowledge_dir: Path = DEMO_KNOWLEDGE,
    as_json: bool = False,
    *,
    today: date | None = None,
    encoder: Encoder | None = None,
    cache: Path | None = None,
) -> int:
    """``gehoor evaluate answers --data FILE``. Returns the exit status: 1 when a line could not be used."""
    asker = _opened(knowledge_dir, today, encoder, cache)
    found, faults = evaluate_answers(file, asker)
    if as_json:
        stdout.write(json.dumps({**asdict(found), "faults": faults}, ensure_ascii=False) + "\n")
    else:
        stdout.write("\n".join([*_as_table(found), *(f"{fault['detail']}" for fault in faults)]) + "\n")
    return int(bool(faults))


def evaluate_answers(path: Path, asker: Asker) -> tuple[Figures, list[dict[str, object]]]:
    """The figures over JSON lines ``{"text", "topic": slug or null}``, and what was wrong with lines."""
    questions: list[tuple[str, str | None]] = []
    faults: list[dict[str, object]] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            questions.append(_question(line))
        except Invalid as error:
            faults.append({**_details(error), "line": number, "detail": f"Line {number}: {error.sentence}"})
    judged: list[Judged] = []
    for start in range(0, len(questions), _TOGETHER):
        batch = questions[start : start + _TOGETHER]
        decided = asker.decide([text for text, _ in batch])
        judged += [_judged(truth, *one) for (_, truth), one in zip(batch, decided, strict=True)]
    return figures(judged), faults


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


def _question(line: bytes) -> tuple[str, str | None]:
    fields = line_object(line)
    topic = fields.get("topic", "")
    if topic is not None and (not isinstance(topic, str) or not topic):
        raise Invalid("The topic must be text, or null when no article answers.", field="topic")
    return _text(fields), topic


def line_object(line: bytes) -> dict[str, object]:
    """A line of JSON. Raises Invalid when it is something else."""
    try:
        fields = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Invalid("The line is not JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise Invalid("The line is not a JSON object.")
    return fields


def _text(fields: dict[str, object]) -> str:
    text = fields.get("text")
    if not isinstance(text, str):
        raise Invalid("The text is missing.", field="text")
    cleaned = clean(text)
    wrong = fault(cleaned)
    if wrong:
        raise Invalid(wrong, field="text")
    return cleaned


def bad_line(identity: object, error: Invalid) -> dict[str, object]:
    """The answer to a line that cannot be used."""
    return {"id": identity, "error": _details(error)}


def _details(error: GehoorError) -> dict[str, object]:
    field = error.data.get("field")
    return {"code": error.code, "detail": error.sentence} | ({"field": field} if field else {})


def _as_data(candidates: Sequence[Candidate]) -> list[dict[str, object]]:
    return [{"topic": c.slug, "score": round(c.score, _DIGITS)} for c in candidates]


def _judged(truth: str | None, ranking: Ranking, verdict: Verdict) -> Judged:
    shown: tuple[str, ...] = ()
    if isinstance(verdict, Answering):
        shown = (verdict.slug,)
    elif isinstance(verdict, Suggesting):
        shown = verdict.slugs
    order = tuple(c.slug for c in ranked(ranking.candidates)[:MOST_CANDIDATES])
    return Judged(truth, order, shown, isinstance(verdict, Answering), 1.0 - ranking.no_article)


_NAMES = {
    "first_right": "first right",
    "in_three": "right within three",
    "answered": "answered",
    "answered_wrong": "answered wrong",
    "suggested_right": "suggested, right among them",
    "unanswerable_answered": "unanswerable, yet answered",
    "abstained_right": "unanswerable, abstained",
}


def _as_table(found: Figures) -> list[str]:
    rows = []
    for field, name in _NAMES.items():
        share: Share = getattr(found, field)
        rows.append(
            f"{name:<28}{share.share:7.3f}  [{share.low:.3f}, {share.high:.3f}]  {share.count} of {share.total}"
        )
    auroc = "-" if found.auroc is None else f"{found.auroc:.3f}"
    return [*rows, f"{'answerable or not, AUROC':<28}{auroc:>7}"]
