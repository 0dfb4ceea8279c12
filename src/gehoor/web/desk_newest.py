"""The newest words of conversations for lists, kept from what commits bring: a card then needs no reading."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience
from gehoor.core.conversation.transcript import lines
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.time import MINUTE, Instant, later
from gehoor.flows.read import masked_texts
from gehoor.ports.feed import News
from gehoor.ports.world import World
from gehoor.web.desk_why import why_you
from gehoor.web.readable import since_request

_SHOWN: Final = 140
_LOOKS_BACK: Final = 30
_MOST_KEPT: Final = 4096
_KEPT: Final = MINUTE


@dataclass(slots=True)
class _Known:
    """The newest words up to ``seq`` as they were written, and why the newest offer went to whom it went."""

    seq: int
    text: str
    chosen: str
    until: Instant


class Newest:
    """The newest words of the conversations in which something was committed within the last minute."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: OrderedDict[ConversationId, _Known] = OrderedDict()

    def hear(self, news: News) -> None:
        """What was committed. What is not known from its beginning is read when a card is made."""
        id, first = news.conversation, news.facts[0].seq
        known = self._known.pop(id, None)
        if first == 1:
            self._forget()
            known = _Known(0, "", "", Instant(0))
        if known is None or known.seq != first - 1:
            return
        for fact in news.facts:
            if isinstance(fact.event, e.MessageReceived):
                known.text = news.words.get(fact.seq, "")
            elif isinstance(fact.event, e.Offered):
                known.chosen = why_you(fact.event.why)
        known.seq, known.until = news.facts[-1].seq, later(self._world.clock.now(), _KEPT)
        self._known[id] = known

    def _forget(self) -> None:
        """Lets go of words that are old, and of the oldest when there are many."""
        now = self._world.clock.now()
        while self._known:
            id, oldest = next(iter(self._known.items()))
            if now < oldest.until and len(self._known) < _MOST_KEPT:
                return
            del self._known[id]

    async def of(self, view: ConversationView, partner: bool) -> tuple[str, str]:
        """The start of the newest words, masked (a list is no place for personal data), and why the newest offer went
        to whom it went. A partner's people see no words from before the request."""
        known = None if partner else self._known.get(view.id)
        if known is not None and known.seq >= view.seq and self._world.clock.now() < known.until:
            return _short(self._world.hearing.mask(known.text)) if known.text else "", known.chosen
        return await self._read(view, partner)

    async def _read(self, view: ConversationView, partner: bool) -> tuple[str, str]:
        world, after = self._world, max(view.seq - _LOOKS_BACK, 0)
        facts = await world.store.facts(view.id, after)
        begin = since_request(list(lines(facts, Audience.STAFF))) if partner else 0
        wrote = [fact.seq for fact in facts if isinstance(fact.event, e.MessageReceived) and fact.seq >= begin][-1:]
        text = "".join((await masked_texts(world, view.id, after, wrote)).values()) if wrote else ""
        offers = [why_you(fact.event.why) for fact in facts if isinstance(fact.event, e.Offered)]
        return _short(text), offers[-1] if offers else ""


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
