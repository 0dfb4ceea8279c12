"""``gehoor simulate``: days of a customer-contact centre under a virtual clock, with faults."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gehoor.prove.simulate.page import page
from gehoor.prove.simulate.picture import picture
from gehoor.prove.simulate.report import as_json as document
from gehoor.prove.simulate.report import as_text, name_of
from gehoor.prove.simulate.run import Wanted, checked, simulate

_CLEAR = "\r\x1b[K"
_BAR = 30


def run_simulate(
    wanted: Wanted, what_ifs: Sequence[str], as_json: bool, plot: Path | None, page_file: Path | None
) -> int:
    """Simulates, prints and draws. Returns 1 when a request was lost or a guarantee broken.

    Args:
        what_ifs: played as well, beside the days as they are.

    Raises:
        Invalid: something that cannot be simulated; nothing was.
    """
    every = [replace(wanted, what_if=one) for one in ("", *dict.fromkeys(what_ifs))]
    for one in every:
        checked(one)
    runs = []
    for one in every:
        expected = one.conversations or round(one.days * one.a_year / 365)
        runs.append(simulate(one, lambda count, expected=expected: _tell(count, expected)))  # type: ignore[misc]
        if sys.stderr.isatty():
            print(f"{_CLEAR}{name_of(runs[-1])}: done", file=sys.stderr, flush=True)
    sys.stdout.write(document(runs) + "\n" if as_json else as_text(runs))
    if plot is not None:
        plot.write_text(picture(runs), encoding="utf-8")
    if page_file is not None:
        page_file.write_text(page(runs), encoding="utf-8")
    return 0 if all(done.whole for done in runs) else 1


def _tell(count: int, expected: int) -> None:
    """A bar on a terminal that is written over; nothing in a pipe."""
    if sys.stderr.isatty():
        part = min(count / max(expected, 1), 1.0)
        bar = "#" * round(part * _BAR)
        print(f"{_CLEAR}[{bar:<{_BAR}}] {count:,} conversations", end="", file=sys.stderr, flush=True)
