"""A backup: every row of every table as it was at one moment, in a folder, the same for both engines.

A folder holds one file for each table (``fact.rows``: rows in MessagePack, each after its length), the signed
checkpoints and ``manifest.json``, which names everything with its SHA-256. It is written under another name and named
at the end, so that a folder with the right name is whole. It holds ciphertext; the keys are elsewhere, and never in it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from gehoor import __version__
from gehoor.adapters.stores.session import Row, Session
from gehoor.core.errors import Invalid, StoreFault
from gehoor.core.time import Instant

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CHECKPOINTS: Final = "checkpoints.jsonl"
_LENGTH: Final = 4
_AT_ONCE: Final = 1000
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(list).decode


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a backup."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``revision``: of the schema. ``ledger``: the number of the last line of the house ledger."""

    format: int
    made_at: int
    version: str
    engine: str
    revision: str
    ledger: int
    conversations: int
    facts: int
    checkpoints: int
    checkpoints_sha256: str
    tables: dict[str, Table]


async def back_up(session: Session, checkpoints: Path, folder: Path, now: Instant) -> Manifest:
    """Writes a backup, also while a server runs.

    Args:
        checkpoints: the file of signed checkpoints, if there is one.
        folder: must not be there yet.

    Raises:
        Invalid: the folder is there.
        StoreFault: the database cannot be read, or the backup not written.
    """
    part = folder.with_name(folder.name + ".part")
    try:
        _make(folder, part)
        # In this order: a checkpoint read after the rows could be over facts that the rows do not have.
        lines, hash = _copy_checkpoints(checkpoints, part / CHECKPOINTS)
        manifest = await _tables(session, part, now, lines, hash)
        _write(part / MANIFEST, json.dumps(asdict(manifest), indent=2).encode())
        _settle(part)
        _name(part, folder)
    except OSError as fault:
        raise StoreFault(f"The backup cannot be written: {fault.strerror}. Folder: {folder}") from fault
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a backup says that it holds.

    Raises:
        Invalid: there is no backup, or one that this version does not know.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as fault:
        raise Invalid(f"There is no backup here, or not a whole one. Folder: {folder}", field="folder") from fault
    if manifest.format != FORMAT:
        raise Invalid(f"This backup has another format ({manifest.format}) than this version reads.", field="folder")
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Whether every file is the one that was written.

    Raises:
        Invalid: names a file that is not.
    """
    files = {f"{name}.rows": table.sha256 for name, table in manifest.tables.items()}
    for name, expected in {**files, CHECKPOINTS: manifest.checkpoints_sha256}.items():
        try:
            with (folder / name).open("rb") as file:
                found = _hash(file)
        except OSError as fault:
            raise Invalid(f"A file of the backup cannot be read. File: {folder / name}", field="folder") from fault
        if found != expected:
            raise Invalid(
                f"A file of the backup is not the one that was written. File: {folder / name}", field="folder"
            )


def rows_of(folder: Path, table: str) -> Iterator[list[Row]]:
    """The rows of a table, some at a time."""
    with (folder / f"{table}.rows").open("rb") as file:
        some: list[Row] = []
        while length := file.read(_LENGTH):
            some.append(_DECODE(file.read(int.from_bytes(length, "big"))))
            if len(some) == _AT_ONCE:
                yield some
                some = []
        if some:
            yield some


# -- writing ---------------------------------------------------------------------------------------------------------


async def _tables(session: Session, part: Path, now: Instant, checkpoints: int, hash: str) -> Manifest:
    await session.begin(writes=False)
    try:
        revision = str((await session.rows("SELECT version_num FROM alembic_version"))[0][0])
        tables = {
            name: await _table(session, part / f"{name}.rows", name, list(columns))
            for name, columns in (await session.tables()).items()
        }
    finally:
        await session.roll_back()
    return Manifest(
        format=FORMAT,
        made_at=now,
        version=__version__,
        engine=session.engine,
        revision=revision,
        ledger=tables["ledger"].rows,
        conversations=tables["conversation"].rows,
        facts=tables["fact"].rows,
        checkpoints=checkpoints,
        checkpoints_sha256=hash,
        tables=tables,
    )


async def _table(session: Session, path: Path, name: str, columns: list[str]) -> Table:
    count, hash = 0, sha256()
    with _new(path) as file:
        quoted = ", ".join(f'"{column}"' for column in columns)
        async for some in session.stream(f'SELECT {quoted} FROM "{name}"'):  # noqa: S608  names of our own tables
            for row in some:
                record = _ENCODE(list(row))
                framed = len(record).to_bytes(_LENGTH, "big") + record
                hash.update(framed)
                file.write(framed)
            count += len(some)
        file.flush()
        os.fsync(file.fileno())
    return Table(columns, count, hash.hexdigest())


def _copy_checkpoints(source: Path, target: Path) -> tuple[int, str]:
    whole = b""
    if source.exists():
        whole, newline, _torn = source.read_bytes().rpartition(b"\n")
        whole += newline
    _write(target, whole)
    return whole.count(b"\n"), sha256(whole).hexdigest()


def _make(folder: Path, part: Path) -> None:
    if folder.exists():
        raise Invalid(f"This is there already. Choose a new folder. Folder: {folder}", field="folder")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)


def _name(part: Path, folder: Path) -> None:
    part.rename(folder)
    _settle(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with _new(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _hash(file: BinaryIO) -> str:
    found = sha256()
    while some := file.read(1 << 20):
        found.update(some)
    return found.hexdigest()


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
