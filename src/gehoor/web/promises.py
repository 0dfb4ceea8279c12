"""Choosing how and when a person gets in touch: wait, be called in a window, an answer by e-mail, or call now."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.conversation.view import ConversationView
from gehoor.core.guarantee.fallback import opens_at, spoken_moment
from gehoor.flows import receive
from gehoor.flows.people import contact_of
from gehoor.flows.record import Outcome
from gehoor.flows.returns import first_code
from gehoor.ports.people import Access, Scope
from gehoor.web import auth, wire
from gehoor.web.context import Doors, body_of
from gehoor.web.errors import contact
from gehoor.web.live import place_of
from gehoor.web.place import may_choose, read_back, refusal, window_told
from gehoor.web.widget import json_answer


class Promises:
    """The customer's calls about a promise."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def choices(self, request: Request) -> Response:
        """GET /conversations/{id}/choices: only what can really be kept"""
        access = await self._doors.doorkeeper.access(request)
        return json_answer(await self.offered(await self._doors.view(access.conversation), access))

    async def offered(self, view: ConversationView, access: Access) -> dict[str, Any]:
        """What this customer can choose from now. A window that is full is not offered."""
        house, policy, language = self._house, self._house.policy, view.language
        left = await contact_of(house.world, view.id)
        state = await place_of(house, view, self._doors.names, access)
        windows = house.windows.open_windows(view.id) if may_choose(view) else ()
        return {
            "may_choose": may_choose(view),
            "promise": state["promise"],
            "windows": [window_told(policy, window, language) for window in windows],
            "phone": {
                "left": "phone" in left,
                "read_back": read_back(policy, left.get("phone", ""), language, access),
            },
            "email": {"possible": house.mail_leaves(), "left": "email" in left},
            "wait": {"position": state["position"], "estimated_wait_s": state["estimated_wait_s"]},
            "call": self.to_call(language),
            "without_contact": policy.wording.say("without_contact", language, phone=policy.contact.phone).text,
        }

    def to_call(self, language: str) -> dict[str, Any]:
        """The number to call now, and whether somebody answers it now."""
        policy = self._house.policy
        one, opens = contact(policy, language), opens_at(policy, self._house.world.clock.now())
        return {
            "phone": one["phone"],
            "phone_link": one["phone_link"],
            "hours": one["hours"],
            "open_now": opens is None,
            "opens": None if opens is None else spoken_moment(policy, opens, language),
            "emergency_phone": one["emergency_phone"],
            "emergency_phone_link": one["emergency_phone_link"],
        }

    async def phone(self, request: Request) -> Response:
        """POST /conversations/{id}/phone: reads a number back, and keeps nothing"""
        access = await self._doors.doorkeeper.access(request)
        shape = wire.decode(await body_of(request), wire.Phone)
        policy, language = self._house.policy, (await self._doors.view(access.conversation)).language
        read = read_back(policy, shape.phone, language, None)
        return json_answer({"phone_read_back": read, "phone_problem": refusal(policy, shape.phone or "-", language)})

    async def promise(self, request: Request) -> Response:
        """POST /conversations/{id}/promise"""
        access = await self._doors.doorkeeper.access(request)
        shape = wire.decode(await body_of(request), wire.Choose)
        outcome, view = await self.choose(access, shape)
        state = await place_of(self._house, view, self._doors.names, access)
        answer = {"seq": outcome.seq, "promise": state["promise"], "state": state}
        answer["phone_read_back"] = state["phone_read_back"]
        # A request stood before this, with its own code: a choice that is sent again must not end that one.
        words = access.scope is Scope.WORDS
        code = await first_code(self._house.world, view.id, again=False) if words else None
        response = json_answer(answer | ({"return_code": code} if code else {}), 200 if outcome.repeated else 201)
        auth.keep_code(request, response, view.id, code)
        return response

    async def choose(self, access: Access, shape: wire.Choose) -> tuple[Outcome, ConversationView]:
        """The choice, and the conversation after it."""
        house, id = self._house, access.conversation
        wish = wire.wish(shape, access.scope)
        outcome = await receive.choose_promise(house.world, house.recorder, house.windows, id, wish)
        return outcome, await self._doors.view(id)
