"""What PostgreSQL and the way to it may say, as our own errors."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import asyncpg

from gehoor.core.errors import GehoorError, Invalid, StoreAway, StoreFault

FAULTS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""Everything that the library raises, and the network."""

# Classes of SQLSTATE that pass by themselves or are mended at the database: connection, resources, operator, conflict
# between transactions, system. A server that starts or stops is among them.
_PASSES: Final = ("08", "40", "53", "55", "57", "58")
_ADMINISTRATOR: Final = (
    ("53100", "The disk of the database is full. Make room on it."),
    ("53300", "The database takes no more connections. Raise max_connections, or run fewer processes."),
    ("28", "The database refuses this account or its password. Check GEHOOR_DATABASE."),
    ("3D", "There is no such database. Make it, or check GEHOOR_DATABASE."),
    ("42501", "The account lacks rights in this database. Make it the owner of the database."),
    ("42", "The tables of this database are not those of this version. Run: gehoor db check"),
    ("25006", "The database takes nothing new: it is a standby or read-only. Check GEHOOR_DATABASE."),
    ("XX", "The database is damaged. Keep a copy of it and put a backup back."),
)


def is_away(fault: BaseException) -> bool:
    """Whether the database cannot be reached or cannot work at this moment, and may later."""
    if isinstance(fault, asyncpg.PostgresError):
        return (fault.sqlstate or "").startswith(_PASSES)
    # What the library itself finds wrong with a value or with its use is a ValueError.
    return isinstance(fault, FAULTS) and not isinstance(fault, ValueError)


def as_ours(fault: BaseException, where: str) -> GehoorError:
    """The fault as one of ours, with what to do for the operator. ``where`` names the database, without a password."""
    state = str(getattr(fault, "sqlstate", None) or "")
    # What is wrong with a value may quote it, and values may be personal.
    cause = type(fault).__name__ if state[:2] in ("", "22", "23") else f"{state} {fault}"
    if state.startswith("22") or isinstance(fault, ValueError):
        return Invalid("A value cannot be stored or looked up.", cause=cause)
    sentence = next((sentence for start, sentence in _ADMINISTRATOR if state.startswith(start)), "")
    if is_away(fault):
        return StoreAway(f"{sentence or 'The database cannot be reached.'} Database: {where}", cause=cause)
    return StoreFault(f"{sentence or 'The database cannot be used.'} Database: {where}", cause=cause)


def place(url: str) -> str:
    """Where a database is, without the account and the password.

    Raises:
        Invalid: it is no address of a PostgreSQL database.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as fault:
        raise Invalid("This is no address of a database.", field="GEHOOR_DATABASE") from fault
    if parts.scheme not in ("postgresql", "postgres") or parts.path in ("", "/"):
        raise Invalid("This must be postgresql://account:password@host:5432/database.", field="GEHOOR_DATABASE")
    return f"{host}{f':{port}' if port else ''}{parts.path}"
