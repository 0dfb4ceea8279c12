"""What is said about being open, as tables. Moments are in Amsterdam: "2026-11-26 10:00" is a Thursday."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gehoor.core.guarantee.presence import presence
from gehoor.core.hours import MIDNIGHT, Block, OpeningHours
from gehoor.core.policy import Said
from gehoor.core.time import Instant, instant
from tests.world import organisation

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
POLICY = organisation().policy
WHOLE = (Block(time(0), MIDNIGHT),)
SPLIT = (Block(time(8, 30), time(12)), Block(time(13), time(17)))
THREE = (Block(time(8), time(9)), Block(time(10), time(11)), Block(time(12), time(13)))
LUNCH = OpeningHours((SPLIT,) * 5 + ((), ()), frozenset())
ALWAYS = OpeningHours((WHOLE,) * 7, frozenset())
NEVER = OpeningHours(((),) * 7, frozenset())
LATE = OpeningHours(((Block(time(18), MIDNIGHT),),) * 7, frozenset())
OVER_MIDNIGHT = OpeningHours((*((),) * 4, (Block(time(20), MIDNIGHT),), (Block(time(0), time(3)),), ()), frozenset())
SUNDAY_NIGHT = OpeningHours(((),) * 6 + ((Block(time(2, 30), time(5)),),), frozenset())
THREE_TIMES = OpeningHours((THREE,) * 7, frozenset())

PHONE = "088 000 01 12"
THERE = "Onze medewerkers zijn nu bereikbaar via telefoon en chat"
AWAY = "Onze medewerkers zijn nu niet bereikbaar."
URGENT = f"Bij spoed belt u dag en nacht {PHONE}."


def at(moment: str) -> Instant:
    return instant(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM))


def said(moment: str, day: str = "", language: str = "nl", hours: OpeningHours = POLICY.hours) -> str:
    asked = date.fromisoformat(day) if day else None
    found = presence(replace(POLICY, hours=hours), at(moment), language, asked)
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-26 10:00", f"{THERE}, tot 17.00 uur."),
        ("2026-11-26 08:00", f"{THERE}, tot 17.00 uur."),  # the start counts
        ("2026-11-26 07:59", f"{AWAY} Vandaag om 8.00 uur zijn zij er weer. {URGENT}"),
        ("2026-11-26 17:00", f"{AWAY} Op vrijdag 27 november om 8.00 uur zijn zij er weer. {URGENT}"),
        ("2026-11-27 17:00", f"{AWAY} Op maandag 30 november om 8.00 uur zijn zij er weer. {URGENT}"),
        ("2026-12-24 18:00", f"{AWAY} Op maandag 28 december om 8.00 uur zijn zij er weer. {URGENT}"),  # Christmas
        ("2026-12-25 10:00", f"{AWAY} Op maandag 28 december om 8.00 uur zijn zij er weer. {URGENT}"),
        ("2026-12-31 18:00", f"{AWAY} Op maandag 4 januari om 8.00 uur zijn zij er weer. {URGENT}"),
        ("2027-03-26 10:00", f"{AWAY} Op dinsdag 30 maart om 8.00 uur zijn zij er weer. {URGENT}"),  # Good Friday
        ("2026-10-23 18:00", f"{AWAY} Op maandag 26 oktober om 8.00 uur zijn zij er weer. {URGENT}"),  # an hour more
        ("2027-03-27 18:00", f"{AWAY} Op dinsdag 30 maart om 8.00 uur zijn zij er weer. {URGENT}"),  # an hour less
    ],
)
def test_that_it_says_whether_people_can_be_reached_now(moment: str, told: str) -> None:
    assert said(moment) == told


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-27", "Op vrijdag 27 november zijn onze medewerkers bereikbaar via telefoon en chat: "
                       "van 8.00 tot 17.00 uur."),
        ("2026-11-28", "Op zaterdag 28 november zijn onze medewerkers niet bereikbaar. "
                       "Op maandag 30 november om 8.00 uur zijn zij er weer."),
        ("2026-12-25", "Op vrijdag 25 december zijn onze medewerkers niet bereikbaar. "
                       "Op maandag 28 december om 8.00 uur zijn zij er weer."),
        ("2027-04-27", "Op dinsdag 27 april zijn onze medewerkers niet bereikbaar. "
                       "Op woensdag 28 april om 8.00 uur zijn zij er weer."),
        ("2026-11-26", f"{THERE}, tot 17.00 uur."),  # today is said of now
        ("2026-11-25", f"{THERE}, tot 17.00 uur."),  # over
        ("2028-06-05", f"{THERE}, tot 17.00 uur."),  # further than the hours are known
    ],
)  # fmt: skip
def test_that_a_day_gets_the_sentence_of_that_day(day: str, told: str) -> None:
    assert said("2026-11-26 10:00", day) == told


def test_that_it_is_said_in_english() -> None:
    urgent = f"In an emergency, call {PHONE}, day and night."
    there = "You can reach our staff now by phone and chat"
    assert said("2026-11-26 10:00", language="en") == f"{there}, until 17:00."
    away = "You cannot reach our staff now."
    assert said("2026-11-27 17:00", language="en") == f"{away} They are back on Monday 30 November at 08:00. {urgent}"
    assert said("2026-11-27 07:00", language="en") == f"{away} They are back today at 08:00. {urgent}"
    friday = "On Friday 27 November you can reach our staff by phone and chat"
    assert said("2026-11-26 10:00", "2026-11-27", "en") == f"{friday}: from 08:00 to 17:00."
    assert said("2026-11-26 10:00", "2026-11-27", "en", LATE) == f"{friday}: from 18:00 to midnight."
    saturday = "On Saturday 28 November you cannot reach our staff."
    assert said("2026-11-26 10:00", "2026-11-28", "en") == f"{saturday} They are back on Monday 30 November at 08:00."
    assert said("2026-11-26 10:00", language="en", hours=LUNCH) == (
        f"{there}, until 12:00. Later today also from 13:00 to 17:00."
    )
    assert said("2026-11-26 10:00", language="en", hours=ALWAYS) == f"{there}."
    assert said("2026-11-26 10:00", language="en", hours=NEVER) == f"{away} {urgent}"
    whole = "On Friday 27 November you can reach our staff all day by phone and chat."
    assert said("2026-11-26 10:00", "2026-11-27", "en", ALWAYS) == whole


@pytest.mark.parametrize(
    ("hours", "moment", "day", "told"),
    [
        (LUNCH, "2026-11-26 10:00", "", f"{THERE}, tot 12.00 uur. Vandaag ook nog van 13.00 tot 17.00 uur."),
        (LUNCH, "2026-11-26 12:30", "", f"{AWAY} Vandaag om 13.00 uur zijn zij er weer. {URGENT}"),
        (LUNCH, "2026-11-26 14:00", "", f"{THERE}, tot 17.00 uur."),
        (THREE_TIMES, "2026-11-26 08:30", "",
         f"{THERE}, tot 9.00 uur. Vandaag ook nog van 10.00 tot 11.00 uur en van 12.00 tot 13.00 uur."),
        (THREE_TIMES, "2026-11-26 08:30", "2026-11-28",
         "Op zaterdag 28 november zijn onze medewerkers bereikbaar via telefoon en chat: "
         "van 8.00 tot 9.00 uur, van 10.00 tot 11.00 uur en van 12.00 tot 13.00 uur."),
        (LATE, "2026-11-26 20:00", "", f"{THERE}, tot 24.00 uur."),
        (OVER_MIDNIGHT, "2026-11-27 22:00", "", f"{THERE}, tot zaterdag 28 november 3.00 uur."),
        (OVER_MIDNIGHT, "2026-11-28 01:00", "", f"{THERE}, tot 3.00 uur."),
        (OVER_MIDNIGHT, "2026-11-26 10:00", "2026-11-27",
         "Op vrijdag 27 november zijn onze medewerkers bereikbaar via telefoon en chat: van 20.00 tot 24.00 uur."),
        (ALWAYS, "2026-11-26 10:00", "", f"{THERE}."),
        (ALWAYS, "2026-11-26 10:00", "2026-11-27",
         "Op vrijdag 27 november zijn onze medewerkers de hele dag bereikbaar via telefoon en chat."),
        (ALWAYS, "2026-11-26 10:00", "2027-03-28",  # a day of 23 hours
         "Op zondag 28 maart zijn onze medewerkers de hele dag bereikbaar via telefoon en chat."),
        (NEVER, "2026-11-26 10:00", "", f"{AWAY} {URGENT}"),
        (NEVER, "2026-11-26 10:00", "2026-11-27", f"{AWAY} {URGENT}"),
        # The clock jumps from 2.00 to 3.00: nobody is there before it.
        (SUNDAY_NIGHT, "2027-03-26 10:00", "2027-03-28",
         "Op zondag 28 maart zijn onze medewerkers bereikbaar via telefoon en chat: van 3.00 tot 5.00 uur."),
        (SUNDAY_NIGHT, "2027-03-28 01:59", "", f"{AWAY} Vandaag om 3.00 uur zijn zij er weer. {URGENT}"),
        (SUNDAY_NIGHT, "2027-03-28 03:00", "", f"{THERE}, tot 5.00 uur."),
        # The clock goes back from 3.00 to 2.00: from the first half past two on.
        (SUNDAY_NIGHT, "2027-10-30 10:00", "2027-10-31",
         "Op zondag 31 oktober zijn onze medewerkers bereikbaar via telefoon en chat: van 2.30 tot 5.00 uur."),
    ],
)  # fmt: skip
def test_that_every_week_is_told_rightly(hours: OpeningHours, moment: str, day: str, told: str) -> None:
    assert said(moment, day, hours=hours) == told


def test_that_a_day_with_hours_of_its_own_goes_before_the_week_and_before_a_holiday() -> None:
    own = replace(POLICY.hours, other={date(2026, 12, 24): (Block(time(8), time(15)),)})
    christmas_eve = "Op donderdag 24 december zijn onze medewerkers bereikbaar via telefoon en chat"
    assert said("2026-11-26 10:00", "2026-12-24", hours=own) == f"{christmas_eve}: van 8.00 tot 15.00 uur."
    assert said("2026-12-24 10:00", hours=own) == f"{THERE}, tot 15.00 uur."


def test_that_what_was_said_can_be_said_again_from_its_record() -> None:
    found = presence(POLICY, at("2026-11-27 17:00"), "nl")
    assert found is not None
    template = found.template
    assert (template.id, template.version, template.language) == ("closed_now", POLICY.wording.version, "nl")
    assert dict(template.params) == {"day": "maandag 30 november", "time": "8.00 uur", "phone": PHONE}
    assert POLICY.wording.say(template.id, template.language, **dict(template.params)) == Said(template, found.text)


@pytest.mark.parametrize("language", ["pl", "tr", "ar", "de", ""])
def test_that_nothing_is_said_in_a_language_without_the_sentences(language: str) -> None:
    assert presence(POLICY, at("2026-11-26 10:00"), language) is None
