"""Pages of who comes back or chooses a promise, complete without JavaScript: the same steps as the widget's."""

from __future__ import annotations

from collections.abc import Awaitable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gehoor.core.errors import GehoorError, NotAllowed
from gehoor.ports.people import Scope
from gehoor.web import auth, wire
from gehoor.web.context import Doors
from gehoor.web.errors import STATUS, in_words
from gehoor.web.pages import Pages, client_id


class ReturnPages:
    """The forms about a promise and about coming back."""

    def __init__(self, doors: Doors, pages: Pages) -> None:
        self._house = doors.house
        self._pages = pages

    async def promise(self, request: Request) -> Response:
        """POST /chat/promise: how and when; a refusal is said, and what was promised stands"""
        form, access = await self._pages.form(request), await self._pages.held(request)
        how, _, window = str(form.get("choice", "")).partition("@")
        given = {"client_id": str(client_id(form)), "preference": how}
        given |= {kind: value for kind in ("phone", "email") if (value := str(form.get(kind) or "").strip())}
        try:
            shape = wire.decode(wire.encode(given | ({"window": window} if window else {})), wire.Choose)
            await self._pages.promises.choose(access, shape)
        except GehoorError as fault:
            return await self._pages.refused(request, fault, "", self._said(request, fault))
        return await self._pages.on(request, access)

    def _said(self, request: Request, fault: GehoorError) -> str:
        return in_words(fault, self._house.policy, self._pages.language(request))

    async def new_code(self, request: Request) -> Response:
        """POST /chat/code"""
        await self._pages.form(request)
        access = await self._pages.held(request)
        if access.scope is not Scope.WORDS:
            raise NotAllowed("words_need_proof", field="scope")
        response = RedirectResponse("/chat#laatste", 303)
        auth.set_code(request, response, access.conversation, await self._pages.returns.another(access))
        return response

    async def send_proof(self, request: Request) -> Response:
        """POST /chat/verify/send"""
        await self._pages.form(request)
        return await self._proving(request, self._pages.returns.send(await self._pages.held(request)))

    async def verify(self, request: Request) -> Response:
        """POST /chat/verify"""
        form, access = await self._pages.form(request), await self._pages.held(request)
        return await self._proving(request, self._pages.returns.prove(access, str(form.get("code", ""))))

    async def _proving(self, request: Request, step: Awaitable[None]) -> Response:
        try:
            await step
        except GehoorError as fault:
            return await self._pages.refused(request, fault, "", self._said(request, fault))
        return RedirectResponse("/chat#laatste", 303)

    async def back(self, request: Request) -> Response:
        """GET /terug: where a code is typed"""
        return self._back(request)

    def _back(self, request: Request, error: str = "", status: int = 200) -> Response:
        context: dict[str, object] = {"form_token": self._pages.form_token(request), "error": error}
        return self._pages.render(request, "return.html", status, **context)

    async def come_back(self, request: Request) -> Response:
        """POST /terug: the code for a cookie, which opens the place and the promise"""
        form = await self._pages.form(request)
        try:
            returned = await self._pages.returns.exchange(request, str(form.get("code", ""))[:200])
        except GehoorError as fault:
            return self._back(request, self._said(request, fault), STATUS[fault.code])
        response = RedirectResponse("/chat#laatste", 303)
        if returned.access.scope is Scope.PLACE:
            cookie = f"{returned.access.conversation}.{returned.token}"
            auth.set_cookie(request, response, auth.VISITOR, cookie)
        return response
