"""The customer closes the tab before the answer. It stays unseen, is tried again, and counts only when it is seen."""

import pytest

from gehoor.core.time import HOUR, MINUTE
from tests.world import open_house

pytestmark = pytest.mark.anyio


async def test_the_story() -> None:
    async with open_house() as built:
        customer = await built.customer()
        async with customer.listens() as page:
            await customer.wants_a_person()
            made = (await page.until("promise_made"))[-1]
        await built.settle()

        agent = await built.agent()
        await agent.takes(customer.id)
        await agent.writes(customer.id, "U krijgt de borg op vrijdag terug.")
        card = (await agent.reads(customer.id))["card"]
        assert (card["reached"], card["customer_online"]) == ("tried", False)

        # An answer that nobody has seen ends nothing; the desk is told what can be done instead.
        refused = (await agent.does("resolve", customer.id)).json()
        assert refused["can"] == "park"
        assert (await agent.does("hand-back", customer.id)).status_code == 409
        assert (await agent.does("park", customer.id)).status_code == 200
        view = await built.view(customer.id)
        assert (view.phase, view.tries, view.due_at is not None) == ("parked", 1, True)

        # In the afternoon it comes back by itself, in front.
        await built.pass_time(2 * HOUR + 30 * MINUTE)
        assert (await built.view(customer.id)).offered_to == "demo-agent1"
        await agent.takes(customer.id)
        assert (await agent.does("resolve", customer.id)).status_code == 409, "still not seen"
        await agent.writes(customer.id, "Nogmaals: u krijgt de borg op vrijdag terug.")
        assert (await agent.does("park", customer.id)).status_code == 200

        # In the evening the customer opens the page again, from the cursor of before, and finds the answer.
        built.clock.forward(4 * HOUR)
        async with customer.listens(after=made["seq"]) as page:
            facts = await page.until("promise_kept")
            assert "U krijgt de borg op vrijdag terug." in [fact.get("text") for fact in facts]
            assert facts[-1]["text"] == "Een medewerker heeft u geantwoord, zoals wij hadden beloofd."
            await page.until("resolved")
        view = await built.view(customer.id)
        assert (view.phase, view.requested) == ("resolved", False)
        kinds = await built.kinds(customer.id)
        assert (kinds.count("Delivered"), kinds.count("PromiseKept"), kinds.count("PromiseBroken")) == (1, 1, 0)


async def test_the_story_in_which_the_customer_never_comes_back() -> None:
    """Three tries on different parts of two working days, and then "not reached": counted apart, never as kept."""
    async with open_house() as built:
        customer = await built.customer()
        await customer.wants_a_person()
        agent = await built.agent()
        for tries in (1, 2, 3):
            await agent.takes(customer.id)
            await agent.writes(customer.id, f"Poging {tries}.")
            assert (await agent.does("park", customer.id)).status_code == 200
            if tries < 3:
                view = await built.view(customer.id)
                assert (view.phase, view.tries) == ("parked", tries)
                await built.pass_time(24 * HOUR)
                await agent.signs_in()  # a new day
                await agent.opens_desk()
                await agent.is_there()
        kinds = await built.kinds(customer.id)
        assert kinds.count("PromiseTried") == 3
        assert "PromiseNotReached" in kinds
        assert "PromiseKept" not in kinds
        assert (await built.view(customer.id)).phase == "resolved"
        await customer.still_works()
