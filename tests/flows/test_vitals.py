"""The numbers that whoever runs the server watches."""

import pytest

from gehoor.core.time import MINUTE
from gehoor.flows.alarms import AlarmKind
from gehoor.flows.vitals import vitals
from tests.world import AT_NIGHT, Built

pytestmark = pytest.mark.anyio


def told(built: Built) -> dict[tuple[str, str], float]:
    return {
        (one.name, next(iter(labels.values()), "")): value
        for one in vitals(built.house)
        for labels, value in one.samples
    }


async def test_that_an_empty_house_tells_noughts_and_no_alarm(built: Built) -> None:
    found = told(built)
    assert found["conversations", "waiting"] == found["longest_wait_seconds", "no"] == found["staff", "available"] == 0
    assert not any(name == "alarms" for name, _ in found)


async def test_that_who_waits_and_how_long_is_told_apart_for_danger(built: Built) -> None:
    customer = await built.customer()
    await customer.wants_a_person()
    built.clock.forward(3 * MINUTE)
    found = told(built)
    assert found["conversations", "waiting"] == 1
    assert found["longest_wait_seconds", "no"] == 180
    assert found["longest_wait_seconds", "yes"] == 0


async def test_that_a_promise_whose_moment_passed_is_told_as_overdue(built: Built) -> None:
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.wants_a_person()
    await built.settle()
    before = told(built)
    built.clock.forward(72 * 60 * MINUTE)
    after = told(built)
    assert (before["promises", "open"], before["promises", "overdue"]) == (1, 0)
    assert (after["promises", "open"], after["promises", "overdue"]) == (0, 1)


async def test_that_staff_and_alarms_are_counted(built: Built) -> None:
    await built.agent("agent1")
    await built.house.alarms.ring(AlarmKind.POLICY_REDUCED)
    found = told(built)
    assert (found["staff", "desk_open"], found["staff", "available"]) == (1, 1)
    assert found["alarms", "policy_reduced"] == 1
