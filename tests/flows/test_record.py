"""The writer: one commit for what waits, nothing before it, and one bad command never fails another."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from gehoor.core.consequences import Effect
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import NOTHING_HEARD, Actor, ActorKind, Channel, Heard, Phase, Preference, Signal
from gehoor.core.errors import Busy, Conflict, GehoorError, NotNow, StoreFault, Unknown
from gehoor.core.ids import ClientId, ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import MINUTE
from gehoor.flows import record
from gehoor.flows.record import HOUSE, Outcome, Recorder
from gehoor.flows.remembered import stored_view
from gehoor.ports.feed import News
from gehoor.ports.store import Append
from gehoor.ports.world import World
from tests.flows.conftest import WatchedStore
from tests.world import organisation, parts

pytestmark = pytest.mark.anyio

CUSTOMER = Actor(ActorKind.CUSTOMER)
ONE, TWO, THREE = (ConversationId(f"{n:026d}") for n in (901, 902, 903))


@dataclass(slots=True)
class Desk:
    """A recorder with everything that it told."""

    world: World
    store: WatchedStore
    recorder: Recorder
    told: list[News] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    policy: Policy = field(default_factory=lambda: organisation().policy)

    async def do(self, id: ConversationId, command: c.Command, actor: Actor = CUSTOMER) -> Outcome:
        return await self.recorder.submit(id, command, actor)

    async def begin(self, *ids: ConversationId) -> None:
        for id in ids:
            start = c.StartConversation(Channel.WEB, "nl")
            await self.recorder.submit(id, start, CUSTOMER, token_hash=b"t" * 32)

    async def all_at_once(self, *orders: tuple[ConversationId, c.Command]) -> list[Outcome | BaseException]:
        """Commands that wait together."""
        return await asyncio.gather(*(self.do(id, command) for id, command in orders), return_exceptions=True)

    async def kinds(self, id: ConversationId) -> list[str]:
        loaded = await self.store.load(id)
        return [type(fact.event).__name__ for fact in loaded.facts] if loaded else []


def words(text: str, client_id: str = "") -> c.WriteMessage:
    return c.WriteMessage(ClientId(client_id or f"id-{text}"), NOTHING_HEARD, text, text)


def person(client_id: str = "person") -> c.AskForHuman:
    return c.AskForHuman(ClientId(client_id))


def over(store: WatchedStore) -> Desk:
    world, _, _ = parts(store=store)
    return for_world(world, store)


def for_world(world: World, store: WatchedStore) -> Desk:
    found: list[Desk] = []

    def committed(news: News, _effects: tuple[Effect, ...]) -> None:
        found[0].told.append(news)

    recorder = Recorder(world, lambda: found[0].policy, committed, lambda fault: found[0].broken.append(fault))
    found.append(Desk(world, store, recorder))
    return found[0]


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Desk]:
    task = asyncio.create_task(desk.recorder.run())
    try:
        yield desk
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with running(over(WatchedStore())) as one:
        yield one


# -- one commit for many ---------------------------------------------------------------------------------------------


async def test_that_what_waits_together_is_one_commit(desk: Desk) -> None:
    await desk.begin(ONE, TWO, THREE)
    before = len(desk.store.batches)
    orders = [(id, words(f"{id}-{n}")) for n in range(10) for id in (ONE, TWO, THREE)]
    outcomes = await desk.all_at_once(*orders)
    assert all(isinstance(one, Outcome) for one in outcomes)
    assert len(desk.store.batches) == before + 1
    assert [append.id for append in desk.store.batches[-1]] == [ONE, TWO, THREE]


async def test_that_no_commit_is_larger_than_its_bound(desk: Desk) -> None:
    await desk.begin(ONE)
    before = len(desk.store.batches)
    await desk.all_at_once(*((ONE, words(str(n))) for n in range(record.MOST_IN_A_BATCH + 10)))
    assert len(desk.store.batches) == before + 2


async def test_that_facts_stand_in_the_order_of_the_commands(desk: Desk) -> None:
    await desk.begin(ONE)
    outcomes = await desk.all_at_once(*((ONE, words(str(n))) for n in range(20)))
    seqs = [one.seq for one in outcomes if isinstance(one, Outcome)]
    assert seqs == sorted(seqs)
    loaded = await desk.store.load(ONE)
    assert loaded is not None
    assert [fact.seq for fact in loaded.facts] == list(range(1, len(loaded.facts) + 1))
    wrote = [fact.event.client_id for fact in loaded.facts if isinstance(fact.event, e.MessageReceived)]
    assert wrote == [f"id-{n}" for n in range(20)]


async def test_that_news_of_one_conversation_comes_in_the_order_of_its_facts(desk: Desk) -> None:
    await desk.begin(ONE)
    for n in range(5):
        await desk.do(ONE, words(str(n)))
    seqs = [fact.seq for news in desk.told for fact in news.facts]
    assert seqs == list(range(1, len(seqs) + 1))
    assert desk.told[-1].words


async def test_that_the_stored_view_is_what_the_facts_give(desk: Desk) -> None:
    await desk.begin(ONE)
    await desk.all_at_once((ONE, words("a")), (ONE, person()), (ONE, words("b")))
    loaded = await desk.store.load(ONE)
    assert loaded is not None
    assert await desk.store.view(ONE) == stored_view(loaded.facts, ONE)


async def test_that_a_refusal_writes_nothing_and_stops_nobody(desk: Desk) -> None:
    await desk.begin(ONE)
    outcomes = await desk.all_at_once(
        (ONE, words("a")), (ONE, c.StartConversation(Channel.WEB, "nl")), (TWO, words("b")), (ONE, words("c"))
    )
    assert [type(one) for one in outcomes] == [Outcome, NotNow, Unknown, Outcome]
    assert (await desk.kinds(ONE)).count("MessageReceived") == 2
    assert await desk.kinds(TWO) == []


# -- the same id again -----------------------------------------------------------------------------------------------


async def test_that_the_same_id_in_one_batch_is_written_once(desk: Desk) -> None:
    await desk.begin(ONE)
    same = words("a", "id")
    first, again, other = await desk.all_at_once((ONE, same), (ONE, same), (ONE, words("b", "id")))
    assert isinstance(first, Outcome)
    assert isinstance(again, Outcome)
    assert (first.seq, first.repeated, again.seq, again.repeated) == (first.seq, False, first.seq, True)
    assert isinstance(other, Conflict)
    assert other.data["field"] == "client_id"
    assert (await desk.kinds(ONE)).count("MessageReceived") == 1


@pytest.mark.parametrize(
    "command",
    [
        words("a", "id"),
        person("id"),
        c.AskForHuman(ClientId("id"), None, ("phone",)),
        c.GiveFeedback(ClientId("id"), True, 5),
        c.GiveFeedback(ClientId("id"), False, None, "Nee", "Nee"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_that_the_same_id_after_a_reload_has_the_same_seq(desk: Desk, command: c.Command) -> None:
    await desk.begin(ONE)
    first = await desk.do(ONE, command)
    fresh = for_world(desk.world, desk.store)
    async with running(fresh):
        again = await fresh.do(ONE, command)
        assert (again.seq, again.repeated, again.facts) == (first.seq, True, ())
        with pytest.raises(Conflict):
            await fresh.do(ONE, words("iets anders", "id"))


@pytest.mark.parametrize("leaves", [(), ("phone",)])
async def test_that_a_choice_that_is_told_again_after_a_reload_is_the_same_choice(
    desk: Desk, leaves: tuple[str, ...]
) -> None:
    await desk.begin(ONE)
    await desk.do(ONE, person())
    await desk.do(ONE, c.ChoosePromise(ClientId("before"), Preference.CALLBACK, ("phone",)))
    choice = c.ChoosePromise(ClientId("id"), Preference.LIVE, leaves)
    first = await desk.do(ONE, choice)
    fresh = for_world(desk.world, desk.store)
    async with running(fresh):
        again = await fresh.do(ONE, choice)
        assert (again.seq, again.repeated, again.facts) == (first.seq, True, ())


async def test_that_an_id_of_a_command_that_was_refused_can_be_used_again(desk: Desk) -> None:
    with pytest.raises(Unknown):
        await desk.do(ONE, words("a", "id"))
    await desk.begin(ONE)
    assert not (await desk.do(ONE, words("b", "id"))).repeated


async def test_that_an_id_of_a_commit_that_failed_can_be_used_again(desk: Desk) -> None:
    await desk.begin(ONE)
    desk.store.fault = lambda _: ValueError("no")
    with pytest.raises(StoreFault):
        await desk.do(ONE, words("a", "id"))
    desk.store.fault = lambda _: None
    outcome = await desk.do(ONE, words("b", "id"))
    assert not outcome.repeated
    assert (await desk.kinds(ONE)).count("MessageReceived") == 1


# -- what fails ------------------------------------------------------------------------------------------------------


async def test_that_a_poison_command_fails_alone(desk: Desk) -> None:
    await desk.begin(ONE, TWO, THREE)

    def poison(batch: Sequence[Append]) -> Exception | None:
        return ValueError("cannot be written") if any(one.id == TWO for one in batch) else None

    desk.store.fault = poison
    outcomes = await desk.all_at_once((ONE, words("a")), (TWO, words("b")), (THREE, words("c")), (ONE, words("d")))
    assert [type(one) for one in outcomes] == [Outcome, StoreFault, Outcome, Outcome]
    assert (await desk.kinds(ONE)).count("MessageReceived") == 2
    assert (await desk.kinds(TWO)).count("MessageReceived") == 0
    assert desk.broken == [], "a command that cannot be written is no broken store"
    desk.store.fault = lambda _: None
    await desk.do(TWO, words("e"))


async def test_that_a_mistake_in_a_rule_fails_its_own_command_only(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.begin(ONE, TWO)
    unheard = c.WriteMessage(ClientId("x"), None, "geheim woord", "geheim woord")  # type: ignore[arg-type]
    outcomes = await desk.all_at_once((ONE, words("a")), (TWO, unheard), (TWO, person()))
    assert [type(one) for one in outcomes] == [Outcome, StoreFault, Outcome]
    log = capsys.readouterr().out
    assert "could not be decided" in log
    assert "geheim" not in log, "a log holds nothing of what customers write"


async def test_that_a_store_that_cannot_be_trusted_ends_the_process(desk: Desk) -> None:
    await desk.begin(ONE)
    desk.store.fault = lambda _: StoreFault("fsync failed")
    with pytest.raises(StoreFault):
        await desk.do(ONE, words("a"))
    assert [type(one) for one in desk.broken] == [StoreFault]


async def test_that_nothing_is_told_before_the_commit_or_without_it(desk: Desk) -> None:
    await desk.begin(ONE)
    told = len(desk.told)
    seen: list[int] = []

    def look(_batch: Sequence[Append]) -> Exception | None:
        seen.append(len(desk.told))
        return ValueError("no") if len(seen) == 1 else None

    desk.store.fault = look
    with pytest.raises(StoreFault):
        await desk.do(ONE, words("a"))
    assert len(desk.told) == told, "a commit that failed is no news"
    await desk.do(ONE, words("b"))
    assert seen == [told, told], "while the store writes nobody knows"
    assert len(desk.told) == told + 1
    assert (await desk.recorder.state(ONE)).record.seq == desk.told[-1].facts[-1].seq


async def test_that_another_writer_makes_it_read_again(desk: Desk) -> None:
    """Two processes on one store: the second one's memory is behind, and the command is decided over what stands."""
    await desk.begin(ONE)
    other = for_world(desk.world, desk.store)
    async with running(other):
        await other.do(ONE, words("van de ander"))
        await desk.do(ONE, words("van mij"))
        await other.do(ONE, person())
        outcome = await desk.do(ONE, words("nog een"))
        assert outcome.state.control.phase is Phase.WAITING, "decided over the state of the other"
    assert (await desk.kinds(ONE)).count("MessageReceived") == 3


async def test_that_a_writer_that_keeps_losing_says_to_come_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.world.peers), "alone", False)
    await desk.begin(ONE)
    desk.store.fault = lambda _: Conflict("somebody else")
    with pytest.raises(Busy) as refused:
        await desk.do(ONE, words("a"))
    assert refused.value.data["retry_after_s"] == 1
    assert desk.broken == []


async def test_that_who_loses_where_nobody_else_writes_hears_that_the_store_is_wrong(desk: Desk) -> None:
    await desk.begin(ONE)
    desk.store.fault = lambda _: Conflict("somebody else")
    with pytest.raises(StoreFault):
        await desk.do(ONE, words("a"))
    assert desk.broken == [], "of one conversation, and no reason to end"


async def test_that_a_slow_reading_does_not_put_the_past_back(desk: Desk) -> None:
    """Somebody reads the state from the store while the writer goes on: the writer's memory wins."""
    await desk.begin(ONE)
    fresh = for_world(desk.world, desk.store)
    load, gate = desk.store.load, asyncio.Event()
    held = await load(ONE)

    async def slowly(_id: ConversationId) -> object:
        await gate.wait()
        return held

    async with running(fresh):
        desk.store.load = slowly  # type: ignore[assignment]
        reading = asyncio.create_task(fresh.recorder.state(ONE))
        await asyncio.sleep(0)
        desk.store.load = load  # type: ignore[method-assign]
        await fresh.do(ONE, words("a"))
        gate.set()
        assert (await reading).record.seq > 2
        tried = len(desk.store.tried)
        await fresh.do(ONE, words("b"))
        assert len(desk.store.tried) == tried + 1, "no conflict with itself"


# -- full ------------------------------------------------------------------------------------------------------------


async def test_that_a_full_house_refuses_messages_but_takes_who_asks_for_a_person() -> None:
    desk = over(WatchedStore())
    async with running(desk):
        await desk.begin(ONE)
    # Nobody writes now: everything waits.
    waiting: list[asyncio.Task[Outcome]] = []

    async def add(command: c.Command, actor: Actor = CUSTOMER) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(desk.do(ONE, command, actor))
        waiting.append(task)
        await asyncio.sleep(0)
        return task

    for n in range(record.MOST_WAITING - record.RESERVED):
        assert not (await add(words(str(n)))).done()
    for refused in (words("te veel"), c.StartConversation(Channel.WEB, "nl"), c.GiveFeedback(ClientId("f"), True)):
        task = await add(refused)
        assert isinstance(task.exception(), Busy)
    asked = await add(person())
    said = await add(c.WriteMessage(ClientId("said"), Heard(wants_human=Signal.YES), "een mens graag", ""))
    opened = asyncio.create_task(
        desk.recorder.submit(TWO, c.StartConversation(Channel.WEB, "nl"), CUSTOMER, token_hash=b"t", first=True)
    )
    await asyncio.sleep(0)
    lost = await add(c.LoseAgent(StaffId("demo-agent1")), HOUSE)
    assert not any(one.done() for one in (asked, said, opened)), "to ask for a person there is room"
    assert not lost.done()
    async with running(desk):
        assert (await asked).state.control.requested
        assert (await said).seq > (await asked).seq
        assert (await opened).seq == 2
        await asyncio.gather(*waiting, return_exceptions=True)
        assert not (await desk.do(ONE, words("weer plaats"))).repeated


