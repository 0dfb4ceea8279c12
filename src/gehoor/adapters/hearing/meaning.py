"""What a message means, by a small classifier that was trained on labelled lines: it may add a signal, never lower one.

The kernel of two texts is

    exp(SHARPNESS * (cos of their sentence embeddings - 1)) + WORDING * cos of their wordings (words and pieces, TF-IDF)

and each signal has a support vector machine over it (Cortes & Vapnik 1995). The first half is compared with the lines
that bear the machine, in the first ``project`` principal directions of the embeddings; the second half is linear, so
that it needs no lines. ``scripts/train_signals.py`` learns it from tests/data/signals; what was learned is the file
``meaning.npz``. Without the language model nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.adapters.hearing.forms import forms
from gehoor.adapters.hearing.stuck import OUTPUTS, Judge
from gehoor.adapters.hearing.wordings import wording
from gehoor.core.conversation.model import Signal
from gehoor.core.knowledge.wording import plain_wording
from gehoor.core.text import LONGEST_MESSAGE

LONGEST: Final = 60
"""Words of a message that the classifier reads: encoding costs 100 us a word."""
FILE: Final = Path(__file__).parent / "meaning.npz"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learned.

    ``centre`` (512) and ``project`` (512, directions); ``lines`` (lines, directions), ``squares`` (lines): half their
    squared length; ``weights`` (lines, outputs), ``offsets`` (outputs); ``known``: the hash of each feature of a
    wording, ascending, and its row in ``rarity`` (features) and ``wordings`` (features, outputs): a dictionary of the
    features themselves would take 15 MB more. The first outputs are ``signals``, each with ``limits`` (signals, 2) for
    maybe and for yes; then come the ``kinds``, such as "urgent gas", and last what ``stuck`` asks of replies, judged
    over turns by ``judge``.
    """

    centre: Floats
    project: Floats
    lines: Floats
    squares: Floats
    sharpness: float
    weights: Floats
    offsets: Floats
    known: npt.NDArray[np.uint64]
    rarity: Floats
    wordings: npt.NDArray[np.float16]
    signals: tuple[str, ...]
    limits: Floats
    kinds: tuple[str, ...]
    judge: Judge
    version: str

    def scores(self, texts: Sequence[str], embeddings: Floats) -> Floats:
        """Shape (texts, outputs). ``embeddings``: those of the beginnings of the texts, (texts, 512)."""
        there = (embeddings - self.centre) @ self.project
        # exp(s * (cos - 1)) = exp(-s/2 * squared distance), for rows of length 1.
        near = there @ self.lines.T
        near -= self.squares
        near -= (np.einsum("ij,ij->i", there, there) / 2)[:, None]
        near *= self.sharpness
        np.exp(near, out=near)
        found = near @ self.weights + self.offsets
        return np.asarray(found + np.stack([self._worded(text) for text in texts]), dtype=np.float32)

    def _worded(self, text: str) -> Floats:
        worded = _hashed(wording(forms(text[:LONGEST_MESSAGE]).words[:LONGEST]))
        places = np.minimum(np.searchsorted(self.known, worded), len(self.known) - 1)
        places = places[self.known[places] == worded]
        if not len(places):
            return np.zeros(len(self.offsets), dtype=np.float32)
        rarity = self.rarity[places]
        found = rarity @ self.wordings[places].astype(np.float32)
        return np.asarray(found / np.sqrt(rarity @ rarity), dtype=np.float32)

    def signals_of(self, scores: Floats) -> dict[str, Signal]:
        """How surely each signal is meant, for one row of scores. Those that are not are left out."""
        found = {}
        for place, signal in enumerate(self.signals):
            maybe, yes = self.limits[place]
            if scores[place] >= maybe:
                found[signal] = Signal.YES if scores[place] >= yes else Signal.MAYBE
        return found

    def replies_of(self, scores: Floats) -> Floats:
        """What ``stuck`` asks of each text, for rows of scores: shape (texts, its outputs)."""
        return scores[:, -len(OUTPUTS) :]

    def kind_of(self, scores: Floats, signal: str) -> str | None:
        """The likeliest kind of a signal that has kinds."""
        mine = [
            (float(scores[len(self.signals) + place]), kind.partition(" ")[2])
            for place, kind in enumerate(self.kinds)
            if kind.partition(" ")[0] == signal
        ]
        return max(mine)[1] if mine else None


def read_meaning(file: Path = FILE) -> Meaning:
    """What was learned.

    Raises:
        OSError, ValueError, KeyError, EOFError, BadZipFile: the file is missing or is something else.
    """
    raw = file.read_bytes()
    with np.load(file, allow_pickle=False) as kept:
        lines = kept["lines"].astype(np.float32) * kept["steps"].astype(np.float32)
        names = _hashed(bytes(kept["features"]).decode("utf-8").split("\n"))
        order = np.argsort(names)
        return Meaning(
            centre=kept["centre"].astype(np.float32),
            project=kept["project"].astype(np.float32),
            lines=lines,
            squares=np.asarray(np.einsum("ij,ij->i", lines, lines) / 2, dtype=np.float32),
            sharpness=float(kept["sharpness"]),
            weights=kept["weights"].astype(np.float32),
            offsets=kept["offsets"].astype(np.float32),
            known=names[order],
            rarity=kept["rarity"].astype(np.float32)[order],
            wordings=kept["wordings"].astype(np.float16)[order],
            signals=tuple(str(one) for one in kept["signals"]),
            limits=kept["limits"].astype(np.float32),
            kinds=tuple(str(one) for one in kept["kinds"]),
            judge=Judge(
                kept["unhelped"].astype(np.float32),
                kept["dissatisfied"].astype(np.float32),
                (float(kept["stuck"][0]), float(kept["stuck"][1]), float(kept["stuck"][2])),
            ),
            version="meaning-" + sha256(raw).hexdigest()[:8],
        )


def _hashed(features: Iterable[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(blake2b(feature.encode(), digest_size=8).digest() for feature in features)
    return np.frombuffer(digests, dtype="<u8")


def beginning(text: str) -> str:
    """As much of a text as the classifier reads, in the plain wording in which the brain reads it too: so the language
    model reads a message once for both."""
    return " ".join(plain_wording(text[:LONGEST_MESSAGE]).split(maxsplit=LONGEST)[:LONGEST])
