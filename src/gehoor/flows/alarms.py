"""The board of alarms: what a supervisor must know now, each once, until it is over.

An alarm is raised and cleared as lines of the house ledger, so that it survives a restart and can be looked up later.
Supervisors see it on their desks at once, and the addresses that the policy names get a letter. Nothing personal is in
an alarm.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import structlog

from gehoor.core.errors import GehoorError
from gehoor.core.time import Instant
from gehoor.ports.feed import Passing
from gehoor.ports.peers import HouseChanged
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World

_LOG = structlog.get_logger()
ALARMS: Final = "alarms"
"""The topic of the feed to which supervisors' desks listen."""
LINE: Final = "alarm"
"""The kind of the lines of the house ledger."""


class AlarmKind(StrEnum):
    """What can be wrong. Each has its sentences for supervisors: ``alarm_<kind>`` and ``alarm_<kind>_do``."""

    EMPTY_SHIFT = "empty_shift"
    PARTNER_SILENT = "partner_silent"
    PROMISE_BROKEN = "promise_broken"
    SHORT_OF_PEOPLE = "short_of_people"
    PROBE_FAILED = "probe_failed"
    POLICY_REDUCED = "policy_reduced"
    POLICY_REFUSED = "policy_refused"
    POLICY_GAP = "policy_gap"
    MAIL_FAILING = "mail_failing"
    UNKNOWN_JOB = "unknown_job"


_KINDS: Final = frozenset(kind.value for kind in AlarmKind)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. ``about``: which one of its kind (a shift, a conversation); ``data``: details for the sentence."""

    kind: AlarmKind
    about: str
    since: Instant
    data: Mapping[str, str] = field(default_factory=dict)


Mailed = Callable[[Alarm], Awaitable[bool]]
"""Sends the letters about an alarm that was raised; whether there is nothing left to try again."""


class Alarms:
    """What is wrong now.

    Args:
        mailed: sends the letters about each alarm that is raised.
    """

    def __init__(self, world: World, mailed: Mailed) -> None:
        self._world = world
        self._mailed = mailed
        self._standing: dict[tuple[AlarmKind, str], Alarm] = {}
        # Up to where the ledger was read, and the lines after it that were written here.
        self._read_to = 0
        self._own: set[int] = set()
        self._unmailed: set[tuple[AlarmKind, str]] = set()
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def standing(self) -> tuple[Alarm, ...]:
        """Every alarm that is not over, oldest first."""
        return tuple(sorted(self._standing.values(), key=lambda one: (one.since, one.kind, one.about)))

    async def start(self) -> None:
        """Reads in the ledger which alarms stood when the process before this one ended."""
        await self.catch_up()

    async def catch_up(self) -> None:
        """Follows what other processes wrote in the ledger since; supervisors' desks hear of it."""
        async with self._writing:  # or a line of our own could be taken for somebody else's
            entries = await self._world.store.ledger(after=self._read_to, kind=LINE)
            news = [entry for entry in entries if entry.number not in self._own]
            if entries:
                self._read_to = entries[-1].number
                self._own.clear()
        for alarm, raised in told(news):
            if raised:
                self._standing[alarm.kind, alarm.about] = alarm
            else:
                self._standing.pop((alarm.kind, alarm.about), None)
        if news:
            self._world.feed.publish(ALARMS, Passing(ALARMS, b""))

    async def set(self, kind: AlarmKind, about: str, wrong: bool, **data: str) -> None:
        """The alarm stands from now on, or is over. Saying so again changes nothing."""
        if wrong:
            await self.ring(kind, about, **data)
        else:
            await self.clear(kind, about)

    async def ring(self, kind: AlarmKind, about: str = "", **data: str) -> None:
        """Raises an alarm, once."""
        alarm = self._raise(kind, about, data)
        if alarm is not None:
            await self._tell(alarm)

    async def clear(self, kind: AlarmKind, about: str = "") -> None:
        """The alarm is over."""
        alarm = self._standing.pop((kind, about), None)
        if alarm is not None:
            await self._write(alarm, raised=False)

    def ring_later(self, kind: AlarmKind, about: str = "", **data: str) -> None:
        """Raises an alarm from where nobody may wait, such as right after a commit."""
        alarm = self._raise(kind, about, data)
        if alarm is not None:
            self._later(self._tell(alarm))

    def clear_later(self, kind: AlarmKind, about: str = "") -> None:
        """Clears an alarm from where nobody may wait."""
        alarm = self._standing.pop((kind, about), None)
        if alarm is not None:
            self._later(self._write(alarm, raised=False))

    def _raise(self, kind: AlarmKind, about: str, data: Mapping[str, str]) -> Alarm | None:
        if (kind, about) in self._standing:
            return None
        alarm = self._standing[kind, about] = Alarm(kind, about, self._world.clock.now(), data)
        _LOG.error("alarm", kind=kind.value, about=about, **data)
        return alarm

    async def _tell(self, alarm: Alarm) -> None:
        await self._write(alarm, raised=True)
        self._later(self._mail(alarm))

    async def idle(self) -> None:
        """Waits until every line is written and every letter is sent (tests, and a graceful stop)."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, alarm: Alarm, *, raised: bool) -> None:
        """The line of the ledger, and the desks. An alarm that cannot be written stands all the same."""
        self._world.feed.publish(ALARMS, Passing(ALARMS, b""))
        line = {"kind": alarm.kind.value, "about": alarm.about, "raised": raised, "data": dict(alarm.data)}
        try:
            async with self._writing:  # the order of the lines is the order of what happened
                body = json.dumps(line, sort_keys=True, ensure_ascii=False)
                entry = await self._world.store.add_to_ledger(self._world.clock.now(), LINE, body)
                if not self._world.peers.alone:
                    self._own.add(entry.number)
            self._world.peers.tell((HouseChanged(),))
        except GehoorError as fault:
            _LOG.error("an alarm could not be written down", kind=alarm.kind.value, code=fault.code)

    async def mail_again(self) -> None:
        """The letters that no server took before, about alarms that still stand."""
        self._unmailed &= self._standing.keys()
        for named in list(self._unmailed):
            alarm = self._standing.get(named)
            if alarm is not None:
                await self._mail(alarm)

    async def _mail(self, alarm: Alarm) -> None:
        named, done = (alarm.kind, alarm.about), False
        try:
            done = await self._mailed(alarm)
        except GehoorError as fault:
            _LOG.error("an alarm could not be mailed", kind=alarm.kind.value, code=fault.code)
        if done:
            self._unmailed.discard(named)
        else:
            self._unmailed.add(named)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def lines(world: World) -> list[tuple[Alarm, bool]]:
    """Every alarm that is written down, oldest line first: ``since`` is when it was written, and whether it was raised
    then, or over."""
    return told(await world.store.ledger(kind=LINE))


def told(entries: Iterable[LedgerEntry]) -> list[tuple[Alarm, bool]]:
    """What lines of the ledger say. A kind that only another version knows is left out."""
    read = [(entry.at, json.loads(entry.body)) for entry in entries]
    return [
        (Alarm(AlarmKind(one["kind"]), one["about"], at, one["data"]), one["raised"])
        for at, one in read
        if one["kind"] in _KINDS
    ]
