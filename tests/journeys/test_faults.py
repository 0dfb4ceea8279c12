"""Whatever breaks, the customer ends at a person or at a dated promise, and reads what happened.

A table of faults, each with what happens, where it ends, and the line that the customer reads.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from gehoor.adapters.brains.embedding import NoEncoder
from gehoor.adapters.brains.guarded import GuardedBrain
from gehoor.adapters.brains.retrieval import RetrievalBrain
from gehoor.adapters.brains.scripted import Hang, Step
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Phase
from gehoor.core.errors import Busy
from gehoor.core.knowledge.article import Library
from gehoor.core.policy import Policy
from gehoor.core.time import DAY, HOUR, SECOND
from gehoor.flows import tick
from gehoor.ports.brain import Answer, Brain
from tests.flows.conftest import WatchedStore
from tests.world import Agent, Built, Customer, new_id, open_house, policy_with, until

pytestmark = pytest.mark.anyio

QUESTION = "Hoe zeg ik mijn huur op?"
NO_ANSWER = "De AI-assistent kan nu geen antwoord geven"
MADE_UP = Answer("verzonnen", "v1", "Verzonnen", "nl", "U krijgt geld.", "/kennis/verzonnen")


async def asks(built: Built) -> Customer:
    """The customer asks the AI something."""
    customer = await built.customer()
    await customer.writes(QUESTION)
    return customer


async def asks_a_silent_brain(built: Built) -> Customer:
    """Nothing comes, and the clock of the house is the only one that notices."""
    customer = await built.customer()
    await customer.posts("messages", text=QUESTION)
    built.clock.forward(8 * SECOND)
    await built.house.ticker.once()
    for task in built.house.outbox._running.values():
        task.cancel()
    await built.settle()
    return customer


async def asks_an_empty_house(built: Built) -> Customer:
    """There is not one article. The AI says that it does not know and offers a person, whom the customer takes."""
    object.__setattr__(built.house.world, "brain", _brain_without_articles())
    customer = await asks(built)
    assert "HumanOffered" in await built.kinds(customer.id)
    await customer.wants_a_person()
    return customer


def _brain_without_articles() -> Brain:
    nothing = Library(())
    return GuardedBrain(RetrievalBrain(nothing, encoder=NoEncoder()), lambda: nothing)


async def waits_while_the_worker_is_dead(built: Built) -> Customer:
    """Everybody is busy; the process that took the customer's clock dies with it."""
    _, customer = await _one_busy_and_one_waiting(built)
    built.clock.forward(built.house.policy.clocks.wait_before_promise)
    taken = await built.store.claim(built.clock.now(), tick.LEASE, 100)
    assert "wait" in {job.argument for job in taken}
    await built.ring()
    assert (await built.view(customer.id)).due_at is None, "somebody has it, as far as anybody knows"
    await built.pass_time(tick.LEASE)
    return customer


async def _one_busy_and_one_waiting(built: Built) -> tuple[Agent, Customer]:
    agent, first, customer = await built.agent(), await built.customer(), await built.customer()
    await first.wants_a_person()
    await agent.takes(first.id)
    await agent.writes(first.id, "Ik zoek het voor u uit en kom er zo op terug.")
    await customer.wants_a_person()
    assert (await built.view(customer.id)).phase is Phase.WAITING
    return agent, customer


async def promised_and_the_clock_jumps_on(built: Built) -> Customer:
    """The clock jumps over the moment that was promised."""
    customer = await built.customer()
    await customer.wants_a_person()
    await built.pass_time(3 * DAY)
    return customer


async def asks_after_the_clock_jumped_back(built: Built) -> Customer:
    """The clock was hours ahead, also over closing time, when the conversation began."""
    built.clock.forward(9 * HOUR)
    customer = await built.customer()
    built.clock.forward(-9 * HOUR)
    await customer.wants_a_person()
    return customer


async def loses_the_agent(built: Built) -> Customer:
    """The agent's browser is gone without a word, and nobody else is there."""
    customer, agent = await built.customer(), await built.agent()
    await customer.wants_a_person()
    await agent.takes(customer.id)
    await agent.closes_desk()

    async def promised() -> bool:
        await built.settle()
        return (await built.view(customer.id)).due_at is not None

    await until(promised)
    return customer


