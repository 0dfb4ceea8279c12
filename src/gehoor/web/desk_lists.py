"""The lists on a desk: who waits, what is mine, the open promises, who is there.

A desk is told a list when it changed, and a card is made when its conversation changed. What is the same on all desks
is made and encoded once for all of them. With a hundred desks and a thousand open conversations, telling everything to
everybody at every change took more time than all messages.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import Raw

from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId, StaffId, TeamId
from gehoor.core.policy import Policy
from gehoor.core.time import MINUTE, Instant, later
from gehoor.flows.envelopes import spoken_code
from gehoor.flows.waiting_room import on_lists
from gehoor.ports.feed import OFFER, Passing
from gehoor.ports.people import Staff
from gehoor.web.context import Doors
from gehoor.web.desk_cards import Cards, promise_of
from gehoor.web.live import sse
from gehoor.web.readable import is_given, restricted
from gehoor.web.wire import encode

MOST_SHOWN: Final = 100
"""How many customers who wait, and how many promises, a desk shows; beside the list stands how many there are."""
PREPARED: Final = b"prepared"
"""The data of a call to look at lists of which what is alike on all desks is made."""
_MOST_REMEMBERED: Final = 4096
_STANDS: Final = MINUTE
"""How long a card of a conversation in which nothing happens may be told: the time of the next try moves on."""

_ANYBODY: Final = Staff(StaffId(""), "", "", "agent", TeamId(""), "")
"""To whom nobody is given."""

List = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a card was made of: when any of this is different, it is another card."""

    stands: tuple[object, ...]
    position: int | None
    online: bool
    policy: Policy


@dataclass(frozen=True, slots=True)
class Told:
    """A list as it is told: within a snapshot, and as an event of its own."""

    whole: List
    event: bytes


