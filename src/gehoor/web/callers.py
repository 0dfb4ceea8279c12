"""Who calls how often: limits by visitor, by address and by account. Never for a request for a person.

Many people share one address: an office, a school, everybody behind one mobile provider. So what is counted by address
is generous, and what can be counted by conversation or by account is. Counted in this process: with several processes
a caller has so many times as much (docs/limits.md).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from limits import RateLimitItem
from starlette.requests import Request

from gehoor.ports.world import Clock
from gehoor.settings import Settings
from gehoor.web.rates import Rates, rate

MESSAGES_A_DAY: Final = rate("2000 per day")
"""In one conversation, beside what the settings say: a conversation is read as a whole, so it may not grow for ever."""
READS: Final = rate("300 per minute")
"""Reading a conversation again, opening a stream or saving a copy, by conversation."""
WRONG_TOKENS: Final = rate("300 per 15 minutes")
WRONG_PASSWORDS: Final = rate("10 per 15 minutes")
"""By account and address together: whoever guesses elsewhere does not shut out the agent whose account it is."""
WRONG_PASSWORDS_IN_ALL: Final = rate("100 per 15 minutes")
"""By account, and by address."""
WRONG_CODES: Final = rate("30 per 15 minutes")
WRONG_CODES_IN_ALL: Final = rate("500 per 15 minutes")
_GUESSED: Final = "Te vaak een verkeerd wachtwoord. Probeer het over een kwartier opnieuw."


class Callers:
    """The limits by caller."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.rates = Rates(clock)
        self._conversations = rate(settings.limit_conversations)
        self._messages = rate(settings.limit_messages)
        unlimited = networks(settings.unlimited)
        self.is_unlimited = lru_cache(maxsize=4096)(lambda address: within(address, unlimited))

    def starts(self, request: Request) -> None:
        """A conversation is begun, and not to ask for a person.

        Raises:
            TooOften: too many from this address.
        """
        address = address_of(request)
        if not self.is_unlimited(address):
            self.rates.take(self._conversations, f"start:{network_of(address)}")

    def writes(self, request: Request, conversation: str) -> None:
        """A customer writes.

        Raises:
            TooOften: too much in this conversation.
        """
        if not self.is_unlimited(address_of(request)):
            self.rates.take(self._messages, f"write:{conversation}")
            self.rates.take(MESSAGES_A_DAY, f"day:{conversation}")

    def reads(self, request: Request, conversation: str) -> None:
        """A customer's page reads, opens a stream or saves a copy.

        Raises:
            TooOften: too often in this conversation.
        """
        if not self.is_unlimited(address_of(request)):
            self.rates.take(READS, f"read:{conversation}")

    def wrong_token(self, request: Request) -> None:
        """Somebody holds no token of the conversation that they ask for.

        Raises:
            TooOften: too often from this address.
        """
        address = address_of(request)
        if not self.is_unlimited(address):
            self.rates.take(WRONG_TOKENS, f"token:{network_of(address)}")

    def check_code(self, request: Request) -> None:
        """Before a code to come back with is looked at.

        Raises:
            TooOften: too many wrong ones from this address, or in all.
        """
        for one, who in _codes(request):
            self.rates.check(one, who, "code_too_often")

    def wrong_code(self, request: Request) -> None:
        """It was wrong."""
        for one, who in _codes(request):
            self.rates.count(one, who)

    def check_password(self, request: Request, login: str) -> None:
        """Before a password is looked at.

        Raises:
            TooOften: too many wrong ones for this account, or from this address.
        """
        for one, who in _passwords(request, login):
            self.rates.check(one, who, _GUESSED)

    def wrong_password(self, request: Request, login: str) -> None:
        """It was wrong."""
        for one, who in _passwords(request, login):
            self.rates.count(one, who)


def _codes(request: Request) -> tuple[tuple[RateLimitItem, str], ...]:
    return (WRONG_CODES, f"code:{network_of(address_of(request))}"), (WRONG_CODES_IN_ALL, "codes")


def _passwords(request: Request, login: str) -> tuple[tuple[RateLimitItem, str], ...]:
    account, network = login.strip().lower(), network_of(address_of(request))
    return (
        (WRONG_PASSWORDS, f"password:{network}:{account}"),
        (WRONG_PASSWORDS_IN_ALL, f"account:{account}"),
        (WRONG_PASSWORDS_IN_ALL, f"passwords:{network}"),
    )


def address_of(request: Request) -> str:
    """The address of who calls; of who stands behind a proxy that is believed, what that proxy says."""
    client = request.scope.get("client")
    return client[0] if client else ""


Networks: TypeAlias = "tuple[IPv4Network | IPv6Network, ...]"


def networks(told: Iterable[str]) -> Networks:
    """Those that addresses and networks in a setting are; what is neither is left out."""
    found: list[IPv4Network | IPv6Network] = []
    for one in told:
        with contextlib.suppress(ValueError):
            found.append(ip_network(one, strict=False))
    return tuple(found)


def within(address: str, known: Networks) -> bool:
    """Whether an address lies in one of them."""
    try:
        plain = _plain(address)
    except ValueError:
        return False
    return any(plain in network for network in known)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Whom an address counts as: of IPv6 the first half, which is what one line has."""
    try:
        known = _plain(address)
    except ValueError:
        return "unknown"
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known)


def _plain(address: str) -> IPv4Address | IPv6Address:
    """An address; one of IPv4 that is written as IPv6 is one of IPv4."""
    known = ip_address(address)
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known
