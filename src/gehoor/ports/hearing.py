"""What was heard in a text, and its masked copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gehoor.core.conversation.model import Heard


@dataclass(frozen=True, slots=True)
class Hearing:
    """``masked`` is the copy in which personal data are replaced by their kind."""

    heard: Heard
    masked: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said before, masked: ``author`` is "customer", "ai" or "human"; ``topic`` the slug of the article that
    the AI answered from, or ""."""

    author: str
    text: str
    topic: str = ""


class Hears(Protocol):
    """Hearing in two steps: tables in the path of every message, a language model in the AI's turn."""

    def hear(self, text: str, language: str) -> Hearing:
        """What the tables hear in a cleaned text of a customer, well under a millisecond; ``language`` is that of the
        conversation. Never fails."""
        ...

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:
        """What the language model hears beside that in the masked copy, at about 2 ms of arithmetic on the thread that
        asks. Whoever asks takes from it what is higher than ``heard``; it may fail.

        Args:
            earlier: what was said before, oldest first.
        """
        ...

    def mask(self, text: str) -> str:
        """The masked copy of anybody's text."""
        ...
