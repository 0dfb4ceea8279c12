"""One SQLite file, owned by one process: a thread that writes, a thread that reads, and faults in plain sentences."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import structlog

from gehoor.adapters.stores.sqlite_schema import prepare
from gehoor.core.errors import Invalid, StoreAway, StoreFault

_LOG = structlog.get_logger()
T = TypeVar("T")

_OLDEST_SQLITE: Final = (3, 35, 0)  # RETURNING
Ask = Callable[..., Awaitable[list[Any]]]
"""Called with a statement and its values; gives the rows."""

_BUSY_S: Final = 5.0
_STATEMENTS: Final = 128

# FULL: an acknowledged message may not be lost when the power goes.
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA recursive_triggers = ON",
)

_HEADER: Final = b"SQLite format 3\0"
_NO_DATABASE: Final = "This file is no database of Gehoor. Choose another file, or put a backup back."

# The start of the name of SQLite's error, and what to tell the operator.
_SENTENCES: Final = (
    ("SQLITE_READONLY", "The database cannot be written to. Check the rights on the file and its folder."),
    ("SQLITE_CANTOPEN", "The database cannot be opened. Check that the folder exists and may be written to."),
    ("SQLITE_PERM", "The database cannot be opened. Check the rights on the file and its folder."),
    ("SQLITE_NOTADB", _NO_DATABASE),
    ("SQLITE_CORRUPT", "The database is damaged. Keep a copy of the file and put a backup back."),
    ("SQLITE_BUSY", "Another program holds the database. Close it and start again."),
    ("SQLITE_LOCKED", "Another program holds the database. Close it and start again."),
    ("SQLITE_IOERR", "The disk failed. Nothing after this is stored. Check the disk before you start again."),
)
_FULL: Final = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
_BEYOND_TRUST: Final = ("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")


class SqliteFile:
    """The file, open and ours; made when it is not there yet.

    Args:
        path: where the file is; its folder must exist. ``<path>.lock`` beside it keeps a second process out.

    Raises:
        StoreFault: says what is wrong with the file and what to do.
    """

    def __init__(self, path: Path) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StoreFault(f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed.")
        self.path = path
        self._broken: StoreFault | None = None
        self._full = False
        with ExitStack() as half_open:
            self._lock = hold(path)
            half_open.callback(os.close, self._lock)
            try:
                self._touch()
                self._writer = half_open.enter_context(closing(self._connect("rw")))
                # FULL, WAL and the rest come after: what is not our file stays as it is.
                prepare(self._writer, path)
                for pragma in _PRAGMAS:
                    self._writer.execute(pragma)
                _settle(self._writer)
                self._reader = half_open.enter_context(closing(self._connect("ro")))
                self._reader.execute("PRAGMA query_only = ON")
            except (sqlite3.Error, OSError) as fault:
                raise self._fault(fault) from fault
            half_open.pop_all()
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="gehoor-writer")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="gehoor-reader")

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does the work in one transaction: everything is durable when this returns, or nothing was written.

        Raises:
            StoreFault: nothing was written.
            StoreAway: nothing was written, for the disk is full; when there is room again, the next one is.
            Invalid: a value cannot be stored; nothing was written.
        """
        return await self._run(self._writing, self._transaction, work)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does the work on a connection that cannot write and does not wait for who writes.

        Raises:
            StoreFault: the file cannot be read.
        """
        return await self._run(self._reading, self._on_reader, work)

    @asynccontextmanager
    async def as_of_now(self) -> AsyncIterator[Ask]:
        """For long reading: a connection and a thread of its own, for which the file stays as it is now.

        Raises:
            StoreFault: the file cannot be read.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="gehoor-long-reader") as thread:
            connection = self._connect("ro")

            def asked(statement: str, values: tuple[object, ...]) -> list[Any]:
                try:
                    return connection.execute(statement, values).fetchall()
                except sqlite3.Error as fault:
                    raise self._fault(fault) from fault

            async def ask(statement: str, *values: object) -> list[Any]:
                return await asyncio.get_running_loop().run_in_executor(thread, asked, statement, values)

            try:
                await ask("BEGIN")
                yield ask
            finally:
                connection.close()

    async def close(self) -> None:
        """Finishes what is under way and lets go of the file. Closing again does nothing."""
        if self._lock < 0:
            return
        lock, self._lock = self._lock, -1
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._reading, self._reader.close)
            await loop.run_in_executor(self._writing, self._writer.close)
        except sqlite3.Error as fault:
            raise self._fault(fault) from fault
        finally:
            self._reading.shutdown(wait=False)
            self._writing.shutdown(wait=False)
            os.close(lock)

    # -- on the threads ----------------------------------------------------------------------------------------------

    async def _run(
        self,
        thread: ThreadPoolExecutor,
        step: Callable[[Callable[[sqlite3.Connection], T]], T],
        work: Callable[[sqlite3.Connection], T],
    ) -> T:
        if self._lock < 0:
            raise StoreFault("The store is closed.", file=str(self.path))
        return await asyncio.get_running_loop().run_in_executor(thread, step, work)

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._broken is not None:
            raise StoreFault(self._broken.sentence, **self._broken.data)
        connection = self._writer
        before = connection.total_changes
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException as fault:
            self._roll_back()
            if isinstance(fault, sqlite3.Error):
                raise self._fault(fault) from fault
            if isinstance(fault, OverflowError | UnicodeEncodeError):
                raise Invalid("A value cannot be stored.", cause=str(fault)) from fault
            raise
        if self._full and connection.total_changes != before:
            self._full = False
            _LOG.warning("there is room on the disk again")
        return result

    def _roll_back(self) -> None:
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error as fault:
            found = self._fault(fault)
            self._broken = StoreFault(found.sentence, **found.data)

    def _on_reader(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return work(self._reader)
        except sqlite3.Error as fault:
            raise self._fault(fault) from fault
        except (OverflowError, UnicodeEncodeError) as fault:
            raise Invalid("A value cannot be looked up.", cause=str(fault)) from fault

    def _fault(self, fault: sqlite3.Error | OSError) -> StoreAway | StoreFault:
        found = fault_of(fault, self.path)
        name = str(getattr(fault, "sqlite_errorname", ""))
        if isinstance(found, StoreAway):
            if not self._full:
                _LOG.error("the disk is full", reason=found.sentence)
            self._full = True
        elif name.startswith(_BEYOND_TRUST):
            self._broken = found
        return found

    # -- opening -----------------------------------------------------------------------------------------------------

    def _touch(self) -> None:
        """Makes the file when it is not there. SQLite itself takes any short file for an empty database."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            start = os.pread(descriptor, len(_HEADER), 0)
        finally:
            os.close(descriptor)
        if start and start != _HEADER:
            raise StoreFault(f"{_NO_DATABASE} File: {self.path}", file=str(self.path))

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={mode}",
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
            uri=True,
        )


def fault_of(fault: sqlite3.Error | OSError, path: Path) -> StoreAway | StoreFault:
    """What SQLite or the system says, with what to do for the operator. A full disk passes when somebody makes room."""
    name = str(getattr(fault, "sqlite_errorname", ""))
    if name.startswith(_FULL):
        told = "The disk is full. Nothing was written. Make room on it, and it goes on by itself."
        return StoreAway(f"{told} File: {path}", file=str(path), cause=str(fault))
    told = next((text for start, text in _SENTENCES if name.startswith(start)), "")
    if isinstance(fault, OSError):
        told = "The database cannot be opened. Check that its folder exists and may be written to."
    return StoreFault(f"{told or 'The database cannot be used.'} File: {path}", file=str(path), cause=str(fault))


def _settle(writer: sqlite3.Connection) -> None:
    """Copies what a process that ended left in the log, into the file, and syncs it. After a sync that failed Linux
    takes the lost pages for written, and would not write them again with the next commit."""
    try:
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as fault:
        if not fault.sqlite_errorname.startswith(_FULL):  # a full disk can still be read
            raise


def hold(path: Path) -> int:
    """Holds ``<path>.lock`` until the process ends or closes it.

    Raises:
        StoreFault: another process has it, or the folder cannot be written to.
    """
    beside = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise StoreFault(
            f"The folder of the database cannot be written to. Make it, or give this user the right. File: {path}",
            file=str(path),
            cause=str(fault),
        ) from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise StoreFault(
            f"Another process{f' ({holder})' if holder else ''} works on this database. One at a time may: stop that "
            f"one, or give this one a database of its own. File: {path}",
            file=str(path),
            lock=str(beside),
        ) from fault
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor
