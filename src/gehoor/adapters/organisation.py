"""One organisation's choices, read from a YAML document: its policy, and from its file the demo accounts too.

Every field is checked and every unknown one refused; a fault names the field by its path. What each field means stands
in docs/policy.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from gehoor.adapters.policy_file.document import with_version, without_accounts
from gehoor.adapters.policy_file.fields import EMAIL, Fields, fault, line, parse
from gehoor.adapters.policy_file.reach import read_contact, read_languages
from gehoor.adapters.policy_file.reduced import reduced
from gehoor.adapters.policy_file.staffing import read_night, read_shifts, read_skills, read_teams
from gehoor.adapters.policy_file.times import read_clocks, read_hours, read_promises, read_terms, read_widening
from gehoor.core.errors import PolicyFault
from gehoor.core.guarantee.cover import check
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import NL_CORPORATIE, Policy, Profile, Wording
from gehoor.core.time import Instant, instant, local
from gehoor.ports.policies import Understood

_ROLES: Final = ("agent", "supervisor")
"""Every organisation has somebody of each."""
_ALSO: Final = ("writer",)
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
_PROFILES: Final[Mapping[str, Profile]] = {NL_CORPORATIE.id: NL_CORPORATIE}

Sentences = Mapping[str, Mapping[str, str]]


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
    """What a document says. ``faults``: what is worth mending but keeps nobody from a person. ``text``: the document
    itself."""

    policy: Policy
    staff: tuple[Account, ...]
    teams: tuple[TeamId, ...]
    faults: tuple[PolicyFault, ...]
    text: str = ""


def read_organisation(path: Path, sentences: Sentences, version: str, today: date) -> Organisation:
    """The organisation of this file, fit to be used from ``today`` on.

    Args:
        sentences: what customers read, by language and id.
        version: that of the sentences; the policy's own stands in the file.
        today: public holidays are known for its year and the next two.

    Raises:
        PolicyFault: the file cannot be used; ``field`` is the path of what is wrong.
    """
    found = understand(text_of(path), sentences, version, today, path.name)
    staff = frozenset(one.id for one in found.staff) or None
    check(found.policy, instant(datetime.combine(today, time(0), tzinfo=found.policy.hours.zone)), staff)
    return found


def open_organisation(path: Path, sentences: Sentences, version: str, today: date) -> Organisation:
    """The organisation of this file, or what of it can be read: what is wrong stands in ``faults``."""
    text = ""
    try:
        text = text_of(path)
        return understand(text, sentences, version, today, path.name)
    except PolicyFault as wrong:
        return Organisation(reduced([text], sentences, version, today), _accounts_of(text), (), (wrong,), text)


def _accounts_of(text: str) -> tuple[Account, ...]:
    """The accounts of a document that is no use otherwise: a supervisor must be able to sign in to mend it."""
    try:
        found = parse(text)
        rows = found.get("demo_staff") if isinstance(found, dict) else None
        listed = rows if isinstance(rows, list) else []
        teams = tuple(TeamId(str(row.get("team"))) for row in listed if isinstance(row, dict))
        return _staff(Fields({"demo_staff": listed}, ""), teams, [])
    except PolicyFault:
        return ()


def text_of(path: Path) -> str:
    """The text of the file.

    Raises:
        PolicyFault: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise fault("", f"The file {path.name} cannot be read.", "no_file") from error


