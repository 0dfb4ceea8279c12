"""What a customer is told of the wait."""

import pytest

from gehoor.web.turn import wait_in_words
from tests.world import Built, policy_with

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "Wij weten nu niet hoe lang dat duurt."),
        (60, "Dat duurt ongeveer 1 minuut."),
        (600, "Dat duurt ongeveer 10 minuten."),
        (7200, "Dat duurt 2 uur of langer."),
    ],
)
def test_that_a_wait_is_said_in_plain_words(seconds: int | None, said: str) -> None:
    assert wait_in_words(policy_with(), seconds, "nl") == said


async def test_that_the_answer_to_a_request_says_the_wait_or_that_it_is_not_known(built: Built) -> None:
    agent = await built.agent()
    free, *busy = [await built.customer() for _ in range(5)]
    route = (await free.wants_a_person())["route"]
    assert (route["position"], route["estimated_wait_s"]) == (1, 60)
    assert route["text"].endswith("Dat duurt ongeveer 1 minuut.")
    await agent.takes(free.id)
    for one in busy[:2]:
        await one.wants_a_person()
        await agent.takes(one.id)
    route = (await busy[2].wants_a_person())["route"]
    assert (route["kind"], route["estimated_wait_s"]) == ("queue", None)
    assert route["text"].endswith("Wij weten nu niet hoe lang dat duurt.")
    assert (await busy[2].state())["estimated_wait_s"] is None
