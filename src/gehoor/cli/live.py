"""``gehoor evaluate live``: how good the answers were that customers got, as people judged them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from gehoor.cli.copied import copied
from gehoor.core.knowledge.judging import Found, Quality
from gehoor.core.knowledge.score import Share
from gehoor.flows.judging import Lines, by_week, draw_week, over_all, unjudgeable
from gehoor.flows.privacy import ERASURE, erasure_of
from gehoor.ports.store import Store


@dataclass(frozen=True, slots=True)
class Live:
    """The figures over everything and by week; ``redrawn``: the weeks that were drawn again, and whether the same came
    out of it."""

    all: Quality
    weeks: Sequence[tuple[str, Quality]]
    redrawn: dict[str, bool]


def run_evaluate_live(
    data: Path, stdout: TextIO, as_json: bool = False, database: str = "", *, redraw: bool = False
) -> int:
    """``gehoor evaluate live``. Returns the exit status: 1 when a sample that is drawn again is another.

    Args:
        data: the folder of the store, or the one in which the folder ``store`` stands.
        database: the address of the store in PostgreSQL.

    Raises:
        StoreFault: there is no store there, or it cannot be read.
    """
    folder = data / "store" if (data / "store").is_dir() else data
    found = asyncio.run(_look(folder / "gehoor.db", database, redraw))
    stdout.write("\n".join([_as_json(found)] if as_json else _as_table(found)) + "\n")
    return int(not all(found.redrawn.values()))


async def _look(file: Path, database: str, redraw: bool) -> Live:
    async with copied(file, database) as store:
        return await live(store, redraw=redraw)


async def live(store: Store, *, redraw: bool = False) -> Live:
    """The live figures of a store, from its house ledger alone: no word of a customer is opened."""
    lines = Lines()
    await lines.read(store)
    erased = {erasure_of(entry.body).owner for entry in await store.ledger(kind=ERASURE)}

    async def without(conversations: Sequence[str]) -> set[str]:
        return erased & set(conversations)

    samples = lines.newest()
    gone = await unjudgeable(samples, lines, without)
    redrawn: dict[str, bool] = {}
    if redraw:
        for sample in samples:
            redrawn[sample.week] = await draw_week(store, ZoneInfo(sample.zone), sample.week) == sample
    return Live(over_all(samples, lines, gone), by_week(samples, lines, gone), redrawn)


def _as_json(found: Live) -> str:
    weeks = [{"week": week, **asdict(one)} for week, one in found.weeks]
    return json.dumps({"all": asdict(found.all), "weeks": weeks, "redrawn": found.redrawn}, ensure_ascii=False)


_WIDE: Final = 34


def _as_table(found: Live) -> list[str]:
    whole = found.all
    kappa = "-" if whole.agreement.kappa is None else f"{whole.agreement.kappa:.2f}"
    rows = [
        f"{'answers of the AI':<{_WIDE}}{whole.answers:>7,}",
        f"{'to judge':<{_WIDE}}{whole.cases:>7,}   {whole.waiting:,} wait, {whole.third:,} of them for a third person; "
        f"{whole.erased:,} were erased",
        _row("two people said the same", whole.agreement.share) + f"   kappa {kappa}",
        "",
        *_found("drawn by chance", whole.live),
        *_found("followed by a request", whole.followed),
    ]
    for name, one in whole.compared.items():
        rows += _found({"shadow": "unseen by customers", "agent": "by agents"}.get(name, name), one)
    for title, groups in (("topic", whole.by_topic), ("language", whole.by_language), ("source", whole.by_source)):
        rows += ["", f"wrong, by {title} (drawn by chance)", *(_row(name, one.wrong) for name, one in groups.items())]
    rows += ["", "wrong, by week (drawn by chance)", *(_row(week, one.live.wrong) for week, one in found.weeks)]
    for week, same in found.redrawn.items():
        rows.append(f"{week} drawn again: {'the same sample' if same else 'ANOTHER SAMPLE'}")
    return rows


def _found(name: str, found: Found) -> list[str]:
    return [_row(f"{name}: right", found.right), _row(f"{name}: wrong", found.wrong)]


def _row(name: str, share: Share) -> str:
    return f"{name:<{_WIDE}}{share.share:7.3f}  [{share.low:.3f}, {share.high:.3f}]  {share.count} of {share.total}"
