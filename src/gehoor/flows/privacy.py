"""Erasing, so that it stays erased.

In this order, so that a process may die anywhere: the erasure ledger beside the keys tells it, the key goes, the house
ledger tells it. After a backup of the store or an older copy of the keys was put back, the two ledgers are held against
each other: what either of them tells is erased again, and told by both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import structlog

from gehoor.core.errors import GehoorError
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World

_LOG = structlog.get_logger()
ERASURE: Final = "erasure"
"""The kind of an erasure's line in the house ledger."""


async def erase(world: World, owner: str, reason: str) -> LedgerEntry:
    """Erases every word and value that was sealed for the owner.

    Args:
        owner: a conversation or a person, by id.
        reason: why, in a short code without personal data, such as "asked" or "retention".

    Raises:
        StoreFault: what was not told or not erased yet is, when this is called again or the server starts.
    """
    at = world.clock.now()
    await world.keys.destroy(owner, at)
    return await _tell(world, Erasure(owner, at), reason)


async def settle_at_start(world: World) -> None:
    """Erases again, before anybody is served. A ledger that cannot be read keeps no customer waiting: it is told here,
    and by ``gehoor db check``."""
    try:
        again = await settle_erasures(world)
        if again:
            _LOG.warning("keys of before were put back: what was erased since is erased again", erased=again)
    except GehoorError as fault:
        _LOG.error("what was erased cannot be held against the keys", reason=fault.sentence)


async def settle_erasures(world: World, others: Iterable[Erasure] = ()) -> int:
    """Erases again what a ledger tells and the keys do not know, and tells the house ledger what it does not know.

    Args:
        others: from another copy of the erasure ledger, such as one that was kept elsewhere.

    Returns:
        How many were erased again.
    """
    told = {one.owner: one for one in map(_erasure, await world.store.ledger(kind=ERASURE))}
    known = {one.owner: one for one in await world.keys.erased()}
    again = [one for one in {**told, **{one.owner: one for one in others}}.values() if one.owner not in known]
    for one in again:
        await world.keys.destroy(one.owner, one.at)
    for one in [*known.values(), *again]:
        if one.owner not in told:
            await _tell(world, one, "restored")
    return len(again)


async def _tell(world: World, one: Erasure, reason: str) -> LedgerEntry:
    body = json.dumps({"owner": one.owner, "at": one.at, "reason": reason}, sort_keys=True)
    return await world.store.add_to_ledger(world.clock.now(), ERASURE, body)


def _erasure(entry: LedgerEntry) -> Erasure:
    told = json.loads(entry.body)
    return Erasure(str(told["owner"]), Instant(int(told["at"])))
