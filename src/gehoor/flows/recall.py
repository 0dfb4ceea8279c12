"""Recalls: when a text was wrong, everybody who was given it is listed, told, and what came of it is on record.

A text that is taken back as wrong (``flows/knowledge.py``) opens a recall by itself. The process that leads lists who
was given it; somebody words the correction, somebody else approves it; then each is told as they can be reached.
Nothing here is remembered that is not stored: that a customer was told is a fact of their conversation, so a house that
is killed in the middle goes on where it was, and tells nobody twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.given import By, Given
from gehoor.core.errors import Busy, GehoorError, Invalid, NotNow, Unknown
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.life import Withdrawn
from gehoor.core.knowledge.recall import (
    Came,
    Way,
    Wording,
    came,
    gets,
    heard,
    refuse_to_approve,
    refuse_to_word,
    wants_call,
    worded,
)
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant, later
from gehoor.flows.correction import correction_text
from gehoor.flows.faults import described
from gehoor.flows.grown import correct
from gehoor.flows.knowledge import KnowledgeBook
from gehoor.flows.knowledge_lines import LINE as KNOWLEDGE
from gehoor.flows.knowledge_lines import happened
from gehoor.flows.read import masked_texts
from gehoor.flows.recall_lines import (
    LINE,
    Approved,
    Ended,
    Listed,
    Looked,
    Opened,
    Recall,
    RecallLine,
    Worded,
    after,
    body_of,
    recall_id,
)
from gehoor.flows.recipients import Recipient, Surveyed, Tally, books_of, recipients, survey
from gehoor.flows.record import HOUSE, Recorder
from gehoor.ports.peers import HouseChanged
from gehoor.ports.people import Staff
from gehoor.ports.store import LedgerEntry
from gehoor.ports.world import World

_LOG = structlog.get_logger()
LOOK_S: Final = 2.0
"""How often it is looked whether there is something to do, in seconds."""
AGAIN: Final = MINUTE
"""How long after one round of telling the next one comes, while something is still under way."""
CALM: Final = 10 * MINUTE
"""The same, while only people have something to do."""
BOUNCES_FOR: Final = 14 * DAY
"""How long after the end it is looked, every hour, whether a letter came back."""
CALLS_AT_ONCE: Final = 20
"""So many calls about one recall are asked of people at a time; the next ones follow as these are done. A promise that
nobody has hands for would be broken (NO-DEAD-END)."""
SETTLED: Final = 10 * SECOND
"""How long after a text was taken back its list is made: an answer that was on its way then is on it."""
CASES: Final = 3
"""How many different questions that brought the wrong answer become cases of the evaluation."""
FRESH: Final = 10 * SECOND
"""How old the figures of a recall may be before they are made again for who looks."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recall is: how many of its recipients came to what, in which way, as of an instant."""

    at: Instant
    came: dict[str, int]
    ways: dict[str, int]
    recipients: tuple[Surveyed, ...]


