"""What a supervisor reads when a policy is refused, whole: every rule of cover.py, word by word.

Also the days ahead on which a promise depends: that two days which look alike for less than the ceiling are not taken
for each other.
"""

from dataclasses import replace
from datetime import date, time

import pytest

from gehoor.core.guarantee.cover import Gap, first_gap, gaps, turning_points, warnings
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import NL_CORPORATIE, Policy, PromiseTerms, Team
from gehoor.core.time import MINUTE, iso, local
from tests.core.guarantee.test_cover import (
    ALWAYS,
    DAY_SHIFT,
    DESK,
    HOURS,
    NINE_TO_FIVE,
    NOW,
    OFFICE,
    STAFF,
    at,
    closed,
    contact,
    rota,
)

CONTACT_LAW = "BW 6:230m(1)(c): the trader gives telephone, e-mail and address"
REACH = "own norm (guarantees.md, REACH): a person, an honest place in the queue, or a dated promise at every moment"
HANDS = "own norm (guarantees.md, NO-DEAD-END): what is promised fits the hands that the rota has"
DANGER = "own norm (guarantees.md, URGENT): danger has a live route at every hour"
PROFILE = NL_CORPORATIE.source
FILL_IN = "This must be filled in: it is the way to a person when all else fails."
NOTHING = "A window, the time for a call-back and the share of hands must be more than nothing."
A_MINUTE = "Make window and handling a minute or more, and share 1 to 100."
NAME = ("Name somebody who has an account.", "Take the shift away, or make the account first.")
ROW = ("12-24", "12-28", "12-29", "12-30", "12-31")
MONDAYS = OpeningHours((NINE_TO_FIVE, *((),) * 6), frozenset())


def open_on(day: date, policy: Policy) -> Policy:
    """The day has hours of its own, though it is a closing day."""
    return replace(policy, hours=replace(policy.hours, other={day: NINE_TO_FIVE}))


def terms(**changed: int) -> Policy:
    return replace(OFFICE, promises=PromiseTerms(**changed))


