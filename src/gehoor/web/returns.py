"""Coming back with a code: exchanging it for a token, and the second thing that opens the words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import NotNow, Unknown
from gehoor.core.ids import ConversationId
from gehoor.flows.people import address_for_proof
from gehoor.flows.returns import Returned, come_back, give_code, open_words
from gehoor.ports.people import Access, Scope
from gehoor.web import auth, wire
from gehoor.web.context import Doors, body_of
from gehoor.web.widget import json_answer


class Returns:
    """The calls of a customer who comes back."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def come_back(self, request: Request) -> Response:
        """POST /return"""
        shape = wire.decode(await body_of(request), wire.Return)
        held = ConversationId(shape.conversation) if shape.conversation else None
        back = await self.exchange(request, shape.code, held)
        answer = {"id": back.access.conversation, "token": back.token, "language": back.language}
        return json_answer(answer | {"scope": back.access.scope.value}, 201)

    async def exchange(self, request: Request, typed: str, held: ConversationId | None = None) -> Returned:
        """A token for a code. Wrong ones are counted, by the address they come from and in all."""
        self._doors.callers.check_code(request)
        try:
            return await come_back(self._house.world, typed, await self._doors.doorkeeper.holds(request, held))
        except Unknown:
            self._doors.callers.wrong_code(request)
            raise

    async def new_code(self, request: Request) -> Response:
        """POST /conversations/{id}/return-code: a new code instead of the old one, for who has the words"""
        access = await self._doors.doorkeeper.owner(request)
        code = await self.another(access)
        response = json_answer({"return_code": code}, 201)
        auth.keep_code(request, response, access.conversation, code)
        return response

    async def another(self, access: Access) -> str:
        """A new code, while a request or a promise stands."""
        view = await self._house.world.store.view(access.conversation)
        if view is None or not (view.requested or view.due_at is not None):
            raise NotNow("no_request", field="code")
        return await give_code(self._house.world, view.id, access)

    async def send_proof(self, request: Request) -> Response:
        """POST /conversations/{id}/verify/send: six digits to the address that was left"""
        access = await self._doors.doorkeeper.access(request)
        await self.send(access)
        return json_answer({"sent": True}, 202)

    async def send(self, access: Access) -> None:
        """Sends the number.

        Raises:
            NotNow: no address was left to which it may go, or the letter cannot leave now.
            Busy: too many were sent.
        """
        house, id = self._house, access.conversation
        address = await address_for_proof(house.world, id)
        if address is None or not house.mail_leaves():
            raise NotNow("proof_no_address", field="email")
        language = (await self._doors.view(id)).language
        number = house.proofs.make(id)
        if not await house.send_proof(id, address, number, language):
            raise NotNow("proof_not_sent", field="email")

    async def verify(self, request: Request) -> Response:
        """POST /conversations/{id}/verify: the words are open from now on"""
        access = await self._doors.doorkeeper.access(request)
        shape = wire.decode(await body_of(request), wire.Verify)
        await self.prove(access, shape.code)
        return json_answer({"scope": Scope.WORDS.value})

    async def prove(self, access: Access, typed: str) -> None:
        """The second thing fits: this token opens the words. See ``Proofs.check`` for what it raises."""
        if access.scope is Scope.WORDS:
            return
        self._house.proofs.check(access.conversation, typed)
        await open_words(self._house.world, access)
