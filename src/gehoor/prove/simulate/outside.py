"""What is outside the house: mail servers that refuse, put off and bounce, and night partners of every kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from gehoor.adapters.outbound.memory import ACCEPTED, MemoryMail
from gehoor.adapters.outbound.memory_partner import ARRIVED, MemoryPartner
from gehoor.core.conversation.model import Answered
from gehoor.core.errors import GehoorError
from gehoor.flows.house import House
from gehoor.flows.partner import PAGE
from gehoor.ports.outbound import Letter, Outbound, Outcome, PartnerCall, Receipt

_TOKEN: Final = re.compile(re.escape(PAGE) + r"([A-Za-z0-9._-]+)")
_MINUTE: Final = 60.0
Tells = Callable[[Callable[[House], Coroutine[Any, Any, Any]]], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Weather:
    """How reliable the world is: chances."""

    refused: float = 0.03
    put_off: float = 0.04
    bounces: float = 0.04
    partner_down: float = 0.1
    partner_silent: float = 0.15
    partner_idle: float = 0.1
    partner_in_vain: float = 0.1


class _Mail(MemoryMail):
    """Does not write out the letters that nobody reads; tests/contracts and tests/flows do that."""

    async def send(self, letter: Letter) -> Receipt:
        """What the judge says."""
        return self._judge(letter)


class Outside:
    """Mail and partners in memory, with chance in them.

    Args:
        starts: begins something that goes on beside the house.
        tells: gives something to the house that runs then.
    """

    def __init__(
        self, chance: Random, starts: Callable[[Coroutine[Any, Any, None]], object], tells: Tells, weather: Weather
    ) -> None:
        self._chance, self._starts, self._tells, self._weather = chance, starts, tells, weather
        self.outbound = Outbound(_Mail(self._letter, most=10), MemoryPartner(self._call, most=10))

    # -- mail --------------------------------------------------------------------------------------------------------

    def _letter(self, letter: Letter) -> Receipt:
        """What the server of an address says."""
        duty = _TOKEN.search(letter.text)
        if duty is not None:
            self._starts(self._takes(duty.group(1)))
            return ACCEPTED
        chance = self._chance.random()
        if chance < self._weather.refused:
            return Receipt(Outcome.REFUSED, "5.1.1")
        if chance < self._weather.refused + self._weather.put_off:
            return Receipt(Outcome.DEFERRED, "451")
        if letter.token and self._chance.random() < self._weather.bounces:
            self._starts(self._bounces(letter.token))
        return ACCEPTED

    async def _bounces(self, token: str) -> None:
        await asyncio.sleep(self._chance.uniform(5, 45 * _MINUTE))
        await self._tells(lambda house: house.post.bounced(token, "5.1.1"))

    # -- night partners ----------------------------------------------------------------------------------------------

    def _call(self, call: PartnerCall) -> Receipt:
        """What the system of a partner says: that the call arrived, or nothing at all."""
        if self._chance.random() < self._weather.partner_down:
            return Receipt(Outcome.DEFERRED, "unreachable")
        found = _TOKEN.search(call.page)
        if found is not None:
            self._starts(self._takes(found.group(1)))
        return ARRIVED

    async def _takes(self, token: str) -> None:
        """A person of the partner: acknowledges and calls, keeps silent, or acknowledges and does nothing."""
        weather, chance = self._weather, self._chance.random()
        if chance < weather.partner_silent:
            return
        await asyncio.sleep(self._chance.expovariate(1 / 20))
        await self._say(token, Answered.ACKNOWLEDGED)
        if chance < weather.partner_silent + weather.partner_idle:
            return
        await asyncio.sleep(self._chance.uniform(1, 8) * _MINUTE)
        in_vain = self._chance.random() < weather.partner_in_vain
        await self._say(token, Answered.NOT_REACHED if in_vain else Answered.REACHED)

    async def _say(self, token: str, answered: Answered) -> None:
        try:
            await self._tells(lambda house: house.partners.told(token, answered))
        except GehoorError:
            return  # the token has expired, or the conversation is over
