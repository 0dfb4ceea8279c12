"""Putting a backup back, into an empty place only.

The database is marked from its first moment (``restoring`` in the table ``alembic_version``), so that nothing is
served from it: what was erased since the backup was made is readable again until ``flows/privacy.py`` has erased it
again. Only then ``opened_again`` takes the mark away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gehoor.adapters.stores.backup import Manifest, rows_of
from gehoor.adapters.stores.revision import HEAD, RESTORING
from gehoor.adapters.stores.session import Row, Session
from gehoor.core.errors import Invalid, StoreFault

_FILLED_BY_MIGRATIONS: Final = "oldest_code"


def check_known(manifest: Manifest) -> None:
    """Whether this version can put the backup back.

    Raises:
        Invalid: a newer one wrote it.
    """
    if manifest.revision > HEAD:
        raise Invalid(
            f"A newer Gehoor made this backup (schema {manifest.revision}; this one knows {HEAD}). Install that one.",
            field="folder",
        )


async def load(session: Session, folder: Path, manifest: Manifest) -> None:
    """Puts every row into the empty tables, which have the schema of the backup: all of them, or none.

    Raises:
        StoreFault: none of them is there.
    """
    await session.begin(writes=True)
    try:
        there = await session.tables()
        for name, table in manifest.tables.items():
            if name == _FILLED_BY_MIGRATIONS:
                continue
            if not set(table.columns) <= there.get(name, {}).keys():
                raise StoreFault(f"The tables here are not those of the backup: {name}. Database: {session.place}")
            count = 0
            for some in rows_of(folder, name):
                await _insert(session, name, table.columns, there[name], some)
                count += len(some)
            if count != table.rows:
                raise StoreFault(f"The backup has {count} rows of {name} and says {table.rows}.")
        await session.commit()
    finally:
        await session.roll_back()


async def opened_again(session: Session, manifest: Manifest) -> None:
    """Takes the mark away: what was erased is erased again."""
    await session.begin(writes=True)
    await session.change("UPDATE alembic_version SET version_num = $1", manifest.revision)
    await session.commit()


def mark(revision: str) -> str:
    """What stands in ``alembic_version`` while a backup of the revision is put back."""
    return f"{RESTORING}{revision}"


async def _insert(session: Session, name: str, columns: list[str], kinds: dict[str, type], some: list[Row]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    flags = [place for place, column in enumerate(columns) if kinds[column] is bool]
    for row in some:
        for place in flags:  # SQLite keeps them as numbers
            row[place] = bool(row[place])  # type: ignore[index]  # a list, as it was read
    await session.many(f'INSERT INTO "{name}" ({names}) VALUES ({places})', some)  # noqa: S608  our own tables
