"""The knowledge in force: the organisation's folder, and over it what writers did, kept in the house ledger.

Every step is kept before it counts, and counts in every process: the others hear of it at once, and look by themselves
every few seconds. A version that may come in force stands in the ledger word for word before it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Final

import structlog

from gehoor.core.errors import Busy, Conflict, GehoorError, NotNow, Unknown
from gehoor.core.knowledge.article import EVERYTHING, Article
from gehoor.core.knowledge.ladder import RUNGS, Figures, Rung, Severity, below, slips
from gehoor.core.knowledge.life import (
    HOUSE,
    IMPORT,
    Approved,
    Drafted,
    Filed,
    Moved,
    SentBack,
    Step,
    Submitted,
    Switched,
    Topic,
    Weighed,
    Withdrawn,
    after,
    move_up,
    refuse,
)
from gehoor.core.knowledge.shelf import shelved
from gehoor.flows.contents import Contents
from gehoor.flows.evidence import Evidence
from gehoor.flows.faults import described
from gehoor.flows.keep import keep_articles
from gehoor.flows.knowledge_lines import JUDGEMENT, LINE, Happened, happened, judged, line_of
from gehoor.ports.peers import HouseChanged
from gehoor.ports.people import Staff
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World
from gehoor.ports.writing import Writing

_LOG = structlog.get_logger()
LOOK_S: Final = 2.0
"""How late what another process did can be when nobody told of it, in seconds: a switch acts within five."""
ALONE_S: Final = 60.0
"""How often a house without others looks, in seconds: what it did itself it knows, and a day begins."""


class KnowledgeBook:
    """Every topic and what became of it. ``today``: the day where the organisation is."""

    def __init__(self, world: World, contents: Contents, today: Callable[[], date]) -> None:
        self._world = world
        self._base = base = contents.folder
        self._today = today
        self._take = contents.take
        self._writing = contents.writing
        self._drafts = contents.drafts
        # What the folder says of errors counts on the ladder too, until a supervisor says otherwise.
        self._topics = {slug: Topic(slug, severity=one) for slug, one in base.severities.items() if base.of(slug)}
        self._evidence = Evidence()
        self._changing = asyncio.Lock()
        self._read_to = 0
        self._day: date | None = None
        self.library = base
        """What is in force now."""

    # -- reading -----------------------------------------------------------------------------------------------------

    def topics(self) -> list[Topic]:
        """Every topic in alphabetical order, also those that only the folder knows."""
        slugs = sorted({*self._base.slugs, *self._topics} - {EVERYTHING})
        return [self.topic(slug) for slug in slugs]

    def topic(self, slug: str) -> Topic:
        """What became of a topic.

        Raises:
            Unknown: there is no such topic.
        """
        topic = self._topics.get(slug)
        if topic is not None and topic.editions:
            return topic
        filed = self._base.of(slug)
        if slug == EVERYTHING or not filed:
            raise Unknown("Dit onderwerp is er niet.", field="slug")
        for one in filed:
            seen = after(topic, Filed(one, one.valid_from), slug, self._world.clock.now(), 0)
            topic = seen if topic is None else replace(seen, last=topic.last)
        return topic or Topic(slug)

    @property
    def everything_silenced(self) -> bool:
        """Whether the kill switch of everything was thrown."""
        return EVERYTHING in self.library.silenced

    def figures(self, slug: str) -> dict[Rung, Figures]:
        """What was shown on each rung; of the one that the topic is on, since it came there."""
        topic = self.topic(slug)
        return {rung: self._shown(topic, rung) for rung in RUNGS}

    def _shown(self, topic: Topic, rung: Rung) -> Figures:
        if rung is topic.rung:
            return self._evidence.figures(topic.slug, rung, topic.rung_since)
        return self._evidence.figures(topic.slug, rung)

    async def history(self, slug: str) -> list[Happened]:
        """Everything that was done with a topic, oldest first."""
        entries = await self._world.store.ledger(kind=LINE)
        found = [happened(entry) for entry in entries]
        return [one for one in found if one is not None and one.slug == slug]

    # -- writing -----------------------------------------------------------------------------------------------------

    @property
    def writing(self) -> Writing:
        """Reads what is written.

        Raises:
            NotNow: nothing can be written here.
        """
        if self._writing is None:
            raise NotNow("De kennis kan hier niet worden gewijzigd.")
        return self._writing

    async def draft(self, article: Article, seen: int, staff: Staff, *, is_new: bool = False) -> Topic:
        """Keeps a text as the one that is being written.

        Args:
            seen: the last line of the topic that the writer saw (``Topic.last``); 0 for a new topic.
            is_new: the writer means a topic that is not there yet.

        Raises:
            NotAllowed, NotNow, Invalid: it cannot be done.
            Conflict: somebody else changed the topic since.
            Busy: another process changes the knowledge at this moment.
        """
        async with self._alone():
            known = self._known(article.slug)
            if is_new and known is not None:
                raise Conflict(
                    "Er is al een onderwerp met deze naam. Kies een andere, of open dat onderwerp.", field="slug"
                )
            topic = known or Topic(article.slug)
            self._refuse_unseen(topic, seen)
            step = Drafted(article, staff.id)
            refuse(topic, step, staff.role)
            await self._keep_folder(article.slug)
            return await self._keep(article.slug, step)

    async def submit(self, slug: str, language: str, seen: int, staff: Staff) -> Topic:
        """Offers the draft for review. Raises as ``draft``."""
        return await self._step(slug, Submitted(language, staff.id), staff, seen)

    async def send_back(self, slug: str, language: str, why: str, seen: int, staff: Staff) -> Topic:
        """Gives it back to be written on. Raises as ``draft``."""
        return await self._step(slug, SentBack(language, staff.id, why), staff, seen)

    async def approve(
        self,
        slug: str,
        language: str,
        seen: int,
        staff: Staff,
        *,
        why: str = "",
        worse: bool = False,
        effect: dict[str, float] | None = None,
    ) -> Topic:
        """Puts a text in force from its first day, or from today. Raises as ``draft``.

        Args:
            worse: the evaluation gets worse by it; then ``why`` must say why it counts all the same.
            effect: the figures of that, kept with it.
        """
        step = Approved(language, staff.id, self._today(), why, worse, effect or {})
        return await self._step(slug, step, staff, seen)

    async def withdraw(
        self,
        slug: str,
        language: str,
        number: int,
        why: str,
        staff: Staff,
        *,
        wrong: bool = False,
        harm: Severity | None = None,
    ) -> Topic:
        """Takes an approved text back: nothing is said from it any more. Raises as ``draft``, but never ``Conflict``:
        what must stop does not wait for who looks first."""
        step = Withdrawn(language, number, staff.id, self._today(), why, wrong, harm)
        return await self._step(slug, step, staff)

    async def switch(self, slug: str, silenced: bool, why: str, staff: Staff) -> None:
        """Throws the kill switch of a topic, or of everything (``EVERYTHING``), or puts it back. Raises as
        ``withdraw``."""
        async with self._alone():
            topic = self._topics.get(slug, Topic(slug)) if slug == EVERYTHING else self.topic(slug)
            step = Switched(silenced, staff.id, why)
            refuse(topic, step, staff.role)
            await self._keep(slug, step)

    async def climb(self, slug: str, staff: Staff) -> Topic:
        """One rung up, on the figures of the rung that the topic is on. Raises as ``withdraw``."""
        async with self._alone():
            topic = self.topic(slug)
            # Who may do it first: the figures are no answer to somebody who may not.
            refuse(topic, Moved(RUNGS[-1] if topic.rung is not RUNGS[-1] else RUNGS[0], staff.id), staff.role)
            step = move_up(topic, staff.id, self._shown(topic, topic.rung))
            refuse(topic, step, staff.role)
            return await self._keep(slug, step)

    async def step_down(self, slug: str, why: str, staff: Staff, to: Rung | None = None) -> Topic:
        """One rung down, or to a lower one at once. Raises as ``withdraw``."""
        async with self._alone():
            topic = self.topic(slug)
            wanted = below(topic.rung) if to is None or RUNGS.index(to) > RUNGS.index(topic.rung) else to
            step = Moved(wanted, staff.id, why, self._shown(topic, topic.rung))
            refuse(topic, step, staff.role)
            return await self._keep(slug, step)

    async def weigh(self, slug: str, severity: Severity, staff: Staff) -> Topic:
        """Says what a wrong answer about the topic can do. Raises as ``withdraw``."""
        return await self._step(slug, Weighed(severity, staff.id), staff)

    async def _step(self, slug: str, step: Step, staff: Staff, seen: int | None = None) -> Topic:
        async with self._alone():
            topic = self.topic(slug)
            if seen is not None:
                self._refuse_unseen(topic, seen)
            refuse(topic, step, staff.role)
            if isinstance(step, Withdrawn):
                await self._keep_folder(slug)
            if isinstance(step, Approved):
                being = topic.being_written(step.language)
                await keep_articles(self._world, [] if being is None else [being.article])
            return await self._keep(slug, step)

    # -- the start and the others ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Reads what was done, and takes what the folder says anew of topics that were changed at the desk."""
        async with self._changing, self._world.peers.lock(LINE):
            await self._read()
            for article in self._base.articles:
                if article.slug in self._topics and self._topics[article.slug].editions:
                    await self._take_file(article)
            for draft in self._drafts:
                await self._take_draft(draft)
            self._put_in_force()

    async def _take_draft(self, article: Article) -> None:
        """An imported draft waits at the desk, once; what somebody writes there is not written over."""
        topic = self._known(article.slug) or Topic(article.slug)
        known = any(one.article.version == article.version for one in topic.editions)
        if not known and topic.being_written(article.language) is None:
            await self._keep_folder(article.slug)
            await self._append(article.slug, Drafted(article, IMPORT))

    async def _take_file(self, article: Article) -> None:
        editions = self._topics[article.slug].editions
        filed = [one for one in editions if not one.writers and one.article.language == article.language]
        if not filed or filed[-1].article.version != article.version:
            await keep_articles(self._world, [article])
            await self._append(article.slug, Filed(article, self._today()))

    async def catch_up(self) -> None:
        """Puts in force what another process did since, and what begins or ends today."""
        async with self._changing:
            if await self._read() or self._day != self._today():
                self._put_in_force()
            await self._slip()

    async def run(self) -> None:
        """Until cancelled: a look every few seconds. A store that is away only delays it."""
        while True:
            await asyncio.sleep(ALONE_S if self._world.peers.alone else LOOK_S)
            try:
                await self.catch_up()
            except GehoorError as fault:
                _LOG.warning("the knowledge is looked at again shortly", code=fault.code)
            except Exception as fault:  # a switch must still be seen at the next look
                _LOG.error("the knowledge could not be looked at", **described(fault))

    async def _slip(self) -> None:
        """Topics with too many errors step down by themselves, once: the process that leads does it."""
        if not self._world.peers.leads():
            return
        for slug in self._evidence.slugs:
            topic = self._topics.get(slug) or (self.topic(slug) if self._base.of(slug) else None)
            if topic is None or topic.rung is RUNGS[0]:
                continue
            shown = self._shown(topic, topic.rung)
            if not slips(topic.severity, shown):
                continue
            async with self._world.peers.lock(LINE) as only_here:
                if only_here and not await self._read():
                    await self._keep(slug, Moved(below(topic.rung), HOUSE, "", shown))
                    _LOG.warning("a topic steps down the ladder by itself", article=slug)

    # -- shared ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with self._changing, self._world.peers.lock(LINE) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            if await self._read():
                self._put_in_force()
            yield

    def _known(self, slug: str) -> Topic | None:
        try:
            return self.topic(slug)
        except Unknown:
            return None

    def _refuse_unseen(self, topic: Topic, seen: int) -> None:
        if seen != topic.last:
            sentence = "Iemand anders heeft dit onderwerp intussen gewijzigd. Open het opnieuw."
            raise Conflict(sentence, field="seen", version=topic.last)

    async def _keep_folder(self, slug: str) -> None:
        """The first time that a topic of the folder is changed here, what the folder said of it is kept with it."""
        known = self._topics.get(slug)
        if known is None or not known.editions:
            filed = self._base.of(slug)
            await keep_articles(self._world, filed)
            for one in filed:
                await self._append(slug, Filed(one, one.valid_from))

    async def _keep(self, slug: str, step: Step) -> Topic:
        await self._append(slug, step)
        self._put_in_force()
        self._world.peers.tell((HouseChanged(),))
        return self._topics[slug] if slug == EVERYTHING else self.topic(slug)

    async def _append(self, slug: str, step: Step) -> None:
        """Kept first, counted after."""
        await self._world.store.add_to_ledger(self._world.clock.now(), LINE, line_of(slug, step))
        await self._read()

    async def _read(self) -> bool:
        """Counts the lines that were added since. Whether there were any about knowledge."""
        store = self._world.store
        end = await store.ledger_end()
        if end == self._read_to:
            return False
        entries = await store.ledger(after=self._read_to, kind=LINE)
        judgements = await store.ledger(after=self._read_to, kind=JUDGEMENT)
        # What came after ``end`` was looked up is read the next time, so that nothing is counted out of order.
        found = [one for one in (*entries, *judgements) if one.number <= end]
        for entry in sorted(found, key=lambda one: one.number):
            self._count(entry)
        self._read_to = end
        return any(one.kind == LINE for one in found)

    def _count(self, entry: LedgerEntry) -> None:
        if entry.kind == JUDGEMENT:
            said = judged(entry)
            if said is not None:
                topic = self._topics.get(said.article)
                self._evidence.take(said, Rung.ANSWERS if topic is None else topic.rung, entry.at)
            return
        line = happened(entry)
        if line is None:
            _LOG.error("a line of the knowledge is passed over: a newer release wrote it", number=entry.number)
            return
        topic = self._topics.get(line.slug)
        self._topics[line.slug] = after(topic, line.step, line.slug, line.at, line.number)

    def _put_in_force(self) -> None:
        self._day = self._today()
        self.library = shelved(self._base, self._topics.values(), self._day)
        self._take(self.library)
