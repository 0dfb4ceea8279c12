"""The process in which files of others are read: what a file can do, it does here, within bounds.

A reader of PDF or Word may be led to take all memory or all time. So files are read in a process of their own, which
has so much memory and no more, writes nothing, and is ended when it takes too long (``reading.py``).
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Final

import msgspec

from gehoor.adapters.articles.intake import html, mhtml, pdf, prose, table, word
from gehoor.adapters.articles.intake.blocks import CannotRead, Problem, Reading, bounded

MOST_MEMORY: Final = 1_000_000_000
"""Bytes of address space. What is imported and the largest file that is taken need a quarter of it."""

_MOST_BYTES: Final = {
    "html": html.MOST_BYTES,
    "mhtml": mhtml.MOST_BYTES,
    "word": word.MOST_BYTES,
    "pdf": pdf.MOST_BYTES,
    "table": table.MOST_BYTES,
    "prose": prose.MOST_BYTES,
}


FULL: Final = "it needs too much memory"
BROKEN: Final = "it is broken"
"""After these the process is not trusted with another file."""


class Asked(msgspec.Struct):
    """A file to read: its path as bytes, and what kind of file it is."""

    path: bytes
    form: str


def read_file(path: Path, form: str) -> Reading:
    """Reads one file. Never raises for what is in it."""
    try:
        raw = _content(path, _MOST_BYTES[form])
        read = _read(raw, form)
        return Reading(bounded(read.documents), read.problems)
    except CannotRead as fault:
        return Reading((), (Problem(fault.place, fault.why),))
    except MemoryError:
        return Reading((), (Problem("", FULL),))
    except OSError:
        return Reading((), (Problem("", "the file cannot be opened"),))
    except Exception:  # the libraries meet what a broken file holds with any error there is
        return Reading((), (Problem("", BROKEN),))


def _content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise CannotRead(f"it is larger than {most} bytes")
    return raw


def _read(raw: bytes, form: str) -> Reading:
    if not raw.strip():
        raise CannotRead("it is empty")
    if form == "pdf":
        return pdf.read_pdf(raw)
    if form == "table":
        return table.read_table(raw)
    one = {"html": html.read_html, "mhtml": mhtml.read_mhtml, "word": word.read_word, "prose": prose.read_prose}[form]
    return Reading((one(raw),))


def main() -> None:
    """Reads a file for each line of the input, and writes a line with what was read.

    The first argument is the most memory, in bytes.
    """
    memory = int(sys.argv[1]) if len(sys.argv) > 1 else MOST_MEMORY
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):  # not every system bounds memory so
            continue
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line, type=Asked)
        answer = msgspec.json.encode(read_file(Path(os.fsdecode(asked.path)), asked.form)) + b"\n"
        while answer:
            answer = answer[os.write(answers, answer) :]


if __name__ == "__main__":
    main()
