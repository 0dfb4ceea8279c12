"""What is measured, part by part: in each run the base and ours do the same, one right after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from gehoor.prove.bench.kit import Kit, Place, Values, values_of
from gehoor.prove.bench.machine import memory_mb
from gehoor.prove.bench.plan import Point, Target
from gehoor.prove.bench.processes import Server
from gehoor.settings import DEMO

_ALONE_S: Final = 0.1
"""One chat alone sends ten messages a second, or there would be three to take a percentile of."""
_CLOSED: Final = 50
_MOST_WITH_CHATS: Final = 2
"""With more processes than this machine has cores the thousand chats tell nothing new."""
_LONGER: Final = 3
"""The part chats takes so many times as long as others: a hundredth of its requests for a person must be some."""


class Pair(NamedTuple):
    """What one run of a part found: ours, and under the same names what it is compared with."""

    ours: Values
    base: Values


Half = Callable[[], Values]


def in_turn(flip: bool, base: Half, ours: Half) -> Pair:
    """Does both. The second half of a run is at times the slower one; so it is not always the same one's."""
    if flip:
        values = ours()
        return Pair(values, base())
    first = base()
    return Pair(ours(), first)


# -- start, memory, turns --------------------------------------------------------------------------------------------


def quiet(kit: Kit, flip: bool) -> Pair:
    """Starting, memory at rest, and questions for the AI, without and with the language model."""
    only = kit.wanted.only
    modes = [f"{name}{again}" for name in ("words", "model") for again in ("", "_again")]

    def base() -> Values:
        with kit.place() as place, kit.floor(place) as server:
            return {
                f"{room}.{mode}.{last}": value
                for room, found in (("startup", _started(server)), ("memory", _memory(server)))
                for mode in modes
                for last, value in found.items()
            }

    def ours() -> Values:
        values: Values = {}
        for model in kit.wanted.models:
            values |= _quiet(kit, model)
        return {name: value for name, value in values.items() if ROOMS.get(name.partition(".")[0]) in only}

    return in_turn(flip, base, ours)


def _quiet(kit: Kit, model: bool) -> Values:
    """A server as the demo's organisation has it: its first start and its memory; the same when it is started
    again; and then customers who ask the AI."""
    name = "model" if model else "words"
    kit.tell(f"start, memory and AI turns {'with' if model else 'without'} the language model")
    values: Values = {}
    with kit.place() as place:
        cache = place.folder / "cache"
        for again in ("", "_again"):
            with kit.gehoor(place, DEMO / "organisation.yaml", model, cache) as server:
                values |= {f"startup.{name}{again}.{last}": value for last, value in _started(server).items()}
                kit.learn(server)
                values |= {f"memory.{name}{again}.{last}": value for last, value in _memory(server).items()}
                if again and "turns" in kit.wanted.only:
                    (found,) = kit.load("gehoor", server, [Point("turns", kit.wanted.turns, kit.wanted.seconds)])
                    values |= values_of(f"turns.{name}", found)
                    values[f"turns.{name}.answered_share"] = found.answered / max(found.count, 1)
    return values


def _started(server: Server) -> Values:
    return {"health_s": server.health_s, "conversation_s": server.conversation_s}


def _memory(server: Server) -> Values:
    pss, rss = memory_mb(server.id)
    return {"pss_mb": pss, "rss_mb": rss}


# -- messages, delivery ----------------------------------------------------------------------------------------------


def points(kit: Kit, flip: bool) -> Pair:
    """Durable messages, and the way to the desk."""
    wanted = kit.wanted
    wish = [Point("closed", chats, wanted.seconds) for chats in wanted.closed if "messages" in wanted.only]
    if "delivery" in wanted.only:
        wish += [Point("paced", chats, wanted.seconds, _ALONE_S if chats == 1 else 1.0) for chats in wanted.paced]
    kit.tell(f"messages and delivery at {', '.join(str(point.chats) for point in wish)} chats")
    return in_turn(flip, lambda: _on_floor(kit, wish), lambda: _on_ours(kit, wish))


