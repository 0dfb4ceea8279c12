"""People judge a sample of each week's answers, blind: they see the question and the answer, and not who gave it.

A week is drawn a day after it ended, when every request that followed an answer within a day is there; what was drawn
is kept in the house ledger, and so is every judgement. The words stay where they are, sealed: whoever judges reads the
masked copies, and that is on record.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from gehoor.core.conversation import events as e
from gehoor.core.conversation.given import Given, sources_given
from gehoor.core.conversation.model import Channel, Source
from gehoor.core.errors import Busy, GehoorError, NotNow, Unknown
from gehoor.core.ids import StaffId
from gehoor.core.knowledge.article import Library
from gehoor.core.knowledge.judging import TWO, Opinion, Quality, quality, wants
from gehoor.core.knowledge.ladder import Verdict
from gehoor.core.knowledge.sample import Case, Drawing, Giver, Sample, number_of, span_of, week_of
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, Instant, later
from gehoor.flows.faults import described
from gehoor.flows.knowledge_lines import JUDGEMENT, Judged
from gehoor.flows.read import masked_texts
from gehoor.ports.peers import HouseChanged
from gehoor.ports.store import LedgerEntry, Store
from gehoor.ports.world import World

_LOG = structlog.get_logger()
SAMPLE: Final = "sample"
"""The kind of the lines that keep what was drawn of a week."""
EVERY_S: Final = 600.0
"""How often the house looks whether a week is to be drawn, in seconds."""
FOLLOWS_WITHIN: Final = DAY
"""A request for a person this long after an answer followed it."""
LOOKS_BACK_WEEKS: Final = 8
"""What is older is not judged any more: nobody remembers what it was about, and articles have changed."""
SHOWN_WEEKS: Final = 26
"""The figures at the desk are of half a year: counting more would keep customers waiting."""
_EARLIER: Final = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What a judge sees of a case. ``item`` names it without saying whose it is. ``earlier``: what the customer asked
    before, oldest first; ``left``: how many cases there are for this judge, with this one."""

    item: str
    question: str
    earlier: tuple[str, ...]
    answer: str
    source: Source
    language: str
    left: int


