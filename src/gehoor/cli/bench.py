"""``gehoor bench``: measures this machine, against a floor in the same run."""

from __future__ import annotations

import sys
from pathlib import Path

from gehoor.core.errors import Invalid
from gehoor.prove.bench.kit import Wanted
from gehoor.prove.bench.measure import NAMES, measure
from gehoor.prove.bench.picture import picture
from gehoor.prove.bench.report import as_json as document
from gehoor.prove.bench.report import as_text

_CLEAR = "\r\x1b[K"


def bench(wanted: Wanted, as_json: bool, json_file: Path | None, plot: Path | None) -> int:
    """Measures and prints. Returns the exit status: 1 when something happened that should not.

    Args:
        as_json: the document on the standard output, instead of the tables.
        json_file: the document in this file as well.
        plot: a picture of the bars in this file.

    Raises:
        Invalid: fewer than one run, points too short to be counted, or a part that does not exist.
    """
    if wanted.runs < 1:
        raise Invalid("There must be at least one run.", field="--runs")
    if not 0.2 <= wanted.seconds <= 600:
        raise Invalid("A point must take from 0.2 to 600 seconds.", field="--seconds")
    unknown = [name for name in wanted.only if name not in NAMES]
    if unknown or not wanted.only:
        raise Invalid(f"There is no part {', '.join(unknown)}. Known: {', '.join(NAMES)}.", field="--only")
    measured = measure(wanted, _tell)
    if sys.stderr.isatty():
        print(_CLEAR, end="", file=sys.stderr, flush=True)
    told = document(measured) + "\n"
    sys.stdout.write(told if as_json else as_text(measured))
    if json_file is not None:
        json_file.write_text(told, encoding="utf-8")
    if plot is not None:
        plot.write_text(picture(measured), encoding="utf-8")
    return int(bool(measured.faults))


def _tell(what: str) -> None:
    """One line on a terminal that is written over; nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"{_CLEAR}{what} ...", end="", file=sys.stderr, flush=True)
