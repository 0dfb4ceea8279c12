#!/usr/bin/env python3
"""Puts the tables of ``gehoor bench`` in docs/performance.md, with the date: ``scripts/figures.py bench.txt``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->\n"


def main() -> int:
    """Replaces what stands between the two marks."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    tables = Path(sys.argv[1]).read_text(encoding="utf-8").strip()
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}On {date.today()}:\n\n```\n{tables}\n```\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
