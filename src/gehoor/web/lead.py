"""What a supervisor must know now: who waits, who is there, whether what was promised fits the people on the rota."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.conversation.model import Window
from gehoor.core.conversation.view import ConversationView
from gehoor.core.guarantee.windows import capacity, room, shortage, windows
from gehoor.core.ids import StaffId
from gehoor.core.rota import Duty
from gehoor.core.time import DAY, SECOND, Instant, iso, later
from gehoor.web.context import Doors
from gehoor.web.desk_cards import is_owed
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
        owed = [view for view in self._house.floor.views.values() if is_owed(view)]
        answer = {
            "now": self._now(owed),
            "short": self._short(owed, now),
            "rota": [self._duty(one, now) for one in self._house.policy.duties(now, later(now, _LOOKS_AHEAD))],
            "windows": self._windows(owed, now),
            "estimates": self._estimates(),
        }
        return json_answer(answer)

    def _now(self, owed: list[ConversationView]) -> dict[str, Any]:
        floor = self._house.floor
        queue = floor.queue()
        desks = [one for one in floor.presence.values() if one.streams > 0]
        return {
            "waiting": len(queue),
            "longest": iso(min(one.since for one in queue)) if queue else None,
            "available": sum(floor.is_there(one) for one in desks),
            "present": len(desks),
            "promises": len(owed),
        }

    def _short(self, owed: list[ConversationView], now: Instant) -> dict[str, Any] | None:
        """How many people are short to keep what was promised, before the first promise breaks."""
        due = [view.due_at for view in owed if view.due_at is not None and view.window_start is None]
        booked = [Window(start, end) for start, end in _windows_of(owed)]
        short = shortage(self._house.policy, due, now, booked)
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

    def _windows(self, owed: list[ConversationView], now: Instant) -> list[dict[str, Any]]:
        policy = self._house.policy
        booked = [start for start, _ in _windows_of(owed)]
        return [
            {
                "start": iso(window.start),
                "end": iso(window.end),
                "room": room(policy, window, booked),
                "capacity": capacity(policy, window),
            }
            for window in windows(policy, now)
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


def _windows_of(owed: list[ConversationView]) -> list[tuple[Instant, Instant]]:
    """The windows that customers chose and that are still to come true."""
    return [(v.window_start, v.due_at) for v in owed if v.window_start is not None and v.due_at is not None]
