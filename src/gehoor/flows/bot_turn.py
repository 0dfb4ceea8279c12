"""The AI's turn: hear more in the message than the tables did, then let the brain answer once.

No transaction is open while either of them thinks. What the language model hears may end the turn (danger, a wish for a
person); when it fails or is late, the turn goes on as it was. Any error, time-out or empty answer of the brain ends at
a person, with a line that the customer sees.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import structlog

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Actor, ActorKind, Heard, Source, State
from gehoor.core.errors import Unknown
from gehoor.core.guarantee.heard import ends_turn, raised, rise
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.article import Computation
from gehoor.core.knowledge.day_asked import day_asked
from gehoor.core.knowledge.saying import QUESTIONS
from gehoor.core.policy import Policy
from gehoor.core.time import local
from gehoor.flows.faults import described
from gehoor.flows.read import masked_texts
from gehoor.flows.record import HOUSE, Outcome, Recorder
from gehoor.ports.brain import Answer, DontKnow, Question, Suggestion, Suggestions
from gehoor.ports.hearing import Earlier
from gehoor.ports.store import turn_key
from gehoor.ports.world import World

_LOG = structlog.get_logger()
_EARLIER_QUESTIONS: Final = 4
_EARLIER_TURNS: Final = 12
_LOOKS_BACK: Final = 60
"""How many facts back the earlier turns are looked for."""
_HEARS_WITHIN_S: Final = 1.0
_AI_SPEAKS: Final = (e.BotReplied, e.BotSuggested, e.BotAbstained)
FAULTS = frozenset({"too_slow", "brain_failed", "empty", "no_source", "not_approved", "not_understood", "fault"})
"""Reasons of a guarded brain that mean that something broke, so that the customer goes on to a person."""


async def bot_turn(world: World, recorder: Recorder, policy: Policy, id: ConversationId, turn: int) -> Outcome:
    """What is heard beside what the tables heard, and the brain's proposal for message ``turn``, as commands. What
    comes of them is decided in the core."""
    key = turn_key(id, turn)
    try:
        asked = await _asked(world, recorder, id, turn)
        more = await _heard_more(world, asked)
    except Unknown:
        raise
    except Exception as fault:  # whatever a stored text or a model does wrong, the customer goes on to a person
        return await recorder.submit(id, _failed(world, turn, fault), _ai(world), done=(key,))
    if more is not None:
        over = ends_turn(more)
        outcome = await recorder.submit(id, c.RaiseSignals(turn, more), HOUSE, done=(key,) if over else ())
        if over:
            return outcome
    try:
        command = await _think(world, policy, asked)
    except Exception as fault:  # whatever a brain or its data does wrong, the customer goes on to a person
        command = _failed(world, turn, fault)
    return await recorder.submit(id, command, _ai(world), done=(key,))


def _ai(world: World) -> Actor:
    return Actor(ActorKind.AI, _brain(world))


def _brain(world: World) -> str:
    return f"{world.brain.name}/{world.brain.version}"


def _failed(world: World, turn: int, fault: Exception) -> c.BotCommand:
    _LOG.error("the brain failed", turn=turn, **described(fault))
    return c.BotDoesNotKnow(turn, "fault", _brain(world), fault=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A turn of the AI: the message, what the tables heard in it, and what was said before, all of it masked."""

    turn: int
    state: State
    text: str
    heard: Heard | None
    earlier: tuple[Earlier, ...]
    clarified: bool


