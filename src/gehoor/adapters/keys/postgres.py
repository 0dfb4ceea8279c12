"""Data keys in a PostgreSQL database of their own, for processes on several machines.

Each is wrapped under the master key, which stays a file that every machine has. It is another database than the
store's, so that no backup of the store includes it. The erasure ledger is a table beside the keys: a line of it and the
end of the key are one commit. PostgreSQL keeps what was deleted for a while, in pages until they are cleaned (which is
asked for at once) and in its log; there a data key lies only wrapped.

Sealing does not wait, so a thread with an event loop of its own reads the keys that are not in memory. Once a second it
looks at the ledger: what another process destroyed is forgotten here, and while that cannot be known nothing is
remembered for long.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from gehoor.adapters.keys.ring import MOST_CACHED, Ring, fingerprint
from gehoor.adapters.keys.secret_file import secret_of
from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.core.errors import Conflict, GehoorError, StoreAway, StoreFault
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure

T = TypeVar("T")

LOOK_S: Final = 1.0
"""How long a key that another process destroyed may live on here."""
BLIND_S: Final = 10.0
"""How long keys are remembered while nobody can tell which of them were destroyed."""
LONGEST_WAIT_S: Final = 1.0
"""How long the house stands still at most, for one key that is not in memory."""
GIVE_UP_S: Final = 10.0
"""How long it does not stand still again, when that was for nothing."""

_NOT_THERE: Final = (
    "The keys may not be in the database of the store: its backup would hold them. Name another one in "
    "GEHOOR_KEY_DATABASE. Database: {place}"
)
_LOCK: Final = 0x4765686F_00000003
_SCHEMA: Final = """
CREATE TABLE data_key (owner TEXT COLLATE "C" NOT NULL PRIMARY KEY, wrapped BYTEA NOT NULL);
CREATE TABLE erasure (
    number BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, owner TEXT NOT NULL, hash BYTEA NOT NULL
);
CREATE TABLE master (fingerprint BYTEA NOT NULL);
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER erasure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erasure
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_LAST: Final = "SELECT number, hash FROM erasure ORDER BY number DESC LIMIT 1"
_TELL: Final = "INSERT INTO erasure (number, at, owner, hash) VALUES ($1, $2, $3, $4)"
_KEEP: Final = (
    "INSERT INTO data_key (owner, wrapped) SELECT * FROM unnest($1::text[], $2::bytea[]) "
    "ON CONFLICT (owner) DO NOTHING RETURNING owner"
)


