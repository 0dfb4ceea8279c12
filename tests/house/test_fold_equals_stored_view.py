"""The stored view is what the facts give, for every kind of fact, in every store.

Each story is a list of commands, carried out by the one writer of the product; after each of them the view in the
store must be the fold of the facts in the store. Together the stories make every kind of fact.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import get_args

import pytest

from gehoor.adapters.brains.scripted import ScriptedBrain
from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.keys.memory import MemoryKeys
from gehoor.adapters.outbound.nothing import NoMail, NoPartner
from gehoor.adapters.peers.alone import Alone
from gehoor.adapters.scripted import CountingIds, FixedClock
from gehoor.adapters.stores.codec import decode, encode
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.adapters.stores.memory_people import MemoryPeople
from gehoor.adapters.stores.sqlite import SqliteStore
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import (
    Actor,
    ActorKind,
    Answered,
    Channel,
    Consulted,
    Danger,
    Heard,
    LetterKind,
    Posted,
    Preference,
    Signal,
    Source,
    State,
    Timer,
)
from gehoor.core.conversation.view import view
from gehoor.core.ids import ClientId, ConversationId, OfferId, StaffId
from gehoor.core.policy import Template
from gehoor.core.time import SECOND, later
from gehoor.flows.record import HOUSE, Recorder
from gehoor.flows.remembered import stored_view
from gehoor.ports.outbound import Outbound
from gehoor.ports.store import Store
from gehoor.ports.world import World
from gehoor.prove.audit import audit
from gehoor.prove.model import office

pytestmark = pytest.mark.anyio

ID = ConversationId("01JD0000000000000000000001")
ANNA, BRAM = StaffId("anna"), StaffId("bram")
BRAIN = Actor(ActorKind.AI, "brain/1")
GAS = Heard(urgent=Signal.YES, urgent_kind="gas", danger=Danger.LIFE)

Wish = Callable[[State, ClientId], c.Command]
"""A command, given the state before it and a fresh id."""


def write(heard: Heard | None = None) -> Wish:
    return lambda state, id: c.WriteMessage(id, heard or Heard(), "woorden", "woorden")


def turn(make: Callable[[int], c.Command]) -> Wish:
    return lambda state, id: make(state.record.turns[0])


def plain(command: c.Command) -> Wish:
    return lambda state, id: command


def ring(timer: Timer) -> Wish:
    return plain(c.RingTimer(timer))


START: Wish = plain(c.StartConversation(Channel.WEB, "nl"))
ASK: Wish = lambda state, id: c.AskForHuman(id)  # noqa: E731  a row of a table
CALL_BACK: Wish = lambda state, id: c.AskForHuman(id, Preference.CALLBACK, ("phone",))  # noqa: E731
WITHDRAW: Wish = lambda state, id: c.WithdrawRequest(id)  # noqa: E731
UNHELPED: Wish = lambda state, id: c.GiveFeedback(id, False, 1, "jammer", "jammer")  # noqa: E731
SEES: Wish = lambda state, id: c.MarkDelivered(state.record.seq)  # noqa: E731
REPLY: Wish = lambda state, id: c.SendReply(ANNA, id, "antwoord", "antwoord")  # noqa: E731
HOLD: Wish = lambda state, id: c.SendReply(ANNA, id, "moment", "moment", hold_line=True)  # noqa: E731
PROPOSED: Wish = lambda state, id: c.SendReply(  # noqa: E731
    ANNA, id, "antwoord", "antwoord", draft=True, sources=(Source("huur", "2", "Huur", "nl"),)
)
NOTE: Wish = lambda state, id: c.WriteNote(BRAM, id, "let op", "let op")  # noqa: E731
ANSWERS = turn(lambda one: c.BotAnswered(one, Source("huur", "1", "Huur", "nl"), "Zo werkt het.", "brain/1"))
SUGGESTS = turn(lambda one: c.BotSuggests(one, (Source("huur", "1", "Huur", "nl"),), "brain/1"))
CONSULTED = Consulted("model", "abstained", 700, "{}")
ABSTAINS = turn(lambda one: c.BotDoesNotKnow(one, "unknown", "brain/1", consulted=CONSULTED))
OFFER = plain(c.OfferToAgent(ANNA, OfferId("o1"), "first in line"))
ACCEPT = plain(c.AcceptOffer(ANNA, "Anna", True))
CHOOSES_TIME: Wish = lambda state, id: c.ChooseSupport(id, "more_time")  # noqa: E731
PARK = plain(c.Park(ANNA))
CHOOSES: Wish = lambda state, id: c.ChoosePromise(id, Preference.EMAIL, ("email",))  # noqa: E731
MAILS: Wish = lambda state, id: c.SendReply(ANNA, id, "antwoord", "antwoord", by_mail=True)  # noqa: E731


CORRECT = plain(
    c.GiveCorrection("r1", "huur", "1", 5, "Dat was fout.", Template("correction", "1", "nl"), by_mail=True)
)
CALL_ABOUT_IT = plain(c.TellByPhone("r1"))


def told_by_post(posted: Posted) -> Wish:
    return lambda state, id: c.PostTold(LetterKind.ANSWER, state.record.last_human_seq, posted)


TRY_AGAIN = (ring(Timer.TRY), ACCEPT, REPLY, PARK)

STORIES: dict[str, tuple[Wish, ...]] = {
    "the AI answers, suggests, does not know, and says what it is": (
        *(START, write(), ANSWERS, UNHELPED, write(), SUGGESTS, write(), ABSTAINS),
        *(write(Heard(asks_identity=Signal.YES)), ring(Timer.IDLE), write()),
    ),
    "two messages at once": (START, write(), write(), ANSWERS, ABSTAINS),
    "a person answers": (START, ASK, OFFER, ACCEPT, HOLD, NOTE, REPLY, SEES, write(), REPLY, plain(c.Resolve(ANNA))),
    "a person answers with what was proposed": (START, write(), ANSWERS, ASK, OFFER, ACCEPT, PROPOSED),
    "an offer is declined, and another runs out": (
        *(START, ASK, OFFER, plain(c.DeclineOffer(ANNA, "pauze")), OFFER, ring(Timer.OFFER), WITHDRAW),
    ),
    "a promise is made, broken, renewed and kept": (
        *(START, CALL_BACK, ring(Timer.PROMISE), ACCEPT, plain(c.RecordCall(ANNA, False))),
        *(ring(Timer.TRY), ACCEPT, plain(c.RecordCall(ANNA, True)), plain(c.HandBack(ANNA))),
    ),
    "a promise is moved, reminded of and kept by a letter, which comes back": (
        *(START, ASK, plain(c.NobodyFree()), CHOOSES, plain(c.Remind()), ACCEPT, MAILS, told_by_post(Posted.ACCEPTED)),
        *(plain(c.Resolve(ANNA)), told_by_post(Posted.BOUNCED)),
    ),
    "a night partner is silent, the next one speaks to the customer": (
        *(START, write(GAS), plain(c.NobodyFree()), ring(Timer.PARTNER)),
        *(plain(c.PartnerTold(2, Answered.ACKNOWLEDGED)), plain(c.PartnerTold(2, Answered.REACHED))),
    ),
    "danger": (START, ASK, plain(c.NobodyFree()), write(GAS), ring(Timer.PROMISE), ACCEPT, REPLY, SEES),
    "an agent is lost, another transfers": (
        *(START, ASK, ACCEPT, plain(c.LoseAgent(ANNA)), ACCEPT, plain(c.TransferTo(ANNA, BRAM))),
    ),
    "nobody is reached": (START, CALL_BACK, ACCEPT, REPLY, PARK, *TRY_AGAIN, *TRY_AGAIN),
    "an answer that lay ready is seen": (START, ASK, ACCEPT, REPLY, PARK, SEES),
    "more is heard in the turn of the AI, and an easier way is chosen": (
        *(START, write(Heard(urgent=Signal.MAYBE, urgent_kind="gas", danger=Danger.LIFE))),
        turn(lambda one: c.RaiseSignals(one, Heard(asks_identity=Signal.YES, support=("more_time",)))),
        *(CHOOSES_TIME, write(Heard(complaint=Signal.YES))),
    ),
    "an answer was wrong: it is corrected, seen, and a person calls": (
        *(START, write(), ANSWERS, CORRECT, SEES, CALL_ABOUT_IT, ACCEPT, plain(c.RecordCall(ANNA, True))),
    ),
    "the customer comes back": (START, ASK, ACCEPT, REPLY, PARK, write()),
}


class Writer:
    """The product's writer over one store."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.keys = store, FixedClock(), MemoryKeys()
        world = World(
            store,
            MemoryPeople(),
            ScriptedBrain(),
            TableHearing(),
            self.keys,
            MemoryFeed(),
            self.clock,
            CountingIds(),
            Outbound(NoMail(), NoPartner()),
            Alone(),
        )
        self.faults: list[BaseException] = []
        self.recorder = Recorder(world, office, lambda news, effects: None, self.faults.append)
        self.made: set[type] = set()
        self._count = 0

    async def does(self, wish: Wish) -> None:
        """Carries out the next command of a story, when its time has come."""
        self._count += 1
        loaded = await self.store.load(ID)
        state = fold(begin(ID), loaded.facts if loaded else ())
        command = wish(state, ClientId(f"c{self._count}"))
        self.clock.forward(SECOND)
        if isinstance(command, c.RingTimer):
            self.clock.set(later(max(self.clock.now(), state.record.rings_at(command.timer) or self.clock.now()), 0))
        token = b"t" * 32 if isinstance(command, c.StartConversation) else b""
        outcome = await self.recorder.submit(ID, command, _who(command), token_hash=token)
        assert outcome.facts, command
        self.made |= {type(fact.event) for fact in outcome.facts}