@dataclass(slots=True)
class Alike:
    """What is the same on the desks of everybody who may see it. ``number``: of the last change that it shows."""

    call: object
    number: int
    front: list[tuple[ConversationId, Raw]]
    queue: Told
    staff: Told
    promised: list[tuple[ConversationView, List]]
    count: int
    promises: dict[tuple[TeamId, StaffId | None], Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mine:
    """What somebody has, as it was told last; it stands while nothing is committed that changes it."""

    told: Told
    held: list[ConversationId]
    online: list[bool]
    policy: Policy
    until: Instant


class Lists:
    """The lists of all desks. ``number``: of the last change of what they show."""

    def __init__(self, doors: Doors, cards: Cards) -> None:
        self._doors = doors
        self._house = doors.house
        self._cards = cards
        self._made: OrderedDict[tuple[ConversationId, bool, bool], tuple[_Seen, Instant, Raw]] = OrderedDict()
        self._last: Alike | None = None
        self._making: tuple[Passing, asyncio.Task[Alike]] | None = None
        self._mine: dict[StaffId, _Mine] = {}
        self.number = 0

    def changed(self, staff: Iterable[StaffId]) -> None:
        """Something that lists show has changed; these members of staff have, or had, the conversation."""
        self.number += 1
        for one in staff:
            self._mine.pop(one, None)

    async def renew(self, call: Passing) -> None:
        """Makes what is alike on all desks, before this call goes to them."""
        self._last = await self._alike(call)

    def at_once(self, staff: Staff, call: Passing) -> tuple[dict[str, Told], int] | None:
        """What ``of`` gives, when every card of it is made already: most often who has a new customer alone waits."""
        partner, alike = restricted(self._house.policy, staff), self._prepared(call)
        if (alike is None and not partner) or (not self._as_told(staff) and self._missing(staff, partner)):
            return None
        return self._lists(staff, None if partner else alike)

    async def of(self, staff: Staff, call: Passing | None = None) -> tuple[dict[str, Told], int]:
        """Every list as one member of staff sees it, by the name of its event, and the number of the last change that
        they show; a partner's people see no promises, and of who waits and who is there only what is theirs.
        ``call``: the one call to all desks that this answers."""
        partner = restricted(self._house.policy, staff)
        alike = None if partner else await self._once(call)
        while missing := self._missing(staff, partner):
            for view in missing:
                await self._card(view, staff, partner)
        return self._lists(staff, alike)

    def _prepared(self, call: Passing) -> Alike | None:
        fits = self._last is not None and (call.data == PREPARED or self._last.call is call)
        return self._last if fits else None

    async def _once(self, call: Passing | None) -> Alike:
        if call is None:
            return await self._alike(None)
        if (prepared := self._prepared(call)) is not None:
            return prepared
        if self._making is None or self._making[0] is not call:
            self._making = call, asyncio.create_task(self._alike(call))
        # Who closes their desk meanwhile does not take it away from the others.
        self._last = await asyncio.shield(self._making[1])
        return self._last

    def _missing(self, staff: Staff, partner: bool) -> list[ConversationView]:
        held = self._house.floor.held_by(staff.id)
        return [view for view in held if self._card_kept(view, staff, partner) is None]

    async def offers(self, staff: Staff) -> list[bytes]:
        """Who is offered to a member of staff, as events."""
        partner = restricted(self._house.policy, staff)
        held = self._house.floor.held_by(staff.id)
        return [sse(OFFER, await self._card(one, staff, partner)) for one in held if one.phase is Phase.OFFERED]

    def _lists(self, staff: Staff, alike: Alike | None) -> tuple[dict[str, Told], int]:
        cards: dict[ConversationId, Raw] = {}
        told = {"mine": self._mine[staff.id].told if self._as_told(staff) else self._what_is_mine(staff, alike, cards)}
        if alike is None:
            told["queue"] = _told("queue", {"queue": list(cards.values()), "queue_count": len(cards)})
            told["promises"] = _told("promises", {"promises": [], "promises_count": 0})
            told["staff"] = _told("staff", {"staff": self._colleagues(staff)})
            return told, self.number
        told["queue"] = self._with_offers(alike, cards) if cards else alike.queue
        told["promises"] = self._promises(alike, staff)
        told["staff"] = alike.staff
        return told, alike.number

    def _as_told(self, staff: Staff) -> bool:
        """Whether what somebody has is as it was told last, and nobody is offered to them."""
        mine, house = self._mine.get(staff.id), self._house
        return (
            mine is not None
            and mine.policy is house.policy
            and house.world.clock.now() < mine.until
            and mine.online == [house.world.feed.listeners(id) > 0 for id in mine.held]
        )

    def _what_is_mine(self, staff: Staff, alike: Alike | None, cards: dict[ConversationId, Raw]) -> Told:
        """What somebody has. ``cards``: those of who is offered to them are added here."""
        house, mine, held = self._house, [], []
        until = later(house.world.clock.now(), _STANDS)
        for view in house.floor.held_by(staff.id):
            _, ends, card = self._made[view.id, True, alike is None]
            if view.phase is Phase.HUMAN:
                mine.append(card)
                held.append(view.id)
                until = min(until, ends)
            else:
                cards[view.id] = card
        told = _told("mine", {"mine": mine})
        if not cards:
            online = [house.world.feed.listeners(id) > 0 for id in held]
            self._mine[staff.id] = _Mine(told, held, online, house.policy, until)
        return told

    def _with_offers(self, alike: Alike, cards: dict[ConversationId, Raw]) -> Told:
        """The queue on the desk of who is offered somebody: also when that one stands far back in it."""
        shown = [cards.pop(id, card) for id, card in alike.front] + list(cards.values())
        return _told("queue", alike.queue.whole | {"queue": shown})

    def _promises(self, alike: Alike, staff: Staff) -> Told:
        """The promises are the same for a team, but for who has one of these customers."""
        own = any(view.agent == staff.id for view, _ in alike.promised)
        key = staff.team, staff.id if own else None
        told = alike.promises.get(key)
        if told is None:
            promises = [base | {"whose": _whose(view, staff)} for view, base in alike.promised]
            told = _told("promises", {"promises": promises, "promises_count": alike.count})
            alike.promises[key] = told
        return told

    def _card_kept(self, view: ConversationView, staff: Staff, partner: bool) -> Raw | None:
        """The card as it was made last, while nothing that it shows has changed."""
        made = self._made.get((view.id, is_given(view, staff.id), partner))
        kept = made is not None and made[0] == self._seen(view) and self._house.world.clock.now() < made[1]
        return made[2] if made is not None and kept else None

    def _seen(self, view: ConversationView) -> _Seen:
        house = self._house
        online = house.world.feed.listeners(view.id) > 0
        return _Seen(_stands(view), house.floor.position(view.id), online, house.policy)

    async def _card(self, view: ConversationView, staff: Staff, partner: bool) -> Raw:
        card = self._card_kept(view, staff, partner)
        if card is not None:
            return card
        seen, now = self._seen(view), self._house.world.clock.now()
        card, key = Raw(encode(await self._cards.card(view, staff))), (view.id, is_given(view, staff.id), partner)
        self._made[key] = seen, later(now, _STANDS), card
        self._made.move_to_end(key)
        self._forget(now)
        return card

    def _forget(self, now: Instant) -> None:
        """Lets go of cards that are not told any more: there are words and numbers of customers in them."""
        while self._made:
            _, until, _ = next(iter(self._made.values()))
            if now < until and len(self._made) <= _MOST_REMEMBERED:
                return
            self._made.popitem(last=False)

    async def _alike(self, call: object) -> Alike:
        """Who waits; the open promises, what is due first on top, and how many there are; and all colleagues. Of a
        promise no words and no numbers: those come with the conversation."""
        floor, number, now = self._house.floor, self.number, self._house.world.clock.now()
        self._mine = {id: one for id, one in self._mine.items() if now < one.until}
        front = [(view.id, await self._card(view, _ANYBODY, False)) for view in floor.front(MOST_SHOWN)]
        first = [floor.views[id] for id in floor.owed.first(MOST_SHOWN)]
        return Alike(
            call,
            number,
            front,
            _told("queue", {"queue": [card for _, card in front], "queue_count": floor.waiting}),
            _told("staff", {"staff": self._colleagues()}),
            [(view, self._promise(view)) for view in first],
            len(floor.owed),
        )

    def _promise(self, view: ConversationView) -> dict[str, Any]:
        return promise_of(view) | {
            "id": view.id,
            "code": spoken_code(view.id),
            "phase": view.phase.value,
            "agent": self._doors.names.get(view.agent or ""),
        }

    def _colleagues(self, alone: Staff | None = None) -> list[dict[str, Any]]:
        """Who is there, and how much they have; ``alone``: who sees themselves only."""
        floor, most = self._house.floor, self._house.policy.chats_per_agent
        return [
            {
                "id": one.staff.id,
                "name": one.staff.name,
                "presence": "available" if floor.is_there(one) else "away",
                "chats": floor.load(one.staff.id),
                "capacity": most,
            }
            for one in floor.presence.values()
            if alone is None or one.staff.id == alone.id
        ]


def _told(name: str, whole: List) -> Told:
    return Told(whole, sse(name, encode(whole)))


def _stands(view: ConversationView) -> tuple[object, ...]:
    """What makes a card another one. To who has the conversation its facts go by themselves: a card for each message
    would be most of the work of a busy room, so that there the last words on it may be a minute old."""
    return on_lists(view) if view.phase is Phase.HUMAN else (view.seq,)


def _whose(view: ConversationView, staff: Staff) -> str:
    """A promise is of who has the conversation, else of the team that owns it; without one it is everybody's."""
    if view.agent is not None:
        return "mine" if view.agent == staff.id else "other"
    return "team" if view.owner in ("", staff.team) else "other"
