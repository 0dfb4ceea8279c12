"""Every command of every actor, as it can be given in one state: what ``gehoor check`` tries.

A move is a command with the moment at which it is given. ``moves`` is complete for the rules: of values that no rule
tells apart (two ids of colleagues, two texts, two languages) one stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import (
    OTHER_DANGER,
    SUPPORT,
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
    PromiseKind,
    Signal,
    Source,
    State,
    Timer,
    Window,
)
from gehoor.core.guarantee.deadlines import promise_due
from gehoor.core.guarantee.heard import easier_ways, offer_reason
from gehoor.core.guarantee.receipts import topics
from gehoor.core.ids import ClientId, CommandId, OfferId, StaffId
from gehoor.core.policy import Template
from gehoor.core.time import DAY, HOUR, SECOND, Instant, later
from gehoor.prove.model import RECALLED, STALE, office

YES, MAYBE = Signal.YES, Signal.MAYBE
_MODEL: Final = Consulted("model", "abstained", 1, "{}")
"""A language model was asked on the way: it is on record, and changes nothing."""

HEARD: Final[dict[str, Heard]] = {
    "nothing": Heard(),
    "human": Heard(wants_human=YES),
    "human_maybe": Heard(wants_human=MAYBE),
    "stuck": Heard(stuck=YES),
    "danger_life": Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE),
    "danger_damage": Heard(urgent=YES, urgent_kind="waterlekkage_ernstig", danger=Danger.DAMAGE),
    "danger_discomfort": Heard(urgent=YES, urgent_kind="geen_verwarming_vorst", danger=Danger.DISCOMFORT),
    "danger_unmeasured": Heard(urgent=YES),
    "danger_unheard_of": Heard(urgent=YES, urgent_kind="unheard_of", danger=Danger.LIFE),
    "danger_and_withdraws": Heard(urgent=YES, danger=Danger.LIFE, withdraws=YES),
    "danger_maybe": Heard(urgent=MAYBE, urgent_kind="gas", danger=Danger.LIFE),
    "complaint": Heard(complaint=YES),
    "objection": Heard(formal_objection=YES),
    "privacy": Heard(privacy_request=YES),
    "danger_confirmed": Heard(urgent=YES, urgent_kind=OTHER_DANGER, danger=Danger.DAMAGE),
    "danger_maybe_and_human": Heard(urgent=MAYBE, urgent_kind="gas", danger=Danger.LIFE, wants_human=YES),
    "danger_and_complaint": Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE, complaint=YES),
    "identity": Heard(asks_identity=YES),
    "identity_maybe": Heard(asks_identity=MAYBE),
    "identity_maybe_and_human_maybe": Heard(asks_identity=MAYBE, wants_human=MAYBE),
    "identity_and_human_maybe": Heard(asks_identity=YES, wants_human=MAYBE),
    "withdraws": Heard(withdraws=YES),
    "withdraws_and_doubts": Heard(withdraws=YES, wants_human=MAYBE),
    "human_and_withdraws": Heard(wants_human=YES, withdraws=YES),
    "support": Heard(needs_support=MAYBE),
    "support_and_human": Heard(wants_human=YES, support=("call",)),
    "support_in_danger": Heard(urgent=YES, urgent_kind="gas", danger=Danger.LIFE, support=("call",)),
}
"""One of each kind that the rules tell apart (``core/guarantee/heard.py``: course, reason to offer, danger, topics,
easier ways)."""

RAISED: Final = (
    *("nothing", "human", "human_maybe", "danger_life", "danger_maybe", "complaint", "identity", "identity_maybe"),
    *("identity_and_human_maybe", "support", "support_and_human", "withdraws"),
)
"""Of these, what the language model is tried with. It never raises a withdrawal; if it did, nothing would follow."""

CUSTOMER: Final = Actor(ActorKind.CUSTOMER)
AI: Final = Actor(ActorKind.AI, "brain/1")
HOUSE: Final = Actor(ActorKind.HOUSE)
WRITES_ON: Final = "customer: write nothing"
"""The customer writes something in which nothing is heard: one more turn for the AI, where it has the floor."""

_CLIENT: Final = ClientId("client")
_COMMAND: Final = CommandId("command")
_REFERENCE: Final = "000-000-010"
_NOBODY: Final = StaffId("zoe")
_OTHER: Final = StaffId("anna")
_IMPOSTOR: Final = StaffId("mallory")
_COLLEAGUE: Final = StaffId("bram")
_OTHER_RECALL: Final = "r2"
_NEW: Final = "new"
_GIVEN: Final = "given"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done, at the moment ``at``."""

    name: str
    order: c.Order
    at: Instant

    @property
    def by(self) -> str:
        """Who does it: customer, ai, owner, offered, other, impostor or house."""
        return self.name.partition(":")[0]