TOLD: list[tuple[Policy, Gap]] = [
    (
        contact(phone=" "),
        Gap("contact_missing", "contact.phone", NOW, FILL_IN, "always", CONTACT_LAW, True, ("Fill in contact.phone.",)),
    ),
    (
        terms(answer_days=2),
        Gap(
            "above_ceiling",
            "promises.answer_days",
            NOW,
            "The ceiling of nl-corporatie is 1 working day.",
            "1 working day",
            PROFILE,
            False,
            ("Make promises.answer_days 1 or less.",),
        ),
    ),
    (
        terms(email_days=3),
        Gap(
            "above_ceiling",
            "promises.email_days",
            NOW,
            "The ceiling of nl-corporatie is 2 working days.",
            "2 working days",
            PROFILE,
            False,
            ("Make promises.email_days 2 or less.",),
        ),
    ),
    (
        replace(OFFICE, chats_per_agent=0),
        Gap(
            "no_chats",
            "chats_per_agent",
            NOW,
            "An agent must be able to have at least one conversation.",
            "1 or more",
            REACH,
            False,
            ("Make chats_per_agent 1 or more.",),
        ),
    ),
    (
        terms(window=MINUTE - 1),
        Gap("no_window", "promises", NOW, NOTHING, "1 to 100 percent", HANDS, False, (A_MINUTE,)),
    ),
    (
        rota(DAY_SHIFT, replace(DAY_SHIFT, team=TeamId("nergens"))),
        Gap(
            "unknown_team",
            "shifts[1].team",
            NOW,
            "There is no team nergens.",
            "a team",
            HANDS,
            False,
            ("Name one of the teams.",),
        ),
    ),
    (
        rota(replace(DAY_SHIFT, people=())),
        Gap("empty_shift", "shifts[0].people", NOW, "Nobody is named on this shift.", "one person", HANDS, False, NAME),
    ),
    (
        rota(DAY_SHIFT, replace(DAY_SHIFT, people=(StaffId("cees"),))),
        Gap(
            "unknown_person", "shifts[1].people", NOW, "Nobody has the account cees.", "an account", HANDS, False, NAME
        ),
    ),
    (
        replace(OFFICE, skills={"gas": "lood"}),
        Gap(
            "no_skill",
            "skills.gas",
            NOW,
            "Nobody who is on a shift has the skill lood.",
            "one person on shift",
            HANDS,
            False,
            ("Give lood to a team that has shifts.", "Take skills.gas away."),
        ),
    ),
    (
        replace(OFFICE, hours=OpeningHours(((),) * 7, frozenset())),
        Gap(
            "never_open",
            "hours",
            NOW,
            "Nobody is there in the next 53 weeks.",
            "53 weeks",
            PROFILE,
            False,
            ("Add a block to at least one day.",),
        ),
    ),
    (
        closed("12-24", "12-28", "12-29"),  # 26 December is a Saturday: it would stay closed
        Gap(
            "too_late",
            "hours",
            at("2026-12-22 00:00"),
            "Who asks on 2026-12-22 is answered on 2026-12-30: later than 6 days.",
            "6 days of the calendar",
            PROFILE,
            False,
            (
                "Be open on a day from 2026-12-23 to 2026-12-28.",
                "Take away one of the closing days 2026-12-24, 2026-12-25, 2026-12-28, 2026-12-29.",
            ),
        ),
    ),
    (
        open_on(date(2026, 12, 28), closed(*ROW)),  # the first day that is closed is the very next one
        Gap(
            "too_late",
            "hours",
            at("2026-12-23 00:00"),
            "Who asks on 2026-12-23 is answered on 2027-01-01: later than 6 days.",
            "6 days of the calendar",
            PROFILE,
            False,
            (
                "Be open on a day from 2026-12-24 to 2026-12-29.",
                "Take away one of the closing days 2026-12-24, 2026-12-25, 2026-12-29, 2026-12-30, 2026-12-31.",
            ),
        ),
    ),
    (
        replace(OFFICE, hours=MONDAYS),  # no closing day is to blame
        Gap(
            "too_late",
            "hours",
            NOW,
            "Who asks on 2026-11-23 is answered on 2026-11-30: later than 5 days.",
            "5 days of the calendar",
            PROFILE,
            False,
            ("Be open on a day from 2026-11-24 to 2026-11-28.",),
        ),
    ),
    (
        rota(replace(DAY_SHIFT, end=time(16))),
        Gap(
            "no_shift",
            "shifts",
            at("2026-11-23 16:00"),
            "We are open and nobody is on shift on 2026-11-23 at 16:00.",
            "14 days ahead",
            HANDS,
            False,
            ("Put a person on a shift that covers Monday 16:00.", "Shorten the opening hours."),
        ),
    ),
    (
        rota(DAY_SHIFT, night=()),
        Gap(
            "no_night",
            "night",
            at("2026-11-23 17:00"),
            "Who is in danger on 2026-11-23 at 17:00 finds nobody.",
            "every hour",
            DANGER,
            False,
            ("Name a partner or a duty officer under night.", "Put people on a shift at every hour."),
        ),
    ),
]


@pytest.mark.parametrize(("policy", "told"), TOLD, ids=[told.rule for _, told in TOLD])
def test_that_a_refusal_says_what_is_wrong_whose_rule_it_is_and_how_to_mend_it(policy: Policy, told: Gap) -> None:
    assert first_gap(policy, NOW, STAFF) == told


def test_that_the_error_carries_all_of_it() -> None:
    gap = first_gap(rota(replace(DAY_SHIFT, people=())), NOW)
    assert gap is not None
    fault = gap.fault()
    assert fault.sentence == f"shifts[0].people: Nobody is named on this shift. {NAME[0]} Or: {NAME[1]}"
    assert fault.data == {
        "rule": gap.rule,
        "field": gap.field,
        "moment": iso(NOW),
        "ceiling": gap.ceiling,
        "source": gap.source,
        "law": gap.law,
        "mend": gap.mend,
    }


