"""``gehoor bench``: measures this machine, against a floor in the same run."""

from __future__ import annotations

import sys

from gehoor.core.errors import Invalid
from gehoor.prove.bench.measure import Wanted, measure
from gehoor.prove.bench.report import as_json as document
from gehoor.prove.bench.report import as_text

_CLEAR = "\r\x1b[K"


def bench(as_json: bool, runs: int, seconds: float) -> int:
    """Measures and prints. Returns the exit status: 1 when something happened that should not.

    Raises:
        Invalid: fewer than one run, or points too short to be counted.
    """
    if runs < 1:
        raise Invalid("There must be at least one run.", field="--runs")
    if not 0.2 <= seconds <= 600:
        raise Invalid("A point must take from 0.2 to 600 seconds.", field="--seconds")
    measured = measure(Wanted(runs, seconds), _tell)
    if sys.stderr.isatty():
        print(_CLEAR, end="", file=sys.stderr, flush=True)
    sys.stdout.write(document(measured) + "\n" if as_json else as_text(measured))
    return int(bool(measured.faults))


def _tell(what: str) -> None:
    """One line on a terminal that is written over; nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"{_CLEAR}{what} ...", end="", file=sys.stderr, flush=True)