async def _asked(world: World, recorder: Recorder, id: ConversationId, turn: int) -> _Asked:
    state = await recorder.state(id)
    after = max(turn - _LOOKS_BACK, 0)
    facts = [fact for fact in await world.store.facts(id, after) if fact.seq <= turn]
    spoken = {fact.seq: fact.event for fact in facts if isinstance(fact.event, (e.MessageReceived, *_AI_SPEAKS))}
    texts = await masked_texts(world, id, after, spoken.keys())
    message = spoken.get(turn)
    heard = message.heard if isinstance(message, e.MessageReceived) else None
    before = {seq: event for seq, event in spoken.items() if seq < turn}
    last = next((event for event in reversed(before.values()) if isinstance(event, _AI_SPEAKS)), None)
    clarified = isinstance(last, e.BotSuggested) and last.template.id in QUESTIONS
    return _Asked(turn, state, texts.get(turn, ""), heard, tuple(_earlier(before, texts)), clarified)


def _earlier(spoken: Mapping[int, e.Event], texts: dict[int, str]) -> Iterator[Earlier]:
    for seq, event in spoken.items():
        if isinstance(event, e.MessageReceived):
            yield Earlier("customer", texts.get(seq, ""))
        else:
            topic = event.source.article if isinstance(event, e.BotReplied) else ""
            yield Earlier("ai", texts.get(seq, ""), topic)


async def _heard_more(world: World, asked: _Asked) -> Heard | None:
    """What the language model hears beside what the tables heard; None when that is nothing, or it fails or is late."""
    heard = asked.heard
    if heard is None or asked.turn not in asked.state.record.turns:
        return None
    listening = asyncio.create_task(
        asyncio.to_thread(world.hearing.deepen, asked.text, heard, asked.earlier[-_EARLIER_TURNS:])
    )
    # Not wait_for: that would wait for a thread, which cannot be stopped.
    await asyncio.wait({listening}, timeout=_HEARS_WITHIN_S)
    if not listening.done():
        listening.add_done_callback(_forget)
        _LOG.error("hearing more took too long", turn=asked.turn)
        return None
    try:
        return rise(heard, raised(heard, listening.result()))
    except Exception as fault:  # what the tables heard stands
        _LOG.error("hearing more failed", turn=asked.turn, **described(fault))
        return None


def _forget(late: asyncio.Task[Heard]) -> None:
    """Read what a late task ended with, so that asyncio does not report it as never read."""
    if not late.cancelled():
        late.exception()


async def _think(world: World, policy: Policy, asked: _Asked) -> c.BotCommand:
    questions = tuple(one.text for one in asked.earlier if one.author == "customer")[-_EARLIER_QUESTIONS:]
    language = policy.languages[0] if asked.heard is None else asked.heard.language
    question = Question(asked.text, language, questions, asked.state.record.given, asked.clarified)
    on = today(world, policy)
    command = _command(asked.turn, await world.brain.answer(question, on), _brain(world))
    if isinstance(command, c.BotAnswered) and command.says_open:
        return replace(command, day=day_asked(asked.text, on))
    return command


def today(world: World, policy: Policy) -> date:
    """The date where the organisation is: articles are in force by date."""
    return local(world.clock.now(), policy.hours.zone).date()


def _command(turn: int, said: Answer | Suggestions | DontKnow, brain: str) -> c.BotCommand:
    if isinstance(said, Answer):
        source = Source(said.slug, said.version, said.title, said.language, _day(said.valid_from))
        sentences = tuple(f"{passage}.{number}" for passage, number in said.places)
        return c.BotAnswered(
            *(turn, source, said.text, brain, sentences, said.phrases, _sources(said.also), said.consulted),
            says_open=said.computes is Computation.OPENING_HOURS,
        )
    if isinstance(said, Suggestions):
        return c.BotSuggests(turn, _sources(said.items), brain, said.question, said.consulted)
    unseen = None if said.unseen is None else _sources([said.unseen])[0]
    return c.BotDoesNotKnow(turn, said.reason, brain, said.reason in FAULTS, said.consulted, unseen)


def _sources(suggested: Iterable[Suggestion]) -> tuple[Source, ...]:
    return tuple(Source(one.slug, one.version, one.title, one.language, _day(one.valid_from)) for one in suggested)


def _day(date: date | None) -> str:
    return "" if date is None else date.isoformat()
