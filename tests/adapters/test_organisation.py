"""An organisation's file: what the demo chose, and how each fault is named."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

import gehoor
from gehoor.adapters.organisation import Organisation, read_organisation
from gehoor.core.errors import PolicyFault
from gehoor.core.hours import Block
from gehoor.core.policy import Clocks
from gehoor.core.time import SECOND
from gehoor.texts.read import sentences, version

DEMO = Path(gehoor.__file__).parent / "demo" / "voorbeeldstad" / "organisation.yaml"
SOURCE = DEMO.read_text(encoding="utf-8")
SPOKEN = sentences()
TODAY = date(2026, 11, 22)

Read = Callable[[str], Organisation]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads an organisation from this text."""

    def of(source: str) -> Organisation:
        file = tmp_path / "organisation.yaml"
        file.write_text(source, encoding="utf-8")
        return read_organisation(file, SPOKEN, version(SPOKEN), TODAY)

    return of


def test_that_the_demo_organisation_is_read_whole() -> None:
    found = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY)
    policy = found.policy
    assert found.faults == ()
    assert (policy.contact.phone, policy.contact.emergency_phone) == ("088 000 01 00", "088 000 01 12")
    assert policy.contact.address == "Marktplein 1, 1234 AB Voorbeeldstad"
    assert policy.contact.visit_hours["nl"] == "maandag t/m vrijdag 9.00-12.30 uur"
    assert policy.hours.week == ((Block(time(8), time(17)),),) * 5 + ((),) * 2
    assert (policy.languages, policy.wording.version, policy.wording.default) == (("nl", "en"), version(SPOKEN), "nl")
    assert policy.clocks == Clocks()
    assert policy.chats_per_agent == 3


def test_that_the_demo_accounts_are_marked_as_such() -> None:
    staff = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY).staff
    assert [(one.login, one.name, one.role) for one in staff] == [
        ("agent1", "Noor", "agent"),
        ("agent2", "Sam", "agent"),
        ("agent3", "Robin", "agent"),
        ("teamleider", "Kim", "supervisor"),
    ]
    assert all(one.shown.startswith("Demo-") and one.password == f"demo-{one.login}" for one in staff)


def test_that_nobody_is_there_on_public_holidays_of_this_year_and_the_next() -> None:
    closed = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY).policy.hours.closed
    assert {date(2026, 12, 25), date(2027, 3, 26), date(2027, 4, 27), date(2027, 5, 6), date(2027, 5, 17)} <= closed
    assert date(2027, 5, 5) not in closed
    assert {day.year for day in closed} == {2026, 2027}


def test_that_liberation_day_is_closed_in_a_jubilee_year() -> None:
    closed = read_organisation(DEMO, SPOKEN, version(SPOKEN), date(2030, 1, 1)).policy.hours.closed
    assert date(2030, 5, 5) in closed


def test_that_a_day_may_have_several_blocks_and_own_closing_days(read: Read) -> None:
    source = SOURCE.replace('monday: ["08:00-17:00"]', 'monday: ["8:00-12:30", "13:00 - 17:00"]')
    hours = read(source.replace("closed: []", "closed: [2027-06-18]")).policy.hours
    assert hours.week[0] == (Block(time(8), time(12, 30)), Block(time(13), time(17)))
    assert date(2027, 6, 18) in hours.closed


def test_that_without_public_holidays_only_own_days_are_closed(read: Read) -> None:
    source = SOURCE.replace("  public_holidays: NL", "  #").replace("closed: []", "closed: [2027-06-18]")
    assert read(source).policy.hours.closed == {date(2027, 6, 18)}


