"""Conversations to store: facts as the rules make them, folded for their view."""

from dataclasses import replace

from gehoor.core.consequences import Effect
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Danger, Heard
from gehoor.core.conversation.view import view
from gehoor.core.evidence.chain import GENESIS
from gehoor.core.ids import ClientId, CommandId, ConversationId, StaffId
from gehoor.core.policy import Template
from gehoor.core.time import MINUTE, SECOND, Instant
from gehoor.ports.store import Append, Sealed, Store

NOW = Instant(1_795_424_400_000_000)
ONE = ConversationId("01JD0000000000000000000001")
TWO = ConversationId("01JD0000000000000000000002")
TOKEN = b"t" * 32
CUSTOMER = Actor(ActorKind.CUSTOMER)
TEMPLATE = Template("waiting", "1", "nl", (("phone", "0800-é"),))


def at(minutes: int) -> Instant:
    """So many minutes after NOW."""
    return Instant(NOW + minutes * MINUTE)


def fact(seq: int, event: e.Event, when: Instant = NOW, actor: Actor = CUSTOMER) -> e.Fact:
    """One fact."""
    return e.Fact(seq, when, False, actor, CommandId(f"command-{seq}"), 3, "", event)


def started() -> e.Event:
    """The first thing that happens."""
    return e.ConversationStarted(Channel.WEB, "nl", at(60))


def wrote(client_id: str = "c1") -> e.Event:
    """A message."""
    return e.MessageReceived(ClientId(client_id), Heard(version="t1"))


def asked() -> e.Event:
    """A request for a person: the conversation waits from then on."""
    return e.HumanRequested("button", None, Danger.DAMAGE, at(10), TEMPLATE)


class Talk:
    """A conversation that grows as a writer lets it grow: it knows its facts and its head."""

    def __init__(self, store: Store, id: ConversationId = ONE) -> None:
        self.store = store
        self.id = id
        self.facts: tuple[e.Fact, ...] = ()
        self.head = GENESIS

    def append(
        self,
        *events: e.Event,
        effects: tuple[Effect, ...] = (),
        done: tuple[str, ...] = (),
        words: tuple[tuple[bytes, bytes | None], ...] = (),
        when: Instant = NOW,
    ) -> Append:
        """What a writer would commit next. Words belong to the first facts of it."""
        first = len(self.facts) + 1
        facts = tuple(fact(first + place, event, when) for place, event in enumerate(events))
        state = fold(begin(self.id), self.facts + facts)
        sealed = tuple(Sealed(first + place, text, masked) for place, (text, masked) in enumerate(words))
        token = TOKEN if self.head == GENESIS else b""
        return Append(self.id, facts, sealed, self.head, view(state), effects, done, token)

    def took(self, append: Append, head: bytes) -> None:
        """The append was written."""
        self.facts += append.facts
        self.head = head

    async def add(
        self,
        *events: e.Event,
        effects: tuple[Effect, ...] = (),
        done: tuple[str, ...] = (),
        words: tuple[tuple[bytes, bytes | None], ...] = (),
        when: Instant = NOW,
    ) -> Append:
        """Commits, alone."""
        append = self.append(*events, effects=effects, done=done, words=words, when=when)
        self.took(append, (await self.store.commit([append]))[0])
        return append


def taken_by(append: Append, staff: str) -> Append:
    """The same, with a view of which every column says something."""
    full = replace(
        append.view,
        agent=StaffId(staff),
        offered_to=StaffId("naïve-雪"),
        offer_expires_at=Instant(NOW + SECOND),
        wanted=StaffId("w"),
        declined=(StaffId("a"), StaffId('b"\\')),
        due_at=at(5),
        reference="123-456-784",
        tries=2,
    )
    return replace(append, view=full)
