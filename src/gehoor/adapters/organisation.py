"""One organisation's choices, read from a YAML file: its policy and its demo accounts.

Every field is checked and every unknown one refused. A fault names the field by its path, such as ``hours.monday[1]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from gehoor.core.errors import PolicyFault
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import Clocks, Contact, Policy, PromiseTerms, Wording, check
from gehoor.core.time import SECOND, instant

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ROLES: Final = ("agent", "supervisor")
_BLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?- ?([01]?\d|2[0-3]):([0-5]\d)")
_PHONE: Final = re.compile(r"\+?[\d][\d ()-]{2,}")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
_LONGEST_CLOCK_S: Final = 31 * 24 * 3600

# The C loader is ten times faster and accepts the same; it is not built in everywhere.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account. ``password`` is as it stands in the file; ``shown`` marks the account as one of the demo."""

    id: StaffId
    login: str
    name: str
    role: str
    team: TeamId
    password: str
    shown: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A policy that can be used. ``faults``: what is worth mending but keeps nobody from a person."""

    policy: Policy
    staff: tuple[Account, ...]
    teams: tuple[TeamId, ...]
    faults: tuple[PolicyFault, ...]


def read_organisation(
    path: Path, sentences: Mapping[str, Mapping[str, str]], version: str, today: date
) -> Organisation:
    """The organisation of this file.

    Args:
        sentences: what customers read, by language and id.
        version: that of the sentences; the policy's own stands in the file.
        today: public holidays are known for its year and the next.

    Raises:
        PolicyFault: the file cannot be used; ``field`` is the path of what is wrong.
    """
    top = _Fields(_parse(path), "")
    languages = _languages(top, sentences)
    faults: list[PolicyFault] = []
    hours = _hours(top.inner("hours"), today, faults)
    promises = top.inner("promises", required=False)
    policy = Policy(
        version=top.number("policy_version", 1, 10**9),
        contact=_contact(top.inner("contact"), languages),
        hours=hours,
        wording=Wording(version, sentences, languages[0]),
        languages=languages,
        clocks=_clocks(top.inner("clocks", required=False)),
        promises=PromiseTerms(promises.number("answer_days", 0, 1, 1), promises.number("callback_days", 0, 1, 1)),
        chats_per_agent=top.number("chats_per_agent", 1, 50, 3),
        origins=tuple(_origin(place, value) for place, value in top.texts("origins", required=False)),
    )
    promises.refuse_the_rest()
    teams = tuple(TeamId(value) for _, value in top.texts("teams"))
    staff = _staff(top, teams, faults)
    top.refuse_the_rest()
    check(policy, instant(datetime.combine(today, time(0), tzinfo=hours.zone)))
    return Organisation(policy, staff, teams, tuple(faults))


class _Fields:
    """The fields of one mapping; whoever reads one takes it, so that what is left over can be refused."""

    def __init__(self, found: object, path: str) -> None:
        if not isinstance(found, dict):
            raise _fault(path, "This must be fields with a value.")
        self._left: dict[object, object] = dict(found)
        self._path = path

    def at(self, key: str) -> str:
        """The path of a field."""
        return f"{self._path}.{key}" if self._path else key

    def take(self, key: str, required: bool = True) -> object:
        """A field as it stands; None when it is left out."""
        value = self._left.pop(key, None)
        if value is None and required:
            raise _fault(self.at(key), "This must be filled in.")
        return value

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        """One line of text."""
        return _line(self.at(key), self.take(key), pattern)

    def number(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number."""
        value = self.take(key, required=default is None)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _fault(self.at(key), f"This must be a whole number from {least} to {most}.")
        return value

    def items(self, key: str, required: bool = True) -> list[tuple[str, object]]:
        """The members of a list, each with its path."""
        value = self.take(key, required)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _fault(self.at(key), "This must be a list.")
        return [(f"{self.at(key)}[{number}]", member) for number, member in enumerate(value)]

    def texts(self, key: str, required: bool = True) -> list[tuple[str, str]]:
        """The members of a list of texts, each with its path."""
        return [(place, _line(place, value)) for place, value in self.items(key, required)]

    def inner(self, key: str, required: bool = True) -> _Fields:
        """A mapping inside this one."""
        found = self.take(key, required)
        return _Fields({} if found is None else found, self.at(key))

    def refuse_the_rest(self) -> None:
        """Refuses what nobody took."""
        for key in self._left:
            raise _fault(self.at(str(key)), "This is not a field that can be filled in here.")


