"""What agents do in a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Actor, ActorKind, PromiseKind, Source
from gehoor.core.guarantee.heard import is_hold_line
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.flows.people import contact_of
from gehoor.flows.receive import cleaned
from gehoor.flows.record import Outcome, Recorder
from gehoor.ports.people import Staff
from gehoor.ports.world import World


@dataclass(frozen=True, slots=True)
class Reply:
    """An agent's words. ``canned``: a ready-made line that only asks for patience. ``sources``: of which articles a
    proposal was used in them, which makes them a draft of the AI that a person sent."""

    client_id: ClientId
    text: str
    canned: bool = False
    sources: tuple[Source, ...] = ()


def by(staff: Staff) -> Actor:
    """The member of staff as an actor. Only an interactive session makes one (HONEST)."""
    return Actor(ActorKind.HUMAN, staff.id)


async def reply(world: World, recorder: Recorder, id: ConversationId, staff: Staff, written: Reply) -> Outcome:
    """Words to the customer. A greeting or hold line is stored as such, and stops no clock."""
    text = cleaned(written.text)
    hold_line = written.canned or is_hold_line(text)
    by_mail = not hold_line and await goes_by_mail(world, id)
    command = c.SendReply(
        staff.id,
        written.client_id,
        text,
        world.hearing.mask(text),
        hold_line,
        bool(written.sources),
        by_mail,
        written.sources,
    )
    return await recorder.submit(id, command, by(staff))


async def goes_by_mail(world: World, id: ConversationId) -> bool:
    """Whether an answer goes by e-mail as well: the customer left an address, and was promised an answer by e-mail or
    has no page open in which to see it."""
    view = await world.store.view(id)
    if not world.outbound.mail.registered or view is None:
        return False
    wanted = view.promise_kind is PromiseKind.EMAIL or world.feed.listeners(id) == 0
    return wanted and "email" in await contact_of(world, id)


async def note(world: World, recorder: Recorder, id: ConversationId, staff: Staff, written: Reply) -> Outcome:
    """Words for colleagues only."""
    text = cleaned(written.text)
    return await recorder.submit(
        id, c.WriteNote(staff.id, written.client_id, text, world.hearing.mask(text)), by(staff)
    )


async def transfer(recorder: Recorder, id: ConversationId, staff: Staff, to: StaffId | None) -> Outcome:
    """To a colleague, or back to the queue."""
    return await recorder.submit(id, c.TransferTo(staff.id, to), by(staff))


async def record_call(recorder: Recorder, id: ConversationId, staff: Staff, answered: bool) -> Outcome:
    """A call to the customer, and whether they were spoken to."""
    return await recorder.submit(id, c.RecordCall(staff.id, answered), by(staff))


async def hand_back(recorder: Recorder, id: ConversationId, staff: Staff) -> Outcome:
    """The floor back to the AI."""
    return await recorder.submit(id, c.HandBack(staff.id), by(staff))


async def park(recorder: Recorder, id: ConversationId, staff: Staff) -> Outcome:
    """The answer stands ready; the customer has not seen it."""
    return await recorder.submit(id, c.Park(staff.id), by(staff))


async def resolve(recorder: Recorder, id: ConversationId, staff: Staff, seen: int | None = None) -> Outcome:
    """The end. ``seen``: the last seq that the agent's desk shows."""
    return await recorder.submit(id, c.Resolve(staff.id, seen), by(staff))
