"""What agents correct becomes a question to measure with: masked, sealed, and gone with the conversation."""

import json
from collections.abc import AsyncIterator

import pytest

from gehoor.core.errors import Invalid, NotNow, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.questions import Asked
from gehoor.flows.grown import EVALUATION, correct, grown
from gehoor.flows.privacy import erase
from tests.world import BORG, LIBRARY, NOOR, Built, answer_from, open_house

pytestmark = pytest.mark.anyio

TOPICS = LIBRARY.slugs


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI answers once, and then does not know."""
    async with open_house([answer_from()]) as one:
        yield one


async def answered(built: Built, *texts: str) -> tuple[ConversationId, int]:
    """The conversation, and the place of the AI's last answer."""
    customer = await built.customer()
    for text in texts:
        await customer.writes(text)
    spoken = [fact.seq for fact in await built.facts(customer.id) if type(fact.event).__name__.startswith("Bot")]
    return ConversationId(customer.id), spoken[-1]


async def questions(built: Built, most: int = 100) -> list[Asked]:
    return await grown(built.store, built.house.world.keys, most)


async def says(built: Built, id: ConversationId, seq: int, topic: str | None) -> None:
    await correct(built.house.world, id, seq, topic, TOPICS, NOOR)


async def test_that_a_corrected_answer_becomes_a_question_with_the_right_topic(built: Built) -> None:
    id, seq = await answered(built, "Bel 06 12 34 56 78 over mijn borg")
    await says(built, id, seq, BORG.slug)
    (found,) = await questions(built)
    assert (found.topic, found.language, found.kind) == (BORG.slug, "nl", "grown")
    assert "borg" in found.text
    assert "06 12" not in found.text


async def test_that_the_line_tells_its_purpose_and_holds_no_words_that_can_be_read(built: Built) -> None:
    id, seq = await answered(built, "Ik heet Zeldzaam en wil mijn borg")
    await says(built, id, seq, BORG.slug)
    (entry,) = await built.store.ledger(kind=EVALUATION)
    told = json.loads(entry.body)
    assert (told["purpose"], told["by"], told["conversation"], told["topic"]) == (EVALUATION, NOOR, id, BORG.slug)
    assert "Zeldzaam" not in entry.body
    assert "borg" not in told["sealed"]


async def test_that_where_the_ai_did_not_know_the_topic_can_be_said_too_with_what_went_before(built: Built) -> None:
    id, seq = await answered(built, "Hoe zeg ik op?", "en mijn borg?")
    await says(built, id, seq, BORG.slug)
    (found,) = await questions(built)
    assert (found.text, found.turns) == ("en mijn borg?", ("Hoe zeg ik op?",))


async def test_that_no_topic_at_all_is_an_answer_too_and_the_last_word_counts(built: Built) -> None:
    id, seq = await answered(built, "Wat is de hoofdstad van Peru?")
    await says(built, id, seq, BORG.slug)
    await says(built, id, seq, None)
    assert [one.topic for one in await questions(built)] == [None]


async def test_that_the_question_is_gone_with_its_conversation(built: Built) -> None:
    id, seq = await answered(built, "Mijn borg?")
    await says(built, id, seq, BORG.slug)
    await erase(built.house.world, id, "asked")
    assert await questions(built) == []
    with pytest.raises(NotNow):
        await says(built, id, seq, None)


async def test_that_what_is_no_answer_of_the_ai_cannot_be_corrected(built: Built) -> None:
    id, seq = await answered(built, "Mijn borg?")
    for place in (seq - 2, seq + 50):
        with pytest.raises(Unknown):
            await says(built, id, place, BORG.slug)
    with pytest.raises(Invalid):
        await says(built, id, seq, "bestaat-niet")


async def test_that_a_line_of_a_newer_release_is_passed_over(built: Built) -> None:
    await built.store.add_to_ledger(built.clock.now(), EVALUATION, '{"what": "else"}')
    assert await questions(built) == []


async def test_that_of_many_corrections_the_last_ones_count(built: Built) -> None:
    for topic in (BORG.slug, None, BORG.slug):
        id, seq = await answered(built, "Mijn borg?")
        await says(built, id, seq, topic)
    assert [one.topic for one in await questions(built, 2)] == [None, BORG.slug]


async def test_that_what_is_said_again_counts_as_said_now(built: Built) -> None:
    first, seq = await answered(built, "Mijn borg?")
    await says(built, first, seq, None)
    second, other = await answered(built, "Mijn sleutel?")
    await says(built, second, other, None)
    await says(built, first, seq, BORG.slug)
    assert [one.topic for one in await questions(built)] == [None, BORG.slug]
