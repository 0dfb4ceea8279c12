"""What a customer is told of the wait, and an agent of the reason."""

import pytest

from gehoor.core.routing.assign import Because, Met
from gehoor.core.routing.queue import WaitingClass
from gehoor.web.turn import wait_in_words
from gehoor.web.why import WHY, in_dutch
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


def test_that_an_agent_reads_in_dutch_why_a_customer_came_to_them() -> None:
    assert in_dutch("normal; fewest conversations") == "u hebt de minste gesprekken"
    assert in_dutch("life; language en: danger does not wait for it; nobody else has room") == (
        "taal en (bij gevaar wacht niemand daarop); alleen u hebt nu ruimte"
    )
    assert in_dutch("normal; skill cv: met; free longest") == "kennis van cv (past bij u); u bent het langst vrij"


def test_that_every_reason_has_its_dutch_and_what_is_not_known_is_left_out() -> None:
    assert all(in_dutch(f"normal; {because}") for because in Because)
    assert all(in_dutch(f"normal; language en: {met}; free longest").startswith("taal en") for met in Met)
    assert set(WHY) == set(WaitingClass)
    assert in_dutch("normal: first in line; fewest conversations") == "u hebt de minste gesprekken"
    assert in_dutch("something that an older version wrote") == ""


async def test_that_the_reason_stands_on_the_desk_and_in_the_story(built: Built) -> None:
    agent = await built.agent()
    customer = await built.customer()
    await customer.wants_a_person()
    answer = await agent.client.get(f"/api/v1/staff/conversations/{customer.id}")
    told = answer.json()
    offers = [event for event in told["events"] if event["type"] == "offer_made"]
    assert [event["why"] for event in offers] == ["taal nl (past bij u); alleen u hebt nu ruimte"]
    assert told["card"]["chosen"] == "taal nl (past bij u); alleen u hebt nu ruimte"
