"""The customer's place: the promise, how to choose or move it, and the number as it is read back.

What a code alone opens is this, and nothing that was said: the number is then shown by its last two digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Phase, PromiseKind, Window
from gehoor.core.conversation.transcript import Line
from gehoor.core.conversation.view import ConversationView
from gehoor.core.guarantee.fallback import spoken_window
from gehoor.core.policy import Policy
from gehoor.core.time import iso
from gehoor.flows.house import House
from gehoor.flows.people import address_for_proof, contact_of
from gehoor.flows.telephone import Number, Wrong, read_number
from gehoor.ports.people import Access, Scope

CHOOSING: Final = (Phase.WAITING, Phase.OFFERED, Phase.PARKED)
_OF_THE_PROMISE: Final = (
    e.PromiseMade,
    e.PromiseMoved,
    e.PromiseTried,
    e.PromiseKept,
    e.PromiseBroken,
    e.PromiseNotReached,
    e.RequestWithdrawn,
    e.MailFailed,
    e.Resolved,
    e.Reopened,
)


def for_access(lines: Iterable[tuple[Line, str]], access: Access) -> Iterator[tuple[Line, str]]:
    """The lines that a token opens: every line, or of what was there before only what became of the promise."""
    if access.scope is Scope.WORDS:
        yield from lines
        return
    prev = 0
    for line, text in lines:
        if line.fact.seq > access.since or isinstance(line.fact.event, _OF_THE_PROMISE):
            yield replace(line, prev=prev), text
            prev = line.fact.seq


def may_choose(view: ConversationView) -> bool:
    """Whether this customer can choose how a person gets in touch, or move what was promised."""
    return view.phase in CHOOSING and view.danger is Danger.NONE


def window_told(policy: Policy, window: Window, language: str) -> dict[str, str]:
    """A window on the wire."""
    return {
        "start": iso(window.start),
        "end": iso(window.end),
        "text": spoken_window(policy, window.start, window.end, language),
    }


def read_back(policy: Policy, phone: str, language: str, access: Access | None) -> dict[str, str] | None:
    """A number as it is read back: in groups for the eye, digit by digit for the ear."""
    number = read_number(phone) if phone else None
    if not isinstance(number, Number):
        return None
    if access is None or access.scope is Scope.WORDS:
        return {"text": number.shown, "spoken": number.spoken(language)}
    shown = policy.wording.say("phone_ends_in", language, ending=number.ending).text
    return {"text": shown, "spoken": shown}


def refusal(policy: Policy, phone: str, language: str) -> str | None:
    """Why a number that was given cannot be called back, in words; None when it can, or when none was given."""
    number = read_number(phone) if phone.strip() else None
    return policy.wording.say(number.value, language).text if isinstance(number, Wrong) else None


async def with_place(state: dict[str, Any], house: House, view: ConversationView, access: Access) -> dict[str, Any]:
    """The state of a conversation with the customer's place in it."""
    window, promise = house.windows.standing(view), state["promise"]
    if promise is not None and view.promise_kind is not None:
        told = None if window is None else window_told(house.policy, window, view.language)
        promise |= {"kind": view.promise_kind.value, "window": told}
    words = access.scope is Scope.WORDS
    place: dict[str, Any] = {
        "scope": access.scope.value,
        "danger": words and view.danger is not Danger.NONE,
        "may_choose": may_choose(view),
        "mail": house.mail_leaves(),
        "phone_read_back": None,
        "verify": False,
    }
    if view.promise_kind is PromiseKind.CALLBACK or not words:
        left = await contact_of(house.world, view.id)
        place["phone_read_back"] = read_back(house.policy, left.get("phone", ""), view.language, access)
    if not words and house.mail_leaves():
        place["verify"] = await address_for_proof(house.world, view.id) is not None
    return state | place
