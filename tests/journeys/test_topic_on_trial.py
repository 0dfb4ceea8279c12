"""A topic on each rung of the ladder, with the product's own brain: what the customer gets and what is on record."""

import uuid
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from gehoor.boot import Running, build_in_memory
from gehoor.core.conversation import events as e
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.ladder import Rung
from gehoor.core.knowledge.life import SUPERVISOR
from gehoor.settings import Settings
from gehoor.web.app import create_app

pytestmark = pytest.mark.anyio

TOPIC = "huur-opzeggen"
SURE, LIKELY = "Hoe zeg ik mijn huur op?", "Ik wil mijn huur opzeggen, wat is de opzegtermijn?"
"""Without the language model the brain answers the one, and suggests for the other."""


@pytest.fixture
async def served() -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """The demo, and a customer's browser."""
    made = build_in_memory(Settings(language_model=False))
    app = create_app(made.house, lambda: made.library, start=made.start)
    async with app.router.lifespan_context(app):
        assert made.brain is not None
        await made.brain.prepare()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            yield made, client
        await made.house.stop()


async def asks(running: Running, client: httpx.AsyncClient, text: str = SURE) -> tuple[str, Sequence[e.Fact]]:
    """What the customer sees after the question, and the facts."""
    begun = (await client.post("/api/v1/conversations", json={"language": "nl"})).json()
    path, headers = f"/api/v1/conversations/{begun['id']}", {"Authorization": f"Bearer {begun['token']}"}
    sent = {"client_id": str(uuid.uuid4()), "text": text}
    assert (await client.post(f"{path}/messages", json=sent, headers=headers)).status_code == 201
    await running.house.outbox.idle()
    seen = (await client.get(f"{path}/events", headers=headers)).text
    return seen, await running.house.world.store.facts(ConversationId(begun["id"]), 0)


def unseen(facts: Sequence[e.Fact]) -> str | None:
    """The article that was thought of and not said."""
    (abstained,) = [fact.event for fact in facts if isinstance(fact.event, e.BotAbstained)]
    return None if abstained.unseen is None else abstained.unseen.article


async def test_that_each_rung_shows_what_it_says(served: tuple[Running, httpx.AsyncClient]) -> None:
    running, client = served
    book = running.house.knowledge
    kim = next(one for one in await running.house.world.people.staff() if one.role == SUPERVISOR)
    seen, facts = await asks(running, client)
    assert any(isinstance(fact.event, e.BotReplied) and fact.event.source.article == TOPIC for fact in facts)

    await book.step_down(TOPIC, "Proef", kim)
    seen, facts = await asks(running, client, LIKELY)
    (suggested,) = [fact.event for fact in facts if isinstance(fact.event, e.BotSuggested)]
    assert suggested.sources[0].article == TOPIC

    for rung in (Rung.HELPS_AGENTS, Rung.SHADOW):
        await book.step_down(TOPIC, "Proef", kim, to=rung)
        for text in (SURE, LIKELY):
            seen, facts = await asks(running, client, text)
            assert unseen(facts) == TOPIC, (rung, text)
            assert TOPIC not in seen, (rung, text)
    await book.step_down(TOPIC, "Proef", kim, to=Rung.OFF)
    seen, facts = await asks(running, client)
    assert unseen(facts) is None
    assert TOPIC not in seen


async def test_that_a_silenced_or_withdrawn_topic_is_not_answered_with_the_one_next_to_it(
    served: tuple[Running, httpx.AsyncClient],
) -> None:
    running, client = served
    book = running.house.knowledge
    kim = next(one for one in await running.house.world.people.staff() if one.role == SUPERVISOR)
    await book.switch(TOPIC, silenced=True, why="Proef", staff=kim)
    assert _answered(await asks(running, client)) == []
    await book.switch(TOPIC, silenced=False, why="Proef", staff=kim)
    assert _answered(await asks(running, client)) == [TOPIC]
    await book.withdraw(TOPIC, "nl", 1, "Fout", kim)
    assert _answered(await asks(running, client)) == []


def _answered(asked: tuple[str, Sequence[e.Fact]]) -> list[str]:
    return [fact.event.source.article for fact in asked[1] if isinstance(fact.event, e.BotReplied)]
