"""The policy in force: changed by supervisors, kept in versions, and always one at the start."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from gehoor.adapters.organisation import PolicyDocuments
from gehoor.adapters.policy_file.document import without_accounts
from gehoor.adapters.scripted import FixedClock
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.errors import Conflict, NotNow, PolicyFault
from gehoor.core.ids import StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import DAY
from gehoor.flows.alarms import AlarmKind
from gehoor.flows.envelopes import alarm_words
from gehoor.flows.policy import PolicyBook
from gehoor.ports.people import Staff
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World
from gehoor.settings import DEMO
from gehoor.texts.read import sentences, version
from tests.world import Built, organisation, parts

pytestmark = pytest.mark.anyio

FILE = (DEMO / "organisation.yaml").read_text(encoding="utf-8")
DOCUMENT = without_accounts(FILE)
KIM = StaffId("demo-teamleider")
BROKEN = FILE.replace("zone: Europe/Amsterdam", "zone: nergens")
FOUR_CHATS = DOCUMENT.replace("chats_per_agent: 3", "chats_per_agent: 4")


class Books:
    """A world with the demo's accounts, and a policy book that is opened as often as a house starts."""

    def __init__(self) -> None:
        self.world: World
        self.clock: FixedClock
        self.world, self.clock, _ = parts()
        self.in_force: list[Policy] = []

    async def open(self, text: str = FILE) -> PolicyBook:
        """A house starts with this file."""
        for one in organisation().staff:
            await self.world.people.put_staff(Staff(one.id, one.login, one.name, one.role, one.team, ""))
        documents = PolicyDocuments(sentences(), version(sentences()))
        book = PolicyBook(self.world, organisation().policy, documents, self.in_force.append)
        await book.start(text)
        return book

    async def ledger(self) -> list[dict[str, Any]]:
        """What is kept of policies."""
        return [json.loads(entry.body) for entry in await self.world.store.ledger(kind="policy")]


@pytest.fixture
def books() -> Books:
    """A world in which no house was started yet."""
    return Books()


# -- changing it -----------------------------------------------------------------------------------------------------


async def test_that_a_change_is_a_new_version_that_is_kept_and_in_force(books: Books) -> None:
    book = await books.open()
    found = await book.change(FOUR_CHATS, 1, KIM)
    assert (found.faults, found.warnings) == ((), ())
    assert (books.in_force[-1].version, books.in_force[-1].chats_per_agent) == (2, 4)
    first, second = await books.ledger()
    assert (first["source"], first["who"], second["source"], second["who"]) == ("file", "", "desk", KIM)
    assert second["version"] == second["policy"]["version"] == 2
    assert "policy_version: 2\n" in second["document"]
    assert second["policy"]["chats_per_agent"] == 4


async def test_that_the_very_next_fact_is_decided_under_the_new_policy(built: Built) -> None:
    await built.house.policies.start(FILE)
    customer = await built.customer()
    await built.house.policies.change(FOUR_CHATS, 1, KIM)
    await customer.writes("Ik wil een medewerker spreken")
    assert [fact.policy for fact in await built.facts(customer.id)][:2] == [1, 1]
    assert (await built.facts(customer.id))[-1].policy == 2


async def test_that_nobody_waits_while_a_policy_is_changed(built: Built) -> None:
    await built.house.policies.start(FILE)
    customer = await built.customer()
    changing = asyncio.create_task(built.house.policies.change(FOUR_CHATS, 1, KIM))
    assert (await customer.writes("Ik wil een medewerker spreken")).status_code == 201
    await changing


async def test_that_what_was_edited_must_be_what_is_in_force(books: Books) -> None:
    book = await books.open()
    await book.change(FOUR_CHATS, 1, KIM)
    with pytest.raises(Conflict) as refused:
        await book.change(DOCUMENT, 1, KIM)
    assert (refused.value.data["field"], refused.value.data["version"]) == ("version", 2)
    assert books.in_force[-1].chats_per_agent == 4


