"""Whether a customer is stuck, over turns (HUM-4): the budget is two answers that did not help."""

from __future__ import annotations

from collections.abc import Sequence

from gehoor.core.conversation.model import Signal
from gehoor.ports.hearing import Earlier


def stuck(text: str, earlier: Sequence[Earlier]) -> Signal:
    return Signal.NO
