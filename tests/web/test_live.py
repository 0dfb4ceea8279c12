"""Event streams: what was missed first, then what happens, without gap or double, whatever the reader does."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.conversation.commands import MarkDelivered
from gehoor.core.errors import Busy
from gehoor.core.ids import ConversationId
from gehoor.ports.feed import News, Passing
from gehoor.ports.store import Append
from gehoor.web import live
from tests.world import NOOR, Agent, Built, Customer, Sent, Stream, new_id, open_house, parts, until

pytestmark = pytest.mark.anyio


class Reader:
    """A customer's page as the wire describes it: it drops what it has, and notices a gap."""

    def __init__(self) -> None:
        self.last = 0
        self.facts: list[dict[str, Any]] = []

    def takes(self, fact: dict[str, Any]) -> None:
        """One fact of the stream."""
        assert fact["prev"] <= self.last, f"a gap before {fact['seq']}"
        assert fact["seq"] > self.last, f"{fact['seq']} came twice"
        self.last = fact["seq"]
        self.facts.append(fact)

    async def reads(self, stream: Stream, upto: int) -> None:
        """The stream, until this seq."""
        while self.last < upto:
            self.takes((await stream.next("fact")).data)


def texts(facts: Sequence[dict[str, Any]]) -> list[str]:
    return [fact["text"] for fact in facts if fact["type"] == "message" and fact["author"]["kind"] == "customer"]


# -- the customer ----------------------------------------------------------------------------------------------------


async def test_that_a_stream_begins_with_what_was_missed_and_the_state(customer: Customer) -> None:
    await customer.writes("Hoe zeg ik mijn huur op?")
    events = await customer.looks()
    async with customer.listens() as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        first = await stream.block()
        assert first is not None
        assert first.raw == "retry: 1000"
        told = [await stream.next() for _ in range(len(events) + 1)]
    assert [one.kind for one in told] == ["fact"] * len(events) + ["state"]
    assert [one.data for one in told[:-1]] == events
    assert [one.id for one in told[:-1]] == [str(event["seq"]) for event in events]
    assert told[-1].data["phase"] == "ai"


async def test_that_what_happens_comes_at_once(agent: Agent, helped: Customer) -> None:
    async with helped.listens() as stream:
        await stream.next("state")
        seq = await agent.writes(helped.id, "Ik zoek het uit.")
        fact = (await stream.next("fact")).data
        assert (fact["seq"], fact["text"]) == (seq, "Ik zoek het uit.")
        assert fact["author"] == {"kind": "human", "name": "Noor"}


async def test_that_an_answer_on_an_open_stream_has_reached_the_customer(agent: Agent, helped: Customer) -> None:
    async with helped.listens() as stream:
        await stream.next("state")
        await agent.writes(helped.id, "U kunt morgen terecht.")

        async def reached() -> bool:
            return (await agent.built.view(helped.id)).reached == "reached"

        await until(reached)
    assert (await agent.does("resolve", helped.id)).status_code == 200


async def test_that_an_answer_that_nobody_reads_has_not_reached_the_customer(agent: Agent, helped: Customer) -> None:
    async with helped.listens() as stream:
        await stream.next("state")
    await agent.built.settle()
    await agent.writes(helped.id, "U kunt morgen terecht.")
    assert (await agent.built.view(helped.id)).reached == "tried"


async def test_that_the_desk_sees_at_once_whether_the_customers_page_is_open(agent: Agent, helped: Customer) -> None:
    assert agent.desk is not None

    async def told() -> bool:
        """What the desk is told next of whether this customer reads along."""
        assert agent.desk is not None
        online: bool = (await agent.desk.next("mine")).data["mine"][0]["customer_online"]
        return online

    async with helped.listens() as stream:
        await stream.next("state")
        while not await told():
            pass
    while await told():
        pass


@pytest.mark.parametrize("cut", range(1, 7))
async def test_that_a_reader_resumes_anywhere_without_gap_or_double(agent: Agent, customer: Customer, cut: int) -> None:
    """The line breaks after so many facts, more happens, and the reader comes back with its own cursor."""
    reader = Reader()
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.wants_a_person()
    async with customer.listens() as stream:
        for _ in range(min(cut, 4)):
            reader.takes((await stream.next("fact")).data)
    await agent.takes(customer.id)
    await agent.writes(customer.id, "Eerste regel.")
    async with customer.listens(after=reader.last) as stream:
        for _ in range(max(cut - 4, 0)):
            reader.takes((await stream.next("fact")).data)
    last = await agent.writes(customer.id, "Tweede regel.")
    async with customer.listens(after=reader.last) as stream:
        await reader.reads(stream, last)
    assert reader.facts == [event for event in await customer.looks() if event["seq"] <= last]


