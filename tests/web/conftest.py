"""The app over a house in memory, for each test anew."""

from collections.abc import AsyncIterator

import pytest

from tests.world import BORG, OPZEGGEN, SLEUTEL, Agent, Built, Customer, answer_from, open_house, suggest


@pytest.fixture
async def built() -> AsyncIterator[Built]:
    """A house whose AI answers the first question, suggests at the second, and then does not know."""
    async with open_house([answer_from(OPZEGGEN), suggest(SLEUTEL, BORG)]) as one:
        yield one


@pytest.fixture
async def customer(built: Built) -> Customer:
    """A customer who has opened a conversation."""
    return await built.customer()


@pytest.fixture
async def agent(built: Built) -> Agent:
    """An agent at the desk, available."""
    return await built.agent()


@pytest.fixture
async def helped(agent: Agent, customer: Customer) -> Customer:
    """A customer whose conversation the agent has."""
    await customer.wants_a_person()
    await agent.takes(customer.id)
    return customer
