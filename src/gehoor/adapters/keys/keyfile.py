"""Data keys in a file of their own, wrapped under a master key that is another file.

``keys.db`` holds each data key encrypted with AES-256-GCM under the master key, bound to its owner. No backup of the
store includes it, so that a destroyed key is gone from backups too. Destroying overwrites the row (secure_delete)
and empties the write-ahead log. What a disk keeps of blocks that it gave back is out of reach from here; there too a
data key lies only wrapped.

``erasures.jsonl`` beside it is the erasure ledger. ``keys.db`` knows up to where it was carried out, so that an older
copy of it is brought up to the ledger when it is opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final, TypeVar

import structlog

from gehoor.adapters.keys.erasures import NOTHING, ErasureFile, Mark
from gehoor.adapters.keys.ring import MOST_CACHED, Ring, fingerprint
from gehoor.adapters.keys.secret_file import secret_of
from gehoor.core.errors import StoreAway, StoreFault
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure

_LOG = structlog.get_logger()
T = TypeVar("T")

LOOK_S: Final = 1.0
"""How long a key that another process destroyed may live on here."""
_BUSY_S: Final = 5.0
"""How long another process is waited for that has the file."""
_AGAIN_S: Final = 0.005
_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE data_key (owner TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE master (fingerprint BLOB NOT NULL);
INSERT INTO master (fingerprint) VALUES (x'{fingerprint}');
PRAGMA application_id = 0x4765686B;
PRAGMA user_version = 1;
COMMIT;
"""


