"""The question set that grows by what agents correct: one click under an answer of the AI, or where it did not know.

The line of the house ledger holds the masked words as ciphertext under the conversation's own key: the masking may have
missed something, so what an erasure takes away must be gone here too. Topic, language and purpose stand beside it.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from gehoor.core.conversation import events as e
from gehoor.core.errors import Invalid, NotNow, Unknown
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.questions import Asked
from gehoor.flows.read import masked_texts
from gehoor.ports.keys import Keys
from gehoor.ports.store import Store
from gehoor.ports.world import World

_LOG = structlog.get_logger()
EVALUATION: Final = "evaluation"
"""The kind of the lines, the purpose that they carry, and what the words are sealed as."""
KIND: Final = "grown"
"""What these questions are called in a report."""
_EARLIER: Final = 4
_AT_ONCE: Final = 50
MOST: Final = 2_000
"""Corrections that are measured with."""
_Answer = e.BotReplied | e.BotSuggested | e.BotAbstained


@dataclass(frozen=True, slots=True)
class _Line:
    conversation: str
    turn: int
    topic: str | None
    language: str
    purpose: str
    sealed: str
    by: str


async def correct(
    world: World, id: ConversationId, seq: int, topic: str | None, topics: Collection[str], staff: StaffId
) -> None:
    """Keeps the question that the AI answered at ``seq`` with the topic that was meant. Said again, the last counts.

    Args:
        topic: None: no article answers it.
        topics: those that there are.

    Raises:
        Unknown: there is no answer of the AI at that place.
        Invalid: there is no such topic.
        NotNow: the words were erased.
    """
    if topic is not None and topic not in topics:
        raise Invalid("Dit onderwerp is er niet.", field="topic")
    facts = {fact.seq: fact.event for fact in await world.store.facts(id, 0)}
    event = facts.get(seq)
    if not isinstance(event, _Answer):
        raise Unknown("Hier staat geen antwoord van de AI.", field="seq")
    begun = next((one for one in facts.values() if isinstance(one, e.ConversationStarted)), None)
    asked = [place for place, one in facts.items() if isinstance(one, e.MessageReceived) and place <= event.turn]
    asked = asked[-1 - _EARLIER :]
    texts = await masked_texts(world, id, 0, asked)
    if event.turn not in texts:
        raise NotNow("De vraag is gewist.", field="seq")
    said = {"text": texts[event.turn], "turns": [texts[place] for place in asked[:-1] if texts.get(place)]}
    sealed = world.keys.seal(id, f"{EVALUATION}:{event.turn}", json.dumps(said, ensure_ascii=False))
    line = {
        "conversation": id,
        "turn": event.turn,
        "topic": topic,
        "language": begun.language if begun else "",
        "purpose": EVALUATION,
        "sealed": base64.b64encode(sealed).decode("ascii"),
        "by": staff,
    }
    await world.store.add_to_ledger(world.clock.now(), EVALUATION, json.dumps(line, sort_keys=True))


async def grown(store: Store, keys: Keys, most: int = MOST) -> list[Asked]:
    """The questions that agents corrected, oldest first: of more than ``most`` corrections the last ones. Those whose
    conversation was erased are gone."""
    found: dict[tuple[str, int], Asked] = {}
    for number, entry in enumerate((await store.ledger(kind=EVALUATION))[-most:]):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # customers go first
        try:
            line = msgspec.convert(json.loads(entry.body), _Line)
        except msgspec.ValidationError:
            _LOG.error("a line of the question set is passed over: a newer release wrote it", number=entry.number)
            continue
        name, sealed = f"{EVALUATION}:{line.turn}", base64.b64decode(line.sealed)
        opened = keys.open(line.conversation, name, sealed)
        if opened is None:
            continue
        said = json.loads(opened)
        turns = tuple(said["turns"])
        found.pop((line.conversation, line.turn), None)
        found[line.conversation, line.turn] = Asked(said["text"], line.topic, line.language, KIND, turns=turns)
    return list(found.values())
