"""Which day a question is about. Asked on Thursday 26 November 2026, unless it says otherwise."""

from datetime import date

import pytest
from holidays import country_holidays

from gehoor.core.knowledge.day_asked import day_asked

THURSDAY = date(2026, 11, 26)
PLAIN = [
    # today and the days after it
    ("tot hoe laat zijn jullie vandaag open", "2026-11-26"),
    ("kan ik vanmiddag nog langskomen", "2026-11-26"),
    ("zijn jullie deze avond bereikbaar", "2026-11-26"),
    ("zijn jullie nu open", "2026-11-26"),
    ("until what time can I call you today?", "2026-11-26"),
    ("are you open this afternoon", "2026-11-26"),
    ("zijn jullie morgen open", "2026-11-27"),
    ("Hoe laat kan ik morgenochtend binnenlopen?", "2026-11-27"),
    ("Kan ik morgen ochtend komen", "2026-11-27"),
    ("Goedemorgen, zijn jullie morgen open?", "2026-11-27"),
    ("Are you open tomorrow morning?", "2026-11-27"),
    ("en overmorgen?", "2026-11-28"),
    ("is the desk open the day after tomorrow", "2026-11-28"),
    # weekdays
    ("kan ik zaterdag langskomen", "2026-11-28"),
    ("Kan ik zaterdagochtend gewoon bij jullie kantoor binnenlopen?", "2026-11-28"),
    ("is er maandag morgen iemand", "2026-11-30"),
    ("ben je woensdagmiddag om 3 uur open", "2026-12-02"),
    ("kan ik zaterdag na 12 uur komen", "2026-11-28"),
    ("zaterdag 10 uur, kan dat?", "2026-11-28"),
    ("een afspraak voor maandag, zijn jullie dan open", "2026-11-30"),
    ("aanstaande donderdag open?", "2026-12-03"),
    ("is het kantoor komende vrijdag open", "2026-11-27"),
    ("zondag aanstaande open?", "2026-11-29"),
    ("zijn jullie vrijdag deze week open", "2026-11-27"),
    ("zijn jullie volgende week dinsdag open", "2026-12-01"),
    ("are you open on Monday next week?", "2026-11-30"),
    ("Is anybody there on Saturday morning?", "2026-11-28"),
    ("are you open this coming Thursday", "2026-12-03"),
    # dates
    ("zijn jullie op 24 december open", "2026-12-24"),
    ("5 mei open?", "2027-05-05"),
    ("zijn jullie maandag 7 december open", "2026-12-07"),
    ("are you open on December 24th?", "2026-12-24"),
    ("the 24th of December, are you there", "2026-12-24"),
    ("May 5th open?", "2027-05-05"),
    # public holidays, and the two evenings before
    ("open op tweede kerstdag", "2026-12-26"),
    ("2e kerstdag open?", "2026-12-26"),
    ("zijn jullie eerste kerstdag open", "2026-12-25"),
    ("kerstavond bereikbaar?", "2026-12-24"),
    ("Werken jullie op oudjaarsdag gewoon door?", "2026-12-31"),
    ("is er iemand op nieuwjaarsdag", "2027-01-01"),
    ("Zijn jullie dicht op goede vrijdag?", "2027-03-26"),
    ("eerste paasdag open", "2027-03-28"),
    ("paasmaandag open?", "2027-03-29"),
    ("koningsdag open?", "2027-04-27"),
    ("Gaarne verneem ik of uw kantoor op Bevrijdingsdag geopend is.", "2027-05-05"),
    ("hemelvaartsdag open", "2027-05-06"),
    ("eerste pinksterdag", "2027-05-16"),
    ("tweede pinksterdag open of niet", "2027-05-17"),
    ("tweede pinksterdag 2028", "2028-06-05"),
    ("tweede kerstdag is een zaterdag, zijn jullie dan open", "2026-12-26"),
    ("Are you open on Boxing Day?", "2026-12-26"),
    ("second Christmas day open?", "2026-12-26"),
    ("open on Christmas Day?", "2026-12-25"),
    ("open Christmas Eve?", "2026-12-24"),
    ("New Year’s Eve, are you there?", "2026-12-31"),
    ("open on New Year's Day?", "2027-01-01"),
    ("open Good Friday?", "2027-03-26"),
    ("Easter Sunday?", "2027-03-28"),
    ("are you closed on Easter Monday", "2027-03-29"),
    ("Are you guys closed on King's Day?", "2027-04-27"),
    ("Liberation Day open?", "2027-05-05"),
    ("Ascension Day open?", "2027-05-06"),
    ("Whit Sunday?", "2027-05-16"),
    ("Whit Monday?", "2027-05-17"),
]
NOT_PLAIN = [
    "wat zijn jullie openingstijden",
    "Goedemorgen, zijn jullie open?",
    "Morgen! Zijn jullie open?",
    "zijn jullie donderdag open",  # today, or in a week
    "are you open next Saturday",  # this one, or the one after
    "volgende maandag",
    "zijn jullie elke zaterdag open",
    "is the desk open every Monday",
    "zijn jullie altijd op vrijdag open",
    "'s morgens open?",
    "hoe laat in de morgen gaan jullie open",
    "vrijdag of zaterdag open",
    "vandaag en morgen",
    "zijn jullie nu al dicht, en morgen?",
    "van maandag t/m vrijdag?",
    "tot maandag dicht?",
    "na tweede kerstdag weer open?",
    "open voor hemelvaartsdag?",
    "Zijn jullie met hemelvaart en de vrijdag erna ook dicht?",
    "the day after Boxing Day",
    "24 en 26 december open?",
    "24 t/m 26 december",
    "zijn jullie met kerst open",
    "zijn jullie met pasen bereikbaar",
    "open at Easter?",
    "Is er tussen kerst en oud en nieuw iemand aanwezig?",
    "in het weekend open?",
    "zaterdag over twee weken",
    "zaterdag in de kerstvakantie",
    "tweede kerstdag volgend jaar",
    "zijn jullie maandag 8 december open",  # a Tuesday
    "maandag de 7e",
    "Monday 7",
    "zaterdag 28-11",
    "31 november open?",
    "24 december 2025 open?",
    "maandag deze week",  # over
    "gisteren was het dicht, zaterdag ook?",
    "May 5 people come?",
    "",
]