async def test_that_of_two_changes_at_once_one_is_refused(books: Books) -> None:
    book = await books.open()
    both = await asyncio.gather(
        book.change(FOUR_CHATS, 1, KIM),
        book.change(DOCUMENT.replace("share: 50", "share: 60"), 1, KIM),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in both] == ["Found", "Conflict"]
    assert [told["version"] for told in await books.ledger()] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("zone: Europe/Amsterdam", "zone: nergens", "no_zone"),
        ("answer_days: 1", "answer_days: 2", "above_ceiling"),
        ("phone: 088 000 01 00", "phone: 0900-1234", "premium_rate"),
        ("people: [demo-agent1]", "people: [niemand]", "unknown_person"),
        ('hours: "08:00-16:30"', 'hours: "09:00-16:30"', "no_shift"),
        ("ai: true", "demo_staff: []", "unknown_field"),  # accounts are not made by a policy
    ],
)
async def test_that_a_policy_that_cannot_be_used_changes_nothing(books: Books, old: str, new: str, rule: str) -> None:
    book = await books.open()
    assert old in DOCUMENT
    with pytest.raises(PolicyFault) as refused:
        await book.change(DOCUMENT.replace(old, new, 1), 1, KIM)
    assert refused.value.data["rule"] == rule
    assert (len(await books.ledger()), book.kept.version, len(books.in_force)) == (1, 1, 1)
    await book.change(FOUR_CHATS, 1, KIM)


