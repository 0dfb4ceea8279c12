"""Policies that leave somebody without a person, each refused by its first such moment. All in Amsterdam."""

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from gehoor.core.conversation.model import PromiseKind
from gehoor.core.errors import PolicyFault
from gehoor.core.guarantee.cover import Gap, check, first_gap, gaps, overdue, turning_points, warnings
from gehoor.core.guarantee.deadlines import promise_due
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import AnswerTerms, Clocks, Policy, Profile, PromiseTerms, Team
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, instant, iso, later, local
from tests.core.guarantee.refusals import (
    ALWAYS,
    DAY_SHIFT,
    DESK,
    EVERY_DAY,
    HANDS,
    HOURS,
    NAME,
    NEVER_THERE,
    NOW,
    OFFICE,
    PARTNER,
    STAFF,
    TECH,
    TOLD,
    at,
    closed,
    contact,
    rota,
)

SPLIT = ((Block(time(9), time(12)), Block(time(13), time(17))),) * 5 + ((), ())
"""Working days with an hour at noon at which nobody is there."""

SLOWEST = Clocks(
    bot_answers=MINUTE,
    offer=2 * MINUTE,
    wait_before_promise=HOUR,
    agent_answers=2 * HOUR,
    agent_lost=2 * MINUTE,
    idle=31 * DAY,
    danger=MINUTE,
)


@pytest.mark.parametrize("name", [one.name for one in fields(Clocks)])
def test_that_no_clock_is_so_long_that_a_customer_waits_for_nothing(name: str) -> None:
    most: int = getattr(SLOWEST, name)
    assert first_gap(replace(OFFICE, clocks=SLOWEST), NOW, STAFF) is None
    found = first_gap(replace(OFFICE, clocks=replace(SLOWEST, **{name: most + SECOND})), NOW, STAFF)
    assert found is not None
    assert (found.rule, found.field, found.at) == ("too_slow", f"clocks.{name}", NOW)
    assert (found.ceiling, found.law) == (f"{most // SECOND} seconds", False)
    assert found.mend == (f"Make clocks.{name} {most // SECOND} or less.",)


@pytest.mark.parametrize(("name", "most"), [("answer_within", MINUTE), ("contact_within", HOUR)])
def test_that_a_link_of_the_night_chain_may_not_keep_silent_for_longer(name: str, most: Any) -> None:
    slowest = replace(PARTNER, **{name: most})
    assert first_gap(rota(DAY_SHIFT, night=(PARTNER, slowest)), NOW, STAFF) is None
    found = first_gap(rota(DAY_SHIFT, night=(PARTNER, replace(slowest, **{name: most + 1}))), NOW, STAFF)
    assert found is not None
    assert (found.rule, found.field) == ("too_slow", f"night[1].{name}")


def test_that_a_policy_that_reaches_people_is_taken() -> None:
    assert list(gaps(OFFICE, NOW, STAFF)) == []
    assert warnings(OFFICE, NOW) == ()
    check(OFFICE, NOW, STAFF)


