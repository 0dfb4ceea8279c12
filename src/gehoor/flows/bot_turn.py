"""Let the brain answer once. No transaction is open while it thinks.

Any error, time-out or empty answer ends at a person, with a line that the customer sees.
"""

from __future__ import annotations

from datetime import date

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, Source
from gehoor.core.errors import Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import local
from gehoor.flows.faults import described
from gehoor.flows.read import masked_texts
from gehoor.flows.record import Outcome, Recorder
from gehoor.ports.brain import Answer, DontKnow, Question, Suggestions
from gehoor.ports.store import turn_key
from gehoor.ports.world import World

_LOG = structlog.get_logger()
_EARLIER = 4
_LOOKS_BACK = 60
"""How many facts back the earlier questions are looked for."""
FAULTS = frozenset({"too_slow", "brain_failed", "empty", "no_source", "not_approved", "not_understood", "fault"})
"""Reasons of a guarded brain that mean that something broke, so that the customer goes on to a person."""


async def bot_turn(world: World, recorder: Recorder, policy: Policy, id: ConversationId, turn: int) -> Outcome:
    """The brain's proposal for message ``turn``, as a command. What it may do with it is decided in the core."""
    try:
        command = await _think(world, recorder, policy, id, turn)
    except Unknown:
        raise
    except Exception as fault:  # whatever a brain or its data does wrong, the customer goes on to a person
        _LOG.error("the brain failed", turn=turn, **described(fault))
        command = c.BotDoesNotKnow(turn, "fault", _brain(world), fault=True)
    return await recorder.submit(id, command, Actor(ActorKind.AI, _brain(world)), done=(turn_key(id, turn),))


def _brain(world: World) -> str:
    return f"{world.brain.name}/{world.brain.version}"


async def _think(world: World, recorder: Recorder, policy: Policy, id: ConversationId, turn: int) -> c.BotCommand:
    state = await recorder.state(id)
    after = max(turn - _LOOKS_BACK, 0)
    facts = await world.store.facts(id, after)
    wrote = {
        fact.seq: fact.event.heard.language
        for fact in facts
        if isinstance(fact.event, e.MessageReceived) and fact.seq <= turn
    }
    texts = await masked_texts(world, id, after, wrote.keys())
    earlier = tuple(texts.get(seq, "") for seq in wrote if seq < turn)[-_EARLIER:]
    language = wrote.get(turn, policy.languages[0])
    question = Question(texts.get(turn, ""), language, earlier, state.record.given)
    return _command(turn, await world.brain.answer(question, today(world, policy)), _brain(world))


def today(world: World, policy: Policy) -> date:
    """The date where the organisation is: articles are in force by date."""
    return local(world.clock.now(), policy.hours.zone).date()


def _command(turn: int, said: Answer | Suggestions | DontKnow, brain: str) -> c.BotCommand:
    if isinstance(said, Answer):
        source = Source(said.slug, said.version, said.title, said.language)
        return c.BotAnswered(turn, source, said.text, brain)
    if isinstance(said, Suggestions):
        sources = tuple(Source(one.slug, one.version, one.title, one.language) for one in said.items)
        return c.BotSuggests(turn, sources, brain)
    return c.BotDoesNotKnow(turn, said.reason, brain, fault=said.reason in FAULTS)