def test_that_who_is_named_nowhere_is_not_there() -> None:
    nobody = rota(replace(ALWAYS, people=()), night=())
    assert [one.rule for one in gaps(nobody, NOW)] == ["empty_shift", "no_shift", "no_night"]


def test_that_a_warning_says_which_language_nobody_speaks() -> None:
    dutch = replace(OFFICE, teams=(Team(DESK, frozenset({"storing"}), frozenset({"nl"})),))
    problem = "No team speaks en: a customer who does waits until the need widens."
    mend = ("Give a team this language.", "Take it out of languages.")
    assert warnings(dutch, NOW) == (Gap("no_language", "languages", NOW, problem, "one team", HANDS, False, mend),)


def test_that_shifts_are_warned_of_from_the_fifteenth_day_on() -> None:
    gone = rota(replace(DAY_SHIFT, except_on=frozenset({date(2026, 11, 26)})))  # within the fourteen: it is refused
    assert warnings(gone, NOW) == ()
    late = rota(replace(DAY_SHIFT, except_on=frozenset({date(2026, 12, 8)})))
    assert [local(one.at, HOURS.zone).date() for one in warnings(late, NOW)] == [date(2026, 12, 8)]


# -- which moments are looked at -------------------------------------------------------------------------------------


def test_that_what_may_be_promised_changes_at_midnight_and_at_closing_time_only() -> None:
    split = replace(HOURS, week=((Block(time(9), time(12)), Block(time(13), time(17))),) * 7)
    found = list(turning_points(replace(OFFICE, hours=split), NOW, 2))
    assert found == [
        NOW,
        *(at("2026-11-23 12:00"), at("2026-11-23 17:00")),
        *(at("2026-11-24 00:00"), at("2026-11-24 12:00"), at("2026-11-24 17:00")),
    ]
    midnight = at("2026-11-24 00:00")
    assert list(turning_points(OFFICE, midnight, 1)) == [midnight, at("2026-11-24 17:00")], "each once"


SPLIT = ((Block(time(9), time(12)), Block(time(13), time(17))),) * 5 + ((), ())


@pytest.mark.parametrize(
    ("policy", "moment"),
    [
        # Thursday 26 November is open, and after it only Tuesday: the second working day is six days after Wednesday.
        # A week later Tuesday is closed as well. Up to the fifth day both Wednesdays look alike.
        (closed("11-27", "11-30", "12-04", "12-07", "12-08"), "2026-12-02 00:00"),
        # After the first Wednesday comes an open Thursday, after the second comes none before Tuesday.
        (
            replace(closed("11-27", "11-30", "12-03", "12-04", "12-07"), promises=PromiseTerms(email_days=1)),
            "2026-12-02 00:00",
        ),
        # Whoever promises today only: at closing time, not when the first block ends.
        (
            replace(
                closed("12-03", "12-04", "12-07", "12-08"),
                promises=PromiseTerms(answer_days=0, callback_days=0, email_days=0),
            ),
            "2026-12-02 17:00",
        ),
        (
            replace(
                OFFICE,
                hours=replace(closed("12-03", "12-04", "12-07", "12-08").hours, week=SPLIT),
                promises=PromiseTerms(answer_days=0, callback_days=0, email_days=0),
            ),
            "2026-12-02 17:00",
        ),
        # Only a call-back may take a day; the letter is due today.
        (
            replace(
                closed("12-03", "12-04", "12-07", "12-08"),
                promises=PromiseTerms(answer_days=0, callback_days=1, email_days=0),
            ),
            "2026-12-02 00:00",
        ),
        (
            replace(
                closed("12-03", "12-04", "12-07", "12-08"),
                promises=PromiseTerms(answer_days=1, callback_days=0, email_days=0),
            ),
            "2026-12-02 00:00",
        ),
    ],
)
def test_that_the_first_moment_is_found_whatever_the_days_before_it_looked_like(policy: Policy, moment: str) -> None:
    found = first_gap(policy, NOW, STAFF)
    assert found is not None
    assert (found.rule, found.at) == ("too_late", at(moment))
