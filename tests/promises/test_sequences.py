"""Random sequences of commands with time passing: after each step every predicate holds."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gehoor.adapters.stores.codec import decode, encode
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import (
    Actor,
    ActorKind,
    Channel,
    Danger,
    Heard,
    Phase,
    Preference,
    Signal,
    Source,
    Timer,
)
from gehoor.core.errors import Refused
from gehoor.core.guarantee.promises import violations
from gehoor.core.ids import ClientId, CommandId, ConversationId, OfferId, StaffId
from gehoor.core.time import MINUTE, SECOND, Instant, later
from gehoor.prove.audit import audit_facts
from gehoor.prove.model import office, take

ID = ConversationId("conversation")
MONDAY = Instant(1_795_424_400_000_000)
CUSTOMER, AI, HOUSE = Actor(ActorKind.CUSTOMER), Actor(ActorKind.AI), Actor(ActorKind.HOUSE)

agents = st.sampled_from([StaffId("anna"), StaffId("bram"), StaffId("carl")])
signals = st.sampled_from([Signal.NO, Signal.NO, Signal.NO, Signal.MAYBE, Signal.YES])
heards = st.builds(
    Heard,
    wants_human=signals,
    withdraws=signals,
    asks_identity=signals,
    urgent=signals,
    danger=st.sampled_from(Danger),
    complaint=signals,
    stuck=signals,
)
sources = st.sampled_from(
    [Source("huur", "1", "Huur", "nl"), Source("sleutel", "2", "Sleutel", "nl"), Source("", "", "", "nl")]
)
spans = st.sampled_from([0, SECOND, MINUTE, 45 * MINUTE, 9 * 60 * MINUTE, 40 * 60 * MINUTE])


class Conversation(RuleBasedStateMachine):
    """One conversation, to which anybody does anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.state = begin(ID)
        self.facts: list[e.Fact] = []
        self.now = MONDAY
        self.count = 0

    def give(self, command: c.Command, actor: Actor) -> bool:
        """Whether it was taken."""
        self.count += 1
        order = c.Order(command, actor, CommandId(f"command-{self.count}"), "123-456-784")
        try:
            facts = take(self.state, order, office(), self.now)
        except Refused:
            return False
        self.state, found = violations(self.state, facts)
        assert found == []
        self.facts += facts
        return True

    @initialize(language=st.sampled_from(["nl", "en"]))
    def start(self, language: str) -> None:
        assert self.give(c.StartConversation(Channel.WEB, language), CUSTOMER)

    @rule(span=spans)
    def time_passes(self, span: int) -> None:
        self.now = later(self.now, span)

    @rule(heard=heards)
    def write(self, heard: Heard) -> None:
        assert self.give(c.WriteMessage(ClientId("m"), heard, "text", "text"), CUSTOMER)

    @rule(preference=st.sampled_from([None, *Preference]), leaves=st.sampled_from([(), ("phone",), ("email",)]))
    def ask(self, preference: Preference | None, leaves: tuple[str, ...]) -> None:
        assert self.give(c.AskForHuman(ClientId("a"), preference, leaves), CUSTOMER)
        assert self.state.control.requested or self.state.control.phase is Phase.HUMAN

    @rule()
    def withdraw(self) -> None:
        self.give(c.WithdrawRequest(ClientId("w")), CUSTOMER)

    @rule(helped=st.booleans())
    def feedback(self, helped: bool) -> None:
        self.give(c.GiveFeedback(ClientId("f"), helped), CUSTOMER)

    @rule(short=st.integers(0, 3))
    def see(self, short: int) -> None:
        self.give(c.MarkDelivered(self.state.record.seq - short), CUSTOMER)

    @rule(source=sources, place=st.integers(0, 2))
    def ai_answers(self, source: Source, place: int) -> None:
        self.give(c.BotAnswered(self._turn(place), source, "text", "brain"), AI)

    @rule(count=st.integers(0, 5), place=st.integers(0, 2))
    def ai_suggests(self, count: int, place: int) -> None:
        self.give(c.BotSuggests(self._turn(place), (Source("huur", "1", "Huur", "nl"),) * count, "brain"), AI)

    @rule(reason=st.sampled_from(["unknown", "people_only"]), fault=st.booleans(), place=st.integers(0, 2))
    def ai_does_not_know(self, reason: str, fault: bool, place: int) -> None:
        self.give(c.BotDoesNotKnow(self._turn(place), reason, "brain", fault), AI)

    def _turn(self, place: int) -> int:
        turns = self.state.record.turns
        return turns[place] if place < len(turns) else 1

    @rule(agent=agents, first=st.booleans())
    def accept(self, agent: StaffId, first: bool) -> None:
        self.give(c.AcceptOffer(agent, "Anna", first), by(agent))

    @rule(agent=agents)
    def decline(self, agent: StaffId) -> None:
        self.give(c.DeclineOffer(agent), by(agent))

    @rule(agent=agents, hold_line=st.booleans())
    def reply(self, agent: StaffId, hold_line: bool) -> None:
        self.give(c.SendReply(agent, ClientId("r"), "text", "text", hold_line), by(agent))

    @rule(agent=agents, answered=st.booleans())
    def call(self, agent: StaffId, answered: bool) -> None:
        self.give(c.RecordCall(agent, answered), by(agent))

    @rule(agent=agents, to=st.one_of(st.none(), agents))
    def transfer(self, agent: StaffId, to: StaffId | None) -> None:
        self.give(c.TransferTo(agent, to), by(agent))

    @rule(agent=agents, what=st.sampled_from([c.HandBack, c.Park, c.Resolve]))
    def end(self, agent: StaffId, what: type[c.HandBack | c.Park | c.Resolve]) -> None:
        self.give(what(agent), by(agent))

    @rule(agent=agents)
    def offer(self, agent: StaffId) -> None:
        self.give(c.OfferToAgent(agent, OfferId("o"), "first in line"), HOUSE)

    @rule()
    def nobody_free(self) -> None:
        self.give(c.NobodyFree(), HOUSE)

    @rule(agent=agents)
    def lose(self, agent: StaffId) -> None:
        self.give(c.LoseAgent(agent), HOUSE)

    @rule(timer=st.sampled_from(Timer), late=spans)
    def ring(self, timer: Timer, late: int) -> None:
        due = self.state.record.rings_at(timer)
        if due is not None:
            self.now = later(max(self.now, due), late)
        self.give(c.RingTimer(timer), HOUSE)

    @invariant()
    def a_process_that_is_killed_loses_nothing(self) -> None:
        assert fold(begin(ID), (decode(encode(fact)) for fact in self.facts)) == self.state

    def teardown(self) -> None:
        assert audit_facts(ID, self.facts) == []


def by(agent: StaffId) -> Actor:
    """An agent, signed in."""
    return Actor(ActorKind.HUMAN, agent)


Conversation.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestSequences = Conversation.TestCase
