"""``gehoor evaluate live``: from a copy of the store, without a word of a customer; and questions that grew in it."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.adapters.keys.keyfile import FileKeys
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.cli.evaluation import run_evaluate_answers
from gehoor.cli.live import Live, live, run_evaluate_live
from gehoor.core.errors import StoreFault
from gehoor.core.knowledge.ladder import Verdict
from gehoor.core.time import DAY, Instant
from gehoor.flows.grown import EVALUATION
from gehoor.flows.judging import SAMPLE
from tests.cli.test_filters import knowledge
from tests.core.knowledge.examples import TODAY
from tests.world import OPZEGGEN, ROBIN, SAM, Built, answer_from, open_house

pytestmark = pytest.mark.anyio
__all__ = ["knowledge"]


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI answered twice last week; two people judged one of the answers."""
    async with open_house([answer_from(), answer_from()]) as one:
        for _ in range(2):
            customer = await one.customer()
            await customer.writes("Hoe zeg ik mijn huur op?")
        one.clock.forward(8 * DAY)
        book = one.house.judging
        await book.draw_due()
        for staff in (SAM, ROBIN):
            shown = await book.next_for(staff)
            assert shown is not None
            await book.judge(shown.item, Verdict.WRONG, staff)
        yield one


async def test_that_the_live_error_rate_is_told_with_its_interval(built: Built) -> None:
    found: Live = await live(built.store, redraw=True)
    assert (found.all.answers, found.all.cases, found.all.waiting) == (2, 2, 1)
    assert (found.all.live.wrong.count, found.all.live.wrong.total) == (1, 1)
    assert found.all.by_topic[OPZEGGEN.slug].wrong.low < 1
    assert [week for week, _ in found.weeks] == ["2026-W48"]
    assert found.redrawn == {"2026-W48": True}


async def test_that_a_sample_that_somebody_changed_is_found_by_drawing_again(built: Built) -> None:
    (entry,) = await built.store.ledger(kind=SAMPLE)
    told = json.loads(entry.body)
    told["chosen"] = told["chosen"][:1]
    await built.store.add_to_ledger(built.clock.now(), SAMPLE, json.dumps(told))
    assert (await live(built.store, redraw=True)).redrawn == {"2026-W48": False}


async def copied_to(built: Built, folder: Path) -> None:
    """The house ledger of a house in memory, in a store on disk."""
    store = SqliteStore(SqliteFile(folder / "gehoor.db"))
    for entry in await built.store.ledger():
        await store.add_to_ledger(entry.at, entry.kind, entry.body)
    await store.close()


def evaluated(folder: Path, as_json: bool = False) -> str:
    out = io.StringIO()
    assert run_evaluate_live(folder, out, as_json) == 0
    return out.getvalue()


async def test_that_a_store_on_disk_is_looked_at_in_a_copy(built: Built, tmp_path: Path) -> None:
    await copied_to(built, tmp_path)
    before = (tmp_path / "gehoor.db").read_bytes()
    table = await asyncio.to_thread(evaluated, tmp_path)
    for words in ("drawn by chance: wrong", "1 of 1", "kappa -", "2026-W48", f"{OPZEGGEN.slug} {OPZEGGEN.version}"):
        assert words in table
    told = json.loads(await asyncio.to_thread(evaluated, tmp_path, True))
    assert told["all"]["live"]["wrong"]["count"] == 1
    assert (tmp_path / "gehoor.db").read_bytes() == before


def test_a_folder_without_a_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFault):
        run_evaluate_live(tmp_path, io.StringIO())


async def grow(folder: Path, topic: str, text: str) -> None:
    """A store with one corrected question."""
    (folder / "store").mkdir()
    (folder / "keys").mkdir()
    keys = FileKeys(folder / "keys" / "keys.db", folder / "keys" / "master.key")
    keys.create("c1")
    await keys.settle()
    sealed = keys.seal("c1", f"{EVALUATION}:3", json.dumps({"text": text, "turns": []}))
    await keys.close()
    line = {"conversation": "c1", "turn": 3, "topic": topic, "language": "nl", "purpose": EVALUATION, "by": "x"}
    store = SqliteStore(SqliteFile(folder / "store" / "gehoor.db"))
    body = json.dumps({**line, "sealed": base64.b64encode(sealed).decode()})
    await store.add_to_ledger(Instant(1), EVALUATION, body)
    await store.close()


async def test_that_what_agents_corrected_counts_beside_the_questions_of_a_file(
    knowledge: Path, tmp_path: Path
) -> None:
    await grow(tmp_path, "lekkage", "kraan lekt water keuken")

    def evaluate() -> dict[str, object]:
        out = io.StringIO()
        run_evaluate_answers(None, out, knowledge, True, grown=tmp_path, today=TODAY, encoder=NoEncoder())
        told: dict[str, object] = json.loads(out.getvalue())
        return told

    told = await asyncio.to_thread(evaluate)
    kinds = told["by_kind"]
    assert isinstance(kinds, dict)
    assert (kinds["grown"]["first_right"]["count"], kinds["grown"]["first_right"]["total"]) == (1, 1)


def test_without_keys_nothing_can_be_read_and_that_is_said(knowledge: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreFault):
        run_evaluate_answers(None, io.StringIO(), knowledge, grown=tmp_path, today=TODAY, encoder=NoEncoder())
