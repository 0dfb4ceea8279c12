"""Agents: shifts, breaks, how fast they answer an offer, and what they do for a customer."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass
from random import Random
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.flows import reply
from gehoor.flows.reply import Reply
from gehoor.ports.people import Staff
from gehoor.prove.simulate.surroundings import Customer, Ear, Surroundings

_MINUTE: Final = 60.0
ANSWER: Final = "Ik heb het voor u nagekeken. De monteur komt morgen tussen 8 en 12 uur."
URGENT_ANSWER: Final = "Ga naar buiten en bel 0800-9009. Onze monteur is onderweg."
TRIED: Final = "Wij hebben u geprobeerd te bellen. Het antwoord op uw vraag staat in uw dossier."


@dataclass(frozen=True, slots=True)
class Habits:
    """How agents work: times in seconds, and chances of what goes otherwise than it should."""

    reacts_s: float = 4.0
    wraps_up_s: float = 15.0
    declines: float = 0.01
    overlooks: float = 0.005
    walks_off: float = 0.001
    hold_line: float = 0.2
    note: float = 0.1
    transfers: float = 0.03
    hands_back: float = 0.12


class Agent:
    """One agent. ``here``: on shift with the desk open; ``away``: in a break."""

    def __init__(self, around: Surroundings, staff: Staff, habits: Habits) -> None:
        self.around, self.staff, self.habits = around, staff, habits
        self.chance: Random = around.chance
        self.here = False
        self.away = False
        self.gone = False
        self._hands = asyncio.Lock()
        self._serving: dict[ConversationId, asyncio.Task[None]] = {}
        self._wrote = 0

    # -- at the desk -------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Opens the desk."""
        self.here, self.away, self.gone = True, False, False
        await self._appear()

    async def _appear(self) -> None:
        await self.around.stage.tell(lambda house: house.floor.came(self.staff))
        self._available()

    def _available(self) -> None:
        """Says to the house of this moment whether this agent is there for customers."""
        self.around.there[self.staff.id] = self.here and not (self.gone or self.away)
        if self.around.stage.up and self.here and not self.gone:
            self.around.stage.house.floor.set_available(self.staff, not self.away)

    async def pause(self, minutes: float) -> None:
        """A break; conversations that run go on."""
        self.away = True
        self._available()
        await asyncio.sleep(minutes * _MINUTE)
        self.away = False
        self._available()

    async def end(self, patience_minutes: float = 20) -> None:
        """Goes home: finishes what runs, for a while; what is left goes to the front of the queue."""
        self.away = True
        self._available()
        if self._serving:
            await asyncio.wait(tuple(self._serving.values()), timeout=patience_minutes * _MINUTE)
        self.here = False
        self._drop_everything()
        await self.around.stage.tell(lambda house: house.floor.sign_out(self.staff.id))
        self.around.stage.house.floor.left(self.staff.id)

    async def vanish(self, minutes: float) -> None:
        """The browser is gone without a word, and comes back."""
        self.gone = True
        self._drop_everything()
        self.around.stage.house.floor.left(self.staff.id)
        await asyncio.sleep(minutes * _MINUTE)
        if self.here:
            self.gone = False
            await self._appear()

    async def reconnect(self) -> None:
        """The house began anew: the desk's line is open again after a moment."""
        if self.here and not self.gone:
            await asyncio.sleep(self.chance.uniform(0.5, 3))
            await self._appear()

    def _drop_everything(self) -> None:
        for task in self._serving.values():
            task.cancel()
        self._serving.clear()

    # -- offers ------------------------------------------------------------------------------------------------------

    def offered(self, id: ConversationId) -> None:
        """An offer stands on the screen."""
        if self.here and not self.gone:
            self.around.stage.person(self._answers(id))

    async def _answers(self, id: ConversationId) -> None:
        habits, chance = self.habits, self.chance.random()
        await asyncio.sleep(self.chance.expovariate(1 / habits.reacts_s) if habits.reacts_s else 0)
        try:
            if chance < habits.declines:
                await self.around.stage.tell(lambda house: house.floor.decline(id, self.staff, "busy"))
                return
            if chance < habits.declines + habits.overlooks:
                await asyncio.sleep(90)  # the house takes the offer back, and thinks that the agent is away
                self._available()
                return
            await self.around.stage.tell(lambda house: house.floor.accept(id, self.staff))
        except GehoorError:
            return  # it went to somebody else
        task = self._serving[id] = self.around.stage.person(self._serves(id))
        task.add_done_callback(lambda done: self._served(id, done))

    def _served(self, id: ConversationId, done: asyncio.Task[None]) -> None:
        if self._serving.get(id) is done:
            del self._serving[id]

    # -- serving -----------------------------------------------------------------------------------------------------

    async def _serves(self, id: ConversationId) -> None:
        ear = Ear(self.around.stage.loop)
        self.around.listen(id, ear)
        customer = self.around.customers.get(id)
        try:
            if self.chance.random() < self.habits.walks_off:
                await asyncio.sleep(45 * _MINUTE)
            elif customer is not None and customer.present and customer.channel is Channel.PHONE:
                await self._talks(id, customer)
            elif customer is not None and customer.present:
                await self._chats(id, customer, ear)
            else:
                await self._seeks(id, customer, ear)
        except GehoorError as refused:
            self.around.refused(refused)
        finally:
            self.around.turn_away(id, ear)

    async def _talks(self, id: ConversationId, customer: Customer) -> None:
        """On the telephone. The house gives who telephones nobody else; chats that run wait for the hands."""
        async with self._hands if not customer.urgent else nullcontext():
            await self.around.stage.tell(lambda house: reply.record_call(house.recorder, id, self.staff, True))
            await asyncio.sleep(self._work(customer))
            if self.chance.random() < self.habits.note:
                await self._note(id)
            await self.around.stage.tell(lambda house: reply.resolve(house.recorder, id, self.staff))
            await asyncio.sleep(self.habits.wraps_up_s)

    def _work(self, customer: Customer) -> float:
        return self.chance.expovariate(1 / (customer.cause.minutes * _MINUTE))

    async def _chats(self, id: ConversationId, customer: Customer, ear: Ear) -> None:
        """In the chat: an answer takes the hands, the customer's reading does not."""
        if self.chance.random() < self.habits.hold_line and not customer.urgent:
            await self._writes(id, "Een ogenblik, ik kijk het voor u na.")
        if customer.urgent:  # what comes first is said at once, whatever else runs
            await asyncio.sleep(self.chance.expovariate(1 / self.habits.reacts_s))
            await self._writes(id, URGENT_ANSWER)
        while True:
            async with self._hands:
                await asyncio.sleep(self._work(customer) / 1.5)
                chance = self.chance.random()
                if chance < self.habits.transfers:
                    await self._passes_on(
                        id, self.around.colleague_of(self.staff.id) if chance < self.habits.transfers / 2 else None
                    )
                    return
                await self._writes(id, ANSWER)
            heard = await ear.next((e.MessageReceived, e.HumanLeft), 150)
            if heard is None:
                break
            if isinstance(heard.event, e.HumanLeft):
                return
        await self._ends(id)

    async def _passes_on(self, id: ConversationId, to: StaffId | None) -> None:
        await self.around.stage.tell(lambda house: reply.transfer(house.recorder, id, self.staff, to))

    async def _ends(self, id: ConversationId) -> None:
        state = await self.around.stage.tell(lambda house: house.recorder.state(id))
        if state.control.requested:
            await self.around.stage.tell(lambda house: reply.park(house.recorder, id, self.staff))
        elif self.chance.random() < self.habits.hands_back:
            await self.around.stage.tell(lambda house: reply.hand_back(house.recorder, id, self.staff))
        else:
            await self.around.stage.tell(lambda house: reply.resolve(house.recorder, id, self.staff))

    async def _seeks(self, id: ConversationId, customer: Customer | None, ear: Ear) -> None:
        """The customer is not there: by telephone where a number was left, else with an answer that stays."""
        if customer is not None and customer.number:
            async with self._hands:
                await asyncio.sleep(25)
            if self.chance.random() < self.around.manners.picks_up:
                await self._talks(id, customer)
                return
            # A call that nobody answered is a try, and the case goes to another part of the day.
            await self.around.stage.tell(lambda house: reply.record_call(house.recorder, id, self.staff, False))
            return
        async with self._hands:
            await asyncio.sleep(60)
            await self._writes(id, TRIED)
        heard = await ear.next((e.Delivered, e.MailAccepted, e.Resolved), 60)
        if heard is None or not isinstance(heard.event, e.Resolved):
            await self._ends(id)

    async def _writes(self, id: ConversationId, words: str) -> None:
        self._wrote += 1
        written = Reply(ClientId(f"{self.staff.id}-{self._wrote}"), words)
        await self.around.stage.tell(lambda house: reply.reply(house.world, house.recorder, id, self.staff, written))

    async def _note(self, id: ConversationId) -> None:
        self._wrote += 1
        written = Reply(ClientId(f"{self.staff.id}-{self._wrote}"), "Gebeld; afspraak gemaakt.")
        await self.around.stage.tell(lambda house: reply.note(house.world, house.recorder, id, self.staff, written))
