"""A letter as bytes for a mail server (RFC 5322, MIME)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from zoneinfo import ZoneInfo

from gehoor.adapters.outbound.addresses import Address, address, message_id, reply_address, return_address
from gehoor.core.errors import Invalid
from gehoor.core.text import clean
from gehoor.core.time import local
from gehoor.ports.outbound import Letter

_REFERENCE: Final = re.compile(r"[0-9-]{1,20}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 .,:;!?'()/+&-]{0,200}")
_WORDS: Final = re.compile(r"[A-Za-z0-9 -]{0,70}")
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail server is told, and the message."""

    return_path: str
    to: Address
    message: bytes


@dataclass(frozen=True, slots=True)
class House:
    """Whom letters come from: one address, in whose domain answers and bounces arrive too. ``key`` guards bounces."""

    address: Address
    key: bytes


def house(mail_from: str, key: bytes) -> House:
    """The sender of every letter.

    Raises:
        Invalid: this is not one plain address.
    """
    found = address(mail_from)
    if found.needs_utf8:
        raise Invalid("Our own address must be in ASCII: it goes to every server.", field="address")
    return House(found, key)


def envelope(letter: Letter, sent_by: House) -> Envelope:
    """The letter as it is sent.

    No List-Unsubscribe: a letter is about the customer's own question and nobody subscribed; the letter says how to
    withdraw.

    Raises:
        Invalid: it cannot be written; ``field`` says what: address, reference, id, token or text.
    """
    to, domain = address(letter.to), sent_by.address.domain
    return_path = return_address(letter.token, sent_by.key, domain)
    try:
        headers = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter, sent_by, to))
        body = EmailMessage(policy=SMTP)
        body.set_content(_body(letter.text), cte="quoted-printable")
        body.add_alternative(_body(letter.html), subtype="html", cte="quoted-printable")
        return Envelope(return_path, to, headers.encode() + body.as_bytes())
    except UnicodeError as fault:
        raise Invalid("The letter holds half a character.", field="text") from fault


def _headers(letter: Letter, sent_by: House, to: Address) -> Iterator[tuple[str, str]]:
    """Written by hand: the library's own headers decode what looks like an encoded word, line ends included."""
    domain = sent_by.address.domain
    yield "From", f"{_phrase(letter.sender)} <{sent_by.address}>".lstrip()
    yield "To", str(to)
    if letter.reference:
        if not _REFERENCE.fullmatch(letter.reference):
            raise Invalid("A reference has digits and dashes.", field="reference")
        yield "Reply-To", reply_address(letter.reference, domain)
    yield "Subject", _subject(letter.subject)
    yield "Date", format_datetime(local(letter.at, _UTC))
    yield "Message-ID", message_id(letter.id, domain)
    yield "Content-Language", re.sub(r"[^a-z-]", "", letter.language)
    if letter.automatic:
        yield "Auto-Submitted", "auto-generated"  # RFC 3834: a machine must not answer this
        yield "X-Auto-Response-Suppress", "OOF, AutoReply"  # the same for servers that do not know RFC 3834


def _subject(text: str) -> str:
    line = _line(text)
    return line if _PLAIN.fullmatch(line) else _encoded(line, "Subject")


def _phrase(text: str) -> str:
    """A name before an address: in plain words when it has nothing but letters and digits."""
    line = _line(text)
    return line if _WORDS.fullmatch(line) else _encoded(line, "From")


def _encoded(line: str, name: str) -> str:
    """Encoded words (RFC 2047), folded."""
    return Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


def _line(text: str) -> str:
    """One line: nothing in it can begin another header."""
    return " ".join(clean(text).split())


def _body(text: str) -> str:
    return clean(text) + "\n"
