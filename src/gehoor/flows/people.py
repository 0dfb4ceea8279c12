"""People: customers who leave a way to reach them, and staff who sign in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gehoor.core.errors import NotAllowed
from gehoor.core.ids import ConversationId, PersonId, StaffId
from gehoor.core.text import clean
from gehoor.core.time import HOUR, Instant, later
from gehoor.flows.telephone import Number, read_number
from gehoor.ports.people import Identifier, Scope, Session, Staff
from gehoor.ports.world import World

_ONE_AT_A_TIME = asyncio.Lock()
SESSION_SPAN = 10 * HOUR
_BY_CODE = "place"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")
# The OWASP password storage advice: argon2id, 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@cache
def _nobody() -> str:
    """The hash of an account that does not exist, so that asking for one takes as long."""
    return _HASHER.hash("nobody")


async def leave_contact(
    world: World, id: ConversationId, left: Mapping[str, str], scope: Scope = Scope.WORDS
) -> tuple[str, ...]:
    """Keeps what the customer left, sealed under the person's own key, and says which kinds could be read.

    Args:
        scope: what whoever leaves it may see. To an address of somebody who has only the place the second thing that
            opens the words is never sent.
    """
    readable = {kind: value for kind, value in _readable(left).items() if value}
    if not readable:
        return ()
    now = world.clock.now()
    async with _ONE_AT_A_TIME:  # two requests at once must not make two persons of one customer
        person = await world.people.person_of(id)
        if person is None:
            person = PersonId(world.ids.new())
            world.keys.create(person)
            await world.keys.settle()
            await world.people.link_person(id, person, now)
    known = {(one.kind, one.index) for one in await world.people.identifiers(person)} if scope is Scope.PLACE else set()
    for kind, value in readable.items():
        index = world.keys.blind_index(kind, _comparable(kind, value))
        if (kind, index) in known:
            continue  # said again by who has only the place: it is worth no less than before
        verified = _BY_CODE if scope is Scope.PLACE else "none"
        sealed = world.keys.seal(person, kind, value)
        await world.people.put_identifier(person, Identifier(kind, sealed, index, verified, now))
    return tuple(sorted(readable))


def _readable(left: Mapping[str, str]) -> dict[str, str]:
    number, email = read_number(left.get("phone", "")), clean(left.get("email", ""))[:254]
    return {
        "phone": number.shown.replace(" - ", " ") if isinstance(number, Number) else "",
        "email": email if is_address(email) else "",
    }


def is_address(email: str) -> bool:
    """Whether a letter could be sent to it, by its form."""
    return _EMAIL.fullmatch(email) is not None


def _comparable(kind: str, value: str) -> str:
    if kind == "email":
        return value.lower()
    digits = re.sub(r"\D", "", value)
    return "31" + digits[1:] if digits.startswith("0") and not digits.startswith("00") else digits.removeprefix("00")


async def contact_of(world: World, id: ConversationId) -> dict[str, str]:
    """What the customer left, for the agent who has the conversation."""
    return await _opened(world, id, lambda _: True)


async def address_for_proof(world: World, id: ConversationId) -> str | None:
    """The e-mail address to which the second thing that opens the words may go: one that was left by somebody who had
    the words. Whoever found a code must not be able to name an address of their own."""
    return (await _opened(world, id, lambda one: one.verified != _BY_CODE)).get("email")


async def _opened(world: World, id: ConversationId, which: Callable[[Identifier], bool]) -> dict[str, str]:
    person = await world.people.person_of(id)
    if person is None:
        return {}
    kept = filter(which, await world.people.identifiers(person))
    opened = {one.kind: world.keys.open(person, one.kind, one.sealed) for one in kept}
    return {kind: value for kind, value in opened.items() if value is not None}


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Takes some 20 ms on purpose."""
    return _HASHER.hash(password)


def password_fits(staff: Staff | None, password: str) -> bool:
    """Whether the password is the account's. Takes as long for an account that does not exist."""
    try:
        _HASHER.verify(staff.password_hash if staff else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return staff is not None


async def sign_in(world: World, staff: Staff) -> tuple[str, Session]:
    """A new session and the secret of its cookie."""
    token = world.ids.token()
    expires = later(world.clock.now(), SESSION_SPAN)
    session = Session(hashed(token), staff.id, world.ids.token(), expires)
    await world.people.put_session(session)
    return token, session


def hashed(token: str) -> bytes:
    """How a secret is kept."""
    return sha256(token.encode()).digest()


async def who(world: World, token: str, now: Instant) -> tuple[Staff, Session]:
    """The member of staff behind a session's cookie.

    Raises:
        NotAllowed: not signed in, or no longer.
    """
    session = await world.people.session(hashed(token), now) if token else None
    staff = await staff_by_id(world, session.staff) if session else None
    if session is None or staff is None:
        raise NotAllowed("Sign in first.", signed_in=False)
    return staff, session


async def staff_by_id(world: World, id: StaffId) -> Staff | None:
    """An account by its id."""
    return next((one for one in await world.people.staff() if one.id == id), None)


async def staff_by_login(world: World, login: str) -> Staff | None:
    """An account by its login, without regard to case."""
    wanted = login.strip().lower()
    return next((one for one in await world.people.staff() if one.login.lower() == wanted), None)
