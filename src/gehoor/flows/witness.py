"""Signed checkpoints over all chains, every minute, in a file that can be shipped to a witness (PROOF)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from hashlib import sha256
from typing import Final

import structlog

from gehoor.core.errors import GehoorError
from gehoor.core.evidence.chain import Tree, checkpoint_bytes, leaf
from gehoor.ports.world import World

_LOG = structlog.get_logger()
EVERY_S: Final = 60


class Witness:
    """Makes checkpoints.

    Args:
        last: reads the last checkpoint's line; empty for none.
        append: adds one line durably to the checkpoint file.
    """

    def __init__(self, world: World, last: Callable[[], str], append: Callable[[str], None]) -> None:
        self._world = world
        self._append = append
        self._read_last = last
        self._last = ""

    async def run(self) -> None:
        """One a minute, and none when nothing changed, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            if self._world.peers.leads():
                await self.try_checkpoint()

    async def try_checkpoint(self) -> None:
        """Makes one where that can be done. A file that cannot be used is told, and no reason not to serve customers:
        the next checkpoint is over what this one would have been over."""
        try:
            await self.checkpoint()
        except (GehoorError, OSError, ValueError) as fault:
            because = fault.sentence if isinstance(fault, GehoorError) else getattr(fault, "strerror", None)
            told = "a checkpoint could not be made and is made again: look at checkpoints.jsonl and its disk"
            _LOG.error(told, fault=type(fault).__name__, reason=because)

    async def checkpoint(self) -> str | None:
        """A line of JSON with the signed root over every chain; None when nothing changed since the last one, or when
        another process makes one."""
        async with self._world.peers.lock("checkpoint") as only_here:
            if not only_here:
                return None
            if not (self._last and self._world.peers.alone):  # another one may have led meanwhile
                self._last = await asyncio.to_thread(self._read_last)
            return await self._checkpoint()

    async def _checkpoint(self) -> str | None:
        tree = Tree()
        async with aclosing(self._world.store.heads()) as pieces:
            async for piece in pieces:
                for one in piece:
                    tree.add(leaf(one.name, one.length, one.head))
                await asyncio.sleep(0)  # of a million conversations this is seconds: customers go first
        root = tree.root()
        number, before = _read(self._last)
        if before == root.hex():
            return None
        number, at = number + 1, self._world.clock.now()
        previous = sha256(self._last.encode()).digest()
        signed = checkpoint_bytes(number, at, tree.leaves, root, previous)
        line = json.dumps(
            {
                "number": number,
                "at": at,
                "chains": tree.leaves,
                "root": root.hex(),
                "previous": previous.hex(),
                "signature": self._world.keys.sign(signed).hex(),
                "key": self._world.keys.public_key().hex(),
            },
            sort_keys=True,
        )
        await asyncio.to_thread(self._append, line)
        self._last = line
        return line


def _read(line: str) -> tuple[int, str]:
    """The number and root of a checkpoint's line; of none, zero and nothing."""
    if not line:
        return 0, ""
    read = json.loads(line)
    return int(read["number"]), str(read["root"])
