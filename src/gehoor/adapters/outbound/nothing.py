"""No mail server and no partner: said as it is, so that nobody promises what cannot be delivered (NO-DEAD-END)."""

from __future__ import annotations

from typing import Final

from gehoor.ports.outbound import Letter, Outcome, PartnerCall, Receipt

NOT_REGISTERED: Final = Receipt(Outcome.REFUSED, "not_registered")


class NoMail:
    """No letter leaves this installation."""

    registered = False

    async def send(self, letter: Letter) -> Receipt:  # noqa: ARG002  the port's shape
        """Refused."""
        return NOT_REGISTERED


class NoPartner:
    """There is no partner with a system of its own."""

    async def ask(self, call: PartnerCall) -> Receipt:  # noqa: ARG002  the port's shape
        """Refused."""
        return NOT_REGISTERED

    def signed(self, partner: str, signed_at: str, body: bytes, signature: str) -> bool:  # noqa: ARG002
        """Nobody's signature is known."""
        return False
