"""Checkpoints: signed, chained, and any change of what is older shows."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gehoor.adapters.stores.rows import FactRow
from gehoor.core.evidence.chain import GENESIS, chain, checkpoint_bytes, leaf, link, merkle_root
from gehoor.flows import witness
from gehoor.flows.witness import Witness
from tests.world import Built, Customer, until

pytestmark = pytest.mark.anyio


class Lines(list[str]):
    """The checkpoint file of a test."""

    def witness(self, built: Built) -> Witness:
        return Witness(built.house.world, lambda: self[-1] if self else "", self.append)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
async def customer(built: Built) -> Customer:
    customer = await built.customer()
    await customer.writes("Hallo")
    return customer


def verify(line: str, before: str) -> None:
    """What a witness outside does with a checkpoint: it needs the lines and the public key, nothing of ours."""
    told = json.loads(line)
    assert told["previous"] == sha256(before.encode()).hexdigest()
    signed = checkpoint_bytes(
        told["number"], told["at"], told["chains"], bytes.fromhex(told["root"]), bytes.fromhex(told["previous"])
    )
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["key"])).verify(bytes.fromhex(told["signature"]), signed)


def rows(built: Built, id: str) -> list[FactRow]:
    return cast(list[FactRow], cast(Any, built.store)._kept[id].facts)


async def root_of(built: Built) -> str:
    """The root over the records as they stand, chained anew: what an auditor computes."""
    kept = cast(Any, built.store)._kept
    leaves = {
        id: leaf(id, len(one.facts), chain(row.body for row in one.facts)) for id, one in kept.items() if one.facts
    }
    (house,) = [head async for piece in built.store.heads() for head in piece if head.name == "house"]
    leaves["house"] = leaf(house.name, house.length, house.head)
    return merkle_root([leaves[name] for name in sorted(leaves)]).hex()


async def test_that_a_checkpoint_verifies(built: Built, customer: Customer, lines: Lines) -> None:
    line = await lines.witness(built).checkpoint()
    assert line == lines[0]
    verify(line, "")
    told = json.loads(line)
    assert (told["number"], told["at"], told["chains"]) == (1, built.clock.now(), 2)
    assert told["root"] == await root_of(built)
    assert customer.id not in line


async def test_that_checkpoints_are_chained_also_over_a_restart(built: Built, customer: Customer, lines: Lines) -> None:
    await lines.witness(built).checkpoint()
    await customer.writes("Nog iets")
    await lines.witness(built).checkpoint()
    await customer.writes("En nog iets")
    await lines.witness(built).checkpoint()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]
    for before, line in zip(["", *lines], lines, strict=False):
        verify(line, before)


async def test_that_nothing_new_makes_no_checkpoint(built: Built, customer: Customer, lines: Lines) -> None:
    one = lines.witness(built)
    assert await one.checkpoint() is not None
    assert await one.checkpoint() is None
    assert await lines.witness(built).checkpoint() is None
    assert len(lines) == 1
    await customer.writes("Iets nieuws")
    assert await one.checkpoint() is not None


def _change(kept: list[FactRow]) -> None:
    kept[1] = kept[1]._replace(body=kept[1].body.replace(b"1", b"2"))


def _drop(kept: list[FactRow]) -> None:
    del kept[1]


def _drop_last(kept: list[FactRow]) -> None:
    del kept[-1]


def _swap(kept: list[FactRow]) -> None:
    kept[1], kept[2] = kept[2], kept[1]


def _add(kept: list[FactRow]) -> None:
    kept.append(kept[-1])


@pytest.mark.parametrize("tamper", [_change, _drop, _drop_last, _swap, _add])
async def test_that_a_change_of_what_is_older_shows(
    built: Built, customer: Customer, lines: Lines, tamper: Callable[[list[FactRow]], None]
) -> None:
    """Somebody with full rights on the store changes it and repairs the chain of hashes as well."""
    await lines.witness(built).checkpoint()
    kept, head = rows(built, customer.id), GENESIS
    tamper(kept)
    for number, row in enumerate(kept):
        head = link(head, row.body)
        kept[number] = row._replace(hash=head)
    assert await root_of(built) != json.loads(lines[0])["root"]


@pytest.mark.parametrize("field", ["number", "at", "chains", "root", "previous"])
async def test_that_a_changed_checkpoint_no_longer_verifies(
    built: Built, customer: Customer, lines: Lines, field: str
) -> None:
    assert customer.id
    told = json.loads(await lines.witness(built).checkpoint() or "")
    one = told[field]
    told[field] = one + 1 if isinstance(one, int) else ("1" if one[0] == "0" else "0") + one[1:]
    if field == "previous":
        with pytest.raises(AssertionError):
            verify(json.dumps(told, sort_keys=True), "")
        return
    with pytest.raises(InvalidSignature):
        verify(json.dumps(told, sort_keys=True), "")


async def test_that_a_checkpoint_that_cannot_be_kept_is_made_again(
    built: Built, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert customer.id
    lines, faults = Lines(), [OSError("disk full")]

    def append(line: str) -> None:
        if faults:
            raise faults.pop()
        lines.append(line)

    monkeypatch.setattr(witness, "EVERY_S", 0)
    running = asyncio.create_task(Witness(built.house.world, lambda: "", append).run())

    async def kept() -> bool:
        return bool(lines)

    await until(kept)
    running.cancel()
    verify(lines[0], "")
    assert json.loads(lines[0])["number"] == 1
