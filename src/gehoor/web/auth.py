"""Who is calling: the customer who holds a conversation's token, or a signed-in member of staff.

The widget sends a bearer token. The full page, the plain form and the desk have a first-party cookie; with a cookie,
whoever changes something must come from our own pages (Origin and Sec-Fetch-Site are checked).
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import NotAllowed, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant
from gehoor.flows.people import hashed, who
from gehoor.ports.people import Access, Scope, Session, Staff
from gehoor.ports.world import World
from gehoor.web.callers import Callers

VISITOR: Final = "gehoor"
CODE: Final = "gehoor-code"
FOR_EVER: Final = Instant(2**62)
DESK: Final = "gehoor-desk"
_MOST_KNOWN: Final = 20_000


class Doorkeeper:
    """Checks tokens and cookies."""

    def __init__(self, world: World, callers: Callers) -> None:
        self._world = world
        self._callers = callers
        self._known: OrderedDict[str, bytes] = OrderedDict()

    async def visitor(self, request: Request) -> ConversationId:
        """The conversation in the path, if the caller holds a token of it: for what does not show earlier words.

        Raises:
            Unknown: see ``access``.
        """
        return (await self.access(request)).conversation

    async def owner(self, request: Request) -> Access:
        """What the caller holds of the conversation in the path, if the caller may have every word of it.

        Raises:
            Unknown: see ``access``.
            NotAllowed: the caller came back with a code, and gave no second thing.
        """
        access = await self.access(request)
        if access.scope is not Scope.WORDS:
            raise NotAllowed("words_need_proof", field="scope")
        return access

    async def access(self, request: Request) -> Access:
        """What the caller may see of the conversation in the path.

        Raises:
            Unknown: no such conversation for this caller. Somebody else's conversation looks the same as none.
            TooOften: this address holds no token too often. Who holds one is never refused by that.
        """
        id = ConversationId(str(request.path_params["id"]))
        token = _bearer(request)
        if not token:
            token = self._from_cookie(request, id)
        access = await self._opens(id, token) if token else None
        if access is None:
            self._callers.wrong_token(request)
            raise Unknown("There is no such conversation for this token.")
        return access

    def _from_cookie(self, request: Request, id: str) -> str:
        held, _, token = read_cookie(request, VISITOR).partition(".")
        if held != id:
            return ""
        if request.method != "GET":
            refuse_other_sites(request)
        return token

    async def holder(self, request: Request) -> Access | None:
        """What the full page's cookie opens, if it stands."""
        id, _, token = read_cookie(request, VISITOR).partition(".")
        return await self._opens(ConversationId(id), token) if id and token else None

    async def holds(self, request: Request, id: ConversationId | None) -> Access | None:
        """What the caller holds beside a code: the widget's token for ``id``, or the full page's cookie."""
        token = _bearer(request)
        return await self._opens(id, token) if id and token else await self.holder(request)

    async def _opens(self, id: ConversationId, token: str) -> Access | None:
        """What a token opens: the conversation's own everything, one that a code was exchanged for what it says."""
        known = self._known.get(id)
        if known is None:
            known = await self._world.store.token_hash(id)
            if known is None:
                return None
            self._known[id] = known
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        given = hashed(token)
        if hmac.compare_digest(known, given):
            return Access(known, id, Scope.WORDS, 0, FOR_EVER)
        access = await self._world.people.access(given, self._world.clock.now())
        return access if access is not None and access.conversation == id else None

    async def staff(self, request: Request) -> tuple[Staff, Session]:
        """The signed-in member of staff.

        Raises:
            NotAllowed: not signed in, or the request comes from another site.
        """
        staff, session = await who(self._world, read_cookie(request, DESK), self._world.clock.now())
        if request.method != "GET":
            refuse_other_sites(request)
            # A page that was opened by one person must not write as another who signed in since (HONEST).
            if request.headers.get("x-form-token", session.form_token) != session.form_token:
                raise NotAllowed("Somebody else signed in here since this page was opened.", signed_in=False)
        return staff, session


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def refuse_other_sites(request: Request) -> None:
    """Refuses what another site's page made the browser send.

    Raises:
        NotAllowed: Sec-Fetch-Site or Origin names another site.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and _host_of(origin) != request.headers.get("host", "")
    if site not in ("same-origin", "none") or foreign:
        raise NotAllowed("This can only be done from our own pages.")


PROBE: Final = "x-gehoor-probe"
"""The header with which the house knows its own probe."""


def refuse_made_up_probe(request: Request, secret: str) -> None:
    """Refuses who calls a conversation a probe that the house did not begin itself: it would be left out of figures.

    Raises:
        NotAllowed: the secret is not that of this process.
    """
    if not secret or not hmac.compare_digest(request.headers.get(PROBE, "").encode(), secret.encode()):
        raise NotAllowed("Only the house itself makes probes.")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _name(request: Request, name: str) -> str:
    # A __Host- cookie must be Secure, and a browser keeps that from a plain-text server other than this machine.
    return f"__Host-{name}" if request.url.scheme == "https" else name


def read_cookie(request: Request, name: str) -> str:
    """The value of one of our cookies, or empty."""
    return request.cookies.get(_name(request, name), "")


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Keeps one of our cookies: HttpOnly, SameSite=Lax, this host only."""
    secure = request.url.scheme == "https"
    response.set_cookie(_name(request, name), value, httponly=True, samesite="lax", secure=secure, path="/")


def keep_code(request: Request, response: Response, id: ConversationId, code: str | None) -> None:
    """The full page keeps the code to come back with beside its conversation, to show it again after a reload."""
    if code and read_cookie(request, VISITOR).partition(".")[0] == id:
        set_code(request, response, id, code)


def set_code(request: Request, response: Response, id: ConversationId, code: str) -> None:
    """Keeps a code beside its conversation in this browser."""
    set_cookie(request, response, CODE, f"{id}.{code}")


def kept_code(request: Request, id: ConversationId) -> str:
    """The code that this browser was given for the conversation, or empty."""
    held, _, code = read_cookie(request, CODE).partition(".")
    return code if held == id else ""


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Forgets one of our cookies."""
    response.delete_cookie(_name(request, name), path="/", secure=request.url.scheme == "https", httponly=True)
