from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Timer
from gehoor.core.conversation.timers import changes
from gehoor.core.time import Instant
from tests.core.conversation.examples import EXAMPLES, one

SILENT = {
    *(e.DisclosureShown, e.ContactLeft, e.Delivered, e.FeedbackGiven, e.HumanOffered, e.SafetyShown),
    *(e.SignalsRaised, e.DangerAsked, e.ReceiptGiven, e.SupportOffered, e.SupportChosen),
    e.ModelConsulted,
    *(e.PromiseTried, e.NoteWritten, e.MessageReceived, e.PromiseReminded, e.MailAccepted, e.MailFailed),
    *(e.CorrectionGiven, e.CorrectionSeen),
}
"""Facts that start and stop nothing. What a customer writes starts a clock only while a person has the floor."""


def test_that_every_other_fact_moves_a_clock() -> None:
    assert {type(event) for event in EXAMPLES if not changes(event)} == SILENT


def test_that_a_clock_is_started_at_the_instant_in_the_fact() -> None:
    asked = one(e.HumanRequested)
    assert (Timer.WAIT, asked.wait_until) in changes(asked)
    promised = one(e.PromiseMade)
    assert changes(promised) == ((Timer.WAIT, None), (Timer.PROMISE, promised.due_at))
    offered = one(e.Offered)
    assert changes(offered) == ((Timer.OFFER, offered.expires_at),)


def test_that_no_fact_moves_a_clock_twice_to_different_moments() -> None:
    for event in EXAMPLES:
        started = [timer for timer, at in changes(event) if at is not None]
        assert len(started) == len(set(started))


def test_that_the_end_stops_every_clock() -> None:
    assert dict(changes(one(e.Resolved))) == dict.fromkeys(Timer)


def test_that_a_withdrawal_leaves_only_the_clock_of_the_ai() -> None:
    found = dict(changes(one(e.RequestWithdrawn)))
    assert found.keys() == set(Timer)
    assert [timer for timer, at in found.items() if at is not None] == [Timer.IDLE]


def test_that_an_answer_of_the_ai_goes_on_to_the_next_turn_while_one_is_due() -> None:
    reply = one(e.BotReplied)
    assert dict(changes(reply))[Timer.BOT] is None
    more = e.BotReplied(reply.turn, reply.source, reply.brain, None)
    assert changes(more) == ()


def test_that_a_hold_line_and_a_call_that_nobody_answered_stop_no_clock() -> None:
    wrote, call = one(e.AgentWrote), one(e.CallRecorded)
    assert changes(e.AgentWrote(wrote.agent, wrote.client_id, True, False, Instant(1))) == ()
    assert changes(e.CallRecorded(call.agent, False, Instant(1))) == ()
