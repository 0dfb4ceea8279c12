import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Danger, Heard, Signal, Timer
from gehoor.core.time import MINUTE, later
from tests.core.situations import CLIENT, HOUSE, after, give, wrote


def test_that_a_request_is_a_fact_at_once_with_a_clock() -> None:
    state = after("begin ai")
    [asked] = give(state, c.AskForHuman(CLIENT))
    assert isinstance(asked.event, e.HumanRequested)
    assert (asked.event.how, asked.event.client_id) == ("button", CLIENT)
    assert asked.event.wait_until == later(state.record.at, 11 * MINUTE)
    assert asked.text


@pytest.mark.parametrize("heard", [Heard(wants_human=Signal.YES), Heard(complaint=Signal.YES), Heard(stuck=Signal.YES)])
def test_that_words_that_ask_for_a_person_are_no_danger(heard: Heard) -> None:
    state = after("begin ai")
    asked = give(state, c.WriteMessage(CLIENT, heard, "words", "words"))[1].event
    assert isinstance(asked, e.HumanRequested)
    assert (asked.danger, asked.wait_until) == (Danger.NONE, later(state.record.at, 11 * MINUTE))


def test_that_a_fault_of_the_ai_goes_on_to_a_person_by_the_house() -> None:
    state = after("begin asked")
    [told] = give(state, c.BotDoesNotKnow(wrote(state), "too_slow", "brain", fault=True))
    assert isinstance(told.event, e.HumanRequested)
    assert (told.event.how, told.actor) == ("fault", HOUSE)


@pytest.mark.parametrize(("beginning", "waits"), [("parked", True), ("promised_written", False)])
def test_that_who_comes_back_has_a_clock_unless_a_promise_runs(beginning: str, waits: bool) -> None:
    story = ("begin parked",) if beginning == "parked" else ("begin promised_written", "PromiseTried | Parked")
    state = after(*story)
    [told] = give(state, c.RingTimer(Timer.TRY), at=state.record.rings_at(Timer.TRY))
    assert isinstance(told.event, e.ReturnedToQueue)
    assert told.event.template is not None
    assert told.event.template.id == "back_in_queue"
    assert (told.event.wait_until is not None) is waits
