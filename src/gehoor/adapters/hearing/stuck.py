"""Whether a customer is stuck, over turns (HUM-4): the budget is two answers that did not help.

Each reply of the customer tells whether the answer before it helped. A small logistic regression judges that from what
the classifier makes of the reply's words and from how the reply, the questions and the answers lie to one another. A
second one judges whether the reply says so in so many words, by mockery or by giving up: then one is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gehoor.core.conversation.model import Signal
from gehoor.ports.hearing import Earlier

OUTPUTS: Final = ("unhelped", "content", "dissatisfied")
"""What the classifier says of each reply beside the signals: it did not help, it did, it says so in so many words."""
MOST_TURNS: Final = 12
"""Turns that are looked back."""
_MANY_WORDS: Final = 30

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judge:
    """What was learned: the weights of ``features`` (the last is the constant) for each of the two questions, and from
    where on a reply is dissatisfied, unhelped now, and unhelped before (``limits``)."""

    unhelped: Floats
    dissatisfied: Floats
    limits: tuple[float, float, float]

    def stuck(self, rows: Floats) -> Signal:
        """Of all replies so far, the last being the one that is judged now."""
        if not len(rows):
            return Signal.NO
        at_once, now, before = self.limits
        unhelped = [_logistic(float(row @ self.unhelped)) for row in rows]
        if _logistic(float(rows[-1] @ self.dissatisfied)) >= at_once:
            return Signal.YES
        return Signal.YES if len(rows) > 1 and unhelped[-1] >= now and max(unhelped[:-1]) >= before else Signal.NO


def features(turns: Sequence[Earlier], said: Floats, places: Floats) -> Floats:
    """One row for each reply of the customer to an answer, shape (replies, features).

    Args:
        turns: the dialogue, in order; it ends with the reply that is judged.
        said: shape (turns, outputs): what the classifier says of each turn, in the order of ``OUTPUTS``.
        places: shape (turns, 512): the sentence embedding of each.
    """
    rows = []
    asked: list[int] = []
    answers: list[int] = []
    for at, turn in enumerate(turns):
        if turn.author != "customer":
            answers += [at] if turn.author == "ai" else []
            continue
        if asked and answers:
            rows.append(_row(turns, at, asked, answers, said, places))
        asked.append(at)
    return np.array(rows, dtype=np.float32) if rows else np.zeros((0, 1), dtype=np.float32)


def _row(
    turns: Sequence[Earlier], at: int, asked: Sequence[int], answers: Sequence[int], said: Floats, places: Floats
) -> list[float]:
    text, last = turns[at].text, answers[-1]
    topics = [turns[one].topic for one in answers]
    letters = sum(map(str.isalpha, text))

    def near(one: int, other: int) -> float:
        return float(places[one] @ places[other])

    return [
        *map(float, said[at]),
        near(at, asked[-1]),
        near(at, asked[0]),
        near(asked[-1], last),
        near(asked[0], last),
        near(at, last),
        float(not topics[-1]),
        float(bool(topics[-1]) and topics[-1] in topics[:-1]),
        float(turns[last].text in [turns[one].text for one in answers[:-1]]),
        min(len(text.split()), _MANY_WORDS) / _MANY_WORDS,
        float("?" in text),
        float(len(asked) == 1),
        float(letters > 0 and sum(map(str.isupper, text)) > letters / 2),
        1.0,
    ]


def _logistic(z: float) -> float:
    return 0.5 * (1.0 + math.tanh(z / 2))