class JudgeBook:
    """Every sample and judgement.

    Args:
        library: what is in force, for the words of what the AI would have said.
    """

    def __init__(self, world: World, policy: Callable[[], Policy], library: Callable[[], Library]) -> None:
        self._world = world
        self._policy = policy
        self._library = library
        self._lines = Lines()
        self._reading = asyncio.Lock()
        self._noted: set[tuple[str, str]] = set()

    # -- the sample --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled: draws each week once it is over. One process does it."""
        while True:
            try:
                if self._world.peers.leads():
                    await self.draw_due()
            except GehoorError as fault:
                _LOG.warning("the sample is drawn shortly", code=fault.code)
            except Exception as fault:  # what could not be drawn now can be at the next look
                _LOG.error("the sample could not be drawn", **described(fault))
            await asyncio.sleep(EVERY_S)

    async def draw_due(self) -> Sample | None:
        """Draws the week that was over a day ago, unless that was done or nothing was answered in it."""
        zone = self._policy().hours.zone
        now = self._world.clock.now()
        week = week_of(Instant(span_of(week_of(Instant(now - FOLLOWS_WITHIN), zone), zone)[0] - 1), zone)
        async with self._world.peers.lock(SAMPLE) as only_here:
            if not only_here:
                return None
            await self.catch_up()
            if week in self._lines.samples:
                return None
            drawn = await draw_week(self._world.store, zone, week)
            if not drawn.cases:
                return None
            body = json.dumps(asdict(drawn), sort_keys=True, ensure_ascii=False)
            await self._world.store.add_to_ledger(self._world.clock.now(), SAMPLE, body)
            await self.catch_up()
        self._world.peers.tell((HouseChanged(),))
        return drawn

    # -- judging -----------------------------------------------------------------------------------------------------

    async def next_for(self, staff: StaffId) -> Shown | None:
        """The next case for this judge; None when there is none. Those that wait for a third person come first, then
        those that somebody judged."""
        await self.catch_up()
        waiting = [(key, case) for key, case in self._lines.cases(self._since()) if self._may(case, staff)]
        waiting.sort(key=lambda one: (-len(self._lines.opinions(one[1])), one[0]))
        for left, (key, case) in zip(range(len(waiting), 0, -1), waiting, strict=True):
            shown = await self._shown(key, case, staff, left)
            if shown is not None:
                return shown
            await asyncio.sleep(0)  # customers go first
        return None

    async def judge(self, item: str, verdict: Verdict, staff: StaffId) -> None:
        """Keeps what a judge found.

        Raises:
            Unknown: there is no such case.
            NotNow: this judge did it already, or it is settled.
            Busy: another process keeps a judgement at this moment.
        """
        async with self._world.peers.lock(JUDGEMENT) as only_here:
            if not only_here:
                raise Busy(retry_after_s=2)
            await self.catch_up()
            case = dict(self._lines.cases(self._since())).get(item)
            if case is None:
                raise Unknown("Dit antwoord is er niet om te beoordelen.", field="item")
            if not self._may(case, staff):
                raise NotNow("Dit antwoord is al beoordeeld. Ga verder met het volgende.", field="item")
            told = {name: str(getattr(case, name)) for name in ("conversation", "article", "version", "by")}
            told |= {"verdict": verdict.value, "staff": staff}
            body = json.dumps({**told, "seq": case.seq}, sort_keys=True, ensure_ascii=False)
            await self._world.store.add_to_ledger(self._world.clock.now(), JUDGEMENT, body)
        self._world.peers.tell((HouseChanged(),))

    def _may(self, case: Case, staff: StaffId) -> bool:
        return wants(self._lines.opinions(case), staff)

    def _since(self) -> str:
        zone = self._policy().hours.zone
        return week_of(Instant(self._world.clock.now() - LOOKS_BACK_WEEKS * 7 * DAY), zone)

    async def _shown(self, item: str, case: Case, staff: StaffId, left: int) -> Shown | None:
        """None: the words were erased, or it is the judge's own answer."""
        facts = {fact.seq: fact.event for fact in await self._world.store.facts(case.conversation, 0)}
        event = facts.get(case.seq)
        if event is None or (isinstance(event, e.AgentWrote) and event.agent == staff):
            return None
        asked = [seq for seq, one in facts.items() if isinstance(one, e.MessageReceived) and seq < case.seq]
        if isinstance(event, e.BotReplied | e.BotAbstained):  # the customer may have gone on while the AI thought
            asked = [seq for seq in asked if seq <= event.turn]
        asked = asked[-1 - _EARLIER :]
        texts = await masked_texts(self._world, case.conversation, 0, {*asked, case.seq})
        answer, said = texts.get(case.seq, ""), [texts[seq] for seq in asked if seq in texts]
        source = next((one for one in sources_given(event) if one.article == case.article), None)
        if isinstance(event, e.BotAbstained):  # nothing was said: it would have been the article's own answer
            unseen = self._library().exactly(case.article, case.version)
            answer, source = unseen.answer if unseen else "", event.unseen
        if not answer or not said or source is None:
            return None
        await self._note_reading(case, staff)
        answer = _without_names(answer, [one.name for one in await self._world.people.staff()])
        return Shown(item, said[-1], tuple(said[:-1]), answer, source, case.language, left)

    async def _note_reading(self, case: Case, staff: StaffId) -> None:
        """Once for each judge and case in this process."""
        named = (staff, f"{case.conversation}:{case.seq}")
        if named not in self._noted:
            self._noted.add(named)
            told = {"conversation": case.conversation, "purpose": "judging", "staff": staff}
            await self._world.store.add_to_ledger(self._world.clock.now(), "read", json.dumps(told))

    # -- the figures -------------------------------------------------------------------------------------------------

    async def weeks(self) -> list[tuple[str, Quality]]:
        """The figures of each of the last weeks, newest first."""
        await self.catch_up()
        newest = self._lines.newest(SHOWN_WEEKS)
        return by_week(newest, self._lines, await unjudgeable(newest, self._lines, self._world.keys.without))

    async def quality(self) -> Quality:
        """The figures over these weeks together."""
        await self.catch_up()
        newest = self._lines.newest(SHOWN_WEEKS)
        return over_all(newest, self._lines, await unjudgeable(newest, self._lines, self._world.keys.without))

    async def catch_up(self) -> None:
        """Reads the lines that were added since."""
        async with self._reading:
            await self._lines.read(self._world.store)


def _without_names(answer: str, names: Sequence[str]) -> str:
    """A greeting with a colleague's name would tell who gave the answer."""
    found = "|".join(re.escape(name) for name in names if name)
    return re.sub(rf"\b({found})\b", "[naam]", answer) if found else answer


