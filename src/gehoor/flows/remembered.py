"""What the writer remembers of a conversation, what a batch adds to it, and how it is made again from the facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gehoor.core.consequences import Effect
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve, fold
from gehoor.core.conversation.model import State
from gehoor.core.conversation.transcript import audiences
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.ids import ConversationId
from gehoor.ports.feed import News
from gehoor.ports.store import Append, Loaded, Sealed

HAS_OWN_WORDS: Final = (e.MessageReceived, e.AgentWrote, e.NoteWritten, e.FeedbackGiven)


@dataclass(slots=True)
class Entry:
    """A conversation in memory: its state, the head of its chain, the ids that its customer and agents used."""

    state: State
    head: bytes
    seen: dict[str, tuple[int, str]]
    shown: dict[str, int]


@dataclass(frozen=True, slots=True)
class Caught:
    """What another process added to a conversation: the facts, the last seq that each audience saw before them, and the
    view after them."""

    facts: tuple[e.Fact, ...]
    before: dict[str, int]
    view: ConversationView


@dataclass(slots=True)
class Staged:
    """What a batch adds to one conversation, before it is committed.

    ``ids``: the clients' ids in it, with their places. Others see them only when the commit is there, or what failed
    would be taken for what was written.
    """

    entry: Entry
    head: bytes
    remembered: bool
    token_hash: bytes = b""
    facts: list[e.Fact] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    prev: dict[str, int] = field(default_factory=dict)
    ids: dict[str, tuple[int, str]] = field(default_factory=dict)


def entry_of(id: ConversationId, loaded: Loaded) -> Entry:
    """The entry that the stored facts give."""
    facts = loaded.facts
    return Entry(fold(begin(id), facts), loaded.head, _seen(facts), last_shown(facts))


def extended(entry: Entry, loaded: Loaded) -> Entry:
    """The entry, which is left as it is, with the facts that came after it."""
    state = entry.state
    for fact in loaded.facts:
        state = evolve(state, fact)
    seen = _seen(loaded.facts) | entry.seen
    return Entry(state, loaded.head, seen, entry.shown | last_shown(loaded.facts))


_KINDS: Final[dict[type, str]] = {
    e.MessageReceived: "WriteMessage",
    e.HumanRequested: "AskForHuman",
    e.ContactLeft: "AskForHuman",
    e.PromiseMoved: "AskForHuman",
    e.RequestWithdrawn: "WithdrawRequest",
    e.SupportChosen: "ChooseSupport",
    e.FeedbackGiven: "GiveFeedback",
    e.AgentWrote: "SendReply",
    e.NoteWritten: "WriteNote",
}


def kind_of(command: c.Command) -> str:
    """The kind of a command, as a repeated one must have it in common with the first."""
    # A request and a choice may both begin with a ContactLeft, which does not tell afterwards which of them it was.
    return c.AskForHuman.__name__ if isinstance(command, c.ChoosePromise) else type(command).__name__


def _seen(facts: Iterable[e.Fact]) -> dict[str, tuple[int, str]]:
    """The clients' ids in stored facts, as they were kept when the facts were made."""
    seen: dict[str, tuple[int, str]] = {}
    for fact in facts:
        client_id = getattr(fact.event, "client_id", None)
        if client_id is not None and client_id not in seen:
            words = fact.digest if isinstance(fact.event, HAS_OWN_WORDS) else ""
            seen[client_id] = (fact.seq, f"{_KINDS[type(fact.event)]}:{words}")
    return seen


def last_shown(facts: Iterable[e.Fact]) -> dict[str, int]:
    """The last seq that each audience may see."""
    last: dict[str, int] = {}
    for fact in facts:
        for audience in audiences(fact.event):
            last[audience] = fact.seq
    return last


def news_of(id: ConversationId, one: Staged, shown_now: ConversationView) -> News:
    """What a commit says to who listens."""
    return News(id, tuple(one.facts), one.words, shown_now, one.prev)


def append_of(id: ConversationId, one: Staged, shown_now: ConversationView) -> Append:
    """What a commit adds."""
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


def stored_view(facts: Iterable[e.Fact], id: ConversationId) -> ConversationView:
    """The view that the facts give, from nothing: what the stored one must equal."""
    return view(fold(begin(id), facts))
