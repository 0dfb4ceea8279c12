"""What a store and a line cost when they are long: the same server on a small one and on a large one."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from time import perf_counter
from typing import Final

from gehoor.prove.bench.kit import Kit, Place, Values, values_of
from gehoor.prove.bench.machine import memory_mb
from gehoor.prove.bench.parts import Pair, in_turn
from gehoor.prove.bench.plan import Point
from gehoor.prove.bench.seeding import APART, multiply, one_answered, one_waiting
from gehoor.prove.bench.seeding_postgres import multiply_on_postgres

_CHATS: Final = 50
_STOP_S: Final = 90.0
_ASKED_APART: Final = 20_000
"""Microseconds between two requests of those who wait."""


def growth(kit: Kit, flip: bool) -> Pair:
    """Durable messages on a store with a million conversations; compared with one with a thousand."""
    small, large = kit.wanted.stored
    return in_turn(flip, lambda: _messages(kit, small, "growth"), lambda: _messages(kit, large, "growth"))


def on_postgres(kit: Kit, flip: bool) -> Pair:
    """The same on PostgreSQL."""
    small, large = kit.wanted.stored
    name = "postgres.1.growth"
    return in_turn(flip, lambda: _messages(kit, small, name, True), lambda: _messages(kit, large, name, True))


def _messages(kit: Kit, stored: int, name: str, postgres: bool = False) -> Values:
    place = kit.kept(f"{name}-{stored}", lambda place: _fill(kit, place, stored, waiting=False), postgres)
    kit.tell(f"messages on a store with {stored:,} conversations")
    with kit.gehoor(place) as server:
        kit.learn(server)
        point = Point("closed", _CHATS, kit.wanted.seconds)
        (found,) = kit.load("gehoor", server, [point], database=place.database_process)
        pss, _ = memory_mb(server.id)
        values = values_of(name, found) | {f"{name}.start_s": server.health_s, f"{name}.pss_mb": pss}
        begun = perf_counter()
        server.stop(_STOP_S)  # which makes the last checkpoint, over every conversation
        return values | {f"{name}.stop_s": perf_counter() - begun}


def queue(kit: Kit, flip: bool) -> Pair:
    """Offering and taking from a line of a hundred thousand; compared with one of a hundred."""
    short, long = kit.wanted.queued
    return in_turn(flip, lambda: _taken(kit, short), lambda: _taken(kit, long))


def _taken(kit: Kit, queued: int) -> Values:
    with kit.place() as place:
        _fill(kit, place, queued, waiting=True)
        kit.tell(f"taking {kit.wanted.taken} customers out of a line of {queued:,}")
        with closing(sqlite3.connect(place.file)) as store:
            asked = "SELECT id FROM conversation WHERE phase = 'waiting' ORDER BY first_requested_at, id LIMIT ?"
            waiting = [row[0] for row in store.execute(asked, (kit.wanted.taken,))]
        with kit.gehoor(place) as server:
            kit.learn(server)
            point = Point("assign", kit.wanted.taken, kit.wanted.seconds)
            (found,) = kit.load("gehoor", server, [point], waiting=waiting, agents=kit.agents[::-1])
            return values_of("queue", found) | {"queue.start_s": server.health_s}


def _fill(kit: Kit, place: Place, count: int, waiting: bool) -> None:
    """One conversation over HTTP, and its rows so many times."""
    kit.tell(f"storing {count:,} conversations")
    with kit.gehoor(place) as server:
        kit.learn(server)
        if waiting:
            one_waiting(server.port)
        else:
            one_answered(server.port, kit.questions[0])
    apart = _ASKED_APART if waiting else APART
    if place.database:
        asyncio.run(multiply_on_postgres(place, count, apart))
    else:
        multiply(place, count, apart)