async def test_that_nothing_falls_between_reading_and_listening(customer: Customer) -> None:
    """The customer writes while the stream opens: before, during and after the first reading."""
    for _ in range(10):
        reader = Reader()
        stream = customer.listens()
        opening = asyncio.create_task(stream.open())
        writing = [asyncio.create_task(customer.posts("messages", text=f"Regel {n}")) for n in range(5)]
        await opening
        last = max([(await one).json()["seq"] for one in writing])
        await reader.reads(stream, last)
        await stream.close()


class LingeringStore(MemoryStore):
    """A store that has written, and says so only when the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, batch: Sequence[Append]) -> list[bytes]:
        """Writes everything or nothing."""
        heads = await super().commit(batch)
        await self.gate.wait()
        return heads


async def test_that_what_was_read_already_does_not_come_again_as_news() -> None:
    """The reader comes between the writing and the news of it."""
    store = LingeringStore()
    async with open_house(store=store) as built:
        customer, reader = await built.customer(), Reader()
        store.gate.clear()
        writing = asyncio.create_task(customer.posts("messages", text="Regel 1"))
        for _ in range(20):
            await asyncio.sleep(0)
        async with customer.listens() as stream:
            await reader.reads(stream, 3)  # it stands in the store already
            store.gate.set()
            await writing
            await reader.reads(stream, (await customer.posts("messages", text="Regel 2")).json()["seq"])
        assert texts(reader.facts) == [f"Regel {number}" for number in (1, 2)]


class ForgetfulFeed(MemoryFeed):
    """A feed that loses news while it is told to."""

    loses = False

    def publish(self, topic: str, item: News | Passing) -> None:
        """Wakes who listens, or not."""
        if not self.loses:
            super().publish(topic, item)


async def test_that_news_that_was_lost_is_read_again() -> None:
    feed = ForgetfulFeed()
    async with open_house(feed=feed) as built:
        customer, reader = await built.customer(), Reader()
        async with customer.listens() as stream:
            await stream.next("state")
            feed.loses = True
            await customer.posts("messages", text="Regel 1")
            feed.loses = False
            last = (await customer.posts("messages", text="Regel 2")).json()["seq"]
            reader.last = 2
            await reader.reads(stream, last)
        assert texts(reader.facts) == ["Regel 1", "Regel 2"]


async def test_that_facts_that_are_hidden_are_no_gap(agent: Agent, helped: Customer) -> None:
    """Notes, offers and the AI's own bookkeeping have a seq, and the customer's chain steps over them."""
    reader = Reader()
    async with helped.listens() as stream:
        await agent.does("notes", helped.id, client_id=new_id(), text="Alleen voor ons")
        await agent.does("notes", helped.id, client_id=new_id(), text="Dit ook")
        last = await agent.writes(helped.id, "Goed nieuws.")
        await reader.reads(stream, last)
    seqs = [fact["seq"] for fact in reader.facts]
    assert seqs != list(range(seqs[0], last + 1)), "something was hidden"
    assert "voor ons" not in str(reader.facts)


async def test_that_what_is_not_stored_has_no_id(agent: Agent, helped: Customer) -> None:
    async with helped.listens() as stream:
        state = await stream.next("state")
        assert state.id is None
        assert (await agent.does("typing", helped.id)).status_code == 204
        typing = await stream.next("typing")
        assert (typing.id, typing.data) == (None, {"human": True})
    assert "typing" not in str(await agent.built.kinds(helped.id)).lower()


async def test_that_a_place_in_the_queue_is_told_when_it_changes(built: Built) -> None:
    agent = await built.agent(available=False)
    first, second = await built.customer(), await built.customer()
    await first.wants_a_person()
    built.clock.forward(1)
    await second.wants_a_person()
    async with second.listens() as stream:
        assert (await stream.next("state")).data["position"] == 2
        await agent.takes(first.id)
        place = await stream.next("queue_position")
        assert (place.data["position"], place.id) == (1, None)
        for words in ("Ik ben er nog.", "Hallo?"):
            await second.writes(words)
            assert (await stream.next()).kind == "fact", "what was told of the place is not told again with the rest"


async def test_that_a_place_that_goes_up_is_told_with_its_reason(built: Built) -> None:
    await built.agent(available=False)
    calm, urgent = await built.customer(), await built.customer()
    await calm.wants_a_person()
    async with calm.listens() as stream:
        assert (await stream.next("state")).data["position_reason"] == ""
        await urgent.writes("Er is brand in de keuken!")
        told = await first(stream, "queue_position", lambda place: place["position"] == 2)
        assert (told.data["reason"], told.id) == ("danger", None)
        assert told.data["position_reason"].endswith("U bent nu nummer 2 in de rij.")
        await urgent.posts("withdraw")
        told = await first(stream, "queue_position", lambda place: place["position"] == 1)
        assert (told.data["reason"], told.data["position_reason"]) == (None, "")
    assert (await calm.state())["position_reason"] == ""


async def test_that_a_desk_that_heard_its_stream_is_held_to_it(agent: Agent) -> None:
    floor = agent.built.house.floor
    assert floor.presence[NOOR].lease is None
    assert (await agent.client.post("/api/v1/staff/alive")).status_code == 204
    assert floor.presence[NOOR].lease is not None
    await agent.closes_desk()
    await agent.built.settle()
    assert floor.presence[NOOR].lease is None


async def test_that_the_same_state_is_not_told_twice(built: Built, customer: Customer) -> None:
    async with customer.listens() as stream:
        before = (await stream.next("state")).data
        built.feed.publish(customer.id, Passing("place", b""))
        await customer.wants_a_person()
        assert (await stream.next("state")).data != before


async def test_that_silence_is_told_by_a_heartbeat(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    async with customer.listens() as stream:
        await stream.next("state")
        beat = await stream.block()
        assert beat is not None
        assert (beat.raw, beat.kind, beat.id) == (": hartslag", "", None)


async def test_that_a_cursor_from_beyond_the_end_keeps_nothing_back(customer: Customer) -> None:
    async with customer.listens(after=10**9) as stream:
        await stream.next("state")
        await customer.writes("Zichtbaar")
        assert (await stream.next("fact")).data["text"] == "Zichtbaar"


async def test_that_a_cursor_from_beyond_the_end_delivers_nothing(agent: Agent, helped: Customer) -> None:
    await agent.writes(helped.id, "U kunt morgen terecht.")
    async with helped.listens(after=10**9) as stream:
        await stream.next("state")
        await agent.built.settle()
    assert (await agent.built.view(helped.id)).reached == "tried"


async def test_that_a_delivery_that_could_not_be_stored_is_told_again_by_the_next_cursor(
    agent: Agent, helped: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = agent.built.house.recorder
    submit = recorder.submit
    refused: list[MarkDelivered] = []

    async def busy_once(id: ConversationId, command: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(command, MarkDelivered) and not refused:
            refused.append(command)
            raise Busy()
        return await submit(id, command, *rest, **more)

    monkeypatch.setattr(recorder, "submit", busy_once)
    async with helped.listens() as stream:
        await stream.next("state")
        seq = await agent.writes(helped.id, "U kunt morgen terecht.")
        await stream.next("fact")
    await agent.built.settle()
    assert refused
    assert (await agent.built.view(helped.id)).reached == "tried"
    async with helped.listens(after=seq) as stream:
        await stream.next("state")

        async def reached() -> bool:
            return (await agent.built.view(helped.id)).reached == "reached"

        await until(reached)


async def test_that_a_reader_who_leaves_is_forgotten(built: Built, customer: Customer) -> None:
    for _ in range(3):
        async with customer.listens() as stream:
            await stream.next("state")
            assert built.feed.listeners(customer.id) == 1
        await built.settle()
        assert built.feed.listeners(customer.id) == 0


async def test_that_a_slow_reader_is_closed_and_resumes_without_loss() -> None:
    """The reader takes one piece and stalls; the house goes on, lets go of it, and it comes back for the rest."""
    async with open_house(feed=MemoryFeed(most=4)) as built:
        customer, reader = await built.customer(), Reader()
        await customer.wants_a_person()
        async with customer.listens(most=1) as stream:
            await asyncio.sleep(0)
            last = 0
            for number in range(30):
                answer = await customer.posts("messages", text=f"Regel {number}")
                assert answer.status_code == 201, "nobody waits for a slow reader"
                last = answer.json()["seq"]
            for sent in await stream.rest():
                if sent.kind == "fact":
                    reader.takes(sent.data)
            assert reader.last < last, "the stream was closed before the end"
        async with customer.listens(after=reader.last) as stream:
            await reader.reads(stream, last)
        assert texts(reader.facts) == [f"Regel {number}" for number in range(30)]
        assert built.broken == []


async def test_that_a_stream_goes_on_after_a_restart() -> None:
    world, _, _ = parts()
    async with open_house(world=world) as built:
        customer, reader = await built.customer(), Reader()
        async with customer.listens() as stream:
            first = (await customer.writes("Voor de herstart")).json()["seq"]
            await reader.reads(stream, first)
    async with open_house(world=world) as again:
        client = again.client()
        back = Customer(again, client, customer.opened)
        async with back.listens(after=reader.last) as stream:
            last = (await back.writes("Na de herstart")).json()["seq"]
            await reader.reads(stream, last)
        assert texts(reader.facts) == ["Voor de herstart", "Na de herstart"]


# -- the desk --------------------------------------------------------------------------------------------------------


async def first(desk: Stream, kind: str, found: Any) -> Sent:
    """The first event of a kind for which this holds."""
    while True:
        sent = await desk.next(kind)
        if found(sent.data):
            return sent


async def test_that_a_desk_begins_with_a_snapshot(built: Built, customer: Customer) -> None:
    await customer.wants_a_person()
    agent = Agent(built, built.client())
    await agent.signs_in()
    async with built.stream("/api/v1/staff/desk/stream", agent.cookie) as desk:
        sent = await desk.next()
        assert (sent.kind, sent.id) == ("snapshot", None)
        assert sent.data["me"] == {"id": "demo-agent1", "name": "Noor", "role": "agent", "presence": "away"}
        assert [card["id"] for card in sent.data["queue"]] == [customer.id]
        assert sent.data["mine"] == []
        assert {one["name"] for one in sent.data["staff"]} == {"Noor", "Sam", "Robin", "Anouk", "Kim"}


async def test_that_a_desk_sees_its_own_conversations_live_with_an_opaque_cursor(
    agent: Agent, helped: Customer
) -> None:
    assert agent.desk is not None
    seq = (await helped.writes("Ik heb nog een vraag.")).json()["seq"]
    sent = await first(agent.desk, "fact", lambda fact: fact.get("text") == "Ik heb nog een vraag.")
    assert (sent.data["conversation"], sent.data["seq"]) == (helped.id, seq)
    assert sent.id


async def test_that_a_desk_sees_no_words_of_another_desk(built: Built, agent: Agent, helped: Customer) -> None:
    other = await built.agent("agent2")
    assert other.desk is not None
    await helped.writes("Alleen voor Noor")
    await agent.writes(helped.id, "Alleen van Noor")
    await built.settle()
    other_customer = await built.customer()
    await other_customer.wants_a_person()
    sent = await first(other.desk, "queue", lambda lists: any(c["id"] == other_customer.id for c in lists["queue"]))
    assert "Alleen" not in str(sent)


async def test_that_a_desk_that_gives_up_a_conversation_is_told(agent: Agent, helped: Customer) -> None:
    assert agent.desk is not None
    await agent.does("transfer", helped.id)
    assert (await first(agent.desk, "fact", lambda fact: fact["type"] == "human_left")).data[
        "conversation"
    ] == helped.id
    await first(agent.desk, "mine", lambda lists: lists["mine"] == [])


async def test_that_who_waits_longest_stands_first_on_every_desk(built: Built) -> None:
    agent = await built.agent(available=False)
    assert agent.desk is not None
    customers = [await built.customer() for _ in range(3)]
    for one in customers:
        built.clock.forward(1)
        await one.wants_a_person()
    sent = await first(agent.desk, "queue", lambda lists: len(lists["queue"]) == 3)
    assert [card["id"] for card in sent.data["queue"]] == [one.id for one in customers]
    assert [card["position"] for card in sent.data["queue"]] == [1, 2, 3]


async def test_that_a_desk_has_a_heartbeat(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    from gehoor.web import desk_live

    monkeypatch.setattr(desk_live, "HEARTBEAT_S", 0.01)
    async with agent.built.stream("/api/v1/staff/desk/stream", agent.cookie) as desk:
        while (beat := await desk.block()) is not None and beat.raw != ": hartslag":
            continue
        assert beat is not None
