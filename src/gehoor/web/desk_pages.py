"""The desk's own pages: sign in, the desk, sign out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gehoor.core.errors import NotAllowed
from gehoor.core.policy import Policy
from gehoor.ports.people import Staff
from gehoor.web import auth
from gehoor.web.context import Doors, form_of
from gehoor.web.desk import Desk
from gehoor.web.pages import Pages
from gehoor.web.readable import restricted, sees_quality, supervises, writes

_PAGES: Final = (
    "/desk/leiding",
    "/desk/beleid",
    "/desk/overdracht",
    "/desk/terugroepen",
    "/desk/beoordelen",
    "/desk/kennis",
    "/desk/kennis/nieuw",
    "/desk/kennis/metingen",
)
_TOPIC: Final = re.compile(r"/desk/kennis/onderwerp/[a-z0-9-]{1,200}")


class DeskPages:
    """Pages for staff."""

    def __init__(self, doors: Doors, desk: Desk, pages: Pages) -> None:
        self._doors = doors
        self._desk = desk
        self._pages = pages

    async def desk(self, request: Request) -> Response:
        """GET /desk"""
        return await self._page(request, "desk.html")

    async def lead(self, request: Request) -> Response:
        """GET /desk/leiding: what a supervisor must know now"""
        return await self._page(request, "desk_lead.html", supervises)

    async def policy(self, request: Request) -> Response:
        """GET /desk/beleid: the policy, to be read and changed"""
        return await self._page(request, "desk_policy.html", supervises)

    async def handover(self, request: Request) -> Response:
        """GET /desk/overdracht: what the night hands over to the morning"""
        return await self._page(request, "desk_handover.html", lambda policy, staff: not restricted(policy, staff))

    async def judging(self, request: Request) -> Response:
        """GET /desk/beoordelen: answers of a sample, one after another, to be judged"""
        return await self._page(request, "desk_judge.html", lambda policy, staff: not restricted(policy, staff))

    async def knowledge(self, request: Request) -> Response:
        """GET /desk/kennis: every topic and how it stands"""
        return await self._page(request, "desk_knowledge.html", lambda policy, staff: not restricted(policy, staff))

    async def topic(self, request: Request) -> Response:
        """GET /desk/kennis/onderwerp/{slug}: one topic, to be read and by writers changed"""
        return await self._page(request, "desk_topic.html", lambda policy, staff: not restricted(policy, staff))

    async def new_topic(self, request: Request) -> Response:
        """GET /desk/kennis/nieuw: a topic that is not there yet"""
        return await self._page(request, "desk_topic.html", writes)

    async def measured(self, request: Request) -> Response:
        """GET /desk/kennis/metingen: how good the answers are, in figures"""
        return await self._page(request, "desk_measured.html", sees_quality)

    async def recalls(self, request: Request) -> Response:
        """GET /desk/terugroepen: answers that were wrong, who was given them, and how far they are told"""
        return await self._page(request, "desk_recalls.html", sees_quality)

    async def _page(
        self, request: Request, template: str, may: Callable[[Policy, Staff], bool] = lambda _policy, _staff: True
    ) -> Response:
        """One page, for whom ``may`` says; others go to the desk, and who is not signed in to where that is done."""
        policy = self._doors.house.policy
        try:
            staff, session = await self._doors.doorkeeper.staff(request)
        except NotAllowed:
            here = "" if request.url.path == "/desk" else f"?return_to={request.url.path}"
            return RedirectResponse(f"/desk/login{here}", 303)
        if not may(policy, staff):
            return RedirectResponse("/desk", 303)
        return self._pages.render(
            request,
            template,
            me=me_of(policy, staff),
            organisation=policy.contact.organisation,
            ai=policy.ai,
            reduced=policy.reduced,
            form_token=session.form_token,
            language="nl",
        )

    async def login(self, request: Request) -> Response:
        """GET /desk/login"""
        return self._login(request, return_to=_own_path(request.query_params.get("return_to", "")))

    def _login(
        self, request: Request, error: str = "", status: int = 200, login: str = "", return_to: str = ""
    ) -> Response:
        organisation = self._doors.house.policy.contact.organisation
        accounts = self._doors.demo_accounts
        return self._pages.render(
            request,
            "desk_login.html",
            status,
            organisation=organisation,
            error=error,
            return_to=return_to,
            login=login,
            demo_accounts=accounts,
            form_token="",
            language="nl",
        )

    async def sign_in(self, request: Request) -> Response:
        """POST /desk/login: the same as POST /staff/session, for a browser without JavaScript"""
        auth.refuse_other_sites(request)
        form = await form_of(request)
        login, return_to = str(form.get("login", ""))[:200], _own_path(str(form.get("return_to", "")))
        staff = await self._desk.account(request, login, str(form.get("password", ""))[:1000])
        if staff is None:
            return self._login(request, "De naam of het wachtwoord klopt niet.", 401, login, return_to)
        response = RedirectResponse(return_to or "/desk", 303)
        await self._desk.open_session(request, response, staff)
        return response


def me_of(policy: Policy, staff: Staff) -> dict[str, object]:
    """Who sits at the desk, as its pages need it."""
    role = "supervisor" if supervises(policy, staff) else "writer" if writes(policy, staff) else "agent"
    named = {"id": staff.id, "name": staff.name, "role": role, "team": staff.team}
    return named | {"restricted": restricted(policy, staff)}


def _own_path(path: str) -> str:
    """A path on our own desk, or empty: nobody is sent to another site after signing in."""
    ours = path in ("/desk", *_PAGES) or path.startswith(("/desk#", "/desk?")) or _TOPIC.fullmatch(path)
    return path[:500] if ours else ""