def moves(state: State) -> Iterator[Move]:
    """Everything that everybody can try in this state."""
    at = later(state.record.at, SECOND)
    for name, command in _by_customer(state):
        yield Move(f"customer: {name}", _order(command, CUSTOMER), at)
    for name, command in _by_ai(state):
        yield Move(f"ai: {name}", _order(command, AI), at)
    for who, agent in standings(state).items():
        actor = Actor(ActorKind.HUMAN, agent)
        for name, command in _by_staff(agent, state):
            yield Move(f"{who}: {name}", _order(command, actor), at)
    yield from _impostors(state, at)
    for name, command in _by_house(state):
        yield Move(f"house: {name}", _order(command, HOUSE), at)
    yield from _rings(state, at)


def wrong_hands(state: State) -> Iterator[Move]:
    """Every command, given by every kind of actor that may not give it."""
    kinds = {CUSTOMER.kind: CUSTOMER, AI.kind: AI, HOUSE.kind: HOUSE, ActorKind.HUMAN: Actor(ActorKind.HUMAN, _OTHER)}
    for move in moves(state):
        for kind, actor in kinds.items():
            if kind is not move.order.actor.kind:
                yield Move(f"{move.name}, by {kind}", _order(move.order.command, actor), move.at)


def standings(state: State) -> dict[str, StaffId]:
    """One member of staff for each way to stand towards the conversation."""
    record = state.record
    other = next(one for one in (_NOBODY, _OTHER) if one not in (record.agent, record.offered_to))
    found = {"owner": record.agent, "offered": record.offered_to, "other": other}
    return {who: agent for who, agent in found.items() if agent is not None}


def _order(command: c.Command, actor: Actor) -> c.Order:
    return c.Order(command, actor, _COMMAND, _REFERENCE)


