"""``gehoor db``: migrate, check, rebuild, backup, restore, erasures."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from gehoor.adapters.keys.erasures import NOTHING, ErasureFile
from gehoor.adapters.stores.rebuild import Rebuilt
from gehoor.adapters.stores.rebuild import rebuild as make_again
from gehoor.adapters.stores.revision import HEAD
from gehoor.adapters.system import SystemClock
from gehoor.cli.db_place import Place
from gehoor.core.errors import Invalid, StoreFault
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure
from gehoor.prove.stored import LEDGER, Checked, Wrong, check_stored


def migrate(place: Place) -> int:
    """Brings the tables to the schema of this version. Returns the exit status.

    Raises:
        StoreFault: the database stayed as it was.
    """
    asyncio.run(_migrate(place))
    print(f"The schema is {HEAD}. Database: {place.shown}")
    return 0


async def _migrate(place: Place) -> None:
    if place.url:
        from gehoor.adapters.stores.migrate import upgrade_postgres

        await upgrade_postgres(place.url)
        return
    if not place.file.exists():
        raise StoreFault(f"There is no store here. File: {place.file}")
    async with place.session(writes=True):
        pass  # opening it is enough


def check(place: Place, as_json: bool) -> int:
    """Looks whether everything that is stored is whole and fits. Returns 1 when something does not.

    Raises:
        StoreFault: the database cannot be read at all.
    """
    done = asyncio.run(_check(place))
    print(json.dumps(asdict(done), indent=2) if as_json else "\n".join(_readable(done)))
    return 1 if done.found else 0


async def _check(place: Place) -> Checked:
    async with place.session() as session:
        keys = place.open_keys()
        try:
            done = await check_stored(session, keys)
        finally:
            if keys is not None:
                await keys.close()
    done.found += [Wrong("the erasure ledger", one, LEDGER) for one in _lost_lines(place)]
    return done


def _lost_lines(place: Place) -> list[str]:
    try:
        return [] if place.key_url else ErasureFile(place.keys / "erasures.jsonl").missing()
    except StoreFault:
        return []  # it was changed, which is told already


def _readable(done: Checked) -> list[str]:
    lines = [
        f"database      {done.database} ({done.engine}, schema {done.revision})",
        f"conversations {done.conversations:>9,}   each record read, each chain hashed again",
        f"facts         {done.facts:>9,}   folded again, held against rows and jobs",
        f"words         {done.words:>9,}   sealed, with a key or an erasure that tells why not",
        f"  opened      {done.opened:>9,}   with the key of their conversation, held against the facts",
        f"jobs          {done.jobs:>9,}   held against the facts",
        f"ledger        {done.ledger:>9,}   lines of the house, chain hashed again",
        f"erased        {done.erased:>9,}   told by the ledger beside the keys",
        f"wrong         {len(done.found):>9,}",
    ]
    for one in done.found:
        lines += ["", f"{one.where}: {one.sentence}", f"  {one.remedy}"]
    return lines


def rebuild(place: Place) -> int:
    """Makes every projection again from the facts. Returns 1 when conversations had to be left as they are.

    Raises:
        StoreFault: the database cannot be read or written, or a server runs on the SQLite file.
    """
    done = asyncio.run(_rebuild(place))
    print(
        f"{done.conversations:,} conversations: {done.rows:,} rows, {done.jobs:,} jobs, "
        f"{done.given:,} times what was given made again, "
        f"{done.dropped:,} jobs taken away."
    )
    for id, reason in done.left:
        print(f"{id}: left as it is. {reason}", file=sys.stderr)
    return 1 if done.left else 0


async def _rebuild(place: Place) -> Rebuilt:
    now = SystemClock().now()
    async with place.session(writes=True) as session:
        done = await make_again(session, now, _progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return done


def _progress(count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{count:,} conversations", end="", file=sys.stderr, flush=True)


def backup(place: Place, folder: Path) -> int:
    """Writes a backup, also while a server runs. Returns the exit status.

    Raises:
        Invalid: the folder is there already.
        StoreFault: it cannot be made.
    """
    now = SystemClock().now()
    facts, conversations = asyncio.run(_backup(place, folder, now))
    print(f"{conversations:,} conversations, {facts:,} facts, without the keys. Folder: {folder}")
    return 0


async def _backup(place: Place, folder: Path, now: Instant) -> tuple[int, int]:
    from gehoor.adapters.stores.backup import back_up

    async with place.session() as session:
        manifest = await back_up(session, place.checkpoints, folder, now)
    return manifest.facts, manifest.conversations


def restore(place: Place, folder: Path, erasures: Path | None) -> int:
    """Puts a backup back into an empty place. Returns the exit status.

    Raises:
        Invalid: the backup is not whole, or the place is not empty.
        StoreFault: it is not done; it can be run again.
    """
    from gehoor.cli.db_restore import restore as put_back

    manifest, again = asyncio.run(put_back(place, folder, erasures))
    print(
        f"{manifest.conversations:,} conversations, {manifest.facts:,} facts are back; {again:,} erased again. "
        f"Database: {place.shown}\nNow run: gehoor db check"
    )
    return 0


def erasures(place: Place, file: Path) -> int:
    """Writes a copy of the erasure ledger, to be kept elsewhere. Returns the exit status.

    Raises:
        Invalid: the file is there already.
        StoreFault: there are no keys, or their ledger cannot be read.
    """
    if file.exists():
        raise Invalid(f"This is there already. Choose a new file. File: {file}", field="file")
    told, copied, after = asyncio.run(_erasures(place)), ErasureFile(file), NOTHING
    for one in told:
        after = copied.add(one.owner, one.at, after)
    print(f"{len(told):,} erasures. File: {file}")
    return 0


async def _erasures(place: Place) -> list[Erasure]:
    keys = place.open_keys()
    if keys is None:
        raise StoreFault(f"There are no keys here. Folder: {place.keys}")
    try:
        return await keys.erased()
    finally:
        await keys.close()
