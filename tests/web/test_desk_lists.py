"""The lists of a desk are told when they changed, and cost what changed."""

from collections import Counter
from typing import Any

import pytest

from gehoor.core.conversation.view import ConversationView
from gehoor.ports.feed import Passing
from gehoor.ports.people import Staff
from gehoor.web.desk_cards import Cards
from gehoor.web.desk_lists import MOST_SHOWN
from gehoor.web.desk_live import DESKS
from tests.world import NOOR, Agent, Built, Customer, Sent

pytestmark = pytest.mark.anyio


async def told_until(agent: Agent, kind: str, found: Any) -> list[Sent]:
    """Everything that a desk is told up to and with a list for which this holds."""
    assert agent.desk is not None
    sent = [await agent.desk.next()]
    while sent[-1].kind != kind or not found(sent[-1].data):
        sent.append(await agent.desk.next())
    return sent


async def test_that_a_list_that_did_not_change_is_not_told_again(built: Built, customer: Customer) -> None:
    agent = await built.agent(available=False)
    await customer.wants_a_person()
    await built.settle()
    for end in ("now", "later"):
        built.feed.publish(DESKS, Passing("queue", b""))
        built.feed.publish(DESKS, Passing(end, b"{}"))
    await told_until(agent, "now", lambda told: told == {})
    sent = await told_until(agent, "later", lambda told: told == {})
    assert [one.kind for one in sent] == ["later"]


async def test_that_an_act_is_told_again_even_when_the_lists_end_as_they_were(agent: Agent, helped: Customer) -> None:
    """The desk itself changed its lists when it acted: what it is told last is how it stands."""
    await agent.does("transfer", helped.id)
    await told_until(agent, "mine", lambda told: told["mine"] == [])


async def test_that_a_card_is_made_once_for_all_desks_and_not_at_every_change(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = [await built.agent(login, available=False) for login in ("agent1", "agent2")]
    waiting = [await built.customer() for _ in range(10)]
    for one in waiting:
        await one.wants_a_person()
    await built.settle()
    built.feed.publish(DESKS, Passing("queue", b""))
    built.feed.publish(DESKS, Passing("now", b"{}"))
    for desk in desks:
        await told_until(desk, "now", lambda told: told == {})
    made: Counter[str] = Counter()
    card = Cards.card

    async def counted(cards: Cards, view: ConversationView, staff: Staff) -> Any:
        made[view.id] += 1
        return await card(cards, view, staff)

    monkeypatch.setattr(Cards, "card", counted)
    another = await built.customer()
    await another.wants_a_person()
    for desk in desks:
        await told_until(desk, "queue", lambda told: told["queue_count"] == len(waiting) + 1)
    assert set(made) == {another.id}


async def test_that_a_desk_shows_the_first_of_a_long_queue_and_how_many_there_are(built: Built) -> None:
    agent = await built.agent(available=False)
    last = [await built.customer() for _ in range(MOST_SHOWN + 3)]
    for one in last:
        await one.wants_a_person()
    told = (await told_until(agent, "queue", lambda told: told["queue_count"] == MOST_SHOWN + 3))[-1].data
    assert [card["id"] for card in told["queue"]] == [one.id for one in last][:MOST_SHOWN]


async def test_that_what_is_there_already_goes_in_one_piece(built: Built, agent: Agent) -> None:
    """Sending costs more than making: a desk that is behind gets many at once."""
    assert agent.desk is not None
    before = agent.desk.pieces
    for _ in range(20):
        built.feed.publish(f"desk:{NOOR}", Passing("typing", b"{}"))
    for _ in range(20):
        await agent.desk.next("typing")
    assert agent.desk.pieces - before <= 3
