"""The numbers that whoever runs the server watches: who waits, who is there, what is due. Nothing about anybody.

They are read from what is in memory already, so that asking costs nothing that a customer would notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation.model import Channel
from gehoor.core.conversation.view import ConversationView
from gehoor.core.time import SECOND, Instant
from gehoor.flows.handover import OPEN_PHASES
from gehoor.flows.house import House
from gehoor.flows.line import IN_QUEUE

_NO_LABEL: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Vital:
    """One number, or one for each label. ``name``: without its prefix; a span is in seconds."""

    name: str
    help: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


def vitals(house: House) -> Iterator[Vital]:
    """Everything, as it is now."""
    now = house.world.clock.now()
    views = [view for view in house.floor.views.values() if view.channel != Channel.PROBE]
    yield _by_phase(views)
    yield _longest(views, now)
    due = [view.due_at for view in views if view.due_at is not None]
    late = sum(1 for at in due if at < now)
    promises = (({"state": "open"}, float(len(due) - late)), ({"state": "overdue"}, float(late)))
    yield Vital("promises", "Promises to customers that stand; overdue: their moment has passed.", promises)
    present = house.floor.presence.values()
    there = (
        ({"state": "desk_open"}, float(sum(1 for one in present if one.streams))),
        ({"state": "available"}, float(sum(1 for one in present if one.available))),
    )
    yield Vital("staff", "Members of staff with an open desk, and of them who can be offered customers.", there)
    yield _one("writer_waiting", "Commands that wait to be written.", house.recorder.waiting)
    yield _one("clocks_late_seconds", "Since the clocks were last looked at.", _late(house, now))
    kinds = Counter(one.kind.value for one in house.alarms.standing())
    alarms = tuple(({"kind": kind}, float(count)) for kind, count in sorted(kinds.items()))
    yield Vital("alarms", "Alarms that stand, by kind.", alarms)
    yield _one("reduced", "1 when no policy could be used, and the server runs in reduced mode.", house.policy.reduced)


def _by_phase(views: list[ConversationView]) -> Vital:
    counts = Counter(view.phase for view in views)
    samples = tuple(({"phase": phase.value}, float(counts[phase])) for phase in OPEN_PHASES)
    return Vital("conversations", "Conversations that are with people or wait for them, by phase.", samples)


def _longest(views: list[ConversationView], now: Instant) -> Vital:
    waits = {"yes": 0, "no": 0}
    for view in views:
        if view.phase in IN_QUEUE and view.queued_since is not None:
            danger = "yes" if view.danger else "no"
            waits[danger] = max(waits[danger], now - view.queued_since)
    samples = tuple(({"danger": danger}, span / SECOND) for danger, span in waits.items())
    return Vital("longest_wait_seconds", "How long the first of those who wait has waited; 0: nobody waits.", samples)


def _late(house: House, now: Instant) -> float:
    return max(now - house.ticker.looked_at, 0) / SECOND if house.ticker.looked_at else 0.0


def _one(name: str, help: str, value: float) -> Vital:
    return Vital(name, help, ((_NO_LABEL, float(value)),))
