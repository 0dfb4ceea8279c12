"""The addresses of a letter: whom it may go to, and by which an answer or a bounce finds the way back.

A bounce comes to the return path, which names the letter (VERP) and carries a MAC, so that nobody can make up a bounce.
A server may write the local part in small letters: the token is told in capitals, as it was given.
"""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from gehoor.core.errors import Invalid

REPLY: Final = "antwoord"
RETURN: Final = "retour"

_LONGEST_LOCAL: Final = 64  # RFC 5321, 4.5.3.1
_LONGEST: Final = 254
_LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOKEN: Final = re.compile(r"[0-9A-Z.-]{1,40}")
_ID: Final = re.compile(r"(?=.{1,100}\Z)[0-9A-Za-z-]+(?::[0-9A-Za-z-]+)*")
_MAC_BYTES: Final = 10
_RETURN: Final = re.compile(
    rf"{RETURN}\+(?P<token>[0-9a-z.-]{{1,40}})\.(?P<mac>[a-z2-7]{{16}})", re.IGNORECASE | re.ASCII
)
_PURPOSE: Final = b"gehoor return path v1\0"


@dataclass(frozen=True, slots=True)
class Address:
    """One address as a mail server takes it: the domain in ASCII, the local part as it was written."""

    local: str
    domain: str

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        return not self.local.isascii()

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def address(text: str) -> Address:
    """Reads one address: a dot-atom at a domain, also in letters beyond ASCII.

    Raises:
        Invalid: not an address, or more than one, or one that could be read in two ways.
    """
    local, _, domain = unicodedata.normalize("NFC", text).rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local.encode()) > _LONGEST_LOCAL or len(text) > _LONGEST:
        raise Invalid("This is not an e-mail address.", field="address")
    return Address(local, _in_ascii(domain.lower()))


def _in_ascii(domain: str) -> str:
    """The domain in ASCII.

    Python knows IDNA 2003, which takes a few letters (such as the German sharp s) for others: what does not come back
    as it went in is refused, because it is somebody else's domain.
    """
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        same = plain == domain or plain.encode("ascii").decode("idna") == domain
    except UnicodeError as fault:
        raise Invalid("This is not a domain.", field="address") from fault
    labels = plain.split(".")
    if not same or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Invalid("This is not a domain.", field="address")
    return plain


def message_id(id: str, domain: str) -> str:
    """The Message-ID of the letter of an effect: the same for the same id, another for another.

    Raises:
        Invalid: the id has another form than ``ports/outbound.Letter`` says.
    """
    if not _ID.fullmatch(id):
        raise Invalid("An id has letters, digits and dashes, with colons between.", field="id")
    return f"<{id.replace(':', '.')}@{domain}>"


def reply_address(reference: str, domain: str) -> str:
    """Where an answer goes: "antwoord+572-118-404@..."."""
    return f"{REPLY}+{reference}@{domain}"


def return_address(token: str, key: bytes, domain: str) -> str:
    """Where a bounce of the letter with this token goes.

    Raises:
        Invalid: the token has another form than ``ports/outbound.Letter`` says.
    """
    if not _TOKEN.fullmatch(token):
        raise Invalid("A token has capitals, digits, dots and dashes, at most 40.", field="token")
    return f"{RETURN}+{token.lower()}.{_mac(token, key)}@{domain}"


def token_in(returned_to: str, key: bytes) -> str | None:
    """The token of the letter that came back to this address; None for any address that we did not make."""
    match = _RETURN.fullmatch(returned_to.rpartition("@")[0])
    if match is None:
        return None
    token = match["token"].upper()
    return token if hmac.compare_digest(match["mac"].lower(), _mac(token, key)) else None


def _mac(token: str, key: bytes) -> str:
    found = hmac.digest(key, _PURPOSE + token.encode("ascii"), "sha256")[:_MAC_BYTES]
    return base64.b32encode(found).decode("ascii").lower()
