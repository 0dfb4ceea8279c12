"""The runs: every part once, then again, with base and ours the other way round."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from gehoor.core.errors import GehoorError
from gehoor.prove.bench import answers, growth, hearing, parts
from gehoor.prove.bench.figures import Measured, figures_of, joined
from gehoor.prove.bench.kit import Kit, Tell, Wanted
from gehoor.prove.bench.machine import conditions
from gehoor.prove.bench.parts import Pair
from gehoor.prove.bench.processes import ending_on_signals

Part = Callable[[Kit, bool], Pair]

NAMES: Final = (
    *("messages", "delivery", "chats", "idle", "turns", "beside", "start", "memory", "growth", "queue"),
    *("hearing", "answers", "postgres", "postgres-growth"),
)
"""What can be measured, in the order in which it is told."""

_PARTS: Final[tuple[tuple[tuple[str, ...], Part], ...]] = (
    (("start", "memory", "turns"), parts.quiet),
    (("messages", "delivery"), parts.points),
    (("chats",), parts.chats),
    (("idle",), parts.idle),
    (("beside",), parts.beside),
    (("growth",), growth.growth),
    (("queue",), growth.queue),
    (("hearing",), hearing.tables),
    (("hearing",), hearing.classifier),
    (("answers",), answers.answers),
    (("postgres",), parts.postgres),
    (("postgres-growth",), growth.on_postgres),
)
"""The parts, each with the names that ask for it: what shares a server is measured together."""


def measure(wanted: Wanted, tell: Tell) -> Measured:
    """Measures. A part that fails is told among the faults, and the others go on.

    Args:
        tell: hears in a few words what is done now.
    """
    begun = monotonic()
    with (
        ending_on_signals(),
        tempfile.TemporaryDirectory(prefix="gehoor-bench-") as made,
        contextlib.ExitStack() as closing,
    ):
        folder = Path(made)
        measured = Measured(conditions(folder), wanted)
        kit = Kit(wanted, folder, tell, measured.faults, closing)
        runs = []
        for run in range(wanted.runs):
            pairs = []
            for names, part in _PARTS:
                if not set(names) & set(wanted.only):
                    continue
                kit.tell = lambda what, run=run: tell(f"run {run + 1} of {wanted.runs}: {what}")  # type: ignore[misc]
                try:
                    pairs.append(part(kit, bool(run % 2)))
                except GehoorError as fault:
                    measured.faults.append(f"{' and '.join(names)}: {fault.sentence}")
            runs.append(joined(pairs))
        measured.figures = figures_of(runs)
        measured.seconds = monotonic() - begun
        return measured
