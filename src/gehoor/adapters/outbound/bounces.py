"""Bounces that come later: a small SMTP receiver for the return paths of our letters, and for nothing else.

The organisation's mail server passes on what comes to ``retour+...``. A message is taken only with an empty sender and
to a return path that carries our MAC. It is answered with yes when the bounce has become a fact, and not before: until
then the other server keeps it and tries again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from gehoor.adapters.outbound.addresses import token_in
from gehoor.adapters.outbound.status import Returned, returned

_LOG = structlog.get_logger()
# What it would log names whoever connects and what they send.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

MOST_BYTES: Final = 256 * 1024
"""Of one message. Our letters are a few kilobytes, and a report carries at most the letter and what the server says."""
MOST_OF_A_CONNECTION: Final = 4 * MOST_BYTES
MOST_CONNECTIONS: Final = 20
PATIENCE_S: Final = 60.0

_TAKEN: Final = "250 2.0.0 Thank you"
_ONLY_BOUNCES: Final = "550 5.7.1 Only delivery reports are taken here"
_UNKNOWN: Final = "550 5.1.1 No such address"
_ONE_AT_A_TIME: Final = "452 4.5.3 One recipient at a time"
_NOT_A_REPORT: Final = "550 5.6.0 This is not a delivery report"
_LATER: Final = "451 4.3.0 Try again later"
_TOO_MANY: Final = b"421 4.3.2 Too many connections, try again later\r\n"

Bounced = Callable[[str, str], Awaitable[None]]
"""What is told: the letter's token and the status. When it raises, the other server tries again later: for a letter
that nobody knows any more it must not."""


class BounceReceiver:
    """Listens for bounces.

    Args:
        host, port: where to listen; port 0 takes a free one. It has no TLS and knows nobody: keep it on loopback or an
            inner network.
        key: the key under which the return paths were made.
        bounced: called once for each bounce, again when the other server sends it again.
    """

    def __init__(self, host: str, port: int, key: bytes, bounced: Bounced, patience_s: float = PATIENCE_S) -> None:
        self._host = host
        self._port = port
        self._patience_s = patience_s
        self._handler = _Handler(key, bounced)
        self._open: set[_Conversation] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once it is started."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._port

    async def start(self) -> None:
        """Begins to listen.

        Raises:
            OSError: the address cannot be listened on.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._conversation, self._host, self._port)

    async def stop(self) -> None:
        """Stops listening, and ends what is open: the other server tries again."""
        if self._server is not None:
            self._server.close()
            for one in tuple(self._open):
                one.hang_up()
            await self._server.wait_closed()
            self._server = None

    def _conversation(self) -> asyncio.Protocol:
        if len(self._open) >= MOST_CONNECTIONS:
            return _Refusal()
        return _Conversation(self._handler, self._open, self._patience_s)


class _Refusal(asyncio.Protocol):
    """One connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        writing = cast(asyncio.WriteTransport, transport)
        writing.write(_TOO_MANY)
        writing.close()


class _Conversation(SMTP):
    """One connection, bounded in bytes and in time."""

    def __init__(self, handler: _Handler, open: set[_Conversation], patience_s: float) -> None:
        super().__init__(
            handler,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname="gehoor",
            ident="bounces",
            timeout=patience_s,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit=50,
            loop=asyncio.get_running_loop(),
        )
        self._all = open
        self._bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._all.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._all.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        # The library keeps a line of any length that has not ended.
        self._bytes += len(data)
        if self._bytes > MOST_OF_A_CONNECTION:
            self.hang_up()
        else:
            super().data_received(data)

    def hang_up(self) -> None:
        """Ends the connection without a word."""
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()


class _Handler:
    """What is said to each command; the names of the methods are the library's."""

    def __init__(self, key: bytes, bounced: Bounced) -> None:
        self._key = key
        self._bounced = bounced

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in ("", "<>"):
            return _ONLY_BOUNCES
        envelope.mail_from = "<>"
        return "250 2.1.0 Go on"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if token_in(address, self._key) is None:
            return _UNKNOWN
        if envelope.rcpt_tos:
            return _ONE_AT_A_TIME
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        token, content = token_in(envelope.rcpt_tos[0], self._key), envelope.content
        found, status = await asyncio.to_thread(returned, content if isinstance(content, bytes) else b"")
        if found is Returned.UNREADABLE or token is None:
            return _NOT_A_REPORT
        if found is Returned.BOUNCED:
            try:
                await self._bounced(token, status)
            # Whatever keeps it from becoming a fact: the other server still has it.
            except Exception as fault:
                _LOG.warning("a bounce could not be kept yet", fault=type(fault).__name__)
                return _LATER
        return _TAKEN

    async def handle_exception(self, error: Exception) -> str:
        _LOG.warning("a bounce could not be received", fault=type(error).__name__)
        return _LATER
