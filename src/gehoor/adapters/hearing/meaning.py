"""What a message means, by the embedded language model: it may add a signal, never take one away.

One sentence embedding of the message (512 numbers, USE multilingual v3), compared with landmarks, lines whose signal
people wrote down:

    near[i] = exp(SHARPNESS * (cos(message, landmark[i]) - 1))        score[signal] = near @ weights + offset

which is a kernel classifier by the Nystrom approximation (Williams & Seeger 2001). ``scripts/train_signals.py`` learns
it from the labelled lines of the repository; what was learned is the file ``meaning.npz``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.core.conversation.model import Signal

LONGEST: Final = 60
"""Words of a message that the language model reads (models.md: encoding costs 50 us a word)."""
FILE: Final = Path(__file__).parent / "meaning.npz"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learned. ``landmarks`` (places, 512); ``weights`` (places, outputs), ``offsets`` (outputs). The first
    outputs are ``signals``, each with its ``limits`` (signals, 2) for maybe and for yes; then come the ``kinds`` of
    danger and of support, as "urgent gas"."""

    landmarks: Floats
    sharpness: float
    weights: Floats
    offsets: Floats
    signals: tuple[str, ...]
    limits: Floats
    kinds: tuple[str, ...]
    version: str

    def scores(self, embeddings: Floats) -> Floats:
        """Shape (texts, outputs)."""
        near = embeddings @ self.landmarks.T
        near -= 1
        near *= self.sharpness
        np.exp(near, out=near)
        return np.asarray(near @ self.weights + self.offsets, dtype=np.float32)

    def signals_of(self, scores: Floats) -> Mapping[str, Signal]:
        """How surely each signal is meant, for one row of scores. Those that are not are left out."""
        found = {}
        for place, signal in enumerate(self.signals):
            maybe, yes = self.limits[place]
            if scores[place] >= maybe:
                found[signal] = Signal.YES if scores[place] >= yes else Signal.MAYBE
        return found

    def kind_of(self, scores: Floats, signal: str) -> str | None:
        """The likeliest kind of a signal that has kinds."""
        of_signal = [(float(scores[len(self.signals) + place]), kind) for place, kind in enumerate(self.kinds)]
        mine = [(score, kind.partition(" ")[2]) for score, kind in of_signal if kind.partition(" ")[0] == signal]
        return max(mine)[1] if mine else None


def read_meaning(file: Path = FILE) -> Meaning:
    """What was learned.

    Raises:
        OSError, ValueError, KeyError: the file is missing or is something else.
    """
    raw = file.read_bytes()
    with np.load(file, allow_pickle=False) as kept:
        return Meaning(
            landmarks=kept["landmarks"].astype(np.float32),
            sharpness=float(kept["sharpness"]),
            weights=kept["weights"].astype(np.float32),
            offsets=kept["offsets"].astype(np.float32),
            signals=tuple(str(one) for one in kept["signals"]),
            limits=kept["limits"].astype(np.float32),
            kinds=tuple(str(one) for one in kept["kinds"]),
            version="meaning-" + sha256(raw).hexdigest()[:8],
        )


def beginning(text: str) -> str:
    """As much of a text as the model reads."""
    words = text.split(maxsplit=LONGEST)
    return " ".join(words[:LONGEST])
