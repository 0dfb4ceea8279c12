"""Processes that meet in PostgreSQL: a doorbell by LISTEN and NOTIFY, leases for who lives and who leads, locks.

The doorbell rings after the commits, on a connection of its own: a notice inside the transaction of a message would
make all processes commit one after another. Leases are rows that are renewed every second by the clock of the
database, so that a process that is stopped, or cut off, leads no longer than one that is dead. None of this needs to
survive a power cut, so it waits for no disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

import structlog

from gehoor.adapters.peers.wire import payloads, words_of
from gehoor.adapters.stores.postgres_database import Connection, PostgresDatabase
from gehoor.adapters.stores.postgres_faults import FAULTS
from gehoor.core.errors import GehoorError
from gehoor.ports.peers import Attended, Leads, Missed, StaffChanged, Word

_LOG = structlog.get_logger()
CHANNEL: Final = "gehoor"
BEAT_S: Final = 1.0
LEADS_S: Final = 3.0
"""How long a process leads after it last said that it lives. The next one takes over at most a beat later."""
LIVES_S: Final = 6.0
"""How long the desks of a process count after it last said that it lives."""
MET_S: Final = 3 * BEAT_S
"""How long a process that was heard counts as there, before it is seen among those that live."""
LOCK_S: Final = 8.0
MOST_UNSAID: Final = 5_000
_PAUSE_S: Final = 0.5

_NOW: Final = "(extract(epoch from clock_timestamp()) * 1000000)::bigint"
# Its own row first, then the leader's: two processes never wait for each other.
_BEAT: Final = f"""
INSERT INTO lease AS old (name, holder, until)
SELECT name, $1, {_NOW} + span FROM (VALUES ('process ' || $1, $2::bigint), ('leader', $3::bigint)) AS mine (name, span)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE old.holder = excluded.holder OR old.until < {_NOW}
RETURNING name
"""  # noqa: S608
_ALIVE: Final = f"SELECT holder FROM lease WHERE name LIKE 'process %' AND until > {_NOW} ORDER BY holder"  # noqa: S608
_LEAVE: Final = "DELETE FROM lease WHERE holder = $1"
_SWEEP: Final = (
    f"DELETE FROM lease WHERE until < {_NOW} - 3600000000",  # noqa: S608
    "DELETE FROM attended WHERE 'process ' || process NOT IN (SELECT name FROM lease)",
)
_RING: Final = "SELECT pg_notify($1, one) FROM unnest($2::text[]) AS one"
_ATTEND: Final = """
INSERT INTO attended (staff, process, streams, available, said_at, free_since, acted_at, alive_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (staff, process) DO UPDATE SET streams = excluded.streams, available = excluded.available,
said_at = excluded.said_at, free_since = excluded.free_since, acted_at = excluded.acted_at, alive_at = excluded.alive_at
"""
_ATTENDED: Final = f"""
SELECT a.staff, a.process, a.streams, a.available, a.said_at, a.free_since, a.acted_at, a.alive_at, l.name IS NOT NULL
FROM attended AS a LEFT JOIN lease AS l ON l.name = 'process ' || a.process AND l.until > {_NOW}
WHERE a.process <> $1
"""  # noqa: S608


class PostgresPeers:
    """This process among those that use the same database.

    Args:
        process: a name that no other one has or had.
    """

    alone: Final = False

    def __init__(self, database: PostgresDatabase, process: str) -> None:
        self.process = process
        self._database = database
        self._hear: Callable[[Word], None] = lambda _: None
        self._unsaid: list[Word] = []
        self._says = asyncio.Event()
        self._mouth: Connection | None = None
        self._speaking = asyncio.Lock()
        self._ear: Connection | None = None
        self._deaf = asyncio.Event()
        self._leads_until = 0.0
        self._led = False
        self._alive: tuple[str, ...] = ()
        self._met_until = 0.0
        self._locks: dict[str, asyncio.Lock] = {}
        self._closed = False

    def leads(self) -> bool:
        """Whether the lease of the leader is ours."""
        return time.monotonic() < self._leads_until

    def tell(self, words: Iterable[Word]) -> None:
        """Tells the others, soon, if there are any. Who falls behind asks them to look for themselves."""
        if len(self._alive) < 2 and time.monotonic() >= self._met_until:
            return
        self._unsaid.extend(words)
        if len(self._unsaid) > MOST_UNSAID:
            self._unsaid = [Missed()]
        self._says.set()

    async def start(self, hear: Callable[[Word], None]) -> None:
        """Begins to listen, and stands for leader.

        Raises:
            StoreAway: the database cannot be reached.
        """
        self._hear = hear
        await self._listen()
        await self._beat()
        # Whoever was alone until now tells us everything from here on.
        await self._ring(payloads(self.process, (StaffChanged(),)))

    async def run(self) -> None:
        """Until cancelled; a line that breaks is made again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again_and_again(self._speak))
            tasks.create_task(self._again_and_again(self._live))
            tasks.create_task(self._again_and_again(self._stay_awake))

    async def _again_and_again(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except (GehoorError, *FAULTS) as fault:
                _LOG.warning("the line to the other processes is made again", fault=type(fault).__name__)
                await asyncio.sleep(_PAUSE_S)

    # -- the doorbell ------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        while True:
            await self._says.wait()
            self._says.clear()
            words, self._unsaid = self._unsaid, []
            try:
                await self._ring(payloads(self.process, words))
            except BaseException:
                self._unsaid = [Missed()]
                self._says.set()
                raise

    async def _ring(self, said: list[str]) -> None:
        await self._on_mouth(lambda mouth: mouth.execute(_RING, CHANNEL, said))

    async def _on_mouth(self, work: Callable[[Connection], Any]) -> Any:
        async with self._speaking:
            if self._mouth is None or self._mouth.is_closed():
                self._mouth = await self._database.connect("gehoor peers")
                await self._mouth.execute("SET synchronous_commit = off")
            try:
                return await work(self._mouth)
            except FAULTS as fault:
                self._mouth.terminate()
                self._mouth = None
                raise self._database.failed(fault) from fault

    async def _listen(self) -> None:
        ear = await self._database.connect("gehoor doorbell")
        ear.add_termination_listener(lambda _: self._deaf.set())
        await ear.add_listener(CHANNEL, self._rings)
        self._ear = ear

    def _rings(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for word in words_of(str(payload), self.process):
            self._met_until = time.monotonic() + MET_S
            self._hear(word)

    async def _stay_awake(self) -> None:
        """A line that looks open may be dead: it is tried every few seconds, and made again when it is."""
        while True:
            if self._ear is None or self._ear.is_closed():
                self._deaf.clear()
                await self._listen()
                self._hear(Missed())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEADS_S):
                    await self._deaf.wait()
            if self._ear is not None and not self._ear.is_closed():
                try:
                    await self._ear.execute("SELECT 1", timeout=LEADS_S)
                except FAULTS:
                    self._ear.terminate()
                    self._ear = None

    # -- who lives and who leads -------------------------------------------------------------------------------------

    async def _live(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(BEAT_S)
            await self._beat()
            beats += 1
            if beats % 60 == 0 and self.leads():
                for statement in _SWEEP:
                    await self._on_mouth(lambda mouth, statement=statement: mouth.execute(statement))  # type: ignore[misc]

    async def _beat(self) -> None:
        began = time.monotonic()
        spans = int(LIVES_S * 1e6), int(LEADS_S * 1e6)

        async def work(mouth: Connection) -> tuple[set[str], tuple[str, ...]]:
            held = {row[0] for row in await mouth.fetch(_BEAT, self.process, *spans)}
            return held, tuple(row[0] for row in await mouth.fetch(_ALIVE))

        held, alive = await self._on_mouth(work)
        # From before the question, so that we never lead longer than the database thinks.
        self._leads_until = began + LEADS_S if "leader" in held else 0.0
        led, self._led = self._led, "leader" in held
        if self._led and not led:
            self._hear(Leads())
        if alive != self._alive:
            self._alive = alive
            self._hear(StaffChanged())

    # -- staff -------------------------------------------------------------------------------------------------------

    async def attend(self, rows: Sequence[Attended]) -> None:
        """Keeps what this process knows of staff.

        Raises:
            StoreAway: the database cannot be reached.
        """
        values = [
            (
                row.staff,
                row.process,
                row.streams,
                row.available,
                row.said_at,
                row.free_since,
                row.acted_at,
                row.alive_at,
            )
            for row in rows
        ]
        await self._on_mouth(lambda mouth: mouth.executemany(_ATTEND, values))

    async def attended(self) -> list[Attended]:
        """What the others know of staff.

        Raises:
            StoreAway: the database cannot be reached.
        """
        rows = await self._on_mouth(lambda mouth: mouth.fetch(_ATTENDED, self.process))
        return [Attended(*row) for row in rows]

    # -- one at a time -----------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[bool]:
        """A lock of the database, on a connection of its own: it ends with whoever holds it."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            try:
                connection = await self._locked(name)
            except (GehoorError, *FAULTS) as fault:
                _LOG.warning("a lock could not be had", what=name, fault=type(fault).__name__)
                connection = None
            try:
                yield connection is not None
            finally:
                if connection is not None:
                    await _let_go(connection)

    async def _locked(self, name: str) -> Connection:
        key = int.from_bytes(sha256(f"gehoor {name}".encode()).digest()[:8], "big", signed=True)
        connection = await self._database.connect(f"gehoor lock {name}")
        try:
            await connection.execute(f"SET lock_timeout = '{LOCK_S:.0f}s'")
            await connection.execute("SELECT pg_advisory_lock($1)", key)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def close(self) -> None:
        """Leaves: its desks are gone, and another one leads within a beat. Closing again does nothing."""
        if self._closed:
            return
        self._closed, self._leads_until = True, 0.0
        with contextlib.suppress(GehoorError, *FAULTS):
            said = payloads(self.process, (StaffChanged(),))
            await self._on_mouth(lambda mouth: mouth.execute(_LEAVE, self.process))
            await self._ring(said)
        for connection in (self._mouth, self._ear):
            if connection is not None:
                await _let_go(connection)


async def _let_go(connection: Connection) -> None:
    try:
        await connection.close(timeout=_PAUSE_S)
    except FAULTS:
        connection.terminate()
