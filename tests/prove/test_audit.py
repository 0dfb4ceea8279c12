"""What the audit finds in a store that was tampered with, and that it finds nothing in one that was not."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.scripted import FixedClock
from gehoor.adapters.stores.codec import encode
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.cli.prove import audit as audit_command
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Danger
from gehoor.core.conversation.view import view
from gehoor.core.errors import StoreFault
from gehoor.core.evidence.chain import GENESIS, chain
from gehoor.core.ids import ConversationId
from gehoor.core.time import MINUTE, Instant
from gehoor.flows.witness import Witness
from gehoor.ports.store import Append, LedgerEntry, Loaded, Store
from gehoor.ports.world import World
from gehoor.prove.audit import Audited, Period, audit, audit_facts
from tests.promises.told import MONDAY_MORNING, facts_of

pytestmark = pytest.mark.anyio

ONE, TWO = ConversationId("01JD0000000000000000000001"), ConversationId("01JD0000000000000000000002")
STORY = ("begin written", "Delivered", "Resolved")


async def put(store: Store, id: ConversationId, lines: Sequence[str], parts: int = 1) -> None:
    """Stores a story; in two parts it is committed twice."""
    facts, head = facts_of(lines), GENESIS
    cut = len(facts) // parts
    for some in (facts[:cut], facts[cut:]):
        if some:
            state = fold(begin(id), facts[: some[-1].seq])
            [head] = await store.commit([Append(id, tuple(some), (), head, view(state), token_hash=b"t" * 32)])


async def wrong(store: Store, checkpoints: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [(one.guarantee, one.sentence) for one in (await audit(store, checkpoints)).findings]


async def test_that_a_store_as_it_was_written_is_right() -> None:
    store = MemoryStore()
    await put(store, ONE, STORY)
    await put(store, TWO, ("begin promised",))
    await store.add_to_ledger(MONDAY_MORNING, "started", "{}")
    assert await audit(store) == Audited(conversations=2, in_period=2, facts=7 + 4, turns=3, ledger=1)


async def test_that_an_empty_store_is_right() -> None:
    assert await audit(MemoryStore()) == Audited()


async def test_that_a_broken_promise_is_told_with_conversation_and_fact() -> None:
    store = MemoryStore()
    await put(store, ONE, STORY)
    await put(store, TWO, ("begin waiting", "Resolved reason=idle"))
    found = (await audit(store)).findings
    assert {(one.guarantee, one.conversation, one.seq) for one in found} == {("KEEP", TWO, 4)}


class Tampered(MemoryStore):
    """A store in which somebody with all rights changed something afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.lie: dict[str, Any] = {}

    async def load(self, id: ConversationId) -> Loaded | None:
        """The facts, perhaps changed."""
        loaded = await super().load(id)
        if "fault" in self.lie:
            raise StoreFault(self.lie["fault"])
        if loaded is None or "facts" not in self.lie:
            return loaded
        facts = self.lie["facts"](loaded.facts)
        return Loaded(facts, chain(map(encode, facts)) if self.lie.get("rechained") else loaded.head)

    async def view(self, id: ConversationId) -> Any:
        """The view, perhaps changed."""
        found = await super().view(id)
        return self.lie["view"](found) if "view" in self.lie else found

    async def ledger(self, after: int = 0, kind: str = "") -> list[LedgerEntry]:
        """The ledger, perhaps changed."""
        entries = await super().ledger(after, kind)
        return self.lie["ledger"](entries) if "ledger" in self.lie else entries


async def tampered(**lie: Any) -> Tampered:
    store = Tampered()
    await put(store, ONE, STORY)
    for body in ("{}", '{"a":1}'):
        await store.add_to_ledger(MONDAY_MORNING, "started", body)
    assert await wrong(store) == []
    store.lie = lie
    return store


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts[:-1],  # the last is dropped
        lambda facts: (*facts[:-1], replace(facts[-1], at=Instant(facts[-1].at + 1))),  # another date
        lambda facts: (*facts[:-1], replace(facts[-1], digest="other")),  # other words
        lambda facts: (replace(facts[0], policy=2), *facts[1:]),  # another policy
    ],
)
async def test_that_a_changed_fact_breaks_the_chain(change: Any) -> None:
    found = await wrong(await tampered(facts=change))
    assert ("PROOF", "The chain of facts does not give the head that is stored.") in found


