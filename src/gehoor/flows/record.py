"""The only writer: load, fold, decide, append and everything that follows, in one commit.

Commands wait in one bounded queue. The writer drains what is waiting (at most 256; a batch forms while the commit
before it runs, so an idle system answers at once), decides each command, and commits the whole batch at once. Nothing
is acknowledged, published or done before the commit. A batch that fails is done again one command at a time, so that
one bad command cannot fail the others; a store that can no longer be trusted ends the process.

Why this file is long: it is the whole way of a command, and whoever reads a part of it needs the rest.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from gehoor.core.consequences import Effect, consequences
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve
from gehoor.core.conversation.model import Actor, ActorKind, State
from gehoor.core.conversation.transcript import audiences
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.decide.case import Told
from gehoor.core.decide.dispatch import decide
from gehoor.core.errors import Busy, Conflict, GehoorError, StoreAway, StoreFault, Unknown
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.guarantee.heard import asks_for_a_person
from gehoor.core.ids import ClientId, CommandId, ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.flows.faults import described
from gehoor.flows.remembered import (
    HAS_OWN_WORDS,
    Caught,
    Entry,
    Staged,
    append_of,
    entry_of,
    extended,
    kind_of,
    last_shown,
    news_of,
)
from gehoor.ports.feed import News
from gehoor.ports.store import Sealed
from gehoor.ports.world import World

_LOG = structlog.get_logger()
MOST_WAITING: Final = 2000
MOST_IN_A_BATCH: Final = 256
MOST_CACHED: Final = 4096
MOST_TRIES: Final = 20
"""How often a batch is decided over what another process wrote meanwhile, before its clients are asked to come back."""
RESERVED: Final = 500
"""Places of the queue that only a request for a person, staff and the house may use: these are never refused first."""


@dataclass(slots=True)
class Outcome:
    """What came of a command: the seq to answer with, the facts it made, the state after. ``repeated``: this very
    command was carried out before."""

    seq: int
    facts: tuple[e.Fact, ...]
    state: State
    repeated: bool = False


@dataclass(slots=True)
class _Waiting:
    conversation: ConversationId
    command: c.Command
    actor: Actor
    done: tuple[str, ...]
    token_hash: bytes
    future: asyncio.Future[Outcome]


_Answer = tuple[_Waiting, Outcome | GehoorError]
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
        first: bool = False,
    ) -> Outcome:
        """Carries out one command; returns after its facts are durable.

        Args:
            done: keys of the jobs that this command finishes, in the same commit as its facts. Without facts they
                stand; the caller finishes them.
            token_hash: for a new conversation.
            first: it is part of a request for a person, whatever the command is.

        Raises:
            Refused: a rule says no.
            Conflict: the client's id was used before with another text.
            Busy: the queue is full. Never for a request for a person, which has places of its own.
        """
        crowded = self._queue.qsize() >= MOST_WAITING - RESERVED
        if self._queue.full() or (crowded and not (first or _goes_first(command))):
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

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """One batch, over again with what is left of it as long as somebody else wrote at the same moment."""
        tries = 0
        while batch:
            tries += 1
            batch = await self._try(batch, tries)

    async def _try(self, batch: Sequence[_Waiting], tries: int) -> Sequence[_Waiting]:
        """Returns what must be decided again."""
        staged: dict[ConversationId, Staged] = {}
        answers = await self._decide_each(batch, staged)
        changed = {id: one for id, one in staged.items() if one.facts}
        views = {id: view(one.entry.state) for id, one in changed.items()}
        try:
            await self._check_memory(answers, staged)
            heads = await self._commit(changed, views)
        except Conflict as fault:
            return self._over_again(answers, staged, fault, tries)
        except Exception as fault:
            await self._after_failure(answers, fault)
            return ()
        for (id, one), head in zip(changed.items(), heads, strict=True):
            one.entry.head = head
            self._keep(id, one.entry)
        for one in staged.values():
            one.entry.seen.update(one.ids)
        for waiting, answer in answers:
            _resolve(waiting.future, answer)
        for id, one in changed.items():
            self._committed(news_of(id, one, views[id]), tuple(one.effects))
        return ()

    async def _decide_each(self, batch: Sequence[_Waiting], staged: dict[ConversationId, Staged]) -> list[_Answer]:
        answers: list[_Answer] = []
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
        return answers

    async def _check_memory(self, answers: Sequence[_Answer], staged: dict[ConversationId, Staged]) -> None:
        """A commit finds out by itself that what we remember is the past. What is answered without one is looked up,
        or a refusal may be about a state that another process has just ended.

        Raises:
            Conflict: names the conversations to which another process wrote.
        """
        if self._world.peers.alone:
            return
        unsure = {waiting.conversation for waiting, answer in answers if not getattr(answer, "facts", ())}
        ids = [id for id in unsure if id in staged and staged[id].remembered and not staged[id].facts]
        views = await asyncio.gather(*(self._world.store.view(id) for id in ids))
        stale = [one.id for one in views if one is not None and one.seq != staged[one.id].entry.state.record.seq]
        if stale:
            raise Conflict(conversations=stale)

    def _over_again(
        self, answers: Sequence[_Answer], staged: dict[ConversationId, Staged], fault: Conflict, tries: int
    ) -> list[_Waiting]:
        """Nothing was written. What others wrote is read, and the whole batch decided again: who waits beside it loses
        a moment. Over what we keep losing, its clients come back."""
        stale = _stale(fault) or staged.keys()
        for id in stale:
            self._cache.pop(id, None)
        left = []
        for waiting, _ in answers:
            if tries >= MOST_TRIES and waiting.conversation in stale:
                _resolve(waiting.future, self._lost())
            elif not waiting.future.done():
                left.append(waiting)
        return left

    def _lost(self) -> GehoorError:
        """What to tell who lost so often. Where nobody else writes it was no race."""
        if self._world.peers.alone:
            return StoreFault("The end of a conversation is not the one that its facts give.")
        return Busy("Somebody else wrote at the same moment.", retry_after_s=1)

    async def _after_failure(self, answers: Sequence[_Answer], fault: Exception) -> None:
        """Nothing was written. Each command again by itself; a fault of the store itself ends the process. While the
        store is away, clients come back with the same ids: they find out what became of it."""
        for waiting, answer in answers:
            self._cache.pop(waiting.conversation, None)
            if isinstance(fault, StoreAway):
                _resolve(waiting.future, answer if isinstance(answer, GehoorError) else fault)
        if len(answers) > 1:
            for waiting, _ in answers:
                if not waiting.future.done():
                    await self._write([waiting])
            return
        waiting = answers[0][0]
        told = {"fault": type(fault).__name__, "reason": getattr(fault, "sentence", "")}
        _LOG.error("a commit failed", command=type(waiting.command).__name__, **told)
        _resolve(waiting.future, StoreFault(cause=type(fault).__name__))
        if isinstance(fault, StoreFault):
            self._broken(fault)

    async def _commit(
        self, changed: dict[ConversationId, Staged], views: dict[ConversationId, ConversationView]
    ) -> list[bytes]:
        if not changed:
            return []
        await self._world.keys.settle()
        return await self._world.store.commit([append_of(id, one, views[id]) for id, one in changed.items()])

    # -- one command -------------------------------------------------------------------------------------------------

    async def _decide(self, waiting: _Waiting, staged: dict[ConversationId, Staged]) -> Outcome:
        id, command = waiting.conversation, waiting.command
        one = staged.get(id)
        if one is None:
            remembered = self._cache.get(id)
            entry = remembered or await self._entry(id, creates=isinstance(command, c.StartConversation))
            if entry is None:
                raise Unknown(conversation=id)
            # The cached entry is never touched: a batch that fails leaves it as it was.
            copied = Entry(entry.state, entry.head, entry.seen, dict(entry.shown))
            one = staged[id] = Staged(copied, entry.head, remembered=remembered is not None, prev=dict(entry.shown))
        again = self._seen_before(one, command, id)
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
        return self._outcome(one, command, facts)

    def _seen_before(self, one: Staged, command: c.Command, id: ConversationId) -> Outcome | None:
        client_id = getattr(command, "client_id", None)
        known = None if client_id is None else one.ids.get(client_id) or one.entry.seen.get(client_id)
        if known is None:
            return None
        seq, digest = known
        if digest != self._digest_of(id, command):
            raise Conflict(field="client_id")
        return Outcome(seq, (), one.entry.state, repeated=True)

    def _digest_of(self, id: ConversationId, command: c.Command) -> str:
        """What a repeated command must have in common with the first: its kind and its words."""
        text = getattr(command, "text", "")
        return f"{kind_of(command)}:{self._world.keys.digest(id, text) if text else ''}"

    def _stage(
        self, one: Staged, told: Iterable[Told], order: c.Order, policy: Policy, now: Instant
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
            for audience in audiences(part.event):
                one.entry.shown[audience] = seq
        one.facts += made
        one.entry.state = state
        return tuple(made)

    def _seal(self, id: ConversationId, seq: int, part: Told) -> Sealed:
        keys = self._world.keys
        masked = None if part.masked in ("", part.text) else keys.seal(id, f"masked:{seq}", part.masked)
        return Sealed(seq, keys.seal(id, f"text:{seq}", part.text), masked)

    def _outcome(self, one: Staged, command: c.Command, facts: tuple[e.Fact, ...]) -> Outcome:
        entry, record = one.entry, one.entry.state.record
        client_id: ClientId | None = getattr(command, "client_id", None)
        named = [fact for fact in facts if getattr(fact.event, "client_id", None) == client_id] if client_id else []
        asked = isinstance(command, c.AskForHuman)
        seq = named[0].seq if named else (record.request_seq or record.seq) if asked else record.seq
        if client_id is not None:
            words = next((fact.digest for fact in named if isinstance(fact.event, HAS_OWN_WORDS)), "")
            one.ids[client_id] = (seq, f"{kind_of(command)}:{words}")
        return Outcome(seq, facts, entry.state)

    # -- memory ------------------------------------------------------------------------------------------------------

    def forget(self, id: ConversationId, seq: int) -> None:
        """Another process wrote up to ``seq``: what is remembered from before is the past."""
        entry = self._cache.get(id)
        if entry is not None and entry.state.record.seq < seq:
            del self._cache[id]

    async def read_again(self, id: ConversationId, after: int) -> Caught | None:
        """What came after a fact, as it is stored now, which is remembered as well; None when nothing did."""
        entry = self._cache.get(id)
        if entry is not None and entry.state.record.seq == after:
            loaded = await self._world.store.load_after(id, after)
            before = entry.shown
            fresh = None if loaded is None else extended(entry, loaded)
        else:
            loaded = await self._world.store.load(id)
            before = {} if loaded is None else last_shown(fact for fact in loaded.facts if fact.seq <= after)
            fresh = None if loaded is None else entry_of(id, loaded)
        if loaded is None or fresh is None:
            return None
        self.forget(id, fresh.state.record.seq)
        if id not in self._cache:
            self._keep(id, fresh)
        return Caught(tuple(fact for fact in loaded.facts if fact.seq > after), dict(before), view(fresh.state))

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
        entry = entry_of(id, loaded)
        self._keep(id, entry)
        return entry

    def _keep(self, id: ConversationId, entry: Entry) -> None:
        self._cache[id] = entry
        self._cache.move_to_end(id)
        while len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)


def _stale(fault: Conflict) -> set[ConversationId]:
    """The conversations that a store or a look at it named."""
    named = fault.data.get("conversations") or [fault.data.get("conversation")]
    return {ConversationId(one) for one in named if isinstance(one, str)} if isinstance(named, list | tuple) else set()


def _goes_first(command: c.Command) -> bool:
    if isinstance(command, c.WriteMessage):
        return asks_for_a_person(command.heard)
    return not isinstance(command, c.StartConversation | c.GiveFeedback)


def _resolve(future: asyncio.Future[Outcome], answer: Outcome | GehoorError) -> None:
    if future.done():
        return
    if isinstance(answer, GehoorError):
        future.set_exception(answer)
    else:
        future.set_result(answer)


HOUSE: Final = Actor(ActorKind.HOUSE)
