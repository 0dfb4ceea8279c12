from dataclasses import replace
from datetime import time

from gehoor.core.conversation.model import PromiseKind
from gehoor.core.guarantee import deadlines
from gehoor.core.hours import OpeningHours, is_open
from gehoor.core.policy import NL_CORPORATIE, PromiseTerms
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant, later, local
from gehoor.prove.model import ceiling, clock_moves
from tests.core.situations import POLICY
from tests.promises.told import MONDAY_MORNING

NEVER = replace(POLICY, hours=OpeningHours(((),) * 7, frozenset()))


def test_that_each_clock_is_as_long_as_the_policy_says() -> None:
    clocks, now = POLICY.clocks, MONDAY_MORNING
    assert deadlines.bot_answers_by(POLICY, now) == later(now, clocks.bot_answers) == later(now, 8 * SECOND)
    assert deadlines.offer_expires_at(POLICY, now) == later(now, clocks.offer)
    assert deadlines.wait_until(POLICY, now) == later(now, clocks.wait_before_promise)
    assert deadlines.agent_answers_by(POLICY, now) == later(now, clocks.agent_answers)
    assert deadlines.idle_at(POLICY, now) == later(now, clocks.idle)


def test_that_a_promise_is_due_at_the_end_of_the_next_working_day() -> None:
    due = deadlines.promise_due(POLICY, MONDAY_MORNING, PromiseKind.CHAT)
    assert local(due, POLICY.hours.zone).strftime("%A %H:%M") == "Tuesday 17:00"
    assert deadlines.promise_due(POLICY, MONDAY_MORNING, PromiseKind.CALLBACK) == due


def test_that_a_stricter_policy_promises_the_same_day() -> None:
    strict = replace(POLICY, promises=PromiseTerms(answer_days=0, callback_days=1))
    chat = deadlines.promise_due(strict, MONDAY_MORNING, PromiseKind.CHAT)
    assert local(chat, POLICY.hours.zone).strftime("%A") == "Monday"
    assert deadlines.promise_due(strict, MONDAY_MORNING, PromiseKind.CALLBACK) > chat


def test_that_at_every_hour_of_a_year_a_promise_is_ahead_and_within_the_ceiling() -> None:
    for hour in range(0, 53 * 7 * 24, 5):  # every hour of the day comes round
        now = Instant(MONDAY_MORNING + hour * HOUR)
        due = deadlines.promise_due(POLICY, now, PromiseKind.CHAT)
        assert now < due <= ceiling(POLICY.hours, now)
        assert local(due, POLICY.hours.zone).time() == time(17)


def test_that_the_night_on_which_the_clock_is_moved_changes_no_closing_time() -> None:
    moved = clock_moves(POLICY.hours, local(MONDAY_MORNING, POLICY.hours.zone).date())
    for minutes in range(-300, 300, 7):
        due = deadlines.promise_due(POLICY, later(moved, minutes * MINUTE), PromiseKind.CHAT)
        assert local(due, POLICY.hours.zone).time() == time(17)


def test_that_a_try_is_made_when_people_are_there() -> None:
    for hour in range(0, 24 * 14, 3):
        now = Instant(MONDAY_MORNING + hour * HOUR)
        again = deadlines.try_again_at(POLICY, now)
        assert again > now
        assert is_open(POLICY.hours, again)


def test_that_hours_that_never_open_still_give_a_moment() -> None:
    assert deadlines.promise_due(NEVER, MONDAY_MORNING, PromiseKind.CHAT) == later(MONDAY_MORNING, DAY)
    assert deadlines.try_again_at(NEVER, MONDAY_MORNING) == later(MONDAY_MORNING, 12 * HOUR)


def test_that_each_further_working_day_may_take_one_more_of_the_calendar() -> None:
    most = NL_CORPORATIE.most_days
    assert [deadlines.days_of(NL_CORPORATIE, kind) for kind in (PromiseKind.CHAT, PromiseKind.CALLBACK)] == [most, most]
    assert deadlines.days_of(NL_CORPORATIE, PromiseKind.EMAIL) == most + 1
    assert deadlines.days_of(replace(NL_CORPORATIE, callback_days=0), PromiseKind.CALLBACK) == most
    patient = replace(NL_CORPORATIE, callback_days=4)
    assert [deadlines.days_of(patient, kind) for kind in PromiseKind] == [most, most + 3, most + 1]


def test_that_the_owner_is_reminded_when_the_window_opens_else_some_time_before_it_is_due() -> None:
    now, due = MONDAY_MORNING, later(MONDAY_MORNING, 5 * HOUR)
    assert deadlines.remind_at(POLICY, now, due, None) == later(due, -POLICY.promises.remind)
    assert deadlines.remind_at(POLICY, now, due, later(now, 3 * HOUR)) == later(now, 3 * HOUR)
    assert deadlines.remind_at(POLICY, now, later(now, MINUTE), None) == now
