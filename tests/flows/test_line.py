"""The ordered line against the plain sort, and what is told of its changes."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.core.conversation.evolve import begin
from gehoor.core.conversation.model import Danger, Phase
from gehoor.core.conversation.view import ConversationView, view
from gehoor.core.ids import ConversationId, StaffId, TeamId
from gehoor.core.policy import Policy, Team, Widening
from gehoor.core.routing.queue import NeedKind, Waiting, in_order, place_key
from gehoor.core.time import MINUTE, Instant
from gehoor.flows.line import Line, as_waiting
from tests.world import policy_with


def customer(id: str, minute: int = 0, **more: object) -> Waiting:
    return replace(Waiting(ConversationId(id), Instant(minute)), **more)  # type: ignore[arg-type]  # by name


_KINDS = st.builds(
    lambda since, danger, returned, window, offered, probe: Waiting(
        ConversationId(""),
        Instant(since * 10 * MINUTE),
        danger,
        returned,
        not_before=None if window is None else Instant(window),
        offered_to=StaffId("anna") if offered else None,
        probe=probe,
    ),
    st.integers(0, 9),
    st.sampled_from(Danger),
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 30)),
    st.booleans(),
    st.sampled_from([False, False, True]),
)
_STEPS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.one_of(st.none(), _KINDS), st.integers(0, 3)), max_size=30)


@given(_STEPS)
def test_that_the_line_is_what_a_plain_sort_gives(steps: list[tuple[str, Waiting | None, int]]) -> None:
    """People come, change, go, and windows open while the clock goes on."""
    line, waiting, now = Line(), dict[str, Waiting](), Instant(0)
    for name, kind, passed in steps:
        now = Instant(now + passed)
        if kind is None:
            waiting.pop(name, None)
            line.take_out(ConversationId(name))
        else:
            waiting[name] = replace(kind, id=ConversationId(name))
            line.put(waiting[name], now)
        line.pass_moments(now)
        sorted_ones = in_order(one for one in waiting.values() if one.in_line(now))
        assert list(line) == sorted_ones
        assert len(line) == len(sorted_ones)
        for place, one in enumerate(sorted_ones, 1):
            assert line.position(one.id) == place
            before = sum(other.offered_to is not None for other in sorted_ones[: place - 1])
            assert line.offered_before(one.id) == before
        beside = {one.id for one in waiting.values() if not one.in_line(now)}
        assert {one.id for one in line.beside()} == beside
        assert all(line.position(id) is None for id in beside)
        booked = [one.not_before for one in waiting.values() if not one.probe and not one.in_line(now)]
        assert line.next_moment() is None or not booked or (line.next_moment() or 0) <= min(filter(None, booked))


@given(st.dictionaries(st.sampled_from("abcdefgh"), _KINDS), st.integers(0, 30))
def test_that_a_line_that_is_filled_at_once_is_the_one_that_grew(kinds: dict[str, Waiting], at: int) -> None:
    waiting = [replace(kind, id=ConversationId(name)) for name, kind in kinds.items()]
    grown, filled, now = Line(), Line(), Instant(at)
    filled.fill(waiting, now)
    for one in waiting:
        grown.put(one, now)
    for _ in range(2):
        assert list(filled) == list(grown) == in_order(one for one in waiting if one.in_line(now))
        assert filled.next_moment() == grown.next_moment()
        assert filled.beside() == grown.beside()
        assert [filled.offered_before(one.id) for one in waiting] == [grown.offered_before(one.id) for one in waiting]
        now = Instant(at + 15)
        assert filled.pass_moments(now) == grown.pass_moments(now)


def test_that_a_window_opens_when_the_clock_gets_there() -> None:
    line = Line()
    line.put(customer("a", not_before=Instant(10)), Instant(0))
    assert (len(line), line.next_moment()) == (0, 10)
    assert line.pass_moments(Instant(9)) is False
    assert line.pass_moments(Instant(10)) is True
    assert (line.position(ConversationId("a")), line.next_moment()) == (1, None)


def test_that_a_window_opens_again_after_the_clock_stepped_back() -> None:
    line, booked = Line(), customer("a", not_before=Instant(10))
    line.put(booked, Instant(10))
    line.put(replace(booked, declined=(StaffId("anna"),)), Instant(5))
    assert len(line) == 0
    line.pass_moments(Instant(10))
    assert len(line) == 1


def test_that_danger_lets_a_customer_in_before_the_window() -> None:
    line, booked = Line(), customer("a", not_before=Instant(10))
    line.put(booked, Instant(0))
    line.put(replace(booked, danger=Danger.DISCOMFORT), Instant(1))
    assert line.position(booked.id) == 1


def test_that_moves_tell_who_came_in_and_who_got_another_place_once() -> None:
    line, calm = Line(), customer("a")
    line.put(calm, Instant(0))
    line.put(replace(calm, offered_to=StaffId("anna")), Instant(0))  # the same place
    urgent = replace(calm, danger=Danger.LIFE)
    line.put(urgent, Instant(0))
    moves = line.take_moves()
    assert [(move.before and place_key(move.before), place_key(move.after)) for move in moves] == [
        (None, place_key(calm)),
        (place_key(calm), place_key(urgent)),
    ]
    assert line.take_moves() == []


def test_that_the_next_moment_is_the_first_need_to_widen() -> None:
    policy = with_teams(Team(TeamId("a"), frozenset({"cv"}), frozenset({"nl", "en"})))
    waiting = as_waiting(seen(language="en", skill="cv"), policy)
    line = Line()
    line.put(waiting, Instant(0))
    assert line.next_moment() == Instant(2)
    assert line.pass_moments(Instant(2)) is True
    assert line.next_moment() == Instant(3)


# -- what a customer needs -------------------------------------------------------------------------------------------


def with_teams(*teams: Team) -> Policy:
    return replace(policy_with(), teams=teams, widening=Widening(language=2, skill=3))


def seen(**more: object) -> ConversationView:
    row = replace(view(begin(ConversationId("a"))), phase=Phase.WAITING, first_requested_at=Instant(0))
    return replace(row, **more)  # type: ignore[arg-type]  # by name


def test_that_needs_follow_from_the_conversation_and_what_teams_have() -> None:
    policy = with_teams(Team(TeamId("a"), frozenset({"cv"}), frozenset({"nl", "en"})))
    needs = as_waiting(seen(language="en", skill="cv"), policy).needs
    assert [(need.kind, need.name, need.until) for need in needs] == [
        (NeedKind.LANGUAGE, "en", 2),
        (NeedKind.SKILL, "cv", 3),
    ]


@pytest.mark.parametrize("teams", [(), (Team(TeamId("a"), frozenset({"lift"}), frozenset({"nl"})),)])
def test_that_what_nobody_has_is_no_need(teams: tuple[Team, ...]) -> None:
    assert as_waiting(seen(language="en", skill="cv"), with_teams(*teams)).needs == ()
    assert as_waiting(seen(language="en"), with_teams(*teams)).needs == ()


# -- how long it takes -----------------------------------------------------------------------------------------------


def seconds_for(count: int) -> float:
    """How long a thousand changes and looks take in a line of so many."""
    line = Line()
    for minute in range(count):
        line.put(customer(f"{minute:06}", minute), Instant(0))
    started = time.perf_counter()
    for minute in range(1000):
        one = customer(f"n{minute:06}", minute * count // 1000)
        line.put(one, Instant(0))
        line.position(one.id)
        line.take_out(one.id)
    return time.perf_counter() - started


def test_that_a_line_a_hundred_times_as_long_is_not_a_hundred_times_as_slow() -> None:
    assert seconds_for(10_000) < 20 * seconds_for(100)
