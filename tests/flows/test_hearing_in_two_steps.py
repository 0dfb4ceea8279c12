"""The language model hears in the turn of the AI what the tables missed; whatever it does, the turn is not lost."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gehoor.adapters.brains.scripted import ScriptedBrain
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Phase, Signal
from gehoor.flows import bot_turn
from gehoor.ports.brain import DontKnow
from gehoor.ports.hearing import Earlier, Hearing
from tests.world import BORG, OPZEGGEN, Built, answer_from, open_house, suggest

pytestmark = pytest.mark.anyio
YES, MAYBE = Signal.YES, Signal.MAYBE


class HearsMore(TableHearing):
    """Tables, and a language model that hears what it is told to; or fails, or dreams."""

    def __init__(self, *, tables: Heard | None = None, more: Heard | BaseException, for_s: float = 0.0) -> None:
        super().__init__()
        self.asked: list[tuple[str, Heard, tuple[Earlier, ...]]] = []
        self._hears, self._more, self._for_s = tables, more, for_s

    def hear(self, text: str, language: str) -> Hearing:
        found = super().hear(text, language)
        return found if self._hears is None else replace(found, heard=self._hears)

    def deepen(self, text: str, heard: Heard, earlier: Sequence[Earlier] = ()) -> Heard:
        self.asked.append((text, heard, tuple(earlier)))
        time.sleep(self._for_s)
        if isinstance(self._more, BaseException):
            raise self._more
        return self._more


def listening(built: Built, hearing: HearsMore) -> HearsMore:
    object.__setattr__(built.house.world, "hearing", hearing)
    return hearing


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        (Heard(wants_human=YES), ["SignalsRaised", "HumanRequested"]),
        (Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE), ["SignalsRaised", "SafetyShown", "HumanRequested"]),
        (Heard(complaint=YES), ["SignalsRaised", "HumanRequested", "ReceiptGiven"]),
        (Heard(asks_identity=YES), ["SignalsRaised", "IdentityTold"]),
    ],
)
async def test_that_what_is_heard_later_ends_the_turn(more: Heard, kinds: list[str]) -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        listening(built, HearsMore(more=more))
        customer = await built.customer()
        await customer.writes("Dit schiet niet op")
        found = await built.kinds(customer.id)
        at = found.index("SignalsRaised")
        assert found[at : at + len(kinds)] == kinds
        assert "BotReplied" not in found
        assert built.brain.asked == [], "the brain is not asked"
        assert not [key for key in built.store._jobs if ":turn:" in key]  # type: ignore[attr-defined]
        assert built.broken == []


async def test_that_a_maybe_brings_its_offer_and_the_turn_goes_on() -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        listening(built, HearsMore(more=Heard(stuck=MAYBE)))
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert (await built.kinds(customer.id))[-3:] == ["SignalsRaised", "HumanOffered", "BotReplied"]


async def test_that_nothing_higher_is_nothing() -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        listening(built, HearsMore(more=Heard(withdraws=YES, language="en")))
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        kinds = await built.kinds(customer.id)
        assert "SignalsRaised" not in kinds
        assert kinds[-1] == "BotReplied"


async def test_that_the_model_never_lowers_what_the_tables_heard() -> None:
    async with open_house() as built:
        listening(built, HearsMore(tables=Heard(wants_human=MAYBE), more=Heard()))
        customer = await built.customer()
        await customer.writes("Misschien een mens")
        [wrote] = [one.event for one in await built.facts(customer.id) if isinstance(one.event, e.MessageReceived)]
        assert wrote.heard.wants_human is MAYBE
        assert "HumanOffered" in await built.kinds(customer.id)


@pytest.mark.parametrize("fault", [ValueError("Jan de Vries"), SystemError(), RecursionError()])
async def test_that_a_model_that_fails_leaves_the_turn_as_it_was(
    fault: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        listening(built, HearsMore(more=fault))
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        assert (await built.kinds(customer.id))[-1] == "BotReplied"
    log = capsys.readouterr().out
    assert "hearing more failed" in log
    assert "Vries" not in log


async def test_that_a_model_that_is_late_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_turn, "_HEARS_WITHIN_S", 0.02)
    async with open_house([answer_from(OPZEGGEN)]) as built:
        listening(built, HearsMore(more=Heard(wants_human=YES), for_s=0.3))
        customer = await built.customer()
        await customer.writes("Hoe zeg ik mijn huur op?")
        kinds = await built.kinds(customer.id)
        assert kinds[-1] == "BotReplied"
        await asyncio.sleep(0.4)  # it ends, and changes nothing
        assert await built.kinds(customer.id) == kinds


async def test_that_the_model_reads_masked_words_and_what_was_said_before() -> None:
    async with open_house([answer_from(OPZEGGEN), suggest(BORG), DontKnow("abstain")]) as built:
        hearing = listening(built, HearsMore(more=Heard()))
        customer = await built.customer()
        for words in ("Bel 06 12345678 over de huur", "En de borg?", "Iets anders"):
            await customer.writes(words)
        (first, *_, none), *_, (last, _, earlier) = hearing.asked
        assert "12345678" not in first
        assert none == ()
        assert last == "Iets anders"
        assert [(one.author, one.topic) for one in earlier] == [
            ("customer", ""),
            ("ai", OPZEGGEN.slug),
            ("customer", ""),
            ("ai", ""),
        ]
        assert earlier[1].text == OPZEGGEN.answer


async def test_that_only_the_last_turns_are_read() -> None:
    async with open_house([answer_from(OPZEGGEN)]) as built:
        hearing = listening(built, HearsMore(more=Heard()))
        customer = await built.customer()
        for number in range(9):
            await customer.writes(f"Vraag {number}")
        assert len(hearing.asked[-1][2]) <= 12


async def test_that_nothing_is_heard_for_a_turn_that_is_over() -> None:
    async with open_house() as built:
        hearing = listening(built, HearsMore(more=Heard(wants_human=YES)))
        customer = await built.customer()
        await customer.wants_a_person()
        await customer.writes("Hallo?")
        assert hearing.asked == []
        assert (await built.view(customer.id)).phase is Phase.WAITING


async def test_that_the_fixed_words_for_yes_are_danger_of_the_kind_that_was_asked() -> None:
    perhaps = Heard(urgent=MAYBE, urgent_kind="gas", danger=Danger.LIFE)
    for language, yes in (("nl", "Ja, er is nu gevaar"), ("en", "Yes, there is danger now")):
        async with open_house(brain=ScriptedBrain([answer_from(OPZEGGEN)])) as built:
            customer = await built.customer(language=language)
            listening(built, HearsMore(tables=perhaps, more=Heard()))
            await customer.writes("Het ruikt hier vreemd")
            listening(built, HearsMore(more=Heard()))
            asked = next(one for one in await customer.looks() if one["type"] == "danger_asked")
            assert asked["danger"] == {"kind": "gas", "phone": "0800-9009", "yes": yes}
            await customer.writes(asked["danger"]["yes"])
            [shown] = [one.event for one in await built.facts(customer.id) if isinstance(one.event, e.SafetyShown)]
            assert (shown.kind, shown.danger) == ("gas", Danger.LIFE)
