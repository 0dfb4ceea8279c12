from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.assign import Hands, assign
from gehoor.core.routing.queue import Waiting
from gehoor.core.time import MINUTE, Instant
from tests.core.situations import ANNA, BRAM

CARL = StaffId("carl")


def customer(
    id: str,
    minute: int = 0,
    danger: Danger = Danger.NONE,
    wanted: StaffId | None = None,
    declined: tuple[StaffId, ...] = (),
    offered_to: StaffId | None = None,
) -> Waiting:
    at = Instant(minute * MINUTE)
    return Waiting(ConversationId(id), at, danger, wanted=wanted, declined=declined, offered_to=offered_to)


def hands(agent: StaffId, busy: int = 0, capacity: int = 3, free_since: int = 0) -> Hands:
    return Hands(agent, busy, capacity, free_since)


def offers(queue: list[Waiting], present: list[Hands]) -> list[tuple[str, str]]:
    return [(match.conversation, match.agent) for match in assign(queue, present)]


def test_that_nobody_is_offered_to_nobody() -> None:
    assert offers([], [hands(ANNA)]) == []
    assert offers([customer("a")], []) == []
    assert offers([customer("a")], [hands(ANNA, 3)]) == []


def test_that_the_longest_waiting_is_offered_first() -> None:
    assert offers([customer("b", 1), customer("a", 2)], [hands(ANNA, 2)]) == [("b", "anna")]


def test_that_danger_is_offered_before_who_waits_longer() -> None:
    assert offers([customer("a", 0), customer("b", 9, Danger.LIFE)], [hands(ANNA, 2)]) == [("b", "anna")]


def test_that_the_agent_with_the_fewest_conversations_is_asked() -> None:
    assert offers([customer("a")], [hands(ANNA, 2), hands(BRAM, 1)]) == [("a", "bram")]


def test_that_of_equals_who_has_been_free_longest_is_asked() -> None:
    assert offers([customer("a")], [hands(ANNA, free_since=9), hands(BRAM, free_since=3)]) == [("a", "bram")]
    assert offers([customer("a")], [hands(BRAM), hands(ANNA)]) == [("a", "anna")]


def test_that_offers_are_spread_and_stay_within_capacity() -> None:
    queue = [customer(name, minute) for minute, name in enumerate("abcdef")]
    assert offers(queue, [hands(ANNA, 1, 3), hands(BRAM, 0, 1)]) == [("a", "bram"), ("b", "anna"), ("c", "anna")]


def test_that_who_was_offered_is_not_offered_again() -> None:
    assert offers([customer("a", offered_to=ANNA), customer("b", 1)], [hands(BRAM)]) == [("b", "bram")]


def test_that_a_transferred_customer_goes_to_the_agent_they_were_meant_for() -> None:
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]


def test_that_a_transferred_customer_does_not_wait_for_who_is_not_there() -> None:
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA)]) == [("a", "anna")]
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA, 2), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_an_agent_who_declined_is_not_asked_while_another_is_willing() -> None:
    assert offers([customer("a", declined=(ANNA,))], [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]


def test_that_an_agent_who_declined_is_not_asked_while_another_is_only_busy() -> None:
    queue = [customer("a", declined=(ANNA,)), customer("b", 1)]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("b", "anna")]


def test_that_in_danger_nobody_is_spared() -> None:
    queue = [customer("a", danger=Danger.DISCOMFORT, declined=(ANNA,))]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_when_everybody_declined_who_was_asked_longest_ago_is_asked() -> None:
    queue = [customer("a", declined=(BRAM, ANNA))]
    assert offers(queue, [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_who_declined_and_went_home_does_not_count() -> None:
    assert offers([customer("a", declined=(CARL, ANNA))], [hands(ANNA)]) == [("a", "anna")]


def test_that_an_offer_says_why() -> None:
    whys = [
        assign([customer("a", danger=Danger.LIFE)], [hands(ANNA)])[0].why,
        assign([customer("a", wanted=ANNA)], [hands(ANNA)])[0].why,
        assign([customer("a", declined=(ANNA,))], [hands(ANNA)])[0].why,
    ]
    assert whys[0].startswith("life:")
    assert "transferred" in whys[1]
    assert "declined" in whys[2]