class FileKeys(Ring):
    """Keys in files.

    Args:
        database: the file with the wrapped data keys; made when it is not there.
        master: the file with the master key, which only its owner may read; made together with a new database.
            The signing key is made beside it, as ``<master>.signing``.
        most_cached: how many data keys stay in memory.

    Raises:
        StoreFault: says which file cannot be used and what to do.
    """

    def __init__(self, database: Path, master: Path, most_cached: int = MOST_CACHED) -> None:
        self._database = database
        self._erasures = ErasureFile(database.with_name("erasures.jsonl"))
        self._told, self._look_at, self._lately = 0, 0.0, list[str]()
        self._reading = threading.Lock()
        self._broken: StoreFault | None = None
        self._full = False
        with ExitStack() as half_open:
            try:
                is_new = not database.exists() or database.stat().st_size == 0
                raw = secret_of(master, may_make=is_new)
                signing = secret_of(master.with_name(master.name + ".signing"), may_make=is_new)
                os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
                self._writer = half_open.enter_context(closing(_connect(database)))
                self._prepare(fingerprint(raw))
                self._reader = half_open.enter_context(closing(_connect(database)))
                self._reader.execute("PRAGMA query_only = ON")
                self._erase_again()
            except (sqlite3.Error, OSError) as fault:
                raise self._fault(fault) from fault
            half_open.pop_all()
        super().__init__(raw, signing, str(database), most_cached)
        self._told = self._erasures.last().number
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gehoor-keys")
        self._closed = False

    async def settle(self) -> None:
        """Makes every new key durable, all in one commit.

        Raises:
            StoreFault: none of them is; they stay new.
            StoreAway: the same, for the disk is full.
        """
        if not self._new:
            return
        new = dict(self._new)
        rows = [(owner, self._wrapped(owner, raw)) for owner, raw in new.items()]
        await self._on_thread(lambda writer: _keep(writer, rows))
        for owner, raw in new.items():
            # Meanwhile it may have been destroyed, and made again.
            if self._new.get(owner) is raw:
                del self._new[owner]

    async def destroy(self, owner: str, at: Instant) -> None:
        """Erases, durably.

        Raises:
            StoreFault: the key may still be there; it goes when these keys are opened again.
        """
        self.forget(owner)
        await self._on_thread(lambda writer: self._tell_and_erase(writer, owner, at))
        # Who read meanwhile may have put it back in memory.
        self.forget(owner)

    async def erased(self) -> list[Erasure]:
        """The erasure ledger, oldest first.

        Raises:
            StoreFault: it was changed.
        """
        return await self._on_thread(lambda _: self._erasures.erasures())

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that have no key."""
        found = await self._on_thread(lambda writer: _with_keys(writer, owners))
        return set(owners) - found - set(self._new)

    async def close(self) -> None:
        """Finishes what is under way and lets go of the files. Closing again does nothing."""
        if self._closed:
            return
        await self._on_thread(lambda writer: writer.close())
        self._closed = True
        self._thread.shutdown(wait=False)
        with self._reading:
            self._reader.close()
        self._cache.clear()

    # -- what a keeper adds ------------------------------------------------------------------------------------------

    def _stored(self, owner: str) -> bytes | None:
        if self._closed:
            raise StoreFault("The keys are closed.", file=str(self._database))
        try:
            with self._reading:
                row = self._reader.execute("SELECT wrapped FROM data_key WHERE owner = ?", (owner,)).fetchone()
        except sqlite3.Error as fault:
            raise self._fault(fault) from fault
        found: bytes | None = row[0] if row is not None else None
        return found

    def _hear(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_S
        # Twice: its line is written before its key goes, and in between we may have read it.
        lately, self._lately = self._lately, self._news()
        for owner in (*lately, *self._lately):
            self._cache.pop(owner, None)

    def _news(self) -> list[str]:
        """Whose keys were destroyed since we looked. A ledger that cannot be read is told at the start and by
        ``gehoor db check``, and keeps no customer waiting here."""
        with contextlib.suppress(StoreFault, OSError):
            last = self._erasures.last().number
            if last > self._told:
                news = [one.owner for one in self._erasures.erasures(self._told)]
                self._told = last
                return news
        return []

    # -- erasing -----------------------------------------------------------------------------------------------------

    def _tell_and_erase(self, writer: sqlite3.Connection, owner: str, at: Instant) -> None:
        after = max(self._erasures.last(), _mark(writer))
        _erase(writer, [owner], self._erasures.add(owner, at, after))

    def _erase_again(self) -> None:
        """What the ledger tells and these keys do not know yet: they are of before, or somebody was killed between."""
        known, last = _mark(self._writer), self._erasures.last()
        if known.number > last.number:
            _LOG.error(
                "lines of the erasure ledger are missing: put the newest copy of it back",
                file=str(self._erasures.path),
                lines=last.number,
                expected=known.number,
            )
        elif known != last:
            _erase(self._writer, [one.owner for one in self._erasures.erasures()], last)

    # -- the file ----------------------------------------------------------------------------------------------------

    async def _on_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise StoreFault("The keys are closed.", file=str(self._database))
        if self._broken is not None:
            raise StoreFault(self._broken.sentence, **self._broken.data)
        try:
            done = await asyncio.get_running_loop().run_in_executor(self._thread, work, self._writer)
        except (sqlite3.Error, OSError) as fault:
            raise self._fault(fault) from fault
        self._full = False
        return done

    def _prepare(self, fingerprint: bytes) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._writer.execute(f"PRAGMA {pragma}")
        if self._writer.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._writer.executescript(_SCHEMA.format(fingerprint=fingerprint.hex()))
        self._writer.execute("CREATE TABLE IF NOT EXISTS erased_upto (number INTEGER NOT NULL, head BLOB NOT NULL)")
        known = self._writer.execute("SELECT fingerprint FROM master").fetchone()
        if known is None or not hmac.compare_digest(known[0], fingerprint):
            raise StoreFault(
                "The master key is not the one that these keys were made with. Put the right one back. "
                f"File: {self._database}",
                file=str(self._database),
            )

    def _fault(self, fault: Exception) -> StoreAway | StoreFault:
        name = str(getattr(fault, "sqlite_errorname", ""))
        if name.startswith("SQLITE_FULL"):
            told = "The disk of the keys is full. Make room on it, and it goes on by itself."
            away = StoreAway(f"{told} File: {self._database}", file=str(self._database), cause=str(fault))
            if not self._full:
                _LOG.error("the disk of the keys is full", reason=away.sentence)
            self._full = True
            return away
        found = StoreFault(
            f"The keys cannot be used: {fault}. Check the file, its folder and the disk. File: {self._database}",
            file=str(self._database),
            cause=str(fault),
        )
        if name.startswith("SQLITE_IOERR"):  # after a write that failed no other one can be believed
            self._broken = found
        return found


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)


def _keep(writer: sqlite3.Connection, rows: list[tuple[str, bytes]]) -> None:
    writer.execute("BEGIN IMMEDIATE")
    try:
        # There already: another settle, which began before, wrote the same key.
        writer.executemany("INSERT INTO data_key (owner, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        writer.execute("COMMIT")
    except sqlite3.Error:
        if writer.in_transaction:
            writer.execute("ROLLBACK")
        raise


def _with_keys(writer: sqlite3.Connection, owners: Sequence[str]) -> set[str]:
    ask = "SELECT 1 FROM data_key WHERE owner = ?"
    return {owner for owner in owners if writer.execute(ask, (owner,)).fetchone() is not None}


def _mark(writer: sqlite3.Connection) -> Mark:
    """Up to where the erasure ledger was carried out here."""
    row = writer.execute("SELECT number, head FROM erased_upto").fetchone()
    return Mark(*row) if row is not None else NOTHING


def _erase(writer: sqlite3.Connection, owners: Sequence[str], upto: Mark) -> None:
    writer.execute("BEGIN IMMEDIATE")
    try:
        writer.executemany("DELETE FROM data_key WHERE owner = ?", [(owner,) for owner in owners])
        # One erasure of several is carried out; the one before it may be another process's, which may have died.
        if len(owners) != 1 or _mark(writer).number == upto.number - 1:
            writer.execute("DELETE FROM erased_upto")
            writer.execute("INSERT INTO erased_upto (number, head) VALUES (?, ?)", upto)
        writer.execute("COMMIT")
    except sqlite3.Error:
        if writer.in_transaction:
            writer.execute("ROLLBACK")
        raise
    _wipe(writer)


def _wipe(writer: sqlite3.Connection) -> None:
    """Empties the write-ahead log. Another process that empties it at this moment is not waited for by SQLite."""
    patience = time.monotonic() + _BUSY_S
    while writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > patience:
            raise sqlite3.OperationalError("another program reads the keys, so that the old ones cannot be wiped")
        time.sleep(_AGAIN_S)
