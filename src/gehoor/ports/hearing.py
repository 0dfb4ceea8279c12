"""What was heard in a text, and its masked copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gehoor.core.conversation.model import Heard


@dataclass(frozen=True, slots=True)
class Hearing:
    """``masked`` is the copy in which personal data are replaced by their kind."""

    heard: Heard
    masked: str


class Hears(Protocol):
    """Tables (later also classifiers) over one text. In the path of every message: well under a millisecond."""

    def hear(self, text: str, language: str) -> Hearing:
        """What is heard in a cleaned text of a customer; ``language`` is that of the conversation. Never fails."""
        ...

    def mask(self, text: str) -> str:
        """The masked copy of anybody's text."""
        ...
