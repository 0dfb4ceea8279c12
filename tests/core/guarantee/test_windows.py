"""Windows for calling back. Monday 23 November 2026; two people at the desk from 9 to 17, ten minutes for a call."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from gehoor.core.conversation.model import Window
from gehoor.core.guarantee.windows import capacity, room, shortage, windows
from gehoor.core.hours import Block, OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import Policy, PromiseTerms
from gehoor.core.rota import Shift
from gehoor.core.time import MINUTE, Instant, instant, local
from tests.core.situations import POLICY

DESK, ANNA, BRAM, CEES = TeamId("balie"), StaffId("anna"), StaffId("bram"), StaffId("cees")
ALL_DAYS = frozenset(range(7))
NINE_TO_FIVE = OpeningHours(((Block(time(9), time(17)),),) * 5 + ((), ()), frozenset())


def shift(*people: StaffId, start: int = 9, end: int = 17, on_call: bool = False, day: int | None = None) -> Shift:
    days = ALL_DAYS if day is None else frozenset({day})
    return Shift(DESK, people, days, time(start), time(end), on_call=on_call)


def office(*shifts: Shift, hours: OpeningHours = NINE_TO_FIVE, **terms: int) -> Policy:
    return replace(POLICY, hours=hours, shifts=shifts, promises=PromiseTerms(**terms))


TWO = office(shift(ANNA, BRAM))


def at(moment: str) -> Instant:
    return instant(datetime.fromisoformat(f"2026-11-{moment}").replace(tzinfo=NINE_TO_FIVE.zone))


def window(start: str, minutes: int = 60) -> Window:
    return Window(at(start), Instant(at(start) + minutes * MINUTE))


def spoken(found: Sequence[Window]) -> list[str]:
    return [local(one.start, NINE_TO_FIVE.zone).strftime("%d %H:%M") for one in found]


def test_that_windows_follow_each_other_from_the_opening_to_the_end_of_the_next_working_day() -> None:
    found = spoken(windows(TWO, at("23 14:00")))
    assert found == [*(f"23 {hour}:00" for hour in (15, 16)), *(f"24 {hour:02}:00" for hour in range(9, 17))]


@pytest.mark.parametrize(
    ("policy", "now", "first", "last"),
    [
        (TWO, "23 14:31", "23 16:00", "24 16:00"),  # the lead of half an hour is over just after three
        (TWO, "23 14:30", "23 15:00", "24 16:00"),  # the lead ends when a window begins: that one still can be had
        (TWO, "23 23:10", "24 09:00", "24 16:00"),  # at night
        (TWO, "27 23:10", "30 09:00", "30 16:00"),  # over a weekend
        (office(shift(ANNA), window=50 * MINUTE), "23 06:00", "23 09:00", "24 15:40"),  # none runs over closing time
        (office(shift(ANNA, end=12)), "23 06:00", "23 09:00", "24 11:00"),  # nobody is on shift after noon
        (office(shift(ANNA, day=1)), "23 06:00", "24 09:00", "24 16:00"),  # nor on Monday
        (office(shift(ANNA), callback_days=0), "23 06:00", "23 09:00", "23 16:00"),  # only today is promised
    ],
)
def test_that_windows_lie_within_hours_shifts_and_ceiling(policy: Policy, now: str, first: str, last: str) -> None:
    found = spoken(windows(policy, at(now)))
    assert (found[0], found[-1]) == (first, last)


def test_that_a_window_between_two_blocks_is_none() -> None:
    split = OpeningHours(((Block(time(9), time(12, 30)), Block(time(13), time(17))),) * 7, frozenset())
    found = spoken(windows(office(shift(ANNA), hours=split, callback_days=0), at("23 06:00")))
    assert found == ["23 09:00", "23 10:00", "23 11:00", "23 13:00", "23 14:00", "23 15:00", "23 16:00"]


def test_that_no_window_is_further_away_than_the_profile_allows() -> None:
    closed = frozenset(date(2026, 11, day) for day in range(24, 31))
    assert spoken(windows(office(shift(ANNA), hours=replace(NINE_TO_FIVE, closed=closed)), at("23 16:30"))) == []
    # The next working day is six days away: a call-back may take five, a letter six.
    closed = frozenset(date(2026, 11, day) for day in (25, 26, 27))
    letters = office(shift(ANNA), hours=replace(NINE_TO_FIVE, closed=closed), email_days=1)
    assert spoken(windows(letters, at("24 16:30"))) == []


def test_that_a_window_in_which_one_call_fits_is_one() -> None:
    half_an_hour = office(shift(ANNA), handling=30 * MINUTE, callback_days=0)
    assert spoken(windows(half_an_hour, at("23 15:00"))) == ["23 16:00"]


def test_that_without_a_rota_there_is_no_window() -> None:
    assert windows(office(), at("23 14:00")) == ()
    assert windows(office(shift(ANNA, on_call=True)), at("23 14:00")) == ()
    assert windows(replace(TWO, hours=OpeningHours(((),) * 7, frozenset())), at("23 14:00")) == ()


@pytest.mark.parametrize(
    ("shifts", "calls"),
    [
        ((), 0),
        ((shift(ANNA),), 3),  # half of an hour, ten minutes each
        ((shift(ANNA, BRAM),), 6),
        ((shift(ANNA), shift(BRAM)), 6),
        ((shift(ANNA), shift(ANNA, BRAM)), 6),  # who is on two shifts has two hands still
        ((shift(ANNA, end=10), shift(ANNA, start=10, end=11), shift(ANNA, end=11)), 3),
        ((shift(ANNA), shift(BRAM, on_call=True)), 3),  # on call is not at the desk
        ((shift(ANNA, start=11),), 0),  # begins when the window is over
    ],
)
def test_that_as_many_calls_fit_as_the_people_on_shift_can_make(shifts: tuple[Shift, ...], calls: int) -> None:
    assert capacity(office(*shifts), window("23 10:00")) == calls


def test_that_handling_and_share_decide_how_many() -> None:
    assert capacity(office(shift(ANNA), handling=20 * MINUTE), window("23 10:00")) == 1
    assert capacity(office(shift(ANNA), share=100), window("23 10:00")) == 6
    assert capacity(office(shift(ANNA), handling=40 * MINUTE), window("23 10:00")) == 0
    assert capacity(office(shift(ANNA, BRAM), handling=40 * MINUTE), window("23 10:00")) == 1  # together they can


def test_that_the_time_of_who_is_there_is_added_up_to_the_microsecond() -> None:
    for shifts in ((shift(ANNA),), (shift(ANNA), shift(ANNA, start=10, end=11)), (shift(ANNA), shift(ANNA, end=10))):
        assert capacity(office(*shifts, handling=1, share=100), window("23 10:00")) == 60 * MINUTE


def test_that_a_full_window_has_no_room() -> None:
    start = at("23 10:00")
    assert [room(TWO, window("23 10:00"), [start] * taken) for taken in (0, 5, 6, 7)] == [6, 1, 0, 0]
    assert room(TWO, window("23 10:00"), [at("23 09:00"), at("23 11:00")]) == 6  # those before and after it
    assert room(TWO, window("23 10:00"), [at("23 09:30"), at("23 10:30")]) == 4  # booked under other hours


def test_that_what_fits_is_no_shortage() -> None:
    assert shortage(TWO, [], at("23 09:00")) is None
    assert shortage(TWO, [at("23 10:00")] * 6, at("23 09:00")) is None
    assert shortage(TWO, [at("24 17:00")] * 96, at("23 09:00")) is None  # two days of 48


def test_that_one_too_many_is_told_before_it_breaks_with_the_people_that_are_short() -> None:
    found = shortage(TWO, [at("23 10:00")] * 7 + [at("24 17:00")] * 50, at("23 09:00"))
    assert found is not None
    assert (found.people, found.since, found.until, found.promises) == (1, at("23 09:00"), at("23 10:00"), 1)


def test_that_a_shortage_names_how_many_people_and_from_when() -> None:
    found = shortage(TWO, [at("24 17:00")] * 100, at("23 20:00"))  # 48 fit, one more person makes 24
    assert found is not None
    assert (found.people, found.since, found.promises) == (3, at("24 09:00"), 52)


def test_that_promises_that_are_over_are_work_too() -> None:
    assert shortage(TWO, [at("23 08:00")] * 3 + [at("23 10:00")] * 3, at("23 09:00")) is None
    found = shortage(TWO, [at("23 08:00")] * 3 + [at("23 10:00")] * 4, at("23 09:00"))
    assert found is not None
    assert found.promises == 1
    assert shortage(TWO, [at("23 08:00")] * 99, at("23 09:00")) is None


def test_that_a_window_is_no_work_before_it_opens() -> None:
    booked = [window("23 11:00")] * 6
    assert shortage(TWO, [], at("23 09:00"), booked) is None
    found = shortage(TWO, [], at("23 09:00"), [*booked, window("23 11:00")])
    assert found is not None
    assert (found.since, found.until) == (at("23 11:00"), at("23 12:00"))
    fewer = office(shift(ANNA))  # one of the two was taken off the rota after all was booked
    assert shortage(fewer, [], at("23 09:00"), booked) is not None


def test_that_a_shortage_outside_the_hours_asks_for_a_person_for_each_call() -> None:
    found = shortage(TWO, [at("23 08:00")] * 2, at("23 07:00"))
    assert found is not None
    assert (found.people, found.since, found.until) == (2, at("23 08:00"), at("23 08:00"))
    many = shortage(TWO, [at("23 08:00")] * 200, at("23 07:00"))
    assert many is not None
    assert many.people == 200


def test_that_the_first_due_time_at_which_it_does_not_fit_is_told() -> None:
    found = shortage(TWO, [at("23 10:00")] + [at("23 11:00")] * 12, at("23 09:00"))  # 6 fit in each hour
    assert found is not None
    assert (found.until, found.promises) == (at("23 11:00"), 1)


def test_that_what_was_due_this_moment_is_over() -> None:
    over = [at("23 09:00")] * 3
    assert shortage(TWO, [*over, *[at("23 10:00")] * 3], at("23 09:00")) is None, "counted once"
    found = shortage(TWO, [*over, *[at("23 10:00")] * 4], at("23 09:00"))
    assert found is not None, "and not forgotten"
    assert found.promises == 1


HALF_PAST = window("23 09:30", 30)


def test_that_what_is_over_is_done_from_now_on() -> None:
    over = [at("23 08:00")]
    assert shortage(TWO, over * 3, at("23 09:00"), [HALF_PAST] * 3) is None  # six in the hour, three in its second half
    found = shortage(TWO, over * 7, at("23 09:00"), [HALF_PAST])
    assert found is not None
    assert (found.since, found.until, found.promises) == (at("23 09:00"), at("23 10:00"), 2)


def test_that_what_can_be_done_sooner_does_not_wait_for_a_window() -> None:
    assert shortage(TWO, [at("23 10:00")] * 3, at("23 09:00"), [HALF_PAST] * 3) is None


def test_that_of_two_stretches_that_are_too_full_the_worst_is_told() -> None:
    # Seven in the hour is one too many; six in its second half are three too many, and one person makes one and a half.
    found = shortage(TWO, [at("23 10:00")], at("23 09:00"), [HALF_PAST] * 6)
    assert found is not None
    assert (found.people, found.since, found.promises) == (2, at("23 09:30"), 3)


def test_that_hours_that_never_open_still_give_a_shortage() -> None:
    never = office(shift(ANNA), hours=OpeningHours(((),) * 7, frozenset()))
    found = shortage(never, [at("23 10:00")], at("23 09:00"))
    assert found is not None
    assert (found.people, found.since, found.until) == (1, at("23 09:00"), at("23 10:00"))
