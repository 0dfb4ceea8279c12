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
    """What was said before: ``author`` is "customer", "ai" or "human"; ``topic`` the article of an answer, or ""."""

    author: str
    text: str
    topic: str = ""


class Hears(Protocol):
    """Tables over one text, in the path of every message: well under a millisecond; and a classifier beside them."""

    def hear(self, text: str, language: str) -> Hearing:
        """What is heard in a cleaned text of a customer; ``language`` is that of the conversation. Never fails."""
        ...

    def mask(self, text: str) -> str:
        """The masked copy of anybody's text."""
        ...

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:
        """What is heard besides, by a classifier and over the turns before: no signal is lower than in ``heard``.

        Some milliseconds of computing: not in the path of a message, and not on the event loop. ``text`` is masked.
        """
        ...
