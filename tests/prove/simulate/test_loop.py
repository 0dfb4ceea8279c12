"""Time that jumps: the right things happen, in the right order, at once."""

import asyncio
import time

import pytest

from gehoor.adapters.scripted import MONDAY_MORNING
from gehoor.core.time import DAY, MINUTE
from gehoor.prove.simulate.loop import NothingPlanned, VirtualClock, VirtualLoop


def test_that_a_day_passes_at_once_and_in_order() -> None:
    loop = VirtualLoop()
    clock = VirtualClock(loop, MONDAY_MORNING)
    heard: list[tuple[str, int]] = []

    async def wakes(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        heard.append((name, clock.now() - MONDAY_MORNING))

    async def main() -> None:
        loop.call_later(60, lambda: heard.append(("call", clock.now() - MONDAY_MORNING)))
        await asyncio.gather(wakes("late", 86_400), wakes("early", 0.5))

    began = time.perf_counter()
    loop.run(main())
    assert time.perf_counter() - began < 5
    assert heard == [("early", MINUTE // 120), ("call", MINUTE), ("late", DAY)]


def test_that_a_time_out_is_one_of_virtual_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3600):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert VirtualLoop().run(main()) == pytest.approx(3600)


def test_that_waiting_for_what_nobody_will_do_is_an_error_and_no_hang() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingPlanned):
        VirtualLoop().run(main())


def test_that_work_for_a_thread_is_done_at_once_and_its_fault_is_told() -> None:
    async def work() -> tuple[int, float]:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(divmod, 1, 0)
        return await asyncio.to_thread(max, 1, 2), asyncio.get_running_loop().time()

    assert VirtualLoop().run(work()) == (2, 0.0)


def test_that_what_still_runs_at_the_end_is_ended() -> None:
    ended: list[str] = []

    async def goes_on() -> None:
        try:
            await asyncio.sleep(1e6)
        finally:
            ended.append("yes")

    async def main() -> None:
        task = asyncio.get_running_loop().create_task(goes_on())
        await asyncio.sleep(0)
        assert not task.done()

    VirtualLoop().run(main())
    assert ended == ["yes"]


def test_that_a_cancelled_call_does_not_happen() -> None:
    loop = VirtualLoop()
    happened: list[int] = []

    async def main() -> None:
        loop.call_later(1, happened.append, 1).cancel()
        loop.call_later(2, happened.append, 2)
        await asyncio.sleep(3)

    loop.run(main())
    assert happened == [2]


def test_that_a_clock_that_jumps_leaves_the_time_of_people_alone() -> None:
    loop = VirtualLoop()
    clock = VirtualClock(loop, MONDAY_MORNING)
    clock.step(-MINUTE)
    assert (clock.now(), clock.true_now()) == (MONDAY_MORNING - MINUTE, MONDAY_MORNING)
    clock.right()
    assert clock.now() == MONDAY_MORNING
    loop.close()
