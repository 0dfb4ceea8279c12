"""The only writer: load, fold, decide, append and everything that follows, in one commit.

Commands wait in one bounded queue. The writer drains what is waiting (at most 256; a batch forms while the commit
before it runs, so an idle system answers at once), decides each command, and commits the whole batch at once. Nothing
is acknowledged, published or done before the commit. A batch that fails is done again one command at a time, so that
one bad command cannot fail the others; a store that can no longer be trusted ends the process.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from gehoor.core.consequences import Effect, consequences
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve, fold
from gehoor.core.conversation.model import Actor, ActorKind, Audience, State
from gehoor.core.conversation.transcript import shown
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.decide.case import Told
from gehoor.core.decide.dispatch import decide
from gehoor.core.errors import Busy, Conflict, GehoorError, StoreFault, Unknown
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.ids import ClientId, CommandId, ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.flows.faults import described
from gehoor.ports.feed import News
from gehoor.ports.store import Append, Sealed
from gehoor.ports.world import World

_LOG = structlog.get_logger()
MOST_WAITING: Final = 2000
MOST_IN_A_BATCH: Final = 256
MOST_CACHED: Final = 4096
_HAS_OWN_WORDS: Final = (e.MessageReceived, e.AgentWrote, e.NoteWritten, e.FeedbackGiven)
RESERVED: Final = 500
"""Places of the queue that only a request for a person, staff and the house may use: these are never refused first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: the seq to answer with, the facts it made, the state after. ``repeated``: this very
    command was carried out before."""

    seq: int
    facts: tuple[e.Fact, ...]
    state: State
    repeated: bool = False


@dataclass(slots=True)
class Entry:
    """A conversation in memory: its state, the head of its chain, the ids that its customer and agents used."""

    state: State
    head: bytes
    seen: dict[str, tuple[int, str]]
    shown: dict[str, int]


@dataclass(slots=True)
class _Waiting:
    conversation: ConversationId
    command: c.Command
    actor: Actor
    done: tuple[str, ...]
    token_hash: bytes
    future: asyncio.Future[Outcome]


@dataclass(slots=True)
class _Staged:
    """What a batch adds to one conversation, before it is committed."""

    entry: Entry
    head: bytes
    token_hash: bytes = b""
    facts: list[e.Fact] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    prev: dict[str, int] = field(default_factory=dict)


Committed = Callable[[News, tuple[Effect, ...]], None]


class Recorder:
    """The writer of this process.

    Args:
        policy: gives the policy in force.
        committed: called after each commit, once per conversation, with the news and what follows from it.
        broken: called when the store can no longer be trusted; it must end the process.
    """

    def __init__(
        self, world: World, policy: Callable[[], Policy], committed: Committed, broken: Callable[[BaseException], None]
    ) -> None:
        self._world = world
        self._policy = policy
        self._committed = committed
        self._broken = broken
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MOST_WAITING)
        self._cache: OrderedDict[ConversationId, Entry] = OrderedDict()

    async def submit(
        self,
        conversation: ConversationId,
        command: c.Command,
        actor: Actor,
        done: tuple[str, ...] = (),
        token_hash: bytes = b"",
    ) -> Outcome:
        """Carries out one command; returns after its facts are durable.

        Args:
            done: keys of the jobs that this command finishes, in the same commit as its facts. Without facts they
                stand; the caller finishes them.
            token_hash: for a new conversation.

        Raises:
            Refused: a rule says no.
            Conflict: the client's id was used before with another text.
            Busy: the queue is full. Never for a request for a person, which has places of its own.
        """
        if self._queue.full() or (not _goes_first(command) and self._queue.qsize() >= MOST_WAITING - RESERVED):
            raise Busy(retry_after_s=2)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(conversation, command, actor, done, token_hash, future))
        return await future

    @property
    def waiting(self) -> int:
        """How many commands wait to be written."""
        return self._queue.qsize()

    async def run(self) -> None:
        """Writes until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write(batch)

    async def state(self, conversation: ConversationId) -> State:
        """The state as of the last commit.

        Raises:
            Unknown: there is no such conversation.
        """
        entry = await self._entry(conversation)
        if entry is None:
            raise Unknown(conversation=conversation)
        return entry.state

    # -- one batch ---------------------------------------------------------------------------------------------------

    async def _write(self, batch: Sequence[_Waiting], again: bool = False) -> None:
        staged: dict[ConversationId, _Staged] = {}
        answers: list[tuple[_Waiting, Outcome | GehoorError]] = []
        for waiting in batch:
            if waiting.future.cancelled():
                continue
            try:
                answers.append((waiting, await self._decide(waiting, staged)))
            except GehoorError as refused:
                answers.append((waiting, refused))
            except Exception as fault:  # a mistake in a rule must not stop the other 255
                _LOG.error("a command could not be decided", command=type(waiting.command).__name__, **described(fault))
                answers.append((waiting, StoreFault("This could not be decided.", cause=type(fault).__name__)))
        changed = {id: one for id, one in staged.items() if one.facts}
        views = {id: view(one.entry.state) for id, one in changed.items()}
        try:
            heads = await self._commit(changed, views)
        except Exception as fault:
            await self._after_failure(answers, fault, again)
            return
        for (id, one), head in zip(changed.items(), heads, strict=True):
            one.entry.head = head
            self._keep(id, one.entry)
        for waiting, answer in answers:
            _resolve(waiting.future, answer)
        for id, one in changed.items():
            self._committed(_news(id, one, views[id]), tuple(one.effects))

    async def _after_failure(
        self, answers: list[tuple[_Waiting, Outcome | GehoorError]], fault: Exception, again: bool
    ) -> None:
        """Nothing was written. Each command again by itself, and once more over the state that somebody else wrote; a
        fault of the store itself ends the process."""
        for waiting, _ in answers:
            self._cache.pop(waiting.conversation, None)
        if len(answers) > 1:
            for waiting, _ in answers:
                if not waiting.future.done():
                    await self._write([waiting])
            return
        waiting = answers[0][0]
        if isinstance(fault, Conflict) and not again:
            await self._write([waiting], again=True)
            return
        if isinstance(fault, Conflict):
            _resolve(waiting.future, Busy("Somebody else wrote at the same moment.", retry_after_s=1))
            return
        _LOG.error("a commit failed", command=type(waiting.command).__name__, fault=type(fault).__name__)
        _resolve(waiting.future, StoreFault(cause=type(fault).__name__))
        if isinstance(fault, StoreFault):
            self._broken(fault)

    async def _commit(
        self, changed: dict[ConversationId, _Staged], views: dict[ConversationId, ConversationView]
    ) -> list[bytes]:
        if not changed:
            return []
        await self._world.keys.settle()
        return await self._world.store.commit([_append(id, one, views[id]) for id, one in changed.items()])

    # -- one command -------------------------------------------------------------------------------------------------

    async def _decide(self, waiting: _Waiting, staged: dict[ConversationId, _Staged]) -> Outcome:
        id, command = waiting.conversation, waiting.command
        one = staged.get(id)
        if one is None:
            entry = self._cache.get(id) or await self._entry(id, creates=isinstance(command, c.StartConversation))
            if entry is None:
                raise Unknown(conversation=id)
            # The cached entry is never touched: a batch that fails leaves it as it was.
            copied = Entry(entry.state, entry.head, entry.seen, dict(entry.shown))
            one = staged[id] = _Staged(copied, entry.head, prev=dict(entry.shown))
        again = self._seen_before(one.entry, command, id)
        if again is not None:
            return again
        if waiting.token_hash:
            self._world.keys.create(id)
            one.token_hash = waiting.token_hash
        policy, now = self._policy(), self._world.clock.now()
        order = c.Order(command, waiting.actor, CommandId(self._world.ids.new()), self._world.ids.reference())
        told = decide(one.entry.state, order, policy, now)
        facts = self._stage(one, told, order, policy, now)
        one.done += waiting.done
        return self._outcome(one.entry, command, facts)

    def _seen_before(self, entry: Entry, command: c.Command, id: ConversationId) -> Outcome | None:
        client_id = getattr(command, "client_id", None)
        known = entry.seen.get(client_id) if client_id is not None else None
        if known is None:
            return None
        seq, digest = known
        if digest != self._digest_of(id, command):
            raise Conflict(field="client_id")
        return Outcome(seq, (), entry.state, repeated=True)

    def _digest_of(self, id: ConversationId, command: c.Command) -> str:
        """What a repeated command must have in common with the first: its kind and its words."""
        text = getattr(command, "text", "")
        return f"{_kind_of(command)}:{self._world.keys.digest(id, text) if text else ''}"

    def _stage(
        self, one: _Staged, told: Iterable[Told], order: c.Order, policy: Policy, now: Instant
    ) -> tuple[e.Fact, ...]:
        keys, state = self._world.keys, one.entry.state
        id, made = state.record.id, []
        for part in told:
            seq, last = state.record.seq + 1, state.record.at
            digest = keys.digest(id, part.text) if part.text else ""
            at, stepped = (now, False) if now >= last else (last, True)
            fact = e.Fact(seq, at, stepped, part.actor or order.actor, order.id, policy.version, digest, part.event)
            state = evolve(state, fact)
            made.append(fact)
            one.effects += consequences(part.event, seq)
            if part.text:
                one.words[seq] = part.text
                one.sealed.append(self._seal(id, seq, part))
            for audience in Audience:
                if shown(part.event, audience) is not None:
                    one.entry.shown[audience] = seq
        one.facts += made
        one.entry.state = state
        return tuple(made)

    def _seal(self, id: ConversationId, seq: int, part: Told) -> Sealed:
        keys = self._world.keys
        masked = None if part.masked in ("", part.text) else keys.seal(id, f"masked:{seq}", part.masked)
        return Sealed(seq, keys.seal(id, f"text:{seq}", part.text), masked)

    def _outcome(self, entry: Entry, command: c.Command, facts: tuple[e.Fact, ...]) -> Outcome:
        record = entry.state.record
        client_id: ClientId | None = getattr(command, "client_id", None)
        named = [fact for fact in facts if getattr(fact.event, "client_id", None) == client_id is not None]
        asked = isinstance(command, c.AskForHuman)
        seq = named[0].seq if named else (record.request_seq or record.seq) if asked else record.seq
        if client_id is not None:
            # Shared with the cached entry; when the batch fails, that entry is forgotten with it.
            words = next((fact.digest for fact in named if isinstance(fact.event, _HAS_OWN_WORDS)), "")
            entry.seen[client_id] = (seq, f"{_kind_of(command)}:{words}")
        return Outcome(seq, facts, entry.state)

    # -- memory ------------------------------------------------------------------------------------------------------

    async def _entry(self, id: ConversationId, creates: bool = False) -> Entry | None:
        entry = self._cache.get(id)
        if entry is not None:
            self._cache.move_to_end(id)
            return entry
        loaded = await self._world.store.load(id)
        if id in self._cache:  # written while this was read: what was read is the past
            return self._cache[id]
        if loaded is None:
            return Entry(begin(id), GENESIS, {}, {}) if creates else None
        entry = Entry(fold(begin(id), loaded.facts), loaded.head, _seen(loaded.facts), _last_shown(loaded.facts))
        self._keep(id, entry)
        return entry

    def _keep(self, id: ConversationId, entry: Entry) -> None:
        self._cache[id] = entry
        self._cache.move_to_end(id)
        while len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)


