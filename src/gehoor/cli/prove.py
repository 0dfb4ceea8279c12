"""``gehoor check`` and ``gehoor audit``: the two machines that hold the guarantees against what is built and stored."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gehoor.adapters.organisation import text_of, understand
from gehoor.adapters.system import SystemClock
from gehoor.cli.copied import copied
from gehoor.core.errors import Invalid
from gehoor.core.time import Instant, instant, local
from gehoor.prove.audit import Audited, Period
from gehoor.prove.audit import audit as examine
from gehoor.prove.check import Figures
from gehoor.prove.check import check as explore
from gehoor.prove.hours import check_hours, told
from gehoor.settings import DEMO
from gehoor.texts.read import sentences, version


def check(as_json: bool, organisation: Path = DEMO / "organisation.yaml") -> int:
    """Explores every reachable state, and the organisation's policy hour by hour. Returns 1 when a guarantee can be
    broken.

    Raises:
        PolicyFault: the organisation's file cannot be read.
    """
    spoken, clock = sentences(), SystemClock()
    today = local(clock.now(), ZoneInfo("UTC")).date()
    found = understand(text_of(organisation), spoken, version(spoken), today, organisation.name)
    staff = frozenset(one.id for one in found.staff) or None
    figures = explore()
    hours = check_hours(found.policy, clock.now(), staff)
    if as_json:
        print(json.dumps(asdict(figures) | {"policy": asdict(hours)}, indent=2, default=str))
    else:
        print("\n".join([*_readable(figures), "", f"the policy of {found.policy.contact.organisation}:", *told(hours)]))
    return 1 if figures.found or hours.found else 0


def _readable(figures: Figures) -> list[str]:
    lines = [
        f"states        {figures.states:>9,}   reachable, of one conversation",
        f"commands      {figures.commands:>9,}   tried: every command of every actor in every state",
        f"by the hour   {figures.by_the_hour:>9,}   of them asked the opening hours: tried at four other moments too",
        f"transitions   {figures.transitions:>9,}   of them changed something; {figures.refused:,} were refused",
        f"queues        {figures.queues:>9,}   with up to 4 customers, 2 agents, 3 classes",
        f"to a person   {figures.actions:>9,}   action of the customer at most, from every state, unconfirmed",
        f"guarantees    {len(figures.checked):>9,}   {', '.join(figures.checked)}",
        f"violations    {len(figures.found):>9,}",
        f"time          {figures.seconds:>9.1f} s",
    ]
    for found in figures.found:
        lines += ["", f"{found.guarantee}: {found.sentence} ({found.times} times)"]
        lines += [f"  {place}. {step}" for place, step in enumerate(found.path, 1)]
    return lines


@dataclass(frozen=True, slots=True)
class Asked:
    """What an audit is asked for: a period by its first day and the day after its last, and a file of receipts."""

    since: str = ""
    until: str = ""
    receipts: Path | None = None


def audit(data: Path, as_json: bool, asked: Asked = Asked(), database: str = "") -> int:
    """Checks everything that is stored. Returns 1 when a guarantee did not hold.

    The store is copied first, as it is at this moment, so that nothing of it is touched and servers may run on.

    Args:
        data: the folder of the store, or the one in which the folder ``store`` stands.
        database: the address of the store in PostgreSQL; then the folder is that of the checkpoints.

    Raises:
        StoreFault: there is no store there, or it cannot be read.
    """
    folder = data / "store" if (data / "store").is_dir() else data
    period = Period(_moment("--from", asked.since), _moment("--to", asked.until))
    receipts = [] if asked.receipts is None else _receipts(asked.receipts)
    # Before the store: a checkpoint that is read after it could be over facts that were not read.
    checkpoints = _lines(folder / "checkpoints.jsonl")
    done = asyncio.run(_examine(folder / "gehoor.db", database, checkpoints, period, receipts))
    print(json.dumps(asdict(done), indent=2) if as_json else "\n".join(_told(done)))
    return 1 if done.findings else 0


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _moment(option: str, given: str) -> Instant | None:
    """A day (its first moment in Amsterdam) or a moment in ISO 8601; None when nothing was given."""
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as fault:
        raise Invalid(f"{option} must be a day or a moment, such as 2026-11-01.", field=option) from fault
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Amsterdam")))


def _receipts(file: Path) -> list[str]:
    """A line for each receipt; a file that is one whole JSON object is one."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Invalid(f"The receipts cannot be read. File: {file}", field="--receipts") from fault
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        json.loads(text)
    except ValueError:
        return lines
    return [text]


async def _examine(file: Path, database: str, checkpoints: list[str], period: Period, receipts: list[str]) -> Audited:
    async with copied(file, database) as store:
        return await examine(store, checkpoints, period=period, receipts=receipts)


def _told(done: Audited) -> list[str]:
    lines = [
        f"conversations {done.conversations:>9,}   {done.probes:,} of them probes of the house itself",
        f"facts         {done.facts:>9,}   folded again, their chains hashed again",
        f"in the period {done.in_period:>9,}   conversations held to the guarantees",
        f"queue         {done.turns:>9,}   changes replayed over all conversations together (TURN)",
        f"ledger        {done.ledger:>9,}   lines, chain hashed again",
        f"checkpoints   {done.checkpoints:>9,}   signatures checked; {done.roots:,} newest roots made again",
        f"receipts      {done.receipts:>9,}   of customers, held against the chains",
        f"signed by     {done.signed_by or 'nobody'}",
        f"violations    {len(done.findings):>9,}",
    ]
    for guarantee, times in Counter(one.guarantee for one in done.findings).most_common():
        lines += ["", f"{guarantee}: {times}"]
        found = (one for one in done.findings if one.guarantee == guarantee)
        lines += [f"  {one.conversation} fact {one.seq}: {one.sentence}" for one in found]
    return lines
