"""A text was wrong: who was given it is listed, told as they can be reached, once, and what came of it is on record."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gehoor.adapters.outbound.memory import MemoryMail
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.errors import Invalid, NotAllowed, NotNow, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.ladder import Severity
from gehoor.core.knowledge.recall import Came, Way, Wording
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND
from gehoor.flows.grown import EVALUATION, grown
from gehoor.flows.privacy import erase
from gehoor.flows.recall import CALLS_AT_ONCE, SETTLED, RecallBook
from gehoor.flows.recall_lines import LINE, Recall
from gehoor.flows.recipients import Tally, books_of, listed, recipients, scanned
from gehoor.prove.audit import audit
from tests.world import KIM, NOOR, OPZEGGEN, SLEUTEL, Agent, Built, Customer, account, answer_from, new_id, open_house

pytestmark = pytest.mark.anyio

WRONG, RIGHT = "U kunt per dag opzeggen.", "U hebt een opzegtermijn van een maand."
WORDS = (Wording("nl", WRONG, RIGHT),)
WRITER = replace(account(NOOR), role="writer")
MAIL = "jan@example.nl"


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    async with open_house([answer_from()] * 80) as one:
        yield one
        assert one.broken == []
        assert (await audit(one.store)).findings == []


@pytest.fixture
def mail(built: Built) -> MemoryMail:
    found = built.house.world.outbound.mail
    assert isinstance(found, MemoryMail)
    return found


async def given(built: Built, question: str = "Hoe zeg ik mijn huur op?", **contact: str) -> Customer:
    """A customer who was given the answer, and left a way to be reached if they did."""
    customer = await built.customer()
    await customer.writes(question)
    if contact:
        await customer.wants_a_person(**contact)
    return customer


async def ended(built: Built, customer: Customer) -> None:
    """The customer needs nobody any more, and the conversation ends."""
    await customer.posts("withdraw")
    await built.pass_time(2 * DAY)
    assert (await built.view(customer.id)).phase is Phase.RESOLVED


async def recalled(built: Built, harm: Severity = Severity.SERIOUS) -> Recall:
    """The text is taken back as wrong, and its list is made."""
    knowledge = built.house.knowledge
    await knowledge.withdraw("huur-opzeggen", "nl", 1, "De termijn klopt niet.", account(KIM), wrong=True, harm=harm)
    await built.house.recalls.look()
    built.clock.forward(SETTLED)
    await built.house.recalls.look()
    (recall,) = built.house.recalls.every()
    return recall


async def approved(built: Built, recall: Recall, words: tuple[Wording, ...] = WORDS) -> None:
    """Somebody words the correction, somebody else approves it, and it is told."""
    kept = await built.house.recalls.word(recall.id, words, WRITER)
    await built.house.recalls.approve(recall.id, kept.worded_in, account(KIM))
    await told(built)


async def told(built: Built) -> None:
    """A round of telling, and everything that follows from it."""
    built.clock.forward(MINUTE)
    await built.house.recalls.look()
    await built.ring()


async def came(built: Built, recall: Recall) -> dict[str, tuple[Way, Came]]:
    """How each recipient was told, and what came of it."""
    built.clock.forward(MINUTE)
    progress = await built.house.recalls.progress(recall.id)
    return {one.recipient.id: (one.recipient.way, one.came) for one in progress.recipients}


async def corrections(built: Built, customer: Customer) -> list[e.CorrectionGiven]:
    return [one.event for one in await built.facts(customer.id) if isinstance(one.event, e.CorrectionGiven)]


# -- the list ----------------------------------------------------------------------------------------------------------


async def test_that_a_text_that_was_wrong_lists_everybody_who_was_given_it_and_nobody_else(built: Built) -> None:
    one, other = await given(built), await given(built, phone="06 12 34 56 78")
    by_person = await built.customer()
    await by_person.wants_a_person()
    agent = await built.agent()
    await agent.does("accept", by_person.id)
    used = [{"article": OPZEGGEN.slug, "version": OPZEGGEN.version}]
    await agent.does("messages", by_person.id, client_id=new_id(), text="Dat kan elke dag.", sources=used)
    built.brain._steps.insert(0, answer_from(SLEUTEL))
    stranger = await built.customer()
    await stranger.writes("Sleutel kwijt")
    recall = await recalled(built)
    assert recall.listed is not None
    assert recall.listed.recipients == 3
    assert dict(recall.listed.by_whom) == {"ai": 2, "agent": 1}
    found = await listed(built.store, OPZEGGEN.slug, recall.opened.versions)
    assert {entry.conversation for entry in found} == {one.id, other.id, by_person.id}
    assert found == await scanned(built.store, OPZEGGEN.slug, recall.opened.versions)
    assert recall.opened.harm is Severity.SERIOUS


async def test_that_the_list_on_record_can_be_made_again_from_the_facts(built: Built) -> None:
    for _ in range(5):
        await given(built)
    recall = await recalled(built)
    tally = Tally()
    async for some in recipients(books_of(built.house.world), OPZEGGEN.slug, recall.opened.versions):
        tally.take(some)
    assert recall.listed is not None
    assert (tally.count, tally.digest) == (recall.listed.recipients, recall.listed.digest)
    await given_again(built)
    built.clock.forward(HOUR)
    other = Tally()
    async for some in recipients(books_of(built.house.world), OPZEGGEN.slug, (*recall.opened.versions, "another")):
        other.take(some)
    assert other.digest == tally.digest, "what is written after the withdrawal is another version"


async def given_again(built: Built) -> None:
    built.brain._steps.insert(0, answer_from(SLEUTEL))
    customer = await built.customer()
    await customer.writes("Sleutel kwijt")


async def test_that_who_was_given_it_twice_is_on_the_list_once(built: Built) -> None:
    customer = await built.customer()
    await customer.writes("Hoe zeg ik op?")
    await customer.wants_a_person()
    agent = await built.agent()
    await agent.does("accept", customer.id)
    used = [{"article": OPZEGGEN.slug, "version": OPZEGGEN.version}]
    for _ in range(2):
        await agent.does("messages", customer.id, client_id=new_id(), text="Dat kan.", sources=used)
    recall = await recalled(built)
    assert recall.listed is not None
    assert recall.listed.recipients == 1
    await approved(built, recall)
    assert len(await corrections(built, customer)) == 1


async def test_that_a_text_that_is_only_old_is_not_recalled(built: Built) -> None:
    await given(built)
    await built.house.knowledge.withdraw("huur-opzeggen", "nl", 1, "Vervangen.", account(KIM))
    built.clock.forward(SETTLED)
    await built.house.recalls.look()
    assert built.house.recalls.every() == []


async def test_that_the_error_becomes_a_case_of_the_evaluation_with_masked_words(built: Built) -> None:
    for question in ("Hoe zeg ik mijn huur op? Bel 06 12 34 56 78.", "Hoe zeg ik op?", "Hoe zeg ik op?"):
        await given(built, question)
    recall = await recalled(built)
    assert recall.listed is not None
    cases = await grown(built.store, built.house.world.keys)
    assert [(one.topic, one.language) for one in cases] == [("huur-opzeggen", "nl")] * 2, "the same question is one"
    assert "huur op" in cases[0].text
    assert not any("34 56" in one.text for one in cases)
    lines = [json.loads(entry.body) for entry in await built.store.ledger(kind=EVALUATION)]
    assert all(one["purpose"] for one in lines)
    await erase(built.house.world, lines[0]["conversation"], "asked")
    assert len(await grown(built.store, built.house.world.keys)) == 1, "erasing takes it out of the evaluation"


# -- the words ---------------------------------------------------------------------------------------------------------


async def test_that_nobody_is_told_before_somebody_else_approved_the_words(built: Built) -> None:
    customer = await given(built)
    recall = await recalled(built)
    book = built.house.recalls
    with pytest.raises(NotNow):
        await book.approve(recall.id, 0, account(KIM))
    kept = await book.word(recall.id, WORDS, account(KIM))
    with pytest.raises(NotAllowed):
        await book.approve(recall.id, kept.worded_in, account(KIM))
    with pytest.raises(NotAllowed):
        await book.approve(recall.id, kept.worded_in, account(NOOR))  # an agent
    again = await book.word(recall.id, (Wording("nl", WRONG, "Twee maanden."),), account(KIM))
    with pytest.raises(NotNow):
        await book.approve(recall.id, kept.worded_in, WRITER)  # the words that they read are not the newest
    await told(built)
    assert await corrections(built, customer) == []
    await book.approve(recall.id, again.worded_in, WRITER)
    await told(built)
    assert len(await corrections(built, customer)) == 1
    with pytest.raises(NotNow):
        await book.word(recall.id, WORDS, account(KIM))


async def test_that_words_with_personal_data_are_refused(built: Built) -> None:
    await given(built)
    recall = await recalled(built)
    with pytest.raises(Invalid):
        await built.house.recalls.word(recall.id, (Wording("nl", "Bel jan@example.nl", RIGHT),), WRITER)
    with pytest.raises(Unknown):
        await built.house.recalls.word("r999", WORDS, WRITER)


async def test_that_a_customer_reads_what_was_wrong_and_what_is_right_with_an_apology_and_a_person(
    built: Built,
) -> None:
    customer = await given(built)
    recall = await recalled(built)
    await approved(built, recall)
    *_, correction, offer = await customer.looks()
    assert correction["author"]["kind"] == "notice"
    assert correction["correction"]["article"] == "huur-opzeggen"
    for part in ("Onze excuses", OPZEGGEN.title, WRONG, RIGHT, "medewerker", "maandag 23 november"):
        assert part in correction["text"], part
    assert offer["type"] == "human_offered"


# -- each as they can be reached ---------------------------------------------------------------------------------------


async def test_that_each_is_told_as_they_can_be_reached(built: Built, mail: MemoryMail) -> None:
    here = await given(built)
    stream = here.listens()
    await stream.open()
    by_mail, by_phone = await given(built, email=MAIL), await given(built, phone="06 12 34 56 78")
    with_code, nobody = await given(built, preference="live"), await given(built)
    for one in (by_mail, by_phone, with_code):
        await ended(built, one)
    recall = await recalled(built)
    sent = len(mail.letters)
    await approved(built, recall)
    await built.ring()
    assert await came(built, recall) == {
        here.id: (Way.STREAM, Came.SENT),
        by_mail.id: (Way.MAIL, Came.SENT),
        by_phone.id: (Way.PERSON, Came.TASK),  # a person is waited for now, who calls
        with_code.id: (Way.CODE, Came.TASK),
        nobody.id: (Way.NOTHING, Came.TASK),
    }
    (letter,) = list(mail.letters)[sent:]
    assert letter.to == MAIL
    assert all(part in letter.text for part in (WRONG, RIGHT, "Onze excuses"))
    view = await built.view(by_phone.id)
    assert view.requested
    assert view.due_at is not None
    assert view.promise_kind is not None
    await stream.close()


async def test_that_who_left_nothing_is_looked_for_by_a_person_who_says_what_came_of_it(built: Built) -> None:
    found, lost = await given(built), await given(built)
    recall = await recalled(built, Severity.GRAVE)
    await approved(built, recall)
    book = built.house.recalls
    await book.looked(recall.id, ConversationId(found.id), True, account(NOOR))
    await book.looked(recall.id, ConversationId(lost.id), False, account(NOOR))
    assert await came(built, recall) == {
        found.id: (Way.NOTHING, Came.SENT),
        lost.id: (Way.NOTHING, Came.NOT_REACHED),
    }
    with pytest.raises(Unknown):
        await book.looked(recall.id, ConversationId(lost.id), True, account(NOOR))
    await told(built)
    assert book.one(recall.id).ended is not None
    assert "example" not in str([entry.body for entry in await built.store.ledger(kind=LINE)])


async def test_that_an_error_that_cost_only_time_is_kept_for_who_left_nothing(built: Built) -> None:
    customer = await given(built)
    recall = await recalled(built, Severity.ORDINARY)
    await approved(built, recall)
    assert await came(built, recall) == {customer.id: (Way.NOTHING, Came.KEPT)}
    assert built.house.recalls.one(recall.id).ended is not None
    await customer.looks()  # they come back after all
    assert await came(built, recall) == {customer.id: (Way.NOTHING, Came.SENT)}


async def test_that_a_letter_that_comes_back_becomes_a_call(built: Built, mail: MemoryMail) -> None:
    customer = await given(built, email=MAIL, phone="06 12 34 56 78")
    await ended(built, customer)
    recall = await recalled(built)
    await approved(built, recall)
    assert (await came(built, recall))[customer.id][1] is Came.SENT
    await built.house.post.bounced(mail.letters[-1].token, "5.1.1")
    built.clock.forward(HOUR)
    await told(built)
    assert (await came(built, recall))[customer.id] == (Way.MAIL, Came.TASK)
    assert (await built.view(customer.id)).requested
    text = " ".join(str(event.get("text")) for event in await customer.looks())
    assert "niet aangekomen" in text


async def test_that_a_call_that_reached_somebody_ends_it(built: Built) -> None:
    customer = await given(built, phone="06 12 34 56 78")
    await ended(built, customer)
    recall = await recalled(built)
    await approved(built, recall)
    agent = await built.agent()
    assert (await agent.does("accept", customer.id)).status_code == 200
    assert (await agent.does("call", customer.id, answered=True)).status_code == 200
    assert (await came(built, recall))[customer.id][1] is Came.SENT
    assert "PromiseKept" in await built.kinds(customer.id)


async def test_that_somebody_who_waits_for_or_talks_to_a_person_reads_it_and_keeps_their_place(built: Built) -> None:
    waiting = await given(built, preference="live")
    before = await built.view(waiting.id)
    recall = await recalled(built)
    await approved(built, recall)
    after = await built.view(waiting.id)
    assert len(await corrections(built, waiting)) == 1
    assert (after.phase, after.queued_since, after.due_at) == (before.phase, before.queued_since, before.due_at)


async def test_that_no_more_people_are_asked_to_call_than_can_be_kept(built: Built) -> None:
    customers = [await given(built, phone="06 12 34 56 78") for _ in range(CALLS_AT_ONCE + 2)]
    for one in customers:
        await one.posts("withdraw")
    recall = await recalled(built)
    await approved(built, recall)
    await told(built)
    called = [one for one in customers if (await built.view(one.id)).requested]
    assert len(called) == CALLS_AT_ONCE
    agent = await built.agent()
    await agent.does("accept", called[0].id)
    await agent.does("call", called[0].id, answered=True)
    await told(built)
    assert sum([(await built.view(one.id)).requested for one in customers]) == CALLS_AT_ONCE


async def test_that_nothing_is_said_to_who_was_erased(built: Built) -> None:
    customer, other = await given(built), await given(built)
    await erase(built.house.world, customer.id, "asked")
    recall = await recalled(built)
    assert recall.listed is not None
    assert recall.listed.recipients == 2, "the evidence stays whole"
    await approved(built, recall)
    assert await corrections(built, customer) == []
    assert (await came(built, recall))[customer.id] == (Way.ERASED, Came.LEFT_OUT)
    assert len(await corrections(built, other)) == 1


async def test_that_a_house_that_starts_again_tells_nobody_twice_and_everybody_once(built: Built) -> None:
    customers = [await given(built) for _ in range(6)]
    recall = await recalled(built)
    await approved(built, recall)
    house = built.house
    later_one = RecallBook(house.world, house.recorder, lambda: house.policy, house.knowledge)
    for _ in range(2):
        built.clock.forward(HOUR)
        await later_one.look()
    assert [len(await corrections(built, one)) for one in customers] == [1] * 6
    assert later_one.one(recall.id) == house.recalls.one(recall.id)


async def test_that_one_conversation_that_cannot_be_told_keeps_nobody_waiting(built: Built) -> None:
    first, second = await given(built), await given(built)
    recall = await recalled(built)
    await built.house.world.keys.destroy(min(first.id, second.id), built.clock.now())
    await approved(built, recall)
    assert len(await corrections(built, max(first, second, key=lambda one: one.id))) == 1


async def test_that_an_agent_sees_the_correction_and_why_somebody_is_called(built: Built) -> None:
    customer = await given(built, phone="06 12 34 56 78")
    await ended(built, customer)
    recall = await recalled(built)
    await approved(built, recall)
    agent: Agent = await built.agent()
    events = (await agent.reads(customer.id))["events"]
    assert [one["how"] for one in events if one["type"] == "human_requested"][-1] == "recall"
    assert any(one.get("correction") for one in events)


async def test_that_the_first_look_waits_until_what_was_on_its_way_is_written(built: Built) -> None:
    await built.house.knowledge.withdraw(
        "huur-opzeggen", "nl", 1, "Fout.", account(KIM), wrong=True, harm=Severity.GRAVE
    )
    await built.house.recalls.look()
    (recall,) = built.house.recalls.every()
    assert recall.listed is None
    built.clock.forward(SETTLED - SECOND)
    await built.house.recalls.look()
    assert built.house.recalls.one(recall.id).listed is None
    built.clock.forward(SECOND)
    await built.house.recalls.look()
    assert built.house.recalls.one(recall.id).listed is not None
