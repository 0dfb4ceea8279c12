"""Who waits, who is there, and who is offered whom: the one place that assigns.

The queue here is a copy in memory of what the facts say; it is filled from the stored views at the start and kept by
every commit. Assigning runs under one lock, so that two agents are never offered the same customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from itertools import islice
from typing import Final

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel, Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import GehoorError
from gehoor.core.ids import ConversationId, OfferId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.routing.assign import Hands, assign
from gehoor.core.routing.queue import Waiting
from gehoor.core.routing.wait import HourError, estimate, told
from gehoor.core.time import MINUTE, SECOND, Instant, later
from gehoor.flows.owed import Owed
from gehoor.flows.places import Places
from gehoor.flows.presence import Attendance, Presence
from gehoor.flows.record import HOUSE, Outcome, Recorder
from gehoor.flows.reply import by
from gehoor.flows.waiting_room import WaitingRoom, holder, on_lists
from gehoor.flows.waits import Waits
from gehoor.ports.feed import News
from gehoor.ports.peers import Attended
from gehoor.ports.people import Staff
from gehoor.ports.world import World

_LOG = structlog.get_logger()
OPEN_PHASES: Final = (Phase.WAITING, Phase.OFFERED, Phase.HUMAN, Phase.PARKED)


class Floor:
    """The queue, the staff who are present, and the assignment between them."""

    def __init__(self, world: World, recorder: Recorder, policy: Callable[[], Policy]) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._attendance = Attendance(
            world.clock, policy, lambda staff: self._in_background(self._lose(staff)), world.peers.leads, self._noted
        )
        self._room = WaitingRoom(world.clock, policy)
        self.places = Places(lambda: self._room.line, lambda id: id in world.feed.topics())
        self._waits = Waits(world.clock, policy)
        self._patient_until = Instant(0)
        self._alarm: asyncio.TimerHandle | None = None
        # Called with whose lists changed; what all have in common may have changed with every call.
        self.changed: Callable[[Iterable[StaffId]], None] = lambda _staff: None
        self.noted: Callable[[StaffId, bool], None] = lambda _staff, _soon: None

    @property
    def presence(self) -> dict[StaffId, Presence]:
        """Every member of staff, there or not."""
        return self._attendance.all

    @property
    def views(self) -> dict[ConversationId, ConversationView]:
        """Every conversation that is with people or waits for them."""
        return self._room.views

    @property
    def owed(self) -> Owed:
        """Every promise that runs."""
        return self._room.owed

    # -- what the facts say ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Fills the queue from the store. Agents who had conversations get a moment to come back."""
        self._room.fill(await self._world.store.open_views())
        self._waits.start(view.id for view in self.views.values() if view.phase is Phase.HUMAN)
        lost_after = self._policy().clocks.agent_lost
        for staff in await self._world.people.staff():
            self._attendance.of(staff)
            if self._room.load(staff.id):
                self._attendance.expect_back(staff.id, 3 * lost_after)
                # Agents were here when this process began anew: nobody is told that nobody is there before they can
                # have come back.
                self._patient_until = later(self._world.clock.now(), lost_after)
        if self._patient_until:
            asyncio.get_running_loop().call_later(lost_after / SECOND, self._wake.set)
        self._wake.set()

    def on_news(self, news: News) -> None:
        """Keeps the copy, after a commit."""
        view = news.view
        old = self.views.get(view.id)
        if view.phase in OPEN_PHASES:
            self._room.keep(view)
        elif old is None:
            return
        else:
            self._room.forget(view.id)
        for fact in news.facts:
            if isinstance(fact.event, e.OfferTimedOut):
                self._attendance.set_away(fact.event.agent, fact.at)
        if view.channel != Channel.PROBE:
            self._waits.on_news(news, lambda: self._wait_of(view.id))
        if old is None or on_lists(old) != on_lists(view):
            self.changed({one for one in (holder(old), holder(view)) if one is not None})

    def page_changed(self, id: ConversationId) -> None:
        """A customer's page was opened, or closed: whoever has the conversation sees that."""
        has = holder(self.views.get(id))
        if has is not None:
            self.changed({has})

    def wake(self) -> None:
        """Somebody waits, or hands came free."""
        self._wake.set()

    def queue(self) -> list[Waiting]:
        """Everybody who stands in the line, first one first; not whose window has not opened, and no probe."""
        return list(self._room.line)

    def front(self, most: int) -> list[ConversationView]:
        """The first of the line, first one first."""
        return [self.views[one.id] for one in islice(self._room.line, most)]

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        return len(self._room.line)

    def held_by(self, staff: StaffId) -> list[ConversationView]:
        """What a member of staff has, or is offered, the longest known first."""
        held = (self.views[id] for id in self._room.held_by(staff))
        return sorted(held, key=lambda view: (view.started_at, view.id))

    def later(self) -> list[Waiting]:
        """Who is called back in a window that has not opened, the first window first."""
        booked = [one for one in self._room.line.beside() if not one.probe]
        return sorted(booked, key=lambda one: (one.not_before or 0, one.since, one.id))

    def position(self, id: ConversationId) -> int | None:
        """The place in the queue, from 1; None for who does not stand in it."""
        return self._room.line.position(id)

    def load(self, staff: StaffId) -> int:
        """How many conversations and offers a member of staff has."""
        return self._room.load(staff)

    # -- how long it takes -------------------------------------------------------------------------------------------

    def estimated_wait(self, id: ConversationId) -> int | None:
        """How long somebody in the line will probably wait, in seconds and in coarse steps; None when it is not
        known: nobody is there, or too little was seen."""
        wait = self._wait_of(id)
        return None if wait is None else told(wait) // SECOND

    def estimates(self) -> tuple[HourError, ...]:
        """How good the estimates were, by hour of the day, since this process began."""
        return self._waits.errors()

    def _wait_of(self, id: ConversationId) -> int | None:
        line = self._room.line
        waiting, position = line.get(id), line.position(id)
        if waiting is None or position is None:
            return None
        now = self._world.clock.now()
        able = [hand for hand in self._attendance.hands(self._room.taken) if hand.may_ever(waiting)]
        ahead = position - 1 - line.offered_before(id)
        room = sum(max(hand.capacity - hand.busy, 0) for hand in able)
        wait = estimate(ahead, room, sum(hand.capacity for hand in able), self._waits.mean_span())
        if wait is None or any(hand.may(waiting, now) for hand in able):
            return wait
        return max(wait, *(need.until - now for need in waiting.needs))

    # -- presence ----------------------------------------------------------------------------------------------------

    async def came(self, staff: Staff) -> None:
        """A desk was opened."""
        self._attendance.came(staff)
        self._presence_changed()

    def left(self, staff: StaffId) -> None:
        """A desk was closed or its line broke. After a moment without any, the agent counts as lost."""
        self._attendance.left(staff)

    def acted(self, staff: Staff) -> None:
        """A member of staff did something: without an open desk, that is what says that they are there."""
        self._attendance.acted(staff)

    def lives(self, staff: StaffId) -> None:
        """A desk answered a beat of its stream, and is held to it from now on."""
        self._attendance.lives(staff)

    def is_there(self, presence: Presence) -> bool:
        """Whether somebody can be offered customers."""
        return self._attendance.is_there(presence)

    def set_available(self, staff: Staff, available: bool) -> None:
        """An agent is there for customers, or not for a moment."""
        self._attendance.says(staff, available)
        self.acted(staff)
        if not available:
            self._in_background(self._take_back_offers(staff.id))
        self._presence_changed()

    async def sign_out(self, staff: StaffId) -> None:
        """An agent goes home: their customers go to the front at once."""
        self._attendance.set_away(staff, self._world.clock.now())
        await self._lose(staff)

    def _noted(self, staff: StaffId, soon: bool) -> None:
        self.noted(staff, soon)

    def here(self) -> list[StaffId]:
        """Who was seen in this process since it began: a desk is open, or they said whether they are available."""
        return [id for id, one in self.presence.items() if one.streams or one.said_at]

    def attended(self, staff: Iterable[StaffId]) -> list[Attended]:
        """What this process knows of members of staff."""
        return [self._attendance.known_here(one, self._world.peers.process) for one in staff if one in self.presence]

    async def hear(self, rows: Sequence[Attended]) -> None:
        """What the other processes know of staff."""
        if any(row.staff not in self.presence for row in rows):
            for one in await self._world.people.staff():
                self._attendance.of(one)
        if self._attendance.hear(rows):
            self._presence_changed()

    def take_over(self) -> None:
        """This process leads from now on."""
        self._attendance.take_over(self._room.load)
        self._wake.set()

    def _presence_changed(self) -> None:
        self.changed(())
        self._wake.set()

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lose(self, staff: StaffId) -> None:
        self._attendance.was_lost(staff)
        async with self._lock:  # nobody who asked later is assigned before these are back
            for id in self._room.held_by(staff):
                await self._tell(id, c.LoseAgent(staff))
        self._presence_changed()

    async def _take_back_offers(self, staff: StaffId) -> None:
        """Who goes away does not keep a customer waiting for an answer to an offer."""
        async with self._lock:
            for id in self._room.held_by(staff):
                view = self.views.get(id)
                if view is not None and view.phase is Phase.OFFERED:
                    await self._tell(id, c.LoseAgent(staff))

    async def _tell(self, id: ConversationId, command: c.HouseCommand) -> None:
        # One conversation that cannot be written stops no other.
        try:
            await self._recorder.submit(id, command, HOUSE)
        except GehoorError as fault:
            _LOG.warning("one conversation was passed over", command=type(command).__name__, code=fault.code)

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
            self._look_at_the_clock()
            if not self._world.peers.leads():
                return
            if not (len(self._room.line) or self._room.untold):
                return  # nobody waits: no need to count who is there
            now = self._world.clock.now()
            hands = self._attendance.hands(self._room.taken)
            for match in assign(self._room.line, hands, now):
                offer = c.OfferToAgent(match.agent, OfferId(self._world.ids.new()), match.why)
                await self._tell(match.conversation, offer)
            if now >= self._patient_until:
                await self._nobody(hands)

    def _look_at_the_clock(self) -> None:
        """Lets in whose window opened, and sees to it that the next such moment is not missed."""
        if self._room.look_at_the_clock():
            self.changed(())
        if self._alarm is not None:
            self._alarm.cancel()
        moment = self._room.line.next_moment()
        if moment is not None:
            # Not longer than a minute: a clock that is set forward must not keep a window shut.
            span = min(max(moment - self._world.clock.now(), 0), MINUTE)
            self._alarm = asyncio.get_running_loop().call_later(span / SECOND, self._wake.set)

    async def _nobody(self, hands: Sequence[Hands]) -> None:
        """A date, or the number to call now, for everybody whom nobody who is there can ever take."""
        if not all(hand.restricted for hand in hands):
            return
        for id in list(self._room.untold):
            waiting = self._room.line.get(id)
            if waiting is None or any(hand.may_ever(waiting) for hand in hands):
                continue
            if waiting.danger:
                self._room.untold.pop(id, None)
            await self._tell(id, c.NobodyFree())

    def first_in_line(self, id: ConversationId, staff: Staff) -> bool:
        """Whether nobody who waits for an offer, and whom this agent may take, goes before this conversation (TURN)."""
        now = self._world.clock.now()
        mine = self._attendance.hands_of(staff, self._room.taken(staff.id))
        first = next((one.id for one in self._room.line if one.offered_to is None and mine.may(one, now)), None)
        return first == id

    async def accept(self, id: ConversationId, staff: Staff) -> Outcome:
        """An agent takes an offer, or picks up who is first in line."""
        async with self._lock:
            command = c.AcceptOffer(staff.id, staff.name, self.first_in_line(id, staff))
            return await self._recorder.submit(id, command, by(staff))

    async def decline(self, id: ConversationId, staff: Staff, reason: str) -> Outcome:
        """An agent passes an offer on."""
        return await self._recorder.submit(id, c.DeclineOffer(staff.id, reason), by(staff))
