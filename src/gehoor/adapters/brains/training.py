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
import threading
import time
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
_LOOKS_S: Final = 1.0
_GENTLER: Final = 10  # so much nicer than the server: customers go first


class Trainer:
    """Trains, one thing at a time or several, until it is stopped."""

    def __init__(self) -> None:
        self._beside: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def build(self, lines: Lines, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Index:
        """What was trained on these lines before, from one of the folders; else trains, and keeps it in the cache.

        ``encoder`` may be unavailable: then the index works on the look of words alone. A folder that is broken, or
        that cannot be written, is not a fault.

        Raises:
            Stopped: it was stopped meanwhile.
        """
        found = find_index(lines, encoder, [folder for folder in (cache, shipped) if folder is not None])
        if found is not None:
            return found
        index = None
        if len(lines.texts) > FEW_LINES and type(encoder) in (SentenceEncoder, NoEncoder):
            index = self._trained_beside(lines, with_model=encoder.available)
        if index is None:
            index = train_index(lines, encoder)
        if cache is not None and index.topics:
            keep_index(index, cache)
        return index

    def go_on(self) -> None:
        """To be asked now and then by what takes long here.

        Raises:
            Stopped: it was stopped meanwhile.
        """
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        """Ends what trains beside the server: whoever waits for it need not wait for minutes."""
        self._stopped = True
        for process in list(self._beside):
            process.kill()

    def _trained_beside(self, lines: Lines, *, with_model: bool) -> Index | None:
        """None when there can be no other process, or it fails: then it is done here, slowly rather than never."""
        told = json.dumps({"lines": asdict(lines), "with_model": with_model}, ensure_ascii=False).encode()
        try:
            found = self._asked(told)
        except (OSError, subprocess.SubprocessError) as fault:
            found = None
            _LOG.warning("training beside the server failed", code=type(fault).__name__)
        self.go_on()
        return None if found is None else read_index(io.BytesIO(found))

    def _asked(self, told: bytes) -> bytes | None:
        command = [sys.executable, "-m", __name__, str(os.getpid())]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  our own
            self._beside.add(process)
            try:
                if self._stopped:
                    process.kill()
                found, _ = process.communicate(told, PATIENCE_S)
            finally:
                self._beside.discard(process)
                process.kill()  # it has ended, or took too long
        return found if process.returncode == 0 else None


class Stopped(Exception):
    """Nothing is trained any more, because the house stops."""


def build_index(lines: Lines, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Index:
    """An index, with nobody who would stop its training."""
    return Trainer().build(lines, encoder, cache, shipped)


def main() -> None:
    """The other process."""
    if hasattr(os, "nice"):
        os.nice(_GENTLER)
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    told = json.loads(sys.stdin.buffer.read())
    fields = {name: tuple(value) for name, value in told["lines"].items()}
    fields["known"] = tuple((text, place) for text, place in fields["known"])
    encoder: Encoder = SentenceEncoder() if told["with_model"] else NoEncoder()
    write_index(train_index(Lines(**fields), encoder), sys.stdout.buffer)


def _end_with(parent: int) -> None:
    """A server that was killed has no use for what is trained for it."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_S)
    os._exit(1)


if __name__ == "__main__":
    main()
