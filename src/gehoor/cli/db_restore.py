"""``gehoor db restore``: a backup into an empty place, and nothing readable that was erased since."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from gehoor.adapters.keys.erasures import ErasureFile
from gehoor.adapters.stores.backup import CHECKPOINTS, Manifest, read_manifest, verify
from gehoor.adapters.stores.migrate import upgrade_postgres, upgrade_sqlite
from gehoor.adapters.stores.restore import check_known, load, mark, opened_again
from gehoor.adapters.stores.revision import RESTORING
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.sqlite_file import hold
from gehoor.adapters.stores.sqlite_schema import claim, revision_of
from gehoor.adapters.system import SystemClock
from gehoor.cli.db_place import Place
from gehoor.core.errors import Invalid, StoreFault
from gehoor.flows.privacy import ERASURE, erase_again, erasure_of, settle_erasures
from gehoor.ports.keys import Erasure, Keys

_THERE: Final = "There is a store here already. Restore into an empty place. Database: "


async def restore(place: Place, folder: Path, erasures: Path | None) -> tuple[Manifest, int]:
    """Puts a backup back, and erases again what was erased since it was made.

    Args:
        erasures: another copy of the erasure ledger, for when the key store is an older copy too.

    Returns:
        What was put back, and how many were erased again.

    Raises:
        Invalid: the backup is not whole, or the place is not empty.
        StoreFault: it is not done; run it again.
    """
    manifest = read_manifest(folder)
    check_known(manifest)
    verify(folder, manifest)
    keys = place.open_keys()
    if keys is None:
        raise Invalid(
            "The keys are not here, and without them nothing in the backup can be read. Put the key store in its "
            f"folder first. Folder: {place.keys}",
            field="GEHOOR_KEYS",
        )
    others = [] if erasures is None else _ledger(erasures)
    try:
        again = await _put_back(place, folder, manifest, keys, others)
        await _told(place, keys, manifest)
    finally:
        await keys.close()
    return manifest, again


async def _put_back(place: Place, folder: Path, manifest: Manifest, keys: Keys, others: Iterable[Erasure]) -> int:
    if place.url:
        await _empty_postgres(place)
        await upgrade_postgres(place.url, manifest.revision, mark(manifest.revision))
        return await _filled(place, folder, manifest, keys, others)
    place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = hold(place.file)
    try:
        _empty_sqlite(place)
        claim(place.file)
        upgrade_sqlite(place.file, manifest.revision, mark=mark(manifest.revision))
        return await _filled(place, folder, manifest, keys, others)
    finally:
        os.close(lock)


async def _filled(place: Place, folder: Path, manifest: Manifest, keys: Keys, others: Iterable[Erasure]) -> int:
    """The rows and the checkpoints are there; what was erased is erased again; only then the mark goes."""
    session = await place.unheld(writes=True)
    try:
        await load(session, folder, manifest)
        _copy_checkpoints(folder, place)
        bodies = await session.rows("SELECT body FROM ledger WHERE kind = $1 ORDER BY number", ERASURE)
        again = await erase_again(keys, [*(erasure_of(str(row[0])) for row in bodies), *others])
        await opened_again(session, manifest)
    finally:
        await session.close()
    return again


async def _told(place: Place, keys: Keys, manifest: Manifest) -> None:
    """The schema of today; and the house ledger tells what was done."""
    if place.url:
        await upgrade_postgres(place.url)
    store, now = place.store(), SystemClock().now()
    try:
        await settle_erasures(store, keys, now)
        told = {"made_at": manifest.made_at, "ledger": manifest.ledger, "facts": manifest.facts}
        await store.add_to_ledger(now, "restore", json.dumps(told, sort_keys=True))
    finally:
        await store.close()


def _ledger(file: Path) -> list[Erasure]:
    if not file.is_file():
        raise Invalid(f"There is no erasure ledger here. File: {file}", field="--erasures")
    return ErasureFile(file).erasures()


def _copy_checkpoints(folder: Path, place: Place) -> None:
    try:
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(folder / CHECKPOINTS, place.checkpoints)
    except OSError as fault:
        raise StoreFault(f"The checkpoints cannot be put back: {fault.strerror}. File: {place.checkpoints}") from fault


# -- an empty place --------------------------------------------------------------------------------------------------


def _empty_sqlite(place: Place) -> None:
    """Takes away what an earlier try left; refuses anything else."""
    if place.file.exists() and place.file.stat().st_size:
        with closing(sqlite3.connect(f"file:{place.file.absolute()}?mode=ro", uri=True)) as there:
            tables = there.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables and not revision_of(there).startswith(RESTORING):
                raise Invalid(f"{_THERE}{place.shown}", field="GEHOOR_DATA")
    for name in ("", "-wal", "-shm", "-journal"):
        place.file.with_name(place.file.name + name).unlink(missing_ok=True)


async def _empty_postgres(place: Place) -> None:
    async with place.session() as session:
        tables = await session.tables()
        stamped = await session.rows("SELECT to_regclass('alembic_version') IS NOT NULL")
        if not tables and not stamped[0][0]:
            return
        revision = await session.rows("SELECT version_num FROM alembic_version") if stamped[0][0] else []
        if not revision or not str(revision[0][0]).startswith(RESTORING):
            raise Invalid(f"{_THERE}{place.shown}", field="GEHOOR_DATABASE")
        await _drop(session, [*tables, "alembic_version"])


async def _drop(session: Session, tables: Iterable[str]) -> None:
    await session.begin(writes=True)
    for table in tables:
        await session.change(f'DROP TABLE "{table}" CASCADE')
    await session.change("DROP FUNCTION IF EXISTS append_only()")
    await session.commit()
