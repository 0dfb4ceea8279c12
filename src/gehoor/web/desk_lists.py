"""The lists on a desk: who waits, what is mine, the open promises, who is there.

A desk is told a list when it changed, and a card is made when its conversation changed: with a hundred desks and a
thousand open conversations, telling everything to everybody at every change took more time than all messages.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from msgspec import Raw

from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import MINUTE, Instant, later
from gehoor.flows.envelopes import spoken_code
from gehoor.flows.waiting_room import on_lists
from gehoor.ports.feed import OFFERED, Passing
from gehoor.ports.people import Staff
from gehoor.web.context import Doors
from gehoor.web.desk_cards import Cards, promise_of
from gehoor.web.readable import is_given, restricted
from gehoor.web.wire import encode

MOST_SHOWN: Final = 100
"""How many customers who wait, and how many promises, a desk shows; beside the list stands how many there are."""
_MOST_REMEMBERED: Final = 4096
_STANDS: Final = MINUTE
"""How long a card of a conversation in which nothing happens may be told: the time of the next try moves on."""

List = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a card was made of: when any of this is different, it is another card."""

    stands: tuple[object, ...]
    position: int | None
    online: bool
    policy: Policy


@dataclass(frozen=True, slots=True)
class _Alike:
    """What is the same on all desks that hear one and the same call."""

    call: object
    promises: list[tuple[ConversationView, dict[str, Any]]]
    count: int
    staff: Raw


class Lists:
    """The lists of all desks."""

    def __init__(self, doors: Doors, cards: Cards) -> None:
        self._doors = doors
        self._house = doors.house
        self._cards = cards
        self._made: OrderedDict[tuple[ConversationId, bool, bool], tuple[_Seen, Instant, Raw]] = OrderedDict()
        self._last: _Alike | None = None

    async def of(self, staff: Staff, call: Passing | None = None) -> dict[str, List]:
        """Every list as one member of staff sees it, by the name of its event; a partner's people see no promises, and
        of who waits and who is there only what is theirs.

        Args:
            call: the one call to all desks that this answers; what is alike on them is made once for it.
        """
        floor = self._house.floor
        held, partner = floor.held_by(staff.id), restricted(self._house.policy, staff)
        mine = [view for view in held if view.phase is Phase.HUMAN]
        offered = [view for view in held if view.phase is Phase.OFFERED]
        waiting = offered if partner else floor.front(MOST_SHOWN)
        if not partner:
            waiting += [view for view in offered if (floor.position(view.id) or 0) > MOST_SHOWN]
        alike = self._last
        if alike is None or call is None or (call is not alike.call and call is not OFFERED):
            alike = self._last = self._alike(call)
        return {
            "queue": {
                "queue": [await self._card(view, staff, partner) for view in waiting],
                "queue_count": len(waiting) if partner else floor.waiting,
            },
            "mine": {"mine": [await self._card(view, staff, partner) for view in mine]},
            "promises": {
                "promises": [] if partner else [base | {"whose": _whose(v, staff)} for v, base in alike.promises],
                "promises_count": 0 if partner else alike.count,
            },
            "staff": {"staff": self._colleagues(staff) if partner else alike.staff},
        }

    async def _card(self, view: ConversationView, staff: Staff, partner: bool) -> Raw:
        """The card as it was made last, while nothing that it shows has changed."""
        house, key = self._house, (view.id, is_given(view, staff.id), partner)
        online = house.world.feed.listeners(view.id) > 0
        seen = _Seen(_stands(view), house.floor.position(view.id), online, house.policy)
        now, made = house.world.clock.now(), self._made.get(key)
        if made is not None and made[0] == seen and now < made[1]:
            return made[2]
        card = Raw(encode(await self._cards.card(view, staff)))
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

    def _alike(self, call: object) -> _Alike:
        """The open promises, what is due first on top, and how many there are; and all colleagues. No words and no
        numbers: those come with the conversation."""
        floor = self._house.floor
        first = [floor.views[id] for id in floor.owed.first(MOST_SHOWN)]
        promises, staff = [(view, self._promise(view)) for view in first], Raw(encode(self._colleagues()))
        return _Alike(call, promises, len(floor.owed), staff)

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


def _stands(view: ConversationView) -> tuple[object, ...]:
    """What makes a card another one. To who has the conversation its facts go by themselves: a card for each message
    would be most of the work of a busy room, so that there the last words on it may be a minute old."""
    return on_lists(view) if view.phase is Phase.HUMAN else (view.seq,)


def _whose(view: ConversationView, staff: Staff) -> str:
    """A promise is of who has the conversation, else of the team that owns it; without one it is everybody's."""
    if view.agent is not None:
        return "mine" if view.agent == staff.id else "other"
    return "team" if view.owner in ("", staff.team) else "other"
