"""Mail that goes nowhere and is kept: for tests, the demonstration and simulation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from gehoor.adapters.outbound.mime import envelope, house
from gehoor.core.errors import Invalid
from gehoor.ports.outbound import Letter, Outcome, Receipt

ACCEPTED: Final = Receipt(Outcome.ACCEPTED, "250")


class MemoryMail:
    """Keeps the letters it accepts, the last ``most`` of them.

    Args:
        judge: what the server says to a letter; it says yes unless told otherwise.
    """

    registered = True

    def __init__(self, judge: Callable[[Letter], Receipt] = lambda letter: ACCEPTED, most: int = 10_000) -> None:
        self.letters: deque[Letter] = deque(maxlen=most)
        self._judge = judge
        self._sent_by = house("noreply@gehoor.example", b"a key of no use")

    async def send(self, letter: Letter) -> Receipt:
        """Keeps it, and says what the judge says. What could not be given to a real server is refused here too."""
        try:
            envelope(letter, self._sent_by)
        except Invalid as fault:
            return Receipt(Outcome.REFUSED, str(fault.data["field"]))
        receipt = self._judge(letter)
        if receipt.outcome is Outcome.ACCEPTED:
            self.letters.append(letter)
        return receipt

    def to(self, address: str) -> list[Letter]:
        """The letters to an address, oldest first."""
        return [letter for letter in self.letters if letter.to == address]