async def test_that_a_change_that_cannot_be_kept_is_not_in_force(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    book = await books.open()

    async def full(_self: MemoryStore, _at: int, _kind: str, _body: str) -> LedgerEntry:
        raise OSError("the disk is full")

    monkeypatch.setattr(MemoryStore, "add_to_ledger", full)
    with pytest.raises(OSError, match="full"):
        await book.change(FOUR_CHATS, 1, KIM)
    assert (book.kept.version, len(books.in_force)) == (1, 1)


async def test_that_a_dry_run_tells_everything_and_changes_nothing(books: Books) -> None:
    book = await books.open()
    wrong = DOCUMENT.replace("answer_days: 1", "answer_days: 2").replace('"08:00-16:30"', '"09:00-16:30"')
    told = [(one.data["rule"], one.data["field"]) for one in (await book.dry_run(wrong)).faults]
    assert told == [
        ("above_ceiling", "promises.answer_days"),
        ("too_late", "hours"),  # at Easter
        ("no_shift", "shifts"),
    ]
    assert [one.data["rule"] for one in (await book.dry_run("a: [")).faults] == ["yaml"]
    assert await book.dry_run(FOUR_CHATS) == await book.standing()
    assert len(await books.ledger()) == 1


async def test_that_what_runs_out_soon_is_a_warning_and_later_a_fault(books: Books) -> None:
    book = await books.open()
    ends = DOCUMENT.replace('    hours: "08:00-16:30"\n', '    hours: "08:00-16:30"\n    last: 2026-12-11\n')
    found = await book.change(ends, 1, KIM)
    assert [one.data["rule"] for one in found.warnings] == ["no_shift"]
    assert (await book.standing()).faults == ()
    books.clock.forward(10 * DAY)
    assert [one.data["rule"] for one in (await book.standing()).faults] == ["no_shift"]


async def test_that_the_history_says_who_changed_what(books: Books) -> None:
    book = await books.open()
    books.clock.forward(DAY)
    await book.change(FOUR_CHATS, 1, KIM)
    newest, first = await book.history()
    assert (newest.kept.version, newest.kept.who, newest.kept.at) == (2, KIM, books.clock.now())
    assert {"-chats_per_agent: 3", "+chats_per_agent: 4"} <= set(newest.lines)
    assert "+chats_per_agent: 3" in first.lines


async def test_that_a_policy_that_was_given_cannot_be_changed() -> None:
    world, _, _ = parts()
    book = PolicyBook(world, organisation().policy, None, lambda _: None)
    with pytest.raises(NotNow):
        await book.change(DOCUMENT, 1, KIM)


# -- looking after it ------------------------------------------------------------------------------------------------


async def test_that_a_rota_that_runs_out_is_an_alarm_until_it_is_mended(built: Built) -> None:
    book, alarms = built.house.policies, built.house.alarms
    await book.start(FILE)
    ends = DOCUMENT.replace('    hours: "08:00-16:30"\n', '    hours: "08:00-16:30"\n    last: 2026-12-11\n')
    await book.change(ends, 1, KIM)
    await book.look(alarms)
    assert alarms.standing() == ()
    built.clock.forward(10 * DAY)
    await book.look(alarms)
    (alarm,) = alarms.standing()
    assert (alarm.kind, dict(alarm.data)) == (
        AlarmKind.POLICY_GAP,
        {"field": "shifts", "moment": "maandag 14 december 8.00 uur"},
    )
    await book.change(DOCUMENT, 2, KIM)
    await book.look(alarms)
    assert alarms.standing() == ()


async def test_that_a_file_that_was_refused_is_an_alarm_until_a_policy_is_saved(built: Built) -> None:
    book, alarms = built.house.policies, built.house.alarms
    await book.start(FILE)
    await book.start(BROKEN)
    await book.look(alarms)
    (alarm,) = alarms.standing()
    assert (alarm.kind, dict(alarm.data)) == (AlarmKind.POLICY_REFUSED, {"field": "hours.zone"})
    assert "hours.zone" in alarm_words(built.house.policy, alarm, "nl")[0]
    await book.change(FOUR_CHATS, 1, KIM)
    await book.look(alarms)
    assert alarms.standing() == ()


# -- the start -------------------------------------------------------------------------------------------------------


async def test_that_the_first_policy_is_that_of_the_file_without_its_passwords(books: Books) -> None:
    book = await books.open(FILE.replace("policy_version: 1", "policy_version: 7"))
    assert (books.in_force[-1].version, book.kept.source, book.trouble) == (7, "file", None)
    assert replace(books.in_force[-1], version=1) == organisation().policy
    (entry,) = await books.world.store.ledger(kind="policy")
    assert "password" not in entry.body


async def test_that_another_start_changes_nothing(books: Books) -> None:
    await books.open()
    await books.open()
    assert len(await books.ledger()) == 1
    assert books.in_force[0] == books.in_force[1]


async def test_that_a_file_that_was_not_touched_gives_way_to_the_desk(books: Books) -> None:
    book = await books.open()
    await book.change(FOUR_CHATS, 1, KIM)
    again = await books.open(FILE.replace("policy_version: 1", "policy_version: 9"))  # the number alone is no change
    assert (again.kept.version, books.in_force[-1].chats_per_agent) == (2, 4)


async def test_that_a_file_that_was_changed_is_newer_than_the_desk(books: Books) -> None:
    book = await books.open()
    await book.change(FOUR_CHATS, 1, KIM)
    again = await books.open(FILE.replace("chats_per_agent: 3", "chats_per_agent: 5"))
    assert (again.kept.version, again.kept.source, books.in_force[-1].chats_per_agent) == (3, "file", 5)


@pytest.mark.parametrize("text", ["", "a: [", "- a", BROKEN, FILE.replace("answer_days: 1", "answer_days: 2")])
async def test_that_a_file_that_cannot_be_used_gives_way_to_the_last_policy(books: Books, text: str) -> None:
    book = await books.open()
    await book.change(FOUR_CHATS, 1, KIM)
    again = await books.open(text)
    assert (again.kept.version, books.in_force[-1].chats_per_agent) == (2, 4)
    assert again.trouble is not None
    assert len(await books.ledger()) == 2
    await again.change(DOCUMENT, 2, KIM)
    assert again.trouble is None


@pytest.mark.parametrize("text", ["", "a: [", BROKEN, FILE.replace("answer_days: 1", "answer_days: 2")])
async def test_that_without_any_policy_the_house_works_in_a_reduced_way(books: Books, text: str) -> None:
    book = await books.open(text)
    policy = books.in_force[-1]
    assert (policy.reduced, policy.ai, policy.version) == (True, False, 0)
    assert book.trouble is not None
    assert [told["source"] for told in await books.ledger()] == ["reduced"]
    await book.change(DOCUMENT, 0, KIM)
    assert (books.in_force[-1].reduced, books.in_force[-1].version) == (False, 1)
    assert (await book.standing()).faults == ()


async def test_that_a_policy_whose_rota_ran_out_meanwhile_goes_on(books: Books) -> None:
    book = await books.open()
    ends = DOCUMENT.replace('    hours: "08:00-16:30"\n', '    hours: "08:00-16:30"\n    last: 2026-12-18\n')
    await book.change(ends, 1, KIM)
    books.clock.forward(30 * DAY)
    again = await books.open()
    assert (again.kept.version, books.in_force[-1].reduced) == (2, False)
    assert [one.data["rule"] for one in (await again.standing()).faults] == ["no_shift"]


async def test_that_lines_from_before_there_were_documents_are_passed_over(books: Books) -> None:
    await books.world.store.add_to_ledger(books.clock.now(), "policy", '{"version": 4, "contact": {}}')
    book = await books.open()
    assert (book.kept.version, book.kept.source) == (5, "file")
    assert [one.kept.version for one in await book.history()] == [5, 4]