def _news(id: ConversationId, one: _Staged, shown_now: ConversationView) -> News:
    return News(id, tuple(one.facts), one.words, shown_now, one.prev)


def _append(id: ConversationId, one: _Staged, shown_now: ConversationView) -> Append:
    return Append(
        id=id,
        facts=tuple(one.facts),
        words=tuple(one.sealed),
        head=one.head,
        view=shown_now,
        effects=tuple(one.effects),
        done=tuple(one.done),
        token_hash=one.token_hash,
    )


_KINDS: Final[dict[type, str]] = {
    e.MessageReceived: "WriteMessage",
    e.HumanRequested: "AskForHuman",
    e.ContactLeft: "AskForHuman",
    e.PromiseMoved: "AskForHuman",
    e.RequestWithdrawn: "WithdrawRequest",
    e.FeedbackGiven: "GiveFeedback",
    e.AgentWrote: "SendReply",
    e.NoteWritten: "WriteNote",
}


def _kind_of(command: c.Command) -> str:
    # A request and a choice may both begin with a ContactLeft, which does not tell afterwards which of them it was.
    return c.AskForHuman.__name__ if isinstance(command, c.ChoosePromise) else type(command).__name__


def _seen(facts: Iterable[e.Fact]) -> dict[str, tuple[int, str]]:
    """The clients' ids in stored facts, as they were kept when the facts were made."""
    seen: dict[str, tuple[int, str]] = {}
    for fact in facts:
        client_id = getattr(fact.event, "client_id", None)
        if client_id is not None and client_id not in seen:
            words = fact.digest if isinstance(fact.event, _HAS_OWN_WORDS) else ""
            seen[client_id] = (fact.seq, f"{_KINDS[type(fact.event)]}:{words}")
    return seen


def _last_shown(facts: Iterable[e.Fact]) -> dict[str, int]:
    last: dict[str, int] = {}
    for fact in facts:
        for audience in Audience:
            if shown(fact.event, audience) is not None:
                last[audience] = fact.seq
    return last


def _goes_first(command: c.Command) -> bool:
    return not isinstance(command, c.WriteMessage | c.StartConversation | c.GiveFeedback)


def _resolve(future: asyncio.Future[Outcome], answer: Outcome | GehoorError) -> None:
    if future.done():
        return
    if isinstance(answer, GehoorError):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def stored_view(facts: Iterable[e.Fact], id: ConversationId) -> ConversationView:
    """The view that the facts give, from nothing: what the stored one must equal."""
    return view(fold(begin(id), facts))


HOUSE: Final = Actor(ActorKind.HOUSE)
