"""The policy in force: kept in versions in the house ledger, changed by supervisors, and always one at the start.

A change is read, checked and kept before it is in force; whatever is wrong with it, the policy in force goes on. At the
start the last policy that can be used counts: that of the file when the file is new, else the newest of the ledger;
when there is none the house works in a reduced way.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Final

import structlog

from gehoor.core.errors import Busy, Conflict, GehoorError, NotNow, PolicyFault
from gehoor.core.guarantee.cover import check, first_gap, gaps, warnings
from gehoor.core.guarantee.fallback import spoken_moment
from gehoor.core.ids import StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.flows.alarms import AlarmKind, Alarms
from gehoor.flows.faults import described
from gehoor.flows.keep import canonical
from gehoor.ports.peers import HouseChanged
from gehoor.ports.policies import Documents, Understood
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LINE: Final = "policy"
"""The kind of the lines of the house ledger."""
EVERY_S: Final = 600.0
"""How often the policy in force is looked at, in seconds."""
FILE, DESK, START, REDUCED = "file", "desk", "start", "reduced"


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of the policy. ``source``: where it came from: the organisation's file, a supervisor's desk, or the
    start of a house whose calendar or wording had moved on. ``who``: the supervisor, if it was one."""

    version: int
    document: str
    source: str
    who: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Change:
    """One version, and the lines in which it differs from the one before."""

    kept: Kept
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a policy, and what soon will be."""

    faults: tuple[PolicyFault, ...]
    warnings: tuple[PolicyFault, ...]


class PolicyBook:
    """Every version of the policy.

    Args:
        documents: reads them; None where the policy is given and cannot be changed (tests, simulations).
        take: puts a policy in force, at once and for every command that follows.
    """

    def __init__(
        self, world: World, policy: Policy, documents: Documents | None, take: Callable[[Policy], None]
    ) -> None:
        self._world = world
        self._documents = documents
        self._take = take
        self._policy = policy
        self._changing = asyncio.Lock()
        self._changed = asyncio.Event()
        self._read_to = 0
        self.kept = Kept(policy.version, "", START, "", Instant(0))
        self.trouble: PolicyFault | None = None
        """Why the newest document is not the one in force; None while it is."""

    # -- the start ---------------------------------------------------------------------------------------------------

    async def start(self, text: str) -> None:
        """Puts a policy in force, whatever there is.

        Args:
            text: the organisation's file; empty when it cannot be read.
        """
        async with self._world.peers.lock(LINE):
            await self._start(text)

    async def _start(self, text: str) -> None:
        kept = await self._read()
        given = self._new_in_file(text, kept)
        if given is not None and await self._try(given, strictly=True):
            return
        for one in reversed(kept):
            if one.document and await self._try(one, strictly=False):
                return
        documents, now = self._reader(), self._world.clock.now()
        policy = documents.reduced([text, *(one.document for one in reversed(kept))], now)
        await self._put_in_force(policy, Kept(policy.version, "", REDUCED, "", now))

    def _new_in_file(self, text: str, kept: Sequence[Kept]) -> Kept | None:
        """The file's document, when it is another than the one that was last taken from it."""
        documents = self._reader()
        try:
            document = documents.of_file(text)
        except PolicyFault as fault:
            self._refuse(fault)
            return None
        last = next((one.document for one in reversed(kept) if one.source == FILE and one.document), "")
        if last and documents.numbered(last, 0) == documents.numbered(document, 0):
            return None
        version = max((one.version for one in kept), default=0) + 1
        return Kept(version, document, FILE, "", self._world.clock.now())

    async def _try(self, kept: Kept, *, strictly: bool) -> bool:
        """Puts a version in force if it can be used. What was in force before need not be without gaps today: that it
        ran out is an alarm, and no reason to go on with less."""
        try:
            understood = await self._understand(kept.document, strictly=strictly)
        except PolicyFault as fault:
            self._refuse(fault)
            return False
        if strictly:  # the file is new, and may name a higher version itself
            version = max(kept.version, understood.policy.version)
            kept = replace(kept, version=version, document=self._reader().numbered(kept.document, version))
        await self._put_in_force(replace(understood.policy, version=kept.version), kept)
        return True

    def _refuse(self, fault: PolicyFault) -> None:
        _LOG.error("a policy cannot be used", reason=fault.sentence, **fault.data)
        self.trouble = self.trouble or fault

    # -- changing it -------------------------------------------------------------------------------------------------

    async def change(self, document: str, base: int, staff: StaffId) -> Found:
        """Puts another policy in force.

        Args:
            base: the version that was edited.
            staff: the supervisor.

        Returns:
            What will soon be wrong with it.

        Raises:
            PolicyFault: it cannot be used; the policy in force goes on.
            Conflict: somebody else changed the policy since.
            Busy: another process changes it at this moment.
        """
        documents = self._reader()
        async with self._changing, self._world.peers.lock(LINE) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            await self._follow()
            if base != self.kept.version:
                sentence = "Iemand anders heeft het beleid intussen gewijzigd. Open het opnieuw."
                raise Conflict(sentence, field="version", version=self.kept.version)
            understood = await self._understand(document, strictly=True)
            version = max((one.version for one in await self._read()), default=0) + 1
            text = documents.numbered(document, version)
            kept = Kept(version, text, DESK, staff, self._world.clock.now())
            policy = replace(understood.policy, version=version)
            await self._put_in_force(policy, kept)
            self.trouble = None
        self._changed.set()
        return await self._look_at(understood)

    async def catch_up(self) -> None:
        """Puts in force what another process put in force since."""
        async with self._changing:
            await self._follow()

    async def _follow(self) -> None:
        if self._world.peers.alone or self._documents is None:
            return
        entries = await self._world.store.ledger(after=self._read_to, kind=LINE)
        if not entries:
            return
        self._read_to = entries[-1].number
        newest = _kept(entries[-1])
        if newest.document and newest.version > self.kept.version:
            await self._try(newest, strictly=False)
            self._changed.set()

    async def dry_run(self, document: str) -> Found:
        """What would be wrong with a policy."""
        try:
            understood = await self._understand(document, strictly=False)
        except PolicyFault as fault:
            return Found((fault,), ())
        return await self._look_at(understood)

    async def standing(self) -> Found:
        """What is wrong with the policy in force, today."""
        return await self._look_at(Understood(self._policy))

    async def history(self) -> list[Change]:
        """Every version, newest first, with what changed in it."""
        changes, before = [], ""
        for one in await self._read():
            lines = unified_diff(before.splitlines(), one.document.splitlines(), lineterm="", n=1)
            changes.append(Change(one, tuple(lines)[2:]))
            before = one.document or before
        return changes[::-1]

    # -- looking after it --------------------------------------------------------------------------------------------

    async def run(self, alarms: Alarms) -> None:
        """Until cancelled: what is wrong with the policy in force is an alarm, and a rota runs out by itself."""
        while self._documents is not None:
            try:
                if self._world.peers.leads():
                    await self.look(alarms)
            except GehoorError as fault:
                _LOG.warning("the policy is looked at again shortly", code=fault.code)
            except Exception as fault:  # a rota that runs out must still be seen at the next look
                _LOG.error("the policy could not be looked at", **described(fault))
            with contextlib.suppress(TimeoutError):
                # Not wait_for: in Python 3.11 it loses a cancellation that comes together with what it waits for.
                async with asyncio.timeout(EVERY_S):
                    await self._changed.wait()
            self._changed.clear()

    async def look(self, alarms: Alarms) -> None:
        """One look at it."""
        policy, staff, now = self._policy, await self._staff(), self._world.clock.now()
        gap = await asyncio.to_thread(first_gap, policy, now, staff) if self.kept.document else None
        refused = None if policy.reduced or self.trouble is None else str(self.trouble.data.get("field", ""))
        await alarms.set(AlarmKind.POLICY_REFUSED, "", refused is not None, field=refused or "")
        if gap is None:
            await alarms.clear(AlarmKind.POLICY_GAP)
        else:
            moment = spoken_moment(policy, gap.at, "nl")
            await alarms.ring(AlarmKind.POLICY_GAP, "", field=gap.field, moment=moment)

    # -- shared ------------------------------------------------------------------------------------------------------

    def _reader(self) -> Documents:
        if self._documents is None:
            raise NotNow("Het beleid kan hier niet worden gewijzigd.")
        return self._documents

    async def _understand(self, document: str, *, strictly: bool) -> Understood:
        documents, staff, now = self._reader(), await self._staff(), self._world.clock.now()

        def work() -> Understood:
            understood = documents.read(document, staff, now)
            if strictly:
                check(understood.policy, now, staff)
            return understood

        # It takes a tenth of a second; customers need not wait for it.
        return await asyncio.to_thread(work)

    async def _look_at(self, understood: Understood) -> Found:
        staff, now = await self._staff(), self._world.clock.now()

        def work() -> Found:
            wrong = tuple(one.fault() for one in gaps(understood.policy, now, staff))
            soon = tuple(one.fault() for one in warnings(understood.policy, now))
            return Found(wrong, (*soon, *understood.notes))

        return await asyncio.to_thread(work)

    async def _staff(self) -> frozenset[StaffId]:
        return frozenset(one.id for one in await self._world.people.staff())

    async def _put_in_force(self, policy: Policy, kept: Kept) -> None:
        """Kept first, in force after: a fact never names a version that the ledger does not hold."""
        told = {
            "version": kept.version,
            "document": kept.document,
            "source": kept.source,
            "who": kept.who,
            "policy": canonical(policy),
        }
        body = json.dumps(told, sort_keys=True, ensure_ascii=False)
        entries = await self._world.store.ledger(kind=LINE)
        if not entries or _said(entries[-1].body) != _said(body):
            await self._world.store.add_to_ledger(self._world.clock.now(), LINE, body)
        self.kept, self._policy = kept, policy
        self._take(policy)
        self._world.peers.tell((HouseChanged(),))

    async def _read(self) -> list[Kept]:
        return [_kept(entry) for entry in await self._world.store.ledger(kind=LINE)]


def _said(body: str) -> tuple[object, object]:
    told = json.loads(body)
    return told["version"], told.get("policy")


def _kept(entry: LedgerEntry) -> Kept:
    """Lines from before there were documents hold the policy alone."""
    told = json.loads(entry.body)
    document, source = told.get("document", ""), told.get("source", START)
    return Kept(int(told["version"]), document, source, told.get("who", ""), entry.at)
