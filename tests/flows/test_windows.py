"""The book of windows: what is offered has room, and no window is ever sold twice."""

import asyncio
from collections import Counter

import pytest

from gehoor.core.conversation.model import Preference, PromiseKind
from gehoor.core.errors import NotNow
from gehoor.core.guarantee import windows as rules
from gehoor.core.ids import ClientId, ConversationId
from gehoor.core.time import HOUR, Instant
from gehoor.flows import receive
from gehoor.flows.receive import Wish
from tests.world import AT_NIGHT, Built, Customer, new_id, open_house

pytestmark = pytest.mark.anyio


def wish(window: Instant | None) -> Wish:
    return Wish(ClientId(new_id().replace("-", "")), Preference.CALLBACK, phone="06 12 34 56 78", window=window)


async def asked(built: Built, window: Instant | None) -> Customer:
    """A customer who asked for a person with a window."""
    customer = await built.customer()
    house = built.house
    await receive.ask_for_human(house.world, house.recorder, ConversationId(customer.id), wish(window), house.windows)
    return customer


async def test_that_a_window_that_is_full_is_not_offered() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        policy, book = built.house.policy, built.house.windows
        first = rules.windows(policy, built.clock.now())[0]
        nobody = ConversationId("nobody")
        assert book.open_windows(nobody)[0] == first
        customers = [await asked(built, first.start) for _ in range(rules.capacity(policy, first))]
        assert first not in book.open_windows(nobody)
        assert first in book.open_windows(ConversationId(customers[0].id)), "their own place is theirs to keep"
        one_more = await asked(built, first.start)
        view = await built.view(one_more.id)
        assert (view.promise_kind, view.window_start) == (PromiseKind.CALLBACK, None), "promised, without a window"


async def test_that_five_hundred_at_once_never_oversell_a_window() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        policy, house = built.house.policy, built.house
        windows = rules.windows(policy, built.clock.now())
        customers = [await built.customer() for _ in range(500)]
        await asyncio.gather(
            *(
                receive.ask_for_human(
                    house.world,
                    house.recorder,
                    ConversationId(customer.id),
                    wish(windows[at % 2].start),
                    house.windows,
                )
                for at, customer in enumerate(customers)
            )
        )
        views = [await built.view(customer.id) for customer in customers]
        sold = Counter(view.window_start for view in views if view.window_start is not None)
        assert sold == {one.start: rules.capacity(policy, one) for one in windows[:2]}
        assert all(view.due_at is not None for view in views), "nobody goes without a promise"


async def test_that_many_who_move_at_once_never_oversell_a_window() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        house, policy = built.house, built.house.policy
        last = rules.windows(policy, built.clock.now())[-1]
        customers = [await asked(built, None) for _ in range(60)]

        async def moves(customer: Customer) -> bool:
            try:
                id = ConversationId(customer.id)
                await receive.choose_promise(house.world, house.recorder, house.windows, id, wish(last.start))
            except NotNow:
                return False
            return True

        moved = sum(await asyncio.gather(*(moves(customer) for customer in customers)))
        assert moved == rules.capacity(policy, last)
        sold = [view for view in house.floor.views.values() if view.window_start == last.start]
        assert len(sold) == moved


async def test_that_a_choice_that_is_refused_gives_its_place_back() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        house = built.house
        window = rules.windows(house.policy, built.clock.now())[0]
        customer = await built.customer()
        for _ in range(rules.capacity(house.policy, window) + 1):
            with pytest.raises(NotNow):  # nothing was asked for yet
                await receive.choose_promise(
                    house.world, house.recorder, house.windows, ConversationId(customer.id), wish(window.start)
                )
        assert window in house.windows.open_windows(ConversationId("somebody"))


async def test_that_a_window_that_is_over_can_no_longer_be_chosen() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        house = built.house
        window = rules.windows(house.policy, built.clock.now())[0]
        customer = await asked(built, None)
        built.clock.set(Instant(window.start + HOUR))
        with pytest.raises(NotNow, match="window_gone"):
            await receive.choose_promise(
                house.world, house.recorder, house.windows, ConversationId(customer.id), wish(window.start)
            )
