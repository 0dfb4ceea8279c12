"""``gehoor check`` and ``gehoor audit``: the two machines that hold the guarantees against what is built and stored."""

from __future__ import annotations

import json
from dataclasses import asdict

from gehoor.prove.check import Figures
from gehoor.prove.check import check as explore


def check(as_json: bool) -> int:
    """Explores every reachable state. Returns 1 when a guarantee can be broken."""
    figures = explore()
    print(json.dumps(asdict(figures), indent=2) if as_json else "\n".join(_readable(figures)))
    return 1 if figures.found else 0


def _readable(figures: Figures) -> list[str]:
    lines = [
        f"states        {figures.states:>9,}   reachable, of one conversation",
        f"commands      {figures.commands:>9,}   tried: every command of every actor in every state",
        f"transitions   {figures.transitions:>9,}   of them changed something; {figures.refused:,} were refused",
        f"queues        {figures.queues:>9,}   with up to 4 customers, 2 agents, 3 classes",
        f"guarantees    {len(figures.checked):>9,}   {', '.join(figures.checked)}",
        f"violations    {len(figures.found):>9,}",
        f"time          {figures.seconds:>9.1f} s",
    ]
    for found in figures.found:
        lines += ["", f"{found.guarantee}: {found.sentence} ({found.times} times)"]
        lines += [f"  {place}. {step}" for place, step in enumerate(found.path, 1)]
    return lines
