"""One process among several: what was committed here is told to the others, and what they tell is caught up with.

What is told only wakes. A conversation is read from the store when somebody here listens to it, or when people have it
or wait for it; then this process knows, shows and does what it would have after a commit of its own. Facts of one
conversation are shown in order and once: ``_shown`` keeps up to where. What nobody told is found by a look at what
changed lately, every ten seconds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog

from gehoor.core.errors import GehoorError
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.time import SECOND, Instant
from gehoor.flows import privacy
from gehoor.flows.alarms import Alarms
from gehoor.flows.faults import described
from gehoor.flows.handover import OPEN_PHASES, Floor
from gehoor.flows.read import open_words
from gehoor.flows.record import Recorder
from gehoor.flows.remembered import last_shown
from gehoor.ports.feed import News, Passing
from gehoor.ports.peers import Heeded, HouseChanged, Leads, Missed, Rung, Said, StaffChanged, Word
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LOOK_S: Final = 10.0
"""How long news can be late when nobody heard of it, in seconds."""
OVERLAP: Final = 60 * SECOND
"""How far a look reaches back beyond the one before: the clocks of two machines differ, and commits take a while."""
BEAT_S: Final = 1.0
"""How often the others hear who listens here, when that changed."""
STAFF_S: Final = 3.0
"""How often signs of life of staff are told to the others."""
MOST_KNOWN: Final = 16_384
MOST_AT_ONCE: Final = 8
FORGOTTEN_AFTER: Final = 3
"""After so many looks without a word, nobody listens in a process any more."""


class Peering:
    """This process among the others.

    Args:
        followers: who reads the lines of the house ledger that every process follows.
        show: what is done here with news, from here or from another process.
        said: who hears what other processes say under a name that is no topic of the feed.
    """

    def __init__(
        self,
        world: World,
        recorder: Recorder,
        floor: Floor,
        followers: Sequence[Callable[[], Awaitable[None]]],
        alarms: Alarms,
        show: Callable[[News], None],
        said: Mapping[str, Callable[[Passing], None]],
    ) -> None:
        self._world = world
        self._recorder = recorder
        self._floor = floor
        self._followers = followers
        self._alarms = alarms
        self._show = show
        self._said = said
        self._joined = False
        self._shown: OrderedDict[ConversationId, int] = OrderedDict()
        self._waiting: dict[ConversationId, tuple[int, int]] = {}
        self._changed = asyncio.Event()
        self._house_changed = self._staff_changed = self._missed = False
        self._elsewhere: frozenset[ConversationId] = frozenset()
        self._erased_to = 0
        self._sure_at: Instant | None = None
        self._staff: dict[StaffId, None] = {}
        self._staff_soon = asyncio.Event()
        self._heeded: dict[str, tuple[frozenset[ConversationId], int]] = {}
        self._told: frozenset[ConversationId] = frozenset()
        floor.noted = self._note_staff

    # -- telling -----------------------------------------------------------------------------------------------------

    def committed(self, news: News) -> bool:
        """After a commit here. Returns whether it can be shown now; if not, facts of another process come first, and
        all of it is shown when they were read."""
        peers = self._world.peers
        if peers.alone:
            return True
        id, first, last = news.conversation, news.facts[0].seq, news.facts[-1].seq
        known, is_open = self._floor.views.get(id), news.view.phase in OPEN_PHASES
        peers.tell((Rung(id, first, last, is_open or known is not None),))
        if self._shown_to(id, first) < first - 1:
            self._wait_for(id, first, last)
            return False
        self._keep(id, last)
        return True

    def spread(self, topic: str, item: Passing) -> None:
        """Something passing, to whoever listens in any process."""
        self._world.feed.publish(topic, item)
        self._world.peers.tell((Said(topic, item),))

    def _note_staff(self, staff: StaffId, soon: bool) -> None:
        if not self._world.peers.alone:
            self._staff[staff] = None
            if soon:
                self._staff_soon.set()

    async def _tell_staff(self) -> None:
        while True:
            try:
                async with asyncio.timeout(STAFF_S):
                    await self._staff_soon.wait()
            except TimeoutError:
                pass
            self._staff_soon.clear()
            if not self._staff:
                continue
            staff, self._staff = self._staff, {}
            try:
                await self._world.peers.attend(self._floor.attended(staff))
            except GehoorError as fault:
                self._staff = staff | self._staff
                _LOG.warning("who is there is told again shortly", code=fault.code)
                await asyncio.sleep(BEAT_S)
                continue
            self._world.peers.tell((StaffChanged(),))

    def _tell_heeded(self, anew: bool) -> None:
        """Who listens here to a conversation that people have or wait for."""
        views = self._floor.views
        here = frozenset(ConversationId(topic) for topic in self._world.feed.topics() if topic in views)
        if anew or here != self._told:
            self._told = here
            self._world.peers.tell((Heeded(self._world.peers.process, tuple(here)),))

    # -- hearing -----------------------------------------------------------------------------------------------------

    def hear(self, word: Word) -> None:
        """What another process tells. Waits for nothing; what must be read is read soon."""
        if isinstance(word, Rung):
            if word.open or self._is_wanted(word.conversation):
                self._wait_for(word.conversation, word.first, word.last)
            else:
                self._recorder.forget(word.conversation, word.last)
        elif isinstance(word, Said):
            hears = self._said.get(word.topic)
            if hears is None:
                self._world.feed.publish(word.topic, word.item)
            else:
                hears(word.item)
        elif isinstance(word, Heeded):
            before = self._heeded.get(word.process, (frozenset[ConversationId](), 0))[0] if word.more else frozenset()
            self._heeded[word.process] = before.union(word.conversations), 0
            self._heed()
        elif isinstance(word, Leads):
            _LOG.info("this process leads from now on")
            self._missed = True
            self._floor.take_over()
        elif isinstance(word, HouseChanged):
            self._house_changed = True
        elif isinstance(word, StaffChanged):
            self._staff_changed = True
        elif isinstance(word, Missed):
            self._missed = True
        self._changed.set()

    def _is_wanted(self, id: ConversationId) -> bool:
        return id in self._floor.views or id in self._world.feed.topics()

    def _wait_for(self, id: ConversationId, first: int, last: int) -> None:
        before = self._waiting.get(id, (first, last))
        self._waiting[id] = min(before[0], first), max(before[1], last)
        self._changed.set()

    def _heed(self) -> None:
        heeded = frozenset().union(*(ids for ids, _ in self._heeded.values()))
        before, self._elsewhere = self._elsewhere, heeded
        self._world.feed.heeded_elsewhere(heeded)
        for id in before ^ heeded:
            self._floor.page_changed(id)

    # -- running -----------------------------------------------------------------------------------------------------

    async def join(self) -> None:
        """Begins to listen: nothing is missed of what is committed after this. Joining again does nothing.

        Raises:
            StoreFault: the others cannot be reached.
        """
        if not self._joined:
            self._joined = True
            await self._world.peers.start(self.hear)
            self._sure_at = self._world.clock.now()
            self._staff_changed = True

    async def run(self) -> None:
        """Follows the others, until cancelled. A store that is away for a moment only delays."""
        if self._world.peers.alone:
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._world.peers.run())
            tasks.create_task(self._tell_staff())
            tasks.create_task(self._beat())
            tasks.create_task(self._follow())

    async def _beat(self) -> None:
        """Who listens where, and a look at what was not told."""
        beats = 0
        while True:
            await asyncio.sleep(BEAT_S)
            beats += 1
            looks = beats % round(LOOK_S / BEAT_S) == 0
            self._tell_heeded(anew=looks)
            if looks:
                self._heeded = {
                    name: (ids, age + 1) for name, (ids, age) in self._heeded.items() if age < FORGOTTEN_AFTER
                }
                self._heed()
                self.hear(Missed())

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self.catch_up()
            except GehoorError as fault:
                _LOG.warning("the other processes are followed again shortly", code=fault.code)
                await asyncio.sleep(BEAT_S)
                self._changed.set()
            except Exception as fault:
                _LOG.error("another process could not be followed", **described(fault))

    async def catch_up(self) -> None:
        """Reads everything of which something was heard."""
        if self._missed:
            self._missed = False
            try:
                await self._look()
            except GehoorError:
                self._missed = True
                raise
        if self._house_changed:
            self._house_changed = False
            for follow in self._followers:
                await follow()
            await self._alarms.catch_up()
            self._erased_to = await privacy.follow(self._world, self._erased_to)
        if self._staff_changed:
            self._staff_changed = False
            await self._floor.hear(await self._world.peers.attended())
        while self._waiting:
            some = [(id, *self._waiting.pop(id)) for id in list(self._waiting)[:MOST_AT_ONCE]]
            results = await asyncio.gather(*(self._read(*one) for one in some), return_exceptions=True)
            for (id, first, last), result in zip(some, results, strict=True):
                if isinstance(result, GehoorError):
                    # One that cannot be read holds up no other: the next look finds it again.
                    _LOG.warning("a conversation is caught up with later", code=result.code)
                elif isinstance(result, BaseException):
                    self._wait_for(id, first, last)
                    raise result

    async def _look(self) -> None:
        """What changed lately, whether it was told or not."""
        now = self._world.clock.now()
        since = Instant(min(now, self._sure_at or now) - OVERLAP)
        for view in await self._world.store.views_since(since):
            self._recorder.forget(view.id, view.seq)
            known = self._shown_to(view.id, view.seq)
            if known < view.seq and (view.phase in OPEN_PHASES or self._is_wanted(view.id)):
                self._wait_for(view.id, known + 1, view.seq)
        self._sure_at = now
        self._house_changed = self._staff_changed = True
        # A database that had a power cut may have forgotten who is there.
        self._staff |= dict.fromkeys(self._floor.here())

    async def _read(self, id: ConversationId, first: int, last: int) -> None:
        if self._shown_to(id, first) >= last:
            return
        after = self._shown_to(id, first)
        found = await self._recorder.read_again(id, after)
        if found is None:
            return
        words = await self._words(id, after) if any(fact.digest for fact in found.facts) else {}
        # From here nothing is awaited: what this process commits meanwhile comes before or after, never between.
        after = self._shown_to(id, first)
        fresh = tuple(fact for fact in found.facts if fact.seq > after)
        if fresh:
            self._keep(id, fresh[-1].seq)
            before = found.before | last_shown(fact for fact in found.facts if fact.seq <= after)
            self._show(News(id, fresh, words, found.view, before))
            self._floor.wake()

    async def _words(self, id: ConversationId, after: int) -> dict[int, str]:
        sealed = {one.seq: one.text for one in await self._world.store.words(id, after)}
        return {seq: open_words(self._world, id, seq, sealed) for seq in sealed}

    # -- up to where -------------------------------------------------------------------------------------------------

    def _shown_to(self, id: ConversationId, first: int) -> int:
        """The last fact of which everybody here heard; of what is not known, that before ``first``."""
        shown = self._shown.get(id)
        if shown is None:
            view = self._floor.views.get(id)
            shown = first - 1 if view is None else view.seq
        return shown

    def _keep(self, id: ConversationId, seq: int) -> None:
        self._shown[id] = seq
        self._shown.move_to_end(id)
        while len(self._shown) > MOST_KNOWN:
            self._shown.popitem(last=False)