async def test_that_a_chain_that_was_made_again_has_another_end() -> None:
    store = await tampered(facts=lambda facts: facts[:-1], rechained=True)
    assert ("PROOF", "The stored end of a chain is not its end.") in await wrong(store)


async def test_that_a_fact_that_is_missing_or_dated_back_is_found() -> None:
    facts = facts_of(STORY)
    assert "Fact 3 is missing or stands twice." in {one.sentence for one in audit_facts(ONE, [*facts[:2], *facts[3:]])}
    back = [*facts[:-1], replace(facts[-1], at=Instant(facts[0].at - 1))]
    assert "A fact is dated before the one it follows." in {one.sentence for one in audit_facts(ONE, back)}


async def test_that_a_view_that_is_not_the_fold_is_found() -> None:
    store = await tampered(view=lambda found: replace(found, danger=Danger.LIFE))
    assert await wrong(store) == [("PROOF", "The stored view is not what the facts give.")]


async def test_that_a_conversation_without_a_view_is_found() -> None:
    assert ("PROOF", "A conversation has no facts, or no stored view.") in await wrong(
        await tampered(view=lambda found: None)
    )


async def test_that_a_fact_that_cannot_be_read_is_a_finding_and_not_the_end() -> None:
    found = await wrong(await tampered(fault="A stored fact is damaged."))
    assert ("PROOF", "A stored fact is damaged.") in found


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[1:],  # dropped
        lambda entries: [entries[0], replace(entries[1], body="{}")],  # changed
        lambda entries: entries[::-1],  # in another order
    ],
)
async def test_that_a_changed_ledger_is_found(change: Any) -> None:
    assert ("PROOF", "The house ledger was changed.") in await wrong(await tampered(ledger=change))


# -- checkpoints -----------------------------------------------------------------------------------------------------


async def witnessed() -> tuple[MemoryStore, list[str]]:
    """A store with three checkpoints over it, and facts after the last."""
    store, clock, lines = Tampered(), FixedClock(), list[str]()
    world = cast(World, SimpleNamespace(store=store, keys=MemoryKeys(), clock=clock, peers=Alone()))
    witness = Witness(world, lambda: "", lines.append)
    await put(store, ONE, STORY)
    await store.add_to_ledger(MONDAY_MORNING, "started", "{}")
    clock.forward(30 * MINUTE)
    await witness.checkpoint()
    for minutes, story in ((40, ("begin waiting",)), (50, ("begin promised",))):
        facts = [replace(one, at=Instant(MONDAY_MORNING + minutes * MINUTE)) for one in facts_of(story)]
        id = ConversationId(f"{TWO}{minutes}")
        append = Append(id, tuple(facts), (), GENESIS, view(fold(begin(id), facts)), token_hash=b"t" * 32)
        await store.commit([append])
        clock.set(Instant(MONDAY_MORNING + minutes * MINUTE))
        await witness.checkpoint()
    await store.add_to_ledger(Instant(MONDAY_MORNING + 90 * MINUTE), "stopped", "{}")
    return store, lines


async def test_that_checkpoints_over_what_is_stored_are_right() -> None:
    store, lines = await witnessed()
    done = await audit(store, lines)
    assert done.findings == []
    assert (done.checkpoints, done.roots) == (3, 3)
    assert done.signed_by == json.loads(lines[0])["key"]


async def test_that_only_the_newest_roots_are_made_again() -> None:
    store, lines = await witnessed()
    done = await audit(store, lines, roots=1)
    assert (done.checkpoints, done.roots, done.findings) == (3, 1, [])


def changed(line: str, **values: Any) -> str:
    return json.dumps({**json.loads(line), **values}, sort_keys=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lines: lines[1:], "A checkpoint is missing, or stands in another place."),
        (lambda lines: [lines[0], lines[2]], "A checkpoint is missing, or stands in another place."),
        (lambda lines: [changed(lines[0], at=5), *lines[1:]], "A checkpoint's signature is not right."),
        (lambda lines: [changed(lines[0], root="00" * 32), *lines[1:]], "A checkpoint's signature is not right."),
        (
            lambda lines: [lines[0], changed(lines[1], key="11" * 32), lines[2]],
            "A checkpoint is signed with another key than the one before it.",
        ),
        (lambda lines: [*lines, "not JSON"], "A line of the checkpoint file cannot be read (JSONDecodeError)."),
        (lambda lines: [*lines, "{}"], "A line of the checkpoint file cannot be read (KeyError)."),
        (
            lambda lines: [changed(lines[0], signature="zz"), *lines[1:]],
            "A line of the checkpoint file cannot be read (ValueError).",
        ),
    ],
)
async def test_that_changed_checkpoints_are_found(change: Any, sentence: str) -> None:
    store, lines = await witnessed()
    assert sentence in {told for _, told in await wrong(store, change(lines))}


