"""Training beside the server: in a process of its own, whose memory and time customers do not feel.

What is small is trained here and at once. The other process is ``python -m gehoor.adapters.brains.training``: lines
as JSON on its standard input, an index on its standard output; it knows nothing else and writes nothing.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import structlog

from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import Index, find_index, keep_index, read_index, train_index, write_index
from gehoor.adapters.brains.lines import Lines

_LOG = structlog.get_logger()
FEW_LINES: Final = 1_500
"""So many are trained in a second, with some 40 MB."""
PATIENCE_S: Final = 1_800.0
_GENTLER: Final = 10  # so much nicer than the server: customers go first


def build_index(lines: Lines, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Index:
    """What was trained on these lines before, from one of the folders; else trains, and keeps it in the cache.

    ``encoder`` may be unavailable: then the index works on the look of words alone. A folder that is broken, or that
    cannot be written, is not a fault.
    """
    found = find_index(lines, encoder, [folder for folder in (cache, shipped) if folder is not None])
    if found is not None:
        return found
    index = None
    if len(lines.texts) > FEW_LINES and type(encoder) in (SentenceEncoder, NoEncoder):
        index = _trained_beside(lines, with_model=encoder.available)
    if index is None:
        index = train_index(lines, encoder)
    if cache is not None and index.topics:
        keep_index(index, cache)
    return index


def _trained_beside(lines: Lines, *, with_model: bool) -> Index | None:
    """None when there can be no other process, or it fails: then it is done here, slowly rather than never."""
    told = json.dumps({"lines": asdict(lines), "with_model": with_model}, ensure_ascii=False).encode()
    try:
        done = subprocess.run(  # noqa: S603  our own module with our own interpreter
            [sys.executable, "-m", __name__], input=told, capture_output=True, timeout=PATIENCE_S, check=True
        )
        return read_index(io.BytesIO(done.stdout))
    except (OSError, subprocess.SubprocessError) as fault:
        _LOG.warning("training beside the server failed", code=type(fault).__name__)
        return None


def main() -> None:
    """The other process."""
    if hasattr(os, "nice"):
        os.nice(_GENTLER)
    told = json.loads(sys.stdin.buffer.read())
    fields = {name: tuple(value) for name, value in told["lines"].items()}
    fields["known"] = tuple((text, place) for text, place in fields["known"])
    encoder: Encoder = SentenceEncoder() if told["with_model"] else NoEncoder()
    write_index(train_index(Lines(**fields), encoder), sys.stdout.buffer)


if __name__ == "__main__":
    main()