@pytest.mark.parametrize(
    ("policy", "rule", "field"),
    [
        (contact(phone=" "), "contact_missing", "contact.phone"),  # each way to a person when all else fails
        (contact(emergency_phone=""), "contact_missing", "contact.emergency_phone"),
        (contact(email=""), "contact_missing", "contact.email"),
        (contact(address=""), "contact_missing", "contact.address"),
        (replace(OFFICE, promises=PromiseTerms(answer_days=2)), "above_ceiling", "promises.answer_days"),
        (replace(OFFICE, promises=PromiseTerms(callback_days=2)), "above_ceiling", "promises.callback_days"),
        (replace(OFFICE, promises=PromiseTerms(email_days=3)), "above_ceiling", "promises.email_days"),
        (replace(OFFICE, terms=AnswerTerms(complaint=43)), "above_law", "terms.complaint"),
        (replace(OFFICE, terms=AnswerTerms(objection=43)), "above_law", "terms.objection"),
        (replace(OFFICE, terms=AnswerTerms(privacy=31)), "above_law", "terms.privacy"),
        (replace(OFFICE, terms=AnswerTerms(complaint=0)), "above_law", "terms.complaint"),
        (replace(OFFICE, promises=PromiseTerms(share=0)), "no_window", "promises"),
        (replace(OFFICE, promises=PromiseTerms(share=101)), "no_window", "promises"),
        (replace(OFFICE, promises=PromiseTerms(handling=0)), "no_window", "promises"),
        (replace(OFFICE, promises=PromiseTerms(window=MINUTE - 1)), "no_window", "promises"),
        (replace(OFFICE, chats_per_agent=0), "no_chats", "chats_per_agent"),
        (replace(OFFICE, hours=OpeningHours(((),) * 7, frozenset())), "never_open", "hours"),
        (rota(replace(DAY_SHIFT, people=())), "empty_shift", "shifts[0].people"),
        (rota(DAY_SHIFT, replace(DAY_SHIFT, people=(StaffId("cees"),))), "unknown_person", "shifts[1].people"),
        (rota(DAY_SHIFT, replace(DAY_SHIFT, team=TeamId("nergens"))), "unknown_team", "shifts[1].team"),
        (replace(OFFICE, skills={"gas": "loodgieten"}), "no_skill", "skills.gas"),
        (replace(NEVER_THERE, skills={"gas": "lood"}), "no_skill", "skills.gas"),
    ],
)
def test_that_a_policy_that_cannot_be_kept_is_refused_by_its_field(policy: Policy, rule: str, field: str) -> None:
    with pytest.raises(PolicyFault) as refused:
        check(policy, NOW, STAFF)
    told = refused.value.data
    assert (told["rule"], told["field"], told["moment"]) == (rule, field, iso(NOW))
    assert told["mend"]
    assert told["source"]
    assert told["law"] in (True, False)


@pytest.mark.parametrize(
    ("policy", "rule", "moment"),
    [
        # Nobody on shift while we are open: the first such minute, also within a day.
        (rota(), "no_shift", "2026-11-23 10:00"),
        (rota(replace(DAY_SHIFT, end=time(16))), "no_shift", "2026-11-23 16:00"),
        (rota(replace(DAY_SHIFT, start=time(9, 30))), "no_shift", "2026-11-24 09:00"),
        (rota(replace(DAY_SHIFT, end=time(12)), replace(DAY_SHIFT, start=time(13))), "no_shift", "2026-11-23 12:00"),
        (rota(replace(DAY_SHIFT, days=frozenset({0, 1, 3, 4}))), "no_shift", "2026-11-25 09:00"),
        (rota(replace(DAY_SHIFT, last=date(2026, 12, 3))), "no_shift", "2026-12-04 09:00"),
        (rota(replace(DAY_SHIFT, except_on=frozenset({date(2026, 11, 30)}))), "no_shift", "2026-11-30 09:00"),
        (rota(replace(DAY_SHIFT, on_call=True)), "no_shift", "2026-11-23 10:00"),  # reachable is not at the desk
        # Danger at an hour at which there is neither a person nor a night chain.
        (rota(DAY_SHIFT, night=()), "no_night", "2026-11-23 17:00"),
        (rota(replace(ALWAYS, last=date(2026, 11, 29)), DAY_SHIFT, night=()), "no_night", "2026-11-30 06:00"),
        (
            rota(replace(DAY_SHIFT, days=EVERY_DAY, start=time(6), end=time(5)), night=()),
            "no_night",
            "2026-11-24 05:00",
        ),
        # A row of closing days makes the next working day too far away: the first day on which that shows.
        (closed("12-28", "12-29", "12-30"), "too_late", "2026-12-23 00:00"),
        (closed("12-23", "12-24", "12-28"), "too_late", "2026-12-21 00:00"),
    ],
)
def test_that_the_first_moment_without_a_route_is_named(policy: Policy, rule: str, moment: str) -> None:
    found = first_gap(policy, NOW, STAFF)
    assert found is not None
    told = local(found.at, HOURS.zone).strftime("%Y-%m-%d %H:%M")
    assert (found.rule, told) == (rule, moment)
    assert found.ceiling
    assert not found.law


