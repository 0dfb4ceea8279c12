"""What goes out of the house: letters, and requests to a partner who answers when our own desk is closed.

Both are sent at least once: after a crash between the other side's yes and our commit the same one goes out again,
under the same id. Neither raises for what the other side does: it is told as a ``Receipt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gehoor.core.time import Instant


class Outcome(Enum):
    """What became of it.

    ACCEPTED: the other side took it over; a letter can still bounce later. REFUSED: for good, another try is no use.
    DEFERRED: not now (a temporary no, unreachable, stalled, or gone before it said yes): try the same one again.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Receipt:
    """``code`` is for the record and holds nothing personal: the other side's status ("5.1.1", "451"), or our own word
    (stalled, unreachable, dropped, protocol, login, tls; address, reference, id, token, text; not_registered)."""

    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address.

    ``id`` is the effect's id: the same in every try, so the Message-ID is the same; letters, digits and dashes, with
    colons between ("<conversation>:mail:<seq>"). ``token`` comes back with a bounce: capitals, digits, dots and dashes,
    at most 40 ("<conversation>.<seq>"). ``at``: when what it tells happened.
    ``sender``: the name that is shown as the sender's. ``reference``: an answer goes to an address that names it; when
    it is empty no answer is expected. ``automatic``: no person wrote it, so that no machine answers it. ``text`` and
    ``html`` say the same.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    at: Instant
    token: str
    sender: str
    reference: str = ""
    automatic: bool = True


class Mail(Protocol):
    """Letters by e-mail."""

    @property
    def registered(self) -> bool:
        """Whether letters can leave this installation; if not, nothing may be promised by e-mail (NO-DEAD-END)."""
        ...

    async def send(self, letter: Letter) -> Receipt:
        """Hands a letter to a mail server, in bounded time. A letter that cannot be written is REFUSED."""
        ...


@dataclass(frozen=True, slots=True)
class PartnerCall:
    """A call for help that is put to a partner's own system. Nothing personal is in it but the telephone number that
    the customer left, which the partner cannot do without.

    ``id`` is the effect's id: a repeat is the same call. ``partner`` names the link of the policy's chain, ``address``
    is where its system listens. ``danger``: the kind of danger that was heard, or empty. ``page``: where a person of
    the partner acknowledges; ``answer_to``: where its system does.
    """

    id: str
    partner: str
    address: str
    reference: str
    danger: str
    phone: str
    waiting_since: Instant
    language: str
    page: str
    answer_to: str


class Partner(Protocol):
    """Another organisation's system, that takes calls for help."""

    async def ask(self, call: PartnerCall) -> Receipt:
        """Puts the call to the partner, in bounded time.

        ACCEPTED only says that it arrived: the customer is routed when the partner acknowledges, and not before.
        """
        ...

    def signed(self, partner: str, signed_at: str, body: bytes, signature: str) -> bool:
        """Whether the partner's own system signed the body. How old the signature is, the caller judges."""
        ...


@dataclass(frozen=True, slots=True)
class Walked:
    """How a walk along the customer's path went. ``failed_at``: the step that failed, or empty; ``what``: what happened
    there, without anything of an answer's text."""

    conversation: str = ""
    failed_at: str = ""
    what: str = ""


class Walk(Protocol):
    """The customer's own path, walked from outside: contact, a conversation, a message, a person, and away again."""

    async def walk(self) -> Walked:
        """Walks it once, in bounded time. Never fails: what goes wrong is what it tells."""
        ...


@dataclass(frozen=True, slots=True)
class Outbound:
    """Everything that leaves the house. ``public_url``: where customers and partners find us; no slash at its end."""

    mail: Mail
    partner: Partner
    public_url: str = "http://localhost:8080"
