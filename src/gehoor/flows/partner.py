"""The night chain, carried out: a partner's system or an officer on duty is asked, and says what became of it.

A call goes out by signed webhook or by mail. It is routed only when the other side acknowledges, under a token that
names the conversation and the link, cannot be guessed, and expires. Opening the page of the token acknowledges nothing:
scanners of mail open every link.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Answered, Phase, State, Timer
from gehoor.core.errors import NotAllowed, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Link, Policy
from gehoor.core.time import DAY, MINUTE, SECOND, Instant, later
from gehoor.flows.envelopes import spoken_code, to_duty
from gehoor.flows.people import contact_of
from gehoor.flows.record import HOUSE, Recorder
from gehoor.ports.keys import Keys
from gehoor.ports.outbound import Outcome, PartnerCall, Receipt
from gehoor.ports.store import Job
from gehoor.ports.world import World

PAGE: Final = "/dienst/"
HOOK: Final = "/api/v1/hooks/partner/"
GOOD_FOR: Final = DAY
"""How long the token of a call can be used."""
_SIGNED_WITHIN: Final = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Duty:
    """One call as its page shows it. ``stands``: this link is asked now; ``acknowledged``: it said that it goes.
    ``phone``: the customer's, for who said so: a scanner of mail that opens the page learns nothing of the customer."""

    conversation: ConversationId
    link: int
    name: str
    reference: str
    danger: str
    phone: str
    waiting_since: Instant
    language: str
    stands: bool
    acknowledged: bool


class Partners:
    """Asks the links of the night chain, and takes their answers."""

    def __init__(self, world: World, recorder: Recorder, policy: Callable[[], Policy]) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy

    # -- asking ------------------------------------------------------------------------------------------------------

    async def carry_out(self, job: Job) -> None:
        """Asks the link of a job. Who cannot be asked is passed over at once; nobody waits for a second try."""
        number = int(job.argument)
        try:
            state = await self._recorder.state(job.conversation)
        except Unknown:
            await self._world.store.finish(job.key, job.run_at)
            return
        if _is_asked(state, number) and not state.control.acknowledged and number <= len(self._policy().night):
            receipt = await self._ask(job, self._policy().night[number - 1], state)
            if receipt.outcome is not Outcome.ACCEPTED:
                down = c.PartnerDown(number)
                outcome = await self._recorder.submit(job.conversation, down, HOUSE, done=(job.key,))
                if outcome.facts:
                    return
        await self._world.store.finish(job.key, job.run_at)

    async def _ask(self, job: Job, link: Link, state: State) -> Receipt:
        outbound, record = self._world.outbound, state.record
        token = token_for(self._world.keys, job.conversation, int(job.argument), later(job.run_at, GOOD_FOR))
        call = PartnerCall(
            # The same for every try of this call, and another one in the next round of the chain.
            id=f"{job.conversation}:partner:{job.argument}:{job.run_at}",
            partner=link.id,
            address=link.address,
            reference=record.reference or spoken_code(job.conversation),
            danger=await self._danger(job.conversation),
            phone=(await contact_of(self._world, job.conversation)).get("phone", ""),
            waiting_since=record.first_requested_at or record.at,
            language=record.language,
            page=f"{outbound.public_url}{PAGE}{token}",
            answer_to=f"{outbound.public_url}{HOOK}{token}",
        )
        if link.how == "webhook":
            return await outbound.partner.ask(call)
        return await outbound.mail.send(to_duty(self._policy(), call, link))

    async def _danger(self, id: ConversationId) -> str:
        """The kind of danger that was heard last."""
        facts = await self._world.store.facts(id, 0)
        return next((fact.event.kind for fact in reversed(facts) if isinstance(fact.event, e.SafetyShown)), "overig")

    # -- their answers -----------------------------------------------------------------------------------------------

    async def duty(self, token: str) -> Duty:
        """The call that a token is about.

        Raises:
            Unknown: nobody was given this token, or it has expired.
        """
        id, number = read_token(self._world.keys, token, self._world.clock.now())
        state = await self._recorder.state(id)
        record, night = state.record, self._policy().night
        stands = _is_asked(state, number)
        acknowledged = stands and state.control.acknowledged
        return Duty(
            conversation=id,
            link=number,
            name=night[number - 1].name if number <= len(night) else "",
            reference=record.reference or spoken_code(id),
            danger=await self._danger(id),
            phone=(await contact_of(self._world, id)).get("phone", "") if acknowledged else "",
            waiting_since=record.first_requested_at or record.at,
            language=record.language,
            stands=stands,
            acknowledged=acknowledged,
        )

    async def told(self, token: str, answered: Answered) -> Duty:
        """What a person on the page of the token says; returns the call as it is after it.

        Raises:
            Unknown: nobody was given this token, or it has expired.
        """
        id, number = read_token(self._world.keys, token, self._world.clock.now())
        await self._recorder.submit(id, c.PartnerTold(number, answered), HOUSE)
        return await self.duty(token)

    def check(self, token: str, signed_at: str, body: bytes, signature: str) -> None:
        """Refuses an answer that the partner's own system did not sign just now.

        Raises:
            Unknown: nobody was given this token, or it has expired.
            NotAllowed: the signature is not the partner's, or not of this moment.
        """
        now = self._world.clock.now()
        _, number = read_token(self._world.keys, token, now)
        night = self._policy().night
        known = number <= len(night) and night[number - 1].how == "webhook"
        fresh = signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= 12
        fresh = fresh and abs(now - int(signed_at) * SECOND) <= _SIGNED_WITHIN
        partner = self._world.outbound.partner
        if not (known and fresh and partner.signed(night[number - 1].id, signed_at, body, signature)):
            raise NotAllowed("The signature does not fit, or its time is more than five minutes from ours.")


def _is_asked(state: State, link: int) -> bool:
    control = state.control
    in_queue = control.phase in (Phase.WAITING, Phase.OFFERED)
    return in_queue and Timer.PARTNER in control.armed and control.link == link


def token_for(keys: Keys, conversation: ConversationId, link: int, until: Instant) -> str:
    """The secret of one call, good until the instant."""
    named = f"{conversation}.{link}.{until // SECOND}"
    return f"{named}.{_mac(keys, named)}"


def read_token(keys: Keys, token: str, now: Instant) -> tuple[ConversationId, int]:
    """The conversation and the link of a token.

    Raises:
        Unknown: it is not ours, or it has expired.
    """
    named, _, mac = token.rpartition(".")
    # The MAC first: whatever carries a right one has the form that we gave it.
    if not named.isascii() or not mac.isascii() or not hmac.compare_digest(mac, _mac(keys, named)):
        raise Unknown("This link is not known here.")
    conversation, link, until = named.split(".")
    if now > int(until) * SECOND:
        raise Unknown("This link has expired.")
    return ConversationId(conversation), int(link)


def _mac(keys: Keys, named: str) -> str:
    return keys.blind_index("partner-call", named).hex()[:40]
