"""What the house sees: alarms that stand, and what the night hands over to the morning."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import Invalid, NotAllowed
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, Instant, instant, iso, later
from gehoor.flows.alarms import Alarm
from gehoor.flows.envelopes import alarm_words
from gehoor.flows.house import House
from gehoor.flows.overview import Handover, Item, handover, last_close
from gehoor.web.context import Doors
from gehoor.web.readable import refuse_who_does_not_supervise, restricted
from gehoor.web.widget import json_answer

LOOKS_BACK: Final = 31 * DAY
"""How far back the handover goes: each conversation in it is read whole."""


class Lookout:
    """The calls."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def alarms(self, request: Request) -> Response:
        """GET /staff/alarms: for supervisors"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        refuse_who_does_not_supervise(self._house.policy, staff)
        return json_answer({"alarms": standing_alarms(self._house)})

    async def handover(self, request: Request) -> Response:
        """GET /staff/handover?since=...: since the close of the last working day, unless a moment is given"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        policy = self._house.policy
        if restricted(policy, staff):
            raise NotAllowed("Dit overzicht is voor medewerkers van de organisatie zelf.")
        given = request.query_params.get("since", "")
        now = self._house.world.clock.now()
        since = _moment(given) if given else last_close(policy.hours, now)
        if since < later(now, -LOOKS_BACK):
            raise Invalid("This goes back 31 days at the most.", field="since")
        return json_answer(_told(policy, await handover(self._house.world, since)))


def standing_alarms(house: House) -> list[dict[str, Any]]:
    """Every alarm that stands, in words."""
    return [_alarm(house.policy, one) for one in house.alarms.standing()]


def _moment(text: str) -> Instant:
    try:
        return instant(datetime.fromisoformat(text.replace(" ", "+")))
    except (ValueError, OverflowError, Invalid):
        raise Invalid(
            "This must be a moment with its time zone, such as 2026-11-23T17:00:00Z.", field="since"
        ) from None


def _alarm(policy: Policy, alarm: Alarm) -> dict[str, Any]:
    what, action = alarm_words(policy, alarm, "nl")
    return {
        "kind": alarm.kind.value,
        "about": alarm.about,
        "since": iso(alarm.since),
        "what": what,
        "action": action,
        "data": dict(alarm.data),
    }


def _told(policy: Policy, found: Handover) -> dict[str, Any]:
    lists = ("came_in", "received", "promised", "done", "open", "broken", "not_reached")
    return {
        "since": iso(found.since),
        "until": iso(found.until),
        **{name: [_item(one) for one in getattr(found, name)] for name in lists},
        "alarms": [
            _alarm(policy, one.alarm) | {"over_at": None if one.over_at is None else iso(one.over_at)}
            for one in found.alarms
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "code": item.code,
        "reference": item.reference,
        "at": iso(item.at),
        "phase": item.phase.value,
        "danger": item.danger.name.lower(),
        "language": item.language,
        "kind": item.kind,
        "due_at": None if item.due_at is None else iso(item.due_at),
        "window_start": None if item.window_start is None else iso(item.window_start),
        "owner": item.owner,
        "tries": item.tries,
        "partner": item.partner,
        "mail_failed": item.mail_failed,
        "receipts": [{"topic": topic, "due_at": iso(due)} for topic, due in item.receipts],
    }
