"""What a customer is told of their turn: the place, how long it will take, and why the place went up."""

from __future__ import annotations

from typing import Any

from gehoor.core.conversation.view import ConversationView
from gehoor.core.policy import Policy
from gehoor.core.routing.wait import STEPS
from gehoor.core.time import MINUTE, SECOND
from gehoor.flows.house import House


def turn_of(house: House, view: ConversationView) -> dict[str, Any]:
    """The turn of a customer, computed anew every time and never stored."""
    position = house.floor.position(view.id)
    reason = None if position is None else house.floor.places.reason(view.id, position)
    said = None
    if reason is not None:
        said = house.policy.wording.say(f"place_later_{reason}", view.language, position=str(position)).text
    return {
        "position": position,
        "estimated_wait_s": house.floor.estimated_wait(view.id),
        "reason": None if reason is None else reason.value,
        "position_reason": said or "",
    }


def wait_in_words(policy: Policy, seconds: int | None, language: str) -> str:
    """ "Dat duurt ongeveer 10 minuten."; or that it is not known."""
    say = policy.wording.say
    if seconds is None:
        return say("wait_unknown", language).text
    if seconds <= MINUTE // SECOND:
        return say("wait_soon", language).text
    if seconds >= STEPS[-1] // SECOND:
        return say("wait_long", language).text
    return say("wait_minutes", language, minutes=str(seconds * SECOND // MINUTE)).text
