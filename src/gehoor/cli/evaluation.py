"""``gehoor evaluate answers``: how well questions whose right topic is known are answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from gehoor.adapters.articles.question_set import read_questions
from gehoor.adapters.brains.embedding import Encoder
from gehoor.adapters.brains.measuring import judged_of
from gehoor.cli.copied import copied
from gehoor.cli.db_place import Place, place_of
from gehoor.cli.filters import DEMO_KNOWLEDGE, Asker, details, opened
from gehoor.core.errors import StoreFault
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.reliability import Reliability
from gehoor.core.knowledge.report import Report, as_data, report
from gehoor.core.knowledge.score import Figures, Share
from gehoor.flows.grown import grown as grown_questions
from gehoor.settings import read_settings
from gehoor.web.quality_picture import picture

Faults = list[dict[str, object]]


def run_evaluate_answers(
    file: Path | None,
    stdout: TextIO,
    knowledge_dir: Path = DEMO_KNOWLEDGE,
    as_json: bool = False,
    *,
    plot: Path | None = None,
    grown: Path | None = None,
    today: date | None = None,
    encoder: Encoder | None = None,
    cache: Path | None = None,
) -> int:
    """``gehoor evaluate answers --data FILE``. Returns the exit status: 1 when a line could not be used.

    Args:
        file: the questions; None: only those that agents corrected.
        plot: a file for the picture (SVG).
        grown: the folder of a store whose corrected questions count too, under the kind "grown".
    """
    questions, faults = ([], []) if file is None else questions_of(file)
    if grown is not None:
        questions += asyncio.run(corrected(place_of(read_settings({}), grown)))
    asker = opened(knowledge_dir, today, encoder, cache)
    found = report(judged_of(questions, asker.decide))
    if plot is not None:
        plot.write_text(picture(found), encoding="utf-8")
    if as_json:
        told = {**as_data(found), "thresholds": asker.thresholds, "faults": faults}
        stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        stdout.write(
            "\n".join([*as_table(found), *_thresholds(asker.thresholds), *(f"{fault['detail']}" for fault in faults)])
            + "\n"
        )
    return int(bool(faults))


def evaluate_answers(path: Path, asker: Asker) -> tuple[Report, Faults]:
    """The report over the lines of a file (core/knowledge/questions.py), and what was wrong with lines."""
    questions, faults = questions_of(path)
    return report(judged_of(questions, asker.decide)), faults


async def corrected(place: Place) -> list[Asked]:
    """The questions that agents corrected in a store, read from a copy of it; those that were erased are gone.

    Raises:
        StoreFault: there is no store there, or no keys.
    """
    keys = place.open_keys()
    if keys is None:
        raise StoreFault(f"There are no keys here. Folder: {place.keys}", file=str(place.keys))
    try:
        async with copied(place.file, place.url) as store:
            return await grown_questions(store, keys)
    finally:
        await keys.close()


def questions_of(path: Path) -> tuple[list[Asked], Faults]:
    """The questions of a file, and what was wrong with lines."""
    questions, wrong = read_questions(path)
    return questions, [
        {**details(one), "line": number, "detail": f"Line {number}: {one.sentence}"} for number, one in wrong
    ]


def _thresholds(told: Mapping[str, float]) -> list[str]:
    """Where it answers and suggests, and why there."""
    worse = f"serious topics {told['answer_serious']:.3f}, grave ones {told['answer_grave']:.3f}"
    return [
        "",
        f"A wrong answer costs {told['wrong_answer_costs']:g} customers who are sent on for nothing (costs.yaml).",
        f"So it answers from {told['answer_ordinary']:.3f} on ({worse}), and suggests from {told['suggest']:.3f}.",
    ]


_NAMES: Final = {
    "first_right": "first right",
    "in_three": "right within three",
    "helped": "answered or suggested right",
    "answered": "answered",
    "answered_right": "answered right",
    "answered_wrong": "answered wrong",
    "suggested_right": "suggested, right among them",
    "suggested_wrong": "suggested, none right",
    "abstained": "abstained",
    "wrong_of_answers": "wrong, of all answers",
    "unanswerable_answered": "unanswerable, yet answered",
    "unanswerable_suggested": "unanswerable, suggested",
    "abstained_right": "unanswerable, abstained",
}
_WIDE: Final = 30


def as_table(found: Report) -> list[str]:
    """The report in lines for a terminal. Topics worst first: that is where work is."""
    whole = found.figures
    rows = [_row(name, getattr(whole, field)) for field, name in _NAMES.items()]
    auroc = "-" if whole.auroc is None else f"{whole.auroc:.3f}"
    expected = "-" if found.expected_wrong is None else f"{found.expected_wrong:.3f}"
    rows.insert(1 + list(_NAMES).index("wrong_of_answers"), f"{'  as it expects itself':<{_WIDE}}{expected:>7}")
    rows += [f"{'answerable or not, AUROC':<{_WIDE}}{auroc:>7}", *_reliability(found.reliability)]
    for title, groups in (("language", found.by_language), ("kind", found.by_kind), ("topic", found.by_topic)):
        rows += _groups(title, groups)
    return rows


def _row(name: str, share: Share) -> str:
    return f"{name:<{_WIDE}}{share.share:7.3f}  [{share.low:.3f}, {share.high:.3f}]  {share.count} of {share.total}"


def _reliability(found: Reliability) -> list[str]:
    if found.error is None:
        return []
    rows = [f"{'expected calibration error':<{_WIDE}}{found.error:7.3f}", "", "probability    said   right"]
    for one in found.bins:
        right = one.right
        spread = f"[{right.low:.3f}, {right.high:.3f}]  {right.count} of {right.total}"
        rows.append(f"{one.low:.1f} to {one.high:.1f}{one.said:10.3f}{right.share:8.3f}  {spread}")
    return rows


def _groups(title: str, groups: Mapping[str, Figures]) -> list[str]:
    if not groups:
        return []
    order: Sequence[tuple[str, Figures]] = sorted(groups.items(), key=lambda one: (one[1].helped.share, one[0]))
    rows = ["", f"{'by ' + title:<{_WIDE}}first  helped   wrong  answered where none  questions"]
    for name, one in order:
        of_answerable = f"{_short(one.first_right)}{_short(one.helped)}{_short(one.answered_wrong)}"
        total = one.first_right.total + one.abstained_right.total
        rows.append(
            f"{name[: _WIDE - 1]:<{_WIDE - 3}}{of_answerable}{_short(one.unanswerable_answered):>21}{total:>11}"
        )
    return rows


def _short(share: Share) -> str:
    return f"{share.share:8.3f}" if share.total else f"{'-':>8}"
