"""What customers asked that was not answered: masked, of lately, and its reading is on record."""

import json

import pytest

from gehoor.adapters.brains.scripted import Step
from gehoor.core.time import DAY, MINUTE
from gehoor.flows.unanswered import Missed
from gehoor.ports.brain import DontKnow, Suggestions, suggestion_of
from tests.world import BORG, KIM, SLEUTEL, Built, answer_from, open_house

pytestmark = pytest.mark.anyio


async def asks(built: Built, text: str, **feedback: object) -> None:
    customer = await built.customer()
    await customer.writes(text)
    await built.settle()
    if feedback:
        await customer.posts("feedback", **feedback)


async def found(built: Built) -> list[Missed]:
    return list(await built.house.writers.unanswered(KIM))


async def test_that_what_the_ai_did_not_know_doubted_or_did_not_help_with_is_there_newest_first() -> None:
    steps: list[Step] = [
        DontKnow("not_sure"),
        Suggestions((suggestion_of(SLEUTEL), suggestion_of(BORG))),
        answer_from(BORG),
        answer_from(BORG),
    ]
    async with open_house(steps) as built:
        await asks(built, "hebben jullie een zwembad")
        built.clock.forward(MINUTE)
        await asks(built, "iets met een sleutel of borg")
        built.clock.forward(MINUTE)
        await asks(built, "waar blijft mijn geld", helped=False)
        built.clock.forward(MINUTE)
        await asks(built, "hoe zit het met de borg", helped=True)
        told = [(one.text, one.why, one.topics) for one in await found(built)]
    assert told == [
        ("waar blijft mijn geld", "not_helped", ("borg",)),
        ("iets met een sleutel of borg", "suggested", ("sleutel-kwijt", "borg")),
        ("hebben jullie een zwembad", "abstained", ()),
    ]


async def test_that_a_question_that_was_not_known_is_with_the_topic_whose_words_it_has() -> None:
    async with open_house([DontKnow("not_sure")]) as built:
        await asks(built, "krijg ik mijn borg")
        assert [one.topics[:1] for one in await found(built)] == [("borg",)]


async def test_that_personal_data_is_masked_and_the_reading_is_on_record_once_a_look() -> None:
    async with open_house([DontKnow("not_sure")]) as built:
        await asks(built, "mail mij op jansen@voorbeeld.nl over mijn tuin")
        (one,) = await found(built)
        assert [one] == await found(built)
        assert "jansen" not in one.text
        read = [json.loads(entry.body) for entry in await built.store.ledger(kind="read")]
        assert [told["staff"] for told in read if told.get("purpose") == "unanswered"] == [KIM]


async def test_that_what_is_longer_ago_than_thirty_days_is_not_there() -> None:
    async with open_house([DontKnow("not_sure")]) as built:
        await asks(built, "hebben jullie een zwembad")
        built.clock.forward(31 * DAY)
        assert await found(built) == []