async def test_that_history_that_was_written_again_does_not_fit_its_checkpoints() -> None:
    store, lines = await witnessed()
    assert isinstance(store, Tampered)
    store.lie = {"facts": lambda facts: (replace(facts[0], digest="other"), *facts[1:]), "rechained": True}
    assert ("PROOF", "What is stored is not what this checkpoint was made over.") in await wrong(store, lines)


# -- the command -----------------------------------------------------------------------------------------------------


async def on_disk(folder: Path, lines: Sequence[str]) -> Path:
    """A data folder with one conversation."""
    (folder / "store").mkdir(parents=True)
    store = SqliteStore(SqliteFile(folder / "store" / "gehoor.db"))
    await put(store, ONE, lines)
    await store.close()
    return folder


def run(folder: Path, as_json: bool, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = audit_command(folder, as_json)
    return status, capsys.readouterr().out


def test_that_the_command_reads_a_store_without_touching_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = asyncio.run(on_disk(tmp_path / "data", STORY))
    file = folder / "store" / "gehoor.db"
    before = file.read_bytes()
    status, told = run(folder, False, capsys)
    assert status == 0
    assert "violations            0" in told
    assert run(folder / "store", True, capsys)[0] == 0
    assert file.read_bytes() == before


def test_that_the_command_tells_what_it_found_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = asyncio.run(on_disk(tmp_path / "data", ("begin waiting", "Resolved reason=idle")))
    status, told = run(folder, False, capsys)
    assert status == 1
    assert "KEEP: 1" in told
    assert f"{ONE} fact 4" in told
    status, told = run(folder, True, capsys)
    assert status == 1
    assert json.loads(told)["findings"][0]["guarantee"] == "KEEP"


def test_that_the_command_finds_what_somebody_changed_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = asyncio.run(on_disk(tmp_path / "data", STORY))
    with closing(sqlite3.connect(folder / "store" / "gehoor.db")) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            file.execute(f'DROP TRIGGER "{name}"')
        file.execute("""UPDATE fact SET body = replace(body, '"policy":1', '"policy":2') WHERE seq = 1""")
        file.commit()
    status, told = run(folder, False, capsys)
    assert status == 1
    assert "PROOF" in told


def test_that_a_folder_without_a_store_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(StoreFault):
        audit_command(tmp_path, False)


async def test_that_only_what_happened_in_the_period_is_held_to_the_guarantees() -> None:
    store = MemoryStore()
    await put(store, ONE, ("begin waiting", "human:anna Resolved"))  # wrong, on Monday morning
    tomorrow = Instant(MONDAY_MORNING + 24 * 3600 * 1_000_000)
    assert (await audit(store)).findings != []
    for period in (Period(since=tomorrow), Period(until=MONDAY_MORNING)):
        done = await audit(store, period=period)
        assert (done.in_period, done.findings) == (0, [])
    assert (await audit(store, period=Period(MONDAY_MORNING, tomorrow))).findings != []


async def test_that_a_receipt_of_a_customer_is_held_against_the_chain() -> None:
    store = MemoryStore()
    await put(store, ONE, STORY)
    loaded = await store.load(ONE)
    assert loaded is not None
    right = {"conversation": ONE, "position": len(loaded.facts), "hash": loaded.head.hex()}
    wrong = right | {"hash": "00" * 32}
    assert (await audit(store, receipts=[json.dumps(right)])).findings == []
    [found] = (await audit(store, receipts=[json.dumps(right), json.dumps(wrong)])).findings
    assert (found.guarantee, found.conversation) == ("PROOF", ONE)


async def test_that_who_was_passed_over_is_found_across_conversations() -> None:
    store = MemoryStore()
    await put(store, ONE, ("ConversationStarted | DisclosureShown", "HumanRequested"))
    later = ("ConversationStarted | DisclosureShown", "after=10m HumanRequested", "after=10m Offered")
    await put(store, TWO, later)
    assert [(one.guarantee, one.conversation) for one in (await audit(store)).findings] == [("TURN", TWO)]
