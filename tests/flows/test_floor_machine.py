"""Many customers and agents on one floor, in any order: nobody in two places, nobody lost, nobody passed over."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import model
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Danger, Heard, Signal
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import Refused
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.core.time import HOUR, MINUTE, SECOND
from gehoor.flows.house import House
from gehoor.flows.reply import by
from gehoor.prove.audit import audit
from tests.world import NOOR, ROBIN, SAM, account, parts, policy_with

CUSTOMER = Actor(ActorKind.CUSTOMER)
CAPACITY = 2
BOUND = 60 * MINUTE
"""Nobody is overtaken by somebody who asked this much later, but for the exceptions of core/routing/queue.py."""

DANGERS = {
    Danger.NONE: Heard(wants_human=Signal.YES),
    Danger.DISCOMFORT: Heard(urgent=Signal.YES, danger=Danger.DISCOMFORT),
    Danger.DAMAGE: Heard(urgent=Signal.YES, danger=Danger.DAMAGE),
    Danger.LIFE: Heard(urgent=Signal.YES, urgent_kind="gas", danger=Danger.LIFE),
}
people = st.sampled_from((NOOR, SAM, ROBIN))
places = st.integers(0, 7)
T = TypeVar("T")


class FloorMachine(RuleBasedStateMachine):
    """A house in memory, without needs and without a night chain: what is left is the order itself."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        world, self.clock, _ = parts()
        self.store = world.store
        self.broken: list[BaseException] = []
        policy = replace(policy_with(chats_per_agent=CAPACITY), skills={}, teams=(), night=())
        self.house = House(world, policy, self.broken.append)
        self.count = 0
        self.asked: list[ConversationId] = []
        self.ended: set[ConversationId] = set()
        self.waited: dict[ConversationId, ConversationView] = {}
        self.offered: set[ConversationId] = set()
        for id in (NOOR, SAM, ROBIN):
            self.do(world.people.put_staff(account(id)))
        self.do(self.house.start())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def settle(self) -> None:
        """Everything that follows has happened."""
        self.do(self._settle())

    async def _settle(self) -> None:
        for _ in range(2):
            await self.house.outbox.idle()
            await self.house.floor.assign()
            for _ in range(10):
                await asyncio.sleep(0)

    def give(self, id: ConversationId, command: c.Command, actor: Actor) -> bool:
        try:
            self.do(self.house.recorder.submit(id, command, actor))
        except Refused:
            return False
        self.settle()
        return True

    def fresh(self) -> ClientId:
        self.count += 1
        return ClientId(f"client-{self.count}")

    def views(self, *phases: model.Phase) -> list[ConversationView]:
        return [view for view in self.house.floor.views.values() if view.phase in phases]

    # -- customers ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.asked) < 12)
    @rule(danger=st.sampled_from((Danger.NONE, Danger.NONE, *Danger)))
    def asks(self, danger: Danger) -> None:
        self.remember()
        id = ConversationId(f"{len(self.asked):026d}")
        self.do(self.house.recorder.submit(id, c.StartConversation(Channel.WEB, "nl"), CUSTOMER, token_hash=b"hash"))
        assert self.give(id, c.WriteMessage(self.fresh(), DANGERS[danger], "tekst", "tekst"), CUSTOMER)
        self.asked.append(id)

    @precondition(lambda self: self.asked)
    @rule(place=places)
    def writes(self, place: int) -> None:
        self.remember()
        id = self.asked[place % len(self.asked)]
        self.give(id, c.WriteMessage(self.fresh(), DANGERS[Danger.NONE], "tekst", "tekst"), CUSTOMER)
        self.ended.discard(id)

    @precondition(lambda self: self.asked)
    @rule(place=places)
    def withdraws(self, place: int) -> None:
        self.remember()
        id = self.asked[place % len(self.asked)]
        if self.give(id, c.WithdrawRequest(self.fresh()), CUSTOMER):
            self.ended.add(id)

    # -- agents ------------------------------------------------------------------------------------------------------

    @rule(who=people)
    def comes(self, who: StaffId) -> None:
        self.remember()
        floor = self.house.floor
        if not floor.presence[who].streams:
            self.do(floor.came(account(who)))
        self.do(self._available(who, True))

    @rule(who=people)
    def goes_away(self, who: StaffId) -> None:
        self.remember()
        self.do(self._available(who, False))

    async def _available(self, who: StaffId, available: bool) -> None:
        self.house.floor.set_available(account(who), available)
        for _ in range(10):  # offers are taken back in the background
            await asyncio.sleep(0)
        await self._settle()

    @rule(who=people)
    def drops_out(self, who: StaffId) -> None:
        self.remember()
        self.do(self.house.floor.sign_out(who))
        self.settle()
        assert self.house.floor.load(who) == 0, "who is gone still has customers"

    @rule(place=places)
    def accepts(self, place: int) -> None:
        self.remember()
        offers = self.views(model.Phase.OFFERED)
        if offers:
            view = offers[place % len(offers)]
            assert view.offered_to is not None
            self.do(self.house.floor.accept(view.id, account(view.offered_to)))
            self.settle()

    @rule(who=people, place=places)
    def picks_up_whoever(self, who: StaffId, place: int) -> None:
        """Only who is first in line for this agent, and only who is offered to nobody else."""
        self.remember()
        open_now = self.views(model.Phase.WAITING, model.Phase.OFFERED)
        if not open_now or self.house.floor.load(who) >= CAPACITY:
            return
        view = open_now[place % len(open_now)]
        first = self.house.floor.first_in_line(view.id, account(who))
        try:
            self.do(self.house.floor.accept(view.id, account(who)))
        except Refused:
            assert not (first and view.phase is model.Phase.WAITING)
            return
        assert first or view.offered_to == who
        self.settle()

    @rule(place=places)
    def declines(self, place: int) -> None:
        self.remember()
        offers = self.views(model.Phase.OFFERED)
        if offers:
            view = offers[place % len(offers)]
            assert view.offered_to is not None
            self.do(self.house.floor.decline(view.id, account(view.offered_to), ""))
            self.settle()

    @rule(place=places, seen=st.booleans(), then=st.sampled_from([c.Resolve, c.Park, c.HandBack]))
    def answers(self, place: int, seen: bool, then: type[c.Resolve | c.Park | c.HandBack]) -> None:
        self.remember()
        talks = self.views(model.Phase.HUMAN)
        if not talks:
            return
        view = talks[place % len(talks)]
        agent = view.agent
        assert agent is not None
        actor = by(account(agent))
        assert self.give(view.id, c.SendReply(agent, self.fresh(), "antwoord", "antwoord"), actor)
        if seen:
            self.give(view.id, c.MarkDelivered(10**6), CUSTOMER)
        if self.give(view.id, then(agent), actor) and then is not c.Park:
            self.ended.add(view.id)

    @rule(place=places, to=people)
    def transfers(self, place: int, to: StaffId) -> None:
        self.remember()
        talks = self.views(model.Phase.HUMAN)
        if talks:
            view = talks[place % len(talks)]
            assert view.agent is not None
            self.give(view.id, c.TransferTo(view.agent, to), by(account(view.agent)))

    @rule(span=st.sampled_from((SECOND, 50 * SECOND, 11 * MINUTE, 70 * MINUTE, 20 * HOUR)))
    def time_passes(self, span: int) -> None:
        self.remember()
        self.clock.forward(span)
        for _ in range(3):
            self.do(self.house.ticker.once())
            self.settle()
        for id in self.asked:  # who wants nothing for a day is closed
            view = self.do(self.store.view(id))
            if view is not None and view.phase is model.Phase.RESOLVED:
                self.ended.add(id)

    # -- what must hold ----------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Who waits before this happens."""
        self.waited = {view.id: view for view in self.views(model.Phase.WAITING)}
        self.offered = {view.id for view in self.views(model.Phase.OFFERED)}

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        floor = self.house.floor
        for id, view in floor.views.items():
            assert self.do(self.store.view(id)) == view
        held = self.views(model.Phase.OFFERED, model.Phase.HUMAN)
        assert sum(floor.load(who) for who in floor.presence) == len(held)
        line = [one.id for one in floor.queue()]
        assert len(line) == len(set(line))
        assert set(line) == {view.id for view in self.views(model.Phase.WAITING, model.Phase.OFFERED)}

    @invariant()
    def capacity_is_kept(self) -> None:
        assert all(self.house.floor.load(who) <= CAPACITY for who in self.house.floor.presence)

    @invariant()
    def nobody_is_lost(self) -> None:
        floor = self.house.floor
        there = [one for one in floor.presence.values() if floor.is_there(one)]
        for id in self.asked:
            assert id in self.ended or id in floor.views
        for view in self.views(model.Phase.WAITING):
            if not there and not view.danger:
                assert view.due_at is not None, "nobody is there, and no date was promised"
            free = {one.staff.id for one in there if floor.load(one.staff.id) < CAPACITY}
            assert not free - set(view.declined), "somebody waits while an agent is free who did not decline"

    @invariant()
    def nobody_is_overtaken_beyond_the_bound(self) -> None:
        for taken in self.views(model.Phase.OFFERED):
            if taken.id in self.offered or taken.danger is Danger.LIFE or taken.returned:
                continue
            for id in self.waited.keys() - {taken.id}:
                now = self.house.floor.views.get(id)
                if now is None or now.phase is not model.Phase.WAITING or taken.offered_to in now.declined:
                    continue
                assert not now.returned, "who was sent back to the front was passed over"
                assert _since(taken) <= _since(now) + BOUND, "somebody was overtaken beyond the bound"
                assert now.danger != taken.danger or _since(taken) <= _since(now), (
                    "the longest waiting does not go first"
                )

    def teardown(self) -> None:
        found = self.do(audit(self.store)).findings
        self.do(self.house.stop())
        self.loop.close()
        assert found == []
        assert self.broken == []


def _since(view: ConversationView) -> int:
    assert view.first_requested_at is not None
    return view.first_requested_at


def test_that_many_customers_and_agents_in_any_order_lose_nobody_and_keep_the_order() -> None:
    chosen = settings(
        max_examples=30,
        stateful_step_count=40,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(FloorMachine, settings=chosen)
