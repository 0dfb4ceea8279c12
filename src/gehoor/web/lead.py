"""What a supervisor must know now: who waits, who is there, whether what was promised fits the people on the rota."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.guarantee.windows import capacity
from gehoor.core.ids import StaffId
from gehoor.core.rota import Duty
from gehoor.core.time import DAY, SECOND, Instant, iso, later
from gehoor.web.context import Doors
from gehoor.web.readable import refuse_who_does_not_supervise
from gehoor.web.widget import json_answer

_LOOKS_AHEAD: Final = DAY
"""How far ahead the rota is shown."""


class Lead:
    """The supervisor's call."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def lead(self, request: Request) -> Response:
        """GET /staff/lead"""
        staff, _ = await self._doors.doorkeeper.staff(request)
        refuse_who_does_not_supervise(self._house.policy, staff)
        now = self._house.world.clock.now()
        answer = {
            "now": self._now(),
            "short": self._short(),
            "rota": [self._duty(one, now) for one in self._house.policy.duties(now, later(now, _LOOKS_AHEAD))],
            "windows": self._windows(),
            "estimates": self._estimates(),
        }
        return json_answer(answer)

    def _now(self) -> dict[str, Any]:
        floor = self._house.floor
        queue = floor.queue()
        desks = [one for one in floor.presence.values() if one.desks > 0]
        return {
            "waiting": len(queue),
            "longest": iso(min(one.since for one in queue)) if queue else None,
            "available": sum(floor.is_there(one) for one in desks),
            "present": len(desks),
            "promises": len(floor.owed),
        }

    def _short(self) -> dict[str, Any] | None:
        """How many people are short to keep what was promised, before the first promise breaks."""
        short = self._house.windows.shortage()
        if short is None:
            return None
        span = {"since": iso(short.since), "until": iso(short.until)}
        return {"people": short.people, "promises": short.promises} | span

    def _duty(self, duty: Duty, now: Instant) -> dict[str, Any]:
        runs = duty.start <= now < duty.end
        people = [{"name": self._doors.names.get(id, id), "there": self._is_there(id)} for id in duty.people]
        span = {"start": iso(duty.start), "end": iso(duty.end)}
        return {"team": duty.team, "on_call": duty.on_call, "now": runs, "people": people} | span

    def _is_there(self, id: StaffId) -> bool:
        presence = self._house.floor.presence.get(id)
        return presence is not None and self._house.floor.is_there(presence)

    def _windows(self) -> list[dict[str, Any]]:
        return [
            {
                "start": iso(window.start),
                "end": iso(window.end),
                "room": room,
                "capacity": capacity(self._house.policy, window),
            }
            for window, room in self._house.windows.every()
        ]

    def _estimates(self) -> list[dict[str, Any]]:
        """Whether the wait that customers were told was right, by the hour at which it was told."""
        return [
            {
                "hour": one.hour,
                "count": one.count,
                "close": one.close,
                "unknown": one.unknown,
                "bias_s": one.bias // SECOND,
                "median_s": one.median_error // SECOND,
            }
            for one in self._house.floor.estimates()
        ]
