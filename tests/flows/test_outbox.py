"""What follows from a commit is done at once, and once; and its row goes when it is done."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from gehoor.adapters.brains.scripted import ScriptedBrain
from gehoor.core.errors import Busy
from gehoor.core.ids import ConversationId
from gehoor.flows import outbox
from gehoor.ports.brain import DontKnow
from gehoor.ports.store import Append, turn_key
from tests.flows.conftest import WatchedStore
from tests.world import NOOR, Built, account, answer_from, open_house

pytestmark = pytest.mark.anyio


def turns(built: Built) -> list[str]:
    return [key for key in cast(Any, built.store)._jobs if ":turn:" in key]


async def test_that_the_row_of_a_turn_stands_with_its_fact_and_goes_with_the_answer() -> None:
    store = WatchedStore()
    async with open_house([answer_from()], store=store) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        asking, answering = store.batches[-2][0], store.batches[-1][0]
        assert any(type(effect).__name__ == "AskBrain" for effect in asking.effects)
        assert answering.done == (turn_key(ConversationId(customer.id), 3),)
        assert turns(built) == []


async def test_that_a_turn_runs_once_however_often_it_is_asked(built: Built) -> None:
    customer = await built.customer()
    await customer.posts("messages", text="Hoe lang duurt dit?")
    for _ in range(5):
        built.house.outbox.ask(ConversationId(customer.id), 3, built.clock.now())
    await built.settle()
    assert len(built.brain.asked) == 1


async def test_that_a_turn_that_cannot_be_stored_is_tried_again_when_its_lease_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = WatchedStore()
    async with open_house([answer_from(), answer_from()], store=store) as built:
        customer = await built.customer()
        submit, refused = built.house.recorder.submit, [Busy()]

        async def once(id: ConversationId, command: Any, *rest: Any, **more: Any) -> Any:
            if refused and type(command).__name__ == "BotAnswered":
                raise refused.pop()
            return await submit(id, command, *rest, **more)

        monkeypatch.setattr(built.house.recorder, "submit", once)
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert "BotReplied" not in await built.kinds(customer.id)
        assert len(turns(built)) == 1, "the row stands"
        await cast(Any, store).release_all()
        await built.ring()
        assert "BotReplied" in await built.kinds(customer.id)
        assert turns(built) == []


class Counting(ScriptedBrain):
    """Counts how many questions are open at once."""

    def __init__(self) -> None:
        super().__init__()
        self.open = self.most = 0

    async def answer(self, question: Any, today: Any) -> Any:  # noqa: ARG002
        self.open += 1
        self.most = max(self.most, self.open)
        await asyncio.sleep(0.001)
        self.open -= 1
        return DontKnow("abstain")


async def test_that_no_more_than_a_bounded_number_of_turns_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_TURNS_AT_ONCE", 4)
    brain = Counting()
    async with open_house(brain=brain) as built:
        customers = [await built.customer() for _ in range(12)]
        await asyncio.gather(*(one.posts("messages", text="Hoe lang duurt dit?") for one in customers))
        await built.settle()
        assert brain.most == 4
        for one in customers:
            assert "BotAbstained" in await built.kinds(one.id)


async def test_that_turns_in_memory_are_bounded_and_the_others_are_taken_up_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 3)
    brain = Counting()
    async with open_house(brain=brain) as built:
        customers = [await built.customer() for _ in range(8)]
        await asyncio.gather(*(one.posts("messages", text="Hoe lang duurt dit?") for one in customers))
        running = cast(Any, built.house.outbox)._running
        assert len(running) <= 3
        await built.settle()
        assert len(turns(built)) == 5, "their rows stand"
        for _ in range(2):
            await cast(Any, built.store).release_all()
            await built.ring()
            await built.settle()
        assert turns(built) == []
        for one in customers:
            assert "BotAbstained" in await built.kinds(one.id)


async def test_that_who_waits_is_assigned_right_after_the_commit(built: Built) -> None:
    await built.house.floor.came(account(NOOR))
    built.house.floor.set_available(account(NOOR), True)
    customer = await built.customer()
    await customer.posts("messages", text="Ik wil een medewerker spreken")
    await built.settle()
    assert (await built.view(customer.id)).offered_to == NOOR


async def test_that_waiting_for_a_turn_ends_when_it_is_over_or_patience_is() -> None:
    brain = Counting()
    async with open_house(brain=brain) as built:
        id = ConversationId((await built.customer()).id)
        waits = built.house.outbox
        await waits.finished(id, 3, patience_s=10)  # nothing runs: at once
        customer = await built.customer()
        seq = (await customer.posts("messages", text="Hoe lang duurt dit?")).json()["seq"]
        await waits.finished(ConversationId(customer.id), seq, patience_s=0)
        assert "BotAbstained" not in await built.kinds(customer.id)
        await waits.finished(ConversationId(customer.id), seq, patience_s=5)
        assert "BotAbstained" in await built.kinds(customer.id)


async def test_that_nothing_follows_from_a_commit_that_failed() -> None:
    store = WatchedStore()
    async with open_house([answer_from()], store=store) as built:
        customer = await built.customer()

        def fails(_batch: Sequence[Append]) -> Exception | None:
            return ValueError("no")

        store.fault = fails
        answer = await customer.writes("Hoe zeg ik mijn huur op?")
        assert answer.status_code == 503
        assert built.brain.asked == []
        store.fault = lambda _: None
        await customer.still_works()
