"""Who waits, who is there, and who is offered whom: the one place that assigns.

The queue here is a copy in memory of what the facts say; it is filled from the stored views at the start and kept by
every commit. Assigning runs under one lock, so that two agents are never offered the same customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Final

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import GehoorError
from gehoor.core.ids import ConversationId, OfferId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.routing.assign import Hands, assign
from gehoor.core.routing.queue import Waiting, in_order
from gehoor.core.time import SECOND, Instant, later
from gehoor.flows.record import HOUSE, Outcome, Recorder
from gehoor.flows.reply import by
from gehoor.ports.feed import News
from gehoor.ports.people import Staff
from gehoor.ports.world import World

_LOG = structlog.get_logger()
_BUSY: Final = (Phase.OFFERED, Phase.HUMAN)
_IN_QUEUE: Final = (Phase.WAITING, Phase.OFFERED)
OPEN_PHASES: Final = (Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED)


@dataclass(slots=True)
class Presence:
    """One member of staff as the desk sees them.

    ``streams``: open desks; ``acted_at``: when they last did something themselves; ``gone``: rings when they count as
    lost.
    """

    staff: Staff
    available: bool = False
    streams: int = 0
    free_since: int = 0
    acted_at: int = 0
    gone: asyncio.TimerHandle | None = field(default=None, repr=False)


class Floor:
    """The queue, the staff who are present, and the assignment between them."""

    def __init__(self, world: World, recorder: Recorder, policy: Callable[[], Policy]) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        # Who waits in danger and was told to call now; the clock WAIT repeats it.
        self._told_to_call: set[ConversationId] = set()
        self._patient_until = Instant(0)
        self.views: dict[ConversationId, ConversationView] = {}
        self.presence: dict[StaffId, Presence] = {}
        self.changed: Callable[[], None] = lambda: None

    # -- what the facts say ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Fills the queue from the store. Agents who had conversations get a moment to come back."""
        for view in await self._world.store.open_views():
            self.views[view.id] = view
        lost_after = self._policy().clocks.agent_lost
        for staff in await self._world.people.staff():
            self.presence[staff.id] = Presence(staff)
            if self._conversations_of(staff.id):
                self._expect_back(staff.id, 3 * lost_after)
                # Agents were here when this process began anew: nobody is told that nobody is there before they can
                # have come back.
                self._patient_until = later(self._world.clock.now(), lost_after)
        if self._patient_until:
            self._later(lost_after, self._wake.set)
        self._wake.set()

    def on_news(self, news: News) -> None:
        """Keeps the copy, after a commit."""
        view = news.view
        old = self.views.get(view.id)
        if view.phase in OPEN_PHASES:
            self.views[view.id] = view
        elif self.views.pop(view.id, None) is None:
            return
        else:
            self._told_to_call.discard(view.id)
        for fact in news.facts:
            if isinstance(fact.event, e.OfferTimedOut):
                self._did_not_answer(fact.event.agent)
        if old is None or _place(old) != _place(view):
            self.changed()

    def wake(self) -> None:
        """Somebody waits, or hands came free."""
        self._wake.set()

    def queue(self) -> list[Waiting]:
        """Everybody who waits, first one first."""
        return in_order(as_waiting(view) for view in self.views.values() if view.phase in _IN_QUEUE)

    def position(self, id: ConversationId) -> int | None:
        """The place in the queue, from 1; None for who does not wait."""
        return next((place for place, one in enumerate(self.queue(), 1) if one.id == id), None)

    def load(self, staff: StaffId) -> int:
        """How many conversations and offers a member of staff has."""
        return len(self._conversations_of(staff))

    def _conversations_of(self, staff: StaffId) -> list[ConversationId]:
        return [view.id for view in self.views.values() if view.phase in _BUSY and _holder(view) == staff]

    # -- presence ----------------------------------------------------------------------------------------------------

    async def came(self, staff: Staff) -> None:
        """A desk was opened."""
        presence = self.presence.setdefault(staff.id, Presence(staff))
        presence.staff = staff
        presence.streams += 1
        if presence.gone is not None:
            presence.gone.cancel()
            presence.gone = None
        self.changed()
        self._wake.set()

    def left(self, staff: StaffId) -> None:
        """A desk was closed or its line broke. After a moment without any, the agent counts as lost."""
        presence = self.presence.get(staff)
        if presence is None:
            return
        presence.streams = max(presence.streams - 1, 0)
        if presence.streams == 0:
            # A page that is loaded again is away for a second; for that long the agent is still there.
            presence.acted_at = self._world.clock.now()
            self._expect_back(staff, self._policy().clocks.agent_lost)

    def acted(self, staff: Staff) -> None:
        """A member of staff did something: without an open desk, that is what says that they are there."""
        presence = self.presence.setdefault(staff.id, Presence(staff))
        presence.acted_at = self._world.clock.now()
        if presence.streams == 0:
            self._expect_back(staff.id, self._policy().clocks.agent_lost)

    def set_available(self, staff: Staff, available: bool) -> None:
        """An agent is there for customers, or not for a moment."""
        presence = self.presence.setdefault(staff.id, Presence(staff))
        presence.available = available
        presence.free_since = self._world.clock.now()
        self.acted(staff)
        if not available:
            self._in_background(self._take_back_offers(staff.id))
        self.changed()
        self._wake.set()

    async def sign_out(self, staff: StaffId) -> None:
        """An agent goes home: their customers go to the front at once."""
        presence = self.presence.get(staff)
        if presence is not None:
            presence.available = False
        await self._lose(staff)

    def _expect_back(self, staff: StaffId, span: int) -> None:
        presence = self.presence[staff]
        if presence.gone is not None:
            presence.gone.cancel()
        presence.gone = self._later(span, lambda: self._in_background(self._lose(staff)))

    def _later(self, span: int, what: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(span / SECOND, what)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lose(self, staff: StaffId) -> None:
        presence = self.presence.get(staff)
        if presence is not None:
            presence.available = presence.available and presence.streams > 0
            presence.gone = None
        for id in self._conversations_of(staff):
            await self._tell(id, c.LoseAgent(staff))
        self.changed()
        self._wake.set()

    async def _take_back_offers(self, staff: StaffId) -> None:
        """Who goes away does not keep a customer waiting for an answer to an offer."""
        for view in list(self.views.values()):
            if view.phase is Phase.OFFERED and view.offered_to == staff:
                await self._tell(view.id, c.LoseAgent(staff))

    async def _tell(self, id: ConversationId, command: c.HouseCommand) -> None:
        """One conversation that cannot be written stops no other."""
        try:
            await self._recorder.submit(id, command, HOUSE)
        except GehoorError as fault:
            _LOG.warning("one conversation was passed over", command=type(command).__name__, code=fault.code)

    def _did_not_answer(self, staff: StaffId) -> None:
        presence = self.presence.get(staff)
        if presence is not None:
            presence.available = False

    # -- assigning ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Assigns whenever something changed, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.assign()
            except GehoorError as fault:
                _LOG.warning("assigning failed and is tried again", code=fault.code)
                await asyncio.sleep(0.5)
                self._wake.set()

    async def assign(self) -> None:
        """One round: offers as far as hands reach; a promise for everybody who waits while nobody is there."""
        async with self._lock:
            hands = [self._hands(one) for one in self.presence.values() if self.is_there(one)]
            for match in assign(self.queue(), hands):
                offer = c.OfferToAgent(match.agent, OfferId(self._world.ids.new()), match.why)
                await self._tell(match.conversation, offer)
            if not hands and self._world.clock.now() >= self._patient_until:
                await self._nobody()

    async def _nobody(self) -> None:
        for waiting in self.queue():
            view = self.views.get(waiting.id)
            # In danger a promise that was made before it does not count: the number to call and the night chain do.
            promised = view is not None and view.due_at is not None and not waiting.danger
            told = promised or waiting.id in self._told_to_call
            if view is None or told or view.phase is not Phase.WAITING:
                continue
            if waiting.danger:
                self._told_to_call.add(waiting.id)
            await self._tell(waiting.id, c.NobodyFree())

    def is_there(self, presence: Presence) -> bool:
        """Whether somebody can be offered customers: available, with a desk open or opening one this moment."""
        fresh = self._world.clock.now() - presence.acted_at <= self._policy().clocks.agent_lost
        return presence.available and (presence.streams > 0 or fresh)

    def _hands(self, presence: Presence) -> Hands:
        capacity = self._policy().chats_per_agent
        return Hands(presence.staff.id, self.load(presence.staff.id), capacity, presence.free_since)

    def first_in_line(self, id: ConversationId) -> bool:
        """Whether nobody who waits for an offer goes before this conversation (TURN)."""
        return next((one.id for one in self.queue() if one.offered_to is None), None) == id

    async def accept(self, id: ConversationId, staff: Staff) -> Outcome:
        """An agent takes an offer, or picks up who is first in line."""
        async with self._lock:
            command = c.AcceptOffer(staff.id, staff.name, self.first_in_line(id))
            return await self._recorder.submit(id, command, by(staff))

    async def decline(self, id: ConversationId, staff: Staff, reason: str) -> Outcome:
        """An agent passes an offer on."""
        return await self._recorder.submit(id, c.DeclineOffer(staff.id, reason), by(staff))


def _place(view: ConversationView) -> tuple[object, ...]:
    """What the lists on a desk show of a conversation, beside its last words."""
    return (
        view.phase,
        view.agent,
        view.offered_to,
        view.danger,
        view.returned,
        view.reached,
        view.due_at,
        view.promise_kind,
    )


def _holder(view: ConversationView) -> StaffId | None:
    return view.agent if view.phase is Phase.HUMAN else view.offered_to


def as_waiting(view: ConversationView) -> Waiting:
    since = view.first_requested_at if view.first_requested_at is not None else view.at
    return Waiting(view.id, since, view.danger, view.returned, view.wanted, view.declined, view.offered_to)
