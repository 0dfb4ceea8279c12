"""A partner's system that is not there and keeps what it is asked: for tests, the demonstration and simulation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from gehoor.adapters.outbound.signing import fits
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt

ARRIVED: Final = Receipt(Outcome.ACCEPTED, "200")


class MemoryPartner:
    """Keeps the calls that arrive, the last ``most`` of them.

    Args:
        judge: what the partner's system says to a call; it says yes unless told otherwise.
        secret: with which it signs its answers.
    """

    def __init__(
        self,
        judge: Callable[[PartnerCall], Receipt] = lambda call: ARRIVED,
        secret: bytes = b"a secret of no use",
        most: int = 10_000,
    ) -> None:
        self.calls: deque[PartnerCall] = deque(maxlen=most)
        self.secret = secret
        self._judge = judge

    async def ask(self, call: PartnerCall) -> Receipt:
        """Keeps it, and says what the judge says."""
        receipt = self._judge(call)
        if receipt.outcome is Outcome.ACCEPTED:
            self.calls.append(call)
        return receipt

    def signed(self, partner: str, signed_at: str, body: bytes, signature: str) -> bool:  # noqa: ARG002
        """Whether its secret made the signature."""
        return fits(self.secret, signed_at, body, signature)