def _who(command: c.Command) -> Actor:
    if isinstance(command, c.StaffCommand):
        return Actor(ActorKind.HUMAN, command.agent)
    if isinstance(command, c.BotCommand):
        return BRAIN
    return Actor(ActorKind.CUSTOMER) if isinstance(command, c.CustomerCommand) else HOUSE


@pytest.fixture(params=["memory", "sqlite"])
async def writer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Writer]:
    store: Store = MemoryStore() if request.param == "memory" else SqliteStore(SqliteFile(tmp_path / "gehoor.db"))
    one = Writer(store)
    task = asyncio.get_running_loop().create_task(one.recorder.run())
    yield one
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
    assert one.faults == []


@pytest.mark.parametrize("story", STORIES)
async def test_that_the_stored_view_is_the_fold_of_the_facts(writer: Writer, story: str) -> None:
    for wish in STORIES[story]:
        await writer.does(wish)
        loaded = await writer.store.load(ID)
        assert loaded is not None
        stored = await writer.store.view(ID)
        assert stored == stored_view(loaded.facts, ID)
        again = tuple(decode(encode(fact)) for fact in loaded.facts)
        assert again == loaded.facts
        assert view(fold(begin(ID), again)) == stored
        state = await writer.recorder.state(ID)
        assert view(state) == stored
    assert (await audit(writer.store)).findings == []


async def test_that_the_stories_hold_every_kind_of_fact() -> None:
    made: set[type] = set()
    for story in STORIES.values():
        writer = Writer(MemoryStore())
        task = asyncio.get_running_loop().create_task(writer.recorder.run())
        for wish in story:
            await writer.does(wish)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        made |= writer.made
    assert {kind.__name__ for kind in set(get_args(e.Event)) - made} == set()
