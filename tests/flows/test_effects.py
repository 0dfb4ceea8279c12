"""What a text does to the evaluation, measured before it is published, and kept."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from gehoor.core.errors import Invalid, NotNow
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.ladder import Rung
from gehoor.core.knowledge.questions import Asked
from gehoor.core.knowledge.report import Report, report
from gehoor.core.knowledge.score import Judged
from gehoor.flows.contents import Contents
from gehoor.flows.effects import LINE, Counts, Effect, Effects, with_text
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.flows.measured import Measure, Measurements, Meter
from gehoor.flows.writers import WritersRoom
from gehoor.ports.world import World
from tests.core.knowledge.examples import article
from tests.flows.test_knowledge import ANNA, BASE, BETTER, BRAM, KIM
from tests.world import parts

pytestmark = pytest.mark.anyio

DAY = date(2026, 11, 23)
QUESTIONS = [Asked("het lekt", "lekkage"), Asked("hoe laat is het", None)]


def by_words(library: Library, questions: Sequence[Asked], _today: date) -> Report:
    """Finds the topic whose answer tells to call: a text without that word is not found."""
    assert not library.rungs, "the ladder is left out"
    judged = []
    for one in questions:
        found = one.topic is not None and any(a.slug == one.topic and "Bel" in a.answer for a in library.articles)
        shown = (one.topic,) if found and one.topic else ()
        judged.append(Judged(one.topic, shown, shown, found, 1.0 if found else 0.0))
    return report(judged)


def room(world: World, measure: Measure | None = by_words, questions: Sequence[Asked] = QUESTIONS) -> WritersRoom:
    book = KnowledgeBook(world, Contents(BASE), lambda: DAY)
    measurements = Measurements(world, lambda: book.library, lambda: DAY, Meter(measure, questions))
    return WritersRoom(world, book, measurements, lambda: DAY)


async def offered(made: WritersRoom, answer: str) -> KnowledgeBook:
    """A text by Anna that waits for review."""
    book = made.book
    await book.start()
    topic = await book.draft(article("lekkage", answer=answer), 0, ANNA)
    await book.submit("lekkage", "nl", topic.last, ANNA)
    return book


async def test_that_a_worse_text_is_published_only_with_a_name_and_a_reason_that_are_kept() -> None:
    world, _, _ = parts()
    made = room(world)
    book = await offered(made, "Draai de kraan dicht.")
    with pytest.raises(NotNow, match="Meet eerst"):
        await made.approve("lekkage", "nl", book.topic("lekkage").last, KIM, "")
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    state = await made.measured(book.topic("lekkage"), "nl")
    assert state.effect is not None
    assert (state.effect.now.first_right, state.effect.then.first_right, state.effect.worse) == (1, 0, True)
    with pytest.raises(Invalid, match="slechter"):
        await made.approve("lekkage", "nl", book.topic("lekkage").last, KIM, "")
    await made.approve("lekkage", "nl", book.topic("lekkage").last, KIM, "Bellen mag niet meer")
    line = json.loads((await world.store.ledger(kind="knowledge"))[-1].body)
    assert (line["by"], line["worse"], line["why"]) == (KIM.id, True, "Bellen mag niet meer")
    assert line["effect"]["first_right"] == -1


async def test_that_a_text_that_is_not_worse_needs_no_reason() -> None:
    world, _, _ = parts()
    made = room(world)
    book = await offered(made, "Bel ons vandaag.")
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    topic = await made.approve("lekkage", "nl", book.topic("lekkage").last, KIM, "")
    assert topic.editions[-1].approver == KIM.id


async def test_that_another_process_knows_what_was_measured() -> None:
    world, _, _ = parts()
    made = room(world)
    book = await offered(made, "Bel ons vandaag.")
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    other = room(world)
    await other.book.start()
    assert (await other.measured(other.book.topic("lekkage"), "nl")).effect is not None


async def test_that_a_text_that_changed_since_must_be_measured_again() -> None:
    world, _, _ = parts()
    made = room(world)
    book = await offered(made, "Bel ons vandaag.")
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    topic = await book.send_back("lekkage", "nl", "Anders", book.topic("lekkage").last, BRAM)
    topic = await book.draft(article("lekkage", answer="Draai hem dicht."), topic.last, ANNA)
    topic = await book.submit("lekkage", "nl", topic.last, ANNA)
    assert (await made.measured(topic, "nl")).effect is None


@pytest.mark.parametrize(("measure", "questions"), [(None, QUESTIONS), (by_words, [])])
async def test_that_where_nothing_can_be_measured_publishing_goes_on(
    measure: Measure | None, questions: Sequence[Asked]
) -> None:
    world, _, _ = parts()
    made = room(world, measure, questions)
    book = await offered(made, "Draai hem dicht.")
    with pytest.raises(NotNow):
        await made.measure(book.topic("lekkage"), "nl", BRAM)
    topic = await made.approve("lekkage", "nl", book.topic("lekkage").last, KIM, "")
    assert topic.editions[-1].approver == KIM.id


async def test_that_a_measurement_that_breaks_is_told_and_can_be_done_again() -> None:
    world, _, _ = parts()
    broken = [True]

    def sometimes(library: Library, questions: Sequence[Asked], today: date) -> Report:
        if broken.pop() if broken else False:
            raise ValueError("kapot")
        return by_words(library, questions, today)

    made = room(world, sometimes)
    book = await offered(made, "Bel ons vandaag.")
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    assert "lukte niet" in (await made.measured(book.topic("lekkage"), "nl")).trouble
    await made.measure(book.topic("lekkage"), "nl", BRAM)
    await made.idle()
    assert (await made.measured(book.topic("lekkage"), "nl")).effect is not None


async def test_that_one_text_is_measured_at_a_time() -> None:
    world, _, _ = parts()
    started, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(library: Library, questions: Sequence[Asked], today: date) -> Report:
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(5)
        return by_words(library, questions, today)

    measurements = Measurements(world, lambda: BASE, lambda: DAY, Meter(slow, QUESTIONS))
    effects = Effects(world, measurements)
    then = with_text(BASE, BETTER)
    await effects.begin(BASE, then, StaffId("anna"))
    await started.wait()
    assert effects.busy_with(BASE, then)
    with pytest.raises(NotNow):
        await effects.begin(BASE, then, StaffId("bram"))
    go_on.set()
    await effects.idle()
    assert len(await world.store.ledger(kind=LINE)) == 1


@pytest.mark.parametrize(
    ("change", "worse"),
    [
        ({}, False),
        ({"first_right": 9}, True),
        ({"in_three": 9}, True),
        ({"answered_wrong": 1}, True),
        ({"answered_for_nothing": 1}, True),
        ({"first_right": 11, "in_three": 11}, False),
        ({"answered_right": 0}, False),  # it says less, and nothing wrong
    ],
)
def test_that_worse_is_fewer_found_or_more_wrong(change: dict[str, int], worse: bool) -> None:
    now = Counts(10, 10, 8, 0, 0)
    assert Effect(12, 5, now, replace(now, **change)).worse is worse


def test_that_a_text_takes_the_place_of_the_one_in_its_language() -> None:
    library = with_text(replace(BASE, rungs={"borg": Rung.OFF}), BETTER)
    assert {one.slug: one.answer for one in library.articles} == {"borg": "Bel ons.", "lekkage": BETTER.answer}
    assert library.rungs == {"borg": Rung.OFF}