@pytest.mark.parametrize(
    "policy",
    [
        closed("12-28"),  # a long Christmas with one closing day beside it
        closed("12-24"),
        replace(OFFICE, promises=PromiseTerms(handling=MINUTE)),
        rota(replace(DAY_SHIFT, last=date(2026, 12, 7))),  # on the last day of the fourteen
        rota(ALWAYS, night=()),  # somebody at every hour
        replace(  # who has the skill comes in the second week
            rota(replace(DAY_SHIFT, team=TECH, first=date(2026, 12, 1)), DAY_SHIFT),
            teams=(Team(DESK, frozenset(), frozenset({"nl", "en"})), Team(TECH, frozenset({"storing"}))),
        ),
        replace(rota(ALWAYS), chats_per_agent=1),
        replace(rota(ALWAYS), promises=replace(rota(ALWAYS).promises, share=100)),
        replace(rota(ALWAYS), promises=replace(rota(ALWAYS).promises, share=1)),
        rota(replace(DAY_SHIFT, end=time(12)), replace(DAY_SHIFT, start=time(12))),  # one shift after the other
    ],
)
def test_that_what_is_just_enough_is_taken(policy: Policy) -> None:
    assert first_gap(policy, NOW, STAFF) is None


def test_that_law_and_own_norm_are_told_apart() -> None:
    phone = first_gap(contact(phone=""), NOW)
    late = first_gap(closed("12-28", "12-29", "12-30"), NOW)
    assert phone is not None
    assert late is not None
    assert (phone.law, late.law) == (True, False)
    assert "BW 6:230m" in phone.source
    assert "nl-corporatie" in late.source
    assert any("2026-12-28" in way for way in late.mend)
    strict = replace(OFFICE, profile=Profile("nl-streng", 1, 1, 1, 1, "a law", True))
    assert [one.law for one in gaps(strict, NOW, STAFF)] == [True, True]


def test_that_without_accounts_to_look_at_any_person_is_taken() -> None:
    assert first_gap(rota(replace(DAY_SHIFT, people=(StaffId("cees"),))), NOW) is None


def test_that_what_will_be_missing_in_two_weeks_is_a_warning() -> None:
    (found,) = warnings(rota(replace(DAY_SHIFT, last=date(2026, 12, 7))), NOW)
    assert (found.rule, local(found.at, HOURS.zone).date()) == ("no_shift", date(2026, 12, 8))
    assert warnings(rota(replace(DAY_SHIFT, last=date(2026, 12, 21))), NOW) == ()


def test_that_a_language_that_no_team_speaks_is_a_warning() -> None:
    dutch = replace(OFFICE, teams=(Team(DESK, frozenset({"storing"}), frozenset({"nl"})),))
    assert [one.rule for one in warnings(dutch, NOW)] == ["no_language"]
    assert warnings(replace(OFFICE, teams=(Team(DESK, frozenset({"storing"})),)), NOW) == ()


def test_that_nothing_else_is_promised_between_two_turning_points() -> None:
    points = list(turning_points(OFFICE, NOW, 10))
    for hours in range(0, 8 * 24):
        moment = later(NOW, hours * HOUR)
        before = max(point for point in points if point <= moment)
        for kind in PromiseKind:
            assert promise_due(OFFICE, moment, kind) == promise_due(OFFICE, before, kind)


def test_that_a_promise_that_is_due_at_midnight_is_due_on_the_day_that_ends() -> None:
    always = replace(OFFICE, hours=OpeningHours(((Block(time(0), time(0)),),) * 7, frozenset()))
    a_day = replace(always, profile=Profile("een-dag", 1, 1, 1, 1, "", False), promises=PromiseTerms(email_days=1))
    assert not any(overdue(a_day, later(NOW, hours * HOUR), PromiseKind.CHAT) for hours in range(48))


def test_that_each_further_working_day_may_be_a_day_longer() -> None:
    # Over Easter the second working day is six days away; the first is five.
    easter = replace(HOURS, closed=frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
    thursday = instant(datetime(2027, 3, 25, tzinfo=HOURS.zone))
    policy = replace(OFFICE, hours=easter)
    due = local(promise_due(policy, thursday, PromiseKind.EMAIL), HOURS.zone).date()
    assert due - date(2027, 3, 25) == timedelta(days=6)
    assert not overdue(policy, thursday, PromiseKind.EMAIL)


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
