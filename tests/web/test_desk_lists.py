"""The lists of a desk are told when they changed, and cost what changed."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from gehoor.core.conversation.view import ConversationView
from gehoor.core.time import SECOND
from gehoor.ports.feed import OFFERED, Passing
from gehoor.ports.people import Staff
from gehoor.web import desk_lists, desk_live
from gehoor.web.desk_cards import Cards
from gehoor.web.desk_lists import MOST_SHOWN
from gehoor.web.desk_live import DESKS
from gehoor.web.desk_newest import Newest
from tests.world import NOOR, Agent, Built, Customer, Sent, new_id

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


async def test_that_what_is_said_does_not_wait_for_lists_that_are_being_made(
    built: Built, agent: Agent, helped: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, slow = Cards.card, asyncio.Event()

    async def card(cards: Cards, view: ConversationView, staff: Staff) -> dict[str, Any]:
        await slow.wait()
        return await going_on(cards, view, staff)

    monkeypatch.setattr(Cards, "card", card)
    waiting = await built.customer()
    await waiting.wants_a_person()
    built.feed.publish(DESKS, Passing("queue", b""))
    await asyncio.sleep(0)
    await helped.posts("messages", text="Bent u er nog?", client_id=new_id())
    sent = await told_until(agent, "fact", lambda told: told.get("text") == "Bent u er nog?")
    assert [one for one in sent if one.kind == "queue" and waiting.id in str(one.data)] == []
    slow.set()
    await told_until(agent, "queue", lambda told: [one["id"] for one in told["queue"]] == [waiting.id])


async def test_that_who_is_offered_a_customer_is_told_before_the_queue_is_told_to_everybody(
    built: Built, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_live, "_CALM_S", 3600.0)
    for _ in range(3):
        customer = await built.customer()
        await customer.wants_a_person()
        await told_until(
            agent,
            "offer",
            lambda told, id=customer.id: told["id"] == id and told["offered_to_me"],
        )


async def test_that_an_offer_does_not_make_what_all_desks_have_in_common_again(
    built: Built, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line of a hundred thousand that is half a second for each offer."""
    made: list[object] = []
    going_on = desk_lists.Lists._colleagues

    def colleagues(lists: desk_lists.Lists, alone: Staff | None = None) -> list[dict[str, Any]]:
        made.append(alone)
        return going_on(lists, alone)

    monkeypatch.setattr(desk_lists.Lists, "_colleagues", colleagues)
    built.feed.publish(f"desk:{NOOR}", OFFERED)
    built.feed.publish(f"desk:{NOOR}", Passing("now", b"{}"))
    await told_until(agent, "now", lambda told: told == {})
    assert made == []
    built.feed.publish(DESKS, Passing("queue", b""))
    built.feed.publish(DESKS, Passing("later", b"{}"))
    await told_until(agent, "later", lambda told: told == {})
    assert len(made) == 1


async def test_that_what_all_desks_have_in_common_is_made_once_for_all_of_them(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    going_on = desk_lists.Lists._colleagues

    def colleagues(lists: desk_lists.Lists, alone: Staff | None = None) -> list[dict[str, Any]]:
        made.append(alone)
        return going_on(lists, alone)

    desks = [await built.agent(login, available=False) for login in ("agent1", "agent2")]
    await built.settle()
    monkeypatch.setattr(desk_lists.Lists, "_colleagues", colleagues)
    monkeypatch.setattr(desk_live, "_CALM_S", 3600.0)
    customer = await built.customer()
    await customer.wants_a_person()
    for desk in desks:
        await told_until(desk, "queue", lambda told: told["queue_count"] == 1)
    assert len(made) == 1


async def test_that_a_card_is_made_of_what_was_committed_and_not_read_again(
    agent: Agent, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await customer.writes("De lift staat stil.")

    async def read(*_: object) -> Any:
        raise AssertionError("read from the store")

    monkeypatch.setattr(Newest, "_read", read)
    await customer.wants_a_person()
    card = (await told_until(agent, "offer", lambda told: told["id"] == customer.id))[-1].data
    assert card["last_text"] == "De lift staat stil."
    assert card["chosen"]


async def test_that_words_are_kept_for_a_minute_at_most(built: Built, customer: Customer) -> None:
    await customer.writes("De lift staat stil.")
    kept = built.house.shown.__self__  # type: ignore[attr-defined]
    await built.settle()
    assert set(kept._known) == {customer.id}
    built.clock.forward(61 * SECOND)
    other = await built.customer()
    await other.writes("Dag.")
    assert set(kept._known) == {other.id}


async def test_that_an_offer_is_told_while_lists_are_being_made_for_everybody(built: Built, agent: Agent) -> None:
    """What comes in while lists are made is kept in the order in which it matters: an offer first."""
    for _ in range(3):
        built.feed.publish(DESKS, Passing("queue", b""))
    built.feed.publish(f"desk:{NOOR}", OFFERED)
    built.feed.publish(f"desk:{NOOR}", Passing("now", b"{}"))
    await told_until(agent, "now", lambda told: told == {})


async def test_that_lists_that_could_not_be_made_are_made_again(
    built: Built, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, broken = Cards.card, [True]

    async def card(cards: Cards, view: ConversationView, staff: Staff) -> dict[str, Any]:
        if staff.id == "" and broken:
            raise OSError(broken.pop())
        return await going_on(cards, view, staff)

    monkeypatch.setattr(Cards, "card", card)
    customer = await built.customer()
    await customer.wants_a_person()
    await told_until(agent, "queue", lambda told: told["queue_count"] == 1)
    assert not broken


async def test_that_what_somebody_has_is_made_again_only_when_a_commit_changes_it(
    built: Built, agent: Agent, helped: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told_until(agent, "mine", lambda told: [one["id"] for one in told["mine"]] == [helped.id])
    await built.settle()
    made: list[str] = []
    going_on = desk_lists.Lists._what_is_mine

    def what_is_mine(lists: desk_lists.Lists, staff: Staff, *of: Any) -> desk_lists.Told:
        made.append(staff.id)
        return going_on(lists, staff, *of)

    monkeypatch.setattr(desk_lists.Lists, "_what_is_mine", what_is_mine)
    await helped.posts("messages", text="Bent u er nog?", client_id=new_id())
    for _ in range(3):
        built.feed.publish(DESKS, Passing("queue", b""))
    built.feed.publish(DESKS, Passing("now", b"{}"))
    await told_until(agent, "now", lambda told: told == {})
    assert NOOR not in made
    await agent.does("transfer", helped.id)
    await told_until(agent, "mine", lambda told: told["mine"] == [])
    assert NOOR in made
