"""An alarm is raised once, seen at once, kept over a restart, and over when it is over."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time
from typing import Any, cast

import pytest

from gehoor.adapters.outbound.memory import ACCEPTED, MemoryMail
from gehoor.adapters.stores.rows import JobRow
from gehoor.core.conversation import events as e
from gehoor.core.errors import StoreFault
from gehoor.core.ids import ConversationId, TeamId
from gehoor.core.policy import Link, Policy, Template
from gehoor.core.rota import Shift
from gehoor.core.time import HOUR, MINUTE, SECOND, Instant
from gehoor.flows import watch
from gehoor.flows.alarms import ALARMS, LINE, AlarmKind
from gehoor.flows.envelopes import alarm_words
from gehoor.ports.outbound import Letter, Outcome, Receipt
from tests.world import AT_NIGHT, NOOR, ROBIN, SAM, Built, account, open_house, organisation, parts

pytestmark = pytest.mark.anyio

SAID = Template("x", "1", "nl")
LATER = Receipt(Outcome.DEFERRED, "451")
CHIEF = "teamleider@voorbeeldstad.example"
MORNING = Shift(TeamId("Klantcontact"), (NOOR, SAM), frozenset(range(7)), time(10, 5), time(13))
"""In the house of the tests it is Monday 10:00: the shift begins five minutes later."""


def policy_with(**changed: Any) -> Policy:
    return replace(organisation().policy, **({"alarm_mail": (CHIEF,), "shifts": (), "night": ()} | changed))


@asynccontextmanager
async def house(world: Any = None, **changed: Any) -> AsyncIterator[Built]:
    async with open_house(world=world, policy=policy_with(**changed)) as built:
        yield built


def standing(built: Built) -> list[tuple[str, str]]:
    return [(one.kind.value, one.about) for one in built.house.alarms.standing()]


def kinds(built: Built) -> list[str]:
    return [kind for kind, _ in standing(built)]


async def lines(built: Built) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in await built.store.ledger(kind=LINE)]


def letters(built: Built) -> list[str]:
    return [letter.subject for letter in cast(MemoryMail, built.house.world.outbound.mail).to(CHIEF)]


async def look(built: Built, span: int = 0) -> None:
    """Time passes, and the house looks around four times a minute."""
    for _ in range(max(span // (15 * SECOND), 1)):
        built.clock.forward(min(span, 15 * SECOND))
        await built.house.watch.once()
    await built.settle()


# -- the board -------------------------------------------------------------------------------------------------------


async def test_that_an_alarm_is_raised_once_and_written_told_and_mailed() -> None:
    async with house() as built:
        listening = built.feed.subscribe((ALARMS,))
        for _ in range(3):
            await built.house.alarms.ring(AlarmKind.PROBE_FAILED, step="human", what="status 503")
        await built.settle()
        assert standing(built) == [("probe_failed", "")]
        assert [(one["kind"], one["raised"]) for one in await lines(built)] == [("probe_failed", True)]
        assert letters(built) == [
            "Alarm: De eigen proef van de weg naar een medewerker mislukt bij stap human: status 503"
        ]
        assert await listening.next(0.1) is not None
        assert await listening.next(0.01) is None, "once"


async def test_that_a_letter_about_an_alarm_is_tried_again_while_the_alarm_stands_and_goes_to_everybody_once() -> None:
    away, ids = {CHIEF}, []

    def says(letter: Letter) -> Receipt:
        ids.append(letter.id)
        return LATER if letter.to in away else ACCEPTED

    world, _, _ = parts(mail=MemoryMail(says))
    other = "directie@voorbeeldstad.example"
    async with house(world, alarm_mail=(CHIEF, other)) as built:
        await built.house.alarms.ring(AlarmKind.POLICY_REDUCED, "x")
        await built.house.alarms.ring(AlarmKind.PROBE_FAILED, step="start", what="x")
        await built.settle()
        await built.house.alarms.clear(AlarmKind.PROBE_FAILED)
        assert letters(built) == []
        await look(built, MINUTE)
        away.clear()
        await look(built, MINUTE)
        await look(built, 3 * MINUTE)
        assert len(letters(built)) == 1, "and none about what is over"
        assert len([letter for letter in cast(MemoryMail, world.outbound.mail).letters if letter.to == other]) == 2
        assert len(set(ids)) == 4, "the same letter in every try"


async def test_that_an_alarm_that_is_over_can_be_raised_again() -> None:
    async with house() as built:
        for _ in range(2):
            await built.house.alarms.ring(AlarmKind.POLICY_REDUCED)
            await built.house.alarms.clear(AlarmKind.POLICY_REDUCED)
        await built.house.alarms.clear(AlarmKind.POLICY_REDUCED)
        await built.settle()
        assert standing(built) == []
        assert [one["raised"] for one in await lines(built)] == [True, False, True, False]


async def test_that_two_alarms_of_one_moment_are_two_letters() -> None:
    async with house() as built:
        for about in ("one", "two"):
            await built.house.alarms.ring(AlarmKind.PROMISE_BROKEN, about, reference=about)
        await built.settle()
        sent = cast(MemoryMail, built.house.world.outbound.mail).to(CHIEF)
        assert len({letter.id for letter in sent}) == len(sent) == 2


async def test_that_alarms_stand_over_a_restart() -> None:
    world, clock, _ = parts()
    async with house(world) as built:
        await built.house.alarms.ring(AlarmKind.PROBE_FAILED, step="start", what="x")
        await built.house.alarms.ring(AlarmKind.PROMISE_BROKEN, "one", reference="1")
        await built.house.alarms.ring(AlarmKind.PROMISE_BROKEN, "two", reference="2")
        await built.house.alarms.clear(AlarmKind.PROMISE_BROKEN, "one")
        since = clock.now()
    clock.forward(HOUR)
    async with house(world) as again:
        assert standing(again) == [("probe_failed", ""), ("promise_broken", "two")]
        assert {one.since for one in again.house.alarms.standing()} == {since}
        await again.house.alarms.ring(AlarmKind.PROBE_FAILED, step="start", what="x")
        assert len(await lines(again)) == 4, "it stands already"


async def test_that_an_alarm_stands_when_it_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house() as built:

        async def broken(*_: object) -> None:
            raise StoreFault

        monkeypatch.setattr(built.store, "add_to_ledger", broken)
        await built.house.alarms.ring(AlarmKind.POLICY_REDUCED)
        assert kinds(built) == ["policy_reduced"]


async def test_that_an_alarm_of_a_newer_version_is_no_reason_not_to_start() -> None:
    world, _, _ = parts()
    body = json.dumps({"kind": "meteor", "about": "", "raised": True, "data": {}})
    await world.store.add_to_ledger(world.clock.now(), LINE, body)
    async with house(world) as built:
        assert standing(built) == []


@pytest.mark.parametrize("kind", AlarmKind)
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_that_every_alarm_says_what_is_wrong_and_what_to_do(built: Built, kind: AlarmKind, language: str) -> None:
    given = {"team": "A", "start": "B", "end": "C", "code": "D", "reference": "E", "people": "2", "promises": "3"}
    await built.house.alarms.ring(kind, **given, step="F", what="G", job="H", field="I", moment="J")
    what, action = alarm_words(built.house.policy, built.house.alarms.standing()[0], language)
    assert what
    assert action.endswith(".")
    assert "{" not in what + action


# -- an empty shift --------------------------------------------------------------------------------------------------


async def test_that_a_shift_that_begins_with_nobody_present_is_an_alarm_within_two_minutes() -> None:
    async with house(shifts=(MORNING,)) as built:
        await look(built, 5 * MINUTE)
        assert standing(built) == [], "it begins now"
        await look(built, 45 * SECOND)
        assert standing(built) == [], "somebody may be on the stairs"
        await look(built, MINUTE)
        assert kinds(built) == ["empty_shift"]
        assert letters(built) == [
            "Alarm: Niemand aanwezig in de dienst van Klantcontact, begonnen op maandag 23 november 10.05 uur"
        ]


async def test_that_it_is_over_when_somebody_of_the_shift_comes_and_not_when_somebody_else_does() -> None:
    world, _, _ = parts()
    for one in (SAM, ROBIN):
        await world.people.put_staff(account(one))
    async with house(world, shifts=(MORNING,)) as built:
        await look(built, 7 * MINUTE)
        await built.agent("agent3")
        await look(built)
        assert kinds(built) == ["empty_shift"], "Robin is not on this shift"
        await built.agent("agent2")
        await look(built)
        assert standing(built) == []


async def test_that_it_is_over_when_the_shift_is() -> None:
    async with house(shifts=(MORNING,)) as built:
        await look(built, 7 * MINUTE)
        built.clock.forward(3 * HOUR)
        await look(built)
        assert standing(built) == []


async def test_that_who_is_on_call_need_not_be_at_a_desk() -> None:
    async with house(shifts=(replace(MORNING, on_call=True),)) as built:
        await look(built, 10 * MINUTE)
        assert standing(built) == []


async def test_that_in_an_empty_shift_customers_still_get_a_promise_and_danger_the_night_chain() -> None:
    night = (Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep"),)
    async with house(shifts=(MORNING,), night=night) as built:
        await look(built, 7 * MINUTE)
        customer, tenant = await built.customer(), await built.customer()
        assert (await customer.wants_a_person())["route"]["kind"] == "promise"
        await tenant.writes("Er is brand in het trappenhuis!")
        assert "PartnerAsked" in await built.kinds(tenant.id)


async def test_that_the_people_of_one_team_who_begin_together_are_one_shift() -> None:
    world, _, _ = parts()
    await world.people.put_staff(account(SAM))
    rows = tuple(replace(MORNING, people=(one,)) for one in (NOOR, SAM))
    async with house(world, shifts=rows) as built:
        await built.agent("agent2")
        await look(built, 7 * MINUTE)
        assert standing(built) == []


# -- what was promised against who is there --------------------------------------------------------------------------


async def test_that_too_few_people_for_what_was_promised_is_an_alarm_before_the_first_promise_breaks() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    alone = replace(MORNING, people=(NOOR,), start=time(16, 30), end=time(17))
    async with house(world, shifts=(alone,)) as built:
        first = await built.customer()
        await first.wants_a_person()
        await look(built)
        assert standing(built) == [], "half an hour, of which half is for calls: one of ten minutes fits"
        second = await built.customer()
        await second.wants_a_person()
        await look(built)
        alarm = built.house.alarms.standing()[0]
        assert alarm.kind is AlarmKind.SHORT_OF_PEOPLE
        assert (alarm.data["people"], alarm.data["promises"]) == ("1", "1")
        assert alarm.data["end"] == "dinsdag 24 november 17.00 uur"
        assert (await built.view(second.id)).due_at is not None
        await second.posts("withdraw")
        await look(built)
        assert standing(built) == []


# -- what happens in conversations -----------------------------------------------------------------------------------


async def test_that_a_broken_promise_is_an_alarm_until_it_ends() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    await world.people.put_staff(account(NOOR))
    async with house(world) as built:
        customer = await built.customer()
        await customer.wants_a_person()
        await built.pass_time(18 * HOUR + MINUTE)
        assert standing(built) == [("promise_broken", customer.id)]
        assert customer.id not in str(letters(built)), "a letter names the number that can be spoken"
        agent = await built.agent()
        await agent.takes(customer.id)
        await agent.does("call", customer.id, answered=True)
        assert standing(built) == []


async def test_that_a_night_chain_in_which_nobody_answers_is_an_alarm_until_somebody_does() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    night = (Link("nachtwacht", "Nachtwacht", "webhook", "https://nacht.example/oproep"),)
    async with house(world, night=night) as built:
        tenant = await built.customer()
        await tenant.writes("Er is brand in het trappenhuis!")
        await built.ring()
        assert standing(built) == [], "the first link has its minute"
        await built.pass_time(MINUTE)
        assert standing(built) == [("partner_silent", tenant.id)]
        await tenant.posts("withdraw")
        await built.settle()
        assert standing(built) == []


async def test_that_danger_without_anybody_to_call_out_is_an_alarm_at_once() -> None:
    world, clock, _ = parts()
    clock.set(AT_NIGHT)
    async with house(world, night=()) as built:
        tenant = await built.customer()
        await tenant.writes("Er is brand in het trappenhuis!")
        await built.settle()
        assert standing(built) == [("partner_silent", tenant.id)]


# -- the house itself ------------------------------------------------------------------------------------------------


async def test_that_a_reduced_policy_is_an_alarm() -> None:
    async with house(reduced=True) as built:
        await look(built)
        assert kinds(built) == ["policy_reduced"]
        built.house.policy = replace(built.house.policy, reduced=False)
        await look(built)
        assert standing(built) == []


async def test_that_mail_that_fails_is_an_alarm_that_is_not_mailed() -> None:
    world, clock, _ = parts(mail=MemoryMail(lambda _: Receipt(Outcome.DEFERRED, "unreachable")))
    clock.set(AT_NIGHT)
    async with house(world) as built:
        for _ in range(3):
            customer = await built.customer()
            await customer.wants_a_person(email="jan@klant.example")
        await built.ring()
        await look(built)
        assert "mail_failing" in kinds(built)
        assert letters(built) == []


async def test_that_a_job_of_a_kind_that_nobody_knows_is_kept_and_told() -> None:
    async with house() as built:
        jobs = cast(Any, built.store)._jobs
        jobs["x:sms:1"] = JobRow("x:sms:1", "sms", ConversationId("x"), "1", built.clock.now(), 0, 0)
        await built.store.release_all()  # the store looks at its jobs anew
        for _ in range(3):
            await built.pass_time(5 * MINUTE)
        assert standing(built) == [("unknown_job", "sms")]
        assert "x:sms:1" in jobs
        assert jobs["x:sms:1"].attempts == 1, "it is left alone for a while"


KEPT, BROKEN, SILENT = e.PromiseKept(SAID), e.PromiseBroken(SAID), e.PartnerSilent(1, "nachtwacht", "silent")
CALL_NOW, JOINED = e.CallNowShown(Instant(1), SAID), e.HumanJoined(NOOR, Instant(1), SAID)
HEARD: list[tuple[list[e.Event], bool, tuple[bool | None, bool | None]]] = [
    # the facts of one commit, whether there is a night chain, and what is heard in them
    ([], True, (None, None)),
    ([BROKEN], True, (True, None)),
    ([BROKEN, KEPT], True, (False, None)),  # two commands in one commit: the last one counts
    ([KEPT, BROKEN], True, (True, None)),
    ([CALL_NOW], True, (None, None)),  # the chain is asked next
    ([CALL_NOW], False, (None, True)),
    ([SILENT, CALL_NOW], True, (None, True)),
    ([SILENT, CALL_NOW, JOINED], True, (None, False)),
    ([e.Resolved("answered", None)], True, (False, False)),
]


@pytest.mark.parametrize(("events", "has_chain", "heard"), HEARD)
def test_that_the_last_fact_of_a_commit_says_how_it_stands(
    events: list[e.Event], has_chain: bool, heard: tuple[bool | None, bool | None]
) -> None:
    assert watch._heard(events, has_chain=has_chain) == heard
