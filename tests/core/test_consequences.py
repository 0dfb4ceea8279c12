from gehoor.core.consequences import AskBrain, Assign, StartTimer, StopTimer, consequences
from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.time import Instant
from tests.core.conversation.examples import EXAMPLES
from tests.core.conversation.examples import one as example


def test_that_a_turn_of_the_ai_asks_the_brain_and_starts_its_clock() -> None:
    found = consequences(e.BotTurnDue(7, Instant(99)), 8)
    assert AskBrain(7) in found
    assert StartTimer(Timer.BOT, Instant(99)) in found


def test_that_every_clock_of_a_fact_follows_from_it() -> None:
    for event in EXAMPLES:
        clocks = [one for one in consequences(event, 8) if isinstance(one, StartTimer | StopTimer)]
        expected = [StopTimer(timer) if at is None else StartTimer(timer, at) for timer, at in changes(event)]
        assert clocks == expected


def test_that_assigning_is_woken_when_somebody_waits_or_hands_come_free() -> None:
    wakes = {type(event).__name__ for event in EXAMPLES if Assign() in consequences(event, 8)}
    assert wakes >= {
        *("HumanRequested", "ReturnedToQueue", "HumanLeft"),  # somebody waits
        *("OfferDeclined", "OfferTimedOut", "RequestWithdrawn", "HandedBack", "Parked", "Resolved"),  # hands are free
    }
    assert not wakes & {"MessageReceived", "BotTurnDue", "Offered", "HumanJoined", "AgentWrote", "Delivered"}


def test_that_a_note_has_no_consequences() -> None:
    assert consequences(example(e.NoteWritten), 8) == ()