@pytest.mark.parametrize(("text", "day"), PLAIN)
def test_that_a_day_that_is_said_plainly_is_understood(text: str, day: str) -> None:
    assert day_asked(text, THURSDAY) == date.fromisoformat(day)


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_that_in_doubt_no_day_is_understood(text: str) -> None:
    assert day_asked(text, THURSDAY) is None


@pytest.mark.parametrize(("name", "spoken"), [
    ("Nieuwjaarsdag", "nieuwjaarsdag"), ("Goede Vrijdag", "goede vrijdag"), ("Tweede paasdag", "tweede paasdag"),
    ("Koningsdag", "koningsdag"), ("Hemelvaartsdag", "hemelvaartsdag"), ("Tweede pinksterdag", "tweede pinksterdag"),
    ("Eerste kerstdag", "eerste kerstdag"), ("Tweede kerstdag", "tweede kerstdag"),
])  # fmt: skip
def test_that_holidays_fall_on_the_days_that_the_calendar_of_the_policy_knows(name: str, spoken: str) -> None:
    years, compared = range(2026, 2060), 0
    for day, called in country_holidays("NL", years=years, categories=("public", "optional"), language="nl").items():
        if name.lower() in called.lower():
            compared += 1
            assert day_asked(f"{spoken} {day.year}", date(2025, 1, 1)) == day
    assert compared == len(years)


def test_that_a_holiday_is_the_next_one_and_today_counts() -> None:
    assert day_asked("koningsdag", date(2027, 4, 27)) == date(2027, 4, 27)
    assert day_asked("koningsdag", date(2027, 4, 28)) == date(2028, 4, 27)
    assert day_asked("koningsdag 2031", THURSDAY) == date(2031, 4, 26), "not on a Sunday"


def test_that_tomorrow_is_over_the_end_of_a_month_and_of_a_year() -> None:
    assert day_asked("morgen", date(2026, 12, 31)) == date(2027, 1, 1)
    assert day_asked("tomorrow", date(2028, 2, 28)) == date(2028, 2, 29)


def test_that_each_weekday_is_the_next_one() -> None:
    names = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
    english = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for number, name in [*enumerate(names), *enumerate(english)]:
        day = day_asked(f"open {name}?", THURSDAY)
        if number == THURSDAY.weekday():
            assert day is None
        else:
            assert day is not None
            assert day.weekday() == number
            assert 0 < (day - THURSDAY).days < 7


def test_that_a_long_text_is_read_in_little_time() -> None:
    assert day_asked("maandag 7 " * 400, THURSDAY) is None
    assert day_asked("d" * 4000, THURSDAY) is None
