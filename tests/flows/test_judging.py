"""A week's answers are drawn once it is over, and judged by people who know neither the giver nor each other."""

import json
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.errors import NotNow, Unknown
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.ladder import Rung, Severity, Verdict
from gehoor.core.knowledge.sample import Giver, number_of
from gehoor.core.time import DAY, HOUR
from gehoor.flows.judging import SAMPLE, JudgeBook, draw_week
from gehoor.flows.knowledge_lines import JUDGEMENT
from gehoor.flows.privacy import erase
from tests.world import (
    KIM,
    LIBRARY,
    NOOR,
    OPZEGGEN,
    ROBIN,
    SAM,
    Built,
    Customer,
    account,
    answer_from,
    new_id,
    open_house,
    until,
)

pytestmark = pytest.mark.anyio

WEEK, ZONE = "2026-W48", ZoneInfo("Europe/Amsterdam")
LATER = 8 * DAY
"""From Monday morning to Tuesday of the next week."""


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI answers the first three questions."""
    async with open_house([answer_from(), answer_from(), answer_from()]) as one:
        yield one


async def asked(built: Built, text: str = "Ik heet Piet, hoe zeg ik mijn huur op?") -> Customer:
    customer = await built.customer()
    await customer.writes(text)
    return customer


async def drawn(built: Built) -> JudgeBook:
    """The next week has begun a day ago."""
    built.clock.forward(LATER)
    book = built.house.judging
    await book.draw_due()
    return book


async def item_for(book: JudgeBook, staff: StaffId) -> str:
    shown = await book.next_for(staff)
    assert shown is not None
    return shown.item


async def test_that_a_week_is_drawn_a_day_after_it_ended_and_once(built: Built) -> None:
    customer = await asked(built)
    book = built.house.judging
    assert await book.draw_due() is None
    built.clock.forward(LATER - 12 * HOUR)  # Monday evening: a request may still follow an answer of Sunday
    assert await book.draw_due() is None
    built.clock.forward(12 * HOUR)
    sample = await book.draw_due()
    assert sample is not None
    assert (sample.week, sample.answers) == (WEEK, 1)
    (case,) = sample.chosen
    assert (case.conversation, case.article, case.by, case.followed) == (customer.id, OPZEGGEN.slug, Giver.AI, False)
    assert await book.draw_due() is None
    assert len(await built.store.ledger(kind=SAMPLE)) == 1
    # Whoever doubts it draws the same again.
    assert await draw_week(built.store, ZONE, WEEK) == sample


async def test_that_a_week_without_answers_leaves_no_line(built: Built) -> None:
    await drawn(built)
    assert await built.store.ledger(kind=SAMPLE) == []


async def test_that_an_answer_is_followed_by_a_request_within_a_day_and_not_by_one_before_it(built: Built) -> None:
    followed, late, before = await asked(built), await asked(built), await built.customer()
    await followed.wants_a_person()
    built.clock.forward(DAY + HOUR)
    await late.wants_a_person()
    await before.wants_a_person()
    await before.posts("withdraw")
    await before.writes("Hoe zeg ik mijn huur op?")
    built.clock.forward(LATER)
    sample = await draw_week(built.store, ZONE, WEEK)
    told = {case.conversation: case.followed for case in sample.cases}
    assert told == {followed.id: True, late.id: False, before.id: False}


async def test_that_probes_of_the_house_are_not_judged() -> None:
    async with open_house([answer_from()], probe_secret="geheim") as built:
        client = built.client()
        opened = await client.post(
            "/api/v1/conversations", json={"channel": "probe"}, headers={"x-gehoor-probe": "geheim"}
        )
        customer = Customer(built, client, opened.json())
        await customer.writes("Hoe zeg ik mijn huur op?")
        view = await built.view(customer.id)
        given = [one async for some in built.store.given_between(view.at, built.clock.forward()) for one in some]
        assert (view.channel, len(given)) == ("probe", 1)
        assert (await draw_week(built.store, ZONE, WEEK)).answers == 0


async def test_that_a_judge_sees_masked_words_and_nothing_of_whose_they_are(built: Built) -> None:
    customer = await asked(built, "Mijn nummer is 06 12 34 56 78. Hoe zeg ik mijn huur op?")
    book = await drawn(built)
    shown = await book.next_for(SAM)
    assert shown is not None
    assert "06" not in shown.question
    assert "huur op?" in shown.question
    assert shown.answer.startswith(OPZEGGEN.answer[:20])
    assert (shown.source.article, shown.left) == (OPZEGGEN.slug, 1)
    assert customer.id not in repr(shown)
    assert shown.item not in number_of(WEEK, customer.id, 4)
    lines = [json.loads(entry.body) for entry in await built.store.ledger(kind="read")]
    assert {"conversation": customer.id, "purpose": "judging", "staff": SAM} in lines


async def test_that_two_agree_or_a_third_decides_and_nobody_judges_twice(built: Built) -> None:
    await asked(built)
    book = await drawn(built)
    item = await item_for(book, SAM)
    await book.judge(item, Verdict.RIGHT, SAM)
    assert await book.next_for(SAM) is None
    with pytest.raises(NotNow):
        await book.judge(item, Verdict.WRONG, SAM)
    assert await item_for(book, ROBIN) == item
    await book.judge(item, Verdict.WRONG, ROBIN)
    assert (await book.quality()).third == 1
    assert await item_for(book, KIM) == item
    await book.judge(item, Verdict.WRONG, KIM)
    found = await book.quality()
    assert (found.live.wrong.count, found.live.wrong.total, found.waiting) == (1, 1, 0)
    assert (found.agreement.share.count, found.agreement.share.total) == (0, 1)
    with pytest.raises(NotNow):
        await book.judge(item, Verdict.RIGHT, NOOR)
    with pytest.raises(Unknown):
        await book.judge("ander", Verdict.RIGHT, NOOR)


async def test_that_a_judgement_is_a_line_that_the_ladder_counts(built: Built) -> None:
    customer = await asked(built)
    book = await drawn(built)
    item = await item_for(book, SAM)
    for staff in (SAM, ROBIN):
        await book.judge(item, Verdict.RIGHT, staff)
    told = json.loads((await built.store.ledger(kind=JUDGEMENT))[-1].body)
    seq = told.pop("seq")
    named = {"conversation": customer.id, "article": OPZEGGEN.slug, "version": OPZEGGEN.version, "by": "ai"}
    assert told == named | {"verdict": "right", "staff": ROBIN}
    assert isinstance(seq, int)
    knowledge = built.house.knowledge
    await knowledge.catch_up()
    assert knowledge.figures(OPZEGGEN.slug)[Rung.ANSWERS].right == 1


async def test_that_a_topic_steps_down_by_itself_when_answers_do_harm(built: Built) -> None:
    await asked(built)
    book = await drawn(built)
    item = await item_for(book, SAM)
    await book.judge(item, Verdict.HARMFUL, SAM)
    await built.house.knowledge.catch_up()
    assert built.house.knowledge.library.rung(OPZEGGEN.slug) is Rung.ANSWERS  # one person alone takes nothing down so
    await book.judge(item, Verdict.HARMFUL, ROBIN)
    await built.house.knowledge.catch_up()
    assert built.house.knowledge.library.rung(OPZEGGEN.slug) is Rung.SUGGESTS
    assert built.house.knowledge.topic(OPZEGGEN.slug).severity is Severity.ORDINARY


async def test_that_of_two_who_do_not_agree_the_worse_counts_until_a_third_has_judged(built: Built) -> None:
    await asked(built)
    book = await drawn(built)
    item = await item_for(book, SAM)
    knowledge = built.house.knowledge
    for staff, verdict in ((SAM, Verdict.RIGHT), (ROBIN, Verdict.INCOMPLETE)):
        await book.judge(item, verdict, staff)
    await knowledge.catch_up()
    assert knowledge.figures(OPZEGGEN.slug)[Rung.ANSWERS].incomplete == 1
    await book.judge(item, Verdict.RIGHT, KIM)
    await knowledge.catch_up()
    found = knowledge.figures(OPZEGGEN.slug)[Rung.ANSWERS]
    assert (found.right, found.incomplete) == (1, 0)


async def test_that_a_house_draws_by_itself_when_it_starts(built: Built) -> None:
    await asked(built)
    built.clock.forward(LATER)
    async with open_house(world=built.house.world) as again:
        await until(lambda: has_sample(again))


async def has_sample(built: Built) -> bool:
    return bool(await built.store.ledger(kind=SAMPLE))


async def test_that_what_was_erased_is_not_shown_and_is_counted_apart(built: Built) -> None:
    customer = await asked(built)
    book = await drawn(built)
    await erase(built.house.world, ConversationId(customer.id), "asked")
    assert await book.next_for(SAM) is None
    found = await book.quality()
    assert (found.erased, found.waiting) == (1, 0)


async def test_that_agents_answers_are_among_them_without_their_names_and_not_for_themselves(built: Built) -> None:
    customer = await built.customer()
    await customer.writes("Hoe zeg ik mijn huur op?")
    await customer.wants_a_person()
    agent = await built.agent()
    await agent.takes(customer.id)
    source: dict[str, Any] = {"article": OPZEGGEN.slug, "version": OPZEGGEN.version}
    text = "U zegt uw huur op met een brief. Groet, Noor"
    await agent.does("messages", customer.id, client_id=new_id(), text=text, sources=[source])
    book = await drawn(built)
    own = [await _all_items(book, staff) for staff in (NOOR, SAM)]
    assert len(own[1]) == len(own[0]) + 1
    shown = next(one for one in own[1].values() if "brief. Groet" in one)
    assert "Noor" not in shown


async def _all_items(book: JudgeBook, staff: StaffId) -> dict[str, str]:
    """Every case that this judge may see, and its answer."""
    found: dict[str, str] = {}
    for key, case in book._lines.cases(""):
        shown = await book._shown(key, case, staff, 1)
        if shown is not None:
            found[key] = shown.answer
    return found


async def test_that_another_process_shows_what_was_judged_here(built: Built) -> None:
    await asked(built)
    book = await drawn(built)
    await book.judge(await item_for(book, SAM), Verdict.RIGHT, SAM)
    other = JudgeBook(built.house.world, lambda: built.house.policy, lambda: LIBRARY)
    assert await other.next_for(SAM) is None
    assert await other.next_for(ROBIN) is not None


async def test_that_a_line_of_a_newer_release_is_passed_over(built: Built) -> None:
    await asked(built)
    await built.store.add_to_ledger(built.clock.now(), JUDGEMENT, '{"verdict": "beautiful"}')
    book = await drawn(built)
    assert await book.next_for(SAM) is not None


async def test_that_what_the_ai_would_have_said_is_judged_as_if_it_had(built: Built) -> None:
    kim = account(KIM)
    for _ in range(3):  # suggests, helps agents, shadow
        await built.house.knowledge.step_down(OPZEGGEN.slug, "proef", kim)
    customer = await asked(built)
    assert "BotReplied" not in await built.kinds(customer.id)
    book = await drawn(built)
    sample = book._lines.samples[WEEK]
    assert (sample.answers, [one.by for one in sample.compared]) == (0, [Giver.SHADOW])
    shown = await book.next_for(SAM)
    assert shown is not None
    assert (shown.answer, shown.source.article) == (OPZEGGEN.answer, OPZEGGEN.slug)
    for staff in (SAM, ROBIN):
        await book.judge(shown.item, Verdict.RIGHT, staff)
    await built.house.knowledge.catch_up()
    assert built.house.knowledge.figures(OPZEGGEN.slug)[Rung.SHADOW].right == 1
