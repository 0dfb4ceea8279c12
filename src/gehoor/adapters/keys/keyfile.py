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
import hmac
import os
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final, TypeVar

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gehoor.adapters.keys.erasures import NOTHING, ErasureFile, Mark
from gehoor.adapters.keys.sealing import KEY_BYTES, NONCE_BYTES, DataKey, blind_index, index_key
from gehoor.adapters.keys.secret_file import secret_of
from gehoor.core.errors import StoreFault, Unknown
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure

_LOG = structlog.get_logger()
T = TypeVar("T")

MOST_CACHED: Final = 8192
_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE data_key (owner TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE master (fingerprint BLOB NOT NULL);
INSERT INTO master (fingerprint) VALUES (x'{fingerprint}');
PRAGMA application_id = 0x4765686B;
PRAGMA user_version = 1;
COMMIT;
"""
_FINGERPRINT: Final = b"gehoor master key v1"


class FileKeys:
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
        self._most_cached = most_cached
        self._erasures = ErasureFile(database.with_name("erasures.jsonl"))
        self._new: dict[str, bytes] = {}
        self._cache: OrderedDict[str, DataKey] = OrderedDict()
        self._reading = threading.Lock()
        with ExitStack() as half_open:
            try:
                is_new = not database.exists() or database.stat().st_size == 0
                raw = secret_of(master, may_make=is_new)
                signing = secret_of(master.with_name(master.name + ".signing"), may_make=is_new)
                os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
                self._writer = half_open.enter_context(closing(_connect(database)))
                self._prepare(hmac.digest(raw, _FINGERPRINT, "sha256"))
                self._reader = half_open.enter_context(closing(_connect(database)))
                self._reader.execute("PRAGMA query_only = ON")
                self._erase_again()
            except (sqlite3.Error, OSError) as fault:
                raise self._fault(fault) from fault
            half_open.pop_all()
        self._wrapping = AESGCM(raw)
        self._index_key = index_key(raw)
        self._signing = Ed25519PrivateKey.from_private_bytes(signing)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gehoor-keys")
        self._closed = False

    def create(self, owner: str) -> None:
        """A new key; an owner who has one keeps it."""
        if self._find(owner) is None:
            raw = self._new[owner] = secrets.token_bytes(KEY_BYTES)
            self._remember(owner, DataKey(owner, raw))

    async def settle(self) -> None:
        """Makes every new key durable, all in one commit.

        Raises:
            StoreFault: none of them is; they stay new.
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

    def seal(self, owner: str, name: str, text: str) -> bytes:
        """The ciphertext of a text.

        Raises:
            Unknown: the owner has no key.
        """
        return self._key(owner).seal(name, text)

    def open(self, owner: str, name: str, sealed: bytes) -> str | None:
        """The text again; None when the key was destroyed.

        Raises:
            StoreFault: the ciphertext is not the one that was sealed here.
        """
        key = self._find(owner)
        return None if key is None else key.open(name, sealed)

    def digest(self, owner: str, text: str) -> str:
        """A keyed digest of a text.

        Raises:
            Unknown: the owner has no key.
        """
        return self._key(owner).digest(text)

    def blind_index(self, kind: str, value: str) -> bytes:
        """A keyed index of a value."""
        return blind_index(self._index_key, kind, value)

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

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature."""
        return self._signing.sign(message)

    def public_key(self) -> bytes:
        """The key with which anybody checks a signature (32 bytes)."""
        return self._signing.public_key().public_bytes_raw()

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

    # -- one key -----------------------------------------------------------------------------------------------------

    def _key(self, owner: str) -> DataKey:
        key = self._find(owner)
        if key is None:
            raise Unknown("There is no key for this owner.", owner=owner)
        return key

    def _find(self, owner: str) -> DataKey | None:
        key = self._cache.get(owner)
        if key is not None:
            self._cache.move_to_end(owner)
            return key
        raw = self._new.get(owner) or self._stored(owner)
        if raw is None:
            return None
        key = DataKey(owner, raw)
        self._remember(owner, key)
        return key

    def _remember(self, owner: str, key: DataKey) -> None:
        self._cache[owner] = key
        while len(self._cache) > self._most_cached:
            self._cache.popitem(last=False)

    def forget(self, owner: str) -> None:
        """Another process destroyed the key: nothing of it stays in memory here."""
        self._new.pop(owner, None)
        self._cache.pop(owner, None)

    def _stored(self, owner: str) -> bytes | None:
        if self._closed:
            raise StoreFault("The keys are closed.", file=str(self._database))
        try:
            with self._reading:
                row = self._reader.execute("SELECT wrapped FROM data_key WHERE owner = ?", (owner,)).fetchone()
        except sqlite3.Error as fault:
            raise self._fault(fault) from fault
        if row is None:
            return None
        wrapped: bytes = row[0]
        try:
            return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
        except (InvalidTag, ValueError) as fault:
            raise StoreFault(
                f"A data key is damaged. File: {self._database}", file=str(self._database), owner=owner
            ) from fault

    def _wrapped(self, owner: str, raw: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, raw, owner.encode())

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
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._writer)
        except (sqlite3.Error, OSError) as fault:
            raise self._fault(fault) from fault

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

    def _fault(self, fault: Exception) -> StoreFault:
        return StoreFault(
            f"The keys cannot be used: {fault}. Check the file, its folder and the disk. File: {self._database}",
            file=str(self._database),
            cause=str(fault),
        )


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=5.0, isolation_level=None, check_same_thread=False)


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
    busy, _, _ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("another program reads the keys, so that the old ones cannot be wiped")
