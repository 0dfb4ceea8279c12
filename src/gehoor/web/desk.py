"""What an agent can do. Only an interactive session may write (HONEST)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience, Source
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import NotAllowed, NotNow, NotYours, Unknown
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.knowledge.ladder import Rung
from gehoor.flows import reply
from gehoor.flows.people import hashed, password_fits, sign_in, staff_by_login
from gehoor.flows.read import read
from gehoor.flows.record import Outcome
from gehoor.ports.feed import Passing
from gehoor.ports.people import Staff
from gehoor.web import auth, wire
from gehoor.web.context import Doors, body_of, whole_number
from gehoor.web.crowd import Stream
from gehoor.web.desk_cards import Cards, summary
from gehoor.web.desk_lists import Lists
from gehoor.web.desk_live import SIGNED_OUT, DeskStream
from gehoor.web.readable import readable, restricted, since_request
from gehoor.web.widget import json_answer


class Desk:
    """The agent's calls."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house
        self._cards = Cards(doors)
        self.lists = Lists(doors, self._cards)
        self._hashing = asyncio.Semaphore(2)

    # -- coming and going --------------------------------------------------------------------------------------------

    async def sign_in(self, request: Request) -> Response:
        """POST /staff/session"""
        auth.refuse_other_sites(request)
        shape = wire.decode(await body_of(request), wire.SignIn)
        staff = await self.account(request, shape.login, shape.password)
        if staff is None:
            raise NotAllowed("De naam of het wachtwoord klopt niet.", signed_in=False)
        response = json_answer({"id": staff.id, "name": staff.name, "role": staff.role, "team": staff.team}, 201)
        await self.open_session(request, response, staff)
        return response

    async def account(self, request: Request, login: str, password: str) -> Staff | None:
        """The account whose login and password these are; equally slow when there is none.

        Raises:
            TooOften: too many wrong ones for this account, or from this address.
        """
        self._doors.callers.check_password(request, login)
        staff = await staff_by_login(self._house.world, login)
        # argon2 is slow on purpose; in a thread, so that customers need not wait for it, and two at a time.
        async with self._hashing:
            fits = await asyncio.to_thread(password_fits, staff, password)
        if not fits:
            self._doors.callers.wrong_password(request, login)
        return staff if fits else None

    async def open_session(self, request: Request, response: Response, staff: Staff) -> None:
        """Keeps the sign-in in a cookie."""
        token, _ = await sign_in(self._house.world, staff)
        auth.set_cookie(request, response, auth.DESK, token)

    async def sign_out(self, request: Request) -> Response:
        """DELETE /staff/session"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        await self._house.world.people.drop_session(hashed(auth.read_cookie(request, auth.DESK)))
        self._house.peering.spread(f"desk:{staff.id}", Passing(SIGNED_OUT, b""))
        await self._house.floor.sign_out(staff.id)
        response = Response(status_code=204)
        auth.drop_cookie(request, response, auth.DESK)
        return response

    async def presence(self, request: Request) -> Response:
        """POST /staff/presence"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        shape = wire.decode(await body_of(request), wire.SetPresence)
        self._house.floor.set_available(staff, shape.status == "available")
        return json_answer({"status": shape.status})

    async def alive(self, request: Request) -> Response:
        """POST /staff/alive: the desk heard its stream beat, so somebody's browser is there"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        self._house.floor.lives(staff.id)
        return Response(status_code=204)

    async def stream(self, request: Request) -> Response:
        """GET /staff/desk/stream"""
        self._doors.crowd.check_desk()
        staff, session = await self._doors.doorkeeper.staff(request)
        chunks = DeskStream(self._house, self.lists, self._doors.teller("nl"), staff, session.expires_at)
        return Stream(aiter(chunks), self._doors.crowd, staff.id)

    # -- one conversation --------------------------------------------------------------------------------------------

    async def conversation(self, request: Request) -> Response:
        """GET /staff/conversations/{id}: everything said, tried and given (NOT-AGAIN). The reading is on record."""
        staff, id = await self._staff_and_id(request)
        view = await self._readable(id, staff)
        await self._note_reading(id, staff)
        events, last = await self._events(id, staff, 0)
        answer = {
            "card": await self._cards.card(view, staff),
            "events": events,
            "last_seq": last,
            "summary": summary(events, view, not restricted(self._house.policy, staff), self._house.policy.ai),
            "articles": self._cards.articles(events, await self._found(id, staff)),
        }
        return json_answer(answer)

    async def _found(self, id: ConversationId, staff: Staff) -> list[e.Fact]:
        """The facts in which the AI may have found something that it kept from the customer, for an agent of ours."""
        helps = Rung.HELPS_AGENTS in self._doors.library().rungs.values()
        if not helps or restricted(self._house.policy, staff):
            return []
        return await self._house.world.store.facts(id, 0)

    async def events(self, request: Request) -> Response:
        """GET /staff/conversations/{id}/events?after=N"""
        staff, id = await self._staff_and_id(request)
        if (await self._readable(id, staff)).agent != staff.id:
            await self._note_reading(id, staff)
        events, last = await self._events(id, staff, whole_number(request, "after"))
        return json_answer({"events": events, "last_seq": last})

    async def accept(self, request: Request) -> Response:
        """POST .../accept"""
        staff, id = await self._staff_and_id(request)
        return _done(await self._by_owner(id, staff, self._house.floor.accept(id, staff)))

    async def decline(self, request: Request) -> Response:
        """POST .../decline"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.Decline)
        return _done(await self._by_owner(id, staff, self._house.floor.decline(id, staff, shape.reason)))

    async def message(self, request: Request) -> Response:
        """POST .../messages"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.StaffMessage)
        used = tuple(Source(one.article, one.version, one.title, one.language) for one in shape.sources)
        written = reply.Reply(wire.client_id(shape.client_id), shape.text, shape.canned, used)
        return _written(
            await self._by_owner(id, staff, reply.reply(self._house.world, self._house.recorder, id, staff, written))
        )

    async def note(self, request: Request) -> Response:
        """POST .../notes"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.StaffNote)
        await self._readable(id, staff)
        written = reply.Reply(wire.client_id(shape.client_id), shape.text)
        return _written(await reply.note(self._house.world, self._house.recorder, id, staff, written))

    async def transfer(self, request: Request) -> Response:
        """POST .../transfer"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.TransferTo)
        to = StaffId(shape.to) if shape.to else None
        if to is not None:
            self._refuse_absent(staff, to)
        if shape.note:
            written = reply.Reply(wire.client_id(uuid.uuid4()), shape.note)
            await reply.note(self._house.world, self._house.recorder, id, staff, written)
        return _done(await self._by_owner(id, staff, reply.transfer(self._house.recorder, id, staff, to)))

    async def call(self, request: Request) -> Response:
        """POST .../call: a telephone call was made"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.Call)
        return _done(
            await self._by_owner(id, staff, reply.record_call(self._house.recorder, id, staff, shape.answered))
        )

    async def hand_back(self, request: Request) -> Response:
        """POST .../hand-back"""
        staff, id = await self._staff_and_id(request)
        return _done(await self._by_owner(id, staff, reply.hand_back(self._house.recorder, id, staff)))

    async def park(self, request: Request) -> Response:
        """POST .../park"""
        staff, id = await self._staff_and_id(request)
        return _done(await self._by_owner(id, staff, reply.park(self._house.recorder, id, staff)))

    async def resolve(self, request: Request) -> Response:
        """POST .../resolve"""
        staff, id = await self._staff_and_id(request)
        shape = wire.decode(await body_of(request), wire.Finish)
        return _done(await self._by_owner(id, staff, reply.resolve(self._house.recorder, id, staff, shape.last_seq)))

    async def typing(self, request: Request) -> Response:
        """POST .../typing: shown to the customer while it lasts, and never stored"""
        staff, id = await self._staff_and_id(request)
        view = await self._readable(id, staff)
        if view.agent != staff.id:
            raise NotYours("Een collega heeft dit gesprek, of het wacht nog.")
        self._house.peering.spread(id, Passing("typing", b'{"human":true}'))
        return Response(status_code=204)

    # -- shared ------------------------------------------------------------------------------------------------------

    def _refuse_absent(self, staff: Staff, to: StaffId) -> None:
        colleague = self._house.floor.presence.get(to)
        if colleague is None:
            raise Unknown("There is no such colleague.", field="to")
        if to == staff.id or not self._house.floor.is_there(colleague):
            raise NotNow("Deze collega kan nu niet. Kies een ander, of zet het gesprek terug in de rij.", field="to")

    async def _by_owner(self, id: ConversationId, staff: Staff, work: Awaitable[Outcome]) -> Outcome:
        """What only the owner may do. Who comes too late reads who has the conversation, as long as they may know."""
        try:
            return await work
        except NotYours:
            view = self._house.floor.views.get(id)
            name = self._doors.names.get(view.agent or "") if view is not None else None
            if name is None or restricted(self._house.policy, staff):
                raise
            raise NotYours(f"{name} heeft dit gesprek.") from None

    async def _note_reading(self, id: ConversationId, staff: Staff) -> None:
        told = f'{{"conversation":"{id}","staff":"{staff.id}"}}'
        await self._house.world.store.add_to_ledger(self._house.world.clock.now(), "read", told)

    async def _staff_and_id(self, request: Request) -> tuple[Staff, ConversationId]:
        """Who calls about which conversation. A partner's people can do nothing with one that is not theirs."""
        staff, _ = await self._doors.doorkeeper.staff(request)
        id = ConversationId(str(request.path_params["id"]))
        if restricted(self._house.policy, staff):
            await self._readable(id, staff)
        if request.method == "POST":
            self._house.floor.acted(staff)
        return staff, id

    async def _readable(self, id: ConversationId, staff: Staff) -> ConversationView:
        return readable(self._house.policy, staff, await self._house.world.store.view(id))

    async def _events(self, id: ConversationId, staff: Staff, after: int) -> tuple[list[dict[str, Any]], int]:
        partner = restricted(self._house.policy, staff)
        seen = await read(self._house.world, id, Audience.STAFF, 0 if partner else after)
        begin = max(since_request([line for line, _ in seen.lines]), after + 1) if partner else 0
        teller = self._doors.teller("nl")
        told = [teller.event(line, text, Audience.STAFF) for line, text in seen.lines if line.fact.seq >= begin]
        return told, seen.last


def _done(outcome: Outcome) -> Response:
    return json_answer({"seq": outcome.seq})


def _written(outcome: Outcome) -> Response:
    return json_answer({"seq": outcome.seq}, 200 if outcome.repeated else 201)
