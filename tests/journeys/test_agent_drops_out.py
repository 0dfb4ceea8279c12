"""The agent's line breaks in the middle of a conversation. The customer goes to the front and tells nothing twice."""

import pytest

from gehoor.core.conversation.model import Phase
from gehoor.core.time import MINUTE
from tests.world import SAM, Built, open_house, policy_with, until

pytestmark = pytest.mark.anyio


async def reached(built: Built, id: str) -> bool:
    """Whether a person's answer reached the customer."""
    return (await built.view(id)).reached == "reached"


async def test_the_story() -> None:
    async with open_house(policy=policy_with(chats_per_agent=1, agent_lost=10_000)) as built:
        noor = await built.agent("agent1")
        customer = await built.customer()
        await customer.wants_a_person()
        asked_at = built.clock.now()
        await noor.takes(customer.id)
        await customer.writes("Mijn huurcontract klopt niet. De naam van mijn vrouw staat er verkeerd in.")
        built.clock.forward(5 * MINUTE)

        # Two others wait already, longer than the customer will after dropping back.
        others = [await built.customer() for _ in range(2)]
        for other in others:
            await other.wants_a_person()
            built.clock.forward(MINUTE)

        async with customer.listens() as page:
            await page.next("state")
            await noor.closes_desk()
            left = (await page.until("human_left"))[-1]
            assert left["reason"] == "lost"
            assert "vooraan" in left["text"]
            state = (await page.next("state")).data
            assert (state["phase"], state["position"]) == ("waiting", 1)

            sam = await built.agent("agent2")
            assert (await built.view(customer.id)).offered_to == SAM, "before the others"
            await sam.takes(customer.id)
            assert (await page.until("human_joined"))[-1]["name"] == "Sam"
            assert "naam van mijn vrouw" in str((await sam.reads(customer.id))["events"]), "nothing is asked again"
            await sam.writes(customer.id, "Ik pas de naam aan.")
            await page.until("message")
            await until(lambda: reached(built, customer.id))
        assert (await sam.does("resolve", customer.id)).status_code == 200
        first = next(f for f in await built.facts(customer.id) if type(f.event).__name__ == "HumanRequested")
        assert first.at == asked_at

        # The first agent comes back: the conversation is not theirs any more, and says so.
        await noor.opens_desk()
        refused = await noor.does("messages", customer.id, client_id="0" * 32, text="Daar ben ik weer")
        assert refused.status_code == 409
        assert (await built.view(customer.id)).phase is Phase.RESOLVED
        assert built.broken == []
