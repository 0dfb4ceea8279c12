"""What each phrase of the hearing's tables does on the labelled lines: for whoever mends a table.

    python scripts/phrase_figures.py SIGNAL [--tables FOLDER] [--data FOLDER]

Prints, for each phrase that stands in a line that does not mean the signal, how many lines it hears rightly and
wrongly, where it is written, and one line that it hears wrongly; the worst first.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from gehoor.adapters.hearing.forms import forms
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.hearing.labelled import STUCK, read_labelled

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Counts, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signal")
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT / "tests" / "data" / "signals" / "learn")
    chosen = parser.parse_args()
    book = TableHearing(chosen.tables).book
    right: dict[tuple[str, str], int] = defaultdict(int)
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in read_labelled(chosen.data):
        if line.signal != chosen.signal or line.signal == STUCK:
            continue
        for signal, level, where in book.heard_by(forms(line.text)):
            if signal != chosen.signal or level not in ("yes", "maybe"):
                continue
            if line.is_meant:
                right[level, where] += 1
            else:
                wrong[level, where].append(line.text)
    for (level, where), texts in sorted(wrong.items(), key=lambda one: (-len(one[1]), one[0])):
        print(f"{len(texts):4} wrong {right[level, where]:4} right  {level:5} {where:44} {texts[0][:100]}")


if __name__ == "__main__":
    main()
