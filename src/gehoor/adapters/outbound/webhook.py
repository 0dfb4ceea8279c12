"""Calls for help to a night partner's own system, over HTTPS and signed (docs/partner.md).

Only the address that stands in the policy is called, and never one inside our own network: its name is looked up first,
and the connection goes to the very address that was judged. Nothing of an answer is read but its status.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog

from gehoor.adapters.outbound.signing import CALL_ID, SIGNATURE, SIGNED_AT, fits, signature
from gehoor.core.errors import GehoorError
from gehoor.core.time import SECOND, iso
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt
from gehoor.ports.world import Clock

_LOG = structlog.get_logger()
TIME_LIMIT_S: Final = 10.0
_LOCAL: Final = ("127.0.0.1", "::1", "localhost")
_LOCALHOST: Final = ".localhost"  # always this machine (RFC 6761, 6.3), whether or not its resolver knows that
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LATER: Final = (408, 425, 429)
"""Statuses that are no answer: the same call may be put again."""

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name.

Raises:
    OSError: there are none.
"""


class WebhookPartner:
    """Puts calls to partners' systems.

    Args:
        secret: the secret that we share with a partner, by the id of its link. It may raise ``GehoorError``.
        loopback: plain HTTP to this machine is allowed (tests, the demonstration).
        lookup: finds the addresses of a host name.
        trusted: which certificates are believed, when it is not the system's own list.
    """

    def __init__(
        self,
        clock: Clock,
        secret: Callable[[str], bytes],
        *,
        loopback: bool = False,
        time_limit_s: float = TIME_LIMIT_S,
        lookup: Lookup | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._secret = secret
        self._loopback = loopback
        self._time_limit_s = time_limit_s
        self._lookup = lookup or _lookup
        self._trusted = trusted

    async def ask(self, call: PartnerCall) -> Receipt:
        """Puts the call to the partner, in bounded time."""
        try:
            async with asyncio.timeout(self._time_limit_s):
                receipt = await self._ask(call)
        except (TimeoutError, httpx.TimeoutException):
            receipt = Receipt(Outcome.DEFERRED, "stalled")
        except (httpx.HTTPError, OSError) as fault:
            receipt = Receipt(Outcome.DEFERRED, "tls" if _is_tls(fault) else "unreachable")
        except (GehoorError, httpx.InvalidURL, ValueError):
            receipt = Receipt(Outcome.REFUSED, "address")
        if receipt.outcome is not Outcome.ACCEPTED:
            _LOG.warning("a partner could not be asked", partner=call.partner, code=receipt.code)
        return receipt

    async def _ask(self, call: PartnerCall) -> Receipt:
        parts = urlsplit(call.address)
        host = parts.hostname or ""
        local = self._loopback and (host in _LOCAL or host.endswith(_LOCALHOST))
        if not host or parts.username or not (parts.scheme == "https" or (local and parts.scheme == "http")):
            return Receipt(Outcome.REFUSED, "address")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = await self._lookup(host, port)
        if not local and not all(_is_public(one) for one in addresses):
            return Receipt(Outcome.REFUSED, "private")
        body = _body(call)
        signed_at = str(self._clock.now() // SECOND)
        headers = {
            "host": parts.netloc,
            "content-type": "application/json",
            CALL_ID: call.id,
            SIGNED_AT: signed_at,
            SIGNATURE: signature(self._secret_of(call.partner), signed_at, body),
        }
        # To the address that was judged; the certificate must still be that of the name.
        url = httpx.URL(call.address).copy_with(host=addresses[0], port=port)
        named = {"sni_hostname": host}
        async with (
            httpx.AsyncClient(verify=self._verify(), timeout=self._time_limit_s, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=named) as answer,
        ):
            return _receipt(answer.status_code)

    def _verify(self) -> ssl.SSLContext:
        if self._trusted is None:
            # Made at the first call and kept: reading the list of authorities takes 20 ms.
            self._trusted = ssl.create_default_context()
        return self._trusted

    def _secret_of(self, partner: str) -> bytes:
        if not _NAME.fullmatch(partner):
            raise ValueError("a link has an id of small letters, digits and dashes")
        return self._secret(partner)

    def signed(self, partner: str, signed_at: str, body: bytes, signature: str) -> bool:
        """Whether the partner's own system signed the body."""
        try:
            return fits(self._secret_of(partner), signed_at, body, signature)
        except (GehoorError, OSError, ValueError):
            return False


def _body(call: PartnerCall) -> bytes:
    """What the partner reads. The telephone number is the only thing of the customer in it."""
    told = {
        "id": call.id,
        "reference": call.reference,
        "danger": call.danger,
        "phone": call.phone or None,
        "waiting_since": iso(call.waiting_since),
        "language": call.language,
        "page": call.page,
        "answer_to": call.answer_to,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _is_public(address: str) -> bool:
    """Whether an address is one of the internet, and not of our own network or machine."""
    one = ipaddress.ip_address(address)
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return (mapped or one).is_global and not (mapped or one).is_multicast


def _receipt(status: int) -> Receipt:
    if 200 <= status < 300:
        return Receipt(Outcome.ACCEPTED, str(status))
    refused = 300 <= status < 500 and status not in _LATER
    return Receipt(Outcome.REFUSED if refused else Outcome.DEFERRED, str(status))


def _is_tls(fault: BaseException) -> bool:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


async def _lookup(host: str, port: int) -> Sequence[str]:
    if host.endswith(_LOCALHOST):
        return ("127.0.0.1",)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]
