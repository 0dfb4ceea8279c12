from dataclasses import FrozenInstanceError

import pytest

from gehoor.core.conversation.model import Control, Danger, Record, Signal, State, Timer
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant


def test_that_control_is_finite_and_can_stand_in_a_set() -> None:
    assert len({Control(), Control(), Control(disclosed=True)}) == 2


def test_that_a_state_cannot_be_changed() -> None:
    state = State(Record(ConversationId("c")))
    with pytest.raises(FrozenInstanceError):
        state.control = Control()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        state.control.requested = True  # type: ignore[misc]


def test_that_a_clock_that_does_not_run_rings_at_no_moment() -> None:
    record = Record(ConversationId("c"), rings=((Timer.WAIT, Instant(5)),))
    assert record.rings_at(Timer.WAIT) == 5
    assert record.rings_at(Timer.IDLE) is None


def test_that_the_worst_danger_and_the_surest_signal_are_the_highest() -> None:
    assert Danger.LIFE > Danger.DAMAGE > Danger.DISCOMFORT > Danger.NONE
    assert Signal.YES > Signal.MAYBE > Signal.NO