class RecallBook:
    """Every recall.

    Args:
        policy: gives the policy in force.
    """

    def __init__(
        self, world: World, recorder: Recorder, policy: Callable[[], Policy], knowledge: KnowledgeBook
    ) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy
        self._knowledge = knowledge
        self._recalls: dict[str, Recall] = {}
        self._read_to = 0
        self._withdrawn_to = 0
        self._changing = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._progress: dict[str, Progress] = {}
        self._next: dict[str, Instant] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def every(self) -> list[Recall]:
        """Every recall, newest first."""
        return sorted(self._recalls.values(), key=lambda one: one.at, reverse=True)

    def one(self, id: str) -> Recall:
        """One recall.

        Raises:
            Unknown: there is none with this name.
        """
        found = self._recalls.get(id)
        if found is None:
            raise Unknown("Deze terugroepactie is er niet.", field="id")
        return found

    async def progress(self, id: str) -> Progress:
        """How far a recall is, made again when it is more than some seconds old.

        Raises:
            Unknown: there is none with this name.
        """
        recall = self.one(id)
        async with self._looking:  # whoever looks at the same moment waits for the same figures
            known = self._progress.get(id)
            if known is None or self._world.clock.now() - known.at > FRESH:
                known = self._progress[id] = await self._survey(recall)
        return known

    async def _survey(self, recall: Recall) -> Progress:
        found: list[Surveyed] = []
        async for some in survey(books_of(self._world), recall, self._listens):
            found += some
        outcomes = Counter(one.came.value for one in found)
        ways = Counter(one.recipient.way.value for one in found)
        return Progress(self._world.clock.now(), dict(outcomes), dict(ways), tuple(found))

    def _listens(self, id: ConversationId) -> bool:
        return self._world.feed.listeners(id) > 0

    # -- what people do ----------------------------------------------------------------------------------------------

    async def word(self, id: str, wordings: Sequence[Wording], staff: Staff) -> Recall:
        """Keeps the words of the correction.

        Raises:
            NotAllowed, NotNow, Invalid: it cannot be done; says why.
            Busy: another process changes it at this moment.
        """
        kept = worded(wordings)
        for one in kept:
            words = f"{one.wrong}\n{one.right}"
            if self._world.hearing.mask(words) != words:
                sentence = "Hier staan persoonsgegevens in. Iedereen die het antwoord kreeg, leest dit."
                raise Invalid(sentence, field="wordings")

        def refuse(known: Recall) -> None:
            refuse_to_word(staff.role, known.approved is not None)

        return await self._keep(id, refuse, lambda known: Worded(known.id, kept, staff.id))

    async def approve(self, id: str, wording: int, staff: Staff) -> Recall:
        """Takes responsibility for the words that stand in this line; from now on it is told. Raises as ``word``."""

        def refuse(known: Recall) -> None:
            writer = "" if known.worded is None else known.worded.by
            refuse_to_approve(staff.role, staff.id, writer, known.approved is not None)
            if wording != known.worded_in:
                raise NotNow("De tekst is intussen gewijzigd. Lees hem opnieuw.", field="wording")
            if known.listed is None:
                raise NotNow("De lijst wordt nog gemaakt.")

        return await self._keep(id, refuse, lambda known: Approved(known.id, wording, staff.id))

    async def looked(self, id: str, conversation: ConversationId, reached: bool, staff: Staff) -> Recall:
        """A person looked who a recipient was, and told them or could not. Raises as ``word``; ``Unknown``: it is no
        task of this recall."""
        progress = await self.progress(id)
        one = next((one for one in progress.recipients if one.recipient.id == conversation), None)
        if one is None or one.came is not Came.TASK or one.heard.called or one.recipient.way is Way.CALL:
            raise Unknown("Dit is geen taak van deze terugroepactie.", field="conversation")
        kept = await self._keep(id, lambda _: None, lambda known: Looked(known.id, conversation, reached, staff.id))
        self._progress.pop(id, None)
        return kept

    async def _keep(self, id: str, refuse: Callable[[Recall], object], line: Callable[[Recall], RecallLine]) -> Recall:
        """Decided over what is in the ledger at this moment, kept, and told to the others."""
        async with self._changing, self._world.peers.lock(LINE) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            await self._read()
            known = self.one(id)
            refuse(known)
            await self._add(line(known))
        self._next.pop(id, None)
        self._world.peers.tell((HouseChanged(),))
        return self.one(id)

    async def _add(self, line: RecallLine) -> None:
        await self._world.store.add_to_ledger(self._world.clock.now(), LINE, body_of(line))
        await self._read()

    # -- what the house does -----------------------------------------------------------------------------------------

    async def catch_up(self) -> None:
        """Reads what other processes did since."""
        async with self._changing:
            await self._read()

    async def _read(self) -> None:
        entries = await self._world.store.ledger(after=self._read_to, kind=LINE)
        if entries:
            self._recalls = after(self._recalls, entries)
            self._read_to = entries[-1].number

    async def run(self) -> None:
        """Until cancelled. A store that is away only delays it."""
        while True:
            try:
                await (self.look() if self._world.peers.leads() else self.catch_up())
            except GehoorError as fault:
                _LOG.warning("recalls are looked at again shortly", code=fault.code)
            except Exception as fault:  # whoever was told something wrong must still hear of it at the next look
                _LOG.error("recalls could not be looked at", **described(fault))
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """One look: opens what was taken back as wrong, lists what is not listed, tells what was approved."""
        await self.catch_up()
        await self._open()
        for recall in self.every():
            # What was being answered while the text was taken back is on the list as well.
            if recall.listed is None and self._world.clock.now() >= later(recall.at, SETTLED):
                await self._list(recall)
        for recall in self.every():
            if recall.approved is not None and self._is_due(recall):
                await self._round(self.one(recall.id))

    async def _open(self) -> None:
        """Texts that were taken back as wrong, and have no recall yet."""
        entries = await self._world.store.ledger(after=self._withdrawn_to, kind=KNOWLEDGE)
        for entry in entries:
            line = happened(entry)
            if line is not None and isinstance(line.step, Withdrawn) and line.step.wrong:
                await self._open_one(entry, line.slug, line.step)
            self._withdrawn_to = entry.number

    async def _open_one(self, entry: LedgerEntry, slug: str, step: Withdrawn) -> None:
        await self._knowledge.catch_up()
        topic = next((one for one in self._knowledge.topics() if one.slug == slug), None)
        edition = None if topic is None else topic.edition(step.language, step.number)
        if topic is None or edition is None or step.harm is None:
            _LOG.error("a text was taken back as wrong that is not known here", article=slug, number=entry.number)
            return
        said = edition.article.passages
        # A version is another one as soon as a date of it is; who was given the same words was told the same thing.
        same = {one.article.version for one in topic.editions if one.article.passages == said}
        opened = Opened(
            recall_id(entry.number),
            slug,
            step.language,
            edition.article.title,
            tuple(sorted(same)),
            step.harm,
            step.why,
            step.by,
        )
        async with self._changing, self._world.peers.lock(LINE) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            await self._read()
            if opened.recall not in self._recalls:
                await self._add(opened)
                _LOG.warning("an answer is recalled", article=slug)
        self._world.peers.tell((HouseChanged(),))

    async def _list(self, recall: Recall) -> None:
        tally, questions = Tally(), dict[str, Given]()
        opened = recall.opened
        async for some in recipients(books_of(self._world), opened.article, opened.versions, self._listens):
            tally.take(some)
            for one in some:
                if len(questions) < CASES and one.given.by is By.AI and one.way not in (Way.ERASED, Way.PROBE):
                    questions.setdefault(await self._question(one.given), one.given)
        line = Listed(
            opened.recall,
            tally.count,
            tally.digest,
            dict(tally.by_whom),
            dict(tally.ways),
            tuple(sorted(tally.languages)),
        )
        async with self._changing, self._world.peers.lock(LINE) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            await self._read()
            if self.one(recall.id).listed is not None:
                return
            for given in questions.values():
                await self._learn_from(given, StaffId(opened.by))
            await self._add(line)
        self._world.peers.tell((HouseChanged(),))

    async def _question(self, given: Given) -> str:
        """What the customer had asked, as far as a model may read it."""
        facts = await self._world.store.facts(given.conversation, given.seq - 1)
        turn = facts[0].event.turn if facts and isinstance(facts[0].event, e.BotReplied) else 0
        return (await masked_texts(self._world, given.conversation, turn - 1, [turn])).get(turn, "")

    async def _learn_from(self, given: Given, by: StaffId) -> None:
        """The question that brought the wrong answer becomes one of the evaluation, masked and sealed."""
        try:
            await correct(self._world, given.conversation, given.seq, given.article, (given.article,), by)
        except GehoorError as fault:  # such as erased at this very moment
            _LOG.warning("a wrong answer became no case of the evaluation", code=fault.code)

    # -- telling -----------------------------------------------------------------------------------------------------

    def _is_due(self, recall: Recall) -> bool:
        now = self._world.clock.now()
        if recall.ended is not None and recall.approved_at is not None and now > later(recall.approved_at, BOUNCES_FOR):
            return False
        return self._next.get(recall.id, now) <= now

    async def _round(self, recall: Recall) -> None:
        """Everybody who is still to be told; those who were told are passed over."""
        outcomes, calls, wanted = Counter[str](), 0, list[ConversationId]()
        async for some in survey(books_of(self._world), recall, self._listens):
            done = await asyncio.gather(*(self._tell(recall, one) for one in some))
            outcomes.update(one.came.value for one in done)
            for one in done:
                calls += one.came is Came.TASK and one.heard.called
                if wants_call(one.recipient.way, one.heard, one.recipient.reach.phone):
                    wanted.append(one.recipient.id)
        for id in wanted[: max(CALLS_AT_ONCE - calls, 0)]:
            await self._submit(id, c.TellByPhone(recall.id))
        self._progress.pop(recall.id, None)
        moves = outcomes[Came.DUE] + outcomes[Came.UNDER_WAY] + max(len(wanted) + calls - CALLS_AT_ONCE, 0)
        self._next[recall.id] = self._then(recall, moves > 0, outcomes[Came.TASK] > 0)
        if not moves and not outcomes[Came.TASK] and recall.ended is None:
            await self._keep(recall.id, lambda _: None, lambda known: Ended(known.id, dict(outcomes)))

    def _then(self, recall: Recall, moves: bool, tasks: bool) -> Instant:
        """When the next round comes. What does not get on for a day is looked at every hour."""
        now = self._world.clock.now()
        if now > later(recall.approved_at or now, DAY):
            return later(now, HOUR)
        return later(now, AGAIN if moves else CALM if tasks else HOUR)

    async def _tell(self, recall: Recall, one: Surveyed) -> Surveyed:
        """Tells one customer, unless they were told."""
        by = one.recipient.way
        if one.came is not Came.DUE or not gets(by, recall.opened.harm).notice:
            return one
        facts = await self._submit(one.recipient.id, self._correction(recall, one.recipient))
        found = heard(recall.id, facts)
        return replace(one, heard=found, came=came(by, recall.opened.harm, found)) if found.seq else one

    async def _submit(self, id: ConversationId, command: c.Command) -> tuple[e.Fact, ...]:
        """What cannot be told now is tried again in the next round, and keeps nobody else waiting."""
        try:
            return (await self._recorder.submit(id, command, HOUSE)).facts
        except GehoorError as fault:
            _LOG.warning("a correction is given later", code=fault.code)
            return ()

    def _correction(self, recall: Recall, to: Recipient) -> c.GiveCorrection:
        given = to.given
        text, template = correction_text(self._policy(), recall, given.language, given.at)
        return c.GiveCorrection(recall.id, given.article, given.version, given.seq, text, template, to.reach.mail)