# -- the clock -------------------------------------------------------------------------------------------------------


async def test_that_a_clock_that_steps_back_is_held_and_the_step_is_marked(desk: Desk) -> None:
    clock = desk.world.clock
    await desk.begin(ONE)
    await desk.do(ONE, words("a"))
    high = clock.now()
    clock.forward(-10 * MINUTE)  # type: ignore[attr-defined]
    await desk.do(ONE, words("b"))
    clock.forward(11 * MINUTE)  # type: ignore[attr-defined]
    await desk.do(ONE, words("c"))
    loaded = await desk.store.load(ONE)
    assert loaded is not None
    wrote = [fact for fact in loaded.facts if isinstance(fact.event, e.MessageReceived)]
    assert [(fact.at, fact.stepped) for fact in wrote] == [
        (high, False),
        (high, True),
        (high + MINUTE, False),
    ]


async def test_that_who_went_away_before_the_writer_came_is_left_out(desk: Desk) -> None:
    await desk.begin(ONE)
    gone = asyncio.create_task(desk.do(ONE, words("a")))
    await asyncio.sleep(0)
    gone.cancel()
    assert not (await desk.do(ONE, words("b"))).repeated
    assert (await desk.kinds(ONE)).count("MessageReceived") == 1


async def test_that_a_conversation_that_left_memory_is_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_CACHED", 1)
    await desk.begin(ONE, TWO)
    for n in range(3):
        for id in (ONE, TWO):
            await desk.do(id, words(str(n)))
    assert (await desk.kinds(ONE)).count("MessageReceived") == 3
    with pytest.raises(GehoorError):
        await desk.recorder.state(THREE)