def chats(kit: Kit, flip: bool) -> Pair:
    """A thousand open chats that send two hundred messages a second, while others ask for a person."""
    wish = [_many(kit)]
    kit.tell(f"delivery and requests for a person at {kit.wanted.chats} open chats")
    return in_turn(flip, lambda: _on_floor(kit, wish, "chats"), lambda: _on_ours(kit, wish, "chats"))


def _many(kit: Kit) -> Point:
    wanted = kit.wanted
    interval = wanted.chats / wanted.rate
    return Point("paced", wanted.chats, wanted.seconds * _LONGER, interval, requests=wanted.asking)


def _on_floor(kit: Kit, wish: list[Point], name: str = "") -> Values:
    with kit.place() as place, kit.floor(place) as server:
        return measured(kit, "floor", server, wish, name)


def _on_ours(kit: Kit, wish: list[Point], name: str = "") -> Values:
    with kit.place() as place, kit.gehoor(place) as server:
        kit.learn(server)
        return measured(kit, "gehoor", server, wish, name)


def measured(
    kit: Kit, target: Target, server: Server, wish: list[Point], name: str = "", place: Place | None = None
) -> Values:
    """Points, by kind and size, or all of them under one name."""
    values: Values = {}
    for found in kit.load(target, server, wish, database=place.database_process if place else 0):
        room = name or f"{'messages' if found.kind == 'closed' else 'delivery'}.{found.chats}"
        values |= values_of(room, found)
    return values


# -- idle ------------------------------------------------------------------------------------------------------------


def idle(kit: Kit, flip: bool) -> Pair:
    """Open streams on which nothing happens."""
    kit.tell(f"{kit.wanted.idle} idle streams")
    wish = [Point("idle", kit.wanted.idle, kit.wanted.seconds)]
    return in_turn(flip, lambda: _on_floor(kit, wish, "idle"), lambda: _on_ours(kit, wish, "idle"))


# -- beside the AI ---------------------------------------------------------------------------------------------------


def beside(kit: Kit, flip: bool) -> Pair:
    """The way to the desk while the AI answers others; compared with the same chats when it does not."""
    wanted = kit.wanted
    size = max(wanted.paced)
    alone, with_ai = (Point("paced", size, wanted.seconds * 2, questions=asked) for asked in (0.0, wanted.beside))
    pair = Pair({}, {})
    for model in wanted.models:
        name = f"beside.{'model' if model else 'words'}"
        kit.tell(f"delivery beside {wanted.beside:g} AI turns a second, {'with' if model else 'without'} the model")
        with kit.place() as place, kit.gehoor(place, model=model) as server:
            kit.learn(server)
            found = kit.load("gehoor", server, [with_ai, alone] if flip else [alone, with_ai])
        if flip:
            found.reverse()
        pair.base.update(values_of(name, found[0]))
        pair.ours.update(values_of(name, found[1]))
    return pair


# -- PostgreSQL ------------------------------------------------------------------------------------------------------


def postgres(kit: Kit, flip: bool) -> Pair:
    """Durable messages at fifty chats, and a thousand open chats, by number of processes."""
    pair = Pair({}, {})
    for count in kit.wanted.processes:
        kit.tell(f"messages and chats on PostgreSQL, {count} process{'es' * (count > 1)}")
        one = in_turn(flip, partial(_on_postgres, kit, "floor", count), partial(_on_postgres, kit, "gehoor", count))
        pair.ours.update(one.ours)
        pair.base.update(one.base)
    return pair


def _on_postgres(kit: Kit, target: Target, count: int) -> Values:
    wanted, name = kit.wanted, f"postgres.{count}"
    with kit.place(postgres=True) as place:
        serve = kit.floor(place, count) if target == "floor" else kit.gehoor(place, processes=count)
        with serve as server:
            if target == "gehoor":
                kit.learn(server)
            closed = [Point("closed", min(_CLOSED, wanted.chats), wanted.seconds)]
            values = measured(kit, target, server, closed, f"{name}.messages.{closed[0].chats}", place)
            if count <= _MOST_WITH_CHATS:
                values |= measured(kit, target, server, [_many(kit)], f"{name}.chats", place)
    return values


ROOMS: Final = {"startup": "start", "memory": "memory", "turns": "turns"}
"""Which part a figure of ``quiet`` belongs to."""
