"""People: what a customer leaves is sealed and findable; staff sign in with a password that nobody stores."""

from typing import Any, cast

import pytest

from gehoor.core.errors import NotAllowed
from gehoor.core.ids import ConversationId
from gehoor.core.time import HOUR, Instant
from gehoor.flows import people
from gehoor.ports.world import World
from tests.world import NOOR, account, parts

pytestmark = pytest.mark.anyio

CHAT, OTHER = ConversationId("chat-1"), ConversationId("chat-2")


@pytest.fixture
def world() -> World:
    return parts()[0]


READABLE = [
    # what was typed, and whether a person could use it
    ("06 12 34 56 78", True),
    ("0612345678", True),
    ("+31 6 12345678", True),
    ("+31(0)6-1234 5678", True),
    ("088.000.01.00", True),
    ("06-12345", False),  # too few digits
    ("0612345678901234", False),  # too many
    ("bel me maar", False),
    ("06 12 34 56 78 en anders mijn man", False),
    ("<script>0612345678</script>", False),
    ("", False),
]


@pytest.mark.parametrize(("typed", "readable"), READABLE)
async def test_that_a_telephone_number_is_kept_when_it_can_be_called(world: World, typed: str, readable: bool) -> None:
    kinds = await people.leave_contact(world, CHAT, {"phone": typed})
    assert kinds == (("phone",) if readable else ())
    kept = (await people.contact_of(world, CHAT)).get("phone")
    assert kept == (("088 000 01 00" if "088" in typed else "06 12 34 56 78") if readable else None)


@pytest.mark.parametrize(
    ("typed", "readable"),
    [
        ("jan@voorbeeld.nl", True),
        ("j.de+vries@mail.voorbeeld.co", True),
        ("jan@", False),
        ("@voorbeeld.nl", False),
        ("jan voorbeeld.nl", False),
        ("jan@voorbeeld", False),
        ("a@b@c.nl", False),
        ("x" * 300 + "@a.nl", False),
    ],
)
async def test_that_an_address_is_kept_when_it_can_be_written_to(world: World, typed: str, readable: bool) -> None:
    assert await people.leave_contact(world, CHAT, {"email": typed}) == (("email",) if readable else ())


async def test_that_what_was_left_is_stored_sealed(world: World) -> None:
    await people.leave_contact(world, CHAT, {"phone": "06 12 34 56 78", "email": "jan@voorbeeld.nl"})
    kept = str(vars(cast(Any, world.people)))
    assert "12 34 56" not in kept
    assert "jan@" not in kept
    assert await people.contact_of(world, CHAT) == {"phone": "06 12 34 56 78", "email": "jan@voorbeeld.nl"}


async def test_that_a_person_who_leaves_more_is_the_same_person(world: World) -> None:
    await people.leave_contact(world, CHAT, {"phone": "06 12 34 56 78"})
    first = await world.people.person_of(CHAT)
    await people.leave_contact(world, CHAT, {"phone": "06 87 65 43 21", "email": "jan@voorbeeld.nl"})
    assert await world.people.person_of(CHAT) == first
    assert await people.contact_of(world, CHAT) == {"phone": "06 87 65 43 21", "email": "jan@voorbeeld.nl"}


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("phone", "06 12 34 56 78", "+31612345678"),
        ("phone", "0612345678", "0031 6 12345678"),
        ("email", "Jan@Voorbeeld.nl", "jan@voorbeeld.nl"),
    ],
)
async def test_that_the_same_way_to_reach_somebody_is_found_in_any_spelling(
    world: World, kind: str, one: str, two: str
) -> None:
    await people.leave_contact(world, CHAT, {kind: one})
    await people.leave_contact(world, OTHER, {kind: two})
    indexes = []
    for chat in (CHAT, OTHER):
        person = await world.people.person_of(chat)
        assert person is not None
        indexes += [identifier.index for identifier in await world.people.identifiers(person)]
    assert len(set(indexes)) == 1


async def test_that_nothing_of_a_person_whose_key_is_gone_can_be_read(world: World) -> None:
    await people.leave_contact(world, CHAT, {"phone": "06 12 34 56 78"})
    person = await world.people.person_of(CHAT)
    assert person is not None
    await world.keys.destroy(person, Instant(1))
    assert await people.contact_of(world, CHAT) == {}


def test_that_only_the_right_password_fits() -> None:
    noor = account(NOOR)
    assert people.password_fits(noor, "demo-agent1")
    for wrong in ("", "demo-agent2", "DEMO-AGENT1", "demo-agent1 ", noor.password_hash):
        assert not people.password_fits(noor, wrong)
    assert not people.password_fits(None, "demo-agent1")
    assert not people.password_fits(None, "nobody"), "also not the password of nobody"
    assert noor.password_hash.startswith("$argon2id$")


async def test_that_a_session_is_known_by_a_hash_and_ends(world: World) -> None:
    await world.people.put_staff(account(NOOR))
    token, session = await people.sign_in(world, account(NOOR))
    assert token not in str(session)
    staff, found = await people.who(world, token, world.clock.now())
    assert (staff.id, found) == (NOOR, session)
    for wrong in ("", "x", token + "x", session.token_hash.hex()):
        with pytest.raises(NotAllowed) as refused:
            await people.who(world, wrong, world.clock.now())
        assert refused.value.data["signed_in"] is False
    world.clock.forward(10 * HOUR)  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed):
        await people.who(world, token, world.clock.now())


async def test_that_a_login_is_found_without_regard_to_case(world: World) -> None:
    await world.people.put_staff(account(NOOR))
    for login in ("agent1", "AGENT1", " Agent1 "):
        found = await people.staff_by_login(world, login)
        assert found is not None
        assert found.id == NOOR
    assert await people.staff_by_login(world, "") is None
