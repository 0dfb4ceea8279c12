"""Coming back: codes, what they open, and how hard they are to guess."""

import pytest

from gehoor.core.errors import NotNow, TooOften, Unknown
from gehoor.core.ids import ConversationId, read_return_code
from gehoor.core.time import DAY, MINUTE
from gehoor.flows.returns import AFTER_THE_END, CODE_SPAN, Proofs, come_back, first_code, give_code
from gehoor.ports.people import Scope
from tests.world import AT_NIGHT, Built, Customer, open_house, parts

pytestmark = pytest.mark.anyio


async def waiting(built: Built) -> Customer:
    """A customer who asked for a person at night."""
    built.clock.set(AT_NIGHT)
    customer = await built.customer()
    await customer.wants_a_person()
    return customer


async def test_that_a_code_opens_the_place_however_it_is_typed() -> None:
    async with open_house() as built:
        customer = await waiting(built)
        world, id = built.house.world, ConversationId(customer.id)
        code = await give_code(world, id)
        assert code == read_return_code(code)
        for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')}\n"):
            returned = await come_back(world, typed, None)
            assert (returned.access.conversation, returned.access.scope) == (id, Scope.PLACE)
            assert returned.access.since == (await built.view(id)).seq


async def test_that_the_code_itself_is_kept_nowhere() -> None:
    async with open_house() as built:
        customer = await waiting(built)
        code = await give_code(built.house.world, ConversationId(customer.id))
        kept = repr(vars(built.house.world.people))
        assert code not in kept
        assert code.replace("-", "") not in kept


async def test_that_a_new_code_ends_the_old_one_and_its_tokens() -> None:
    async with open_house() as built:
        customer = await waiting(built)
        world, id = built.house.world, ConversationId(customer.id)
        old = await give_code(world, id)
        token = (await come_back(world, old, None)).access.token_hash
        new = await give_code(world, id)
        with pytest.raises(Unknown):
            await come_back(world, old, None)
        assert await world.people.access(token, world.clock.now()) is None
        assert (await come_back(world, new, None)).access.conversation == id


async def test_that_a_request_brings_one_code_and_its_repeat_another() -> None:
    async with open_house() as built:
        customer = await built.customer()
        world, id = built.house.world, ConversationId(customer.id)
        first = await first_code(world, id, again=False)
        assert first is not None
        assert await first_code(world, id, again=False) is None
        again = await first_code(world, id, again=True)
        assert again not in (None, first), "the answer with the first one may have been lost"


async def test_that_a_code_expires() -> None:
    async with open_house() as built:
        customer = await waiting(built)
        code = await give_code(built.house.world, ConversationId(customer.id))
        built.clock.forward(CODE_SPAN)
        with pytest.raises(Unknown):
            await come_back(built.house.world, code, None)


async def test_that_a_code_ends_some_days_after_the_conversation() -> None:
    async with open_house() as built:
        customer = await built.customer()
        agent = await built.agent()
        await customer.wants_a_person()
        code = await give_code(built.house.world, ConversationId(customer.id))
        await agent.takes(customer.id)
        await agent.writes(customer.id, "Dat is geregeld.")
        await customer.looks()
        assert (await agent.does("resolve", customer.id)).status_code == 200
        built.clock.forward(AFTER_THE_END)
        assert (await come_back(built.house.world, code, None)).access.scope is Scope.PLACE
        built.clock.forward(DAY)
        with pytest.raises(Unknown):
            await come_back(built.house.world, code, None)


# -- the second thing ------------------------------------------------------------------------------------------------

CHAT = ConversationId("01CHAT")


def test_that_the_number_fits_once_and_for_ten_minutes() -> None:
    world, clock, _ = parts()
    proofs = Proofs(world)
    number = proofs.make(CHAT)
    assert len(number) == 6
    assert number.isdigit()
    proofs.check(CHAT, f" {number[:3]} {number[3:]}")
    with pytest.raises(NotNow, match="proof_ended"):
        proofs.check(CHAT, number)
    late = proofs.make(CHAT)
    clock.forward(10 * MINUTE)
    with pytest.raises(NotNow, match="proof_ended"):
        proofs.check(CHAT, late)


def test_that_a_number_is_tried_five_times_at_the_most() -> None:
    world, _, _ = parts()
    proofs = Proofs(world)
    number = proofs.make(CHAT)
    wrong = f"{(int(number) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(NotNow, match="proof_wrong"):
            proofs.check(CHAT, wrong)
    with pytest.raises(NotNow, match="proof_ended"):
        proofs.check(CHAT, number)


def test_that_a_number_is_sent_three_times_an_hour_at_the_most() -> None:
    world, clock, _ = parts()
    proofs = Proofs(world)
    for _ in range(3):
        proofs.make(CHAT)
    with pytest.raises(TooOften):
        proofs.make(CHAT)
    proofs.make(ConversationId("01OTHER"))
    clock.forward(61 * MINUTE)
    proofs.make(CHAT)
