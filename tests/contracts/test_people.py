"""What every keeper of people's rows keeps to."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gehoor.adapters.stores.memory_people import MemoryPeople
from gehoor.adapters.stores.postgres_database import PostgresDatabase
from gehoor.adapters.stores.postgres_people import PostgresPeople
from gehoor.adapters.stores.sqlite_file import SqliteFile
from gehoor.adapters.stores.sqlite_people import SqlitePeople
from gehoor.core.errors import Conflict
from gehoor.core.ids import ConversationId, MatterId, PersonId, StaffId, TeamId
from gehoor.core.time import Instant
from gehoor.ports.people import Access, Identifier, Left, People, ReturnCode, Scope, Session, Staff
from tests.contracts.conversations import NOW, ONE, TWO

pytestmark = pytest.mark.anyio

JAN = Staff(StaffId("jan"), "jan", "Jan Jansen-Çelik", "agent", TeamId("desk"), "$argon2id$...")
EVA = Staff(StaffId("eva"), "eva", "Eva", "supervisor", TeamId("desk"), "$argon2id$...")
MAIL = Identifier("email", b"\x00sealed", b"i" * 32, "none", NOW)
PHONE = Identifier("phone", b"sealed\xff", b"j" * 32, "code", NOW)
PERSON, OTHER = PersonId("p1"), PersonId("p2")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def people(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[People]:
    if request.param == "memory":
        yield MemoryPeople()
    elif request.param == "postgres":
        database = PostgresDatabase(request.getfixturevalue("postgres"))
        yield PostgresPeople(database)
        await database.close()
    else:
        file = SqliteFile(tmp_path / "gehoor.db")
        yield SqlitePeople(file)
        await file.close()


async def test_that_accounts_come_back_by_login(people: People) -> None:
    assert await people.staff() == []
    await people.put_staff(JAN)
    await people.put_staff(EVA)
    assert await people.staff() == [EVA, JAN]


async def test_that_an_account_is_replaced_by_its_id(people: People) -> None:
    await people.put_staff(JAN)
    changed = replace(JAN, login="j.jansen", role="supervisor", password_hash="other")
    await people.put_staff(changed)
    assert await people.staff() == [changed]


async def test_that_two_accounts_cannot_have_one_login(people: People) -> None:
    await people.put_staff(JAN)
    await people.put_staff(EVA)
    with pytest.raises(Conflict):
        await people.put_staff(replace(EVA, login="jan"))
    assert await people.staff() == [EVA, JAN]


async def test_that_a_session_lasts_until_it_expires_or_is_dropped(people: People) -> None:
    session = Session(b"h" * 32, JAN.id, "form", Instant(NOW + 10))
    assert await people.session(session.token_hash, NOW) is None
    await people.put_session(session)
    assert await people.session(session.token_hash, Instant(NOW + 9)) == session
    assert await people.session(session.token_hash, Instant(NOW + 10)) is None
    assert await people.session(b"x" * 32, NOW) is None
    longer = replace(session, expires_at=Instant(NOW + 99))
    await people.put_session(longer)
    assert await people.session(session.token_hash, Instant(NOW + 50)) == longer
    await people.drop_session(session.token_hash)
    await people.drop_session(session.token_hash)
    assert await people.session(session.token_hash, NOW) is None


async def test_that_a_conversation_has_one_person_at_a_time(people: People) -> None:
    assert await people.person_of(ONE) is None
    await people.link_person(ONE, PERSON, NOW)
    await people.link_person(TWO, PERSON, NOW)
    await people.link_person(ONE, OTHER, Instant(NOW + 1))
    assert await people.person_of(ONE) == OTHER
    assert await people.person_of(TWO) == PERSON


async def test_that_a_person_has_one_identifier_of_each_kind(people: People) -> None:
    assert await people.identifiers(PERSON) == []
    await people.put_identifier(PERSON, PHONE)
    await people.put_identifier(PERSON, MAIL)
    await people.put_identifier(OTHER, MAIL)
    assert await people.identifiers(PERSON) == [MAIL, PHONE]
    verified = replace(PHONE, sealed=b"new", verified="staff", at=Instant(NOW + 5))
    await people.put_identifier(PERSON, verified)
    assert await people.identifiers(PERSON) == [MAIL, verified]
    assert await people.identifiers(OTHER) == [MAIL]


async def test_that_a_conversation_is_about_one_matter_at_a_time(people: People) -> None:
    assert await people.matter_of(ONE) is None
    await people.link_matter(ONE, MatterId("m1"), NOW)
    await people.link_matter(TWO, MatterId("m1"), NOW)
    await people.link_matter(ONE, MatterId("m2"), NOW)
    assert (await people.matter_of(ONE), await people.matter_of(TWO)) == ("m2", "m1")


def code(index: bytes, conversation: ConversationId = ONE, lasts: int = 10) -> ReturnCode:
    return ReturnCode(conversation, index, Instant(NOW + lasts))


def access(token: bytes, conversation: ConversationId = ONE, lasts: int = 10) -> Access:
    return Access(token, conversation, Scope.PLACE, 7, Instant(NOW + lasts))


async def test_that_a_code_is_found_by_its_index_until_it_expires(people: People) -> None:
    await people.put_return_code(code(b"a"), NOW)
    await people.put_return_code(code(b"b", TWO), NOW)
    assert await people.return_code(b"a", Instant(NOW + 9)) == code(b"a")
    assert await people.return_code_of(TWO, NOW) == code(b"b", TWO)
    assert await people.return_code(b"a", Instant(NOW + 10)) is None
    assert await people.return_code_of(ONE, Instant(NOW + 10)) is None
    assert await people.return_code(b"c", NOW) is None


async def test_that_a_new_code_replaces_the_old_one_and_ends_its_tokens(people: People) -> None:
    await people.put_return_code(code(b"a"), NOW)
    await people.put_access(access(b"t"))
    await people.put_access(access(b"u", TWO))
    await people.put_return_code(code(b"b"), NOW)
    assert await people.return_code(b"a", NOW) is None
    assert await people.return_code(b"b", NOW) == code(b"b")
    assert await people.access(b"t", NOW) is None
    assert await people.access(b"u", NOW) == access(b"u", TWO)


async def test_that_a_token_opens_what_it_was_last_given_until_it_expires(people: People) -> None:
    await people.put_access(access(b"t"))
    assert await people.access(b"t", Instant(NOW + 9)) == access(b"t")
    opened = replace(access(b"t"), scope=Scope.WORDS, since=0)
    await people.put_access(opened)
    assert await people.access(b"t", NOW) == opened
    assert await people.access(b"t", Instant(NOW + 10)) is None


async def test_that_what_was_left_in_many_conversations_is_told_at_once_without_the_values(people: People) -> None:
    ids = [ConversationId(f"C{number}") for number in range(6)]
    for id, person, kinds in ((ids[1], PERSON, (MAIL, PHONE)), (ids[2], OTHER, (PHONE,)), (ids[5], OTHER, ())):
        await people.link_person(id, person, NOW)
        for one in kinds:
            await people.put_identifier(person, one)
    await people.link_person(ids[4], PersonId("p3"), NOW)  # somebody who left nothing
    for id, ends in ((ids[2], 9), (ids[3], 9), (ids[4], 0)):
        await people.put_return_code(ReturnCode(id, id.encode(), Instant(NOW + ends)), Instant(NOW - 1))
    assert await people.left_between(ids[0], ids[5], NOW) == {
        ids[1]: Left(PERSON, frozenset({"email", "phone"}), False),
        ids[2]: Left(OTHER, frozenset({"phone"}), True),
        ids[3]: Left(None, frozenset(), True),
        ids[5]: Left(OTHER, frozenset({"phone"}), False),  # the same person, in another conversation
    }
    assert set(await people.left_between(ids[2], ids[3], NOW)) == {ids[2], ids[3]}
    assert await people.left_between(ids[0], ids[0], NOW) == {}
