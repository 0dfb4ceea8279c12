"""Policies to refuse, and what a supervisor reads of each: every rule of cover.py, word by word. All in Amsterdam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from gehoor.core.guarantee.cover import Gap
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import NL_CORPORATIE, AnswerTerms, Link, Policy, PromiseTerms, Team
from gehoor.core.rota import Shift
from gehoor.core.time import MINUTE, Instant, instant
from tests.core.situations import ANNA, BRAM, POLICY

DESK, TECH = TeamId("balie"), TeamId("techniek")
EVERY_DAY, WORKING_DAYS = frozenset(range(7)), frozenset(range(5))
DAY_SHIFT = Shift(DESK, (ANNA, BRAM), WORKING_DAYS, time(9), time(17))
ALWAYS = replace(DAY_SHIFT, days=EVERY_DAY, start=time(6), end=time(6))
PARTNER = Link("nacht", "Nachtdienst", "mail", "nacht@example.org")
NINE_TO_FIVE = (Block(time(9), time(17)),)
HOURS = OpeningHours((NINE_TO_FIVE,) * 5 + ((), ()), frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
OFFICE = replace(
    POLICY,
    hours=HOURS,
    teams=(Team(DESK, frozenset({"storing"}), frozenset({"nl", "en"})),),
    shifts=(DAY_SHIFT,),
    night=(PARTNER,),
    skills={"gas": "storing"},
)
STAFF = frozenset({ANNA, BRAM})
NEVER_THERE = replace(OFFICE, teams=(*OFFICE.teams, Team(TeamId("nooit"), frozenset({"lood"}))))
"""One team has no shift."""


def at(moment: str) -> Instant:
    return instant(datetime.fromisoformat(moment).replace(tzinfo=HOURS.zone))


NOW = at("2026-11-23 10:00")


def contact(**changes: Any) -> Policy:
    return replace(OFFICE, contact=replace(OFFICE.contact, **changes))


def closed(*days: str) -> Policy:
    return replace(
        OFFICE, hours=replace(HOURS, closed=HOURS.closed | {date.fromisoformat(f"2026-{day}") for day in days})
    )


def rota(*shifts: Shift, night: Sequence[Link] = (PARTNER,)) -> Policy:
    return replace(OFFICE, shifts=shifts, night=tuple(night))


# -- what is read ----------------------------------------------------------------------------------------------------

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
        replace(OFFICE, terms=AnswerTerms(privacy=31)),
        Gap(
            "above_law",
            "terms.privacy",
            NOW,
            "The law allows 30 days.",
            "30 days",
            "GDPR 12(3): a request about personal data is answered within one month",
            True,
            ("Make terms.privacy 1 to 30.",),
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
