"""Reading a conversation: always by somebody. There is no other way to the words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gehoor.core.conversation.model import Audience
from gehoor.core.conversation.transcript import Line, lines
from gehoor.core.errors import Unknown
from gehoor.core.ids import ConversationId
from gehoor.ports.feed import News
from gehoor.ports.world import World

ERASED = "[gewist]"


@dataclass(frozen=True, slots=True)
class Read:
    """What an audience may see of a conversation, with the words. ``last``: the last seq that they may see, which is
    the cursor to go on from. ``position`` and ``head``: the place in the evidence of all facts, at the same moment."""

    lines: tuple[tuple[Line, str], ...]
    last: int
    head: bytes
    position: int


async def read(world: World, id: ConversationId, audience: Audience, after: int = 0) -> Read:
    """The lines with a seq above ``after``, as the audience may see them.

    Raises:
        Unknown: there is no such conversation.
    """
    loaded = await world.store.load(id)
    if loaded is None:
        raise Unknown(conversation=id)
    visible = list(lines(loaded.facts, audience))
    seen = [line for line in visible if line.fact.seq > after]
    sealed = {one.seq: one.text for one in await world.store.words(id, after)} if seen else {}
    opened = tuple((line, open_words(world, id, line.fact.seq, sealed)) for line in seen)
    return Read(opened, visible[-1].fact.seq if visible else 0, loaded.head, loaded.facts[-1].seq)


def open_words(world: World, id: ConversationId, seq: int, sealed: Mapping[int, bytes]) -> str:
    """The words of one fact; a fixed mark when their key was destroyed."""
    if seq not in sealed:
        return ""
    text = world.keys.open(id, f"text:{seq}", sealed[seq])
    return ERASED if text is None else text


def news_lines(news: News, audience: Audience) -> list[tuple[Line, str]]:
    """What an audience may see of news, without reading anything again."""
    prev = news.prev.get(audience, 0)
    return [(line, news.words.get(line.fact.seq, "")) for line in lines(news.facts, audience, prev)]


async def masked_texts(world: World, id: ConversationId, after: int, of: Collection[int]) -> dict[int, str]:
    """The masked copies by seq, of the facts named in ``of``, all of which come after ``after``: the only form in which
    a brain, a list or a statistic reads."""
    found: dict[int, str] = {}
    for one in await world.store.words(id, after):
        if one.seq not in of:
            continue
        name, sealed = ("text", one.text) if one.masked is None else ("masked", one.masked)
        text = world.keys.open(id, f"{name}:{one.seq}", sealed)
        if text is not None:
            found[one.seq] = text
    return found
