"""Danger goes to a person at once, with the safety text first and never a date; also at night and behind a queue."""

import pytest

from gehoor.core.time import MINUTE, SECOND
from tests.world import AT_NIGHT, Built, open_house, policy_with

pytestmark = pytest.mark.anyio


async def test_the_story_by_day() -> None:
    async with open_house(policy=policy_with(chats_per_agent=1)) as built:
        agent = await built.agent()
        waiting = [await built.customer() for _ in range(3)]
        for one in waiting:
            await one.wants_a_person()
            built.clock.forward(5 * MINUTE)
        await agent.takes(waiting[0].id)

        tenant = await built.customer()
        async with tenant.listens() as page:
            await page.next("state")
            await tenant.writes("Help, ik ruik gas in de keuken!")
            events = await page.until("human_requested")
            safety = events[-2]
            assert safety["safety"]["kind"] == "gas"
            assert safety["author"]["kind"] == "notice"
            assert "Ga nu naar buiten" in safety["text"]
            assert "0800-9009" in safety["text"]
            assert events[-1]["how"] == "danger"
        assert built.brain.asked == [], "no AI in between"
        assert (await tenant.state())["position"] == 1, "before everybody who waited longer"

        await agent.writes(waiting[0].id, "Dat is geregeld.")
        await waiting[0].looks()
        await agent.does("resolve", waiting[0].id)
        assert (await built.view(tenant.id)).offered_to == "demo-agent1"
        card = (await agent.reads(tenant.id))["card"]
        assert (card["class"], card["why"]) == ("life", "Gevaar: gaat altijd voor")
        await agent.takes(tenant.id)


async def test_the_story_by_night() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        tenant = await built.customer()
        await tenant.writes("Er is brand in het trappenhuis!")
        events = await tenant.looks()
        told = [event for event in events if "safety" in event]
        assert [event["safety"]["kind"] for event in told] == ["brand", "call_now"]
        call_now = told[-1]
        assert call_now["safety"]["phone"] == "088 000 01 12"
        assert "Bel daarom meteen 088 000 01 12" in call_now["text"]
        assert "promise_made" not in [event["type"] for event in events]

        # Asking again makes no date either; the number is repeated while nobody comes.
        route = (await tenant.wants_a_person(preference="callback", phone="06 12 34 56 78"))["route"]
        assert (route["kind"], route["due_at"]) == ("queue", None)
        await built.pass_time(10 * MINUTE + SECOND)
        assert [event["safety"]["kind"] for event in await tenant.looks() if "safety" in event][-1] == "call_now"
        assert "PromiseMade" not in await built.kinds(tenant.id)


async def test_the_story_in_which_danger_comes_after_a_promise() -> None:
    async with open_house() as built:
        built.clock.set(AT_NIGHT)
        tenant = await built.customer()
        assert (await tenant.wants_a_person())["route"]["kind"] == "promise"
        await tenant.writes("Nu komt er water uit de muur, alles staat blank!")
        await told_to_call(built, tenant.id)
        assert (await built.view(tenant.id)).danger > 0


async def told_to_call(built: Built, id: str) -> None:
    """The number to call now follows the safety text, and the night chain is asked."""
    kinds = await built.kinds(id)
    assert kinds[-3:] == ["SafetyShown", "CallNowShown", "PartnerAsked"]
