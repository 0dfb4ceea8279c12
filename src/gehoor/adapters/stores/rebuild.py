"""``gehoor db rebuild``: every projection again from the facts.

What is a projection, and nothing else is:

* the columns of ConversationView in ``conversation``, which lists and the queue read;
* ``head`` and ``length`` there: the end of the chain;
* ``given``: which article was given in which fact;
* ``job``: the clocks that run, the AI's turns, the reminders, the letters and calls of which nothing is known yet.

A conversation of which a fact cannot be read is named and left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gehoor.adapters.stores.rows import GIVEN_COLUMNS
from gehoor.adapters.stores.session import Session
from gehoor.adapters.stores.stored import YOUNG, Due, Stored, conversations, due, missing, stale, wrong_records
from gehoor.adapters.stores.view_rows import VIEW_COLUMNS, view_row
from gehoor.core.time import Instant

_COLUMNS: Final = ("head", "length", *VIEW_COLUMNS)
_VALUES: Final = ", ".join(f"${place}" for place in range(2, len(_COLUMNS) + 2))
# A row that was lost has lost the customer's token with it: staff can read the conversation, its customer cannot.
_PUT: Final = (
    f"INSERT INTO conversation (id, {', '.join(_COLUMNS)}, token_hash) VALUES ($1, {_VALUES}, ${len(_COLUMNS) + 2}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)
_DROP_JOB: Final = "DELETE FROM job WHERE key = $1"
_DROP_GIVEN: Final = "DELETE FROM given WHERE conversation = $1"
_PUT_GIVEN: Final = f"INSERT INTO given ({GIVEN_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"  # noqa: S608
_PUT_JOB: Final = (
    "INSERT INTO job (key, kind, conversation, argument, run_at, lease_until, attempts) "
    "VALUES ($1, $2, $3, $4, $5, 0, 0) "
    "ON CONFLICT (key) DO UPDATE SET run_at = excluded.run_at, lease_until = 0, attempts = 0"
)


@dataclass(slots=True)
class Rebuilt:
    """What was done. ``given``: conversations with other rows of what was given. ``left``: conversations that were left
    as they are, with the reason."""

    conversations: int = 0
    rows: int = 0
    jobs: int = 0
    dropped: int = 0
    given: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


async def rebuild(session: Session, now: Instant, told: Callable[[int], None] = lambda _: None) -> Rebuilt:
    """Puts right what is not as the facts say, some conversations in each transaction.

    Args:
        told: hears how many conversations are done.

    Raises:
        StoreFault: the database cannot be read or written; what was done before stays.
    """
    done = Rebuilt()
    async for part in conversations(session, writes=True):
        for stored in part:
            await _one(session, stored, now, done)
        await session.commit()
        told(done.conversations)
    return done


async def _one(session: Session, stored: Stored, now: Instant, done: Rebuilt) -> None:
    done.conversations += 1
    facts, wrong = wrong_records(stored)
    if stored.fault or not facts or len(facts) < len(stored.facts):
        reason = stored.fault or next((sentence for _, sentence in wrong), "There are no facts of it.")
        done.left.append((stored.id, reason))
        return
    wanted = due(stored, facts)
    row = stored.row
    if row is None or (row.head, row.length, row.view) != (wanted.head, len(facts), wanted.view):
        done.rows += 1
        values = (wanted.head, len(facts), *view_row(wanted.view))
        await session.change(_PUT, stored.id, *values, b"")
    if stored.given != wanted.given:
        done.given += 1
        await session.change(_DROP_GIVEN, stored.id)
        await session.many(_PUT_GIVEN, wanted.given)
    await _jobs(session, stored, wanted, now, done)


async def _jobs(session: Session, stored: Stored, wanted: Due, now: Instant, done: Rebuilt) -> None:
    young = [job for key, job in wanted.perhaps.items() if key not in stored.jobs and now - job.run_at < YOUNG]
    for key in stale(stored, wanted):
        done.dropped += 1
        await session.change(_DROP_JOB, key)
    for job in [*missing(stored, wanted), *young]:
        done.jobs += 1
        await session.change(_PUT_JOB, job.key, job.kind, job.conversation, job.argument, job.run_at)
