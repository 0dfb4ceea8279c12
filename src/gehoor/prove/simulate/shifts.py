"""Who works when: the shifts of a policy's rota, with breaks; and a rota for as many agents as are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from gehoor.core import rota
from gehoor.core.ids import StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import HOUR, MINUTE, Instant, instant

_BREAK: Final = 15.0
_LUNCH: Final = 30.0
_LONG: Final = 6 * HOUR
_WEEKDAYS: Final = frozenset(range(5))
_TURNS: Final = (
    *((time(8), time(16, 30)), (time(8, 30), time(17)), (time(8), time(17)), (time(8, 30), time(17))),
    *((time(8), time(13)), (time(11, 30), time(17))),
)
"""Two in three work all day; one in three only the morning or the afternoon."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent on one day. ``breaks``: when, and for how many minutes."""

    agent: StaffId
    start: Instant
    end: Instant
    breaks: tuple[tuple[Instant, float], ...] = ()


def with_rota(policy: Policy, agents: Sequence[str]) -> Policy:
    """The policy with these agents on shift on working days, all in its first team, and nobody else at the desk."""
    team = policy.teams[0].id
    closed = policy.hours.closed
    shifts = tuple(
        rota.Shift(team, (StaffId(name),), _WEEKDAYS, *_TURNS[place % len(_TURNS)], except_on=closed)
        for place, name in enumerate(agents)
    )
    return replace(policy, shifts=(*shifts, *(one for one in policy.shifts if one.on_call)))


def shifts_over(policy: Policy, days: Sequence[date], absent: float, chance: Random) -> Iterator[Shift]:
    """Every shift at the desk that begins on these days.

    Args:
        absent: the part of the shifts to which nobody comes.
    """
    since = instant(datetime.combine(days[0], time(0), tzinfo=policy.hours.zone))
    until = instant(datetime.combine(days[-1] + timedelta(days=1), time(0), tzinfo=policy.hours.zone))
    for place, duty in enumerate(policy.duties(since, until)):
        for person in () if duty.on_call else duty.people:
            if chance.random() >= absent:
                yield Shift(person, duty.start, duty.end, _breaks(duty, place))


def _breaks(duty: rota.Duty, place: int) -> tuple[tuple[Instant, float], ...]:
    """A lunch and two breaks in a long shift, one break in a short one; colleagues go one after another."""
    turn = (place % 8) * 10 * MINUTE
    if duty.end - duty.start < _LONG:
        return ((Instant(duty.start + 105 * MINUTE + turn // 2), _BREAK),)
    return (
        (Instant(duty.start + 105 * MINUTE + turn), _BREAK),
        (Instant((duty.start + duty.end) // 2 - 45 * MINUTE + turn), _LUNCH),
        (Instant(duty.end - 130 * MINUTE + turn // 2), _BREAK),
    )


def names(number: int) -> tuple[str, ...]:
    """So many agents."""
    return tuple(f"agent{place:02d}" for place in range(1, number + 1))
