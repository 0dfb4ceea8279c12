"""Conversations in the state that a test needs, and what a command does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import begin, fold
from gehoor.core.conversation.model import Actor, ActorKind, Channel, Control, Record, Source, State
from gehoor.core.decide.case import Told
from gehoor.core.decide.dispatch import decide
from gehoor.core.guarantee.step import Step
from gehoor.core.ids import ClientId, CommandId, ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import MINUTE, Instant, later
from gehoor.prove.model import office
from tests.promises.told import facts_of

ID = ConversationId("conversation")
ANNA, BRAM = StaffId("anna"), StaffId("bram")
CLIENT = ClientId("client")
CUSTOMER, AI, HOUSE = Actor(ActorKind.CUSTOMER), Actor(ActorKind.AI, "brain/1"), Actor(ActorKind.HOUSE)
RENT = Source("huur", "1", "Huur", "nl")
POLICY = office()
REFERENCE = "999-999-990"
START = c.StartConversation(Channel.WEB, "nl")


def after(*lines: str) -> State:
    """The state after a story (tests/promises/told.py)."""
    return fold(begin(ID), facts_of(lines))


def give(
    state: State, command: c.Command, actor: Actor | None = None, at: Instant | None = None, policy: Policy = POLICY
) -> list[Told]:
    """What comes of a command, a minute later.

    Raises:
        Refused: a rule says no.
    """
    order = c.Order(command, actor or _who(command), CommandId("order"), REFERENCE)
    return decide(state, order, policy, at or later(state.record.at, MINUTE))


def _who(command: c.Command) -> Actor:
    agent = getattr(command, "agent", None)
    if isinstance(command, c.StaffCommand):
        return Actor(ActorKind.HUMAN, str(agent))
    if isinstance(command, c.BotCommand):
        return AI
    return CUSTOMER if isinstance(command, c.CustomerCommand) else HOUSE


def kinds(told: Sequence[Told]) -> list[str]:
    """The kinds of the facts."""
    return [type(one.event).__name__ for one in told]


def wrote(turn: State) -> int:
    """The turn of the AI that is due."""
    return turn.record.turns[0]


def bent(story: str | tuple[str, ...], **changed: object) -> State:
    """The state after a story, with something in it that no story brings."""
    return _changed(after(*((story,) if isinstance(story, str) else story)), changed)


def _changed(state: State, changed: dict[str, object]) -> State:
    control = {name: value for name, value in changed.items() if name in Control.__dataclass_fields__}
    record = {name: value for name, value in changed.items() if name in Record.__dataclass_fields__}
    return State(replace(state.record, **record), replace(state.control, **control))  # type: ignore[arg-type]


def taken(before: State, event: e.Event, by: Actor = HOUSE, **after_it: object) -> Step:
    """A fact that is taken in a state, and changes what is said here; the fold may well never do so."""
    seq, at = before.record.seq + 1, before.record.at
    fact = replace(facts_of(["begin ai"])[-1], seq=seq, at=at, event=event, actor=by)
    return Step(before, fact, _changed(before, after_it))


def forged(story: str | tuple[str, ...], event: e.Event, **after_it: object) -> Step:
    """A fact that made something of the state that the fold never makes of it: what the predicate is there for."""
    return taken(bent(story), event, **after_it)  # type: ignore[arg-type]  # what it changes is never who did it
