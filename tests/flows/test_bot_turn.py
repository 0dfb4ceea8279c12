"""The AI's turn: an answer, a suggestion or "I do not know"; and whatever breaks, a person."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from gehoor.adapters.articles.manuscripts import Manuscripts
from gehoor.adapters.brains.scripted import Hang, ScriptedBrain
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.article import Computation, Library
from gehoor.core.time import SECOND
from gehoor.flows.contents import Contents
from gehoor.ports.brain import Answer, DontKnow, Question
from gehoor.ports.store import turn_key
from tests.world import BORG, OPZEGGEN, SLEUTEL, Built, answer_from, article, open_house, organisation, suggest, until

pytestmark = pytest.mark.anyio


async def job_keys(built: Built) -> list[str]:
    """The jobs that are left, when every clock has rung and no lease holds."""
    store = cast(Any, built.store)
    return sorted(key for key in store._jobs if ":turn:" in key)


async def test_that_an_answer_is_the_approved_text_with_its_source() -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        (replied,) = [f for f in await built.facts(customer.id) if isinstance(f.event, e.BotReplied)]
        assert isinstance(replied.event, e.BotReplied)
        assert replied.event.source.version == OPZEGGEN.version
        assert replied.actor.kind == "ai"
        assert "scripted" in replied.actor.id
        assert (await customer.looks())[-1]["text"] == OPZEGGEN.answer
        assert await job_keys(built) == []


async def test_that_a_suggestion_and_not_knowing_are_told_as_such() -> None:
    async with open_house([suggest(BORG, SLEUTEL), DontKnow("abstain")]) as built:
        customer = await built.customer()
        await customer.writes("Iets met geld")
        await customer.writes("Iets anders")
        kinds = await built.kinds(customer.id)
        assert kinds[-2:] == ["BotAbstained", "HumanOffered"]
        assert "BotSuggested" in kinds
        assert (await built.view(customer.id)).phase is Phase.AI, "offered, not decided for the customer"


async def test_that_a_fixed_question_is_asked_once_at_most_in_a_row() -> None:
    asks = replace(suggest(BORG, SLEUTEL), question="clarify_more")
    async with open_house([asks, asks, asks]) as built:
        customer = await built.customer()
        for text in ("Iets met geld", "Weet ik niet", "Nog steeds niet"):
            await customer.writes(text)
        facts = await built.facts(customer.id)
        suggested = [one.event for one in facts if isinstance(one.event, e.BotSuggested)]
        assert [one.template.id for one in suggested] == ["clarify_more", "suggest", "clarify_more"]
        assert [one.date for one in suggested[0].sources] == ["2026-01-01", "2026-01-01"]


FAULTS = {
    "raises": ValueError("no"),
    "raises at the root": SystemError(),
    "says nothing": Answer(OPZEGGEN.slug, OPZEGGEN.version, OPZEGGEN.title, "nl", "  ", OPZEGGEN.url_path),
    "makes up an article": Answer("verzonnen", "v1", "Verzonnen", "nl", "U krijgt geld.", "/kennis/verzonnen"),
    "changes an approved text": Answer(
        OPZEGGEN.slug, OPZEGGEN.version, OPZEGGEN.title, "nl", OPZEGGEN.answer + " Echt waar.", OPZEGGEN.url_path
    ),
    "says None": cast(DontKnow, None),
    "says a text": cast(DontKnow, "hallo"),
}


class Says(ScriptedBrain):
    """A brain that returns a thing that is no step of a script."""

    def __init__(self, thing: object) -> None:
        super().__init__()
        self._thing = thing

    async def answer(self, question: Question, today: Any) -> Any:
        await super().answer(question, today)
        if isinstance(self._thing, BaseException):
            raise self._thing
        return self._thing


@pytest.mark.parametrize("thing", FAULTS.values(), ids=FAULTS.keys())
async def test_that_whatever_breaks_ends_at_a_person_with_a_line_that_the_customer_sees(thing: object) -> None:
    async with open_house(brain=Says(thing)) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert (await built.view(customer.id)).phase is Phase.WAITING
        line = next(event for event in await customer.looks() if event["type"] == "human_requested")
        assert (line["how"], line["author"]["kind"]) == ("fault", "notice")
        assert "kan nu geen antwoord geven" in line["text"]
        assert "BotReplied" not in await built.kinds(customer.id)
        assert await job_keys(built) == []
        assert built.broken == []


async def test_that_a_brain_that_hangs_ends_at_a_person() -> None:
    async with open_house([Hang()], brain_limit_s=0.02) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        asked = [f.event for f in await built.facts(customer.id) if isinstance(f.event, e.HumanRequested)]
        assert [one.how for one in asked] == ["fault"]


async def test_that_a_log_of_a_fault_holds_nothing_of_the_customer(capsys: pytest.CaptureFixture[str]) -> None:
    async with open_house() as built:
        customer = await built.customer()
        object.__setattr__(built.house.world, "brain", Says(ValueError("Jan de Vries vroeg iets")))
        await customer.writes("Mijn naam is Jan de Vries en ik zoek een huis")
        assert (await built.view(customer.id)).phase is Phase.WAITING
    log = capsys.readouterr().out
    assert "the brain failed" in log
    assert "Vries" not in log


async def test_that_the_clock_brings_a_person_when_the_turn_itself_is_stuck() -> None:
    async with open_house([Hang()], brain_limit_s=60) as built:
        customer = await built.customer()
        await customer.posts("messages", text="Hoe zeg ik mijn huur op?")
        assert (await customer.state())["ai_busy"] is True
        built.clock.forward(8 * SECOND)
        await built.house.ticker.once()
        asked = [f.event for f in await built.facts(customer.id) if isinstance(f.event, e.HumanRequested)]
        assert [one.how for one in asked] == ["fault"]
        assert (await customer.state())["ai_busy"] is False
        for task in built.house.outbox._running.values():
            task.cancel()


class Gate(ScriptedBrain):
    """A brain that answers each question when it is let."""

    def __init__(self, *steps: Any) -> None:
        super().__init__(steps)
        self.gates = [asyncio.Event() for _ in steps]

    async def answer(self, question: Question, today: Any) -> Any:
        said = await super().answer(question, today)
        await self.gates[len(self.asked) - 1].wait()
        return said


async def busy(brain: ScriptedBrain, count: int) -> None:
    """Waits until the brain was asked so often."""

    async def asked() -> bool:
        return len(brain.asked) >= count

    await until(asked)


async def test_that_a_late_answer_after_a_request_for_a_person_is_dropped() -> None:
    brain = Gate(answer_from(OPZEGGEN))
    async with open_house(brain=brain) as built:
        customer = await built.customer()
        await customer.posts("messages", text="Hoe zeg ik mijn huur op?")
        await busy(brain, 1)
        await customer.posts("human")
        brain.gates[0].set()
        await built.settle()
        assert "BotReplied" not in await built.kinds(customer.id), "after a request the AI is silent"
        assert await job_keys(built) == [], "and the turn is not tried again for ever"
        built.clock.forward(3600 * SECOND)
        await built.ring()
        assert len(brain.asked) == 1


async def test_that_two_questions_in_a_row_are_both_answered_in_any_order() -> None:
    for order in ((0, 1), (1, 0)):
        brain = Gate(answer_from(OPZEGGEN), answer_from(BORG))
        async with open_house(brain=brain) as built:
            customer = await built.customer()
            await customer.posts("messages", text="Hoe zeg ik mijn huur op?")
            await customer.posts("messages", text="En mijn borg?")
            await busy(brain, 2)
            for number in order:
                brain.gates[number].set()
                for _ in range(50):
                    await asyncio.sleep(0)
            await built.settle()
            replied = [f.event for f in await built.facts(customer.id) if isinstance(f.event, e.BotReplied)]
            assert {one.source.article for one in replied} == {"huur-opzeggen", "borg"}
            assert (await customer.state())["ai_busy"] is False
            assert await job_keys(built) == []


async def test_that_the_same_answer_is_not_given_twice() -> None:
    async with open_house([answer_from(OPZEGGEN), answer_from(OPZEGGEN)]) as built:
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        await customer.writes("Hoe zeg ik mijn huur op?!")
        kinds = await built.kinds(customer.id)
        assert kinds.count("BotReplied") == 1
        assert kinds[-2:] == ["BotAbstained", "HumanOffered"]


async def test_that_the_brain_reads_no_personal_data_and_knows_what_was_said_before() -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        customer = await built.customer()
        await customer.writes("Mijn nummer is 06 12345678. Hoe zeg ik mijn huur op?")
        await customer.writes("En daarna?")
        first, second = built.brain.asked
        assert "12345678" not in first.text + str(second.turns)
        assert "[PHONE]" in first.text
        assert second.turns == (first.text,)
        assert second.given == {"huur-opzeggen"}


async def test_that_the_brain_is_not_asked_while_people_have_the_floor(built: Built) -> None:
    agent = await built.agent()
    customer = await built.customer()
    await customer.wants_a_person()
    await customer.writes("Hallo?")
    await agent.takes(customer.id)
    await customer.writes("Bent u daar?")
    assert built.brain.asked == []


async def test_that_a_turn_of_a_conversation_that_is_gone_ends(built: Built) -> None:
    id = ConversationId("0" * 26)
    built.house.outbox.ask(id, 3, built.clock.now())
    await built.house.outbox.idle()
    assert turn_key(id, 3) not in await job_keys(built)
    assert built.broken == []


OPEN = replace(
    article("openingstijden", "Wanneer zijn jullie open?", "U bereikt ons van 8.00 tot 17.00 uur."),
    computes=Computation.OPENING_HOURS,
)
THERE = "Onze medewerkers zijn nu bereikbaar via telefoon en chat, tot 17.00 uur."
BACK = "Op maandag 30 november om 8.00 uur zijn zij er weer."
ON_SATURDAY = f"Op zaterdag 28 november zijn onze medewerkers niet bereikbaar. {BACK}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Wanneer zijn jullie open?", THERE),
        ("Kan ik zaterdag langskomen?", ON_SATURDAY),
        ("Zijn jullie vrijdag of zaterdag open?", THERE),
    ],
)
async def test_that_an_answer_about_opening_hours_first_says_whether_people_can_be_reached(
    text: str, told: str
) -> None:
    async with open_house([answer_from(OPEN)], contents=Contents(Library((OPEN,)), writing=Manuscripts())) as built:
        customer = await built.customer()
        await customer.writes(text)
        assert (await customer.looks())[-1]["text"] == f"{told}\n\n{OPEN.answer}"
        (replied,) = [f for f in await built.facts(customer.id) if isinstance(f.event, e.BotReplied)]
        assert isinstance(replied.event, e.BotReplied)
        said = replied.event.computed
        assert said is not None
        assert organisation().policy.wording.say(said.id, said.language, **dict(said.params)).text == told
        assert said.version == organisation().policy.wording.version
