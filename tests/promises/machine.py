"""One conversation to which anybody does anything at any time, under a policy and a clock that change meanwhile.

Beside the customer, the AI, the staff and the house there are the faults: agents who drop out, clocks that ring early
or late, a system clock that steps back, letters that come back, a night chain that keeps silent or that gets shorter
while it is asked, windows that are full or past, the AI switched off and on. After every command: no rule broke down,
every guarantee holds, and what a process that is killed now finds in its store is the same conversation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from gehoor.adapters.stores.codec import decode, encode
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, evolve
from gehoor.core.conversation.model import (
    Actor,
    ActorKind,
    Answered,
    Channel,
    Danger,
    Heard,
    LetterKind,
    Phase,
    Posted,
    Preference,
    Signal,
    Source,
    Timer,
    Window,
)
from gehoor.core.decide.dispatch import decide
from gehoor.core.errors import Refused
from gehoor.core.guarantee.judge import violations
from gehoor.core.ids import ClientId, CommandId, ConversationId, OfferId, StaffId
from gehoor.core.policy import Link, Policy, PromiseTerms
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant, instant, later
from gehoor.prove.audit import audit_facts
from gehoor.prove.model import office

ID: Final = ConversationId("conversation")
CUSTOMER, AI, HOUSE = Actor(ActorKind.CUSTOMER), Actor(ActorKind.AI), Actor(ActorKind.HOUSE)
PEOPLE: Final = (StaffId("anna"), StaffId("bram"), StaffId("carl"))
THIRD: Final = Link("third", "de wachtdienst", "mail", "third@example.org")

_STARTS = ((2026, 11, 23, 10), (2027, 3, 27, 16), (2026, 10, 24, 16), (2026, 12, 24, 16), (2028, 2, 28, 23))
STARTS: Final = tuple(instant(datetime(*one, tzinfo=office().hours.zone)) for one in _STARTS)
"""A plain Monday; the evening before the clocks go forward, and back; before Christmas; before a leap day."""


def policies() -> tuple[Policy, ...]:
    """What an organisation may change while people wait. A closed week moves every promise."""
    office_now = office()
    week = frozenset(date(2026, 11, 24 + day) for day in range(7))
    return (
        office_now,
        replace(office_now, version=2, night=()),
        replace(office_now, version=3, night=office_now.night[:1]),
        replace(office_now, version=4, night=(*office_now.night, THIRD)),
        replace(office_now, version=5, ai=False),
        replace(office_now, version=6, hours=replace(office_now.hours, closed=week)),
        replace(office_now, version=7, promises=PromiseTerms(answer_days=0, callback_days=0, email_days=1, lead=0)),
        replace(office_now, version=8, reduced=True, ai=False, night=()),
    )


POLICIES: Final = policies()

# Mostly who has the conversation or the offer: of the others most commands are refused, which is soon tried enough.
people = st.sampled_from(("holder", "holder", "holder", *PEOPLE))
signals = st.sampled_from([Signal.NO, Signal.NO, Signal.NO, Signal.NO, Signal.MAYBE, Signal.YES])
heards = st.builds(
    Heard,
    wants_human=signals,
    withdraws=signals,
    asks_identity=signals,
    urgent=signals,
    urgent_kind=st.sampled_from([None, "gas", "unheard_of"]),
    danger=st.sampled_from(Danger),
    needs_support=signals,
    complaint=signals,
    formal_objection=signals,
    privacy_request=signals,
    stuck=signals,
)
plain = st.just(Heard())
sources = st.sampled_from(
    [Source("huur", "1", "Huur", "nl"), Source("sleutel", "2", "Sleutel", "nl"), Source("", "", "", "nl")]
)
spans = st.sampled_from([0, 1, SECOND, MINUTE, 16 * MINUTE, 45 * MINUTE, 9 * HOUR, 40 * HOUR, 6 * DAY])
JUDGEMENTS: Final = (c.GiveFeedback(ClientId("f"), True), c.GiveFeedback(ClientId("f"), False))
versions = st.integers(0, len(POLICIES) - 1)
preferences = st.sampled_from([None, *Preference])
leaves = st.sampled_from([(), ("phone",), ("email",), ("phone", "email")])


class Conversation(RuleBasedStateMachine):
    """See above. ``given`` counts the commands of all conversations, ``taken`` those that changed something."""

    given = 0
    taken = 0

    def __init__(self) -> None:
        super().__init__()
        self.state = begin(ID)
        self.stored = begin(ID)
        self.facts: list[e.Fact] = []
        self.now = STARTS[0]
        self.policy = POLICIES[0]
        self.count = 0

    def give(self, command: c.Command, actor: Actor) -> bool:
        """Whether it was taken. Facts are dated as the recorder dates them: never before the one they follow."""
        self.count += 1
        type(self).given += 1
        order = c.Order(command, actor, CommandId(f"command-{self.count}"), "123-456-784")
        try:
            told = decide(self.state, order, self.policy, self.now)
        except Refused:
            return False
        record = self.state.record
        at, stepped = max(self.now, record.at), self.now < record.at
        facts = tuple(
            e.Fact(
                *(record.seq + place, at, stepped, one.actor or actor, order.id),
                *(self.policy.version, one.text[:8], one.event),
            )
            for place, one in enumerate(told, 1)
        )
        self.state, found = violations(self.state, facts)
        assert found == []
        for fact in facts:
            self.stored = evolve(self.stored, decode(encode(fact)))
        assert self.stored == self.state, "a process that is killed finds another conversation in its store"
        self.facts += facts
        type(self).taken += bool(facts)
        return True

    def who(self, name: str) -> StaffId:
        """The member of staff, or who has the conversation or the offer now."""
        record = self.state.record
        return StaffId(name) if name != "holder" else record.agent or record.offered_to or PEOPLE[0]

    @initialize(language=st.sampled_from(["nl", "en"]), start=st.sampled_from(STARTS), policy=versions)
    def start(self, language: str, start: Instant, policy: int) -> None:
        self.now, self.policy = start, POLICIES[policy]
        assert self.give(c.StartConversation(Channel.WEB, language), CUSTOMER)

    # -- the customer ------------------------------------------------------------------------------------------------

    @rule(heard=heards | plain)
    def write(self, heard: Heard) -> None:
        assert self.give(c.WriteMessage(ClientId("m"), heard, "text", "text"), CUSTOMER)

    @rule(preference=preferences, leaves=leaves, after=spans, room=st.booleans())
    def ask(self, preference: Preference | None, leaves: tuple[str, ...], after: int, room: bool) -> None:
        window = self._window(after) if preference is Preference.CALLBACK else None
        assert self.give(c.AskForHuman(ClientId("a"), preference, leaves, window, room), CUSTOMER)
        assert self.state.control.requested or self.state.control.phase is Phase.HUMAN

    @rule(preference=st.sampled_from(Preference), leaves=leaves, after=spans, room=st.booleans(), able=st.booleans())
    def choose(self, preference: Preference, leaves: tuple[str, ...], after: int, room: bool, able: bool) -> None:
        window = self._window(after) if preference is Preference.CALLBACK and after else None
        self.give(c.ChoosePromise(ClientId("p"), preference, leaves, window, room, able), CUSTOMER)

    def _window(self, after: int) -> Window:
        """A window some time from now; one of a moment past when there is none."""
        start = later(self.now, after or -2 * HOUR)
        return Window(start, later(start, HOUR))

    @rule(command=st.sampled_from([c.WithdrawRequest(ClientId("w")), *JUDGEMENTS]))
    def withdraw_or_judge(self, command: c.WithdrawRequest | c.GiveFeedback) -> None:
        self.give(command, CUSTOMER)

    @rule(short=st.integers(0, 3))
    def see(self, short: int) -> None:
        self.give(c.MarkDelivered(self.state.record.seq - short), CUSTOMER)

    # -- the AI ------------------------------------------------------------------------------------------------------

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

    # -- staff -------------------------------------------------------------------------------------------------------

    @rule(name=people, first=st.booleans())
    def accept(self, name: str, first: bool) -> None:
        agent = self.who(name)
        self.give(c.AcceptOffer(agent, "Anna", first), by(agent))

    @rule(name=people)
    def decline(self, name: str) -> None:
        agent = self.who(name)
        self.give(c.DeclineOffer(agent), by(agent))

    @rule(name=people, hold_line=st.booleans(), by_mail=st.booleans())
    def reply(self, name: str, hold_line: bool, by_mail: bool) -> None:
        agent = self.who(name)
        self.give(c.SendReply(agent, ClientId("r"), "text", "text", hold_line, by_mail=by_mail), by(agent))

    @rule(name=people)
    def note(self, name: str) -> None:
        agent = self.who(name)
        self.give(c.WriteNote(agent, ClientId("n"), "text", "text"), by(agent))

    @rule(name=people, answered=st.booleans())
    def call(self, name: str, answered: bool) -> None:
        agent = self.who(name)
        self.give(c.RecordCall(agent, answered), by(agent))

    @rule(name=people, to=st.one_of(st.none(), st.sampled_from(PEOPLE)))
    def transfer(self, name: str, to: StaffId | None) -> None:
        agent = self.who(name)
        self.give(c.TransferTo(agent, to), by(agent))

    @rule(name=people, what=st.sampled_from([c.HandBack, c.Park, c.Resolve]))
    def end(self, name: str, what: type[c.HandBack | c.Park | c.Resolve]) -> None:
        agent = self.who(name)
        self.give(what(agent), by(agent))

    # -- the house ---------------------------------------------------------------------------------------------------

    @rule(agent=st.sampled_from(PEOPLE))
    def offer(self, agent: StaffId) -> None:
        self.give(c.OfferToAgent(agent, OfferId("o"), "first in line"), HOUSE)

    @rule(command=st.sampled_from([c.NobodyFree(), c.NobodyFree(), c.Remind()]))
    def nobody_free_or_remind(self, command: c.NobodyFree | c.Remind) -> None:
        self.give(command, HOUSE)

    @rule(timer=st.sampled_from(Timer), late=spans)
    def ring(self, timer: Timer, late: int) -> None:
        due = self.state.record.rings_at(timer)
        if due is not None:
            self.now = later(max(self.now, due), late)
        self.give(c.RingTimer(timer), HOUSE)

    # -- faults, and what comes from outside -------------------------------------------------------------------------

    @rule(span=spans)
    def time_passes(self, span: int) -> None:
        self.now = later(self.now, span)

    @rule(span=st.sampled_from([1, SECOND, 3 * MINUTE, HOUR, 26 * HOUR]))
    def clock_steps_back(self, span: int) -> None:
        self.now = later(self.now, -span)

    @rule(timer=st.sampled_from(Timer))
    def ring_early(self, timer: Timer) -> None:
        due = self.state.record.rings_at(timer)
        if due is None or due > self.now:
            before = self.state
            assert self.give(c.RingTimer(timer), HOUSE)
            assert self.state == before, "a clock that is not due has no effect"

    @rule(name=people)
    def lose(self, name: str) -> None:
        self.give(c.LoseAgent(self.who(name)), HOUSE)

    @rule(letter=st.sampled_from(LetterKind), posted=st.sampled_from(Posted), short=st.integers(-1, 1))
    def letter_comes(self, letter: LetterKind, posted: Posted, short: int) -> None:
        upto = self.state.record.last_human_seq - short
        assert self.give(c.PostTold(letter, upto, posted, "5.1.1"), HOUSE)

    @rule(link=st.integers(-1, 1), answered=st.sampled_from([*Answered, None]))
    def partner_reports(self, link: int, answered: Answered | None) -> None:
        asked = self.state.control.link + (link if self.count % 4 == 0 else 0)
        command = c.PartnerDown(asked) if answered is None else c.PartnerTold(asked, answered)
        assert self.give(command, HOUSE)

    @rule(policy=versions)
    def policy_changes(self, policy: int) -> None:
        self.policy = POLICIES[policy]

    def teardown(self) -> None:
        assert audit_facts(ID, self.facts) == []


def by(agent: StaffId) -> Actor:
    """An agent, signed in."""
    return Actor(ActorKind.HUMAN, agent)