class Lines:
    """The samples and judgements of the house ledger, as far as they were read."""

    def __init__(self) -> None:
        self.samples: dict[str, Sample] = {}
        self._cases: dict[str, Case] = {}
        self._weeks: dict[str, str] = {}
        self._opinions: dict[tuple[str, int, str, str], dict[str, Opinion]] = {}
        self._read_to = {SAMPLE: 0, JUDGEMENT: 0}

    async def read(self, store: Store) -> None:
        """Reads what was added since."""
        for kind in (SAMPLE, JUDGEMENT):
            for entry in await store.ledger(after=self._read_to[kind], kind=kind):
                self._read_to[kind] = entry.number
                self._take(entry)

    def _take(self, entry: LedgerEntry) -> None:
        try:
            if entry.kind == SAMPLE:
                self._take_sample(msgspec.convert(json.loads(entry.body), Sample))
            else:
                told = msgspec.convert(json.loads(entry.body), Judged)
                found = self._opinions.setdefault((told.conversation, told.seq, told.article, told.by), {})
                found[told.staff] = Opinion(told.staff, told.verdict)
        except msgspec.ValidationError:
            _LOG.error("a line of the judgements is passed over: a newer release wrote it", number=entry.number)

    def _take_sample(self, sample: Sample) -> None:
        self.samples[sample.week] = sample
        for case in sample.cases:
            key = item_of(sample.week, case)
            self._cases[key], self._weeks[key] = case, sample.week

    def newest(self, most: int | None = None) -> list[Sample]:
        """The samples of the last so many weeks, newest first; None: of all."""
        return [self.samples[week] for week in sorted(self.samples, reverse=True)[:most]]

    def cases(self, since: str) -> Iterator[tuple[str, Case]]:
        """Every case of the weeks from one on, with the name under which a judge sees it."""
        return ((key, case) for key, case in self._cases.items() if self._weeks[key] >= since)

    def opinions(self, case: Case) -> Sequence[Opinion]:
        """What was found of a case, in the order in which it was said."""
        return tuple(self._opinions.get((case.conversation, case.seq, case.article, case.by), {}).values())


def item_of(week: str, case: Case) -> str:
    """The name of a case on a judge's screen: it says nothing of the conversation or of who gave the answer."""
    number = number_of(week, case.conversation, case.seq)
    return hashlib.sha256(f"{number} {case.article} {case.by}".encode()).hexdigest()[:24]


async def unjudgeable(
    samples: Sequence[Sample], lines: Lines, without: Callable[[Sequence[str]], Awaitable[set[str]]]
) -> Callable[[Case], bool]:
    """Whether nothing of a case can be read any more: only asked of those that still want a verdict.

    Args:
        without: those of the conversations whose words were erased.
    """
    open_cases = [case for sample in samples for case in sample.cases if _is_open(lines, case)]
    erased = await without([*{case.conversation for case in open_cases}])
    return lambda case: case.conversation in erased


def by_week(samples: Sequence[Sample], lines: Lines, gone: Callable[[Case], bool]) -> list[tuple[str, Quality]]:
    """The figures of each of these weeks."""
    return [(sample.week, quality([sample], lines.opinions, gone)) for sample in samples]


def over_all(samples: Sequence[Sample], lines: Lines, gone: Callable[[Case], bool]) -> Quality:
    """The figures of these weeks together."""
    return quality(samples, lines.opinions, gone)


def _is_open(lines: Lines, case: Case) -> bool:
    said = lines.opinions(case)
    return len(said) < TWO or (len(said) == TWO and said[0].verdict is not said[1].verdict)


# -- drawing -----------------------------------------------------------------------------------------------------------


async def draw_week(store: Store, zone: ZoneInfo, week: str) -> Sample:
    """Draws a week from what was given in it. Whoever does it again, from the same facts, draws the same.

    Args:
        zone: where the organisation is.

    Raises:
        Invalid: it names no week.
    """
    since, until = span_of(week, zone)
    drawing = Drawing(week, zone.key)
    async for case in _given(store, since, until):
        drawing.take(case)
    async for case in _unseen(store, since, until):
        drawing.take(case)
    return drawing.sample


async def _given(store: Store, since: Instant, until: Instant) -> AsyncIterator[Case]:
    async for some in store.given_between(since, until):
        for one in some:
            facts = await store.facts(one.conversation, 0)
            language = _language(facts)
            if language is not None:
                by, followed = Giver(one.by.value), _followed(one, facts)
                yield Case(one.conversation, one.seq, one.article, one.version, language, by, followed)
            await asyncio.sleep(0)  # customers go first


async def _unseen(store: Store, since: Instant, until: Instant) -> AsyncIterator[Case]:
    """What the AI would have said, of topics on trial."""
    async for some in store.active_between(since, until):
        for id in some:
            facts = await store.facts(id, 0)
            language = _language(facts)
            for fact in facts if language is not None else ():
                source = fact.event.unseen if isinstance(fact.event, e.BotAbstained) else None
                if source is not None and since <= fact.at < until:
                    yield Case(id, fact.seq, source.article, source.version, language or "", Giver.SHADOW)
            await asyncio.sleep(0)


def _language(facts: Sequence[e.Fact]) -> str | None:
    """The customer's; None: it was a probe of the house itself."""
    begun = facts[0].event if facts else None
    if not isinstance(begun, e.ConversationStarted) or begun.channel is Channel.PROBE:
        return None
    return begun.language


def _followed(given: Given, facts: Sequence[e.Fact]) -> bool:
    last = later(given.at, FOLLOWS_WITHIN)
    asked = (fact for fact in facts if isinstance(fact.event, e.HumanRequested))
    return any(fact.seq > given.seq and fact.at <= last for fact in asked)