def _by_customer(state: State) -> Iterator[tuple[str, c.Command]]:
    yield "start", c.StartConversation(Channel.WEB, "nl")
    for name, heard in HEARD.items():
        yield f"write {name}", c.WriteMessage(_CLIENT, heard, "text", "text")
    yield "ask", c.AskForHuman(_CLIENT)
    yield "ask live", c.AskForHuman(_CLIENT, Preference.LIVE)
    yield "ask call-back with phone", c.AskForHuman(_CLIENT, Preference.CALLBACK, ("phone",))
    yield "ask call-back without phone", c.AskForHuman(_CLIENT, Preference.CALLBACK)
    yield "ask with e-mail", c.AskForHuman(_CLIENT, Preference.EMAIL, ("email",))
    at = state.record.at
    # The last hour that may be promised, at whatever hour this is tried.
    due = promise_due(office(), later(at, SECOND), PromiseKind.CALLBACK)
    window = Window(later(due, -HOUR), due)
    far = Window(later(at, 60 * DAY), later(at, 60 * DAY + HOUR))
    past = Window(later(at, -2 * HOUR), later(at, -HOUR))
    yield "ask for a window", c.AskForHuman(_CLIENT, Preference.CALLBACK, ("phone",), window)
    yield "ask for a full window", c.AskForHuman(_CLIENT, Preference.CALLBACK, ("phone",), window, room=False)
    yield "choose a window", c.ChoosePromise(_CLIENT, Preference.CALLBACK, ("phone",), window)
    yield "choose a window that is past", c.ChoosePromise(_CLIENT, Preference.CALLBACK, (), past)
    yield "choose a window too far away", c.ChoosePromise(_CLIENT, Preference.CALLBACK, (), far)
    yield "choose a full window", c.ChoosePromise(_CLIENT, Preference.CALLBACK, (), window, room=False)
    yield "choose e-mail", c.ChoosePromise(_CLIENT, Preference.EMAIL, ("email",))
    yield "choose e-mail without an address", c.ChoosePromise(_CLIENT, Preference.EMAIL, able=False)
    yield "choose to wait here", c.ChoosePromise(_CLIENT, Preference.LIVE)
    yield "withdraw", c.WithdrawRequest(_CLIENT)
    for offer in SUPPORT:
        yield f"choose support {offer}", c.ChooseSupport(_CLIENT, offer)
    yield "choose a language that is spoken here", c.ChooseSupport(_CLIENT, "other_language", "en")
    yield "choose a language that is not spoken here", c.ChooseSupport(_CLIENT, "other_language", "tr")
    yield "helped", c.GiveFeedback(_CLIENT, True)
    yield "not helped", c.GiveFeedback(_CLIENT, False)
    last = state.record.last_human_seq
    yield "saw everything", c.MarkDelivered(max(last, 1))
    yield "saw all but the last words", c.MarkDelivered(last - 1)


def _by_ai(state: State) -> Iterator[tuple[str, c.Command]]:
    new, given = _source(_NEW), _source(_GIVEN if _GIVEN in state.record.given else _NEW)
    for name, turn in _turns(state).items():
        yield f"answers{name}", c.BotAnswered(turn, new, "text", "brain")
        yield f"answers again{name}", c.BotAnswered(turn, given, "text", "brain")
        yield f"suggests{name}", c.BotSuggests(turn, (new,) * 4, "brain")
        yield f"does not know{name}", c.BotDoesNotKnow(turn, "unknown", "brain", consulted=_MODEL)
        yield f"people only{name}", c.BotDoesNotKnow(turn, "people_only", "brain")
        yield f"fails{name}", c.BotDoesNotKnow(turn, "too_slow", "brain", fault=True)
        yield f"answers without a source{name}", c.BotAnswered(turn, Source("", "", "", "nl"), "text", "brain")
        yield f"answers without words{name}", c.BotAnswered(turn, new, "", "brain")
        yield f"suggests nothing{name}", c.BotSuggests(turn, (), "brain")


def _turns(state: State) -> dict[str, int]:
    turns = {"": state.record.turns[0], ", last": state.record.turns[-1]} if state.record.turns else {}
    return {**turns, ", stale": STALE}


def _source(article: str) -> Source:
    return Source(article, "1", "title", "nl")


def _by_staff(agent: StaffId, state: State) -> Iterator[tuple[str, c.Command]]:
    yield "accept, first in line", c.AcceptOffer(agent, "Anna", True)
    yield "accept, out of turn", c.AcceptOffer(agent, "Anna", False)
    yield "decline", c.DeclineOffer(agent)
    yield "reply", c.SendReply(agent, _CLIENT, "text", "text")
    yield "reply by mail", c.SendReply(agent, _CLIENT, "text", "text", by_mail=True)
    yield "hold line", c.SendReply(agent, _CLIENT, "text", "text", hold_line=True)
    yield "draft of the AI", c.SendReply(agent, _CLIENT, "text", "text", draft=True)
    yield "note", c.WriteNote(agent, _CLIENT, "text", "text")
    yield "call answered", c.RecordCall(agent, True)
    yield "call not answered", c.RecordCall(agent, False)
    yield "transfer to the queue", c.TransferTo(agent, None)
    yield "transfer to a colleague", c.TransferTo(agent, _COLLEAGUE)
    yield "hand back", c.HandBack(agent)
    yield "park", c.Park(agent)
    yield "resolve", c.Resolve(agent)
    last = state.record.last_customer_seq
    yield "resolve, having read everything", c.Resolve(agent, last)
    yield "resolve, not having read the last words", c.Resolve(agent, last - 1)


