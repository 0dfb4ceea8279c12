from dataclasses import replace

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.errors import NotNow, NotYours, Refused
from gehoor.core.ids import OfferId, StaffId
from tests.core.situations import ANNA, BRAM, CLIENT, HOUSE, POLICY, after, give, kinds
from tests.promises.told import BEGINNINGS


@pytest.mark.parametrize(
    ("beginning", "agent", "first", "facts"),
    [
        ("offered", ANNA, False, ["HumanJoined"]),  # the offer is hers
        ("waiting", BRAM, True, ["HumanJoined"]),  # picked up, first in line
        ("human", ANNA, False, []),  # has it already
    ],
)
def test_that_who_may_takes_the_conversation(beginning: str, agent: StaffId, first: bool, facts: list[str]) -> None:
    told = give(after(f"begin {beginning}"), c.AcceptOffer(agent, "Anna", first))
    assert kinds(told) == facts
    assert all("Anna" in one.text for one in told)


@pytest.mark.parametrize(
    ("beginning", "first", "refusal"),
    [
        ("waiting", False, NotNow),  # somebody else waits longer
        ("offered", True, NotYours),  # it is offered to a colleague
        ("human", True, NotYours),
        ("ai", True, NotYours),
        ("parked", True, NotYours),
        ("resolved", True, NotYours),
    ],
)
def test_that_who_may_not_does_not(beginning: str, first: bool, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        give(after(f"begin {beginning}"), c.AcceptOffer(BRAM, "Bram", first))


def test_that_only_who_was_offered_it_declines() -> None:
    [told] = give(after("begin offered"), c.DeclineOffer(ANNA, "lunch"))
    assert told.event == e.OfferDeclined(ANNA, OfferId("o1"), "lunch")
    assert give(after("begin offered"), c.DeclineOffer(BRAM)) == []
    assert give(after("begin human"), c.DeclineOffer(ANNA)) == []


OWNERS: list[c.Command] = [
    c.SendReply(BRAM, CLIENT, "x", "x"),
    c.RecordCall(BRAM, True),
    c.TransferTo(BRAM, None),
    c.HandBack(BRAM),
    c.Park(BRAM),
    c.Resolve(BRAM),
]


@pytest.mark.parametrize("command", OWNERS)
def test_that_only_who_has_the_floor_acts(command: c.Command) -> None:
    with pytest.raises(NotYours):
        give(after("begin written"), command)
    for beginning in BEGINNINGS:
        if beginning not in ("human", "written", "reached", "mailed", "promised_human", "promised_written"):
            with pytest.raises(NotNow):
                give(after(f"begin {beginning}"), command)


def test_that_a_reply_says_whether_it_is_a_hold_line_and_a_draft() -> None:
    [told] = give(after("begin human"), c.SendReply(ANNA, CLIENT, "words", "masked", hold_line=True, draft=True))
    assert isinstance(told.event, e.AgentWrote)
    assert (told.event.hold_line, told.event.draft, told.text, told.masked) == (True, True, "words", "masked")


@pytest.mark.parametrize("by_mail", [True, False])
def test_that_a_reply_says_whether_it_goes_by_letter(by_mail: bool) -> None:
    [told] = give(after("begin human"), c.SendReply(ANNA, CLIENT, "words", "masked", by_mail=by_mail))
    assert isinstance(told.event, e.AgentWrote)
    assert told.event.by_mail is by_mail


def test_that_any_colleague_may_write_a_note_once_it_began() -> None:
    for beginning in BEGINNINGS:
        if beginning != "new":
            assert kinds(give(after(f"begin {beginning}"), c.WriteNote(BRAM, CLIENT, "x", "x"))) == ["NoteWritten"]
    with pytest.raises(NotNow):
        give(after(), c.WriteNote(BRAM, CLIENT, "x", "x"))


@pytest.mark.parametrize(
    ("beginning", "answered", "facts"),
    [
        ("human", True, ["CallRecorded"]),
        ("human", False, ["CallRecorded", "PromiseTried", "Parked"]),  # one try of three
        ("reached", False, ["CallRecorded"]),  # nobody waits for this call
        ("promised_human", True, ["CallRecorded", "PromiseKept"]),
        ("promised_human", False, ["CallRecorded", "PromiseTried", "Parked"]),  # the promise stays open
    ],
)
def test_that_a_call_keeps_a_promise_only_when_it_was_answered(
    beginning: str, answered: bool, facts: list[str]
) -> None:
    assert kinds(give(after(f"begin {beginning}"), c.RecordCall(ANNA, answered))) == facts


def test_that_a_transfer_names_who_is_wanted() -> None:
    for to in (None, BRAM):
        [told] = give(after("begin human"), c.TransferTo(ANNA, to))
        assert isinstance(told.event, e.HumanLeft)
        assert (told.event.reason, told.event.wanted) == ("transferred", to)
        assert told.event.wait_until is not None


@pytest.mark.parametrize("command", [c.HandBack(ANNA), c.Resolve(ANNA)])
def test_that_a_request_is_answered_before_the_end(command: c.Command) -> None:
    with pytest.raises(NotNow) as nothing:
        give(after("begin human"), command)
    assert nothing.value.data["can"] == "reply"
    with pytest.raises(NotNow) as unseen:
        give(after("begin written"), command)
    assert unseen.value.data["can"] == "park"
    assert len(give(after("begin reached"), command)) == 1


def test_that_parking_needs_an_answer_that_was_not_seen() -> None:
    for beginning in ("human", "reached"):
        with pytest.raises(NotNow):
            give(after(f"begin {beginning}"), c.Park(ANNA))
    assert kinds(give(after("begin written"), c.Park(ANNA))) == ["PromiseTried", "Parked"]


def test_that_the_third_try_is_the_last() -> None:
    again = ("after=20h ReturnedToQueue reason=try_again", "HumanJoined", "AgentWrote")
    second = after("begin parked", *again)
    assert kinds(give(second, c.Park(ANNA))) == ["PromiseTried", "Parked"]
    third = after("begin parked", *again, "PromiseTried | Parked", *again)
    told = give(third, c.Park(ANNA))
    assert kinds(told) == ["PromiseTried", "PromiseNotReached", "Resolved"]
    assert told[0].event == e.PromiseTried(3, "chat")
    assert "0800-0001" in told[1].text


_GAS = "MessageReceived urgent=yes danger=LIFE | SafetyShown danger=LIFE"


def test_that_a_call_in_danger_that_nobody_answers_does_not_put_the_customer_away() -> None:
    told = give(after("begin danger", "HumanJoined"), c.RecordCall(ANNA, False))
    assert kinds(told) == ["CallRecorded"]


@pytest.mark.parametrize(("danger", "runs"), [((), False), ((_GAS,), True)])
def test_that_a_promise_stops_the_wait_of_who_lost_a_person_but_not_in_danger(
    danger: tuple[str, ...], runs: bool
) -> None:
    [told] = give(after("begin promised_human", *danger), c.TransferTo(ANNA, None))
    assert isinstance(told.event, e.HumanLeft)
    assert (told.event.wait_until is not None) is runs


def test_that_a_question_that_is_open_is_handed_back_with_the_floor() -> None:
    state = after("begin reached", "MessageReceived answer_by=+30m")
    told = give(state, c.HandBack(ANNA))
    assert kinds(told) == ["HandedBack", "BotTurnDue"]
    assert isinstance(told[1].event, e.BotTurnDue)
    assert told[1].event.turn == state.record.last_customer_seq
    assert told[1].actor == HOUSE


def test_that_nothing_is_handed_to_an_ai_that_is_not_there() -> None:
    with pytest.raises(NotNow):
        give(after("begin reached"), c.HandBack(ANNA), policy=replace(POLICY, ai=False))


def test_that_words_that_nobody_read_are_to_be_answered_first() -> None:
    state = after("begin reached", "MessageReceived answer_by=+30m")
    with pytest.raises(NotNow) as refused:
        give(state, c.Resolve(ANNA, state.record.last_customer_seq - 1))
    assert refused.value.data["can"] == "reply"
