"""The whole hearing: the tables in the path of every message, and the classifier beside the AI's turn.

The classifier may raise a signal, never lower one, and only for a text that the tables have heard first. Without the
language model, or without what was learned, the tables hear alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
import structlog

from gehoor.adapters.brains.embedding import Encoder
from gehoor.adapters.hearing.forms import forms
from gehoor.adapters.hearing.hears import DANGERS, TableHearing
from gehoor.adapters.hearing.meaning import FILE, Floats, Meaning, beginning, read_meaning
from gehoor.adapters.hearing.stuck import MOST_TURNS, features
from gehoor.adapters.hearing.support import offers_for
from gehoor.core.conversation.model import Danger, Heard, Signal
from gehoor.core.text import LONGEST_MESSAGE
from gehoor.ports.hearing import Earlier

_LOG = structlog.get_logger()
_NOTHING: Final = np.zeros(0, dtype=np.float32)
MOST_TOGETHER: Final = 16


@dataclass(slots=True)
class _Asked:
    """A text that waits to be listened to, and what came of it."""

    text: str
    heard: Heard
    earlier: tuple[Earlier, ...]
    more: Heard | None = None


class FullHearing(TableHearing):
    """The port ``hearing``. ``encoder`` is the language model that the brain uses too; ``learned`` a file."""

    def __init__(self, encoder: Encoder, own: Path | None = None, learned: Path = FILE) -> None:
        super().__init__(own)
        self._encoder = encoder
        self._file = learned
        self._lock = threading.Lock()
        self._working = threading.Lock()
        self._waiting: deque[_Asked] = deque()
        self._meaning: Meaning | None = None
        self._tried = False

    def get_ready(self) -> None:
        """Reads what was learned, when the language model is there to use it: a third of a second, once."""
        if self._encoder.available:
            self._learned()

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:
        """What is heard with the classifier beside the tables, and over the turns before. From any thread: what waits
        while one is working is worked on together, because the language model reads several texts for the price of
        two.
        """
        mine = _Asked(text, heard, tuple(earlier))
        self._waiting.append(mine)
        with self._working:
            if mine.more is None:  # nobody took it along
                self._work([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))])
        if mine.more is None:
            return self.deepen_all([text], [heard], [earlier])[0]  # its batch failed: a fault reaches who asked for it
        return mine.more

    def _work(self, batch: Sequence[_Asked]) -> None:
        try:
            found = self.deepen_all([a.text for a in batch], [a.heard for a in batch], [a.earlier for a in batch])
        except Exception:
            _LOG.warning("a batch of texts could not be heard together; each is heard alone", lines=len(batch))
            return
        for asked, more in zip(batch, found, strict=True):
            asked.more = more

    def deepen_all(
        self, texts: Sequence[str], heard: Sequence[Heard], earlier: Sequence[Sequence[Earlier]]
    ) -> list[Heard]:
        """The same for texts of different conversations, of which the classifier reads more at a time."""
        scores, meaning = self._scores(texts), self._meaning
        found = []
        for place, text in enumerate(texts):
            more = heard[place]
            if meaning is not None and len(scores) and forms(text[:LONGEST_MESSAGE]).words:
                more = _raised(more, scores[place], meaning, self.denied(text[:LONGEST_MESSAGE], more.language))
                if any(turn.author == "ai" for turn in earlier[place]):
                    more = replace(more, stuck=max(more.stuck, self._stuck(text, earlier[place], meaning)))
            found.append(more)
        return found

    def _stuck(self, text: str, earlier: Sequence[Earlier], meaning: Meaning) -> Signal:
        turns = [*earlier[-MOST_TURNS:], Earlier("customer", text)]
        places = self._encoder.encode([beginning(turn.text) for turn in turns])
        said = meaning.replies_of(meaning.scores([turn.text for turn in turns], places))
        return meaning.judge.stuck(features(turns, said, places))

    def _scores(self, texts: Sequence[str]) -> Floats:
        if not self._encoder.available or not texts:
            return _NOTHING
        meaning = self._learned()
        if meaning is None:
            return _NOTHING
        return meaning.scores(texts, self._encoder.encode([beginning(text) for text in texts]))

    def _learned(self) -> Meaning | None:
        with self._lock:
            if not self._tried:
                self._tried = True
                try:
                    self._meaning = read_meaning(self._file)
                except (OSError, ValueError, KeyError, EOFError, BadZipFile) as wrong:
                    _LOG.error(
                        "the classifier of signals cannot be read; the tables hear alone", code=type(wrong).__name__
                    )
            return self._meaning


def _raised(heard: Heard, scores: Floats, meaning: Meaning, denied: frozenset[str]) -> Heard:
    found = meaning.signals_of(scores)
    meant = {name: min(signal, Signal.MAYBE) if name in denied else signal for name, signal in found.items()}
    if not meant:
        return heard
    higher = {name: max(getattr(heard, name), signal) for name, signal in meant.items()}
    urgent = higher.get("urgent", heard.urgent)
    kind, danger = heard.urgent_kind, heard.danger
    if urgent > heard.urgent and kind is None:
        kind = meaning.kind_of(scores, "urgent")
        danger = DANGERS.get(kind or "", Danger.DAMAGE)
    support = heard.support
    if higher.get("needs_support", Signal.NO) > heard.needs_support:
        support = support or offers_for(meaning.kind_of(scores, "needs_support"))
    version = f"{heard.version} {meaning.version}"
    return replace(heard, **higher, urgent_kind=kind, danger=danger, support=support, version=version)
