"""The server with a hearing that knows a word for each thing: ``python -m tests.web.browser.hears serve``.

Everything else is the product. What the tables hear in real words is tested beside the tables.
"""

import sys
from dataclasses import replace
from typing import Final

from gehoor import boot
from gehoor.adapters.hearing.listening import FullHearing
from gehoor.cli.main import main
from gehoor.core.conversation.model import SUPPORT, Danger, Heard, Signal
from gehoor.ports.hearing import Hearing

HEARD: Final = {
    "misschien gas": Heard(urgent=Signal.MAYBE, urgent_kind="gas", danger=Danger.LIFE),
    "moeilijk": Heard(needs_support=Signal.YES, support=SUPPORT),
    "klacht": Heard(complaint=Signal.YES),
}


class KnownWords(FullHearing):
    """The whole hearing, and these words."""

    def hear(self, text: str, language: str) -> Hearing:
        """What is heard, and the masked copy."""
        found = super().hear(text, language)
        heard = next((one for words, one in HEARD.items() if words in text.lower()), None)
        return found if heard is None else replace(found, heard=replace(heard, language=language))


if __name__ == "__main__":
    setattr(boot, "FullHearing", KnownWords)  # noqa: B010  the one place that chooses adapters has no other door
    sys.exit(main(sys.argv[1:]))
