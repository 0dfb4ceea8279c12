"""Two processes write to one store: nothing is lost, nothing is doubled, and nobody is judged by what is the past."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.peers.memory import Street
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.errors import Conflict, Refused, StoreAway
from gehoor.core.ids import ConversationId, OfferId, StaffId
from gehoor.flows.record import HOUSE, Outcome
from gehoor.flows.reply import by
from gehoor.ports.store import Append, Loaded
from tests.flows.conftest import WatchedStore
from tests.flows.test_record import ONE, THREE, TWO, Desk, for_world, over, person, words
from tests.world import NOOR, account

pytestmark = pytest.mark.anyio


@pytest.fixture
async def two() -> AsyncIterator[tuple[Desk, Desk]]:
    """Two writers that hear nothing of each other."""
    street = Street()
    first = over(WatchedStore())
    desks = [for_world(replace(first.world, feed=MemoryFeed(), peers=street.peers(name)), first.store) for name in "ab"]
    running = [asyncio.create_task(desk.recorder.run()) for desk in desks]
    yield desks[0], desks[1]
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def offer(staff: StaffId = NOOR) -> c.OfferToAgent:
    return c.OfferToAgent(staff, OfferId("offer"), "")


async def test_that_two_who_write_to_one_conversation_at_once_lose_and_double_nothing(two: tuple[Desk, Desk]) -> None:
    await two[0].begin(ONE)
    wishes = [two[n % 2].do(ONE, words(f"woord {n}")) for n in range(40)]
    outcomes = await asyncio.gather(*wishes)
    loaded = await two[0].store.load(ONE)
    assert loaded is not None
    assert [fact.seq for fact in loaded.facts] == list(range(1, len(loaded.facts) + 1))
    received = [fact for fact in loaded.facts if isinstance(fact.event, e.MessageReceived)]
    assert len(received) == 40
    assert sorted(one.seq for one in outcomes) == [fact.seq for fact in received]


async def test_that_who_waits_beside_a_conflict_is_decided_with_it_in_one_commit(two: tuple[Desk, Desk]) -> None:
    one, other = two
    await one.begin(ONE, TWO, THREE)
    await one.do(ONE, words("eerst"))
    await other.do(ONE, words("daarna"))
    one.store.batches.clear()
    answers = await one.all_at_once((TWO, words("twee")), (ONE, words("een")), (THREE, words("drie")))
    assert all(isinstance(answer, Outcome) for answer in answers)
    assert [len(batch) for batch in one.store.batches] == [3]


async def test_that_a_message_sent_again_to_another_process_is_the_same_message(two: tuple[Desk, Desk]) -> None:
    await two[0].begin(ONE)
    first = await two[0].do(ONE, words("hallo"))
    again = await two[1].do(ONE, words("hallo"))
    third = await two[0].do(ONE, words("hallo"))
    assert (again.seq, again.repeated, third.seq, third.repeated) == (first.seq, True, first.seq, True)


async def test_that_an_id_is_not_taken_for_used_when_its_batch_met_a_conflict(two: tuple[Desk, Desk]) -> None:
    one, other = two
    await one.begin(ONE, TWO)
    await one.do(ONE, words("eerst"))
    await one.do(TWO, words("eerst"))
    await other.do(ONE, words("daarna"))
    answers = await one.all_at_once((ONE, words("een", "id-1")), (TWO, words("twee", "id-2")))
    assert [isinstance(answer, Outcome) and not answer.repeated for answer in answers] == [True, True]
    assert (await one.kinds(TWO)).count("MessageReceived") == 2


async def test_that_what_failed_is_not_taken_for_written_by_who_reads_on_meanwhile(
    two: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    await one.begin(ONE)
    await one.do(ONE, words("eerst"))
    after = (await one.recorder.state(ONE)).record.seq
    await other.do(ONE, words("daarna"))
    load_after, go_on, reading = one.store.load_after, asyncio.Event(), []

    async def slowly(id: ConversationId, seq: int) -> Loaded | None:
        await go_on.wait()
        return await load_after(id, seq)

    async def fails(_: Sequence[Append]) -> list[bytes]:
        reading.append(asyncio.create_task(one.recorder.read_again(ONE, after)))
        await asyncio.sleep(0)  # it has begun to read, and waits
        raise StoreAway

    with monkeypatch.context() as away:
        away.setattr(one.store, "load_after", slowly)
        away.setattr(one.store, "commit", fails)
        with pytest.raises(StoreAway):
            await one.do(ONE, words("hallo"))
    go_on.set()
    await reading[0]
    again = await one.do(ONE, words("hallo"))
    assert not again.repeated, "it was never written"
    assert (await one.kinds(ONE)).count("MessageReceived") == 3


async def test_that_nobody_is_refused_over_a_state_that_another_process_has_ended(two: tuple[Desk, Desk]) -> None:
    one, other = two
    await one.begin(ONE)
    await one.do(ONE, person())
    asked = await other.recorder.state(ONE)
    assert asked.control.phase is Phase.WAITING
    await one.recorder.submit(ONE, offer(), HOUSE)
    noor = account(NOOR)
    accepted = await other.recorder.submit(ONE, c.AcceptOffer(noor.id, noor.name, first_in_line=False), by(noor))
    assert accepted.state.control.phase is Phase.HUMAN


async def test_that_a_true_refusal_is_still_one(two: tuple[Desk, Desk]) -> None:
    await two[0].begin(ONE)
    await two[1].recorder.state(ONE)
    with pytest.raises(Refused):
        await two[1].recorder.submit(ONE, c.Resolve(NOOR), by(account(NOOR)))


async def test_that_a_conversation_that_cannot_be_won_holds_up_nobody(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    await one.begin(ONE, TWO)

    def always(batch: Sequence[Append]) -> Exception | None:
        return Conflict(conversation=ONE) if any(append.id == ONE for append in batch) else None

    one.store.fault = always
    lost, won = await one.all_at_once((ONE, words("een")), (TWO, words("twee")))
    assert type(lost).__name__ == "Busy"
    assert isinstance(won, Outcome)
