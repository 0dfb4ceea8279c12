"""Erasing is told by two ledgers, and what either of them tells is erased again."""

import json
from dataclasses import replace

import pytest

from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.core.conversation.model import Audience
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.flows.privacy import ERASURE, erase, erase_again, settle_erasures
from gehoor.flows.read import ERASED, read
from gehoor.ports.keys import Erasure
from gehoor.ports.world import World
from tests.world import Built, Customer

pytestmark = pytest.mark.anyio


async def texts(built: Built, customer: Customer) -> set[str]:
    seen = await read(built.house.world, ConversationId(customer.id), Audience.STAFF)
    return {text for _, text in seen.lines if text}


async def told(built: Built) -> list[tuple[str, str]]:
    entries = await built.house.world.store.ledger(kind=ERASURE)
    return [(one["owner"], one["reason"]) for one in (json.loads(entry.body) for entry in entries)]


async def settled(world: World) -> int:
    return await settle_erasures(world.store, world.keys, world.clock.now())


async def test_that_what_is_erased_is_gone_and_both_ledgers_tell_it(built: Built) -> None:
    gone, kept = await built.customer(), await built.customer()
    await gone.writes("Ik heet Zeldzaam")
    await kept.writes("Hallo")
    await erase(built.house.world, gone.id, "asked")
    assert await texts(built, gone) == {ERASED}
    assert "Hallo" in await texts(built, kept)
    assert await told(built) == [(gone.id, "asked")]
    assert [one.owner for one in await built.house.world.keys.erased()] == [gone.id]


async def test_that_the_key_is_gone_when_the_house_ledger_cannot_be_written(built: Built) -> None:
    customer = await built.customer()
    await customer.writes("Ik heet Zeldzaam")
    world = built.house.world
    await world.keys.destroy(customer.id, world.clock.now())  # and then the process died
    assert await settled(world) == 0
    assert await told(built) == [(customer.id, "restored")]
    assert await settled(world) == 0
    assert len(await told(built)) == 1


async def test_that_older_keys_lose_again_what_the_house_or_another_copy_of_the_ledger_tells(built: Built) -> None:
    world, older = built.house.world, MemoryKeys()
    one, two = await built.customer(), await built.customer()
    await erase(world, one.id, "asked")
    for owner in (one.id, two.id):
        older.create(owner)
    world = replace(world, keys=older)
    assert await erase_again(older, [Erasure(two.id, Instant(7)), Erasure(two.id, Instant(8))]) == 1
    assert await settled(world) == 1
    assert await older.without([one.id, two.id]) == {one.id, two.id}
    assert await told(built) == [(one.id, "asked"), (two.id, "restored")]
