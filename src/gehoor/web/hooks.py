"""The door of the night partners: their systems answer a call over a signed webhook, their people on a page.

Neither signs in: who holds the token of a call may answer it. The page acknowledges nothing by being opened, because
scanners of mail open every link; a button does.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gehoor.core.conversation.model import Answered
from gehoor.core.errors import Invalid
from gehoor.core.guarantee.fallback import spoken_moment
from gehoor.flows.partner import PAGE, Duty
from gehoor.web import wire
from gehoor.web.context import Doors, body_of, form_of
from gehoor.web.pages import Pages
from gehoor.web.widget import json_answer

SIGNED_AT: Final = "gehoor-signed-at"
SIGNATURE: Final = "gehoor-signature"


class Hooks:
    """The partners' calls."""

    def __init__(self, doors: Doors, pages: Pages) -> None:
        self._house = doors.house
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """POST /hooks/partner/{token}: the partner's own system says what became of a call"""
        token, body = str(request.path_params["token"]), await body_of(request)
        signed_at, signature = request.headers.get(SIGNED_AT, ""), request.headers.get(SIGNATURE, "")
        self._house.partners.check(token, signed_at, body, signature)
        shape = wire.decode(body, wire.PartnerAnswer)
        duty = await self._house.partners.told(token, Answered(shape.status))
        return json_answer({"status": _stage(duty)})

    async def page(self, request: Request) -> Response:
        """GET /dienst/{token}"""
        duty = await self._house.partners.duty(str(request.path_params["token"]))
        policy, language = self._house.policy, "nl"  # for people of the partner, as the desk is
        return self._pages.render(
            request,
            "duty.html",
            language=language,
            stage=_stage(duty),
            action=request.url.path,
            name=duty.name,
            reference=duty.reference,
            danger=policy.wording.say(f"danger_{duty.danger}", language).text,
            phone=duty.phone,
            since=spoken_moment(policy, duty.waiting_since, language),
            spoken={"nl": "Nederlands", "en": "Engels"}.get(duty.language, duty.language),
        )

    async def press(self, request: Request) -> Response:
        """POST /dienst/{token}: one of the buttons of the page"""
        token, form = str(request.path_params["token"]), await form_of(request)
        status = str(form.get("status", ""))
        if status not in Answered._value2member_map_:
            raise Invalid("This is no answer that is known here.", field="status")
        await self._house.partners.told(token, Answered(status))
        return RedirectResponse(f"{PAGE}{token}", 303)


def _stage(duty: Duty) -> str:
    """asked: nobody took it yet; acknowledged: this link goes; over: it is somebody else's by now, or done."""
    if not duty.stands:
        return "over"
    return "acknowledged" if duty.acknowledged else "asked"
