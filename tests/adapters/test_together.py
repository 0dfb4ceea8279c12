"""Questions that wait are worked on in batches, and each one hears only of itself."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from gehoor.adapters.brains.together import MOST_TOGETHER, Together

pytestmark = pytest.mark.anyio


class Work:
    """Doubles numbers; the first batch waits until it is let go. It does not like 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, batch: Sequence[int]) -> list[int]:
        self.batches.append(list(batch))
        self.begun.set()
        assert self.go.wait(5)
        if 13 in batch:
            raise ValueError("thirteen")
        return [2 * number for number in batch]


async def asked_while_the_first_is_worked_on(
    work: Work, numbers: Sequence[int]
) -> tuple[Together[int, int], list[asyncio.Task[int]]]:
    together: Together[int, int] = Together(work)
    first = asyncio.create_task(together.ask(0))
    assert await asyncio.to_thread(work.begun.wait, 5)
    others = [asyncio.create_task(together.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return together, [first, *others]


async def test_that_what_arrives_while_a_batch_is_worked_on_is_the_next_batch() -> None:
    work = Work()
    _, tasks = await asked_while_the_first_is_worked_on(work, [1, 2, 3])
    work.go.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4, 6]
    assert work.batches == [[0], [1, 2, 3]]


async def test_that_a_batch_has_a_bound() -> None:
    work = Work()
    _, tasks = await asked_while_the_first_is_worked_on(work, range(20, 20 + MOST_TOGETHER + 2))
    work.go.set()
    await asyncio.gather(*tasks)
    assert [len(batch) for batch in work.batches] == [1, MOST_TOGETHER, 2]


async def test_that_a_fault_reaches_only_who_asked_for_it() -> None:
    work = Work()
    together, tasks = await asked_while_the_first_is_worked_on(work, [1, 13, 3])
    work.go.set()
    _, _, thirteen, _ = tasks
    await asyncio.wait(tasks)
    assert [task.result() for task in tasks if task is not thirteen] == [0, 2, 6]
    assert isinstance(thirteen.exception(), ValueError)
    with pytest.raises(ValueError, match="thirteen"):
        await together.ask(13)
    assert await together.ask(4) == 8


async def test_that_a_question_that_was_given_up_is_not_worked_on() -> None:
    work = Work()
    _, tasks = await asked_while_the_first_is_worked_on(work, [1, 2])
    tasks[1].cancel()
    await asyncio.sleep(0)
    work.go.set()
    assert [await tasks[0], await tasks[2]] == [0, 4]
    assert work.batches == [[0], [2]]
