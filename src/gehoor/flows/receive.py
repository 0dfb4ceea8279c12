"""Something came in from a customer: heard once, masked once, and made a command."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Preference
from gehoor.core.errors import GehoorError, Invalid, NotNow
from gehoor.core.guarantee.heard import confirmed
from gehoor.core.ids import ClientId, ConversationId
from gehoor.core.policy import Policy
from gehoor.core.text import LONGEST_MESSAGE, clean, fault
from gehoor.core.time import Instant
from gehoor.flows.people import contact_of, hashed, is_address, leave_contact
from gehoor.flows.record import Outcome, Recorder
from gehoor.flows.telephone import Wrong, read_number
from gehoor.flows.windows import WindowBook
from gehoor.ports.hearing import Hearing
from gehoor.ports.people import Scope
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


async def begin(
    world: World, recorder: Recorder, policy: Policy, channel: Channel, language: str | None, first: bool = False
) -> Begun:
    """Opens a conversation: the disclosure is its second fact, before anything can be written.

    Args:
        first: it is opened to ask for a person, and has places of its own in a full queue.
    """
    id, token = ConversationId(world.ids.new()), world.ids.token()
    command = c.StartConversation(channel, policy.language(language))
    outcome = await recorder.submit(id, command, CUSTOMER, token_hash=hashed(token), first=first)
    return Begun(id, token, outcome)


def listen(world: World, policy: Policy, text: str, language: str) -> Hearing:
    """What the tables hear in a cleaned text; our own sentence that says yes to danger is just that."""
    hearing = world.hearing.hear(text, language)
    return replace(hearing, heard=confirmed(hearing.heard)) if policy.wording.is_said("danger_yes", text) else hearing


async def message(
    world: World, recorder: Recorder, policy: Policy, id: ConversationId, client_id: ClientId, text: str, language: str
) -> Outcome:
    """A customer's words."""
    kept = cleaned(text)
    hearing = listen(world, policy, kept, language)
    return await recorder.submit(id, c.WriteMessage(client_id, hearing.heard, kept, hearing.masked), CUSTOMER)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request for a person, with what the customer chose to leave. Nothing in it is required.

    ``window``: the start of the window in which the customer would like to be called. ``scope``: what whoever asks may
    see; who came back with a code alone has the place.
    """

    client_id: ClientId
    preference: Preference | None = None
    phone: str = ""
    email: str = ""
    window: Instant | None = None
    scope: Scope = Scope.WORDS


async def ask_for_human(
    world: World, recorder: Recorder, id: ConversationId, wish: Wish, book: WindowBook | None = None
) -> Outcome:
    """One action. What cannot be read of a telephone number or an address never stands in the way of the request, and
    neither does a window that is full or gone: then it is promised without one."""
    try:
        kinds = await leave_contact(world, id, {"phone": wish.phone, "email": wish.email}, wish.scope)
    except GehoorError as fault:
        _LOG.error("what a customer left could not be kept; the request goes on", code=fault.code)
        kinds = ()
    window = book.find(wish.window) if book is not None and wish.window is not None else None
    preference = wish.preference if wish.preference is not Preference.EMAIL or mail_leaves(world) else None
    if book is None or window is None:
        return await recorder.submit(id, c.AskForHuman(wish.client_id, preference, kinds), CUSTOMER)
    async with book.holding(id, window) as room:
        asked = c.AskForHuman(wish.client_id, preference, kinds, window, room)
        return await recorder.submit(id, asked, CUSTOMER)


def mail_leaves(world: World) -> bool:
    """Whether letters can leave this installation: without that nothing is promised by e-mail (NO-DEAD-END)."""
    return world.outbound.mail.registered


async def choose_promise(world: World, recorder: Recorder, book: WindowBook, id: ConversationId, wish: Wish) -> Outcome:
    """How and when, chosen or moved by who waits or has a promise. What cannot be done is said, and what was promised
    stands.

    Raises:
        Invalid: a number or an address that cannot be reached; names the field.
        NotNow: the window is full or gone, or there is nothing to move.
    """
    preference = wish.preference or Preference.LIVE
    number = read_number(wish.phone) if wish.phone else None
    if isinstance(number, Wrong):
        raise Invalid(number.value, field="phone")
    if wish.email and not is_address(clean(wish.email)):
        raise Invalid("email_not_an_address", field="email")
    window = None if wish.window is None else book.find(wish.window)
    if wish.window is not None and window is None:
        raise NotNow("window_gone", field="window")
    kinds = await leave_contact(world, id, {"phone": wish.phone, "email": wish.email}, wish.scope)
    able = await _able(world, id, preference)
    async with book.holding(id, window) as room:
        chosen = c.ChoosePromise(wish.client_id, preference, kinds, window, room, able)
        return await recorder.submit(id, chosen, CUSTOMER)


async def _able(world: World, id: ConversationId, preference: Preference) -> bool:
    """Whether there is a way to keep the promise: a number to call, or an address and mail that can leave."""
    if preference is Preference.LIVE:
        return True
    left = await contact_of(world, id)
    return "phone" in left if preference is Preference.CALLBACK else "email" in left and mail_leaves(world)


async def withdraw(recorder: Recorder, id: ConversationId, client_id: ClientId) -> Outcome:
    """The customer needs no person any more."""
    return await recorder.submit(id, c.WithdrawRequest(client_id), CUSTOMER)


async def choose_support(
    recorder: Recorder, id: ConversationId, client_id: ClientId, offer: str, language: str | None = None
) -> Outcome:
    """An easier way, chosen."""
    return await recorder.submit(id, c.ChooseSupport(client_id, offer, language), CUSTOMER)


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
