"""At night nobody is there. A tenant asks for a person, gets a date that can be kept, and it is kept."""

import pytest

from gehoor.core.time import HOUR, MINUTE, Instant
from tests.world import AT_NIGHT, open_house

pytestmark = pytest.mark.anyio

MORNING = Instant(AT_NIGHT + 9 * HOUR + 30 * MINUTE)


async def test_the_story() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        tenant = await built.customer()
        contact = tenant.opened["contact"]
        assert contact["open_now"] is False
        assert contact["opens"] == "dinsdag 24 november 8.00 uur", "nobody is left guessing"

        told = await tenant.wants_a_person(phone="06 12 34 56 78")
        route = told["route"]
        assert route["kind"] == "promise"
        assert route["due_at"] == "2026-11-24T16:00:00.000Z", "the end of the next working day"
        promise = next(event for event in await tenant.looks() if event["type"] == "promise_made")
        assert "dinsdag 24 november 17.00 uur" in promise["text"]
        assert promise["reference"] == route["reference"]

        # The tenant goes on writing. The AI stays silent, and nothing is lost.
        await tenant.writes("Het gaat over de lift. Die staat al drie dagen stil.")
        assert built.brain.asked == []

        # In the morning an agent opens the desk, and the tenant of last night is the first.
        built.clock.set(MORNING)
        agent = await built.agent()
        await agent.takes(tenant.id)
        read = await agent.reads(tenant.id)
        assert "lift" in read["card"]["last_text"]
        assert read["card"]["promise"]["phone"] == "06 12 34 56 78"
        assert read["card"]["promise"]["reference"] == route["reference"]
        assert (read["card"]["phase"], read["card"]["waiting_s"]) == ("human", 9.5 * 3600)

        # The tenant is not on the page: the agent writes, and then calls. The call is answered: kept.
        await agent.writes(tenant.id, "De monteur komt vanmiddag.")
        assert (await agent.does("resolve", tenant.id)).status_code == 409, "not before it reached the tenant"
        assert (await agent.does("call", tenant.id, answered=True)).status_code == 200
        assert (await agent.does("resolve", tenant.id)).status_code == 200

        events = await tenant.looks()
        types = [event["type"] for event in events]
        assert types[-2:] == ["promise_kept", "resolved"]
        assert "promise_broken" not in types
        assert "De monteur komt vanmiddag." in [event.get("text") for event in events]


async def test_the_story_in_which_nobody_keeps_it() -> None:
    """A promise that is broken is said aloud, renewed, and the place in front stays."""
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        tenant = await built.customer()
        first = (await tenant.wants_a_person())["route"]
        await built.pass_time(18 * HOUR)
        events = await tenant.looks()
        assert [event["type"] for event in events][-2:] == ["promise_broken", "promise_made"]
        assert events[-1]["due_at"] == "2026-11-25T16:00:00.000Z"
        assert events[-1]["reference"] == first["reference"], "one number for one request"
        assert (await tenant.state())["position"] == 1
