"""Loads the tables of the hearing, in a process of its own, and tells how long it took on its standard output: JSON.

``python -m gehoor.prove.bench.hearing_load hearing``: what they need of others is there already and does not count.
``python -m gehoor.prove.bench.hearing_load floor``: the same files, only read, put in lower case and split into words.
"""

from __future__ import annotations

import sys
from importlib import import_module
from time import perf_counter
from typing import Final

import msgspec

from gehoor.core.text import normalise, tokens

_NEEDED: Final = (
    *("dataclasses", "functools", "hashlib", "itertools", "re", "unicodedata"),
    *("gehoor.core.conversation.model", "gehoor.core.errors", "gehoor.core.privacy.masking", "gehoor.ports.hearing"),
)
"""What the server has loaded anyway when it loads its hearing."""


def hearing() -> dict[str, float]:
    """From nothing to a hearing that is ready; the part of it that is reading tables; and that of the modules."""
    for name in _NEEDED:
        import_module(name)
    begun = perf_counter()
    from gehoor.adapters.hearing.hears import TableHearing

    imported = perf_counter()
    TableHearing()
    ended = perf_counter()
    return {"ready_s": ended - begun, "tables_s": ended - imported, "import_s": imported - begun}


def floor() -> dict[str, float]:
    """The files of the same tables, in words."""
    from gehoor.adapters.hearing.hears import PHRASES

    begun = perf_counter()
    for file in sorted(PHRASES.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            tokens(normalise(line))
    took = perf_counter() - begun
    return {"ready_s": took, "tables_s": took}


def main() -> int:
    """Does one of the two."""
    told = floor() if sys.argv[1:] == ["floor"] else hearing()
    sys.stdout.buffer.write(msgspec.json.encode(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
