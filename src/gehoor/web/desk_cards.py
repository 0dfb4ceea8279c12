"""A conversation as a card on the desk, and what an agent reads before saying hello."""

from __future__ import annotations

from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.ids import StaffId
from gehoor.core.routing.queue import WaitingClass
from gehoor.core.time import SECOND, Instant, iso
from gehoor.flows.handover import as_waiting
from gehoor.flows.people import contact_of
from gehoor.flows.read import masked_texts
from gehoor.web.context import Doors
from gehoor.web.wire import source_of

_WHY: Final = {
    WaitingClass.LIFE: "Gevaar: gaat altijd voor",
    WaitingClass.RETURNED: "Terug in de rij: de medewerker viel weg of de klant is terug",
    WaitingClass.DAMAGE: "Schade: telt als een uur langer gewacht",
    WaitingClass.DISCOMFORT: "Ongemak: telt als een half uur langer gewacht",
    WaitingClass.NORMAL: "Wacht het langst",
}
_SHOWN: Final = 140
_LOOKS_BACK: Final = 30


class Cards:
    """Makes cards."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def card(self, view: ConversationView, staff: StaffId) -> dict[str, Any]:
        """One card, for one member of staff."""
        now = self._house.world.clock.now()
        waiting = as_waiting(view)
        since = view.first_requested_at
        offered = view.phase is Phase.OFFERED and view.offered_to == staff
        return {
            "id": view.id,
            "code": "K-" + view.id[-4:].upper(),
            "phase": view.phase.value,
            "class": waiting.waiting_class.value,
            "language": view.language,
            "channel": view.channel,
            "requested_at": None if since is None else iso(since),
            "waiting_s": None if since is None else (now - since) // SECOND,
            "position": self._house.floor.position(view.id),
            "last_text": await self._last_text(view),
            "last_at": iso(view.at),
            "last_seq": view.seq,
            "offered_to_me": offered,
            "offer_expires_at": _iso(view.offer_expires_at if offered else None),
            "promise": await self._promise(view, staff),
            "agent": self._doors.names.get(view.agent or ""),
            "customer_online": self._house.world.feed.listeners(view.id) > 0,
            "reached": view.reached.value,
            "why": _WHY[waiting.waiting_class],
        }

    async def _last_text(self, view: ConversationView) -> str | None:
        """The start of the newest words, masked: a list is no place for personal data."""
        world, after = self._house.world, max(view.seq - _LOOKS_BACK, 0)
        wrote = [fact.seq for fact in await world.store.facts(view.id, after) if _by_customer(fact.event)][-1:]
        text = "".join((await masked_texts(world, view.id, after, wrote)).values())
        return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"

    async def _promise(self, view: ConversationView, staff: StaffId) -> dict[str, Any] | None:
        # A telephone number is for who has the conversation; on a list it would be on every screen.
        left = await contact_of(self._house.world, view.id) if view.agent == staff else {}
        if view.due_at is None and not left:
            return None
        kind = view.promise_kind.value if view.promise_kind else None
        return {"due_at": _iso(view.due_at), "reference": view.reference, "kind": kind} | left

    async def queue(self, staff: StaffId) -> list[dict[str, Any]]:
        """Everybody who waits, first one first."""
        views = self._house.floor.views
        return [await self.card(views[one.id], staff) for one in self._house.floor.queue() if one.id in views]

    async def mine(self, staff: StaffId) -> list[dict[str, Any]]:
        """The conversations of a member of staff."""
        mine = [v for v in self._house.floor.views.values() if v.phase is Phase.HUMAN and v.agent == staff]
        return [await self.card(view, staff) for view in sorted(mine, key=lambda view: view.started_at)]

    def staff(self) -> list[dict[str, Any]]:
        """Who is there, and how much they have."""
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
        ]

    def articles(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The articles that the AI gave or suggested in this conversation, in full, for the agent."""
        named = {
            one["article"]: one for told in events for one in told.get("sources", []) + told.get("suggestions", [])
        }
        library = self._doors.library()
        found = [library.find(slug, "nl") for slug in named]
        return [
            source_of(one.slug, one.version, one.title, one.language) | {"text": one.answer}
            for one in found
            if one is not None
        ]


def summary(events: list[dict[str, Any]], view: ConversationView) -> list[str]:
    """Three lines that an agent reads before saying hello: what was asked, what was tried, what was promised."""
    asked = [
        told.get("text", "") for told in events if told["author"]["kind"] == "customer" and told["type"] == "message"
    ]
    given = [source["title"] for told in events for source in told.get("sources", [])]
    first = asked[0] if asked else "nog niets geschreven"
    lines = [f"Vraag: {first[:200]}"]
    if len(asked) > 1:
        lines.append(f"Laatst geschreven: {asked[-1][:200]}")
    lines.append(f"De AI gaf: {', '.join(dict.fromkeys(given))}" if given else "De AI gaf geen antwoord.")
    if view.due_at is not None:
        lines.append(f"Belofte {view.reference} loopt.")
    return lines


def _by_customer(event: e.Event) -> bool:
    return isinstance(event, e.MessageReceived)


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
