"""GehoorError → status and one JSON shape (RFC 9457), everywhere; each with the ways to a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gehoor.core import errors as x
from gehoor.core.policy import Policy
from gehoor.flows.faults import described
from gehoor.web.wire import encode

_LOG = structlog.get_logger()

STATUS: Final[dict[str, int]] = {
    x.NotAllowed.code: 403,
    x.NotYours.code: 409,
    x.NotNow.code: 409,
    x.Refused.code: 409,
    x.Invalid.code: 422,
    x.Unknown.code: 404,
    x.Conflict.code: 409,
    x.Busy.code: 503,
    x.StoreAway.code: 503,
    x.TooOften.code: 429,
    x.StoreFault.code: 503,
    x.PolicyFault.code: 422,
    x.TooLarge.code: 413,
    "not_signed_in": 401,
}
_OF_HTTP: Final = {404: "unknown", 405: "not_allowed", 413: "too_large", 400: "invalid", 403: "not_allowed"}
_SAID_AS: Final = {"not_signed_in": "not_allowed", "too_large": "invalid", "refused": "not_now"}
POLICY_DATA: Final = ("field", "rule", "moment", "ceiling", "source", "law", "mend")
"""What is told about a fault in a policy."""
_PUBLIC_DATA: Final = ("longest", "can", "version", *POLICY_DATA)


def problem(policy: Policy, language: str, status: int, code: str, detail: str = "", **data: object) -> Response:
    """The one shape of every error. ``title`` is for the customer, ``detail`` for who wrote the program."""
    body: dict[str, Any] = {
        "type": f"urn:gehoor:error:{code}",
        "title": sentence_for(policy, language, code),
        "status": status,
        "detail": detail,
        "code": code,
        "contact": contact(policy, language),
    }
    body |= {key: value for key, value in data.items() if key in _PUBLIC_DATA}
    headers = {"Retry-After": str(data.get("retry_after_s", 2))} if status in (429, 503) else {}
    return Response(encode(body), status, headers, media_type="application/problem+json")


def sentence_for(policy: Policy, language: str, code: str) -> str:
    """A plain sentence with another way to reach a person."""
    wanted = f"error_{_SAID_AS.get(code, code)}"
    known = wanted if wanted in policy.wording.sentences[policy.wording.default] else "error_error"
    return policy.wording.say(known, language, phone=policy.contact.phone, email=policy.contact.email).text


def contact(policy: Policy, language: str) -> dict[str, str]:
    """How to reach the organisation without this product."""
    one = policy.contact
    known = language if language in one.hours else policy.wording.default
    return {
        "organisation": one.organisation,
        "phone": one.phone,
        "phone_link": link_to(one.phone),
        "emergency_phone": one.emergency_phone,
        "emergency_phone_link": link_to(one.emergency_phone),
        "hours": one.hours[known],
        "email": one.email,
        "address": one.address,
        "visit_hours": one.visit_hours[known],
    }


def link_to(phone: str) -> str:
    """The tel: link of a Dutch number (RFC 3966)."""
    digits = "".join(character for character in phone if character.isdigit())
    short = len(digits) < 9 or digits.startswith("0800") or digits.startswith("0900")
    return f"tel:{digits}" if short or not digits.startswith("0") else f"tel:+31{digits[1:]}"


def language_of(request: Request, policy: Policy) -> str:
    """The language that the reader prefers, of those that the organisation speaks."""
    for part in request.headers.get("accept-language", "").split(","):
        short = part.split(";")[0].strip().lower().split("-")[0]
        if short in policy.languages:
            return short
    return policy.languages[0]


def answer_to(fault: Exception, policy: Policy, language: str) -> Response:
    """The answer to a fault. What was not foreseen is logged with its class, and told without any of its inside."""
    if isinstance(fault, ClientDisconnect):  # there is nobody to answer
        return problem(policy, language, 400, "invalid")
    if isinstance(fault, x.StoreFault):
        _LOG.error("what is stored cannot be used. Run: gehoor db check", **described(fault))
    if isinstance(fault, x.GehoorError):
        code = "not_signed_in" if fault.data.get("signed_in") is False else fault.code
        detail = "" if isinstance(fault, x.StoreFault | x.StoreAway) else in_words(fault, policy, language)
        return problem(policy, language, STATUS.get(code, 500), code, detail, **fault.data)
    if isinstance(fault, HTTPException):
        code = _OF_HTTP.get(fault.status_code, "error")
        answer = problem(policy, language, fault.status_code, code)
        answer.headers.update(fault.headers or {})
        return answer
    _LOG.error("a request failed", **described(fault))
    return problem(policy, language, 500, "error")


def in_words(fault: x.GehoorError, policy: Policy, language: str) -> str:
    """What an error says: its sentence, or the text that it names."""
    said = fault.sentence
    return policy.wording.say(said, language).text if policy.wording.has(said) else said


class Faults:
    """Answers what nobody foresaw. It stands inside ``Headers``, so that this answer too carries what every answer
    does: another site's page may read the telephone number in it.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as fault:
            if begun or scope["type"] != "http":
                raise
            response = await self._answer(Request(scope), fault)
            await response(scope, receive, send)
