"""A question set from a file: a line of JSON each (core/knowledge/questions.py). ``evaluation.jsonl`` in the folder of
the articles is the organisation's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gehoor.core.errors import Invalid
from gehoor.core.knowledge.questions import Asked, asked_of

OWN_FILE: Final = "evaluation.jsonl"


def read_questions(path: Path) -> tuple[list[Asked], list[tuple[int, Invalid]]]:
    """The questions of a file, and what was wrong with lines, by number from 1.

    Raises:
        Invalid: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as fault:
        raise Invalid(f"The questions cannot be read. File: {path}", file=str(path)) from fault
    questions: list[Asked] = []
    faults: list[tuple[int, Invalid]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(asked_of(line))
        except Invalid as fault:
            faults.append((number, fault))
    return questions, faults