def understand(
    text: str,
    sentences: Sentences,
    version: str,
    today: date,
    name: str = "the policy",
    people: Collection[StaffId] | None = None,
) -> Organisation:
    """What a document says, whether or not it leaves a moment without a person (``core.guarantee.cover``).

    Args:
        people: who has an account; None: those of the document itself, or anybody when it has none.

    Raises:
        PolicyFault: it cannot be read.
    """
    top = Fields(parse(text, name), "")
    faults: list[PolicyFault] = []
    languages = read_languages(top, sentences)
    profile = _profile(top)
    hours = read_hours(top.inner("hours"), today, faults)
    teams = read_teams(top)
    ids = tuple(team.id for team in teams)
    staff = _staff(top, ids, faults) if people is None else ()
    known = people if people is not None else frozenset(one.id for one in staff) or None
    policy = Policy(
        version=top.number("policy_version", 1, 10**9),
        contact=read_contact(top.inner("contact"), languages),
        hours=hours,
        wording=Wording(version, sentences, languages[0]),
        languages=languages,
        clocks=read_clocks(top.inner("clocks", required=False)),
        promises=read_promises(top.inner("promises", required=False), profile),
        terms=read_terms(top.inner("terms", required=False)),
        chats_per_agent=top.number("chats_per_agent", 1, 50, 3),
        origins=tuple(_origin(place, value) for place, value in top.texts("origins", required=False)),
        profile=profile,
        teams=teams,
        shifts=read_shifts(top, ids, known, hours),
        night=read_night(top),
        skills=read_skills(top.inner("skills", required=False), teams, sentences),
        widening=read_widening(top.inner("widening", required=False)),
        alarm_mail=tuple(line(place, value, EMAIL) for place, value in top.texts("alarm_mail", required=False)),
        ai=top.yes("ai", True),
    )
    top.refuse_the_rest()
    return Organisation(policy, staff, ids, tuple(faults), text)


def _profile(top: Fields) -> Profile:
    id = top.optional_text("profile", NL_CORPORATIE.id)
    if id not in _PROFILES:
        raise fault("profile", f"This must be one of {', '.join(_PROFILES)}.", "no_profile")
    return _PROFILES[id]


def _origin(place: str, value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        problem = "This must be a scheme and a host in small letters, such as https://www.voorbeeld.example."
        raise fault(place, problem, "address")
    return value


def _staff(top: Fields, teams: tuple[TeamId, ...], faults: list[PolicyFault]) -> tuple[Account, ...]:
    accounts: list[Account] = []
    for place, value in top.items("demo_staff", required=False):
        account = _account(Fields(value, place), teams)
        if any(account.login == other.login or account.id == other.id for other in accounts):
            raise fault(place, "Another account has this id or login.", "twice")
        accounts.append(account)
    for role in _ROLES:
        if not any(account.role == role for account in accounts):
            faults.append(fault("demo_staff", f"There is no {role}."))
    return tuple(accounts)


def _account(found: Fields, teams: tuple[TeamId, ...]) -> Account:
    account = Account(
        id=StaffId(found.text("id")),
        login=found.text("login"),
        name=found.text("name"),
        role=found.text("role"),
        team=TeamId(found.text("team")),
        password=found.text("password"),
        shown=found.text("shown"),
    )
    if account.role not in (*_ROLES, *_ALSO):
        raise fault(found.at("role"), f"This must be one of {', '.join((*_ROLES, *_ALSO))}.")
    if account.team not in teams:
        raise fault(found.at("team"), "There is no such team.", "unknown_team")
    found.refuse_the_rest()
    return account


class PolicyDocuments:
    """The documents of the policy, as YAML.

    Args:
        sentences: what customers read, by language and id.
        version: that of the sentences.
    """

    def __init__(self, sentences: Sentences, version: str) -> None:
        self._sentences = sentences
        self._version = version

    def read(self, document: str, staff: Collection[StaffId], at: Instant) -> Understood:
        """What a document says. It may hold no accounts."""
        found = understand(document, self._sentences, self._version, _day_of(at), people=staff)
        return Understood(found.policy, found.faults)

    def of_file(self, text: str) -> str:
        """The document in an organisation's file."""
        return without_accounts(text)

    def numbered(self, document: str, version: int) -> str:
        """The document with this version in it."""
        return with_version(document, version)

    def reduced(self, documents: Sequence[str], at: Instant) -> Policy:
        """The policy when none can be used."""
        return reduced(documents, self._sentences, self._version, _day_of(at))


def _day_of(at: Instant) -> date:
    return local(at, ZoneInfo("UTC")).date()
