"""Server-sent events to a customer: first what was missed, then what happens, without gap or double.

The reader is registered before it reads, so that nothing falls between. A reader that is too slow is closed and
resumes from its own cursor. What is never stored (the place in the queue, typing) goes without an id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience, Phase, Reached
from gehoor.core.conversation.transcript import Line
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import GehoorError
from gehoor.core.ids import ConversationId
from gehoor.core.time import iso
from gehoor.flows.house import House
from gehoor.flows.read import Read, news_lines, read
from gehoor.flows.receive import delivered
from gehoor.ports.feed import News
from gehoor.ports.people import Access, Scope
from gehoor.web.place import for_access, with_place
from gehoor.web.turn import turn_of
from gehoor.web.wire import Teller, encode

HEARTBEAT: Final = b": hartslag\n\n"
HEARTBEAT_S: Final = 10.0
RETRY: Final = b"retry: 1000\n\n"


def sse(kind: str, data: bytes, id: str | int | None = None) -> bytes:
    """One server-sent event."""
    named = b"" if id is None else f"id: {id}\n".encode()
    return named + b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


def state_of(house: House, view: ConversationView, names: dict[str, str]) -> dict[str, Any]:
    """What a customer's page shows beside the conversation. Computed, never stored."""
    owner = {Phase.AI: "ai", Phase.HUMAN: "human"}.get(view.phase, "none")
    promise = None if view.due_at is None else {"due_at": iso(view.due_at), "reference": view.reference}
    return {
        "phase": view.phase.value,
        "owner": owner,
        "promise": promise,
        "agent": names.get(view.agent or "") if view.phase is Phase.HUMAN else None,
        "ai_busy": view.ai_busy and view.phase is Phase.AI,
        "may_write": True,
        "may_ask_human": view.phase is not Phase.HUMAN,
    } | turn_of(house, view)


async def place_of(house: House, view: ConversationView, names: dict[str, str], access: Access) -> dict[str, Any]:
    """What a customer's page shows beside the conversation, as far as their token opens it."""
    return await with_place(state_of(house, view, names), house, view, access)


class CustomerStream:
    """One open stream of one customer."""

    def __init__(self, house: House, access: Access, teller: Teller, names: dict[str, str], after: int) -> None:
        self._house = house
        self._access = access
        self._id = access.conversation
        self._teller = teller
        self._names = names
        self._last = after
        # As it was told last.
        self._state: dict[str, Any] = {}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        world = self._house.world
        listening = world.feed.subscribe((self._id,))
        if world.feed.listeners(self._id) == 1:
            self._house.floor.page_changed(self._id)
        try:
            yield RETRY
            async for chunk in self._missed():
                yield chunk
            view = await world.store.view(self._id)
            if view is None:
                return
            yield await self._state_chunk(view)
            while True:
                item = await listening.next(HEARTBEAT_S)
                if listening.lost:
                    return
                if item is None:
                    yield HEARTBEAT + self._turn_chunk(view)
                elif isinstance(item, News):
                    view = item.view
                    async for chunk in self._fresh(item):
                        yield chunk
                elif item.kind == "place":
                    if chunk := self._turn_chunk(view):
                        yield chunk
                else:
                    yield sse(item.kind, item.data)
        finally:
            listening.close()
            if not world.feed.listeners(self._id):
                self._house.floor.page_changed(self._id)

    async def _missed(self) -> AsyncIterator[bytes]:
        seen = await read(self._house.world, self._id, Audience.CUSTOMER, self._last)
        made_up = self._last > seen.last
        self._last = min(self._last, seen.last)  # a cursor beyond the end would keep back what is still to come
        for line, text in for_access(seen.lines, self._access):
            yield self._chunk(line, text)
        self._last = max(self._last, seen.last)
        view = await self._house.world.store.view(self._id)
        if view is None or made_up:
            return
        answered = view.reached is Reached.TRIED and reads_answers(self._access, seen)
        if answered or corrects(line for line, _ in for_access(seen.lines, self._access)):
            # Also when nothing was missed: a cursor that stands behind the answer says that it arrived before.
            await note_delivery(self._house, self._id, self._last)

    async def _fresh(self, news: News) -> AsyncIterator[bytes]:
        lines = news_lines(news, Audience.CUSTOMER)
        if lines and lines[0][0].prev > self._last:
            async for chunk in self._missed():
                yield chunk
            lines = []
        told = [self._chunk(*one) for one in for_access(lines, self._access) if one[0].fact.seq > self._last]
        told.append(await self._state_chunk(news.view))
        if whole := b"".join(told):
            yield whole
        await self._was_delivered(news.view.reached, [line for line, _ in lines])

    def _chunk(self, line: Line, text: str) -> bytes:
        self._last = line.fact.seq
        return sse("fact", encode(self._teller.event(line, text, Audience.CUSTOMER)), line.fact.seq)

    async def _was_delivered(self, reached: Reached, lines: list[Line]) -> None:
        """The chunk before this went out on the open stream: a person's answer in it has reached the customer, and a
        correction was seen."""
        answered = reached is Reached.TRIED and any(isinstance(line.fact.event, e.AgentWrote) for line in lines)
        if answered or corrects(lines):
            await note_delivery(self._house, self._id, self._last)

    def _turn_chunk(self, view: ConversationView) -> bytes:
        """What changed in the queue, and nothing when that is nothing."""
        turn = turn_of(self._house, view)
        if turn == {name: self._state.get(name) for name in turn}:
            return b""
        self._state |= turn
        return sse("queue_position", encode(turn))

    async def _state_chunk(self, view: ConversationView) -> bytes:
        """How it stands after a commit, and nothing when that is as it was."""
        state = await place_of(self._house, view, self._names, self._access)
        if state == self._state:
            return b""
        self._state = state
        return sse("state", encode(state))


def corrects(lines: Iterable[Line]) -> bool:
    """Whether one of the lines says that an answer was wrong."""
    return any(isinstance(line.fact.event, e.CorrectionGiven) for line in lines)


def reads_answers(access: Access, seen: Read) -> bool:
    """Whether the newest answer of a person was among what this reader was shown. Who came back with a code alone sees
    only what was written since."""
    if access.scope is Scope.WORDS:
        return True
    return any(isinstance(line.fact.event, e.AgentWrote) and line.fact.seq > access.since for line, _ in seen.lines)


async def note_delivery(house: House, id: ConversationId, upto: int) -> None:
    """Records a delivery. When that cannot be stored now, the customer counts as not reached, and it is said again."""
    try:
        await delivered(house.recorder, id, upto)
    except GehoorError:
        return
