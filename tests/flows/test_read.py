"""Reading: always by somebody, and each sees what is theirs."""

import pytest

from gehoor.core.conversation.model import Audience
from gehoor.core.errors import Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.flows.read import ERASED, masked_texts, news_lines, read
from gehoor.ports.feed import News
from tests.world import Built, Customer, new_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def talked(built: Built) -> Customer:
    """A customer who was helped, with a note in between."""
    agent, customer = await built.agent(), await built.customer()
    await customer.writes("Mijn nummer is 06 12345678.")
    await customer.wants_a_person()
    await agent.takes(customer.id)
    await agent.does("notes", customer.id, client_id=new_id(), text="Lastig geval")
    await agent.writes(customer.id, "Dat staat genoteerd.")
    return customer


async def test_that_each_audience_sees_its_own_chain_without_gaps(built: Built, talked: Customer) -> None:
    world, id = built.house.world, ConversationId(talked.id)
    for audience in Audience:
        seen = await read(world, id, audience)
        held = 0
        for line, _ in seen.lines:
            assert line.prev == held
            held = line.fact.seq
        assert seen.last == (await built.facts(talked.id))[-1].seq


async def test_that_a_customer_sees_no_note_and_staff_does(built: Built, talked: Customer) -> None:
    world, id = built.house.world, ConversationId(talked.id)
    texts = {who: [text for _, text in (await read(world, id, who)).lines] for who in Audience}
    assert "Lastig geval" not in texts[Audience.CUSTOMER]
    assert "Lastig geval" in texts[Audience.STAFF]
    for who in Audience:
        assert "Mijn nummer is 06 12345678." in texts[who]


async def test_that_reading_from_a_cursor_is_the_end_of_reading_all(built: Built, talked: Customer) -> None:
    world, id = built.house.world, ConversationId(talked.id)
    for audience in Audience:
        everything = (await read(world, id, audience)).lines
        for after in range(everything[-1][0].fact.seq + 2):
            assert (await read(world, id, audience, after)).lines == tuple(
                one for one in everything if one[0].fact.seq > after
            )


async def test_that_news_shows_the_same_as_the_store(built: Built) -> None:
    customer = await built.customer()
    listening = built.feed.subscribe((ConversationId(customer.id),))
    await customer.writes("Hallo")
    await customer.wants_a_person()
    live = {audience: [] for audience in Audience}  # type: dict[Audience, list[object]]
    while (item := await listening.next(0)) is not None:
        if isinstance(item, News):
            for audience in Audience:
                live[audience] += news_lines(item, audience)
    for audience in Audience:
        stored = await read(built.house.world, ConversationId(customer.id), audience, after=2)
        assert live[audience] == list(stored.lines)


async def test_that_words_whose_key_is_gone_are_marked(built: Built, talked: Customer) -> None:
    await built.house.world.keys.destroy(talked.id, Instant(1))
    seen = await read(built.house.world, ConversationId(talked.id), Audience.STAFF)
    texts = {text for _, text in seen.lines if text}
    assert texts == {ERASED}
    assert await masked_texts(built.house.world, ConversationId(talked.id), 0, range(1, 99)) == {}


async def test_that_the_masked_copy_has_no_personal_data(built: Built, talked: Customer) -> None:
    masked = await masked_texts(built.house.world, ConversationId(talked.id), 0, range(1, 99))
    assert "12345678" not in str(masked)
    assert "Dat staat genoteerd." in masked.values()


async def test_that_nobody_reads_what_is_not_there(built: Built) -> None:
    with pytest.raises(Unknown):
        await read(built.house.world, ConversationId("0" * 26), Audience.STAFF)