async def is_taken_by_two_at_once(built: Built) -> Customer:
    """Two agents take the same customer in the same moment: one has them, the other reads so."""
    customer, noor, sam = await built.customer(), await built.agent("agent1"), await built.agent("agent2")
    await customer.wants_a_person()
    answers = await asyncio.gather(*(agent.does("accept", customer.id) for agent in (noor, sam)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    return customer


async def writes_while_being_transferred(built: Built) -> Customer:
    """The customer sends words in the moment in which one agent passes them to another, who reads them."""
    noor, sam, customer = await built.agent("agent1"), await built.agent("agent2", available=False), None
    customer = await built.customer()
    await customer.wants_a_person()
    await noor.takes(customer.id)
    await sam.is_there()
    written, passed = await asyncio.gather(
        customer.posts("messages", text="Het gaat om de kelder."),
        noor.client.post(f"/api/v1/staff/conversations/{customer.id}/transfer", json={"to": "demo-agent2"}),
    )
    assert (written.status_code, passed.status_code) == (201, 200)
    await built.settle()
    await sam.takes(customer.id)
    assert "Het gaat om de kelder." in str((await sam.reads(customer.id))["events"])
    return customer


async def asks_while_the_store_refuses(built: Built) -> Customer:
    """The store writes nothing for a moment. The page sends again with the same id, and it is one request."""
    customer, client_id, store = await built.customer(), new_id(), built.store
    assert isinstance(store, WatchedStore)
    store.fault = lambda _: OSError("the disk is away")
    refused = await customer.posts("human", client_id=client_id)
    assert refused.status_code >= 500
    assert NO_ANSWER not in refused.text
    store.fault = lambda _: None
    assert (await customer.wants_a_person(client_id=client_id))["route"]["kind"] == "promise"
    assert (await built.kinds(customer.id)).count("HumanRequested") == 1
    return customer


async def asks_while_promising_fails(built: Built) -> Customer:
    """The request is kept; the store is too busy for the promise that follows, which comes a moment later."""
    customer, store = await built.customer(), built.store
    assert isinstance(store, WatchedStore)
    store.fault = lambda batch: Busy() if _promises(batch) else None
    await customer.posts("human")
    assert (await built.view(customer.id)).due_at is None
    store.fault = lambda _: None
    await built.settle()
    return customer


def _promises(batch: Any) -> bool:
    return any(isinstance(fact.event, e.PromiseMade) for one in batch for fact in one.facts)


@dataclass(frozen=True)
class Fault:
    """One fault: what happens, where it ends, and what the customer reads (the kind of line, and words of it)."""

    happens: Callable[[Built], Awaitable[Customer]]
    ends: Literal["person", "promise"]
    line: str
    words: str
    steps: tuple[Step, ...] = ()
    brain_limit_s: float = 4.0
    policy: dict[str, Any] = field(default_factory=dict)


ASKED = "U hebt om een medewerker gevraagd"
FAULTS = {
    "brain silent": Fault(asks_a_silent_brain, "promise", "human_requested", NO_ANSWER, (Hang(),), 60.0),
    "brain slow": Fault(asks, "promise", "human_requested", NO_ANSWER, (Hang(),), 0.02),
    "brain wrong": Fault(asks, "promise", "human_requested", NO_ANSWER, (MADE_UP,)),
    "brain raising": Fault(asks, "promise", "human_requested", NO_ANSWER, (ValueError("no"),)),
    "knowledge empty": Fault(asks_an_empty_house, "promise", "human_requested", ASKED),
    "job worker dead and back": Fault(
        *(waits_while_the_worker_is_dead, "promise", "promise_made", "{reference}"), policy={"chats_per_agent": 1}
    ),
    "clock jumps on": Fault(promised_and_the_clock_jumps_on, "promise", "promise_broken", "Dat spijt ons"),
    "clock jumps back": Fault(asks_after_the_clock_jumped_back, "promise", "promise_made", "{reference}"),
    "agent's browser gone": Fault(
        *(loses_the_agent, "promise", "human_left", "U staat vooraan"), policy={"agent_lost": 10_000}
    ),
    "two agents accept": Fault(is_taken_by_two_at_once, "person", "human_joined", "U praat nu met"),
    "sent while transferred": Fault(writes_while_being_transferred, "person", "human_joined", "U praat nu met Sam"),
    "store away at the request": Fault(asks_while_the_store_refuses, "promise", "human_requested", ASKED),
    "store away at the promise": Fault(asks_while_promising_fails, "promise", "promise_made", "{reference}"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_that_every_fault_ends_at_a_person_or_a_date_with_a_line_for_the_customer(name: str) -> None:
    fault = FAULTS[name]
    policy: Policy = policy_with(**fault.policy)
    house = open_house(fault.steps, policy=policy, brain_limit_s=fault.brain_limit_s, store=WatchedStore())
    async with house as built:
        customer = await fault.happens(built)
        view = await built.view(customer.id)
        if fault.ends == "person":
            assert view.phase is Phase.HUMAN
        else:
            assert view.reference
            assert view.due_at is not None
            assert view.due_at > built.clock.now()
        words = fault.words.format(reference=view.reference)
        lines = [event["text"] for event in await customer.looks() if event["type"] == fault.line]
        assert lines, f"no line {fault.line}"
        assert words in lines[-1]
        assert built.broken == []
