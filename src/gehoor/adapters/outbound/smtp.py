"""Letters by SMTP (RFC 5321), one connection a letter, with every wait bounded."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass
from typing import Final

import aiosmtplib
import structlog

from gehoor.adapters.outbound.mime import Envelope, House, envelope
from gehoor.core.errors import Invalid
from gehoor.ports.outbound import Letter, Outcome, Receipt

_LOG = structlog.get_logger()
_ACCEPTED: Final = Receipt(Outcome.ACCEPTED, "250")
_STALLED: Final = Receipt(Outcome.DEFERRED, "stalled")
_ENHANCED: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")  # RFC 3463
# The server minds our connection, not this letter: no TLS, no login, or another one than it wants.
_OF_THE_CONNECTION: Final = frozenset({500, 502, 503, 504, 523, 524, 530, 534, 535, 538})
_FAREWELL_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server that takes our letters.

    ``security``: starttls (it must be offered), tls (from the first byte), or none. ``trusted``: which certificates are
    believed, when it is not the system's own list. ``patience_s``: how long one letter may take, waiting for its turn
    included. ``most_at_once``: connections at the same time.
    """

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    trusted: ssl.SSLContext | None = None
    patience_s: float = 30.0
    most_at_once: int = 4


class SmtpMail:
    """Letters through one mail server."""

    registered = True

    def __init__(self, server: Server, sent_by: House) -> None:
        self._server = server
        self._sent_by = sent_by
        self._at_once = asyncio.Semaphore(server.most_at_once)

    async def send(self, letter: Letter) -> Receipt:
        """Hands the letter over. After the server's yes nothing can turn it into another answer."""
        try:
            written = envelope(letter, self._sent_by)
        except Invalid as fault:
            return Receipt(Outcome.REFUSED, str(fault.data["field"]))
        client = self._client()
        try:
            receipt = await self._try(client, written)
            await _farewell(client)
        finally:
            client.close()
        if receipt.outcome is not Outcome.ACCEPTED:
            _LOG.warning("a letter was not accepted", outcome=receipt.outcome.value, code=receipt.code)
        return receipt

    async def _try(self, client: aiosmtplib.SMTP, written: Envelope) -> Receipt:
        try:
            async with asyncio.timeout(self._server.patience_s):
                async with self._at_once:
                    return await _handed_over(client, written)
        except TimeoutError:
            return _STALLED
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            return _receipt(fault)

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password if server.user else None,
            local_hostname=self._sent_by.address.domain,
            timeout=server.patience_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=server.trusted,
        )


async def _handed_over(client: aiosmtplib.SMTP, written: Envelope) -> Receipt:
    await client.connect()
    options = ["SMTPUTF8"] if written.to.needs_utf8 else []
    await client.sendmail(written.return_path, [str(written.to)], written.message, mail_options=options)
    return _ACCEPTED


async def _farewell(client: aiosmtplib.SMTP) -> None:
    """Ends the connection politely; whatever the server makes of it changes nothing."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            if client.is_connected:
                await client.quit()


def _receipt(fault: Exception) -> Receipt:
    """What a fault means for the letter. The server's words are not kept: they may name the customer."""
    match fault:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _receipt(first)
        case aiosmtplib.SMTPAuthenticationError():
            return Receipt(Outcome.DEFERRED, "login")
        case aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            return _answered(fault.code, fault.message)
        case aiosmtplib.SMTPResponseException():  # the greeting, EHLO, STARTTLS: not about this letter
            return Receipt(Outcome.DEFERRED, str(fault.code) if fault.code > 0 else "protocol")
        case aiosmtplib.SMTPNotSupported():  # the only extension that a letter can need is SMTPUTF8
            return Receipt(Outcome.REFUSED, "5.6.7")
        case aiosmtplib.SMTPServerDisconnected():
            return Receipt(Outcome.DEFERRED, "dropped")
        case ssl.SSLError() | ssl.CertificateError():
            return Receipt(Outcome.DEFERRED, "tls")
        case OSError():
            return Receipt(Outcome.DEFERRED, "tls" if isinstance(fault.__cause__, ssl.SSLError) else "unreachable")
        case aiosmtplib.SMTPException():  # STARTTLS or login is not offered
            return Receipt(Outcome.DEFERRED, "tls" if "TLS" in str(fault) else "login")
        case _:  # the server does not speak SMTP
            return Receipt(Outcome.DEFERRED, "protocol")


def _answered(code: int, message: str) -> Receipt:
    found = _ENHANCED.match(message)
    permanent = 500 <= code < 600 and code not in _OF_THE_CONNECTION
    return Receipt(Outcome.REFUSED if permanent else Outcome.DEFERRED, found[1] if found else str(code))