def test_that_clocks_are_seconds_and_may_be_left_out(read: Read) -> None:
    assert read(SOURCE.replace("bot_answers: 8", "bot_answers: 5")).policy.clocks.bot_answers == 5 * SECOND
    begin, end = SOURCE.index("clocks:"), SOURCE.index("promises:")
    assert read(SOURCE[:begin] + SOURCE[end:]).policy.clocks == Clocks()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("policy_version: 1", "policy_version: one", "policy_version"),
        ("policy_version: 1", "policy_version: true", "policy_version"),
        ("languages: [nl, en]", "languages: [nl, xx]", "languages[1]"),
        ("languages: [nl, en]", "languages: []", "languages"),
        ("  phone: 088 000 01 00\n", "", "contact.phone"),
        ("  phone: 088 000 01 00", "  phone: bel ons", "contact.phone"),
        ("  emergency_phone: 088 000 01 12", "  emergency_phone:", "contact.emergency_phone"),
        ("email: info@voorbeeldstad.example", "email: info", "contact.email"),
        ("    en: Monday to Friday 8:00-17:00\n", "", "contact.hours.en"),
        ("    en: Monday to Friday 9:00-12:30\n", "    en: Mon\n    de: Mo\n", "contact.visit_hours.de"),
        ("  short_name: Voorbeeldstad", "  short_name: Voorbeeldstad\n  fax: 1", "contact.fax"),
        ("zone: Europe/Amsterdam", "zone: Europe/Voorbeeldstad", "hours.zone"),
        ('monday: ["08:00-17:00"]', 'monday: ["08:00-24:30"]', "hours.monday[0]"),
        ('monday: ["08:00-17:00"]', 'monday: ["17:00-08:00"]', "hours.monday[0]"),
        ('friday: ["08:00-17:00"]', 'friday: ["08:00-12:00", "11:00-17:00"]', "hours.friday[1]"),
        ('friday: ["08:00-17:00"]', "friday: 08:00-17:00", "hours.friday"),
        ("  sunday: []\n", "", "hours.sunday"),
        ("  sunday: []", "  sunday: []\n  funday: []", "hours.funday"),
        ("public_holidays: NL", "public_holidays: XX", "hours.public_holidays"),
        ("closed: []", "closed: [kerst]", "hours.closed[0]"),
        ("bot_answers: 8", "bot_answers: 0", "clocks.bot_answers"),
        ("offer: 45", "offers: 45", "clocks.offers"),
        ("answer_days: 1", "answer_days: 2", "promises.answer_days"),
        ("callback_days: 1", "callback_days: 1\n  e_mail_days: 2", "promises.e_mail_days"),
        ("chats_per_agent: 3", "chats_per_agent: 0", "chats_per_agent"),
        ("origins: []", "origins: [www.voorbeeldstad.example]", "origins[0]"),
        ("origins: []", 'origins: ["https://a.example/chat"]', "origins[0]"),
        ("teams: [Klantcontact]", "teams: [Beheer]", "demo_staff[0].team"),
        ("role: supervisor", "role: baas", "demo_staff[3].role"),
        ("login: agent2", "login: agent1", "demo_staff[1]"),
        ("name: Sam,", "name: 12,", "demo_staff[1].name"),
        ("chats_per_agent: 3", "chats_per_agent: 3\ncolour: teal", "colour"),
        ("contact:\n", "contact: ja\nrest:\n", "contact"),
    ],
)
def test_that_a_fault_names_its_field_by_path(read: Read, old: str, new: str, field: str) -> None:
    assert SOURCE.count(old) >= 1
    with pytest.raises(PolicyFault) as refused:
        read(SOURCE.replace(old, new, 1))
    assert refused.value.data["field"] == field
    assert refused.value.sentence.startswith(field)


def test_that_a_week_without_people_is_refused(read: Read) -> None:
    with pytest.raises(PolicyFault) as refused:
        read(SOURCE.replace('["08:00-17:00"]', "[]"))
    assert refused.value.data["field"] == "hours"


@pytest.mark.parametrize("source", ["a: [", "- a", "", "a: 2026-13-45"])
def test_that_a_file_that_is_no_organisation_is_refused(read: Read, source: str) -> None:
    with pytest.raises(PolicyFault):
        read(source)


def test_that_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match=r"nowhere\.yaml cannot be read"):
        read_organisation(tmp_path / "nowhere.yaml", SPOKEN, version(SPOKEN), TODAY)


def test_that_what_is_worth_mending_stops_nobody(read: Read) -> None:
    source = SOURCE.replace("closed: []", "closed: [2025-06-18]").replace("role: supervisor", "role: agent")
    assert [one.data["field"] for one in read(source).faults] == ["hours.closed[0]", "demo_staff"]
