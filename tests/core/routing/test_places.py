from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId
from gehoor.core.routing.places import Later, Move, why_later
from gehoor.core.routing.queue import Waiting, in_order
from gehoor.core.time import MINUTE, Instant


def customer(id: str, minute: int, **more: object) -> Waiting:
    return replace(Waiting(ConversationId(id), Instant(minute * MINUTE)), **more)  # type: ignore[arg-type]  # by name


MINE = customer("mine", 100)


@pytest.mark.parametrize(
    ("came", "reason"),
    [
        (customer("a", 200, danger=Danger.LIFE), Later.DANGER),
        (customer("a", 110, danger=Danger.DAMAGE), Later.DANGER),
        (customer("a", 200, returned=True), Later.RETURNED),
        (customer("a", 150, not_before=Instant(0)), Later.WINDOW),
        (customer("a", 90), Later.EARLIER),  # who asked before, and waits again
        (customer("a", 101), None),
        (customer("a", 170, danger=Danger.DAMAGE), None),  # more than the head start later
    ],
)
def test_that_who_comes_in_front_is_the_reason(came: Waiting, reason: Later | None) -> None:
    assert why_later([Move(None, came)], MINE) is reason


def test_that_who_stood_in_front_already_is_no_reason() -> None:
    calm = customer("a", 50)
    assert why_later([Move(calm, replace(calm, danger=Danger.LIFE))], MINE) is None
    behind = customer("a", 150)
    assert why_later([Move(behind, replace(behind, danger=Danger.LIFE))], MINE) is Later.DANGER


def test_that_the_weightiest_reason_is_told() -> None:
    moves = [Move(None, customer("a", 90)), Move(None, customer("b", 200, danger=Danger.LIFE))]
    assert why_later(moves, MINE) is Later.DANGER
    assert why_later(moves[:1], MINE) is Later.EARLIER


def test_that_what_the_customer_chose_is_told_as_such() -> None:
    assert why_later([Move(replace(MINE, not_before=Instant(0)), MINE)], MINE) is Later.MOVED
    assert why_later([], MINE) is None


_KINDS = st.builds(
    lambda minute, danger, returned, window: Waiting(
        ConversationId(""), Instant(minute * MINUTE), danger, returned, not_before=window
    ),
    st.integers(0, 200),
    st.sampled_from(Danger),
    st.booleans(),
    st.sampled_from([None, None, Instant(0)]),
)
_STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), _KINDS)), max_size=12)


@settings(max_examples=30)
@given(st.lists(_STEPS, min_size=1, max_size=6))
def test_that_no_place_goes_up_without_a_reason(rounds: list[list[tuple[str, Waiting | None]]]) -> None:
    """Customers come, change and go, several of them between two looks."""
    line: dict[str, Waiting] = {}
    for steps in rounds:
        before = {one.id: place for place, one in enumerate(in_order(line.values()))}
        moves = []
        for name, kind in steps:
            if kind is None:
                line.pop(name, None)
                continue
            now = replace(kind, id=ConversationId(name))
            moves.append(Move(line.get(name), now))
            line[name] = now
        for place, one in enumerate(in_order(line.values())):
            if one.id in before and place > before[one.id]:
                assert why_later(moves, one) is not None
