"""Something came in from a customer: heard once, masked once, and made a command."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Preference
from gehoor.core.errors import GehoorError, Invalid
from gehoor.core.ids import ClientId, ConversationId
from gehoor.core.policy import Policy
from gehoor.core.text import LONGEST_MESSAGE, clean, fault
from gehoor.flows.people import leave_contact
from gehoor.flows.record import Outcome, Recorder
from gehoor.ports.world import World

_LOG = structlog.get_logger()
CUSTOMER = Actor(ActorKind.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new conversation: its id, and the token that only its customer gets."""

    id: ConversationId
    token: str
    outcome: Outcome


def cleaned(text: str, field: str = "text", longest: int = LONGEST_MESSAGE) -> str:
    """A text as it may be stored.

    Raises:
        Invalid: it is empty, too long or not a text; names the field.
    """
    kept = clean(text)
    wrong = fault(kept, longest)
    if wrong:
        raise Invalid(wrong, field=field)
    return kept


async def begin(world: World, recorder: Recorder, policy: Policy, channel: Channel, language: str | None) -> Begun:
    """Opens a conversation: the disclosure is its second fact, before anything can be written."""
    id, token = ConversationId(world.ids.new()), world.ids.token()
    command = c.StartConversation(channel, policy.language(language))
    hashed = sha256(token.encode()).digest()
    return Begun(id, token, await recorder.submit(id, command, CUSTOMER, token_hash=hashed))


async def message(
    world: World, recorder: Recorder, id: ConversationId, client_id: ClientId, text: str, language: str
) -> Outcome:
    """A customer's words."""
    kept = cleaned(text)
    hearing = world.hearing.hear(kept, language)
    return await recorder.submit(id, c.WriteMessage(client_id, hearing.heard, kept, hearing.masked), CUSTOMER)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request for a person, with what the customer chose to leave. Nothing in it is required."""

    client_id: ClientId
    preference: Preference | None = None
    phone: str = ""
    email: str = ""


async def ask_for_human(world: World, recorder: Recorder, id: ConversationId, wish: Wish) -> Outcome:
    """One action. What cannot be read of a telephone number or an address never stands in the way of the request."""
    try:
        kinds = await leave_contact(world, id, {"phone": wish.phone, "email": wish.email})
    except GehoorError as fault:
        _LOG.error("what a customer left could not be kept; the request goes on", code=fault.code)
        kinds = ()
    return await recorder.submit(id, c.AskForHuman(wish.client_id, wish.preference, kinds), CUSTOMER)


async def withdraw(recorder: Recorder, id: ConversationId, client_id: ClientId) -> Outcome:
    """The customer needs no person any more."""
    return await recorder.submit(id, c.WithdrawRequest(client_id), CUSTOMER)


async def feedback(world: World, recorder: Recorder, id: ConversationId, given: c.GiveFeedback) -> Outcome:
    """Whether it helped."""
    kept = clean(given.text)
    wrong = fault(kept) if kept else None
    if wrong:
        raise Invalid(wrong, field="text")
    masked = world.hearing.mask(kept) if kept else ""
    command = c.GiveFeedback(given.client_id, given.helped, given.score, kept, masked)
    return await recorder.submit(id, command, CUSTOMER)


async def delivered(recorder: Recorder, id: ConversationId, upto: int) -> Outcome:
    """A stream that the customer has open carried everything up to ``upto``."""
    return await recorder.submit(id, c.MarkDelivered(upto), CUSTOMER)
