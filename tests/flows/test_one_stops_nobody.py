"""One thing that goes wrong stops nobody else: a lost key, a stepped clock, a restart, a torn line."""

import json
from pathlib import Path

import pytest

from gehoor.adapters.checkpoints import append_line, last_line
from gehoor.boot import build
from gehoor.core.consequences import Assign, consequences
from gehoor.core.conversation.events import CallNowShown, SafetyShown
from gehoor.core.conversation.model import Danger, Phase
from gehoor.core.errors import StoreFault
from gehoor.core.policy import Template
from gehoor.core.time import MINUTE, Instant
from gehoor.settings import Settings
from tests.world import Built, open_house

pytestmark = pytest.mark.anyio
SAID = Template("safety_gas", "1", "nl")


@pytest.mark.parametrize("event", [SafetyShown("gas", Danger.LIFE, SAID), CallNowShown(Instant(1), SAID)])
def test_that_danger_looks_for_an_agent_at_once(event: SafetyShown | CallNowShown) -> None:
    assert Assign() in consequences(event, 1)


async def test_that_a_conversation_whose_key_is_gone_keeps_nobody_else_from_a_promise() -> None:
    async with open_house() as built:
        lost, other = await built.customer(), await built.customer()
        agent = await built.agent()
        await lost.wants_a_person()
        await built.house.world.keys.destroy(lost.id, Instant(1))
        await agent.is_there("away")  # the offer is taken back; nobody is there for either of them
        assert (await built.view(lost.id)).phase is Phase.WAITING
        route = await other.wants_a_person()
        assert route["route"]["kind"] == "promise"


async def test_that_contact_data_that_cannot_be_kept_do_not_stand_in_the_way_of_the_request() -> None:
    async with open_house() as built:
        customer = await built.customer()
        await customer.wants_a_person(phone="0612345678")
        person = await built.house.world.people.person_of(customer.id)  # type: ignore[arg-type]
        assert person is not None
        await built.house.world.keys.destroy(person, Instant(1))
        again = await customer.wants_a_person(phone="0687654321")
        assert again["route"]["kind"] in ("queue", "promise")


async def test_that_a_clock_that_steps_back_loses_no_deadline(built: Built) -> None:
    customer, agent = await built.customer(), await built.agent()
    await customer.wants_a_person()
    assert (await built.view(customer.id)).phase is Phase.OFFERED
    await agent.closes_desk()
    built.clock.forward(MINUTE)  # the offer's clock is due; while its job is claimed, the clock steps back
    jobs = await built.store.claim(built.clock.now(), MINUTE, 10)
    assert [job.argument for job in jobs if job.argument == "offer"]
    built.clock.forward(-5 * MINUTE)
    for job in jobs:
        await built.house.ticker._do(job)
    await built.pass_time(30 * MINUTE)
    assert "OfferTimedOut" in await built.kinds(customer.id)


async def test_that_the_keys_that_are_missing_are_told_before_everything_reads_as_erased(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "store", keys=tmp_path / "keys", cache=tmp_path / "c", language_model=False)
    running = build(settings, lambda _: None)
    await running.house.world.store.close()
    await running.house.world.keys.close()
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    with pytest.raises(StoreFault, match="keys"):
        build(settings, lambda _: None)


def test_that_a_torn_checkpoint_is_passed_over_and_the_next_one_stands_on_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "checkpoints.jsonl"
    assert last_line(file) == ""
    append_line(file, json.dumps({"number": 1}))
    with file.open("a") as stream:
        stream.write('{"number": 2, "ro')
    assert json.loads(last_line(file)) == {"number": 1}
    append_line(file, json.dumps({"number": 2}))
    assert json.loads(last_line(file)) == {"number": 2}
    assert len(file.read_text().splitlines()) == 3
