"""A conversation as a card on the desk, and what an agent reads before saying hello."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.guarantee.deadlines import try_again_at
from gehoor.core.routing.queue import WaitingClass
from gehoor.core.time import SECOND, Instant, iso
from gehoor.flows.envelopes import spoken_code
from gehoor.flows.line import as_waiting
from gehoor.flows.people import contact_of
from gehoor.flows.reply import goes_by_mail
from gehoor.flows.telephone import Number, read_number
from gehoor.ports.people import Staff
from gehoor.web.context import Doors
from gehoor.web.desk_newest import Newest
from gehoor.web.moments import moment
from gehoor.web.readable import is_given, restricted
from gehoor.web.wire import source_of

_WHY: Final = {
    WaitingClass.LIFE: "Gevaar: gaat altijd voor",
    WaitingClass.RETURNED: "Terug in de rij: de medewerker viel weg of de klant is terug",
    WaitingClass.WINDOW: "Terugbellen: het afgesproken tijdvak is begonnen",
    WaitingClass.DAMAGE: "Schade: telt als een uur langer gewacht",
    WaitingClass.DISCOMFORT: "Ongemak: telt als een half uur langer gewacht",
    WaitingClass.NORMAL: "Wacht het langst",
}


_TOPICS: Final = {"complaint": "Klacht", "objection": "Bezwaar", "privacy": "Verzoek over gegevens"}


class Cards:
    """Makes cards."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house
        self._newest = Newest(doors.house.world)
        doors.house.shown = self._newest.hear

    async def card(self, view: ConversationView, staff: Staff) -> dict[str, Any]:
        """One card, for one member of staff."""
        now = self._house.world.clock.now()
        waiting = as_waiting(view, self._house.policy)
        since = view.first_requested_at
        offered = view.phase is Phase.OFFERED and view.offered_to == staff.id
        partner = restricted(self._house.policy, staff)
        text, chosen = await self._newest.of(view, partner)
        return {
            "id": view.id,
            "code": spoken_code(view.id),
            "phase": view.phase.value,
            "class": waiting.waiting_class.value,
            "language": view.language,
            "skill": view.skill,
            "channel": view.channel,
            "requested_at": _iso(since),
            "waiting_s": None if since is None else (now - since) // SECOND,
            "position": None if partner else self._house.floor.position(view.id),
            "last_text": text,
            "last_at": iso(view.at),
            "last_seq": view.seq,
            "offered_to_me": offered,
            "offer_expires_at": _iso(view.offer_expires_at if offered else None),
            "promise": await self._promise(view, staff, now),
            "agent": self._doors.names.get(view.agent or ""),
            "customer_online": self._house.world.feed.listeners(view.id) > 0,
            "reached": view.reached.value,
            "why": _WHY[waiting.waiting_class],
            "chosen": chosen if is_given(view, staff.id) else "",
        }

    async def _promise(self, view: ConversationView, staff: Staff, now: Instant) -> dict[str, Any] | None:
        # A telephone number is for who has the conversation; on a list it would be on every screen.
        left = await contact_of(self._house.world, view.id) if view.agent == staff.id else {}
        if view.due_at is None and not left:
            return None
        by_mail = "email" in left and await goes_by_mail(self._house.world, view.id)
        next_try = iso(try_again_at(self._house.policy, now))
        return promise_of(view) | {"next_try_at": next_try, "by_mail": by_mail} | left | _read_back(left)

    def articles(self, events: list[dict[str, Any]], facts: Iterable[e.Fact] = ()) -> list[dict[str, Any]]:
        """The articles that the AI gave or suggested in this conversation, in full, for the agent; and what it found of
        topics on the rung where it helps agents. Of a topic in the shadow an agent sees nothing: that would be no
        comparison."""
        named = [one["article"] for told in events for one in told.get("sources", []) + told.get("suggestions", [])]
        library = self._doors.library()
        for fact in facts:
            if isinstance(fact.event, e.BotAbstained) and fact.event.unseen is not None:
                slug = fact.event.unseen.article
                named += [slug] if library.helps_agents(slug) else []
        found = [library.find(slug, "nl") for slug in dict.fromkeys(named)]
        return [
            source_of(one.slug, one.version, one.title, one.language) | {"text": one.answer, "language": one.language}
            for one in found
            if one is not None
        ]


def summary(events: list[dict[str, Any]], view: ConversationView, whole: bool = True, ai: bool = True) -> list[str]:
    """What an agent reads before saying hello: what was asked, tried, received, chosen and promised, a line for each.
    ``whole``: the events are all that there are, and not only those since the request; ``ai``: there is one."""
    asked = [
        told.get("text", "") for told in events if told["author"]["kind"] == "customer" and told["type"] == "message"
    ]
    given = [source["title"] for told in events for source in told.get("sources", [])]
    nothing = "nog niets geschreven" if whole else "sinds het verzoek nog niets geschreven"
    first = asked[0] if asked else nothing
    lines = [f"Vraag: {first[:200]}"]
    if len(asked) > 1:
        lines.append(f"Laatst geschreven: {asked[-1][:200]}")
    if given or (whole and ai):
        lines.append(f"De AI gaf: {', '.join(dict.fromkeys(given))}" if given else "De AI gaf geen antwoord.")
    for told in events:
        if told["type"] == "receipt_given":
            by = moment(told["due_at"], "nl")
            lines.append(f"{_TOPICS[told['topic']]} ontvangen, nummer {told['reference']}. Antwoord uiterlijk {by}.")
    chosen = [told["label"] for told in events if told["type"] == "support_chosen"]
    if chosen:
        lines.append(f"De klant koos: {', '.join(dict.fromkeys(chosen))}")
    if view.due_at is not None:
        lines.append(f"Belofte {view.reference} loopt.")
    return lines


def promise_of(view: ConversationView) -> dict[str, Any]:
    """A promise as lists and cards show it."""
    return {
        "due_at": _iso(view.due_at),
        "reference": view.reference,
        "kind": view.promise_kind.value if view.promise_kind else None,
        "window_start": _iso(view.window_start),
        "owner": view.owner,
        "tries": view.tries,
    }


def _read_back(left: dict[str, str]) -> dict[str, str]:
    """The telephone number as it is read back: in groups for the eye, digit by digit for the ear."""
    number = read_number(left.get("phone", ""))
    return {"phone_shown": number.shown, "phone_spoken": number.spoken("nl")} if isinstance(number, Number) else {}


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
