"""Places are told to who listens: nobody else makes a look at the line longer."""

import time
from dataclasses import replace

import pytest

from gehoor.adapters.scripted import MONDAY_MORNING
from gehoor.adapters.stores.memory import MemoryStore
from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import Danger, Phase
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.ids import ConversationId
from gehoor.core.routing.places import Later
from gehoor.core.routing.queue import Waiting
from gehoor.core.time import DAY, HOUR, SECOND, Instant, later
from gehoor.flows.line import Line
from gehoor.flows.places import Places
from tests.world import open_house, policy_with


class CountingLine(Line):
    """Counts for whom a place was looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[ConversationId] = []

    def position(self, id: ConversationId) -> int | None:
        self.looked.append(id)
        return super().position(id)


def named(number: int) -> ConversationId:
    return ConversationId(f"{number:06}")


def a_line(count: int) -> CountingLine:
    line = CountingLine()
    line.fill((Waiting(named(number), Instant(number)) for number in range(count)), Instant(0))
    return line


def test_that_a_look_costs_by_who_was_told_a_place_and_not_by_the_line() -> None:
    line = a_line(5_000)
    places = Places(lambda: line, lambda id: id == named(4_000))
    for number in (7, 4_000):
        places.reason(named(number), number + 1)
    line.put(Waiting(named(9_999), Instant(1), Danger.LIFE), Instant(0))
    assert places.look() == [named(4_000)]
    assert line.looked == [named(7), named(4_000)]
    assert places.reason(named(7), 9) is Later.DANGER, "also for who asks now and then"


def test_that_of_those_who_went_only_who_asked_last_is_remembered() -> None:
    line = a_line(5_000)
    places = Places(lambda: line)
    for number in range(5_000):
        places.reason(named(number), number + 1)
    places.look()
    line.looked.clear()
    places.look()
    assert line.looked == [named(number) for number in range(4_000, 5_000)]


# -- the whole of taking a customer ------------------------------------------------------------------------------------

_TAKEN = 20


class Full(MemoryStore):
    """A store in which so many wait already, behind everybody who asks today."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self._waiting = waiting

    async def open_views(self) -> list[ConversationView]:
        at = later(MONDAY_MORNING, HOUR)
        row = replace(view(begin(ConversationId(""))), phase=Phase.WAITING, due_at=later(at, DAY), queued_since=at)
        instants = (Instant(at + number * SECOND) for number in range(self._waiting))
        return [replace(row, id=ConversationId(f"z{at}"), first_requested_at=at) for at in instants]


async def cpu_of_taking(waiting: int) -> float:
    """Seconds of CPU for some customers from available to accepted, with the looks at the line that come of it."""
    async with open_house(policy=policy_with(chats_per_agent=_TAKEN), store=Full(waiting)) as built:
        customers = [await built.customer() for _ in range(_TAKEN)]
        for one in customers:
            await one.wants_a_person()
        assert built.house.floor.waiting == waiting + _TAKEN
        begun = time.process_time()
        agent = await built.agent()
        for one in customers:
            await built.settle()
            assert (await agent.does("accept", one.id)).status_code == 200
            built.house.floor.places.look()  # as is done four times a second while the line changes
            built.house.windows.every()  # as for every customer who is asked for a window
        return time.process_time() - begun


@pytest.mark.anyio
async def test_that_a_customer_is_taken_from_a_long_line_for_what_it_costs_in_a_short_one() -> None:
    """The bar (twice, at 100,000) is for ``gehoor bench``; this is a generous canary."""
    await cpu_of_taking(10)  # what is made once is made before
    assert await cpu_of_taking(20_000) < 2.5 * await cpu_of_taking(10)
