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

from gehoor.core.errors import Busy, GehoorError
from gehoor.core.time import Instant
from gehoor.ports.keys import Erasure, Keys
from gehoor.ports.peers import HouseChanged
from gehoor.ports.store import LedgerEntry, Store
from gehoor.ports.world import World

_LOG = structlog.get_logger()
ERASURE: Final = "erasure"
"""The kind of an erasure's line in the house ledger."""


async def erase(world: World, owner: str, reason: str) -> LedgerEntry:
    """Erases every word and value that was sealed for the owner.

    A conversation must be over: without its key nobody can say anything in it any more.

    Args:
        owner: a conversation or a person, by id.
        reason: why, in a short code without personal data, such as "asked" or "retention".

    Raises:
        Busy: another process erases at this moment.
        StoreFault: what was not told or not erased yet is, when this is called again or the server starts.
    """
    at = world.clock.now()
    async with world.peers.lock("erasure") as only_here:
        if not only_here:
            raise Busy(retry_after_s=2)
        await world.keys.destroy(owner, at)
        entry = await _tell(world.store, Erasure(owner, at), at, reason)
    world.peers.tell((HouseChanged(),))
    return entry


async def follow(world: World, after: int) -> int:
    """Forgets what other processes erased since a line of the house ledger; returns the newest line of an erasure."""
    for entry in await world.store.ledger(after=after, kind=ERASURE):
        world.keys.forget(erasure_of(entry.body).owner)
        after = entry.number
    return after


async def settle_at_start(world: World) -> None:
    """Erases again, before anybody is served. A ledger that cannot be read keeps no customer waiting: it is told here,
    and by ``gehoor db check``."""
    try:
        again = await settle_erasures(world.store, world.keys, world.clock.now())
        if again:
            _LOG.warning("keys of before were put back: what was erased since is erased again", erased=again)
    except GehoorError as fault:
        _LOG.error("what was erased cannot be held against the keys", reason=fault.sentence)


async def settle_erasures(store: Store, keys: Keys, now: Instant) -> int:
    """Erases again what the house ledger tells and the keys do not know, and tells it what it does not know.

    Returns:
        How many were erased again.
    """
    told = [erasure_of(entry.body) for entry in await store.ledger(kind=ERASURE)]
    again = await erase_again(keys, told)
    here = {one.owner for one in told}
    for one in await keys.erased():
        if one.owner not in here:
            here.add(one.owner)
            await _tell(store, one, now, "restored")
    return again


async def erase_again(keys: Keys, told: Iterable[Erasure]) -> int:
    """Destroys the keys of erasures that the ledger beside the keys does not tell. Returns how many."""
    known = {one.owner for one in await keys.erased()}
    again = {one.owner: one for one in told if one.owner not in known}
    for one in again.values():
        await keys.destroy(one.owner, one.at)
    return len(again)


def erasure_of(body: str) -> Erasure:
    """The erasure that a line of the house ledger tells."""
    told = json.loads(body)
    return Erasure(str(told["owner"]), Instant(int(told["at"])))


async def _tell(store: Store, one: Erasure, now: Instant, reason: str) -> LedgerEntry:
    body = json.dumps({"owner": one.owner, "at": one.at, "reason": reason}, sort_keys=True)
    return await store.add_to_ledger(now, ERASURE, body)
