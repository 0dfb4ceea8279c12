"""What every feed keeps to."""

import anyio
import pytest

from gehoor.adapters.feeds.memory import MemoryFeed
from gehoor.ports.feed import Feed, Passing

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory"])
async def feed() -> Feed:
    return MemoryFeed(most=5)


def passing(number: int) -> Passing:
    return Passing("typing", b"%d" % number)


async def test_that_who_listens_gets_everything_in_order(feed: Feed) -> None:
    one, two = feed.subscribe(("a",)), feed.subscribe(("a", "b"))
    for number in range(3):
        feed.publish("a", passing(number))
    feed.publish("b", passing(3))
    feed.publish("c", passing(4))
    assert [await one.next(0) for _ in range(4)] == [passing(0), passing(1), passing(2), None]
    assert [await two.next(0) for _ in range(5)] == [passing(0), passing(1), passing(2), passing(3), None]


async def test_that_what_is_there_already_is_got_without_waiting(feed: Feed) -> None:
    one = feed.subscribe(("a",))
    assert one.at_once() is None
    for number in range(2):
        feed.publish("a", passing(number))
    assert [one.at_once() for _ in range(3)] == [passing(0), passing(1), None]


async def test_that_nothing_from_before_listening_comes(feed: Feed) -> None:
    feed.publish("a", passing(1))
    assert await feed.subscribe(("a",)).next(0) is None


async def test_that_who_waits_is_woken(feed: Feed) -> None:
    subscription = feed.subscribe(("a",))
    found: list[object] = []

    async def wait() -> None:
        found.append(await subscription.next(5))

    with anyio.fail_after(2):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.sleep(0.01)
            feed.publish("a", passing(1))
    assert found == [passing(1)]


async def test_that_waiting_ends_without_news(feed: Feed) -> None:
    subscription = feed.subscribe(("a",))
    with anyio.fail_after(2):
        assert await subscription.next(0.01) is None
    feed.publish("a", passing(1))
    assert await subscription.next(0.01) == passing(1)
    assert not subscription.lost


async def test_that_a_reader_that_is_too_slow_is_lost_and_holds_up_nobody(feed: Feed) -> None:
    slow, quick = feed.subscribe(("a",)), feed.subscribe(("a",))
    for number in range(7):
        feed.publish("a", passing(number))
        assert await quick.next(0) == passing(number)
    assert slow.lost
    assert not quick.lost
    with anyio.fail_after(1):
        assert await slow.next(10) is None
    assert feed.listeners("a") == 1


async def test_that_closing_ends_listening_and_wakes_who_waits(feed: Feed) -> None:
    subscription = feed.subscribe(("a", "b"))
    assert (feed.listeners("a"), feed.listeners("b"), feed.listeners("c")) == (1, 1, 0)
    with anyio.fail_after(2):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(subscription.next, 5)
            await anyio.sleep(0.01)
            subscription.close()
            subscription.close()
    feed.publish("a", passing(1))
    assert await subscription.next(10) is None
    assert (feed.listeners("a"), feed.listeners("b")) == (0, 0)
    assert not subscription.lost


async def test_that_listening_twice_to_one_topic_is_listening_once(feed: Feed) -> None:
    subscription = feed.subscribe(("a", "a"))
    feed.publish("a", passing(1))
    assert [await subscription.next(0), await subscription.next(0)] == [passing(1), None]


async def test_that_it_says_what_is_listened_to_here_and_counts_who_listens_elsewhere(feed: Feed) -> None:
    subscription = feed.subscribe(("a", "b"))
    feed.heeded_elsewhere(("b", "c"))
    assert set(feed.topics()) == {"a", "b"}
    assert [feed.listeners(topic) for topic in "abcd"] == [1, 2, 1, 0]
    subscription.close()
    feed.heeded_elsewhere(())
    assert set(feed.topics()) == set()
    assert [feed.listeners(topic) for topic in "abcd"] == [0, 0, 0, 0]
