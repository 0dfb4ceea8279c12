import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Heard, Signal, Timer
from gehoor.core.guarantee.standing import Situation, Standing, situation
from gehoor.core.ids import OfferId
from gehoor.core.time import Instant
from tests.core.situations import ANNA, BRAM, CLIENT, RENT, START, after, bent

YES = Signal.YES


@pytest.mark.parametrize(
    ("beginning", "command", "standing"),
    [
        ("human", c.Resolve(ANNA), Standing.OWNER),
        ("human", c.Resolve(BRAM), Standing.OTHER),
        ("offered", c.DeclineOffer(ANNA), Standing.OFFERED),
        ("offered", c.DeclineOffer(BRAM), Standing.OTHER),
        ("human", c.LoseAgent(ANNA), Standing.OWNER),  # an agent who is meant counts as one who asks
        ("waiting", c.OfferToAgent(ANNA, OfferId("o"), ""), Standing.OTHER),
        ("parked", c.Resolve(ANNA), Standing.OTHER),  # had it, and gave it up
    ],
)
def test_that_staff_stand_where_the_record_says(beginning: str, command: c.Command, standing: Standing) -> None:
    assert situation(after(f"begin {beginning}"), command, Instant(0)).standing is standing


def test_that_a_turn_counts_while_it_is_due() -> None:
    two = after("begin asked", "MessageReceived | BotTurnDue")
    first, second = two.record.turns
    for turn in (first, second):
        assert situation(two, c.BotDoesNotKnow(turn, "", ""), Instant(0)) == Situation(current=True, more=True)
        assert situation(two, c.BotSuggests(turn, (RENT,), ""), Instant(0)).current
    assert not situation(two, c.BotSuggests(99, (RENT,), ""), Instant(0)).current
    assert not situation(two, c.BotAnswered(99, RENT, "x", ""), Instant(0)).current
    assert not situation(after("begin asked"), c.BotDoesNotKnow(first, "", ""), Instant(0)).more


def test_that_an_article_that_was_given_is_known() -> None:
    state = after("begin asked", "BotReplied source=huur@1", "MessageReceived | BotTurnDue")
    assert situation(state, c.BotAnswered(5, RENT, "x", ""), Instant(0)).given
    assert not situation(after("begin asked"), c.BotAnswered(3, RENT, "x", ""), Instant(0)).given


def test_that_a_clock_counts_from_the_moment_it_rings() -> None:
    state = after("begin waiting")
    due = state.record.rings_at(Timer.WAIT)
    assert due is not None
    assert situation(state, c.RingTimer(Timer.WAIT), due).current
    assert not situation(state, c.RingTimer(Timer.WAIT), Instant(due - 1)).current
    assert not situation(state, c.RingTimer(Timer.TRY), due).current


@pytest.mark.parametrize(("upto", "counts"), [(5, True), (6, True), (4, False)])
def test_that_a_delivery_counts_from_the_answer_on(upto: int, counts: bool) -> None:
    assert situation(after("begin written"), c.MarkDelivered(upto), Instant(0)).current is counts
    assert not situation(after("begin human"), c.MarkDelivered(upto), Instant(0)).current
    assert situation(bent("begin written", last_human_seq=1), c.MarkDelivered(upto), Instant(0)).current


@pytest.mark.parametrize(("behind", "counts"), [(0, True), (-1, True), (1, False)])
def test_that_an_end_counts_when_the_newest_words_were_seen(behind: int, counts: bool) -> None:
    state = after("begin human", "MessageReceived", "AgentWrote")
    seen = state.record.last_customer_seq - behind
    assert situation(state, c.Resolve(ANNA, seen=seen), Instant(0)).current is counts
    assert situation(state, c.Resolve(ANNA), Instant(0)).current, "a client that does not say counts as one that saw"


def test_that_receipts_and_easier_ways_are_due_once() -> None:
    heard = Heard(complaint=YES, privacy_request=YES, needs_support=YES, support=("call", "helper"))
    write, more = c.WriteMessage(CLIENT, heard, "x", "x"), c.RaiseSignals(3, heard)
    for state, topics, offers in (
        (after("begin asked"), ("complaint", "privacy"), ("call", "helper")),
        (after("begin asked", "ReceiptGiven | SupportOffered"), ("privacy",), ("helper",)),
    ):
        for command in (write, more):
            found = situation(state, command, Instant(0))
            assert (found.topics, found.offers) == (topics, offers)


def test_that_an_offer_counts_for_the_turn_in_which_it_was_made() -> None:
    before = after("begin ai", "HumanOffered", "MessageReceived | BotTurnDue")
    within = after("begin asked", "HumanOffered")
    assert not situation(before, c.RaiseSignals(before.record.turns[0], Heard()), Instant(0)).offered
    assert situation(within, c.RaiseSignals(within.record.turns[0], Heard()), Instant(0)).offered
    two = situation(after("begin asked", "MessageReceived | BotTurnDue"), c.RaiseSignals(99, Heard()), Instant(0))
    assert (two.current, two.more) == (False, True)


def test_that_other_commands_compare_nothing() -> None:
    for command in (START, c.AskForHuman(CLIENT), c.NobodyFree()):
        assert situation(after("begin human"), command, Instant(0)) == Situation()
