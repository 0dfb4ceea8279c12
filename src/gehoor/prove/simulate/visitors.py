"""Customers: what they come for, how long they wait, when they close the tab or hang up, and whether they come back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel, Phase, Preference, Reached, Window
from gehoor.core.errors import GehoorError, Refused
from gehoor.core.ids import ClientId, ConversationId
from gehoor.core.time import Instant
from gehoor.flows import receive
from gehoor.flows.house import House
from gehoor.prove.simulate.days import Arrival
from gehoor.prove.simulate.surroundings import Customer, Ear, Surroundings

_AI: Final = (e.BotReplied, e.BotSuggested, e.BotAbstained, e.IdentityTold, e.HumanRequested)
_WAITING: Final = (e.HumanJoined, e.PromiseMade, e.CallNowShown, e.RequestWithdrawn, e.Resolved)
_TALKING: Final = (e.AgentWrote, e.HumanLeft, e.HandedBack, e.Resolved, e.CallRecorded)
_MINUTE: Final = 60.0


class Visitor(Customer):
    """One customer."""

    def __init__(self, around: Surroundings, arrival: Arrival, name: str) -> None:
        super().__init__(arrival.cause, arrival.channel)
        self.around, self.name, self.asks = around, name, arrival.asks
        self.chance: Random = around.chance
        self.id = ConversationId("")
        self._said = 0
        self._ear = Ear(around.stage.loop)

    # -- small steps -------------------------------------------------------------------------------------------------

    def _new(self) -> ClientId:
        self._said += 1
        return ClientId(f"{self.name}-{self._said}")

    async def _minutes(self, mean: float) -> None:
        await asyncio.sleep(self.chance.expovariate(1 / (mean * _MINUTE)))

    async def _begin(self) -> None:
        begun = await self.around.stage.tell(
            lambda house: receive.begin(house.world, house.recorder, house.policy, self.channel, "nl")
        )
        self.id = begun.id
        self.around.meet(self.id, self)
        self._arrive()

    async def _write(self, words: str) -> None:
        client = self._new()
        outcome = await self.around.stage.tell(
            lambda house: receive.message(house.world, house.recorder, house.policy, self.id, client, words, "nl")
        )
        self.around.asked(self.id, outcome)

    async def _ask(self, preference: Preference = Preference.LIVE, number: str = "", email: str = "") -> None:
        window = await self._window() if preference is Preference.CALLBACK else None
        wish = receive.Wish(self._new(), preference, phone=number, email=email, window=window)
        outcome = await self.around.stage.tell(
            lambda house: receive.ask_for_human(house.world, house.recorder, self.id, wish, house.windows)
        )
        self.number = number or self.number
        self.around.asked(self.id, outcome)

    async def _window(self) -> Instant | None:
        """One of the next windows that are shown, or none: as soon as it can be."""
        if self.chance.random() > self.around.manners.takes_a_window:
            return None

        async def shown(house: House) -> tuple[Window, ...]:
            return house.windows.open_windows(self.id)

        windows = await self.around.stage.tell(shown)
        await self._minutes(0.3)  # while the customer reads, somebody else may take the last place
        return self.chance.choice(windows[:6]).start if windows else None

    async def _moves_it(self) -> None:
        """Another window after all. What was promised stands when that one is full by now."""
        window = await self._window()
        if window is None:
            return
        wish = receive.Wish(self._new(), Preference.CALLBACK, window=window)
        with suppress(Refused):
            await self.around.stage.tell(
                lambda house: receive.choose_promise(house.world, house.recorder, house.windows, self.id, wish)
            )

    async def _hear(self, kinds: tuple[type, ...], minutes: float) -> e.Fact | None:
        """The next fact of these kinds; a person's words on the open screen are delivered at once."""
        until = self.around.stage.loop.time() + minutes * _MINUTE
        while (left := until - self.around.stage.loop.time()) >= 0:
            fact = await self._ear.next((*kinds, e.AgentWrote), left)
            if fact is None:
                return None
            if isinstance(fact.event, e.AgentWrote) and self.present and not fact.event.hold_line:
                await self._delivered(fact.seq)
            if isinstance(fact.event, kinds):
                return fact
        return None

    async def _delivered(self, upto: int) -> None:
        await self.around.stage.tell(lambda house: receive.delivered(house.recorder, self.id, upto))

    def _arrive(self) -> None:
        """At the screen, or on the line."""
        self.present = True
        self.around.stage.props.feed.open.add(self.id)
        self.around.listen(self.id, self._ear)

    def _leave(self) -> None:
        """Closes the tab, or hangs up."""
        self.present = False
        self.around.stage.props.feed.open.discard(self.id)
        self.around.turn_away(self.id, self._ear)

    # -- a whole visit -----------------------------------------------------------------------------------------------

    async def visit(self) -> None:
        """From the first to the last thing that this customer does."""
        try:
            await self._begin()
            await (self._call() if self.channel is Channel.PHONE else self._chat())
        except GehoorError as refused:
            self.around.refused(refused)
        finally:
            self._leave()
            self.around.part(self.id)

    async def _call(self) -> None:
        """On the telephone: the number is known, urgent is chosen by saying it, and waiting is on the line."""
        self.number = "0612345678"
        if self.urgent:
            await self._write(self.cause.words)
        await self._ask(number=self.number)
        patience = self.chance.expovariate(1 / self.around.manners.phone_patience)
        if self.urgent:
            patience *= 3
        joined = await self._hear((e.HumanJoined,), patience)
        if joined is not None:
            await self._hear((e.Resolved, e.HumanLeft, e.Parked), 90)
            return
        if self.chance.random() < self.around.manners.leaves_number:
            await self._ask(Preference.CALLBACK, self.number)
        elif self.chance.random() < self.around.manners.withdraws:
            await self._withdraw()

    async def _withdraw(self) -> None:
        if self.chance.random() < 0.5:
            await self._write("Ik hoef geen medewerker meer.")
            return
        client = self._new()
        await self.around.stage.tell(lambda house: receive.withdraw(house.recorder, self.id, client))

    async def _chat(self) -> None:
        await self._minutes(0.2)
        if self.asks or self.chance.random() < self.around.manners.person_at_once:
            await self._ask()
        elif not await self._with_the_ai():
            return
        await self._with_a_person()

    # -- the AI ------------------------------------------------------------------------------------------------------

    async def _with_the_ai(self) -> bool:
        """A few turns with the AI; whether a person is asked for now."""
        manners, words = self.around.manners, self.cause.words
        for _ in range(4):
            await self._write(words)
            said = await self._hear((*_AI, e.SupportOffered), 2)
            if said is not None and isinstance(said.event, e.SupportOffered):
                await self._takes_an_easier_way(said.event.offers)
                said = await self._hear(_AI, 2)
            if said is None or isinstance(said.event, e.HumanRequested):
                return True
            await self._minutes(0.3)
            answered = isinstance(said.event, e.BotReplied)
            helped = answered and self.chance.random() < self.cause.helped
            if answered and self.chance.random() < manners.feedback:
                await self._feedback(helped)
            if helped:
                return False
            if self.chance.random() > manners.rephrases:
                break
            words = "En hoe zit het bij mij?" if answered else self.cause.words
        await self._ask()
        return True

    async def _takes_an_easier_way(self, offers: Sequence[str]) -> None:
        """One of those that are offered, or none."""
        await self._minutes(0.2)
        if self.chance.random() > self.around.manners.takes_an_easier_way:
            return
        client, offer = self._new(), self.chance.choice(offers)
        await self.around.stage.tell(lambda house: receive.choose_support(house.recorder, self.id, client, offer))

    async def _feedback(self, helped: bool) -> None:
        given = c.GiveFeedback(self._new(), helped, 5 if helped else 2)
        await self.around.stage.tell(lambda house: receive.feedback(house.world, house.recorder, self.id, given))

    # -- a person ----------------------------------------------------------------------------------------------------

    async def _with_a_person(self) -> None:
        while await self._waits():
            last = await self._talks()
            if last is None or isinstance(last.event, e.Resolved):
                break
            if isinstance(last.event, e.HandedBack):
                return
        if self.present and self.chance.random() < self.around.manners.reopens:
            await self._minutes(1)
            await self._write("Toch nog een vraag. " + self.cause.words)
            await self._hear(_AI, 1)
        elif not self.present:
            await self._away()

    async def _waits(self) -> bool:
        """In the queue; whether a person came."""
        manners = self.around.manners
        patience = self.chance.expovariate(1 / manners.chat_patience)
        until = self.around.stage.loop.time() + patience * _MINUTE
        while True:
            fact = await self._hear(_WAITING, (until - self.around.stage.loop.time()) / _MINUTE)
            if fact is not None and isinstance(fact.event, e.HumanJoined):
                return True
            if fact is not None and isinstance(fact.event, e.PromiseMade):
                await self._leaves_something()
                if self.chance.random() < manners.stays_after_promise:
                    continue
            elif fact is None and self.chance.random() < manners.withdraws:
                await self._withdraw()
                return False
            elif fact is not None and isinstance(fact.event, e.CallNowShown):
                continue
            self._leave()
            return False

    async def _leaves_something(self) -> None:
        """A number to be called on, an address for an answer, or nothing."""
        chance, manners = self.chance.random(), self.around.manners
        if chance < manners.leaves_number and not self.number:
            await self._ask(Preference.CALLBACK, "0687654321")
            if self.chance.random() < manners.moves_it:
                await self._moves_it()
        elif chance > 1 - manners.leaves_address:
            await self._ask(Preference.EMAIL, email=f"{self.name}@klant.example")

    async def _talks(self) -> e.Fact | None:
        """With a person; the fact with which that ended."""
        wrote = 0
        while True:
            fact = await self._hear(_TALKING, 60)
            if fact is None:
                self._leave()
                return None
            if not isinstance(fact.event, e.AgentWrote | e.CallRecorded):
                return fact
            if (
                isinstance(fact.event, e.AgentWrote)
                and wrote < 2
                and self.chance.random() < self.around.manners.writes_on
            ):
                wrote += 1
                await self._minutes(0.4)
                await self._write("Dank u. En wanneer komt er iemand langs?")

    async def _away(self) -> None:
        """The tab is closed: perhaps the customer comes back with the code, and reads what stands there."""
        if self.chance.random() > self.around.manners.comes_back:
            return
        await self._minutes(self.around.manners.back_after)
        self._arrive()
        state = await self.around.stage.tell(lambda house: house.recorder.state(self.id))
        if state.control.reached is Reached.TRIED:
            await self._minutes(0.3)
            await self._delivered(state.record.last_human_seq)
        elif state.control.phase is Phase.PARKED:
            await self._write("Ik ben er weer.")
            await self._with_a_person()
        elif state.control.phase in (Phase.WAITING, Phase.OFFERED, Phase.HUMAN):
            await self._hear(_TALKING, 20)