def _impostors(state: State, at: Instant) -> Iterator[Move]:
    """Somebody else's session gives a command in the name of the one who may (HONEST)."""
    holder = state.record.agent or state.record.offered_to
    if holder is None:
        return
    for name, command in _by_staff(holder, state):
        yield Move(f"impostor: {name}", _order(command, Actor(ActorKind.HUMAN, _IMPOSTOR)), at)


def _by_house(state: State) -> Iterator[tuple[str, c.Command]]:
    yield "offer", c.OfferToAgent(_OTHER, OfferId("offer"), "first in line")
    yield "nobody free", c.NobodyFree()
    for who, agent in standings(state).items():
        yield f"lose {who}", c.LoseAgent(agent)
    yield "remind", c.Remind()
    for place, turn in _turns(state).items():
        for name in RAISED if turn != STALE else ("human", "danger_life"):
            yield f"raise {name}{place}", c.RaiseSignals(turn, HEARD[name])
    yield from _recalls(state)
    yield from _from_outside(state)


def _recalls(state: State) -> Iterator[tuple[str, c.Command]]:
    """What was given here was wrong, or something that was not: told for the first time, again, by letter, by phone."""
    told = sorted(state.record.told)
    article, version = told[0] if told else ("wrong", "1")
    template = Template("correction", "1", "nl")
    for recall, name in ((RECALLED, ""), (_OTHER_RECALL, " of another recall")):
        for by_mail, how in ((False, ""), (True, " by mail")):
            correction = c.GiveCorrection(recall, article, version, 1, "text", template, by_mail)
            yield f"correct{how}{name}", correction
        yield f"call about it{name}", c.TellByPhone(recall)
    yield "correct what was not given", c.GiveCorrection(_OTHER_RECALL, article, "another", 1, "text", template)


def _from_outside(state: State) -> Iterator[tuple[str, c.Command]]:
    """What the post and the night chain report: about the newest words and older ones, the link asked and another."""
    last = state.record.last_human_seq
    for posted in Posted:
        for letter in (LetterKind.ANSWER, LetterKind.PROMISE):
            yield f"letter {letter} {posted}", c.PostTold(letter, max(last, 1), posted)
        yield f"letter with older words {posted}", c.PostTold(LetterKind.ANSWER, last - 1, posted)
    asked = max(state.control.link, 1)
    for link, name in ((asked, "the link that was asked"), (asked + 1, "another link")):
        for answered in Answered:
            yield f"{name}: {answered}", c.PartnerTold(link, answered)
        yield f"{name} is down", c.PartnerDown(link)


def _rings(state: State, at: Instant) -> Iterator[Move]:
    """Every clock, when it is due and when it is not (stopped, or set anew)."""
    for timer in Timer:
        due = state.record.rings_at(timer)
        order = _order(c.RingTimer(timer), HOUSE)
        if due is None or due > at:
            yield Move(f"house: {timer} rings too early", order, at)
        if due is not None:
            yield Move(f"house: {timer} rings", order, max(at, due))


def asks_what_was_said(move: Move) -> bool:
    """Whether what comes of the move depends on what was offered, asked or received before."""
    command = move.order.command
    if isinstance(command, c.GiveCorrection | c.TellByPhone | c.MarkDelivered):
        return True
    if not isinstance(command, c.WriteMessage | c.RaiseSignals):
        return False
    heard = command.heard
    offers = isinstance(command, c.RaiseSignals) and offer_reason(heard) is not None
    return bool(offers or topics(heard) or easier_ways(heard) or heard.urgent_kind == OTHER_DANGER)


def is_ring(move: Move) -> bool:
    """Whether the move is a clock that is due."""
    command = move.order.command
    return isinstance(command, c.RingTimer) and not move.name.endswith("too early")