def _parse(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, see above
    except (OSError, UnicodeDecodeError) as error:
        raise _fault("", f"The file {path.name} cannot be read.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise _fault("", f"The YAML of {path.name}{place} cannot be read.") from error


def _languages(top: _Fields, sentences: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    places = top.texts("languages")
    if not places:
        raise _fault("languages", "Name at least one language.")
    for place, language in places:
        if language not in sentences:
            raise _fault(place, f"There are no sentences in this language; there are in {', '.join(sentences)}.")
    return tuple(dict.fromkeys(language for _, language in places))


def _contact(found: _Fields, languages: tuple[str, ...]) -> Contact:
    contact = Contact(
        organisation=found.text("organisation"),
        short_name=found.text("short_name"),
        phone=found.text("phone", _PHONE),
        emergency_phone=found.text("emergency_phone", _PHONE),
        hours=_per_language(found.inner("hours"), languages),
        email=found.text("email", _EMAIL),
        address=found.text("address"),
        visit_hours=_per_language(found.inner("visit_hours"), languages),
    )
    found.refuse_the_rest()
    return contact


def _per_language(found: _Fields, languages: tuple[str, ...]) -> dict[str, str]:
    sentences = {language: found.text(language) for language in languages}
    found.refuse_the_rest()
    return sentences


def _hours(found: _Fields, today: date, faults: list[PolicyFault]) -> OpeningHours:
    zone = _zone(found)
    week = tuple(tuple(_blocks(found, day)) for day in _DAYS)
    closed = set(_public_holidays(found, today))
    for place, day in found.items("closed", required=False):
        if not isinstance(day, date) or isinstance(day, datetime):
            raise _fault(place, "This must be a day, such as 2027-06-18.")
        if day < today:
            faults.append(_fault(place, "This day is over."))
        closed.add(day)
    found.refuse_the_rest()
    return OpeningHours(week, frozenset(closed), zone)


def _zone(found: _Fields) -> ZoneInfo:
    try:
        return ZoneInfo(found.text("zone"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _fault(found.at("zone"), "This is not a time zone, such as Europe/Amsterdam.") from error


def _blocks(found: _Fields, day: str) -> Iterator[Block]:
    end = time(0)
    for place, value in found.items(day):
        match = _BLOCK.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise _fault(place, "This must be two times, such as 08:00-17:00, in quotes.")
        from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
        start, until = time(from_hour, from_minute), time(to_hour, to_minute)
        if start >= until:
            raise _fault(place, "This block must end after it starts.")
        if start < end:
            raise _fault(place, "This block must start after the one before it has ended.")
        end = until
        yield Block(start, until)


def _public_holidays(found: _Fields, today: date) -> list[date]:
    country = found.take("public_holidays", required=False)
    if country is None:
        return []
    if country != "NL":
        raise _fault(found.at("public_holidays"), "Only NL is known.")
    # Only here: the import costs more than all the rest of this module.
    from holidays import country_holidays

    return list(country_holidays("NL", years=(today.year, today.year + 1)))


def _clocks(found: _Fields) -> Clocks:
    standard = Clocks()
    chosen = {
        one.name: SECOND * found.number(one.name, 1, _LONGEST_CLOCK_S, getattr(standard, one.name) // SECOND)
        for one in fields(Clocks)
    }
    found.refuse_the_rest()
    return Clocks(**chosen)


def _origin(place: str, value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise _fault(place, "This must be a scheme and a host in small letters, such as https://www.voorbeeld.example.")
    return value


def _staff(top: _Fields, teams: tuple[TeamId, ...], faults: list[PolicyFault]) -> tuple[Account, ...]:
    accounts: list[Account] = []
    for place, value in top.items("demo_staff", required=False):
        account = _account(_Fields(value, place), teams)
        if any(account.login == other.login or account.id == other.id for other in accounts):
            raise _fault(place, "Another account has this id or login.")
        accounts.append(account)
    for role in _ROLES:
        if not any(account.role == role for account in accounts):
            faults.append(_fault("demo_staff", f"There is no {role}."))
    return tuple(accounts)


def _account(found: _Fields, teams: tuple[TeamId, ...]) -> Account:
    account = Account(
        id=StaffId(found.text("id")),
        login=found.text("login"),
        name=found.text("name"),
        role=found.text("role"),
        team=TeamId(found.text("team")),
        password=found.text("password"),
        shown=found.text("shown"),
    )
    if account.role not in _ROLES:
        raise _fault(found.at("role"), f"This must be one of {', '.join(_ROLES)}.")
    if account.team not in teams:
        raise _fault(found.at("team"), "There is no such team.")
    found.refuse_the_rest()
    return account


def _line(place: str, value: object, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
        raise _fault(place, "This must be one line of text; put it in quotes when it is a number.")
    if pattern is not None and not pattern.fullmatch(value.strip()):
        raise _fault(place, "This has the wrong form.")
    return value.strip()


def _fault(place: str, problem: str) -> PolicyFault:
    return PolicyFault(f"{place}: {problem}" if place else problem, field=place)