class PostgresKeys(Ring):
    """Keys in a database.

    Args:
        url: of the database with the keys; its tables are made when it is empty.
        master: the file with the master key; made together with the tables. The signing key is made beside it.
        store: the URL of the store's database, which must be another one.
        needed: the store is not empty, so there must be keys already.
        most_cached: how many data keys stay in memory.

    Raises:
        StoreFault: the database or the master key cannot be used; says why and what to do.
    """

    def __init__(
        self, url: str, master: Path, store: str = "", needed: bool = False, most_cached: int = MOST_CACHED
    ) -> None:
        self._database = PostgresDatabase(url)
        place = self._database.place
        if store and PostgresDatabase(store).place == place:
            raise StoreFault(_NOT_THERE.format(place=place))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gehoor-keys", daemon=True)
        self._thread.start()
        self._destroyed: deque[str] = deque()
        self._told = 0
        self._looked_at = time.monotonic()
        self._not_before = 0.0
        self._closed = False
        try:
            raw, signing = self._there(self._opened(master, needed)).result()
        except BaseException:
            self._end()
            raise
        super().__init__(raw, signing, place, most_cached)
        self._looking = self._there(self._look())

    async def settle(self) -> None:
        """Makes every new key durable, all in one commit.

        Raises:
            StoreAway: none of them is; they stay new.
            Conflict: another process made one for the same owner at the same moment; ours is forgotten.
        """
        if not self._new:
            return
        new = dict(self._new)
        owners, wrapped = list(new), [self._wrapped(owner, raw) for owner, raw in new.items()]
        kept = {row[0] for row in await self._for(self._database.all(_KEEP, owners, wrapped))}
        others = []
        for owner, raw in new.items():
            there = None if owner in kept else await self._for(self._read(owner))
            if there is not None and self._unwrapped(owner, there) != raw:
                others.append(owner)
                self._cache.pop(owner, None)
            # Meanwhile it may have been destroyed, and made again.
            if self._new.get(owner) is raw:
                del self._new[owner]
        if others:
            raise Conflict("Somebody else made a key at this moment.", conversations=tuple(others))

    async def destroy(self, owner: str, at: Instant) -> None:
        """Erases, durably.

        Raises:
            StoreAway: the key may still be there.
        """
        self.forget(owner)
        await self._for(self._erase(owner, at))
        # Who read meanwhile may have put it back in memory.
        self.forget(owner)

    async def erased(self) -> list[Erasure]:
        """The erasure ledger, oldest first.

        Raises:
            StoreFault: it was changed.
        """
        rows = await self._for(self._database.all("SELECT number, at, owner, hash FROM erasure ORDER BY number"))
        head, found = GENESIS, []
        for place, (number, at, owner, hash) in enumerate(rows, start=1):
            head = _link(head, number, at, owner)
            if number != place or hash != head:
                raise StoreFault(f"The erasure ledger was changed: line {place}. Database: {self._database.place}")
            found.append(Erasure(owner, Instant(at)))
        return found

    async def without(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners that have no key."""
        ask = "SELECT owner FROM data_key WHERE owner = ANY ($1::text[])"
        found = {row[0] for row in await self._for(self._database.all(ask, list(owners)))}
        return set(owners) - found - set(self._new)

    async def close(self) -> None:
        """Finishes what is under way and lets go of the connections. Closing again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._looking.cancel()
        await asyncio.wrap_future(self._there(self._database.close()))
        self._end()
        self._cache.clear()

    # -- what a keeper adds ------------------------------------------------------------------------------------------

    def _stored(self, owner: str) -> bytes | None:
        away = StoreAway(f"The keys cannot be reached. Database: {self._database.place}")
        if time.monotonic() < self._not_before:
            raise away
        reading = self._for_now(self._read(owner))
        try:
            return reading.result(LONGEST_WAIT_S)
        except TimeoutError as fault:
            reading.cancel()
            self._not_before = time.monotonic() + GIVE_UP_S
            raise away from fault

    def _hear(self) -> None:
        while self._destroyed:
            self._cache.pop(self._destroyed.popleft(), None)
        if time.monotonic() - self._looked_at > BLIND_S:
            self._cache.clear()

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _there(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _for_now(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._closed:
            work.close()
            raise StoreFault("The keys are closed.", database=self._database.place)
        return self._there(work)

    async def _for(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._for_now(work))

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _opened(self, master: Path, needed: bool) -> tuple[bytes, bytes]:
        """The master key and the signing key, when they are those that this database was made with."""
        connection = await self._database.connect("gehoor keys")
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                return await _secrets(connection, master, self._database.place, needed)
        except OSError as fault:
            raise StoreFault(f"The keys cannot be used: {fault.strerror}. File: {master}", file=str(master)) from fault
        finally:
            await connection.close()

    async def _read(self, owner: str) -> bytes | None:
        rows = await self._database.all("SELECT wrapped FROM data_key WHERE owner = $1", owner)
        found: bytes | None = rows[0][0] if rows else None
        return found

    async def _erase(self, owner: str, at: Instant) -> None:
        async def erase(connection: Connection) -> None:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                number, head = await connection.fetchrow(_LAST) or (0, GENESIS)
                await connection.execute(_TELL, number + 1, at, owner, _link(head, number + 1, at, owner))
                await connection.execute("DELETE FROM data_key WHERE owner = $1", owner)
            # So that the page does not hold it any longer.
            await connection.execute("VACUUM data_key")

        await self._database.use(erase)

    async def _look(self) -> None:
        rows = await self._database.all("SELECT coalesce(max(number), 0) FROM erasure")
        self._told = rows[0][0]
        while True:
            await asyncio.sleep(LOOK_S)
            with contextlib.suppress(GehoorError):
                more = "SELECT number, owner FROM erasure WHERE number > $1 ORDER BY number"
                for number, owner in await self._database.all(more, self._told):
                    self._destroyed.append(owner)
                    self._told = number
                self._looked_at = time.monotonic()


async def _secrets(connection: Connection, master: Path, place: str, needed: bool) -> tuple[bytes, bytes]:
    tables = {row[0] for row in await connection.fetch(_TABLES)}
    if "fact" in tables:
        raise StoreFault(_NOT_THERE.format(place=place))
    if needed and not tables:
        raise StoreFault(
            "The store is here, but its keys are not: everything would read as erased. Put the keys back, or name "
            f"their database in GEHOOR_KEY_DATABASE. Database: {place}"
        )
    if tables and "data_key" not in tables:
        raise StoreFault(f"This database belongs to another program. Choose another one. Database: {place}")
    raw = secret_of(master, may_make=not tables)
    signing = secret_of(master.with_name(master.name + ".signing"), may_make=not tables)
    if not tables:
        await connection.execute(_SCHEMA)
        await connection.execute("INSERT INTO master (fingerprint) VALUES ($1)", fingerprint(raw))
    known = await connection.fetchval("SELECT fingerprint FROM master")
    if known is None or not hmac.compare_digest(known, fingerprint(raw)):
        raise StoreFault(
            f"The master key is not the one that these keys were made with. Put the right one back. File: {master}",
            file=str(master),
        )
    return raw, signing


def _link(head: bytes, number: int, at: int, owner: str) -> bytes:
    """The hash of a line, over all before it."""
    return sha256(head + json.dumps([number, at, owner]).encode()).digest()
