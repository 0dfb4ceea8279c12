"""What a customer can do (interfaces.md, HTTP)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Audience, Channel, Phase, Reached
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import GehoorError
from gehoor.core.guarantee.fallback import opens_at, spoken_moment
from gehoor.core.ids import ConversationId
from gehoor.core.policy import Policy
from gehoor.core.time import iso
from gehoor.flows import receive
from gehoor.flows.people import hashed
from gehoor.flows.read import Read, read
from gehoor.flows.record import Outcome
from gehoor.flows.returns import first_code
from gehoor.ports.people import Access, Scope
from gehoor.web import auth, wire
from gehoor.web.auth import refuse_made_up_probe
from gehoor.web.callers import address_of
from gehoor.web.context import Doors, body_of, whole_number
from gehoor.web.crowd import Stream
from gehoor.web.delivery import Delivered
from gehoor.web.errors import contact, language_of
from gehoor.web.live import CustomerStream, corrects, note_delivery, place_of, reads_answers
from gehoor.web.place import for_access, may_choose, read_back, refusal
from gehoor.web.turn import turn_of, wait_in_words

_LOG = structlog.get_logger()
_NEEDS_A_CODE: Final = ("more_time", "helper")
"""Easier ways that are worth nothing without the code to come back with."""


def json_answer(value: object, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    return Response(wire.encode(value), status, {"Cache-Control": "no-store"}, "application/json")


def _cursor(request: Request) -> int:
    """Where a stream goes on: ``after``, or what the browser itself remembers."""
    remembered = request.headers.get("last-event-id", "")
    held = int(remembered) if remembered.isascii() and remembered.isdigit() and len(remembered) < 13 else 0
    return max(whole_number(request, "after"), held)


def disclosure(policy: Policy, language: str) -> dict[str, Any]:
    """What a customer is told before the first message can be sent (TRA-1, TRA-7, PRI-6). ``ai``: it is an AI."""
    say = policy.wording.say
    shown = "disclosure" if policy.ai else "disclosure_no_ai"
    said = say(shown, language, organisation=policy.contact.organisation)
    return {
        "id": said.template.id,
        "version": said.template.version,
        "language": said.template.language,
        "text": said.text,
        "ai": policy.ai,
        "can": [say(f"can_{n}", language).text for n in (1, 2, 3)] if policy.ai else [],
        "human": say("human_route", language, phone=policy.contact.phone).text,
    }


def _notice(policy: Policy, language: str) -> str:
    """What everybody must know before they write; empty for nothing."""
    return policy.wording.say("reduced", language, phone=policy.contact.phone).text if policy.reduced else ""


class Customer:
    """The customer's calls."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    def contact_now(self, language: str) -> dict[str, Any]:
        """The ways to a person, and whether people are there now."""
        policy, now = self._house.policy, self._house.world.clock.now()
        opens = opens_at(policy, now)
        return contact(policy, language) | {
            "open_now": opens is None,
            "opens_at": None if opens is None else iso(opens),
            "opens": None if opens is None else spoken_moment(policy, opens, language),
            "languages": list(policy.languages),
            "notice": _notice(policy, language),
        }

    async def contact(self, request: Request) -> Response:
        """GET /contact: for the first screen, before any chat opens."""
        policy = self._house.policy
        wanted = request.query_params.get("language")
        language = policy.language(wanted) if wanted else language_of(request, policy)
        return json_answer(self.contact_now(language) | {"disclosure": disclosure(policy, language)})

    async def start(self, request: Request) -> Response:
        """POST /conversations"""
        shape = wire.decode(await body_of(request), wire.Start)
        house = self._house
        if shape.channel == "probe":
            refuse_made_up_probe(request, self._doors.probe_secret)
        elif shape.human is None:
            self._doors.crowd.check()
            self._doors.callers.starts(request)
        wanted = shape.language or language_of(request, house.policy)
        channel, asks = Channel(shape.channel), shape.human is not None
        begun = await receive.begin(house.world, house.recorder, house.policy, channel, wanted, first=asks)
        language = begun.outcome.state.record.language
        access = Access(hashed(begun.token), begun.id, Scope.WORDS, 0, auth.FOR_EVER)
        asked, _ = await self._asked(access, shape.human) if shape.human is not None else ({}, False)
        events, last = await self.told(begun.id, language, 0)
        answer = {
            "id": begun.id,
            "token": begun.token,
            "language": language,
            "disclosure": disclosure(house.policy, language),
            "contact": self.contact_now(language),
            "events": events,
            "last_seq": last,
        }
        return json_answer(answer | asked, 201)

    async def message(self, request: Request) -> Response:
        """POST /conversations/{id}/messages"""
        id = await self._doors.doorkeeper.visitor(request)
        shape = wire.decode(await body_of(request), wire.Message)
        house = self._house
        state = await house.recorder.state(id)
        client_id, language = wire.client_id(shape.client_id), state.record.language
        self._doors.writes(request, id, shape.text, language)
        outcome = await receive.message(house.world, house.recorder, house.policy, id, client_id, shape.text, language)
        return json_answer({"seq": outcome.seq}, 200 if outcome.repeated else 201)

    async def human(self, request: Request) -> Response:
        """POST /conversations/{id}/human: one action, no confirmation"""
        access = await self._doors.doorkeeper.access(request)
        shape = wire.decode(await body_of(request), wire.AskHuman)
        answer, repeated = await self._asked(access, shape)
        response = json_answer(answer, 200 if repeated else 201)
        auth.keep_code(request, response, access.conversation, answer.get("return_code"))
        return response

    async def _asked(self, access: Access, shape: wire.AskHuman) -> tuple[dict[str, Any], bool]:
        """Asks for a person; what is answered, and whether this was asked before."""
        outcome, view = await self.ask_for_human(access, shape)
        answer: dict[str, Any] = {"seq": outcome.seq, "route": self.route(view), "choices": may_choose(view)}
        answer["phone_read_back"] = read_back(self._house.policy, shape.phone or "", view.language, None)
        answer["phone_problem"] = refusal(self._house.policy, shape.phone or "", view.language)
        code = await self.code_for(view, access, outcome.repeated)
        return answer | ({"return_code": code} if code else {}), outcome.repeated

    async def code_for(self, view: ConversationView, access: Access, again: bool, wanted: bool = False) -> str | None:
        """The code to come back with, the first time that a request stands or the customer wants one; never instead of
        the request itself."""
        if access.scope is not Scope.WORDS or not (wanted or view.requested or view.due_at is not None):
            return None
        try:
            return await first_code(self._house.world, view.id, again)
        except GehoorError as fault:
            _LOG.error("no code to come back with could be given; the request stands", code=fault.code)
            return None

    async def ask_for_human(self, access: Access, shape: wire.AskHuman) -> tuple[Outcome, ConversationView]:
        """The request, and then one round of assigning, so that the answer can say what the route is."""
        house, id = self._house, access.conversation
        wish = wire.wish(shape, access.scope)
        outcome = await receive.ask_for_human(house.world, house.recorder, id, wish, house.windows)
        await self._find_somebody()
        return outcome, await self._doors.view(id)

    async def _find_somebody(self) -> None:
        """The request is kept already; when nobody can be found this moment, assigning is tried again by itself."""
        try:
            await self._house.floor.assign()
        except GehoorError:
            self._house.floor.wake()

    def route(self, view: ConversationView) -> dict[str, Any]:
        """Which way to a person is open for this customer now."""
        policy, say = self._house.policy, self._house.policy.wording.say
        turn = turn_of(self._house, view)
        position, wait = turn["position"], turn["estimated_wait_s"]
        told: dict[str, Any] = {"position": position, "estimated_wait_s": wait, "due_at": None, "reference": None}
        if view.phase is Phase.HUMAN:
            name = self._doors.names.get(view.agent or "", "")
            return told | {"kind": "live", "text": say("route_live", view.language, name=name).text}
        if view.due_at is not None:
            due = spoken_moment(policy, view.due_at, view.language)
            text = say("route_promise", view.language, due=due, reference=view.reference).text
            return told | {"kind": "promise", "due_at": iso(view.due_at), "reference": view.reference, "text": text}
        text = say("route_queue", view.language, position=str(position or 1)).text
        return told | {"kind": "queue", "text": f"{text} {wait_in_words(policy, wait, view.language)}"}

    async def withdraw(self, request: Request) -> Response:
        """POST /conversations/{id}/withdraw"""
        id = await self._doors.doorkeeper.visitor(request)
        shape = wire.decode(await body_of(request), wire.OnlyId)
        outcome = await receive.withdraw(self._house.recorder, id, wire.client_id(shape.client_id))
        return json_answer({"seq": outcome.seq}, 200 if outcome.repeated else 201)

    async def support(self, request: Request) -> Response:
        """POST /conversations/{id}/support: an easier way, chosen"""
        access = await self._doors.doorkeeper.access(request)
        shape = wire.decode(await body_of(request), wire.Support)
        answer, repeated = await self.choose_support(request, access, shape)
        response = json_answer(answer, 200 if repeated else 201)
        auth.keep_code(request, response, access.conversation, answer.get("return_code"))
        return response

    async def choose_support(
        self, request: Request, access: Access, shape: wire.Support
    ) -> tuple[dict[str, Any], bool]:
        """The choice, and what it leads to: the route to a person, or the code to come back with."""
        house, id = self._house, access.conversation
        self._doors.callers.writes(request, id)
        client_id = wire.client_id(shape.client_id)
        outcome = await receive.choose_support(house.recorder, id, client_id, shape.offer, shape.language)
        if outcome.state.control.requested:
            await self._find_somebody()
        view = await self._doors.view(id)
        code = await self.code_for(view, access, outcome.repeated, wanted=shape.offer in _NEEDS_A_CODE)
        route = {"route": self.route(view)} if view.requested else {}
        return {"seq": outcome.seq} | route | ({"return_code": code} if code else {}), outcome.repeated

    async def feedback(self, request: Request) -> Response:
        """POST /conversations/{id}/feedback"""
        id = await self._doors.doorkeeper.visitor(request)
        self._doors.callers.writes(request, id)
        shape = wire.decode(await body_of(request), wire.Feedback)
        given = c.GiveFeedback(wire.client_id(shape.client_id), shape.helped, shape.score, shape.text or "")
        outcome = await receive.feedback(self._house.world, self._house.recorder, id, given)
        return json_answer({"seq": outcome.seq}, 200 if outcome.repeated else 201)

    async def events(self, request: Request) -> Response:
        """GET /conversations/{id}/events?after=N"""
        access = await self._doors.doorkeeper.access(request)
        self._doors.callers.reads(request, access.conversation)
        view = await self._doors.view(access.conversation)
        after = whole_number(request, "after")
        seen = await read(self._house.world, view.id, Audience.CUSTOMER, after)
        events = self.as_events(seen, view.language, access)
        state = await place_of(self._house, view, self._doors.names, access)
        answer = json_answer({"events": events, "last_seq": seen.last, "state": state})
        # A cursor from beyond the end says nothing about what its holder has seen.
        taken = after <= seen.last and self.takes_note(view, access, seen)
        return Delivered(answer, partial(note_delivery, self._house, view.id, seen.last)) if taken else answer

    async def stream(self, request: Request) -> Response:
        """GET /conversations/{id}/stream?after=N"""
        access = await self._doors.doorkeeper.access(request)
        callers, crowd = self._doors.callers, self._doors.crowd
        callers.reads(request, access.conversation)
        crowd.check_stream(access.conversation, callers.is_unlimited(address_of(request)))
        view = await self._doors.view(access.conversation)
        teller = self._doors.teller(view.language)
        chunks = CustomerStream(self._house, access, teller, self._doors.names, _cursor(request))
        return Stream(aiter(chunks), crowd, access.conversation)

    def takes_note(self, view: ConversationView, access: Access, seen: Read) -> bool:
        """Whether it is on record that this was read: a person's answer that was not, or a correction."""
        answered = view.reached is Reached.TRIED and reads_answers(access, seen)
        return answered or corrects(line for line, _ in for_access(seen.lines, access))

    async def told(self, id: ConversationId, language: str, after: int) -> tuple[list[dict[str, Any]], int]:
        """The events above ``after`` as the customer sees them, and the last seq that they may see."""
        seen = await read(self._house.world, id, Audience.CUSTOMER, after)
        teller = self._doors.teller(language)
        return [teller.event(line, text, Audience.CUSTOMER) for line, text in seen.lines], seen.last

    def as_events(self, seen: Read, language: str, access: Access) -> list[dict[str, Any]]:
        """What was read, as far as a token opens it, as events."""
        teller = self._doors.teller(language)
        return [teller.event(line, text, Audience.CUSTOMER) for line, text in for_access(seen.lines, access)]
