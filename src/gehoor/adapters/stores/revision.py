"""Which revision of the schema a database has, and whether this code may work on it.

Alembic makes revisions (migrations/versions); what every start needs of them stands here, because Alembic takes long
to import. Revisions are numbers of four digits, one after another.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from gehoor.core.errors import StoreFault

HEAD: Final = "0005"
"""The revision that this code is written for: the newest in migrations/versions."""

RESTORING: Final = "restoring "
"""Stands before the revision while a backup is put back and what was erased since is not erased again yet."""


class Standing(Enum):
    """FITS: it can be used as it is. BEHIND: it must be migrated first."""

    FITS = "fits"
    BEHIND = "behind"


def standing(revision: str, oldest_code: str, place: str) -> Standing:
    """What to do with a database.

    Args:
        revision: as the table ``alembic_version`` tells it.
        oldest_code: as the table ``oldest_code`` tells it: code of this revision and newer may work on the database.
        place: which database, for the sentence.

    Raises:
        StoreFault: this code may not work on it; says why and what to do.
    """
    if revision.startswith(RESTORING):
        raise StoreFault(
            "A backup is being put back here, or putting it back broke off. What was erased since the backup may be "
            f"readable again, so nothing is served from it. Run: gehoor db restore. Database: {place}"
        )
    if revision == HEAD:
        return Standing.FITS
    if revision < HEAD:
        return Standing.BEHIND
    if oldest_code > HEAD:
        raise StoreFault(
            f"A newer Gehoor wrote this database (schema {revision}; this one knows {HEAD}). Install that one. "
            f"Database: {place}"
        )
    return Standing.FITS
