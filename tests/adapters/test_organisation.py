"""An organisation's file: what the demo chose, and how each fault is named."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import gehoor
from gehoor.adapters.organisation import Organisation, open_organisation, read_organisation, understand
from gehoor.adapters.policy_file.document import with_version, without_accounts
from gehoor.adapters.policy_file.reduced import reduced
from gehoor.core.conversation.model import PromiseKind
from gehoor.core.errors import PolicyFault
from gehoor.core.guarantee.cover import warnings
from gehoor.core.guarantee.deadlines import promise_due
from gehoor.core.guarantee.windows import windows
from gehoor.core.hours import MIDNIGHT, Block
from gehoor.core.ids import TeamId
from gehoor.core.policy import NL_CORPORATIE, AnswerTerms, Clocks, PromiseTerms, Team, Widening
from gehoor.core.time import SECOND, instant
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
        ("schrijver", "Anouk", "writer"),
        ("teamleider", "Kim", "supervisor"),
    ]
    assert all(one.shown.startswith("Demo-") and one.password == f"demo-{one.login}" for one in staff)


def test_that_nobody_is_there_on_public_holidays_of_this_year_and_the_next_two() -> None:
    closed = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY).policy.hours.closed
    assert {date(2026, 12, 25), date(2027, 3, 26), date(2027, 4, 27), date(2027, 5, 6), date(2027, 5, 17)} <= closed
    assert date(2027, 5, 5) not in closed
    assert {day.year for day in closed} == {2026, 2027, 2028}  # 53 weeks from any day of a year end within these


def test_that_liberation_day_is_closed_in_a_jubilee_year() -> None:
    closed = read_organisation(DEMO, SPOKEN, version(SPOKEN), date(2030, 1, 1)).policy.hours.closed
    assert date(2030, 5, 5) in closed


def test_that_a_day_may_have_several_blocks_and_own_closing_days(read: Read) -> None:
    source = SOURCE.replace('monday: ["08:00-17:00"]', 'monday: ["8:00-12:30", "13:00 - 17:00"]')
    hours = read(source.replace("closed: []", "closed: [2027-06-18]")).policy.hours
    assert hours.week[0] == (Block(time(8), time(12, 30)), Block(time(13), time(17)))
    assert date(2027, 6, 18) in hours.closed


def test_that_a_leap_day_is_a_day_and_may_stand_in_quotes(read: Read) -> None:
    closed = read(SOURCE.replace("closed: []", 'closed: [2028-02-29, "2028-03-01"]')).policy.hours.closed
    assert {date(2028, 2, 29), date(2028, 3, 1)} <= closed


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
        ("closed: []", "closed: [2027-02-30]", "hours.closed[0]"),
        ("closed: []", "closed: [20270618]", "hours.closed[0]"),
        ("closed: []", "closed: [2027-06-18 10:00:00]", "hours.closed[0]"),
        ("other: {}", "other: {2027-02-29: []}", "hours.other.2027-02-29"),
        ("on_call: true", "on_call: true\n    first: 2027-02-29", "shifts[3].first"),
        ("ai: true", "ai: true\nai: false", "ai"),
        ("  sunday: []", "  sunday: []\n  monday: []", "monday"),
        ("bot_answers: 8", "bot_answers: 0", "clocks.bot_answers"),
        ("offer: 45", "offers: 45", "clocks.offers"),
        ("answer_days: 1", "answer_days: 2", "promises.answer_days"),
        ("email_days: 2", "email_days: 3", "promises.email_days"),
        ("window: 60", "window: 0", "promises.window"),
        ("complaint: 28", "complaint: 0", "terms.complaint"),
        ("complaint: 28", "complaints: 28", "terms.complaints"),
        ("share: 50", "share: 101", "promises.share"),
        ("profile: nl-corporatie", "profile: nl-streng", "profile"),
        ("other: {}", "other: {kerst: []}", "hours.other.kerst"),
        ("other: {}", 'other: {2026-12-24: ["15:00-08:00"]}', "hours.other.2026-12-24[0]"),
        ("other: {}", "other: {2026-12-24: dicht}", "hours.other.2026-12-24"),
        ("name: Klantcontact, skills", "name: Klantcontact, colour: teal, skills", "teams[0].colour"),
        ("languages: [nl, en]}", "languages: [Nederlands]}", "teams[0].languages[0]"),
        ("teams: # a", "teams: [Een, Een]\nrest: # a", "teams[1]"),
        ("days: [monday, tuesday, thursday]", "days: [maandag]", "shifts[2].days[0]"),
        ('hours: "08:00-16:30"', "hours: 8 tot 5", "shifts[0].hours"),
        ("on_call: true", "on_call: soms", "shifts[3].on_call"),
        ("on_call: true", "on_call: true\n    first: 2027-01-02\n    last: 2027-01-01", "shifts[3].last"),
        ("how: webhook", "how: fax", "night[0].how"),
        ("https://wachtdienst.example/gehoor", "http://wachtdienst.example", "night[0].address"),
        ("address: piket@voorbeeldstad.example", "address: piket", "night[1].address"),
        ("id: piket", "id: wachtdienst", "night[1]"),
        ("answer_within: 60 #", "answer_within: 5 #", "night[0].answer_within"),
        (
            "night: #",
            "night:\n"
            + "".join(f"  - {{id: l{n}, name: L, how: mail, address: l@v.example}}\n" for n in (1, 2))
            + "  #",
            "night",
        ),
        ("  gas: spoed", "  gass: spoed", "skills.gass"),
        ("alarm_mail: [teamleider@voorbeeldstad.example]", "alarm_mail: [teamleider]", "alarm_mail[0]"),
        ("ai: true", "ai: aan", "ai"),
        ("  language: 300", "  language: -1", "widening.language"),
        ("callback_days: 1", "callback_days: 1\n  e_mail_days: 2", "promises.e_mail_days"),
        ("chats_per_agent: 3", "chats_per_agent: 0", "chats_per_agent"),
        ("origins: []", "origins: [www.voorbeeldstad.example]", "origins[0]"),
        ("origins: []", 'origins: ["https://a.example/chat"]', "origins[0]"),
        (
            "shown: Demo-medewerker Noor, role: agent, team: Klantcontact",
            "shown: N, role: agent, team: Beheer",
            "demo_staff[0].team",
        ),
        ("role: supervisor", "role: baas", "demo_staff[4].role"),
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


BASIC_RATE = "BW 6:230k(2)"


@pytest.mark.parametrize(
    ("old", "new", "field", "rule"),
    [
        ('friday: ["08:00-17:00"]', 'friday: ["08:00-13:00", "12:30-17:00"]', "hours.friday[1]", "block_overlap"),
        ('friday: ["08:00-17:00"]', 'friday: ["17:00-24:00", "08:00-17:00"]', "hours.friday[1]", "block_overlap"),
        ("zone: Europe/Amsterdam", "zone: Europe/Voorbeeldstad", "hours.zone", "no_zone"),
        ("    people: [demo-agent2]", "    people: []", "shifts[1].people", "empty_shift"),
        ("    people: [demo-agent2]\n", "", "shifts[1].people", "empty_shift"),
        ("    people: [demo-agent2]", "    people: [demo-agent2, niemand]", "shifts[1].people[1]", "unknown_person"),
        ("  - team: Klantcontact", "  - team: Nachtploeg", "shifts[0].team", "unknown_team"),
        ("  gas: spoed", "  gas: loodgieten", "skills.gas", "no_skill"),
        ("  phone: 088 000 01 00", "  phone: 088 000", "contact.phone", "no_number"),  # too short
        ("  phone: 088 000 01 00", '  phone: "0113"', "contact.phone", "no_number"),
        ("  phone: 088 000 01 00", '  phone: "+32 2 123 45 67 89 01"', "contact.phone", "no_number"),  # too long
        ("  emergency_phone: 088 000 01 12", "  emergency_phone: piket", "contact.emergency_phone", "no_number"),
        ("  phone: 088 000 01 00", "  phone: 0900-1234", "contact.phone", "premium_rate"),
        ("  phone: 088 000 01 00", "  phone: 0906 123456", "contact.phone", "premium_rate"),
        ("  phone: 088 000 01 00", '  phone: "0909 1234"', "contact.phone", "premium_rate"),
        ("  phone: 088 000 01 00", '  phone: "1850"', "contact.phone", "premium_rate"),
        ("  phone: 088 000 01 00", '  phone: "+31 900 1234"', "contact.phone", "premium_rate"),
        ("  phone: 088 000 01 00", '  phone: "+49 900 1 234567"', "contact.phone", "premium_rate"),
        ("answer_days: 1", "answer_days: 2", "promises.answer_days", "above_ceiling"),
        ("complaint: 28", "complaint: 43", "terms.complaint", "above_law"),
        ("objection: 42", "objection: 43", "terms.objection", "above_law"),
        ("privacy: 30", "privacy: 31", "terms.privacy", "above_law"),
        ("  gas: spoed", "  gas: spoed\n  gas: spoed", "gas", "repeated"),
        ("danger: 60", "danger: 61", "clocks.danger", "too_slow"),
        ("answer_within: 60 #", "answer_within: 61 #", "night[0].answer_within", "too_slow"),
        ('hours: "08:00-16:30"', 'hours: "08:05-16:30"', "shifts", "no_shift"),
        ('monday: ["08:00-17:00"]', 'monday: ["07:00-17:00"]', "shifts", "no_shift"),
        ("closed: []", "closed: [2026-12-28, 2026-12-29, 2026-12-30]", "hours", "too_late"),
    ],
)
def test_that_a_policy_that_cannot_be_used_is_named_and_explained(
    read: Read, old: str, new: str, field: str, rule: str
) -> None:
    assert old in SOURCE
    with pytest.raises(PolicyFault) as refused:
        read(SOURCE.replace(old, new, 1))
    assert (refused.value.data["field"], refused.value.data["rule"]) == (field, rule)
    if rule == "premium_rate":
        assert refused.value.data["law"] is True
        assert BASIC_RATE in str(refused.value.data["source"])
        assert refused.value.data["mend"]


@pytest.mark.parametrize("number", ["14 020", "0800-9009", "085 123 45 67", "+31 20 123 45 67", "06 12345678"])
def test_that_numbers_that_can_be_called_are_taken_as_they_are_written(read: Read, number: str) -> None:
    assert read(SOURCE.replace("phone: 088 000 01 00", f'phone: "{number}"', 1)).policy.contact.phone == number


def test_that_the_rota_is_read(read: Read) -> None:
    found = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY).policy
    assert [(shift.people[0], shift.on_call) for shift in found.shifts] == [
        ("demo-agent1", False),
        ("demo-agent2", False),
        ("demo-agent3", False),
        ("demo-teamleider", True),
    ]
    christmas = date(2026, 12, 25)
    assert [shift.begins_on(christmas) for shift in found.shifts] == [False, False, False, True]
    one = '    hours: "08:00-16:30"'
    more = f"{one}\n    first: 2026-01-01\n    last: 2027-12-31\n    except: [2027-03-01]"
    shift = read(SOURCE.replace(one, more)).policy.shifts[0]
    assert (shift.first, shift.last) == (date(2026, 1, 1), date(2027, 12, 31))
    assert date(2027, 3, 1) in shift.except_on


def test_that_shifts_run_on_a_closing_day_that_is_open_after_all(read: Read) -> None:
    found = read(SOURCE.replace("other: {}", 'other: {2026-12-25: ["10:00-12:00"]}')).policy
    assert found.shifts[0].begins_on(date(2026, 12, 25))
    assert found.hours.blocks(date(2026, 12, 25)) == (Block(time(10), time(12)),)


def test_that_teams_night_chain_skills_and_terms_are_read() -> None:
    found = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY).policy
    (team,) = found.teams
    assert (team.id, team.restricted) == ("Klantcontact", False)
    assert {"huur", "spoed"} <= team.skills
    assert team.languages == {"nl", "en"}
    assert [(link.id, link.how, link.answer_within) for link in found.night] == [
        ("wachtdienst", "webhook", 60 * SECOND),
        ("piket", "mail", 60 * SECOND),
    ]
    assert found.skills["topic"] == "klachten"
    assert found.promises == PromiseTerms()
    assert found.terms == AnswerTerms()
    assert found.widening == Widening()
    assert (found.profile, found.ai, found.reduced) == (NL_CORPORATIE, True, False)
    assert found.alarm_mail == ("teamleider@voorbeeldstad.example",)


def test_that_a_name_alone_is_a_team_without_skills(read: Read) -> None:
    begin, end = SOURCE.index("skills: #"), SOURCE.index("widening:")
    source = (SOURCE[:begin] + SOURCE[end:]).replace(
        "  - {name: Klantcontact, skills", "  - Nacht\n  - {name: Klantcontact, skills"
    )
    teams = read(source).policy.teams
    assert [team.id for team in teams] == ["Nacht", "Klantcontact"]
    assert teams[0] == Team(TeamId("Nacht"))


def test_that_a_block_may_end_at_midnight(read: Read) -> None:
    source = SOURCE.replace("sunday: []", 'sunday: ["22:00-24:00"]').replace(
        'days: [monday, tuesday, thursday]\n    hours: "10:00-15:00"', 'days: [sunday]\n    hours: "22:00-24:00"'
    )
    found = read(source).policy
    assert found.hours.week[6] == (Block(time(22), MIDNIGHT),)
    assert found.shifts[2].end == time(0)


@pytest.mark.parametrize("ahead", range(0, 800, 61))
def test_that_the_demo_is_fit_to_be_used_on_any_day(ahead: int) -> None:
    found = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY + timedelta(days=ahead))
    noon = instant(datetime.combine(TODAY + timedelta(days=ahead), time(12), tzinfo=found.policy.hours.zone))
    assert warnings(found.policy, noon) == ()


def test_that_the_document_holds_the_policy_without_accounts() -> None:
    found = read_organisation(DEMO, SPOKEN, version(SPOKEN), TODAY)
    document = without_accounts(found.text)
    assert "password" not in document
    assert "demo_staff" not in document
    people = frozenset(one.id for one in found.staff)
    again = understand(document, SPOKEN, version(SPOKEN), TODAY, people=people)
    assert again.policy == found.policy
    with pytest.raises(PolicyFault) as refused:
        understand(SOURCE, SPOKEN, version(SPOKEN), TODAY, people=people)
    assert refused.value.data["field"] == "demo_staff"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a: 1\n# who\ndemo_staff:\n  - {id: x}\n# what\nb: 2\n", "a: 1\n# what\nb: 2\n"),
        ("demo_staff:\n- {id: x}\n- {id: y}\nb: 2\n", "b: 2\n"),
        ("demo_staff: [\n{id: x},\n{id: y}]\nb: 2\n", "b: 2\n"),
        ('"demo_staff" : [{id: x}]\nb: 2\n', "b: 2\n"),
        ("{a: 1, demo_staff: [{id: x}], b: 2}\n", "a: 1\nb: 2\n"),
        ("? demo_staff\n: [{id: x}]\nb: 2\n", "b: 2\n"),
        ("a: 1\ndemo_staff: []\n", "a: 1\n"),
        ("a: 1\n# end\n", "a: 1\n# end\n"),
    ],
)
def test_that_accounts_are_cut_out_of_a_document(text: str, kept: str) -> None:
    assert without_accounts(text) == kept


def test_that_a_document_names_its_own_version() -> None:
    assert with_version("a: 1\npolicy_version: 7 # x\n", 8) == "a: 1\npolicy_version: 8\n"
    assert with_version("a: 1\n", 8) == "policy_version: 8\na: 1\n"


def test_that_the_reduced_policy_keeps_what_can_be_read() -> None:
    broken = SOURCE.replace("zone: Europe/Amsterdam", "zone: nergens").replace("shifts: #", "ploegen: #")
    found = reduced([broken], SPOKEN, version(SPOKEN), TODAY)
    assert (found.ai, found.reduced, found.version) == (False, True, 0)
    assert found.contact.phone == "088 000 01 00"
    assert [link.id for link in found.night] == ["wachtdienst", "piket"]
    assert found.hours.week[0] == (Block(time(9), time(17)),)
    monday = instant(datetime(2026, 11, 23, 10, tzinfo=found.hours.zone))
    assert promise_due(found, monday, PromiseKind.CHAT) > monday
    assert windows(found, monday) == ()


def test_that_the_reduced_policy_takes_each_part_from_the_best_document_that_has_it() -> None:
    other = SOURCE.replace("088 000 01 00", "088 000 02 00")
    found = reduced(["a: [", SOURCE.replace("contact:", "kontakt:"), other], SPOKEN, version(SPOKEN), TODAY)
    assert found.contact.phone == "088 000 02 00"
    assert found.hours.week[0] == (Block(time(8), time(17)),)


@pytest.mark.parametrize("texts", [(), ("",), ("- a",), ("a: [",)])
def test_that_the_reduced_policy_needs_nothing_at_all(texts: tuple[str, ...]) -> None:
    found = reduced(texts, SPOKEN, version(SPOKEN), TODAY)
    assert found.contact.emergency_phone == "112"
    assert found.languages == tuple(SPOKEN)
    assert found.wording.say("disclosure_no_ai", "nl", organisation="x").text


def test_that_a_file_that_cannot_be_used_is_opened_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "organisation.yaml"
    none = open_organisation(file, SPOKEN, version(SPOKEN), TODAY)
    assert (none.policy.reduced, none.text, none.faults[0].data["rule"]) == (True, "", "no_file")
    file.write_text(SOURCE.replace("zone: Europe/Amsterdam", "zone: nergens"), encoding="utf-8")
    some = open_organisation(file, SPOKEN, version(SPOKEN), TODAY)
    assert (some.policy.reduced, some.policy.contact.phone) == (True, "088 000 01 00")
    assert some.faults[0].data["field"] == "hours.zone"
    # Somebody must be able to sign in to mend it.
    assert {one.role for one in some.staff} == {"agent", "writer", "supervisor"}
    for unreadable in ("demo_staff: [{id: only}]", "demo_staff: nobody", "contact: [", "- a list"):
        file.write_text(unreadable, encoding="utf-8")
        assert open_organisation(file, SPOKEN, version(SPOKEN), TODAY).staff == ()
    file.write_text(SOURCE, encoding="utf-8")
    assert open_organisation(file, SPOKEN, version(SPOKEN), TODAY) == read_organisation(
        file, SPOKEN, version(SPOKEN), TODAY
    )


def test_that_a_week_without_people_is_refused(read: Read) -> None:
    with pytest.raises(PolicyFault) as refused:
        read(SOURCE.replace('["08:00-17:00"]', "[]"))
    assert (refused.value.data["field"], refused.value.data["rule"]) == ("hours", "never_open")


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
